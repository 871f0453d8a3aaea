//! Runs of a minute or more: they say beforehand how long they take.

use super::common::Destination;
use crate::report::{duration, scaled};

/// Rates that no machine falls below; a run that is short even at this one needs no prediction.
const SLOWEST_RATE: f64 = 1e8;

/// A run of this many seconds is announced.
const LONG: f64 = 60.0;

/// Whether this much work, in steps or points, is short on every machine.
pub(super) fn is_short(work: f64, threads: usize) -> bool {
    work < LONG * SLOWEST_RATE * threads as f64
}

/// Announces a run that will take `seconds` for this much work, if that is long.
pub(super) fn announce(destination: &Destination, work: f64, unit: &str, seconds: f64) {
    if seconds > LONG {
        let (length, rate, work) = (duration(seconds), scaled(work / seconds), scaled(work));
        destination.note(&format!("this will take about {length}: {work}{unit} at {rate}{unit}/s"));
    }
}
