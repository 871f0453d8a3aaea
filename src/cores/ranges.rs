//! Ranges of work, handed out to any number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

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
