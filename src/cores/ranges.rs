//! Ranges of work for any number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The size of the next share of the remaining work: a quarter of an even share. Shares shrink towards the end, so that
/// no worker waits long for another (guided self-scheduling, Polychronopoulos and Kuck, 1987).
pub(crate) fn share(left: u64, workers: u64) -> u64 {
    (left / (4 * workers)).clamp(1, 1024).min(left)
}

/// The numbers 0..end in ascending ranges for any number of workers. Each number is returned once.
pub(crate) struct Ranges {
    next: AtomicU64,
    end: u64,
    size: Size,
}

/// The size of the next range.
enum Size {
    /// A [`share`] of the remaining numbers.
    Shrinking {
        workers: u64,
    },
    Fixed(u64),
}

impl Ranges {
    pub(crate) fn new(end: u64, workers: usize) -> Self {
        Self { next: AtomicU64::new(0), end, size: Size::Shrinking { workers: workers as u64 } }
    }

    /// Ranges of `chunk` numbers, which must not be zero.
    pub(crate) fn in_chunks(end: u64, chunk: u64) -> Self {
        Self { next: AtomicU64::new(0), end, size: Size::Fixed(chunk) }
    }

    /// The next range, of at least one number, or `None` if no number is left.
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
