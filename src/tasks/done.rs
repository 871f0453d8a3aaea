//! The outcome of a task.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The outcome of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done<R> {
    /// The task's number, from 0.
    pub index: usize,
    /// The number of the worker that ran it, from 0.
    pub worker: usize,
    /// The result of the work, or its panic.
    pub result: Result<R, Panicked>,
}

/// A task that panicked. It does not affect the others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Panicked {
    /// The task's number, from 0.
    pub index: usize,
    /// The panic message.
    pub message: String,
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} panicked: {}", self.index, self.message)
    }
}

impl std::error::Error for Panicked {}

impl<R> Done<R> {
    /// Runs one task.
    pub(super) fn by<T>(worker: usize, index: usize, task: T, work: &impl Fn(T) -> R) -> Self {
        // A task that panicked is dropped and never used again. As with any thread, the work itself must keep its
        // shared state consistent.
        let result = catch_unwind(AssertUnwindSafe(|| work(task)));
        Self { index, worker, result: result.map_err(|panic| Panicked { index, message: message(&*panic) }) }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}
