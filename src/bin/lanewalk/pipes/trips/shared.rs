//! Memory that two threads share, each pinned to a core of its own.
//!
//! Two areas of words, one for each direction, and a counter that says whose turn it is: the client makes it odd when a
//! message lies in the one area, the server even when it has copied it into the other. The counter's release and
//! acquire order all the words, which themselves need no order; they are atomic because safe Rust has no other memory
//! that one thread may write and another read. The price is that they are copied one by one, not in vectors.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::{hint, iter, thread};

use lanewalk::Machine;
#[cfg(feature = "threads")]
use lanewalk::Pin;

use super::link::{Link, Turn};
use crate::pipes::error::{ExchangeError, Result};

/// How often a thread looks for its turn before it lets others run in between: half a millisecond or so, longer than a
/// mebibyte takes to copy.
const SPINS: u32 = 10_000;

/// Two threads of their own in each turn.
pub(super) struct Shared {
    cores: Cores,
    /// Looks before giving way; none where both ends share a core, and the other could not come to run.
    spins: u32,
    /// Both threads were pinned in every turn so far.
    pinned: bool,
}

/// What lies between the two.
struct Board {
    turn: Turns,
    /// One of the two is gone.
    closed: AtomicBool,
    there: Vec<AtomicU64>,
    back: Vec<AtomicU64>,
    spins: u32,
}

/// The counter, on cache lines of its own: the other end must not fetch it with a message's words.
#[repr(align(128))]
struct Turns(AtomicU64);

/// Tells the other end when this one is gone, even by a panic.
struct Presence<'a>(&'a Board);

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::Relaxed);
    }
}

impl Board {
    fn new(bytes: usize, spins: u32) -> Self {
        let area = || iter::repeat_with(AtomicU64::default).take(bytes / 8).collect();
        Self { turn: Turns(AtomicU64::new(0)), closed: AtomicBool::new(false), there: area(), back: area(), spins }
    }

    /// Waits until the counter stands at `turn`; no if the other end is gone.
    fn wait(&self, turn: u64) -> bool {
        let mut looks = 0;
        while self.turn.0.load(Ordering::Acquire) != turn {
            if self.closed.load(Ordering::Relaxed) {
                return false;
            }
            if looks < self.spins {
                looks += 1;
                hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
        true
    }

    /// Copies every message into the other area.
    fn serve(&self) {
        let _presence = Presence(self);
        let mut turn = 1;
        while self.wait(turn) {
            for (to, from) in self.back.iter().zip(&self.there) {
                to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            self.turn.0.store(turn + 1, Ordering::Release);
            turn += 2;
        }
    }

    /// Sends a message as number `turn`, and puts the answer in its place.
    fn exchange(&self, turn: u64, message: &mut [u8]) -> bool {
        for (to, from) in self.there.iter().zip(message.as_chunks().0) {
            to.store(u64::from_le_bytes(*from), Ordering::Relaxed);
        }
        self.turn.0.store(turn, Ordering::Release);
        let answered = self.wait(turn + 1);
        for (to, from) in message.as_chunks_mut().0.iter_mut().zip(&self.back) {
            *to = from.load(Ordering::Relaxed).to_le_bytes();
        }
        answered
    }
}

impl Shared {
    pub(super) fn new() -> Self {
        let spins = if Machine::detect().threads < 2 { 0 } else { SPINS };
        Self { cores: Cores::detect(), spins, pinned: true }
    }
}

impl Link for Shared {
    fn kind(&self) -> &'static str {
        "shared memory"
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        let (board, cores, kind) = (Board::new(turn.bytes, self.spins), &self.cores, self.kind());
        let (pinned, times) = thread::scope(|scope| {
            let server = scope.spawn(|| {
                let pinned = cores.pin(1);
                board.serve();
                pinned
            });
            // Not the calling thread: children that it starts later would be pinned with it.
            let client = scope.spawn(|| {
                let (_presence, pinned, mut number) = (Presence(&board), cores.pin(0), 1);
                let times = turn.time(kind, |message| {
                    let answered = board.exchange(number, message);
                    number += 2;
                    answered.then_some(()).ok_or_else(|| gone(kind))
                });
                (pinned, times)
            });
            let (pinned, times) = client.join().unwrap_or_else(|_| (false, Err(gone(kind))));
            (server.join().unwrap_or(false) && pinned, times)
        });
        self.pinned &= pinned;
        times
    }

    fn note(&self) -> Option<String> {
        let how = if self.pinned { "pinned to a core of its own" } else { "not pinned" };
        Some(format!("shared memory: each thread {how}"))
    }
}

fn gone(kind: &str) -> ExchangeError {
    ExchangeError::Failed(format!("{kind}: the thread at its other end is gone"))
}

/// Two cores to pin to, if there are two.
#[cfg(feature = "threads")]
struct Cores(Option<[usize; 2]>);

#[cfg(feature = "threads")]
impl Cores {
    /// The first two, near each other: no hardware threads of one physical core, if there is another.
    fn detect() -> Self {
        Self(Machine::detect().pinning(Pin::Compact).first_chunk().copied())
    }

    /// Pins the calling thread to one of the two; whether that was done.
    fn pin(&self, place: usize) -> bool {
        self.0.is_some_and(|cores| core_affinity::set_for_current(core_affinity::CoreId { id: cores[place] }))
    }
}

/// A build without threads pins none.
#[cfg(not(feature = "threads"))]
struct Cores;

#[cfg(not(feature = "threads"))]
impl Cores {
    fn detect() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "the other build needs it")]
    fn pin(&self, _: usize) -> bool {
        false
    }
}
