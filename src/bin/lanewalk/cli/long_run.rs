//! Runs of a minute or more: the program announces the predicted time and memory.

use super::common::Destination;
use crate::report::{amount, duration, scaled};

/// A lower bound of the rate of every machine. A run that is short at this rate needs no prediction.
const MIN_RATE: f64 = 1e8;

/// The program announces runs that take longer than this, in seconds.
const MIN_ANNOUNCED_S: f64 = 60.0;

/// Whether `work`, in steps or points, is short on every machine.
pub(super) fn is_short(work: f64, threads: usize) -> bool {
    work < MIN_ANNOUNCED_S * MIN_RATE * threads as f64
}

/// The memory of this process so far at its largest, in bytes, if Linux's /proc is available. After a pilot run it
/// contains all that a run needs, except what grows with the number of walkers.
pub(super) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(1024.0 * line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()?)
}

/// Announces the predicted time and memory of a run with this work, if the run is long.
pub(super) fn announce(destination: &Destination, work: f64, unit: &str, seconds: f64, memory: Option<f64>) {
    if seconds > MIN_ANNOUNCED_S {
        let (length, rate, work) = (duration(seconds), scaled(work / seconds), scaled(work));
        let memory = memory.map(|bytes| format!(" and {} of memory", amount(bytes))).unwrap_or_default();
        destination.note(&format!("this will take about {length}{memory}: {work}{unit} at {rate}{unit}/s"));
    }
}
