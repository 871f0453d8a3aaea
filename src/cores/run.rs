//! The one place where work is spread over threads.

use super::pinning::Pin;
#[cfg(feature = "threads")]
use super::pool;
#[cfg(feature = "threads")]
use super::topology::Machine;
use crate::error::Result;
use crate::run_control::RunControl;

/// Whether a pool of `threads` threads holds its pins or, before it was started, whether there are cores enough for it
/// to be pinned.
#[cfg(feature = "threads")]
pub(crate) fn is_pinned(threads: usize, pin: Pin) -> bool {
    let enough = || threads <= Machine::detect().pinning(pin).len();
    pin != Pin::None && pool::holds_pins(threads, pin).unwrap_or_else(enough)
}

/// Whether the calling thread belongs to a pool of lanewalk's, which has work already.
pub(crate) fn is_ours() -> bool {
    #[cfg(feature = "threads")]
    return pool::is_ours();
    #[cfg(not(feature = "threads"))]
    false
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
pub(crate) fn run<R: Send>(
    threads: usize,
    pin: Pin,
    control: &RunControl,
    work: impl Fn() -> R + Sync,
) -> Result<Vec<R>> {
    run_numbered(threads, pin, control, |_| work())
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
pub(crate) fn run_numbered<R: Send>(
    threads: usize,
    pin: Pin,
    control: &RunControl,
    work: impl Fn(usize) -> R + Sync,
) -> Result<Vec<R>> {
    #[cfg(feature = "threads")]
    if threads > 1 || pin != Pin::None {
        return pool::get(threads, pin)?.broadcast(control, work);
    }
    debug_assert_eq!(threads, 1, "checked when the plan was made");
    Ok(vec![work(0)])
}
