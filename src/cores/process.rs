//! Values that a process keeps until it exits. A forked child does not share them with its parent.

use std::sync::atomic::{AtomicU32, Ordering};

/// The maximum number of processes in a chain of forks that have their own slot.
pub(super) const MAX_PROCESSES: usize = 64;

/// A value for each process.
///
/// A child inherits the memory of its parent but none of its threads. A pool of the parent would never finish a job,
/// and a lock that another thread of the parent held at the fork would never be released. So each process has its own
/// value.
pub(super) struct PerProcess<T> {
    /// The process id of each slot; 0 marks a free slot.
    processes: [AtomicU32; MAX_PROCESSES],
    values: [T; MAX_PROCESSES],
}

impl<T> PerProcess<T> {
    pub(super) const fn new(values: [T; MAX_PROCESSES]) -> Self {
        Self { processes: [const { AtomicU32::new(0) }; MAX_PROCESSES], values }
    }

    /// The value of this process; `None` if its ancestors occupy all slots.
    pub(super) fn get(&self) -> Option<&T> {
        let this = process_id();
        let index = self.processes.iter().position(|slot| {
            // Another thread of this process may have taken the slot first.
            let taken = slot.compare_exchange(0, this, Ordering::Relaxed, Ordering::Relaxed);
            taken.is_ok() || taken == Err(this)
        })?;
        Some(&self.values[index])
    }
}

/// The id of this process, which is not 0.
pub(super) fn process_id() -> u32 {
    // WebAssembly has no process ids and no fork.
    if cfg!(target_family = "wasm") { 1 } else { std::process::id() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_keeps_its_value() {
        let values = PerProcess::new([const { AtomicU32::new(7) }; MAX_PROCESSES]);
        values.get().unwrap().store(8, Ordering::Relaxed);
        assert_eq!(values.get().unwrap().load(Ordering::Relaxed), 8);
    }

    #[test]
    fn a_slot_of_another_process_is_not_used() {
        let values = PerProcess::new([const { AtomicU32::new(7) }; MAX_PROCESSES]);
        values.processes[0].store(process_id() + 1, Ordering::Relaxed);
        assert!(std::ptr::eq(values.get().unwrap(), &raw const values.values[1]));
        for slot in &values.processes {
            slot.store(process_id() + 1, Ordering::Relaxed);
        }
        assert!(values.get().is_none());
    }
}
