//! A crew: the threads of a plan, taking jobs one by one.

use std::sync::mpsc::Receiver;
#[cfg(feature = "threads")]
use std::sync::{Arc, mpsc::TryRecvError};

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool::{self, Pool};
use crate::error::Result;

/// How often a caller looks for a message, giving way in between, before it sleeps: some tens of microseconds.
#[cfg(feature = "threads")]
const LOOKS: u32 = 64;

/// Where jobs are sent to. The threads are those of [`run`](super::run::run), which live on.
pub(crate) struct WorkerPool {
    #[cfg(feature = "threads")]
    pool: Arc<Pool>,
}

#[cfg(feature = "threads")]
impl WorkerPool {
    pub(crate) fn new(threads: usize, pin: Pin) -> Result<Self> {
        Ok(Self { pool: pool::get(threads, pin)? })
    }

    /// Has the next free worker do `job`, which gets the worker's number and must not panic.
    pub(crate) fn spawn(&self, job: impl FnOnce(usize) + Send + 'static) {
        self.pool.pool.spawn_fifo(move || job(rayon::current_thread_index().unwrap_or(0)));
    }

    /// The next message of a job; `None` when no job is left that could send one.
    pub(crate) fn receive<T>(&self, messages: &Receiver<T>) -> Option<T> {
        // A worker of this very crew does others' jobs meanwhile: with one worker no other worker could do them.
        while self.pool.pool.current_thread_index().is_some() {
            match messages.try_recv() {
                Ok(message) => return Some(message),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {
                    if self.pool.pool.yield_now() != Some(rayon::Yield::Executed) {
                        std::thread::yield_now();
                    }
                }
            }
        }
        // To fall asleep and be woken takes longer than a tiny task: look about first.
        for _ in 0..LOOKS {
            match messages.try_recv() {
                Ok(message) => return Some(message),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => std::thread::yield_now(),
            }
        }
        messages.recv().ok()
    }
}

/// Without threads the caller does every job itself, at once.
#[cfg(not(feature = "threads"))]
#[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as in a build with threads")]
impl WorkerPool {
    pub(crate) fn new(_threads: usize, _pin: Pin) -> Result<Self> {
        Ok(Self {})
    }

    pub(crate) fn spawn(&self, job: impl FnOnce(usize)) {
        job(0);
    }

    pub(crate) fn receive<T>(&self, messages: &Receiver<T>) -> Option<T> {
        messages.recv().ok()
    }
}
