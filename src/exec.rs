//! How to run: layer, instruction set, threads, pinning. The answer never depends on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::cores;
use crate::error::{Error, Result};
use crate::lanes::Backend;

/// The environment variable that forces an instruction set.
pub const ISA_VARIABLE: &str = "LANEWALK_ISA";

/// One way of running a kernel. Every layer gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// One item at a time, the textbook loop.
    Scalar,
    /// The loop over samples moved inside the loop over steps, on plain arrays; the compiler may vectorise it.
    Interchanged,
    /// Explicit vector lanes. Needs the feature `wide` or `pulp`.
    Simd,
}

impl Layer {
    /// Every layer, slowest first.
    pub const ALL: [Self; 3] = [Self::Scalar, Self::Interchanged, Self::Simd];
}

/// Which instruction set the `simd` layer uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// The crate `wide`: what the program was compiled for.
    Wide,
    /// AVX2, four lanes of 64 bits.
    Avx2,
    /// AVX-512 (F, BW, CD, DQ, VL), eight lanes of 64 bits.
    Avx512,
    /// NEON, two lanes of 64 bits.
    Neon,
}

impl Isa {
    /// Every instruction set that lanewalk knows, in the order in which a report lists them.
    pub const ALL: [Self; 4] = [Self::Wide, Self::Avx2, Self::Avx512, Self::Neon];

    /// Whether this build and this machine both have it.
    #[must_use]
    pub fn is_available(self) -> bool {
        Backend::new(self).is_some()
    }

    /// How many lanes of 64 bits one of its registers has: what vector efficiency is measured by.
    ///
    /// ```
    /// assert_eq!(lanewalk::Isa::Avx512.lanes(), 8);
    /// ```
    #[must_use]
    pub fn lanes(self) -> usize {
        match self {
            Self::Wide if cfg!(target_feature = "avx512f") => 8,
            Self::Wide if cfg!(target_feature = "avx2") => 4,
            Self::Wide | Self::Neon => 2,
            Self::Avx2 => 4,
            Self::Avx512 => 8,
        }
    }

    /// Those that this build has compiled in, whether or not this machine has them.
    #[must_use]
    pub fn compiled() -> Vec<Self> {
        let pulp = cfg!(feature = "pulp");
        let compiled = |isa: &Self| match isa {
            Self::Wide => cfg!(feature = "wide"),
            Self::Avx2 | Self::Avx512 => pulp && cfg!(target_arch = "x86_64"),
            Self::Neon => pulp && cfg!(target_arch = "aarch64"),
        };
        Self::ALL.into_iter().filter(compiled).collect()
    }

    /// Those that can be used here and now.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|isa| isa.is_available()).collect()
    }

    /// The fastest that can be used here and now; `None` in a build without the features `wide` and `pulp`.
    ///
    /// ```
    /// use lanewalk::Isa;
    /// assert!(Isa::best().is_none_or(Isa::is_available));
    /// ```
    #[must_use]
    pub fn best() -> Option<Self> {
        [Self::Avx512, Self::Avx2, Self::Neon, Self::Wide].into_iter().find(|isa| isa.is_available())
    }
}

/// Which cores the threads are pinned to: one thread to a core, one for each physical core first.
/// [`Machine::pinning`](crate::Machine::pinning) tells the order in full.
///
/// ```
/// use lanewalk::{Exec, Pin, Pi, estimate_pi};
///
/// let inside = |pin| estimate_pi(&Pi::points(1000), &Exec::default().pin(pin)).map(|score| score.inside());
/// assert_eq!(inside(Pin::Spread)?, inside(Pin::None)?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pin {
    /// Near together: all cores of a NUMA node before the next one, for threads that share data.
    #[default]
    Compact,
    /// Far apart: in turns over sockets and NUMA nodes, for threads that want memory bandwidth and cache of their own.
    Spread,
    /// Not pinned: the operating system moves threads as it likes.
    None,
}

impl Pin {
    /// Every way of pinning.
    pub const ALL: [Self; 3] = [Self::Compact, Self::Spread, Self::None];
}

/// Text for people and files: the lower-case names of the command line. Parsing takes the same names.
macro_rules! names {
    ($type:ident, $argument:literal, $($variant:ident => $name:literal),+) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(match self { $(Self::$variant => $name),+ })
            }
        }
        impl std::str::FromStr for $type {
            type Err = $crate::Error;
            fn from_str(text: &str) -> $crate::Result<Self> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err($crate::Error::argument(
                        $argument,
                        format_args!("'{text}'"),
                        concat!("one of", $(" ", $name),+),
                    )),
                }
            }
        }
    };
}
names!(Layer, "layer", Scalar => "scalar", Interchanged => "interchanged", Simd => "simd");
names!(Isa, "isa", Wide => "wide", Avx2 => "avx2", Avx512 => "avx512", Neon => "neon");
names!(Pin, "pin", Compact => "compact", Spread => "spread", None => "none");
pub(crate) use names;

/// How to run: a layer, an instruction set, a number of threads, a way of pinning. The answer never depends on it.
///
/// ```
/// use lanewalk::{Exec, Layer, Walk, first_crossing};
///
/// let walk = Walk::to(10.0).samples(100);
/// let textbook = first_crossing(&walk, &Exec::default().layer(Layer::Scalar).threads(1))?;
/// let fastest = first_crossing(&walk, &Exec::default())?;
/// assert_eq!(textbook[0].tally, fastest[0].tally);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exec {
    layer: Option<Layer>,
    isa: Option<Isa>,
    threads: Option<usize>,
    pin: Pin,
    watch: Watch,
}

impl Exec {
    /// Runs on this layer. Default: `simd`, or `interchanged` in a build without SIMD.
    #[must_use]
    pub fn layer(mut self, layer: Layer) -> Self {
        self.layer = Some(layer);
        self
    }

    /// The `simd` layer uses this instruction set. Default: [`Isa::best`].
    #[must_use]
    pub fn isa(mut self, isa: Isa) -> Self {
        self.isa = Some(isa);
        self
    }

    /// Runs on this many threads. Default: all that the operating system grants
    /// ([`available_parallelism`](std::thread::available_parallelism), asked once).
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Pins each thread to a core of its own, in this way. Default: [`Pin::Compact`]. With fewer cores than threads
    /// nothing is pinned.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.pin = pin;
        self
    }

    /// Reports progress to, and can be stopped through, `watch`.
    #[must_use]
    pub fn watch(mut self, watch: &Watch) -> Self {
        self.watch = watch.clone();
        self
    }

    /// The default, with the instruction set that the variable `LANEWALK_ISA` names, if it is set and not empty.
    ///
    /// # Errors
    /// [`Error::Argument`] if the variable's value is no instruction set.
    pub fn from_env() -> Result<Self> {
        match std::env::var(ISA_VARIABLE) {
            Ok(name) if !["", "auto"].contains(&name.as_str()) => Ok(Self::default().isa(name.parse()?)),
            _ => Ok(Self::default()),
        }
    }

    /// What a run with this `Exec` will use on this machine.
    ///
    /// # Errors
    /// [`Error::Argument`] for zero threads, a layer or an instruction set that this build or this machine lacks, or
    /// more than one thread in a build without the feature `threads`.
    pub fn plan(&self) -> Result<Plan> {
        let available = || {
            let names: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
            if names.is_empty() {
                "none: this build has neither feature wide nor pulp".to_owned()
            } else {
                format!("one available here: {}", names.join(", "))
            }
        };
        let layer = match (self.layer, Isa::best()) {
            (Some(Layer::Simd), None) => {
                return Err(Error::argument(
                    "layer",
                    "simd",
                    "scalar or interchanged in a build without wide and pulp",
                ));
            }
            (Some(layer), _) => layer,
            (None, Some(_)) => Layer::Simd,
            (None, None) => Layer::Interchanged,
        };
        let isa = match self.isa {
            Some(isa) if !isa.is_available() => return Err(Error::argument("isa", isa, available())),
            chosen if layer == Layer::Simd => chosen.or_else(Isa::best),
            _ => None,
        };
        let threads = match self.threads {
            Some(0) => return Err(Error::argument("threads", 0, "at least 1")),
            Some(many) if many > cores::MOST_THREADS => {
                let expected = if cfg!(feature = "threads") {
                    format!("at most {}", cores::MOST_THREADS)
                } else {
                    "1 in a build without the feature threads".to_owned()
                };
                return Err(Error::argument("threads", many, expected));
            }
            Some(threads) => threads,
            None => cores::available(),
        };
        Ok(Plan { layer, isa, threads, pin: self.pin, watch: self.watch.clone() })
    }
}

/// An [`Exec`] with every choice made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The layer.
    pub layer: Layer,
    /// The instruction set, of the `simd` layer only.
    pub isa: Option<Isa>,
    /// How many threads.
    pub threads: usize,
    /// How pinning was asked for; [`Plan::is_pinned`] says whether it holds.
    pub pin: Pin,
    pub(crate) watch: Watch,
}

impl Plan {
    /// The backend of the `simd` layer.
    pub(crate) fn backend(&self) -> Option<Backend> {
        self.isa.and_then(Backend::new)
    }

    /// Whether the threads of this plan are pinned to a core each. Starts them if they do not run yet.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        cores::is_pinned(self.threads, self.pin)
    }
}

/// A view into a run from outside: how far it is, and a way to stop it. Clones share one state.
///
/// ```
/// use lanewalk::{Error, Exec, Walk, Watch, first_crossing};
///
/// let watch = Watch::default();
/// watch.stop();
/// let stopped = first_crossing(&Walk::to(150.0).samples(1_000_000), &Exec::default().watch(&watch));
/// assert_eq!(stopped.unwrap_err(), Error::Stopped);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<State>);

#[derive(Debug, Default)]
struct State {
    done: AtomicU64,
    stopped: AtomicBool,
}

impl Watch {
    /// Work done so far, in the workload's unit: steps of finished walks, points.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Asks the run to stop; it returns [`Error::Stopped`] within milliseconds.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }

    /// Counts work as done: for programs that do a part of it themselves, as with [`SubDomain`](crate::SubDomain)s.
    pub fn add(&self, work: u64) {
        self.0.done.fetch_add(work, Ordering::Relaxed);
    }
}
