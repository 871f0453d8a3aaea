//! What became of a task.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What became of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done<R> {
    /// The task's number, from 0.
    pub index: usize,
    /// The number of the worker that did it, from 0.
    pub worker: usize,
    /// What the work returned, or that it panicked.
    pub result: Result<R, Panicked>,
}

/// A task that panicked. The others are not disturbed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Panicked {
    /// The task's number, from 0.
    pub index: usize,
    /// What it said.
    pub message: String,
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} panicked: {}", self.index, self.message)
    }
}

impl std::error::Error for Panicked {}

impl<R> Done<R> {
    /// Does one task.
    pub(super) fn by<T>(worker: usize, index: usize, task: T, work: &impl Fn(T) -> R) -> Self {
        // A task that was broken off is dropped and never used again; what the work shares with others is its own
        // to keep whole, as with any thread.
        let result = catch_unwind(AssertUnwindSafe(|| work(task)));
        Self { index, worker, result: result.map_err(|panic| Panicked { index, message: message(&*panic) }) }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}
