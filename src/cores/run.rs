//! Runs work on several threads. All parallel runs go through this module.

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool;
#[cfg(feature = "threads")]
use super::topology::Machine;
use crate::error::Result;
use crate::run_control::RunControl;

/// Whether the threads of this pool are pinned. Before the pool is started: whether there are enough cores to pin them.
#[cfg(feature = "threads")]
pub(crate) fn is_pinned(threads: usize, pin: Pin) -> bool {
    let enough = || threads <= Machine::detect().pinning(pin).len();
    pin != Pin::None && pool::holds_pins(threads, pin).unwrap_or_else(enough)
}

/// Whether the calling thread belongs to a lanewalk pool, and so is busy already.
pub(crate) fn is_pool_thread() -> bool {
    #[cfg(feature = "threads")]
    return pool::is_pool_thread();
    #[cfg(not(feature = "threads"))]
    false
}

/// A build without threads pins no thread: it runs on the calling thread.
#[cfg(not(feature = "threads"))]
pub(crate) fn is_pinned(_threads: usize, _pin: Pin) -> bool {
    false
}

/// Calls `work` once on each of `threads` threads, pinned according to `pin`, and returns the results.
///
/// A single unpinned thread is the calling thread itself. No pool is started for it.
#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, reason = "with threads, a pool may fail to start")
)]
pub(crate) fn run<R: Send>(
    threads: usize,
    pin: Pin,
    control: &RunControl,
    work: impl Fn() -> R + Sync,
) -> Result<Vec<R>> {
    run_numbered(threads, pin, control, |_| work())
}

/// Like [`run`], for work that needs the number of its thread. Numbers start at 0.
#[cfg_attr(
    not(feature = "threads"),
    allow(
        clippy::unnecessary_wraps,
        unused_variables,
        reason = "with threads, a pool may fail to start, and threads may be pinned"
    )
)]
pub(crate) fn run_numbered<R: Send>(
    threads: usize,
    pin: Pin,
    control: &RunControl,
    work: impl Fn(usize) -> R + Sync,
) -> Result<Vec<R>> {
    #[cfg(feature = "threads")]
    if threads > 1 || pin != Pin::None {
        return pool::lease(threads, pin)?.broadcast(control, work);
    }
    debug_assert_eq!(threads, 1, "a plan has one thread in this case");
    Ok(vec![work(0)])
}
