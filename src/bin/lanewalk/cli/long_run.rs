//! Runs of a minute or more: the program announces the predicted time.

use super::common::Destination;
use crate::report::{duration, scaled};

/// A lower bound of the rate of every machine. A run that is short at this rate needs no prediction.
const MIN_RATE: f64 = 1e8;

/// The program announces runs that take longer than this, in seconds.
const MIN_ANNOUNCED_S: f64 = 60.0;

/// Whether `work`, in steps or points, is short on every machine.
pub(super) fn is_short(work: f64, threads: usize) -> bool {
    work < MIN_ANNOUNCED_S * MIN_RATE * threads as f64
}

/// Announces the predicted time of a run with this work, if the run is long.
pub(super) fn announce(destination: &Destination, work: f64, unit: &str, seconds: f64) {
    if seconds > MIN_ANNOUNCED_S {
        let (length, rate, work) = (duration(seconds), scaled(work / seconds), scaled(work));
        destination.note(&format!("this will take about {length}: {work}{unit} at {rate}{unit}/s"));
    }
}
