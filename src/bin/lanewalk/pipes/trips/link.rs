//! A link between two ends, and the timing of its round trips.

use std::time::{Duration, Instant};

use lanewalk::RunControl;

use crate::pipes::error::{ExchangeError, Result};

/// The number of trips at the start of a turn that are not timed.
const WARM_UP: usize = 3;

/// The settings of a measurement.
pub(crate) struct Settings<'a> {
    /// The time for all measurements.
    pub(crate) budget: Duration,
    /// The maximum time of an answer.
    pub(crate) limit: Duration,
    pub(crate) control: &'a RunControl,
}

/// A link between two ends.
pub(super) trait Link {
    /// The kind of the link.
    fn kind(&self) -> &'static str;

    /// Whether a failure removes only the rows of this link, and does not end the program.
    fn is_baseline(&self) -> bool {
        false
    }

    /// Sends messages back and forth for one turn. Returns the nanoseconds of each trip.
    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>>;

    /// A note on the results, after all measurements.
    fn note(&self) -> Option<String> {
        None
    }
}

/// One turn of a link: the size of the messages, and the time.
pub(super) struct Turn<'a> {
    pub(super) bytes: usize,
    pub(super) time: Duration,
    pub(super) control: &'a RunControl,
}

/// The words of the message of a trip. They differ from each other and from the words of other trips of the turn.
fn words(trip: u64) -> impl Iterator<Item = [u8; 8]> {
    let first = (trip + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..).map(move |word| first.wrapping_add(word).to_le_bytes())
}

impl Turn<'_> {
    /// Times `exchange`, which sends a message and replaces it with the answer.
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
                // A coarse clock may report 0 ns, which no trip takes.
                times.push((took.as_nanos() as u64).max(1));
                if start.elapsed() >= self.time {
                    break;
                }
            }
        }
        Ok(times)
    }
}
