//! Two ends with something between them, and how their trips are timed.

use std::time::{Duration, Instant};

use lanewalk::RunControl;

use crate::pipes::error::{ExchangeError, Result};

/// Trips at the start of a turn that do not count.
const WARM_UP: usize = 3;

/// How to measure.
pub(crate) struct Settings<'a> {
    /// For everything together.
    pub(crate) budget: Duration,
    /// What an answer may take.
    pub(crate) limit: Duration,
    pub(crate) control: &'a RunControl,
}

/// Two ends with something between them.
pub(super) trait Link {
    /// What is between them.
    fn kind(&self) -> &'static str;

    /// Whether a failure costs its rows alone, and is not the program's own.
    fn is_baseline(&self) -> bool {
        false
    }

    /// Sends messages there and back for one turn. The nanoseconds of each trip.
    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>>;

    /// What a reader of the figures should know, when all is done.
    fn note(&self) -> Option<String> {
        None
    }
}

/// A kind's share of time, once.
pub(super) struct Turn<'a> {
    pub(super) bytes: usize,
    pub(super) time: Duration,
    pub(super) control: &'a RunControl,
}

/// The words of a trip's message: none like its neighbours, nor like those of any other trip of the turn.
fn words(trip: u64) -> impl Iterator<Item = [u8; 8]> {
    let first = (trip + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..).map(move |word| first.wrapping_add(word).to_le_bytes())
}

impl Turn<'_> {
    /// Times `exchange`, which sends a message and puts the answer in its place.
    pub(super) fn time(&self, kind: &str, mut exchange: impl FnMut(&mut Vec<u8>) -> Result<()>) -> Result<Vec<u64>> {
        let (start, mut message, mut times) = (Instant::now(), vec![0; self.bytes], Vec::new());
        for trip in 0.. {
            for (chunk, word) in message.chunks_exact_mut(8).zip(words(trip)) {
                chunk.copy_from_slice(&word);
            }
            let begin = Instant::now();
            exchange(&mut message)?;
            let took = begin.elapsed();
            let same = message.chunks_exact(8).zip(words(trip)).all(|(chunk, word)| chunk == word);
            if message.len() != self.bytes || !same {
                return Err(ExchangeError::Failed(format!(
                    "{kind}: a message of {} bytes came back changed",
                    self.bytes
                )));
            }
            if self.control.is_stopped() {
                return Err(ExchangeError::Stopped);
            }
            if trip as usize >= WARM_UP {
                // No trip takes no time, whatever a coarse clock says.
                times.push((took.as_nanos() as u64).max(1));
                if start.elapsed() >= self.time {
                    break;
                }
            }
        }
        Ok(times)
    }
}
