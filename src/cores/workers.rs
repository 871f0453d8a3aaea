//! The threads of a plan, which run jobs one by one.

#[cfg(feature = "threads")]
use std::sync::Arc;
use std::sync::mpsc::Receiver;
#[cfg(feature = "threads")]
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool::{self, Lease};
use crate::error::Result;
#[cfg(feature = "threads")]
use crate::run_control::POLL;
use crate::run_control::RunControl;

/// The number of times that a caller polls for a message, yielding in between, before it sleeps. This takes some tens
/// of microseconds.
#[cfg(feature = "threads")]
const MAX_POLLS: u32 = 64;

/// The threads that run jobs: those of [`run`](super::run::run), which are kept between runs, or the calling thread.
pub(crate) struct WorkerPool {
    /// `None`: every job runs immediately on the calling thread.
    #[cfg(feature = "threads")]
    pool: Option<Arc<Lease>>,
}

#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "the signatures are those of a build with threads")
)]
impl WorkerPool {
    #[cfg_attr(not(feature = "threads"), allow(unused_variables, reason = "one thread, which is not pinned"))]
    pub(crate) fn new(threads: usize, pin: Pin) -> Result<Self> {
        Ok(Self {
            #[cfg(feature = "threads")]
            pool: if threads > 1 || pin != Pin::None { Some(Arc::new(pool::lease(threads, pin)?)) } else { None },
        })
    }

    /// Whether [`WorkerPool::spawn`] runs the job on the calling thread before it returns.
    pub(crate) fn is_the_caller(&self) -> bool {
        #[cfg(feature = "threads")]
        return self.pool.is_none();
        #[cfg(not(feature = "threads"))]
        true
    }

    /// Runs `job` on the next free worker. The job receives the worker's number and must not panic.
    pub(crate) fn spawn(&self, job: impl FnOnce(usize) + Send + 'static) {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool {
            // The pool is idle again when its last job has ended.
            let lease = Arc::clone(pool);
            return pool.pool.spawn_fifo(move || {
                job(rayon::current_thread_index().unwrap_or(0));
                drop(lease);
            });
        }
        job(0);
    }
}

/// The next message of a job; `None` if no running job can send one, or if the hook of the control stops the run.
#[cfg_attr(not(feature = "threads"), allow(unused_variables, reason = "every message has already been sent"))]
pub(crate) fn receive<T>(messages: &Receiver<T>, control: &RunControl) -> Option<T> {
    // To sleep and to wake up takes longer than a tiny task, so poll first.
    #[cfg(feature = "threads")]
    for _ in 0..MAX_POLLS {
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
