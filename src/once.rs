//! Values that are computed once, without a lock.

use std::convert::Infallible;
use std::sync::OnceLock;

/// A value that is computed at the first call of [`Once::get`] and kept.
///
/// No caller waits for the computation of another caller. If two threads call at the same time, both compute, and one
/// value is kept. So a process that is forked during a computation does not hang.
#[derive(Debug)]
pub(crate) struct Once<T>(OnceLock<T>);

impl<T> Once<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn get(&self, compute: impl FnOnce() -> T) -> &T {
        let Ok(value) = self.try_get(|| Ok::<T, Infallible>(compute()));
        value
    }

    /// Like [`Once::get`]. An error is not kept.
    pub(crate) fn try_get<E>(&self, compute: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if self.0.get().is_none() {
            let value = compute()?;
            _ = self.0.set(value);
        }
        Ok(self.0.get().unwrap_or_else(|| unreachable!("set above")))
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::thread;

    #[test]
    fn two_threads_compute_at_the_same_time_and_see_one_value() {
        let (once, both) = (Once::new(), Barrier::new(2));
        // Each computation waits until the other one has started.
        let get = |value: i32| {
            *once.get(|| {
                both.wait();
                value
            })
        };
        let (one, other) = thread::scope(|scope| {
            let other = scope.spawn(|| get(2));
            (get(1), other.join().unwrap())
        });
        assert_eq!(one, other);
        assert_eq!(*once.get(|| unreachable!("computed")), one);
    }
}
