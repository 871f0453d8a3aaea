//! The threads of a plan, which take jobs one by one.

#[cfg(feature = "threads")]
use std::sync::Arc;
use std::sync::mpsc::Receiver;
#[cfg(feature = "threads")]
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool::{self, Pool};
use crate::error::Result;
#[cfg(feature = "threads")]
use crate::run_control::POLL;
use crate::run_control::RunControl;

/// How often a caller looks for a message, giving way in between, before it sleeps: some tens of microseconds.
#[cfg(feature = "threads")]
const LOOKS: u32 = 64;

/// Where jobs are sent to: the threads of [`run`](super::run::run), which live on, or the caller itself.
pub(crate) struct WorkerPool {
    /// `None`: the caller does every job itself, at once.
    #[cfg(feature = "threads")]
    pool: Option<Arc<Pool>>,
}

#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as in a build with threads")
)]
impl WorkerPool {
    #[cfg_attr(not(feature = "threads"), allow(unused_variables, reason = "one thread, which is not pinned"))]
    pub(crate) fn new(threads: usize, pin: Pin) -> Result<Self> {
        Ok(Self {
            #[cfg(feature = "threads")]
            pool: if threads > 1 || pin != Pin::None { Some(pool::get(threads, pin)?) } else { None },
        })
    }

    /// Whether [`WorkerPool::spawn`] does a job before it returns.
    pub(crate) fn is_the_caller(&self) -> bool {
        #[cfg(feature = "threads")]
        return self.pool.is_none();
        #[cfg(not(feature = "threads"))]
        true
    }

    /// Has the next free worker do `job`, which gets the worker's number and must not panic.
    pub(crate) fn spawn(&self, job: impl FnOnce(usize) + Send + 'static) {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool {
            return pool.pool.spawn_fifo(move || job(rayon::current_thread_index().unwrap_or(0)));
        }
        job(0);
    }
}

/// The next message of a job; `None` when no job is left that could send one.
#[cfg_attr(not(feature = "threads"), allow(unused_variables, reason = "every message is there already"))]
pub(crate) fn receive<T>(messages: &Receiver<T>, control: &RunControl) -> Option<T> {
    // To fall asleep and be woken takes longer than a tiny task: look about first.
    #[cfg(feature = "threads")]
    for _ in 0..LOOKS {
        match messages.try_recv() {
            Ok(message) => return Some(message),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => std::thread::yield_now(),
        }
    }
    #[cfg(feature = "threads")]
    while control.has_hook() {
        match messages.recv_timeout(POLL) {
            Ok(message) => return Some(message),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if control.is_stopped() => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    messages.recv().ok()
}
