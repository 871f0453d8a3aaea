//! Halos through memory that threads share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::run_control::RunControl;

/// How often a waiting thread that has a core of its own looks before it sleeps.
const LOOKS: u32 = 10_000;

/// How long a sleeping thread sleeps before it looks whether the run was stopped.
const PATIENCE: Duration = Duration::from_millis(5);

/// One direction of one seam: room for two halos, since the sender may be a round ahead of the receiver, but never two:
/// it has to receive from the same neighbour in between.
pub(super) struct Post {
    rounds: AtomicU64,
    halos: [Vec<AtomicU64>; 2],
    /// The receiver sleeps, or is about to.
    sleeps: AtomicBool,
    lock: Mutex<()>,
    arrived: Condvar,
}

/// How threads wait for each other.
pub(super) struct Patience<'a> {
    pub(super) control: &'a RunControl,
    /// A thread has panicked: what others wait for may never come.
    pub(super) abandoned: &'a AtomicBool,
    /// Each thread has a core of its own: looking costs nobody anything.
    pub(super) looks: bool,
}

impl Post {
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
        // In one order with the receiver's: either it sees the round, or this sees that it sleeps.
        self.rounds.store(round + 1, Ordering::SeqCst);
        if self.sleeps.load(Ordering::SeqCst) {
            drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.arrived.notify_one();
        }
    }

    /// Waits until the halo of `round` is there; false if the run ends before.
    pub(super) fn wait(&self, round: u64, patience: &Patience) -> bool {
        let is_there = || self.rounds.load(Ordering::SeqCst) > round;
        if patience.looks {
            for _ in 0..LOOKS {
                if is_there() {
                    return true;
                }
                std::hint::spin_loop();
            }
        }
        if is_there() {
            return true;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleeps.store(true, Ordering::SeqCst);
        let mut there = is_there();
        while !there && !patience.control.is_stopped() && !patience.abandoned.load(Ordering::Relaxed) {
            guard = self.arrived.wait_timeout(guard, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
            there = is_there();
        }
        self.sleeps.store(false, Ordering::SeqCst);
        there
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
    fn every_halo_arrives_whoever_is_faster() {
        for looks in [false, true] {
            let (there, back) = (Post::new(1), Post::new(1));
            let (control, abandoned) = (RunControl::new(), AtomicBool::new(false));
            let patience = Patience { control: &control, abandoned: &abandoned, looks };
            let play = |out: &Post, from: &Post, step: f64| {
                let (mut value, mut got) = ([0.0], [0.0]);
                for round in 0..2000 {
                    out.send(round, &value);
                    assert!(from.wait(round, &patience));
                    from.receive(round, &mut got);
                    value[0] = got[0] + step;
                }
                value[0]
            };
            let ends = thread::scope(|scope| {
                let other = scope.spawn(|| play(&back, &there, 2.0));
                (play(&there, &back, 1.0), other.join().unwrap())
            });
            assert_eq!((ends.0 + ends.1).to_bits(), 6000.0_f64.to_bits());
        }
    }

    #[test]
    fn a_stop_and_a_panic_wake_who_waits() {
        for panics in [false, true] {
            let (control, abandoned) = (RunControl::new(), AtomicBool::new(false));
            let post = Post::new(1);
            thread::scope(|scope| {
                let patience = Patience { control: &control, abandoned: &abandoned, looks: false };
                let waiting = scope.spawn(move || post.wait(0, &patience));
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
