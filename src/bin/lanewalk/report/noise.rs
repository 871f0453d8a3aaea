//! Rounds, intervals and noise in words: the same for rungs, scaling and schedules.

use crate::ladder::budget::ROUNDS;

/// "95 % interval"; of fewer than six rounds the range, which contains the true median with a smaller probability.
pub(crate) fn interval_name(rounds: usize) -> String {
    match rounds {
        0 | 1 => "one value".to_owned(),
        rounds if rounds < *ROUNDS.start() => format!("range ({})", coverage(rounds)),
        _ => "95 % interval".to_owned(),
    }
}

/// Explains the intervals of this number of rounds.
pub(crate) fn intervals(rounds: usize) -> String {
    match rounds {
        0 | 1 => "one value, so there is no interval".to_owned(),
        rounds if rounds < *ROUNDS.start() => format!(
            "medians and ranges: the time allowed fewer than {} rounds, and the range contains the true median with a probability of {}",
            ROUNDS.start(),
            coverage(rounds)
        ),
        _ => "medians, with 95 % intervals of order statistics".to_owned(),
    }
}

/// The probability that the range of this number of values contains their true median.
fn coverage(rounds: usize) -> String {
    format!("{:.0} %", 100.0 * (1.0 - 0.5_f64.powi(rounds as i32 - 1)))
}

/// The definition of the noise floor.
pub(crate) const FLOOR: &str = "the farther end of the interval of a rung's ratio to itself";

/// The line about a measurement without ratios.
pub(crate) fn refused(reason: &str) -> String {
    format!("too noisy: {reason}, so there are no factors")
}

/// The beginning of a first line about noise, and its end.
pub(super) const TOO_NOISY: &str = "TOO NOISY";
pub(super) const ADVICE: &str = "close other programs, or use a larger --budget";
