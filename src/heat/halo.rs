//! The exchange of halos through shared memory.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::run_control::RunControl;

/// The number of times that a waiting thread with its own core polls before it sleeps.
const MAX_POLLS: u32 = 10_000;

/// The time that a waiting thread sleeps before it checks whether the run was stopped.
const SLEEP: Duration = Duration::from_millis(5);

/// One direction of one seam. It has room for two halos, because the sender may be one round ahead of the receiver. It
/// cannot be two rounds ahead, because it has to receive a halo from the same neighbour in every round.
pub(super) struct HaloChannel {
    rounds: AtomicU64,
    halos: [Vec<AtomicU64>; 2],
    /// Whether the receiver sleeps or is about to sleep.
    sleeps: AtomicBool,
    lock: Mutex<()>,
    arrived: Condvar,
}

/// How a thread waits for a halo, and when it stops waiting.
pub(super) struct WaitPolicy<'a> {
    pub(super) control: &'a RunControl,
    /// Whether a thread has panicked. Its halos never arrive.
    pub(super) abandoned: &'a AtomicBool,
    /// Whether to poll before sleeping. Polling is free if each thread has its own core.
    pub(super) polls: bool,
}

impl HaloChannel {
    pub(super) fn new(depth: usize) -> Self {
        let halo = || (0..depth).map(|_| AtomicU64::new(0)).collect();
        Self {
            rounds: AtomicU64::new(0),
            halos: [halo(), halo()],
            sleeps: AtomicBool::new(false),
            lock: Mutex::new(()),
            arrived: Condvar::new(),
        }
    }

    pub(super) fn send(&self, round: u64, edge: &[f64]) {
        for (slot, value) in self.halos[(round % 2) as usize].iter().zip(edge) {
            slot.store(value.to_bits(), Ordering::Relaxed);
        }
        // Sequentially consistent with `wait`: either the receiver sees the round, or this thread sees that it sleeps.
        self.rounds.store(round + 1, Ordering::SeqCst);
        if self.sleeps.load(Ordering::SeqCst) {
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.arrived.notify_one();
        }
    }

    /// Waits until the halo of `round` has arrived. Returns `false` if the run ends first.
    pub(super) fn wait(&self, round: u64, policy: &WaitPolicy) -> bool {
        let has_arrived = || self.rounds.load(Ordering::SeqCst) > round;
        if policy.polls {
            for _ in 0..MAX_POLLS {
                if has_arrived() {
                    return true;
                }
                std::hint::spin_loop();
            }
        }
        if has_arrived() {
            return true;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleeps.store(true, Ordering::SeqCst);
        let mut ready = has_arrived();
        while !ready && !policy.control.is_stopped() && !policy.abandoned.load(Ordering::Relaxed) {
            guard = self.arrived.wait_timeout(guard, SLEEP).unwrap_or_else(PoisonError::into_inner).0;
            ready = has_arrived();
        }
        self.sleeps.store(false, Ordering::SeqCst);
        ready
    }

    pub(super) fn receive(&self, round: u64, ghosts: &mut [f64]) {
        for (slot, value) in self.halos[(round % 2) as usize].iter().zip(ghosts) {
            *value = f64::from_bits(slot.load(Ordering::Relaxed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn every_halo_arrives_at_any_relative_speed() {
        for polls in [false, true] {
            let (forward, backward) = (HaloChannel::new(1), HaloChannel::new(1));
            let (control, abandoned) = (RunControl::new(), AtomicBool::new(false));
            let policy = WaitPolicy { control: &control, abandoned: &abandoned, polls };
            let exchange = |out: &HaloChannel, from: &HaloChannel, step: f64| {
                let (mut value, mut got) = ([0.0], [0.0]);
                for round in 0..2000 {
                    out.send(round, &value);
                    assert!(from.wait(round, &policy));
                    from.receive(round, &mut got);
                    value[0] = got[0] + step;
                }
                value[0]
            };
            let ends = thread::scope(|scope| {
                let other = scope.spawn(|| exchange(&backward, &forward, 2.0));
                (exchange(&forward, &backward, 1.0), other.join().unwrap())
            });
            assert_eq!((ends.0 + ends.1).to_bits(), 6000.0_f64.to_bits());
        }
    }

    #[test]
    fn a_stop_and_a_panic_wake_a_waiting_thread() {
        for panics in [false, true] {
            let (control, abandoned) = (RunControl::new(), AtomicBool::new(false));
            let channel = HaloChannel::new(1);
            thread::scope(|scope| {
                let policy = WaitPolicy { control: &control, abandoned: &abandoned, polls: false };
                let waiting = scope.spawn(move || channel.wait(0, &policy));
                if panics {
                    abandoned.store(true, Ordering::Relaxed);
                } else {
                    control.stop();
                }
                assert!(!waiting.join().unwrap());
            });
        }
    }
}
