//! Plans of time: how much work fits into a budget. Arithmetic only; nothing here reads a clock.

use std::ops::RangeInclusive;

/// The number of rounds: from six on a median has a 95 % interval, and more than 21 gain little. A budget that is too
/// small for six allows fewer.
pub(crate) const ROUNDS: RangeInclusive<usize> = 6..=21;

/// The maximum number of rounds with Python and NumPy, and their maximum share of the time of the rounds.
const MAX_BASELINE_ROUNDS: usize = 3;
const BASELINE_SHARE: f64 = 0.3;

/// The maximum share of the time for a second warm-up.
const WARM_UP_SHARE: f64 = 0.15;

/// The warm-up runs take these multiples of the first size.
pub(super) const SECOND_SIZE: u64 = 4;

/// Measured durations of the warm-up.
#[derive(Default)]
pub(super) struct WarmUp {
    /// The size, and the seconds of one run of every case whose work is proportional to the size.
    pub(super) first: (u64, f64),
    /// The same for [`SECOND_SIZE`] times that size, if there was time for it.
    pub(super) second: Option<f64>,
    /// The seconds of one run of every baseline, whose time does not depend on the size.
    pub(super) baselines: f64,
}

/// The work of the rounds.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) size: u64,
    /// The number of rounds in which baselines take part.
    pub(super) baseline_rounds: usize,
}

/// Whether there is time for a second warm-up, if the first took `first` seconds.
pub(super) fn affords_second(first: f64, available: f64) -> bool {
    first * SECOND_SIZE as f64 <= WARM_UP_SHARE * available
}

/// The size with which the middle of [`ROUNDS`] fits into `available` seconds, but at least the first size. With the
/// first size, a busy machine completes fewer rounds.
pub(super) fn plan(warm_up: &WarmUp, available: f64) -> Plan {
    let (first, seconds) = (warm_up.first.0 as f64, warm_up.first.1.max(1e-9));
    let (each, fixed) = match warm_up.second {
        None => (seconds / first, 0.0),
        Some(second) => {
            let whole = second / (SECOND_SIZE as f64 * first);
            // On a busy machine the smaller size may take longer: at most three quarters count as fixed.
            let each = ((second - seconds) / ((SECOND_SIZE - 1) as f64 * first)).clamp(whole / 4.0, whole).max(1e-12);
            (each, (seconds - each * first).max(0.0))
        }
    };
    let affordable = BASELINE_SHARE * available / warm_up.baselines.max(1e-9);
    let baseline_rounds = (affordable.max(0.0) as usize).min(MAX_BASELINE_ROUNDS);
    let rounds = (ROUNDS.start() + ROUNDS.end()) as f64 / 2.0;
    let room = (available - baseline_rounds as f64 * warm_up.baselines) / rounds - fixed;
    Plan { size: round((room / each).max(first)), baseline_rounds }
}

/// A size with two leading digits, which is easy to read.
fn round(size: f64) -> u64 {
    let unit = 10_f64.powf((size.log10() - 1.0).floor().max(0.0));
    ((size / unit).floor() * unit) as u64
}

/// Whether to measure one more round after `done` rounds in `spent` seconds. `longest` is the duration of the longer
/// one of the last two rounds. The first round is always measured.
pub(super) fn goes_on(done: usize, spent: f64, longest: f64, available: f64) -> bool {
    done == 0 || (done < *ROUNDS.end() && spent + longest <= available)
}

/// The seconds of one of `left` equal parts of the remaining time; 0 if the time is spent.
pub(super) fn part(remaining: f64, left: usize) -> f64 {
    remaining.max(0.0) / left.max(1) as f64
}

/// The samples of a further run: `wanted`, or as many as this rate allows within `seconds`; at least `least`.
pub(super) fn samples_within(wanted: u64, least: u64, rate: f64, seconds: f64) -> u64 {
    ((rate * seconds.max(0.0)) as u64).clamp(least, wanted.max(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A round of cases that take `each` seconds for a unit of size and `fixed` seconds more, on a machine that takes
    /// `load` times as long; and the baselines.
    struct Machine {
        each: f64,
        fixed: f64,
        baselines: f64,
        load: f64,
    }

    impl Machine {
        fn round(&self, size: u64) -> f64 {
            self.load * (self.each * size as f64 + self.fixed)
        }

        /// The plan and the simulated rounds: their number and their time, with the warm-up.
        fn run(&self, first: u64, budget: f64) -> (Plan, usize, f64) {
            let mut warm_up =
                WarmUp { first: (first, self.round(first)), second: None, baselines: self.load * self.baselines };
            let mut spent = warm_up.first.1 + warm_up.baselines;
            if affords_second(warm_up.first.1, budget - spent) {
                let second = self.round(SECOND_SIZE * first);
                (warm_up.second, spent) = (Some(second), spent + second);
            }
            let plan = plan(&warm_up, budget - spent);
            let (available, mut used, mut rounds, mut last) = (budget - spent, 0.0, 0, [0.0_f64; 2]);
            while goes_on(rounds, used, last[0].max(last[1]), available) {
                let baselines = if rounds < plan.baseline_rounds { warm_up.baselines } else { 0.0 };
                let round = self.round(plan.size) + baselines;
                (rounds, used, last) = (rounds + 1, used + round, [last[1], round]);
            }
            (plan, rounds, spent + used)
        }
    }

    #[test]
    fn a_quiet_machine_completes_enough_rounds_within_the_budget() {
        for (each, fixed) in [(1e-4, 0.0), (1e-4, 0.02), (1e-6, 0.001)] {
            for budget in [2.0, 8.0, 50.0] {
                let machine = Machine { each, fixed, baselines: 0.1, load: 1.0 };
                let (plan, rounds, spent) = machine.run(100, budget);
                assert!(ROUNDS.contains(&rounds) && spent <= budget, "{plan:?} {rounds} {spent} of {budget}");
                assert_eq!(plan.baseline_rounds, 3);
                assert!(spent > 0.6 * budget, "{spent} of {budget} is used");
            }
        }
    }

    #[test]
    fn a_busy_machine_completes_fewer_rounds_and_the_budget_holds() {
        let machine = |load| Machine { each: 7e-4, fixed: 0.0, baselines: 0.25, load };
        let quiet = machine(1.0).run(100, 1.2);
        let mut before = (usize::MAX, usize::MAX);
        for load in [1.0, 2.0, 3.0, 5.0] {
            let (plan, rounds, spent) = machine(load).run(100, 1.2);
            assert!(spent <= 1.2 || rounds == 1, "{load}: {rounds} rounds in {spent}");
            assert!(rounds <= before.0 && plan.baseline_rounds <= before.1, "{load}: {rounds} {plan:?}");
            before = (rounds, plan.baseline_rounds);
        }
        assert!(quiet.1 >= *ROUNDS.start() && before.0 < *ROUNDS.start(), "{quiet:?} {before:?}");
    }

    #[test]
    fn baselines_take_no_part_without_time() {
        let warm_up = WarmUp { first: (100, 0.01), second: None, baselines: 0.5 };
        let rounds = [0.5, 2.0, 4.0, 5.5, 50.0, -1.0].map(|available| plan(&warm_up, available).baseline_rounds);
        assert_eq!(rounds, [0, 1, 2, 3, 3, 0]);
        assert_eq!(plan(&warm_up, -1.0).size, 100, "at least the first size");
    }

    #[test]
    fn sizes_are_round() {
        assert_eq!((round(123_456.0), round(99.0), round(7.0)), (120_000, 99, 7));
    }

    #[test]
    fn the_time_decides_whether_there_is_another_round() {
        assert!(goes_on(0, 9.0, 9.0, 1.0), "the first round is always measured");
        assert!(goes_on(3, 3.0, 1.0, 4.0) && !goes_on(3, 3.1, 1.0, 4.0));
        assert!(!goes_on(*ROUNDS.end(), 1.0, 0.1, 100.0));
        assert!(affords_second(0.1, 2.7) && !affords_second(0.1, 2.6));
        assert_eq!((part(6.0, 3), part(-1.0, 3), part(6.0, 0)), (2.0, 0.0, 6.0));
    }

    #[test]
    fn further_samples_fit_into_the_time() {
        assert_eq!(samples_within(1000, 100, 1e6, 0.01), 1000);
        assert_eq!(samples_within(1000, 100, 1e4, 0.05), 500);
        assert_eq!(samples_within(1000, 100, 1e4, -1.0), 100);
    }
}
