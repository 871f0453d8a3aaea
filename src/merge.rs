//! Results that merge exactly, and their stored form as text and integers.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use crate::error::{Error, Result};

/// The end of the indices of walkers and points: each has a stream of its own.
pub(crate) const MAX_INDEX: u64 = 1 << 62;

/// The name of the number of walks that the horizon ended.
pub(crate) const CENSORED_WALKS: &str = "censored";

/// A result as text and integers, with exactly the data that merging needs. It can be stored or sent to another
/// process, and [`Mergeable::from_parts`] restores the result.
///
/// With the feature `serde` it is serialised as maps of strings. Integers are decimal digits, because many readers lose
/// digits beyond 2^53, and ranges are `first..end`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parts {
    /// The kind of the result, such as "first passage".
    pub kind: String,
    /// The problem: names and values. Real numbers have enough digits to be read back exactly.
    pub problem: BTreeMap<String, String>,
    /// The seed.
    pub seed: u64,
    /// The indices of the walkers or points, in ascending ranges that do not touch.
    pub ranges: Vec<Range<u64>>,
    /// Counts and exact sums.
    pub sums: BTreeMap<String, u128>,
}

impl Parts {
    /// Creates parts from stored values.
    #[must_use]
    pub fn new(
        kind: impl Into<String>,
        problem: BTreeMap<String, String>,
        seed: u64,
        ranges: Vec<Range<u64>>,
        sums: BTreeMap<String, u128>,
    ) -> Self {
        Self { kind: kind.into(), problem, seed, ranges, sums }
    }

    /// A value of the problem.
    pub(crate) fn value<T: FromStr>(&self, name: &str) -> Result<T> {
        let text = self.problem.get(name).ok_or_else(|| missing("the problem", name))?;
        text.parse().map_err(|_| unfit(format_args!("{name} = {text}"), &format!("a valid {name}")))
    }

    /// A value of the problem that may be absent.
    pub(crate) fn optional<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        if self.problem.contains_key(name) { self.value(name).map(Some) } else { Ok(None) }
    }

    /// A sum, if it fits its integer.
    pub(crate) fn sum<T: TryFrom<u128>>(&self, name: &str) -> Result<T> {
        let sum = *self.sums.get(name).ok_or_else(|| missing("the sums", name))?;
        T::try_from(sum).map_err(|_| unfit(format_args!("{name} = {sum}"), "a sum that fits its integer"))
    }

    /// The number of walks that the horizon ended.
    pub(crate) fn censored(&self, horizon: Option<u64>) -> Result<u64> {
        let censored = self.sum(CENSORED_WALKS)?;
        if censored > 0 && horizon.is_none() {
            return impossible(format_args!("{CENSORED_WALKS} = {censored} without a horizon"));
        }
        Ok(censored)
    }
}

fn missing(place: &str, name: &str) -> Error {
    Error::invalid("parts", format_args!("no {name}"), format!("{name} in {place}"))
}

/// The error for sums that no run has.
pub(crate) fn impossible<T>(given: impl Display) -> Result<T> {
    Err(unfit(given, "sums that a run can have"))
}

fn unfit(given: impl Display, expected: &str) -> Error {
    Error::invalid("parts", given, expected)
}

/// The problem of a result, as names and values.
pub(crate) type Description = Vec<(&'static str, String)>;

/// The origin of a result: the problem, the seed, and the indices of its walkers or points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) problem: Description,
    pub(crate) seed: u64,
    /// Ascending ranges that are not empty and do not touch.
    pub(crate) ranges: Vec<Range<u64>>,
}

impl Origin {
    pub(crate) fn new(problem: Description, seed: u64, range: Range<u64>) -> Self {
        Self { problem, seed, ranges: Some(range).filter(|range| !range.is_empty()).into_iter().collect() }
    }

    /// The number of walkers or points.
    pub(crate) fn count(&self) -> u128 {
        self.ranges.iter().map(|range| u128::from(range.end - range.start)).sum()
    }

    /// The ranges of the merged result.
    fn merge(&self, other: &Self) -> Result<Vec<Range<u64>>> {
        if self.problem != other.problem {
            let value =
                |origin: &Self, name| origin.problem.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone());
            let names = self.problem.iter().chain(&other.problem).map(|(name, _)| *name);
            let text = |value: Option<String>| value.unwrap_or_else(|| "absent".to_owned());
            let mut values = names.map(|name| (name, value(self, name), value(other, name)));
            let what = values
                .find(|(_, one, two)| one != two)
                .map_or_else(String::new, |(name, one, two)| format!(": {name} is {} and {}", text(one), text(two)));
            return Err(Error::merge(format!("their problems differ{what}")));
        }
        if self.seed != other.seed {
            return Err(Error::merge(format!("their seeds are {} and {}", self.seed, other.seed)));
        }
        let mut ranges: Vec<Range<u64>> = self.ranges.iter().chain(&other.ranges).cloned().collect();
        ranges.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<u64>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start < last.end => {
                    let both = range.start..range.end.min(last.end);
                    return Err(Error::merge(format!("both hold the indices {}..{}", both.start, both.end)));
                }
                Some(last) if range.start == last.end => last.end = range.end,
                _ => merged.push(range),
            }
        }
        Ok(merged)
    }

    /// The origin of `parts`, whose problem must be equal to `problem`.
    fn of(parts: &Parts, problem: Description) -> Result<Self> {
        let named: BTreeMap<String, String> =
            problem.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        if named != parts.problem {
            let expected = format!("the problem as to_parts writes it, {named:?}");
            return Err(unfit(format_args!("the problem {:?}", parts.problem), &expected));
        }
        let mut origin = Self { problem, seed: parts.seed, ranges: Vec::new() };
        for range in &parts.ranges {
            if range.is_empty() {
                return Err(unfit(
                    format_args!("the range {}..{}", range.start, range.end),
                    "ranges that are not empty",
                ));
            }
            if range.end > MAX_INDEX {
                let given = format_args!("the range {}..{}", range.start, range.end).to_string();
                return Err(unfit(given, "ranges that end at or before 2^62"));
            }
            origin.ranges = origin.merge(&Self { ranges: vec![range.clone()], ..origin.clone() })?;
        }
        Ok(origin)
    }
}

/// The operations that [`Mergeable`] needs from a result.
pub(crate) trait ExactSums: Clone {
    /// [`Parts::kind`].
    const KIND: &'static str;

    fn origin(&self) -> &Origin;
    fn origin_mut(&mut self) -> &mut Origin;
    /// The number of walkers or points in the sums, which is equal to the number in the ranges.
    fn count(&self) -> u64;
    fn sums(&self) -> Vec<(String, u128)>;
    /// Adds the sums of another result of the same problem. An error leaves the result unchanged.
    fn add(&mut self, other: &Self) -> Result<()>;
    /// The result with these parts, without its seed and ranges. Checks the problem.
    fn from_sums(parts: &Parts) -> Result<Self>;
}

/// A result that merges exactly with the results of the other walkers or points of the same run, in any order. The
/// merged result is equal to the result of the whole run to the last bit, and has the same digest.
///
/// [`FirstPassage`](crate::FirstPassage), [`FirstExit`](crate::FirstExit), [`RegionExit`](crate::RegionExit),
/// [`FirstReturn`](crate::FirstReturn), [`TimeDistribution`](crate::TimeDistribution), [`PiTally`](crate::PiTally) and
/// [`BatchSummary`](crate::BatchSummary) implement this trait. Other crates cannot implement it.
///
/// ```
/// use lanewalk::{Exec, Mergeable, Walk, first_exit};
///
/// let walk = Walk::between(-5.0, 8.0).seed(7);
/// let shard = |walkers| first_exit(&walk.clone().walkers(walkers), &Exec::default());
/// let mut merged = shard(600..1000)?;
/// // Another process has computed and stored this shard.
/// let stored = shard(0..600)?.to_parts();
/// merged.merge(&Mergeable::from_parts(&stored)?)?;
/// assert_eq!(merged, first_exit(&walk.clone().samples(1000), &Exec::default())?);
///
/// // Walkers that are already in the result are refused.
/// let twice = merged.merge(&shard(990..1010)?).unwrap_err();
/// assert_eq!(twice.to_string(), "the results do not merge: both hold the indices 990..1000");
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[allow(private_bounds, reason = "sealed: the contents of a result are not public")]
pub trait Mergeable: ExactSums {
    /// The seed of the run.
    fn seed(&self) -> u64 {
        self.origin().seed
    }

    /// The indices of its walkers or points: ascending ranges that do not touch.
    fn ranges(&self) -> &[Range<u64>] {
        &self.origin().ranges
    }

    /// Adds another result.
    ///
    /// # Errors
    /// [`Error::Merge`] if the problem, method or seed of the other result differs, if both results hold the same
    /// walkers or points, or if a sum does not fit its integer. The result is then unchanged.
    fn merge(&mut self, other: &Self) -> Result<()> {
        let ranges = self.origin().merge(other.origin())?;
        self.add(other)?;
        self.origin_mut().ranges = ranges;
        Ok(())
    }

    /// The result as text and integers.
    fn to_parts(&self) -> Parts {
        let origin = self.origin();
        Parts {
            kind: Self::KIND.to_owned(),
            problem: origin.problem.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            seed: origin.seed,
            ranges: origin.ranges.clone(),
            sums: self.sums().into_iter().collect(),
        }
    }

    /// The result with these parts.
    ///
    /// # Errors
    /// [`Error::Argument`] for parts of another kind of result, for an invalid problem, for a sum that is missing,
    /// unknown or impossible, for indices beyond 2^62, and if the sums and the ranges hold different numbers of walkers
    /// or points;
    /// [`Error::Merge`] for ranges that overlap.
    fn from_parts(parts: &Parts) -> Result<Self> {
        if parts.kind != Self::KIND {
            return Err(unfit(format_args!("a result of the kind '{}'", parts.kind), Self::KIND));
        }
        let mut result = Self::from_sums(parts)?;
        let origin = Origin::of(parts, result.origin().problem.clone())?;
        if u128::from(result.count()) != origin.count() {
            let given = format!("sums of {} and ranges of {}", result.count(), origin.count());
            return Err(unfit(given, "the same number of walkers or points in the sums and in the ranges"));
        }
        *result.origin_mut() = origin;
        let known: BTreeMap<String, u128> = result.sums().into_iter().collect();
        if let Some(name) = parts.sums.keys().find(|name| !known.contains_key(*name)) {
            return Err(unfit(format_args!("the sum {name}"), "only sums of this kind of result"));
        }
        Ok(result)
    }
}

impl<T: ExactSums> Mergeable for T {}

#[cfg(feature = "serde")]
mod serialised {
    use std::collections::BTreeMap;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Parts;

    /// The serialised form, with integers as decimal digits.
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        kind: String,
        problem: BTreeMap<String, String>,
        seed: String,
        ranges: Vec<String>,
        sums: BTreeMap<String, String>,
    }

    impl Serialize for Parts {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let written = Written {
                kind: self.kind.clone(),
                problem: self.problem.clone(),
                seed: self.seed.to_string(),
                ranges: self.ranges.iter().map(|range| format!("{}..{}", range.start, range.end)).collect(),
                sums: self.sums.iter().map(|(name, sum)| (name.clone(), sum.to_string())).collect(),
            };
            written.serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Parts {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let Written { kind, problem, seed, ranges, sums } = Written::deserialize(deserializer)?;
            let range = |text: String| {
                let ends = text.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
                ends.ok_or_else(|| D::Error::custom(format!("'{text}' is not a range such as 0..300")))
            };
            let sum = |(name, text): (String, String)| match text.parse() {
                Ok(sum) => Ok((name, sum)),
                Err(_) => Err(D::Error::custom(format!("the sum {name} = '{text}' is not a whole number of 128 bits"))),
            };
            Ok(Self {
                kind,
                problem,
                seed: seed
                    .parse()
                    .map_err(|_| D::Error::custom(format!("the seed '{seed}' is not a whole number of 64 bits")))?,
                ranges: ranges.into_iter().map(range).collect::<Result<_, _>>()?,
                sums: sums.into_iter().map(sum).collect::<Result<_, _>>()?,
            })
        }
    }
}
