//! Round trips through shared memory between two threads, each pinned to its own core.
//!
//! The memory has one area of words for each direction, and a counter. The client makes the counter odd after it writes
//! a message to one area. The server makes it even after it copies the message to the other area. The release and
//! acquire operations on the counter order all accesses to the words, which can therefore be relaxed. The words are
//! atomic because safe Rust has no other memory that one thread can write and another can read. Atomic words are copied
//! one by one, not in vectors.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::{hint, iter, thread};

use lanewalk::Machine;
#[cfg(feature = "threads")]
use lanewalk::Pin;

use super::link::{Link, Turn};
use crate::pipes::error::{ExchangeError, Result};

/// The number of times that a thread checks the counter before it yields. This takes longer than the copy of 1 MiB.
const MAX_SPINS: u32 = 10_000;

/// Two new threads in each turn.
pub(super) struct Shared {
    cores: Cores,
    /// The number of checks before a thread yields. It is 0 if both ends share a core, because the other end cannot run
    /// while this one spins.
    spins: u32,
    /// Whether both threads were pinned in all turns so far.
    pinned: bool,
}

/// The memory that both threads share.
struct Memory {
    turn: Turns,
    /// Whether one of the threads has ended.
    closed: AtomicBool,
    requests: Vec<AtomicU64>,
    answers: Vec<AtomicU64>,
    spins: u32,
}

/// The counter, on its own cache lines, so that an access to the words of a message does not fetch it.
#[repr(align(128))]
struct Turns(AtomicU64);

/// Notifies the other thread when this one ends, even by a panic.
struct CloseOnDrop<'a>(&'a Memory);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::Relaxed);
    }
}

impl Memory {
    fn new(bytes: usize, spins: u32) -> Self {
        let area = || iter::repeat_with(AtomicU64::default).take(bytes / 8).collect();
        Self {
            turn: Turns(AtomicU64::new(0)),
            closed: AtomicBool::new(false),
            requests: area(),
            answers: area(),
            spins,
        }
    }

    /// Waits until the counter equals `turn`. Returns false if the other thread has ended.
    fn wait(&self, turn: u64) -> bool {
        let mut checks = 0;
        while self.turn.0.load(Ordering::Acquire) != turn {
            if self.closed.load(Ordering::Relaxed) {
                return false;
            }
            if checks < self.spins {
                checks += 1;
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
        true
    }

    /// Copies every message to the other area.
    fn serve(&self) {
        let _guard = CloseOnDrop(self);
        let mut turn = 1;
        while self.wait(turn) {
            for (to, from) in self.answers.iter().zip(&self.requests) {
                to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            self.turn.0.store(turn + 1, Ordering::Release);
            turn += 2;
        }
    }

    /// Sends a message, with `turn` as the counter, and replaces it with the answer.
    fn exchange(&self, turn: u64, message: &mut [u8]) -> bool {
        for (to, from) in self.requests.iter().zip(message.as_chunks().0) {
            to.store(u64::from_le_bytes(*from), Ordering::Relaxed);
        }
        self.turn.0.store(turn, Ordering::Release);
        let answered = self.wait(turn + 1);
        for (to, from) in message.as_chunks_mut().0.iter_mut().zip(&self.answers) {
            *to = from.load(Ordering::Relaxed).to_le_bytes();
        }
        answered
    }
}

impl Shared {
    pub(super) fn new() -> Self {
        let spins = if Machine::detect().threads < 2 { 0 } else { MAX_SPINS };
        Self { cores: Cores::detect(), spins, pinned: true }
    }
}

impl Link for Shared {
    fn kind(&self) -> &'static str {
        "shared memory"
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        let (memory, cores, kind) = (Memory::new(turn.bytes, self.spins), &self.cores, self.kind());
        let (pinned, times) = thread::scope(|scope| {
            let server = scope.spawn(|| {
                let pinned = cores.pin(1);
                memory.serve();
                pinned
            });
            // The client is a new thread: if the calling thread were pinned, its later children would be pinned too.
            let client = scope.spawn(|| {
                let (_guard, pinned, mut number) = (CloseOnDrop(&memory), cores.pin(0), 1);
                let times = turn.time(kind, |message| {
                    let answered = memory.exchange(number, message);
                    number += 2;
                    answered.then_some(()).ok_or_else(|| ended(kind))
                });
                (pinned, times)
            });
            let (pinned, times) = client.join().unwrap_or_else(|_| (false, Err(ended(kind))));
            (server.join().unwrap_or(false) && pinned, times)
        });
        self.pinned &= pinned;
        times
    }

    fn note(&self) -> Option<String> {
        let pinning = if self.pinned { "each thread is pinned to its own core" } else { "the threads are not pinned" };
        Some(format!("shared memory: {pinning}"))
    }
}

fn ended(kind: &str) -> ExchangeError {
    ExchangeError::Failed(format!("{kind}: the thread at the other end has ended"))
}

/// The two cores for the threads, if there are two.
#[cfg(feature = "threads")]
struct Cores(Option<[usize; 2]>);

#[cfg(feature = "threads")]
impl Cores {
    /// The first two cores, which are near each other. They belong to different physical cores if the machine has two.
    fn detect() -> Self {
        Self(Machine::detect().pinning(Pin::Compact).first_chunk().copied())
    }

    /// Pins the calling thread to one of the two cores. Returns whether this succeeded.
    fn pin(&self, index: usize) -> bool {
        self.0.is_some_and(|cores| core_affinity::set_for_current(core_affinity::CoreId { id: cores[index] }))
    }
}

/// A build without the feature `threads` does not pin.
#[cfg(not(feature = "threads"))]
struct Cores;

#[cfg(not(feature = "threads"))]
impl Cores {
    fn detect() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "a build with the feature `threads` needs it")]
    fn pin(&self, _: usize) -> bool {
        false
    }
}
