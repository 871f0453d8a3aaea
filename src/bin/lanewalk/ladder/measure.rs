//! Interleaved cases: every round runs all of them. Machines are shared and their clocks vary, so only measurements of
//! the same minute are comparable.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use lanewalk::RunControl;
use serde::{Deserialize, Serialize};

use super::budget::{ROUNDS, SECOND_SIZE, WarmUp, affords_second, goes_on, plan};
use super::error::LadderError;
use super::statistics::spread;
use lanewalk::internal::median;

/// The result of one run of a case.
pub(crate) struct Sample {
    /// Work done, in the workload's unit.
    pub(crate) work: f64,
    /// The measured time, if the case measures it more precisely than the clock around it.
    pub(crate) seconds: Option<f64>,
    /// The digest of the exact result; it is the same for all cases that do the same work.
    pub(crate) digest: Option<String>,
}

impl Sample {
    /// This amount of work, timed from outside, without a result to compare.
    pub(crate) fn of(work: f64) -> Self {
        Self { work, seconds: None, digest: None }
    }
}

/// The times of a case in every round.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RoundTimes {
    pub(crate) workload: String,
    pub(crate) name: String,
    pub(crate) seconds: Vec<f64>,
    /// Work per second; some cases do another amount of work in each round.
    pub(crate) rates: Vec<f64>,
}

/// A measured case.
pub(crate) struct Case<'a> {
    pub(crate) name: String,
    run: Box<dyn FnMut(u64) -> Result<Sample, LadderError> + 'a>,
    /// A fixed share of the work of a round.
    share: f64,
    /// The number of rounds that it takes part in: a slow baseline need not run in all.
    most_rounds: usize,
    baseline: bool,
    /// Cases of one group do the same work, and must have the same result.
    group: usize,
    /// The work of the latest run.
    pub(crate) work: f64,
    /// Work per second and seconds, one number for each round.
    pub(crate) rates: Vec<f64>,
    pub(crate) seconds: Vec<f64>,
    /// The digest of its exact result.
    pub(crate) digest: Option<String>,
    /// The reason why it is not measured any more: a baseline that failed.
    pub(crate) dropped: Option<String>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(name: impl Into<String>, run: impl FnMut(u64) -> Result<Sample, LadderError> + 'a) -> Self {
        Self {
            name: name.into(),
            run: Box::new(run),
            share: 1.0,
            most_rounds: usize::MAX,
            baseline: false,
            group: 0,
            work: f64::NAN,
            rates: Vec::new(),
            seconds: Vec::new(),
            digest: None,
            dropped: None,
        }
    }

    /// Sets the share of the size.
    pub(crate) fn share(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// Sets the maximum number of rounds.
    pub(crate) fn most_rounds(mut self, most: usize) -> Self {
        self.most_rounds = most;
        self
    }

    /// Sets the group.
    pub(crate) fn group(mut self, group: usize) -> Self {
        self.group = group;
        self
    }

    /// Makes it a baseline: its time does not depend on the size, and it takes part in few rounds.
    pub(crate) fn baseline(mut self) -> Self {
        self.baseline = true;
        self
    }

    pub(super) fn round_times(&self, workload: &str) -> RoundTimes {
        let (seconds, rates) = (self.seconds.clone(), self.rates.clone());
        RoundTimes { workload: workload.to_owned(), name: self.name.clone(), seconds, rates }
    }

    pub(super) fn is_baseline(&self) -> bool {
        self.baseline
    }

    /// Drops the case and its rates.
    fn drop_for(&mut self, reason: String) {
        self.rates.clear();
        self.seconds.clear();
        self.dropped = Some(reason);
    }

    /// Runs once with `size`.
    fn measure(&mut self, size: u64) -> Result<Run, LadderError> {
        let size = ((size as f64 * self.share) as u64).max(1);
        let start = Instant::now();
        let sample = (self.run)(size)?;
        let elapsed = start.elapsed().as_secs_f64();
        self.work = sample.work;
        let seconds = sample.seconds.unwrap_or(elapsed);
        Ok(Run { rate: sample.work / seconds, seconds, elapsed, digest: sample.digest })
    }
}

/// One run of a case.
struct Run {
    rate: f64,
    /// The time of the work.
    seconds: f64,
    /// The time by the clock on the wall.
    elapsed: f64,
    digest: Option<String>,
}

/// The reason why a baseline is not measured in a short run.
const NO_TIME: &str = "the budget leaves no time for it";

/// Warms up every case and plans the work of the rounds within `budget`, which includes the warm-up. Returns the size
/// of a round and the time that is left for the rounds.
///
/// Baselines take a fixed time for every size. A baseline that fails is dropped, and so is one for which there is no
/// time.
pub(crate) fn calibrate(
    cases: &mut [Case],
    first_size: u64,
    budget: Duration,
    control: &RunControl,
) -> Result<(u64, Duration), LadderError> {
    let start = Instant::now();
    let left = || budget.saturating_sub(start.elapsed());
    let mut warm_up = WarmUp { first: (first_size, run_all(cases, first_size, control)?), ..WarmUp::default() };
    let mut python = true;
    for case in cases.iter_mut().filter(|case| case.is_baseline()) {
        if control.is_stopped() {
            return Err(LadderError::Stopped);
        }
        if !python {
            // It is not tried: the same Python would hang again.
            case.drop_for("it needs that python3, with numpy".to_owned());
            continue;
        }
        match case.measure(first_size) {
            Err(LadderError::Baseline(reason)) => {
                case.drop_for(reason);
                python = false;
            }
            other => warm_up.baselines += other?.elapsed,
        }
    }
    if affords_second(warm_up.first.1, left().as_secs_f64()) {
        warm_up.second = Some(run_all(cases, SECOND_SIZE * first_size, control)?);
    }
    let left = left();
    let plan = plan(&warm_up, left.as_secs_f64());
    for case in cases.iter_mut().filter(|case| case.is_baseline() && case.dropped.is_none()) {
        case.most_rounds = plan.baseline_rounds;
        if plan.baseline_rounds == 0 {
            case.drop_for(NO_TIME.to_owned());
        }
    }
    Ok((plan.size, left))
}

/// Runs every case whose work is proportional to the size. Returns the seconds.
fn run_all(cases: &mut [Case], size: u64, control: &RunControl) -> Result<f64, LadderError> {
    let mut seconds = 0.0;
    for case in cases.iter_mut().filter(|case| !case.is_baseline()) {
        if control.is_stopped() {
            return Err(LadderError::Stopped);
        }
        seconds += case.measure(size)?.elapsed;
    }
    Ok(seconds)
}

/// The order of `count` cases in a round. What ran before leaves the clock and the caches in its state, so a place in
/// the round is an effect of its own. Each two rounds have the same rotation, and the second one runs backwards: over
/// both, every case has the same mean place, and has run after either neighbour.
fn order(round: usize, count: usize) -> Vec<usize> {
    // Multiples of the golden ratio spread the rotations evenly for any number of rounds.
    let rotation = ((round / 2) as f64 * 0.618_034).fract() * count as f64;
    let mut order: Vec<usize> = (0..count).collect();
    order.rotate_left(rotation as usize);
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

/// Runs rounds of all cases, each in its own order, until there are enough, `budget` is spent, or the control requests
/// a stop. Returns the number of complete rounds, at least one without a stop.
///
/// # Errors
/// [`LadderError::Differs`] if two cases of a group have different results, and the errors of the cases.
pub(crate) fn interleave(
    cases: &mut [Case],
    size: u64,
    budget: Duration,
    control: &RunControl,
    mut progress: impl FnMut(f64),
) -> Result<usize, LadderError> {
    let (start, budget) = (Instant::now(), budget.as_secs_f64());
    let mut expected: HashMap<usize, (String, String)> = HashMap::new();
    let (mut round, mut last) = (0, [0.0_f64; 2]);
    loop {
        let spent = start.elapsed().as_secs_f64();
        if !goes_on(round, spent, last[0].max(last[1]), budget) {
            return Ok(round);
        }
        progress((spent / budget).max(round as f64 / *ROUNDS.end() as f64).min(1.0));
        let mut measured: Vec<Option<(f64, f64)>> = vec![None; cases.len()];
        for place in order(round, cases.len()) {
            let case = &mut cases[place];
            if control.is_stopped() {
                return Ok(round);
            }
            if round >= case.most_rounds || case.dropped.is_some() {
                continue;
            }
            let Run { rate, seconds, digest, .. } = match case.measure(size) {
                Err(LadderError::Stopped) => return Ok(round),
                Err(LadderError::Baseline(reason)) => {
                    case.drop_for(reason);
                    continue;
                }
                other => other?,
            };
            if let Some(digest) = &digest {
                let (other, expected) =
                    expected.entry(case.group).or_insert_with(|| (case.name.clone(), digest.clone()));
                if expected != digest {
                    let (rung, other) = (case.name.clone(), other.clone());
                    let (digest, expected) = (digest.clone(), expected.clone());
                    return Err(LadderError::Differs { rung, digest, other, expected });
                }
            }
            case.digest = digest;
            measured[place] = Some((rate, seconds));
        }
        // Only complete rounds count, so every ratio is computed from the same ones.
        for (case, measured) in cases.iter_mut().zip(measured).filter(|(case, _)| case.dropped.is_none()) {
            if let Some((rate, seconds)) = measured {
                case.rates.push(rate);
                case.seconds.push(seconds);
            }
        }
        (round, last) = (round + 1, [last[1], start.elapsed().as_secs_f64() - spent]);
    }
}

/// Notes about the machine that qualify the figures.
pub(super) fn disturbances<'r>(load: Option<f64>, cores: usize, rates: impl Iterator<Item = &'r [f64]>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(load) = load.filter(|load| *load > 0.5 * cores as f64) {
        notes.push(format!("the machine was busy: load {load:.2} in the minute before, on {cores} usable cores"));
    }
    let widest = median(rates.map(spread).collect());
    if widest > 0.1 {
        let percent = 100.0 * widest;
        notes.push(format!(
            "rates vary by {percent:.0} % from round to round: the machine is busy, shared or throttled"
        ));
    }
    notes
}

/// The rates of a measured case; empty if there is no such case.
pub(super) fn rates<'c>(cases: &'c [Case], place: Option<usize>) -> &'c [f64] {
    place.map_or(&[], |place| &cases[place].rates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &'static str, rate: f64, digest: &'static str) -> Case<'static> {
        Case::new(name, move |size| {
            Ok(Sample { work: size as f64, seconds: Some(size as f64 / rate), digest: Some(digest.to_owned()) })
        })
    }

    #[test]
    fn rates_are_work_over_time() {
        let mut cases = [case("a", 100.0, "x"), case("b", 250.0, "x").share(0.5), case("c", 7.0, "x").most_rounds(3)];
        let rounds = interleave(&mut cases, 1000, Duration::from_secs(60), &RunControl::default(), |_| ()).unwrap();
        assert_eq!(rounds, 21);
        assert_eq!(cases[0].rates, [100.0; 21]);
        assert_eq!(cases[1].rates, [250.0; 21]);
        assert_eq!(cases[2].rates, [7.0; 3]);
    }

    #[test]
    fn different_digest_is_an_error() {
        let mut cases = [case("a", 1.0, "x"), case("b", 1.0, "y")];
        let trouble = interleave(&mut cases, 1, Duration::from_secs(1), &RunControl::default(), |_| ()).unwrap_err();
        assert!(matches!(trouble, LadderError::Differs { rung, other, .. } if rung == "b" && other == "a"));
        let mut cases = [case("a", 1.0, "x"), case("b", 1.0, "y").group(1)];
        assert!(
            interleave(&mut cases, 1, Duration::from_secs(1), &RunControl::default(), |_| ()).is_ok(),
            "other work"
        );
        let mut cases = [case("a", 1.0, "x"), case("b", 1.0, "y").group(1), case("c", 1.0, "x").group(1)];
        let trouble = interleave(&mut cases, 1, Duration::from_secs(1), &RunControl::default(), |_| ()).unwrap_err();
        assert!(matches!(trouble, LadderError::Differs { rung, other, .. } if rung == "c" && other == "b"));
    }

    #[test]
    fn failed_baseline_is_left_out() {
        let mut runs = 0;
        let failing = Case::new("b", move |_| {
            runs += 1;
            if runs > 2 {
                return Err(LadderError::Baseline("it broke".to_owned()));
            }
            Ok(Sample { work: 1.0, seconds: Some(1.0), digest: None })
        });
        let mut cases = [case("a", 1.0, "x"), failing.most_rounds(9)];
        let rounds = interleave(&mut cases, 1, Duration::from_secs(60), &RunControl::default(), |_| ()).unwrap();
        assert_eq!((rounds, cases[0].rates.len(), cases[1].rates.len()), (21, 21, 0));
        assert_eq!(cases[1].dropped.as_deref(), Some("it broke"));
    }

    #[test]
    fn stop_keeps_whole_rounds() {
        let control = RunControl::default();
        let mut runs = 0;
        let stopping = control.clone();
        let mut cases = [
            case("a", 1.0, "x"),
            Case::new("b", move |_| {
                runs += 1;
                if runs == 3 {
                    stopping.stop();
                }
                Ok(Sample { work: 1.0, seconds: Some(1.0), digest: None })
            }),
        ];
        let rounds = interleave(&mut cases, 1, Duration::from_secs(9), &control, |_| ()).unwrap();
        // The third round runs b first.
        assert_eq!((rounds, cases[0].rates.len(), cases[1].rates.len()), (2, 2, 2));
    }

    #[test]
    fn each_two_rounds_give_every_case_the_same_mean_place_and_either_neighbour() {
        for count in [1, 2, 3, 7, 20] {
            let place = |order: &[usize], case: usize| order.iter().position(|other| *other == case).unwrap();
            let mut firsts = std::collections::BTreeSet::new();
            for pair in 0..10 {
                let (forward, backward) = (order(2 * pair, count), order(2 * pair + 1, count));
                firsts.insert(forward[0]);
                for case in 0..count {
                    assert_eq!(place(&forward, case) + place(&backward, case), count - 1, "{count} {pair}");
                }
                for twins in (1..count).map(|case| (case - 1, case)) {
                    // The pair where the rotation begins stands at both ends.
                    let is_first = |order: &[usize]| place(order, twins.0) < place(order, twins.1);
                    assert_ne!(is_first(&forward), is_first(&backward));
                }
            }
            assert!(firsts.len() >= count.min(7), "{count}: {firsts:?}");
        }
    }

    #[test]
    fn rounds_run_in_their_orders() {
        let seen = std::cell::RefCell::new(Vec::new());
        let case = |number: usize| {
            let seen = &seen;
            Case::new(format!("{number}"), move |_| {
                seen.borrow_mut().push(number);
                Ok(Sample { work: 1.0, seconds: Some(1.0 + number as f64), digest: None })
            })
        };
        let mut cases = [case(0), case(1), case(2), case(3)];
        interleave(&mut cases, 1, Duration::from_secs(60), &RunControl::default(), |_| ()).unwrap();
        let rounds: Vec<Vec<usize>> = seen.borrow().chunks(4).map(<[usize]>::to_vec).collect();
        assert_eq!(rounds.len(), 21);
        assert!(rounds.iter().enumerate().all(|(round, found)| *found == order(round, 4)));
        assert!(cases.iter().enumerate().all(|(number, case)| case.seconds == [1.0 + number as f64; 21]));
    }

    #[test]
    fn a_budget_that_is_spent_allows_one_round_without_baselines() {
        let baseline = Case::new("b", |_| Ok(Sample { work: 1.0, seconds: Some(1.0), digest: None })).baseline();
        let mut cases = [case("a", 1.0, "x"), baseline];
        let (size, left) = calibrate(&mut cases, 7, Duration::ZERO, &RunControl::default()).unwrap();
        assert_eq!((size, left), (7, Duration::ZERO));
        let rounds = interleave(&mut cases, size, left, &RunControl::default(), |_| ()).unwrap();
        assert_eq!((rounds, cases[0].rates.len(), cases[1].rates.len()), (1, 1, 0));
        assert_eq!(cases[1].dropped.as_deref(), Some("the budget leaves no time for it"));
    }
}
