//! A run seen from outside: its progress, and a way to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A view into a run from outside: how far it is, and a way to stop it. Clones share one state.
///
/// ```
/// use lanewalk::{Error, Exec, Walk, RunControl, first_passage};
///
/// let control = RunControl::default();
/// control.stop();
/// let stopped = first_passage(&Walk::to(150.0).samples(1_000_000), &Exec::default().control(&control));
/// assert_eq!(stopped.unwrap_err(), Error::Stopped);
/// ```
#[derive(Clone, Debug, Default)]
pub struct RunControl(Arc<State>);

#[derive(Debug, Default)]
struct State {
    done: AtomicU64,
    stopped: AtomicBool,
}

impl RunControl {
    /// Work done so far, in the workload's unit: steps of finished walks, points.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Asks the run to stop; it returns [`Error::Stopped`](crate::Error::Stopped) within milliseconds.
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
