//! Cores: which there are, the pinned pool, and the one place where ranges of work are spread over threads.

mod crew;
mod files;
#[cfg(test)]
mod fixtures;
mod kinds;
mod order;
#[cfg(feature = "threads")]
mod pool;
mod quota;
mod topology;

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Result;
use crate::exec::{Pin, Plan};
pub(crate) use crew::Crew;
pub use topology::{LogicalCore, Machine, NumaNode};

/// The most threads a run may ask for.
pub(crate) const MOST_THREADS: usize = if cfg!(feature = "threads") { 1024 } else { 1 };

/// How many threads the operating system grants this process (affinity mask and container quota counted in).
///
/// Asked once, before any thread is pinned: a pinned thread, and all that it starts, would be told one.
pub(crate) fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
}

/// The ids of the cores that this process may be pinned to; `None` in a build without threads, which pins nothing.
///
/// Asked once, like [`available`]. Only ids that the crate returned are ever given back to it: others can lie outside the
/// mask, or abort.
#[cfg_attr(feature = "threads", allow(clippy::unnecessary_wraps, reason = "the build without threads has none"))]
fn pinnable() -> Option<&'static [usize]> {
    #[cfg(feature = "threads")]
    {
        static IDS: OnceLock<Vec<usize>> = OnceLock::new();
        let ids = || core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect();
        Some(IDS.get_or_init(ids))
    }
    #[cfg(not(feature = "threads"))]
    None
}

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

/// Calls `work` once on every thread of the plan and returns what they returned.
///
/// One unpinned thread is the calling thread itself: no pool is started for it.
#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, reason = "with threads, a pool may fail to start")
)]
pub(crate) fn run<R: Send>(plan: &Plan, work: impl Fn() -> R + Sync) -> Result<Vec<R>> {
    run_numbered(plan, |_| work())
}

/// As [`run`], for work that asks for the thread's number, from 0.
#[cfg_attr(
    not(feature = "threads"),
    allow(clippy::unnecessary_wraps, reason = "with threads, a pool may fail to start")
)]
pub(crate) fn run_numbered<R: Send>(plan: &Plan, work: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
    #[cfg(feature = "threads")]
    if plan.threads > 1 || plan.pin != Pin::None {
        return Ok(pool::get(plan.threads, plan.pin)?.pool.broadcast(|thread| work(thread.index())));
    }
    debug_assert_eq!(plan.threads, 1, "checked when the plan was made");
    Ok(vec![work(0)])
}

/// Splits what is left among `workers`: each share a quarter of an even one, so that shares shrink towards the end
/// and no worker waits long for another (guided self-scheduling, Polychronopoulos and Kuck, 1987).
pub(crate) fn share(left: u64, workers: u64) -> u64 {
    (left / (4 * workers)).clamp(1, 1024).min(left)
}

/// The numbers 0..end, handed out once each in ascending ranges to any number of workers.
pub(crate) struct Ranges {
    next: AtomicU64,
    end: u64,
    size: Size,
}

/// How many numbers are handed out at a time.
enum Size {
    /// A [`share`] of what is left.
    Shrinking {
        workers: u64,
    },
    Fixed(u64),
}

impl Ranges {
    pub(crate) fn new(end: u64, workers: usize) -> Self {
        Self { next: AtomicU64::new(0), end, size: Size::Shrinking { workers: workers as u64 } }
    }

    /// Hands out `chunk` numbers at a time, which must not be zero.
    pub(crate) fn in_chunks(end: u64, chunk: u64) -> Self {
        Self { next: AtomicU64::new(0), end, size: Size::Fixed(chunk) }
    }

    /// The next range, of one number at least, or `None` when all are handed out.
    pub(crate) fn take(&self) -> Option<Range<u64>> {
        let mut start = self.next.load(Ordering::Relaxed);
        loop {
            let left = self.end - start;
            let size = match self.size {
                Size::Shrinking { workers } => share(left, workers),
                Size::Fixed(chunk) => chunk.min(left),
            };
            if size == 0 {
                return None;
            }
            match self.next.compare_exchange_weak(start, start + size, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Some(start..start + size),
                Err(now) => start = now,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_everything_once() {
        for (end, workers) in [(0, 1), (1, 7), (15, 2), (4500, 2), (100_003, 64)] {
            for ranges in [Ranges::new(end, workers), Ranges::in_chunks(end, 7), Ranges::in_chunks(end, u64::MAX)] {
                let mut next = 0;
                while let Some(range) = ranges.take() {
                    assert_eq!(range.start, next);
                    assert!(range.end > range.start);
                    next = range.end;
                }
                assert_eq!(next, end);
            }
        }
    }
}
