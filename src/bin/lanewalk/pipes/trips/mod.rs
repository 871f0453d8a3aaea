//! Round-trip times of messages: between processes over a pipe, between threads over a channel, and between threads
//! through shared memory.
//!
//! The kinds of links are interleaved at each size (A B C A B C ...), so other load on the machine affects all of
//! them. Each trip creates a new message, and compares the answer with it. The times exclude both, and the first trips
//! of each turn are not timed. Each trip reads the clock twice, which is noticeable in the fastest
//! trips.

mod channel;
mod link;
mod process;
pub(crate) mod python;
mod shared;

use std::time::{Duration, Instant};

use lanewalk::Machine;
use lanewalk::internal::quantile;
use serde::Serialize;

use crate::pipes::error::{ExchangeError, Result};
pub(crate) use link::Settings;
use link::{Link, Turn};

/// The sizes of the messages, in bytes.
const SIZES: [usize; 7] = [8, 64, 512, 4 << 10, 32 << 10, 256 << 10, 1 << 20];

/// The minimum number of turns for each size.
const MIN_TURNS: u32 = 4;

/// The maximum time of a turn.
const MAX_TURN: Duration = Duration::from_millis(50);

/// The number of trips of one kind and size after which no further turn is measured.
const MAX_TRIPS: usize = 1_000_000;

/// The times of trips of one kind with messages of one size.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RoundTrips {
    pub(crate) kind: &'static str,
    pub(crate) bytes: usize,
    pub(crate) count: usize,
    pub(crate) median_s: f64,
    pub(crate) p99_s: f64,
    /// The bytes of both directions, divided by the median time.
    pub(crate) bytes_per_second: f64,
}

impl Settings<'_> {
    /// Measures the round trips of every available kind and every size. Returns them with notes.
    ///
    /// # Errors
    /// [`ExchangeError::Failed`] if an answer differs from its message or is missing; [`ExchangeError::Stopped`] if the
    /// run was stopped.
    pub(crate) fn measure(&self, mut progress: impl FnMut(f64)) -> Result<(Vec<RoundTrips>, Vec<String>)> {
        let start = Instant::now();
        let mut links: Vec<Box<dyn Link>> =
            vec![Box::new(process::Pipe::new(self)), Box::new(channel::Channel), Box::new(shared::Shared::new())];
        let mut notes = Vec::new();
        match python::Pipe::start(self) {
            Ok(python) => links.push(Box::new(python)),
            Err(ExchangeError::Failed(why)) => notes.push(format!("{} was not measured: {why}", python::KIND)),
            Err(other) => return Err(other),
        }
        let mut rows = Vec::new();
        for (index, bytes) in SIZES.into_iter().enumerate() {
            let left = self.budget.saturating_sub(start.elapsed()) / (SIZES.len() - index) as u32;
            let share = left / links.len() as u32;
            let turns = MIN_TURNS.max((share.as_secs_f64() / MAX_TURN.as_secs_f64()).ceil() as u32);
            let turn = Turn { bytes, time: share / turns, control: self.control };
            let mut times = vec![Vec::new(); links.len()];
            for number in 0..turns {
                for (link, times) in links.iter_mut().zip(&mut times) {
                    if times.len() < MAX_TRIPS && (number == 0 || !times.is_empty()) {
                        match link.trips(&turn) {
                            Ok(more) => times.extend(more),
                            Err(ExchangeError::Failed(why)) if link.is_baseline() => {
                                notes.push(format!(
                                    "{} was not measured for messages of {bytes} bytes or more: {why}",
                                    link.kind()
                                ));
                                times.clear();
                            }
                            Err(other) => return Err(other),
                        }
                    }
                }
                progress((index as f64 + f64::from(number + 1) / f64::from(turns)) / SIZES.len() as f64);
            }
            for (link, times) in links.iter().zip(&times) {
                rows.extend(summary(link.kind(), bytes, times));
            }
            let mut measured = times.iter().map(|times| !times.is_empty());
            links.retain(|_| measured.next().unwrap_or_default());
        }
        notes.extend(links.iter().filter_map(|link| link.note()));
        let machine = Machine::detect();
        if machine.threads < 2 {
            notes.push("both ends share one core, so a trip includes at least two context switches".to_owned());
        }
        Ok((rows, notes))
    }
}

/// The summary of the times of one kind and size; `None` if there are no times.
fn summary(kind: &'static str, bytes: usize, times: &[u64]) -> Option<RoundTrips> {
    if times.is_empty() {
        return None;
    }
    let seconds: Vec<f64> = times.iter().map(|time| *time as f64 / 1e9).collect();
    // Quantiles are nearest ranks: for fewer than 100 times, the 99 % quantile is the maximum.
    let (median_s, p99_s) = (quantile(seconds.clone(), 0.5), quantile(seconds, 0.99));
    Some(RoundTrips {
        kind,
        bytes,
        count: times.len(),
        median_s,
        p99_s,
        bytes_per_second: 2.0 * bytes as f64 / median_s,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanewalk::RunControl;

    fn turn(control: &RunControl) -> Turn<'_> {
        Turn { bytes: 64, time: Duration::ZERO, control }
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let times: Vec<u64> = (1..=200).rev().map(|time| 1000 * time).collect();
        let row = summary("it", 8, &times).unwrap();
        assert_eq!((row.count, row.median_s, row.p99_s), (200, 1e-4, 1.98e-4));
        assert!((row.bytes_per_second - 160_000.0).abs() < 1e-6);
        let one = summary("it", 8, &[5]).unwrap();
        assert_eq!((one.count, one.median_s, one.p99_s), (1, 5e-9, 5e-9));
        assert!(summary("it", 8, &[]).is_none());
    }

    #[test]
    fn changed_answers_are_detected() {
        let control = RunControl::default();
        assert_eq!(turn(&control).time("it", |_| Ok(())).unwrap().len(), 1);
        let wrong: [fn(&mut Vec<u8>); 3] =
            [|message| message[63] ^= 1, |message| message.truncate(56), |message| message.rotate_left(8)];
        for change in wrong {
            let changed = turn(&control).time("it", |message| {
                change(message);
                Ok(())
            });
            let expected = "it: a message of 64 bytes came back changed";
            assert!(matches!(changed, Err(ExchangeError::Failed(why)) if why == expected));
        }
        control.stop();
        assert!(matches!(turn(&control).time("it", |_| Ok(())), Err(ExchangeError::Stopped)));
    }

    #[test]
    fn threads_return_every_message() {
        let control = RunControl::default();
        for bytes in SIZES {
            let turn = Turn { bytes, time: Duration::from_millis(2), control: &control };
            for link in [&mut channel::Channel as &mut dyn Link, &mut shared::Shared::new()] {
                assert!(!link.trips(&turn).unwrap().is_empty(), "{} {bytes}", link.kind());
            }
        }
    }
}
