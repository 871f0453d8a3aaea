//! `--shard`: one part of a run that several processes or machines share.

use std::fmt;
use std::ops::Range;

use lanewalk::MAX_STREAMS;

use super::failure::Failure;
use super::number;

/// A part of the walkers or points of a run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shard {
    /// A range of indices.
    Range(Range<u64>),
    /// Part K, from 1, of N parts of nearly equal size.
    Part { part: u64, parts: u64 },
}

impl Shard {
    /// `FIRST..END` or `K/N`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let part = |text: &str| {
            let (part, parts) = text.split_once('/')?;
            let (part, parts) = (number::count(part).ok()?, number::count(parts).ok()?);
            (1..=parts).contains(&part).then_some(Self::Part { part, parts })
        };
        let range = |text: &str| number::range(text).ok().map(Self::Range);
        range(text).or_else(|| part(text)).ok_or_else(|| {
            "expected FIRST..END with FIRST below END, such as 1000..2000, or K/N with K from 1 to N, such as 2/8"
                .into()
        })
    }

    /// The indices in a run of `whole`: part K is floor((K - 1) whole / N) .. floor(K whole / N).
    ///
    /// # Errors
    /// The part is empty.
    pub(super) fn of(&self, whole: u64) -> Result<Range<u64>, Failure> {
        match *self {
            Self::Range(ref range) => Ok(range.clone()),
            Self::Part { part, parts } => {
                let edge = |part: u64| (u128::from(part) * u128::from(whole) / u128::from(parts)) as u64;
                let range = edge(part - 1)..edge(part);
                if range.is_empty() {
                    return Err(self.refused(format!("a non-empty part: there are {whole} in all")));
                }
                Ok(range)
            }
        }
    }

    /// The walkers of this part, or all walkers, of a run of `samples` walkers, or `default` if `samples` is not given.
    pub(super) fn walkers(shard: Option<&Self>, samples: Option<u64>, default: u64) -> Result<Range<u64>, Failure> {
        let Some(shard) = shard else { return Ok(0..samples.unwrap_or(default)) };
        let range = shard.of(samples.unwrap_or(default))?;
        match samples {
            Some(samples) if range.end > samples => Err(shard.refused(format!("walkers within 0..{samples}"))),
            _ if range.end > MAX_STREAMS => Err(shard.refused("a range that ends at most at 2^62".to_owned())),
            _ => Ok(range),
        }
    }

    fn refused(&self, expected: String) -> Failure {
        Failure::value("shard", self, expected)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => write!(formatter, "{}..{}", range.start, range.end),
            Self::Part { part, parts } => write!(formatter, "{part}/{parts}"),
        }
    }
}

/// The indices in the format of the JSON.
pub(super) fn text(range: &Range<u64>) -> String {
    format!("{}..{}", range.start, range.end)
}

/// See [`crate::fuzzing`]. A shard that is printed and parsed again is the same, and lies within the run.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let Ok(Ok(shard)) = str::from_utf8(input).map(Shard::parse) else { return false };
    assert_eq!(Shard::parse(&shard.to_string()).as_ref(), Ok(&shard));
    for whole in [1, 1000, MAX_STREAMS, u64::MAX] {
        if let Ok(range) = shard.of(whole) {
            assert!(!range.is_empty() && (range.end <= whole || matches!(shard, Shard::Range(_))));
        }
        if let Ok(walkers) = Shard::walkers(Some(&shard), Some(whole), whole) {
            assert!(walkers.end <= whole.min(MAX_STREAMS));
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_both_forms() {
        assert_eq!(Shard::parse("1000..2e3"), Ok(Shard::Range(1000..2000)));
        assert_eq!(Shard::parse("2/8"), Ok(Shard::Part { part: 2, parts: 8 }));
        for wrong in ["", "5", "0/3", "4/3", "1/0", "/", "5..5", "6..5", "-1/2", "1/2/3", "1.5/2"] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Shard::parse("3/10").unwrap().of(2).is_err());
    }

    proptest! {
        #[test]
        fn all_parts_cover_the_run(whole in 1_u64..1 << 62, parts in 1_u64..50) {
            let mut end = 0;
            for part in 1..=parts {
                if let Ok(range) = (Shard::Part { part, parts }).of(whole) {
                    prop_assert_eq!(range.start, end);
                    prop_assert!(range.end - range.start <= whole / parts + 1);
                    end = range.end;
                }
            }
            prop_assert_eq!(end, whole);
        }
    }
}
