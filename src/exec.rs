//! How to run: layer, instruction set, threads, pinning. Results never depend on these choices.

use crate::cores::{self, Pin};
use crate::error::{Error, Result};
use crate::lanes::{Backend, Isa};
use crate::names::names;
use crate::run_control::RunControl;

/// The reason why a build has no `simd` layer.
const NO_LANES: &str = "this build has neither the feature wide nor pulp";

/// An implementation of the kernels. Every layer gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The textbook loop: one item at a time.
    Scalar,
    /// Plain arrays, with the loop over samples inside the loop over steps; the compiler may vectorise it.
    Interchanged,
    /// Explicit vector lanes. Needs the feature `wide` or `pulp`.
    Simd,
}

impl Layer {
    /// Every layer, slowest first.
    pub const ALL: &'static [Self] = &[Self::Scalar, Self::Interchanged, Self::Simd];
}

names!(Layer, "layer", Scalar => "scalar", Interchanged => "interchanged", Simd => "simd");

/// How to run: a layer, an instruction set, a number of threads, a pinning. Results never depend on these choices.
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
    /// The environment variables that chose the instruction set and the threads.
    isa_from: Option<&'static str>,
    threads_from: Option<&'static str>,
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
        self.isa_from = None;
        self
    }

    /// Runs on `threads` threads. Default: all that the operating system grants
    /// ([`available_parallelism`](std::thread::available_parallelism), read once). A single thread that is not pinned
    /// is the calling thread. Otherwise the threads belong to a pool, which starts at its first use and is kept. Runs
    /// at the same time use different pools.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self.threads_from = None;
        self
    }

    /// Pins each thread to its own core, in the order of `pin`, if the operating system allows it. Default:
    /// [`Pin::None`]. If there are fewer cores than threads, no thread is pinned. Pinning gains a little if no other
    /// program uses the machine; two programs that pin their threads compete for the same cores.
    #[must_use]
    pub fn pin(mut self, pin: Pin) -> Self {
        self.pin = pin;
        self
    }

    /// Reports progress to `control`, which can also stop the run.
    #[must_use]
    pub fn control(mut self, control: &RunControl) -> Self {
        self.control = control.clone();
        self
    }

    /// The instruction set that an environment variable chose.
    pub(crate) fn isa_of(self, variable: &'static str, isa: Isa) -> Self {
        Self { isa_from: Some(variable), ..self.isa(isa) }
    }

    /// The number of threads that an environment variable chose.
    pub(crate) fn threads_of(self, variable: &'static str, threads: usize) -> Self {
        Self { threads_from: Some(variable), ..self.threads(threads) }
    }

    /// The layer, instruction set, threads and pinning of a run with this `Exec` on this machine. Starts no threads.
    ///
    /// On a thread of a lanewalk pool, as in a task of [`tasks::map`](crate::tasks::map), the plan is that one thread
    /// without pinning, because the other threads of the pool are busy.
    ///
    /// # Errors
    /// [`Error::Argument`] for zero threads or more than 1024, and for an instruction set with another layer than
    /// `simd`; [`Error::Unavailable`] for a layer or an instruction set
    /// that this build or this machine does not support, and for more than one thread in a build without the feature
    /// `threads`.
    pub fn plan(&self) -> Result<Plan> {
        let available = || {
            let names: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
            if names.is_empty() { NO_LANES.to_owned() } else { format!("this machine supports {}", names.join(", ")) }
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
            // A variable of the environment chooses for the layer simd alone.
            Some(isa) if self.isa_from.is_none() => {
                let expected = format!("no instruction set with the layer {layer}: only simd has one");
                return Err(Error::invalid("isa", isa, expected));
            }
            _ => None,
        };
        let threads = match self.threads {
            Some(0) => return Err(Error::invalid("threads", 0, "at least 1")),
            Some(threads) if threads > 1 && !cfg!(feature = "threads") => {
                return Err(Error::unavailable("threads", threads, "this build lacks the feature threads"));
            }
            Some(threads) if threads > cores::MAX_THREADS => {
                return Err(Error::invalid("threads", threads, format!("at most {}", cores::MAX_THREADS)));
            }
            Some(threads) => threads,
            None => cores::available(),
        };
        // The calling thread belongs to a lanewalk pool, whose threads are all busy.
        let (threads, pin, threads_from) =
            if cores::is_pool_thread() { (1, Pin::None, None) } else { (threads, self.pin, self.threads_from) };
        let isa_from = isa.and(self.isa_from);
        Ok(Plan { layer, isa, threads, pin, isa_from, threads_from, control: self.control.for_this_thread() })
    }
}

/// An [`Exec`] in which every default is replaced by its value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The layer.
    pub layer: Layer,
    /// The instruction set; `None` for layers other than `simd`.
    pub isa: Option<Isa>,
    /// The number of threads.
    pub threads: usize,
    /// The requested pinning; [`Plan::is_pinned`] returns whether it takes effect.
    pub pin: Pin,
    /// The environment variable that chose the instruction set, if one did (see [`Environment`](crate::Environment)).
    pub isa_from: Option<&'static str>,
    /// The environment variable that set the number of threads, if one did.
    pub threads_from: Option<&'static str>,
    pub(crate) control: RunControl,
}

impl Plan {
    /// The backend of the `simd` layer.
    pub(crate) fn backend(&self) -> Option<Backend> {
        self.isa.and_then(Backend::new)
    }

    /// Calls `work` once on each thread of this plan and returns the results.
    pub(crate) fn run<R: Send>(&self, work: impl Fn() -> R + Sync) -> Result<Vec<R>> {
        cores::run(self.threads, self.pin, &self.control, work)
    }

    /// Whether each thread of this plan is pinned to its own core. Before the first run with this plan: whether there
    /// are enough cores. Starts no threads.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        cores::is_pinned(self.threads, self.pin)
    }
}
