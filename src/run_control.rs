//! Control of a run from outside: its progress, a way to stop it, and a hook that decides whether it continues.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ThreadId};

use crate::clock::Stopwatch;
use crate::error::{Error, Result};

/// The time that the calling thread sleeps between two calls of the hook while its workers run.
#[cfg(feature = "threads")]
pub(crate) const POLL: std::time::Duration = std::time::Duration::from_millis(5);

/// The progress of a run, a way to stop it from another thread, and a hook on the calling thread that may stop it.
/// Clones share one state.
///
/// One control can serve several runs, one after another or at the same time; their work and their totals are summed.
/// After a stop, every further run is refused until [`RunControl::reset`].
///
/// ```
/// use lanewalk::{Error, Exec, Walk, RunControl, first_passage};
///
/// let control = RunControl::new();
/// let exec = Exec::default().control(&control);
/// control.stop();
/// let walk = Walk::to(150.0).samples(1000);
/// assert_eq!(first_passage(&walk, &exec).unwrap_err(), Error::Stopped);
///
/// control.reset();
/// let passages = first_passage(&walk, &exec)?;
/// assert_eq!(u128::from(control.done()), passages[0].tally.total_steps);
/// assert!((control.done() as f64 / control.total() as f64 - 1.0).abs() < 0.1);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct RunControl {
    state: Arc<State>,
    hook: Option<Hook>,
}

#[derive(Debug, Default)]
struct State {
    done: AtomicU64,
    total: AtomicU64,
    stopped: AtomicBool,
    /// Another control whose stop is also a stop of this one.
    parent: Option<Arc<Self>>,
}

impl State {
    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.parent.as_ref().is_some_and(|parent| parent.is_stopped())
    }

    /// Stops this control and its parents, from which it has its hook.
    fn stop_all(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.parent.iter().for_each(|parent| parent.stop_all());
    }
}

/// A function that decides whether to stop, and the thread that calls it.
#[derive(Clone)]
struct Hook {
    should_stop: Arc<dyn Fn() -> bool + Send + Sync>,
    caller: Option<ThreadId>,
    clock: Arc<Clock>,
}

/// The time of the last call of the hook.
struct Clock {
    start: Stopwatch,
    /// Microseconds since the start.
    last_call: AtomicU64,
}

impl RunControl {
    /// A control with no work done, and not stopped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `should_stop` every few milliseconds, on the thread that called the lanewalk function, while that function
    /// runs. The run stops when `should_stop` returns `true`.
    ///
    /// The hook is meant for hosts that handle signals on one thread: `PyErr_CheckSignals` in Python, interrupts in R,
    /// progress in MPI. With one thread, the hook is called between pieces of the work. With several threads, the
    /// calling thread calls it while the others work. Cost: at most one call per millisecond, and with several threads
    /// one additional thread, which waits.
    ///
    /// ```
    /// use lanewalk::{Error, Exec, Pi, RunControl, estimate_pi};
    ///
    /// let deadline = std::time::Instant::now() + std::time::Duration::from_millis(30);
    /// let control = RunControl::new().interrupt(move || std::time::Instant::now() > deadline);
    /// let exec = Exec::default().control(&control);
    /// assert_eq!(estimate_pi(&Pi::points(1 << 50), &exec).unwrap_err(), Error::Stopped);
    /// assert!(control.done() > 0);
    /// ```
    #[must_use]
    pub fn interrupt(mut self, should_stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.hook = Some(Hook {
            should_stop: Arc::new(should_stop),
            caller: None,
            clock: Arc::new(Clock { start: Stopwatch::start(), last_call: AtomicU64::new(0) }),
        });
        self
    }

    /// A control with its own progress that also stops when this one stops, and has the same hook. It is meant for a
    /// short run that measures the rate of a long one.
    ///
    /// ```
    /// use lanewalk::{Error, Exec, Pi, RunControl, estimate_pi};
    ///
    /// let control = RunControl::new();
    /// let pilot = control.with_own_progress();
    /// estimate_pi(&Pi::points(1_000_000), &Exec::default().control(&pilot))?;
    /// assert_eq!((pilot.done(), control.done()), (1_000_000, 0));
    ///
    /// control.stop();
    /// assert!(pilot.is_stopped());
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn with_own_progress(&self) -> Self {
        let state = State { parent: Some(Arc::clone(&self.state)), ..State::default() };
        Self { state: Arc::new(state), hook: self.hook.clone() }
    }

    /// The work done so far, in the unit of the workload: steps of finished walks, points, updates or tasks.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.state.done.load(Ordering::Relaxed)
    }

    /// The work of all runs that have started, in the same unit. For walks it is an estimate of their steps. It is 0 if
    /// it is unknown, as for endless tasks. The spectral method and exact values report neither total nor progress.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.state.total.load(Ordering::Relaxed)
    }

    /// Stops the runs; each returns [`Error::Stopped`](crate::Error::Stopped) within milliseconds.
    pub fn stop(&self) {
        self.state.stopped.store(true, Ordering::Relaxed);
    }

    /// Resets the control: not stopped, no work done, no work started. No run may be in progress. The control that this
    /// one was made from by [`with_own_progress`](Self::with_own_progress) is not reset.
    pub fn reset(&self) {
        self.state.done.store(0, Ordering::Relaxed);
        self.state.total.store(0, Ordering::Relaxed);
        self.state.stopped.store(false, Ordering::Relaxed);
    }

    /// Whether a stop was requested. On the calling thread this calls the hook if a call is due.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        if let Some(hook) = &self.hook
            && hook.requests_stop()
        {
            self.state.stop_all();
        }
        self.state.is_stopped()
    }

    /// [`Error::Stopped`] if a stop was requested.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Adds to the work done, for programs that do part of the work themselves, as with
    /// [`SubDomain`](crate::SubDomain)s.
    pub fn add(&self, work: u64) {
        self.state.done.fetch_add(work, Ordering::Relaxed);
    }

    /// Adds the work of a run that starts to the total. A stopped control starts no run.
    pub(crate) fn begin(&self, work: f64) {
        if self.state.is_stopped() {
            return;
        }
        self.state.total.fetch_add(work as u64, Ordering::Relaxed);
    }

    /// The control of a call on this thread.
    pub(crate) fn for_this_thread(&self) -> Self {
        let here = |hook: &Hook| Hook { caller: Some(thread::current().id()), ..hook.clone() };
        Self { state: Arc::clone(&self.state), hook: self.hook.as_ref().map(here) }
    }

    /// Whether the calling thread has to call the hook while the others work.
    #[cfg(feature = "threads")]
    pub(crate) fn has_hook(&self) -> bool {
        self.hook.is_some()
    }
}

impl Hook {
    /// Calls the hook, on the calling thread only and at most once per millisecond.
    fn requests_stop(&self) -> bool {
        self.caller == Some(thread::current().id()) && self.is_due() && (self.should_stop)()
    }

    fn is_due(&self) -> bool {
        // Without a clock, each piece of the work calls the hook.
        if cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return true;
        }
        let now = self.clock.start.elapsed().as_micros() as u64;
        let due = now >= self.clock.last_call.load(Ordering::Relaxed) + 1000;
        if due {
            self.clock.last_call.store(now, Ordering::Relaxed);
        }
        due
    }
}

/// The state consists of atomic numbers, so a panic leaves it valid. The state of the hook belongs to the host program.
impl UnwindSafe for RunControl {}
impl RefUnwindSafe for RunControl {}

impl fmt::Debug for RunControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunControl").field("state", &self.state).field("hook", &self.hook.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_hook_is_called_only_on_the_calling_thread() {
        let control = RunControl::new().interrupt(|| true);
        thread::sleep(Duration::from_millis(2));
        assert!(!control.is_stopped(), "no call has been made");
        let called = control.for_this_thread();
        thread::scope(|scope| scope.spawn(|| assert!(!called.is_stopped())).join().unwrap());
        assert!(called.is_stopped() && control.is_stopped());
        control.reset();
        assert!(!control.is_stopped());
    }

    #[test]
    fn a_hook_stops_the_parent_and_a_stop_does_not() {
        let parent = RunControl::new();
        let child = parent.with_own_progress();
        child.stop();
        assert!(child.is_stopped() && !parent.is_stopped());

        let parent = RunControl::new().interrupt(|| true);
        let called = parent.with_own_progress().with_own_progress().for_this_thread();
        thread::sleep(Duration::from_millis(2));
        assert!(called.is_stopped() && parent.is_stopped());
    }
}
