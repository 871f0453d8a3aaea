//! Interleaved cases: A B C A B C ... Machines are shared and their clocks vary, so only measurements of the same
//! minute are comparable.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use lanewalk::RunControl;

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

/// A measured case.
pub(crate) struct Case<'a> {
    pub(crate) name: String,
    run: Box<dyn FnMut(u64) -> Result<Sample, LadderError> + 'a>,
    /// A fixed share of the work of a round.
    share: f64,
    /// The number of rounds that it takes part in: a slow baseline need not run in all.
    most_rounds: usize,
    /// Cases of one group do the same work, and must have the same result.
    group: usize,
    /// The work of the latest run.
    pub(crate) work: f64,
    /// Work per second, one number for each round.
    pub(crate) rates: Vec<f64>,
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
            group: 0,
            work: f64::NAN,
            rates: Vec::new(),
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

    /// Drops the case and its rates.
    fn drop_for(&mut self, reason: String) {
        self.rates.clear();
        self.dropped = Some(reason);
    }

    /// Runs once with `size`. Returns the rate and the time.
    fn measure(&mut self, size: u64) -> Result<(f64, f64, Option<String>), LadderError> {
        let size = ((size as f64 * self.share) as u64).max(1);
        let start = Instant::now();
        let sample = (self.run)(size)?;
        let elapsed = start.elapsed().as_secs_f64();
        self.work = sample.work;
        Ok((sample.work / sample.seconds.unwrap_or(elapsed), elapsed, sample.digest))
    }
}

/// The maximum number of rounds, and the minimum if time runs out.
pub(crate) const ROUNDS: std::ops::RangeInclusive<usize> = 6..=21;

/// Warms up every case and finds the size with which the middle of [`ROUNDS`] fits into `budget`.
///
/// Baselines take a fixed time for every size, in a few rounds. The time of the other cases is proportional to the
/// size, plus a fixed part, which follows from two sizes.
pub(crate) fn calibrate(
    cases: &mut [Case],
    first_size: u64,
    budget: Duration,
    control: &RunControl,
) -> Result<u64, LadderError> {
    let sizes = [first_size, 4 * first_size];
    let (mut seconds, mut apart) = ([0.0, 0.0], 0.0);
    for case in cases.iter_mut() {
        for (size, seconds) in sizes.iter().zip(&mut seconds) {
            if control.is_stopped() {
                return Err(LadderError::Stopped);
            }
            if case.most_rounds == usize::MAX {
                *seconds += case.measure(*size)?.1;
            } else if *size == first_size {
                match case.measure(*size) {
                    Err(LadderError::Baseline(reason)) => case.drop_for(reason),
                    other => apart += other?.1 * case.most_rounds as f64,
                }
            }
        }
    }
    let whole = seconds[1] / sizes[1] as f64;
    // On a busy machine the smaller size may take longer: at most three quarters count as fixed.
    let each = ((seconds[1] - seconds[0]) / (sizes[1] - sizes[0]) as f64).clamp(whole / 4.0, whole).max(1e-12);
    let fixed = (seconds[0] - each * sizes[0] as f64).max(0.0);
    let rounds = (ROUNDS.start() + ROUNDS.end()) as f64 / 2.0;
    let room = (budget.as_secs_f64() - apart) / rounds - fixed;
    Ok(round((room / each).max(first_size as f64)))
}

/// A size with two leading digits, which is easy to read.
fn round(size: f64) -> u64 {
    let unit = 10_f64.powf((size.log10() - 1.0).floor().max(0.0));
    ((size / unit).floor() * unit) as u64
}

/// Runs rounds of all cases until there are enough, the budget is spent, or the control requests a stop. Returns the
/// number of complete rounds.
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
    let start = Instant::now();
    let mut expected: HashMap<usize, (String, String)> = HashMap::new();
    for round in 0..*ROUNDS.end() {
        let spent = start.elapsed().as_secs_f64() / budget.as_secs_f64();
        if round >= *ROUNDS.start() && spent * (1.0 + 1.0 / round as f64) > 1.0 {
            return Ok(round);
        }
        progress(spent.max(round as f64 / *ROUNDS.end() as f64).min(1.0));
        let mut measured = Vec::with_capacity(cases.len());
        for case in cases.iter_mut() {
            if control.is_stopped() {
                return Ok(round);
            }
            if round >= case.most_rounds || case.dropped.is_some() {
                measured.push(None);
                continue;
            }
            let (rate, _, digest) = match case.measure(size) {
                Err(LadderError::Stopped) => return Ok(round),
                Err(LadderError::Baseline(reason)) => {
                    case.drop_for(reason);
                    measured.push(None);
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
            measured.push(Some(rate));
        }
        // Only complete rounds count, so every ratio is computed from the same ones.
        for (case, rate) in cases.iter_mut().zip(measured) {
            case.rates.extend(rate);
        }
    }
    Ok(*ROUNDS.end())
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
        assert_eq!((rounds, cases[0].rates.len(), cases[1].rates.len()), (3, 3, 3));
    }

    #[test]
    fn sizes_are_round_and_fit_the_budget() {
        assert_eq!((round(123_456.0), round(99.0), round(7.0)), (120_000, 99, 7));
    }
}
