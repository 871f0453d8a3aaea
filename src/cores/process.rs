//! What one process keeps for its life. A forked child shares nothing of it with its parent.

use std::sync::atomic::{AtomicU32, Ordering};

/// The processes of one line of descent, each forked by the one before it, that have a place of their own.
pub(super) const PLACES: usize = 64;

/// A value for each process.
///
/// A child inherits its parent's memory but none of its threads: a pool of the parent's would never answer, and a lock
/// that another thread of the parent held at the fork would never open. So each process has a value of its own.
pub(super) struct PerProcess<T> {
    /// The processes' numbers; 0 is a free place.
    processes: [AtomicU32; PLACES],
    values: [T; PLACES],
}

impl<T> PerProcess<T> {
    pub(super) const fn new(values: [T; PLACES]) -> Self {
        Self { processes: [const { AtomicU32::new(0) }; PLACES], values }
    }

    /// The value of this process; `None` if its ancestors have taken all places.
    pub(super) fn get(&self) -> Option<&T> {
        let this = process_number();
        let place = self.processes.iter().position(|place| {
            // Another thread of this process may have taken the place first.
            let taken = place.compare_exchange(0, this, Ordering::Relaxed, Ordering::Relaxed);
            taken.is_ok() || taken == Err(this)
        })?;
        Some(&self.values[place])
    }
}

/// The number of this process, which is not 0.
fn process_number() -> u32 {
    // WebAssembly has no such number, and no fork.
    if cfg!(target_family = "wasm") { 1 } else { std::process::id() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_keeps_its_value() {
        let values = PerProcess::new([const { AtomicU32::new(7) }; PLACES]);
        values.get().unwrap().store(8, Ordering::Relaxed);
        assert_eq!(values.get().unwrap().load(Ordering::Relaxed), 8);
    }

    #[test]
    fn a_place_of_another_process_is_left_alone() {
        let values = PerProcess::new([const { AtomicU32::new(7) }; PLACES]);
        values.processes[0].store(process_number() + 1, Ordering::Relaxed);
        assert!(std::ptr::eq(values.get().unwrap(), &raw const values.values[1]));
        for place in &values.processes {
            place.store(process_number() + 1, Ordering::Relaxed);
        }
        assert!(values.get().is_none());
    }
}
