//! The noise of a measurement, and the decision whether it supports ratios.

use serde::{Deserialize, Serialize};

use super::statistics::Interval;

/// The largest noise floor with which ratios are reported: from 1/1.25 to 1.25.
pub(crate) const MAX_NOISE: f64 = 0.25;

/// The smallest number of rounds from which a noise floor is reported. The range of three ratios contains their true
/// median with a probability of 75 %; two rounds may agree by chance.
pub(crate) const MIN_ROUNDS: usize = 3;

/// The noise floor of the rungs on this number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Floor {
    pub(crate) threads: usize,
    /// The largest deviation from 1 in the interval of the ratio of a rung to its twin, as a factor minus 1.
    pub(crate) noise_floor: f64,
}

/// The floors from pairs of twins: threads, the rates of a rung, and those of the same rung once more. Of several pairs
/// on the same number of threads, the largest floor counts.
pub(super) fn floors<'r>(twins: impl IntoIterator<Item = (usize, &'r [f64], &'r [f64])>) -> Vec<Floor> {
    let mut floors: Vec<Floor> = Vec::new();
    for (threads, rates, again) in twins {
        // Fewer rounds say nothing about the noise.
        let enough = rates.len() >= MIN_ROUNDS;
        let Some(ratio) = Interval::of_ratio(again, rates).filter(|_| enough) else { continue };
        let noise_floor = ratio.floor();
        match floors.iter_mut().find(|floor| floor.threads == threads) {
            Some(floor) => floor.noise_floor = floor.noise_floor.max(noise_floor),
            None => floors.push(Floor { threads, noise_floor }),
        }
    }
    floors
}

/// The largest of these floors; 0 without floors.
pub(crate) fn largest(floors: &[Floor]) -> f64 {
    floors.iter().map(|floor| floor.noise_floor).fold(0.0, f64::max)
}

/// The floor on this number of threads; without one, the largest.
pub(crate) fn floor_of(floors: &[Floor], threads: usize) -> f64 {
    let own = floors.iter().find(|floor| floor.threads == threads);
    own.map_or_else(|| largest(floors), |floor| floor.noise_floor)
}

/// The reason why a measurement supports no ratios; `None` if it does.
pub(crate) fn refusal(rounds: usize, floors: &[Floor]) -> Option<String> {
    if rounds < MIN_ROUNDS {
        let were = if rounds == 1 { "1 round is" } else { &format!("{rounds} rounds are") };
        return Some(format!("{were} too few to measure the noise, which takes {MIN_ROUNDS}"));
    }
    let worst = floors.iter().max_by(|one, other| one.noise_floor.total_cmp(&other.noise_floor))?;
    (worst.noise_floor > MAX_NOISE).then(|| {
        let on = on(worst.threads);
        format!(
            "the noise floor is {:.0} % {on}, above the limit of {:.0} %",
            percent(worst.noise_floor),
            percent(MAX_NOISE)
        )
    })
}

/// "2.1 % on 1 thread, 3.4 % on 2 threads"
pub(crate) fn text(floors: &[Floor]) -> String {
    let one = |floor: &Floor| format!("{:.1} % {}", percent(floor.noise_floor), on(floor.threads));
    if floors.is_empty() { "not measured".to_owned() } else { floors.iter().map(one).collect::<Vec<_>>().join(", ") }
}

fn on(threads: usize) -> String {
    format!("on {threads} thread{}", if threads == 1 { "" } else { "s" })
}

fn percent(share: f64) -> f64 {
    100.0 * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_of_twins_on_each_number_of_threads() {
        let (steady, swinging) = ([2.0; 7], [2.0, 1.0, 4.0, 2.0, 2.0, 2.0, 2.0]);
        let found = floors([
            (1, &[1.0; 7][..], &[1.02; 7][..]),
            (2, &steady[..], &steady[..]),
            // The interval of seven values is their range: from a half to twice.
            (2, &steady[..], &swinging[..]),
        ]);
        assert_eq!(found.iter().map(|floor| floor.threads).collect::<Vec<_>>(), [1, 2]);
        assert!((found[0].noise_floor - 0.02).abs() < 1e-12 && (found[1].noise_floor - 1.0).abs() < 1e-12);
        assert!((largest(&found) - 1.0).abs() < 1e-12);
        assert!((floor_of(&found, 1) - 0.02).abs() < 1e-12 && (floor_of(&found, 8) - 1.0).abs() < 1e-12);
        assert_eq!(floors([(1, &[1.0; 2][..], &[1.02; 2][..])]), [], "two rounds may agree by chance");
        assert_eq!(text(&found), "2.0 % on 1 thread, 100.0 % on 2 threads");
    }

    #[test]
    fn noise_on_any_number_of_threads_refuses_ratios() {
        let floors =
            |one: f64, two: f64| [(1, one), (2, two)].map(|(threads, noise_floor)| Floor { threads, noise_floor });
        assert_eq!(refusal(MIN_ROUNDS, &floors(MAX_NOISE, MAX_NOISE)), None, "the limit itself is allowed");
        let on_two = refusal(21, &floors(0.01, 7.48)).unwrap();
        assert_eq!(on_two, "the noise floor is 748 % on 2 threads, above the limit of 25 %");
        assert!(refusal(21, &floors(0.26, 0.01)).unwrap().contains("26 % on 1 thread,"));
        assert!(refusal(MIN_ROUNDS - 1, &floors(0.0, 0.0)).unwrap().starts_with("2 rounds are too few"));
        assert!(refusal(1, &[]).unwrap().starts_with("1 round is too few"));
    }
}
