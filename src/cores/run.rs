//! The one place where work is spread over threads.

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool;
use crate::error::Result;

/// Whether a pool of `threads` threads holds its pins.
#[cfg(feature = "threads")]
pub(crate) fn is_pinned(threads: usize, pin: Pin) -> bool {
    pin != Pin::None && pool::get(threads, pin).is_ok_and(|pool| pool.pinned)
}

/// Nothing is pinned in a build without threads: the one thread is the caller's.
#[cfg(not(feature = "threads"))]
pub(crate) fn is_pinned(_threads: usize, _pin: Pin) -> bool {
    false
}

/// Calls `work` once on each of `threads` threads, pinned as `pin` says, and returns what they returned.
///
/// One unpinned thread is the calling thread itself: no pool is started for it.
#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, reason = "with threads, a pool may fail to start")
)]
pub(crate) fn run<R: Send>(threads: usize, pin: Pin, work: impl Fn() -> R + Sync) -> Result<Vec<R>> {
    run_numbered(threads, pin, |_| work())
}

/// As [`run`], for work that asks for the thread's number, from 0.
#[cfg_attr(
    not(feature = "threads"),
    allow(
        clippy::unnecessary_wraps,
        unused_variables,
        reason = "with threads, a pool may fail to start, and threads may be pinned"
    )
)]
pub(crate) fn run_numbered<R: Send>(threads: usize, pin: Pin, work: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
    #[cfg(feature = "threads")]
    if threads > 1 || pin != Pin::None {
        return Ok(pool::get(threads, pin)?.pool.broadcast(|thread| work(thread.index())));
    }
    debug_assert_eq!(threads, 1, "checked when the plan was made");
    Ok(vec![work(0)])
}
