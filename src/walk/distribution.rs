//! The whole distribution of T: the exact number of walks for each number of steps.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::problem::{Problem, ProblemKernel, Walk};
use super::record::Record;
use super::run::records_by;
use super::solved::Solved;
use super::source::WalkerSource;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::memory;
use crate::merge::{CENSORED_WALKS, ExactSums, Origin, Parts, impossible};
use crate::stats::{Digest, Distribution, quantile_rank, quantile_ranks};

/// Times below this limit are counted in an array, longer times in a tree, because long walks are rare.
const SHORT: u64 = 1 << 20;

/// The approximate number of bytes of a count in the tree.
const LONG_BYTES: u128 = 50;

/// The number of walks that ended after each number of steps. The counts are exact, so they are the same for every
/// [`Exec`].
///
/// ```
/// use lanewalk::{Distribution, Exec, Walk, time_distribution};
///
/// let times = time_distribution(&Walk::to(10.0).samples(10_000), &Exec::default())?;
/// let median = times.quantile(0.5).unwrap();
/// assert!((234..=248).contains(&median), "{median}");
/// assert!((times.sf(241) - 0.5).abs() < 0.02);
/// assert_eq!(times.iter().map(|(_, walks)| walks).sum::<u64>(), 10_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TimeDistribution {
    /// The number of walks with T = index.
    short: Vec<u64>,
    long: BTreeMap<u64, u64>,
    censored: u64,
    origin: Origin,
    /// The distinct times, ascending, each with the number of walks that took at most that time. Computed at the first
    /// use.
    ended: Solved<Vec<(u64, u64)>>,
}

/// The fractions of the walks. They are `NaN` without walks. Cost of a probability: a binary search. The first call of
/// any function also sums all counts once.
impl Distribution for TimeDistribution {
    fn sf(&self, steps: u64) -> f64 {
        if steps > self.horizon() {
            return f64::NAN;
        }
        let samples = self.samples();
        (samples - self.ended_by(steps)) as f64 / samples as f64
    }

    /// The sample mean; `None` without walks, and if the horizon ended any walk.
    fn mean(&self) -> Option<f64> {
        self.mean_until(u64::MAX)
    }

    fn mean_until(&self, steps: u64) -> Option<f64> {
        let samples = self.samples();
        if samples == 0 || steps > self.horizon() {
            return None;
        }
        let until = |(time, walks): (u64, u64)| u128::from(time.min(steps)) * u128::from(walks);
        let sum = self.iter().map(until).sum::<u128>() + u128::from(steps) * u128::from(self.censored);
        Some(sum as f64 / samples as f64)
    }

    /// The horizon of the walks if it ended any of them.
    fn horizon(&self) -> u64 {
        if self.censored == 0 {
            return u64::MAX;
        }
        let horizon = self.origin.problem.iter().find(|(name, _)| *name == "horizon");
        horizon.and_then(|(_, horizon)| horizon.parse().ok()).unwrap_or(u64::MAX)
    }

    /// The sample quantile: the smallest number of steps n such that at least a fraction `q` of the walks took at most
    /// n steps. `None` without walks, if the quantile is beyond the horizon, and for a `q` outside (0, 1).
    fn quantile(&self, q: f64) -> Option<u64> {
        if !(q > 0.0 && q < 1.0) {
            return None;
        }
        self.ranked(quantile_rank(q, self.samples()))
    }
}

impl PartialEq for TimeDistribution {
    fn eq(&self, other: &Self) -> bool {
        // Arrays of the same counts may differ in length.
        self.origin == other.origin && self.censored == other.censored && self.iter().eq(other.iter())
    }
}

impl Eq for TimeDistribution {}

impl<B> Record<B> for TimeDistribution {
    fn record(&mut self, _: &B, time: u64, _: &[i64]) {
        self.add_walks(time, 1);
    }

    fn censor(&mut self, _: &B, _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        ExactSums::add(self, other)
    }
}

impl ExactSums for TimeDistribution {
    const KIND: &'static str = "time distribution";

    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    fn count(&self) -> u64 {
        self.samples()
    }

    fn sums(&self) -> Vec<(String, u128)> {
        let times = self.iter().map(|(time, walks)| (time.to_string(), walks.into()));
        times.chain([(CENSORED_WALKS.to_owned(), self.censored.into())]).collect()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        if self.total().checked_add(other.total()).is_none() {
            return Err(Error::merge("their sum is more than 2^64 - 1 walks"));
        }
        for (time, walks) in other.iter() {
            self.add_walks(time, walks);
        }
        self.censored += other.censored;
        self.ended = Solved::default();
        Ok(())
    }

    /// Accepts the description of every problem. Only results with the same description merge.
    fn from_sums(parts: &Parts) -> Result<Self> {
        let horizon = parts.optional("horizon")?;
        let mut times = Self { censored: parts.censored(horizon)?, ..Self::default() };
        let mut samples = times.censored;
        for name in parts.sums.keys().filter(|name| *name != CENSORED_WALKS) {
            let expected = "numbers of steps from 1 on, each with its number of walks";
            let refused = || Error::invalid("parts", format_args!("the sum {name}"), expected);
            let time: u64 = name.parse().ok().filter(|time| *time > 0).ok_or_else(refused)?;
            let walks = parts.sum(name)?;
            if walks == 0 || time > horizon.unwrap_or(u64::MAX) {
                return impossible(format_args!("{walks} walks of {time} steps"));
            }
            samples = samples.checked_add(walks).ok_or_else(refused)?;
            times.add_walks(time, walks);
        }
        let known = |name: &String| PROBLEM_NAMES.into_iter().find(|known| known == name);
        for (name, value) in &parts.problem {
            let refused =
                || Error::invalid("parts", format_args!("{name} in the problem"), "only names that a problem can have");
            let known = known(name).ok_or_else(refused)?;
            let is_valid = match known {
                "distance" | "radius" => value.parse().is_ok_and(|value: f64| value.is_finite() && value > 0.0),
                "lower" | "upper" | "start" => value.parse().is_ok_and(f64::is_finite),
                "dimensions" | "horizon" => value.parse().is_ok_and(|value: u64| value > 0),
                "independent" => value.parse::<bool>().is_ok(),
                _ => !value.is_empty(),
            };
            if !is_valid {
                return Err(Error::invalid("parts", format_args!("{name} = {value}"), format!("a valid {name}")));
            }
            times.origin.problem.push((known, value.clone()));
        }
        let place = |name: &str| PROBLEM_NAMES.iter().position(|known| *known == name);
        times.origin.problem.sort_by_key(|(name, _)| place(name));
        Ok(times)
    }
}

/// All names in the descriptions of problems, in the order in which the problems list them.
const PROBLEM_NAMES: [&str; 11] = [
    "distance",
    "method",
    "independent",
    "lower",
    "upper",
    "start",
    "kind",
    "dimensions",
    "shape",
    "radius",
    "horizon",
];

/// The distribution of T of any walk.
///
/// The problem is a walk on the line to one distance or between barriers, a walk in space, or a returning walk: see
/// [`Walk`]. Memory per thread: 8 bytes for each number of steps up to the longest below 2^20, and about 50 bytes for
/// each larger number that occurs, of which there is at most one per walk.
///
/// Deterministic: the same counts for every `exec`. Cost: the same as for the problem's own function.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) as for the problem's own function, and for more than one distance or a
/// method other than [`Method::Plain`](crate::Method::Plain); [`Error::OutOfMemory`] before anything is computed, if
/// the counts of long walks would not fit; [`Error::Stopped`](crate::Error::Stopped) if the run was stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, time_distribution};
///
/// // For Y <= 1/2 every step ends the walk with probability 1 - Y, so T is geometric.
/// let times = time_distribution(&Walk::to(0.5).samples(100_000), &Exec::default())?;
/// assert!((times.count(1..=1) as f64 - 50_000.0).abs() < 5.0 * 158.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn time_distribution<P: Problem>(walk: &Walk<P>, exec: &Exec) -> Result<TimeDistribution> {
    let targets = walk.problem.targets(walk.seed)?;
    walk.problem.check_each()?;
    walk.check_walkers()?;
    TimeDistribution::check_memory(walk)?;
    let plan = exec.plan()?;
    let mut times: Vec<TimeDistribution> = records_by(walk, &targets, 1, &plan, |source| {
        walk.problem.walk(
            &targets,
            &plan,
            &mut (source as &mut dyn WalkerSource<Boundary = <P as ProblemKernel>::Boundary>),
        );
    })?;
    Ok(times.swap_remove(0).of(walk))
}

/// Refuses walks whose counted times probably exceed the memory, before any of them is made. A run in shards checks
/// each shard, but not the whole.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check_times_memory<P: Problem>(walk: &Walk<P>) -> Result<()> {
    TimeDistribution::check_memory(walk)
}

impl TimeDistribution {
    /// The times with the origin of `walk`.
    pub(super) fn of<P: Problem>(self, walk: &Walk<P>) -> Self {
        Self { origin: walk.origin(), ..self }
    }

    /// Refuses walks whose counts probably exceed the memory: [`SHORT`] counts, and [`LONG_BYTES`] for each longer
    /// walk.
    pub(super) fn check_memory<P: Problem>(walk: &Walk<P>) -> Result<()> {
        let (count, horizon) = (walk.count() as f64, walk.problem.horizon());
        let each = walk.problem.steps_each();
        // Markov's inequality for the probability of a long walk. A walk without a horizon starts anew, from a possibly
        // better place, whenever it has taken twice the mean number of steps without ending.
        let long = if horizon == u64::MAX {
            0.5_f64.powf((SHORT as f64 / (2.0 * each)).floor())
        } else {
            (each / SHORT as f64).min(1.0)
        };
        let distinct = (count * long).min(horizon.saturating_sub(SHORT) as f64);
        memory::check("walkers", walk.count(), 8 * u128::from(SHORT) + LONG_BYTES * distinct as u128)
    }

    fn add_walks(&mut self, time: u64, walks: u64) {
        if time < SHORT {
            let index = time as usize;
            if index >= self.short.len() {
                // Grow in powers of two, so that the array is not reallocated for every longer walk.
                self.short.resize((index + 1).next_power_of_two(), 0);
            }
            self.short[index] += walks;
        } else {
            *self.long.entry(time).or_default() += walks;
        }
    }

    /// The distinct numbers of steps, ascending, each with its number of walks.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        let short = self.short.iter().enumerate().filter(|(_, walks)| **walks > 0);
        short.map(|(time, walks)| (time as u64, *walks)).chain(self.long.iter().map(|(time, walks)| (*time, *walks)))
    }

    /// The number of walks, summed from the counts, for a record that is still being filled.
    fn total(&self) -> u64 {
        self.iter().map(|(_, walks)| walks).sum::<u64>() + self.censored
    }

    /// The distinct times, ascending, each with the number of walks that took at most that time.
    fn ended(&self) -> &[(u64, u64)] {
        self.ended.get(|| {
            let mut ended = 0;
            let sum = |(time, walks)| {
                ended += walks;
                (time, ended)
            };
            self.iter().map(sum).collect()
        })
    }

    /// The number of walks that took at most `steps` steps.
    fn ended_by(&self, steps: u64) -> u64 {
        let ended = self.ended();
        let place = ended.partition_point(|(time, _)| *time <= steps);
        place.checked_sub(1).map_or(0, |last| ended[last].1)
    }

    /// The number of walks, the censored walks included.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.ended_by(u64::MAX) + self.censored
    }

    /// The number of walks that the horizon ended.
    #[must_use]
    pub fn censored(&self) -> u64 {
        self.censored
    }

    /// The number of walks whose number of steps is in this range.
    #[must_use]
    pub fn count(&self, steps: RangeInclusive<u64>) -> u64 {
        let before = steps.start().checked_sub(1).map_or(0, |before| self.ended_by(before));
        self.ended_by(*steps.end()).saturating_sub(before)
    }

    /// The `rank`-th smallest T; ranks start at 1. `None` if the horizon ended that walk.
    #[must_use]
    pub fn ranked(&self, rank: u64) -> Option<u64> {
        let ended = self.ended();
        let place = ended.partition_point(|(_, ended)| *ended < rank);
        ended.get(place).filter(|_| rank > 0).map(|(time, _)| *time)
    }

    /// An interval that contains the quantile with a probability of at least 95 %, for every distribution. It is the
    /// narrowest pair of order statistics for which the binomial probability of missing the quantile is at most 2.5 %
    /// on each side. `None` in place of an end means that no order statistic of the sample has this confidence, or that
    /// it is beyond the horizon. `None` for a `q` outside (0, 1), without walks, and if the whole interval is beyond
    /// the horizon.
    ///
    /// Source: David and Nagaraja, "Order Statistics", 2003, section 7.1.
    #[must_use]
    pub fn quantile_interval(&self, q: f64) -> Option<(Option<u64>, Option<u64>)> {
        if !(q > 0.0 && q < 1.0) || self.samples() == 0 {
            return None;
        }
        let (low, high) = quantile_ranks(q, self.samples());
        let low = match low {
            Some(rank) => Some(self.ranked(rank)?),
            None => None,
        };
        Some((low, high.and_then(|rank| self.ranked(rank))))
    }

    /// Half the width of a band around the [survival function](Distribution::sf) that contains P(T > n) for all n with
    /// the probability `level`: sqrt(ln(2 / (1 - level)) / (2 N)) for N walks.
    ///
    /// Source: Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", 1990.
    #[must_use]
    pub fn band(&self, level: f64) -> f64 {
        ((2.0 / (1.0 - level)).ln() / (2.0 * self.samples() as f64)).sqrt()
    }

    /// A 64-bit hash of all counts. Equal distributions have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        for (time, walks) in self.iter() {
            digest.add(u128::from(time));
            digest.add(u128::from(walks));
        }
        digest.add(u128::from(self.censored));
        digest.finish()
    }

    /// The counts of the same walks with a shorter horizon.
    ///
    /// ```
    /// use lanewalk::{Exec, Walk, time_distribution};
    ///
    /// let until = |horizon| time_distribution(&Walk::up_to(5.0, horizon).samples(1000), &Exec::default());
    /// assert_eq!(until(1000)?.until(10), until(10)?);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn until(&self, horizon: u64) -> Self {
        let mut times = Self { censored: self.censored, origin: self.origin.clone(), ..Self::default() };
        match times.origin.problem.iter_mut().find(|(name, _)| *name == "horizon") {
            Some((_, known)) => *known = known.parse().unwrap_or(u64::MAX).min(horizon).to_string(),
            None => times.origin.problem.push(("horizon", horizon.to_string())),
        }
        for (time, walks) in self.iter() {
            if time <= horizon {
                times.add_walks(time, walks);
            } else {
                times.censored += walks;
            }
        }
        times
    }
}
