//! A run seen from outside: its progress, a way to stop it, and the question whether to go on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ThreadId};

use crate::clock::Stopwatch;

/// How long a calling thread sleeps between two questions while its workers run.
#[cfg(feature = "threads")]
pub(crate) const POLL: std::time::Duration = std::time::Duration::from_millis(5);

/// How far a run is, a way to stop it from another thread, and a hook by which the calling thread may stop it. Clones
/// share one state.
///
/// One control may watch several runs, one after another or at the same time: their work and their totals add up. After
/// a stop it refuses every further run until [`RunControl::reset`].
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
}

/// A question, and the thread that asks it.
#[derive(Clone)]
struct Hook {
    stops: Arc<dyn Fn() -> bool + Send + Sync>,
    caller: Option<ThreadId>,
    clock: Arc<Clock>,
}

/// When the question was asked last.
struct Clock {
    start: Stopwatch,
    /// Microseconds since the start.
    asked: AtomicU64,
}

impl RunControl {
    /// Nothing done, and not stopped.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks `stops` every few milliseconds, on the thread that has called a function of lanewalk's and while it waits
    /// for that; the run stops when the answer is `true`.
    ///
    /// It is meant for hosts whose signals belong to one thread: Python's `PyErr_CheckSignals`, R's interrupts, the
    /// progress of MPI. With one thread it is asked between pieces of the work; with several the caller asks while the
    /// others work. Cost: a question each millisecond at most, and with several threads one more thread that waits.
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
    pub fn interrupt(mut self, stops: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.hook = Some(Hook {
            stops: Arc::new(stops),
            caller: None,
            clock: Arc::new(Clock { start: Stopwatch::start(), asked: AtomicU64::new(0) }),
        });
        self
    }

    /// Work done so far, in the workload's unit: steps of finished walks, points, updates, tasks.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.state.done.load(Ordering::Relaxed)
    }

    /// The work of all runs that have begun, in the same unit; of walks about the steps that they will take. 0 where it
    /// is not known, as of tasks without end.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.state.total.load(Ordering::Relaxed)
    }

    /// Asks the runs to stop; each returns [`Error::Stopped`](crate::Error::Stopped) within milliseconds.
    pub fn stop(&self) {
        self.state.stopped.store(true, Ordering::Relaxed);
    }

    /// Begins anew: not stopped, nothing done, nothing begun. No run may be under way.
    pub fn reset(&self) {
        self.state.done.store(0, Ordering::Relaxed);
        self.state.total.store(0, Ordering::Relaxed);
        self.state.stopped.store(false, Ordering::Relaxed);
    }

    /// Whether a stop was asked for. On the calling thread this asks the hook, if its time has come.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        if let Some(hook) = &self.hook
            && hook.says_stop()
        {
            self.stop();
        }
        self.state.stopped.load(Ordering::Relaxed)
    }

    /// Counts work as done: for programs that do a part of it themselves, as with [`SubDomain`](crate::SubDomain)s.
    pub fn add(&self, work: u64) {
        self.state.done.fetch_add(work, Ordering::Relaxed);
    }

    /// A run of about this much work begins.
    pub(crate) fn begin(&self, work: f64) {
        self.state.total.fetch_add(work as u64, Ordering::Relaxed);
    }

    /// The control of a call that this thread has made.
    pub(crate) fn of_this_call(&self) -> Self {
        let here = |hook: &Hook| Hook { caller: Some(thread::current().id()), ..hook.clone() };
        Self { state: Arc::clone(&self.state), hook: self.hook.as_ref().map(here) }
    }

    /// Whether the calling thread has to ask while others work.
    #[cfg(feature = "threads")]
    pub(crate) fn has_hook(&self) -> bool {
        self.hook.is_some()
    }
}

impl Hook {
    /// Asks, on the calling thread alone and not more often than once in a millisecond.
    fn says_stop(&self) -> bool {
        self.caller == Some(thread::current().id()) && self.is_due() && (self.stops)()
    }

    fn is_due(&self) -> bool {
        // Where there is no clock, each piece of the work asks.
        if cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return true;
        }
        let now = self.clock.start.elapsed().as_micros() as u64;
        let due = now >= self.clock.asked.load(Ordering::Relaxed) + 1000;
        if due {
            self.clock.asked.store(now, Ordering::Relaxed);
        }
        due
    }
}

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
    fn the_hook_is_asked_on_the_calling_thread_alone() {
        let control = RunControl::new().interrupt(|| true);
        thread::sleep(Duration::from_millis(2));
        assert!(!control.is_stopped(), "no call has been made");
        let called = control.of_this_call();
        thread::scope(|scope| scope.spawn(|| assert!(!called.is_stopped())).join().unwrap());
        assert!(called.is_stopped() && control.is_stopped());
        control.reset();
        assert!(!control.is_stopped());
    }
}
