//! The whole distribution of T: how many walks took how many steps, exactly.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::problem::{Problem, ProblemKernel, Walk};
use super::record::Record;
use super::run::records_by;
use super::solved::Solved;
use super::source::WalkerSource;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::merge::{ExactSums, Origin, Parts};
use crate::stats::{Digest, quantile_rank, quantile_ranks};

/// Times below this are counted in an array, those beyond in a tree: walks that long are few.
const SHORT: u64 = 1 << 20;

/// How many walks ended after each number of steps. Exact, so that it is the same for every way of running.
///
/// ```
/// use lanewalk::{Exec, Walk, time_distribution};
///
/// let times = time_distribution(&Walk::to(10.0).samples(10_000), &Exec::default())?;
/// let median = times.quantile(0.5).unwrap();
/// assert!((234..=248).contains(&median), "{median}");
/// assert!((times.survival(241) - 0.5).abs() < 0.02);
/// assert_eq!(times.iter().map(|(_, walks)| walks).sum::<u64>(), 10_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TimeDistribution {
    /// Walks with T = index.
    short: Vec<u64>,
    long: BTreeMap<u64, u64>,
    censored: u64,
    origin: Origin,
    /// Each time that some walk took, ascending, and how many walks took it or fewer: made when it is first asked for.
    ended: Solved<Vec<(u64, u64)>>,
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
        times.chain([(CENSORED.to_owned(), self.censored.into())]).collect()
    }

    fn add(&mut self, other: &Self) -> Result<()> {
        if self.total().checked_add(other.total()).is_none() {
            return Err(Error::merge("there are more than 2^64 walks"));
        }
        for (time, walks) in other.iter() {
            self.add_walks(time, walks);
        }
        self.censored += other.censored;
        self.ended = Solved::default();
        Ok(())
    }

    /// Its problem is whatever the walk's was: only a walk of the same one merges with it.
    fn from_sums(parts: &Parts) -> Result<Self> {
        let mut times = Self { censored: parts.sum(CENSORED)?, ..Self::default() };
        let mut samples = times.censored;
        for name in parts.sums.keys().filter(|name| *name != CENSORED) {
            let expected = "numbers of steps from 1 on, each with its walks";
            let refused = || Error::invalid("parts", format_args!("the sum {name}"), expected);
            let time: u64 = name.parse().ok().filter(|time| *time > 0).ok_or_else(refused)?;
            let walks = parts.sum(name)?;
            samples = samples.checked_add(walks).ok_or_else(refused)?;
            times.add_walks(time, walks);
        }
        let known = |name: &String| PROBLEM_NAMES.into_iter().find(|known| known == name);
        for (name, value) in &parts.problem {
            let refused = || Error::invalid("parts", format_args!("{name} in the problem"), "the names of a problem");
            times.origin.problem.push((known(name).ok_or_else(refused)?, value.clone()));
        }
        let place = |name: &str| PROBLEM_NAMES.iter().position(|known| *known == name);
        times.origin.problem.sort_by_key(|(name, _)| place(name));
        Ok(times)
    }
}

/// The name of the number of censored walks among the sums.
const CENSORED: &str = "censored";

/// Every name in the description of a problem, in the order in which each problem has them.
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
/// For walks on the line to one distance or between barriers, in space, and back: see [`Walk`]. Memory: 8 bytes for
/// each number of steps below 2^20 that was taken and some 50 for each beyond, for each thread, whatever the number of
/// walks.
///
/// Deterministic: the same counts for every `exec`. Cost: that of the problem's own function.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) as for the problem's own function, and for more than one distance or a
/// method other than [`Method::Plain`](crate::Method::Plain); [`Error::Stopped`](crate::Error::Stopped) if the run was
/// stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Walk, time_distribution};
///
/// // Up to Y = 1/2 every step ends the walk with the probability 1 - Y: T is geometric.
/// let times = time_distribution(&Walk::to(0.5).samples(100_000), &Exec::default())?;
/// assert!((times.count(1..=1) as f64 - 50_000.0).abs() < 5.0 * 158.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn time_distribution<P: Problem>(walk: &Walk<P>, exec: &Exec) -> Result<TimeDistribution> {
    let targets = walk.problem.targets(walk.seed)?;
    walk.problem.check_each()?;
    walk.check_walkers()?;
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

impl TimeDistribution {
    /// The times of this walk.
    pub(super) fn of<P: Problem>(self, walk: &Walk<P>) -> Self {
        Self { origin: walk.origin(), ..self }
    }

    fn add_walks(&mut self, time: u64, walks: u64) {
        if time < SHORT {
            let index = time as usize;
            if index >= self.short.len() {
                // In steps, so that it is not moved for every longer walk.
                self.short.resize((index + 1).next_power_of_two(), 0);
            }
            self.short[index] += walks;
        } else {
            *self.long.entry(time).or_default() += walks;
        }
    }

    /// Each number of steps that some walk took, ascending, and how many walks took it.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        let short = self.short.iter().enumerate().filter(|(_, walks)| **walks > 0);
        short.map(|(time, walks)| (time as u64, *walks)).chain(self.long.iter().map(|(time, walks)| (*time, *walks)))
    }

    /// How many walks there are, from the counts themselves: for a record that is still filled.
    fn total(&self) -> u64 {
        self.iter().map(|(_, walks)| walks).sum::<u64>() + self.censored
    }

    /// Each time that some walk took, ascending, and how many walks took it or fewer.
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

    /// How many walks took that many steps or fewer.
    fn ended_by(&self, steps: u64) -> u64 {
        let ended = self.ended();
        let place = ended.partition_point(|(time, _)| *time <= steps);
        place.checked_sub(1).map_or(0, |last| ended[last].1)
    }

    /// How many walks, the censored ones among them.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.ended_by(u64::MAX) + self.censored
    }

    /// How many walks the horizon ended.
    #[must_use]
    pub fn censored(&self) -> u64 {
        self.censored
    }

    /// How many walks took a number of steps in this range.
    #[must_use]
    pub fn count(&self, steps: RangeInclusive<u64>) -> u64 {
        let before = steps.start().checked_sub(1).map_or(0, |before| self.ended_by(before));
        self.ended_by(*steps.end()).saturating_sub(before)
    }

    /// The part of the walks with T > `steps`; NaN of no walks. Cost: a binary search, after the first question of all,
    /// which sums all counts up once.
    #[must_use]
    pub fn survival(&self, steps: u64) -> f64 {
        let samples = self.samples();
        (samples - self.ended_by(steps)) as f64 / samples as f64
    }

    /// [`TimeDistribution::survival`] at each of these numbers of steps.
    ///
    /// ```
    /// use lanewalk::{Exec, Walk, time_distribution};
    ///
    /// let times = time_distribution(&Walk::to(10.0).samples(10_000), &Exec::default())?;
    /// let curve = times.survival_at(&[0, 241, 1_000_000]);
    /// assert_eq!((curve[0], curve[1], curve[2]), (1.0, times.survival(241), 0.0));
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn survival_at(&self, steps: &[u64]) -> Vec<f64> {
        steps.iter().map(|steps| self.survival(*steps)).collect()
    }

    /// The mean of T over the walks that the horizon did not end, in steps; `None` without any.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: u128 = self.iter().map(|(time, walks)| u128::from(time) * u128::from(walks)).sum();
        let ended = self.ended_by(u64::MAX);
        (ended > 0).then(|| sum as f64 / ended as f64)
    }

    /// The least number of steps that at least the part `q` of the walks took or fewer: the sample's quantile. `None`
    /// of no walks, where it lies beyond the horizon, or for a `q` outside (0, 1).
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<u64> {
        if !(q > 0.0 && q < 1.0) {
            return None;
        }
        self.ranked(quantile_rank(q, self.samples()))
    }

    /// The `rank`-th smallest T, from 1; `None` if the horizon ended that walk.
    #[must_use]
    pub fn ranked(&self, rank: u64) -> Option<u64> {
        let ended = self.ended();
        let place = ended.partition_point(|(_, ended)| *ended < rank);
        ended.get(place).filter(|_| rank > 0).map(|(time, _)| *time)
    }

    /// An interval that holds the quantile of the distribution with a probability of at least 95 %, whatever the
    /// distribution: the narrowest pair of order statistics that leaves it out with at most 2.5 % on each side, by the
    /// binomial distribution. An upper end of `None` lies beyond the horizon or the sample, a lower end of 0 before it.
    /// `None` for a `q` outside (0, 1), without walks, and where all lies beyond the horizon.
    ///
    /// Source: David and Nagaraja, "Order Statistics", 2003, section 7.1.
    #[must_use]
    pub fn quantile_interval(&self, q: f64) -> Option<(u64, Option<u64>)> {
        if !(q > 0.0 && q < 1.0) || self.samples() == 0 {
            return None;
        }
        let (low, high) = quantile_ranks(q, self.samples());
        let low = low.map_or(Some(0), |rank| self.ranked(rank))?;
        Some((low, high.and_then(|rank| self.ranked(rank))))
    }

    /// Half the width of a band around [`TimeDistribution::survival`] that holds all of P(T > n) with the probability
    /// `level`: sqrt(ln(2 / (1 - level)) / (2 n)) for n walks.
    ///
    /// Source: Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", 1990.
    #[must_use]
    pub fn band(&self, level: f64) -> f64 {
        ((2.0 / (1.0 - level)).ln() / (2.0 * self.samples() as f64)).sqrt()
    }

    /// A 64-bit hash of all counts: equal distributions have equal digests.
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

    /// Counts as they would be with a shorter horizon.
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
