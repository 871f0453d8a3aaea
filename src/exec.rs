//! How to run: layer, instruction set, threads, pinning. The answer never depends on it.

use crate::cores::{self, Pin};
use crate::error::{Error, Result};
use crate::lanes::{Backend, Isa};
use crate::names::names;
use crate::run_control::RunControl;

/// The environment variable that forces an instruction set.
pub const ISA_VARIABLE: &str = "LANEWALK_ISA";

/// Why a build has no `simd` layer.
const NO_LANES: &str = "this build has neither the feature wide nor pulp";

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
    pub const ALL: &'static [Self] = &[Self::Scalar, Self::Interchanged, Self::Simd];
}

names!(Layer, "layer", Scalar => "scalar", Interchanged => "interchanged", Simd => "simd");

/// How to run: a layer, an instruction set, a number of threads, a way of pinning. The answer never depends on it.
///
/// ```
/// use lanewalk::{Exec, Layer, Walk, first_passage};
///
/// let walk = Walk::to(10.0).samples(100);
/// let textbook = first_passage(&walk, &Exec::default().layer(Layer::Scalar).threads(1))?;
/// let fastest = first_passage(&walk, &Exec::default())?;
/// assert_eq!(textbook[0].tally, fastest[0].tally);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exec {
    layer: Option<Layer>,
    isa: Option<Isa>,
    threads: Option<usize>,
    pin: Pin,
    control: RunControl,
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
    /// ([`available_parallelism`](std::thread::available_parallelism), asked once). One thread that is not pinned is
    /// the caller's own; more are those of a pool that is started at its first use and kept.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Pins each thread to a core of its own, in this way, if the operating system allows it. Default: [`Pin::None`].
    /// With fewer cores than threads nothing is pinned. Pinning gains a little where a program has the machine to
    /// itself; two programs that pin share the same cores.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.pin = pin;
        self
    }

    /// Reports progress to, and can be stopped through, `control`.
    #[must_use]
    pub fn control(mut self, control: &RunControl) -> Self {
        self.control = control.clone();
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

    /// What a run with this `Exec` will use on this machine. Starts no threads.
    ///
    /// On a thread of lanewalk's own pools, as in a task of [`tasks::map`](crate::tasks::map), it is that one thread,
    /// not pinned: the others have work already.
    ///
    /// # Errors
    /// [`Error::Argument`] for zero threads or more than 1024; [`Error::Unavailable`] for a layer or an instruction set
    /// that this build or this machine lacks, or more than one thread in a build without the feature `threads`.
    pub fn plan(&self) -> Result<Plan> {
        let available = || {
            let names: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
            if names.is_empty() { NO_LANES.to_owned() } else { format!("here there are {}", names.join(", ")) }
        };
        let layer = match (self.layer, Isa::best()) {
            (Some(Layer::Simd), None) => {
                return Err(Error::unavailable("layer", "simd", NO_LANES));
            }
            (Some(layer), _) => layer,
            (None, Some(_)) => Layer::Simd,
            (None, None) => Layer::Interchanged,
        };
        let isa = match self.isa {
            Some(isa) if !isa.is_available() => return Err(Error::unavailable("isa", isa, available())),
            chosen if layer == Layer::Simd => chosen.or_else(Isa::best),
            _ => None,
        };
        let threads = match self.threads {
            Some(0) => return Err(Error::invalid("threads", 0, "at least 1")),
            Some(many) if many > 1 && !cfg!(feature = "threads") => {
                return Err(Error::unavailable("threads", many, "this build lacks the feature threads"));
            }
            Some(many) if many > cores::MAX_THREADS => {
                return Err(Error::invalid("threads", many, format!("at most {}", cores::MAX_THREADS)));
            }
            Some(threads) => threads,
            None => cores::available(),
        };
        // A thread of our own has work already, and so have the others.
        let (threads, pin) = if cores::is_ours() { (1, Pin::None) } else { (threads, self.pin) };
        Ok(Plan { layer, isa, threads, pin, control: self.control.of_this_call() })
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
    pub(crate) control: RunControl,
}

impl Plan {
    /// The backend of the `simd` layer.
    pub(crate) fn backend(&self) -> Option<Backend> {
        self.isa.and_then(Backend::new)
    }

    /// Calls `work` once on each thread of this plan and returns what they returned.
    pub(crate) fn run<R: Send>(&self, work: impl Fn() -> R + Sync) -> Result<Vec<R>> {
        cores::run(self.threads, self.pin, &self.control, work)
    }

    /// Whether the threads of this plan are pinned to a core each. Before the first run with it: whether there are cores
    /// enough for that. Starts no threads.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        cores::is_pinned(self.threads, self.pin)
    }
}
