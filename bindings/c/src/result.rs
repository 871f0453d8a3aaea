//! Results: exact tallies, digests, merging.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::{
    BatchSummary, FirstExit, FirstPassage, FirstReturn, Mergeable, PiTally, RegionExit, ShardResult, Tally,
    TimeDistribution,
};

use crate::handle::{free, give, is_shareable, required};
use crate::memory::disjoint;
use crate::numbers::{lanewalk_pi_tally, lanewalk_tally, lanewalk_u128};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

/// The result of a run, with its problem, its seed and the indices of its walkers or points.
///
/// A result of `lanewalk_first_passage` has one row for each distance, in their order. All other results have one row.
pub struct lanewalk_result(pub(crate) Outcome);

const _: () = is_shareable::<lanewalk_result>();

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Passages(Vec<FirstPassage>),
    Exit(FirstExit),
    Region(RegionExit),
    Return(FirstReturn),
    Pi(PiTally),
    Batches(BatchSummary),
    Times(TimeDistribution),
}

impl Outcome {
    pub(crate) fn rows(&self) -> usize {
        if let Self::Passages(passages) = self { passages.len() } else { 1 }
    }

    /// Refuses rows that do not exist.
    pub(crate) fn check_row(&self, row: usize) -> Result<()> {
        let rows = self.rows();
        if row < rows {
            Ok(())
        } else {
            Err(Failure::invalid("row", format_args!("got {row}, expected less than {rows}")))
        }
    }

    fn seed(&self) -> Option<u64> {
        Some(match self {
            Self::Passages(passages) => passages.first()?.seed(),
            Self::Exit(exit) => exit.seed(),
            Self::Region(exit) => exit.seed(),
            Self::Return(back) => back.seed(),
            Self::Pi(tally) => tally.seed(),
            Self::Batches(summary) => summary.seed(),
            Self::Times(times) => times.seed(),
        })
    }

    fn digest(&self) -> String {
        match self {
            Self::Passages(passages) => FirstPassage::digest(passages),
            Self::Exit(exit) => exit.digest(),
            Self::Region(exit) => exit.digest(),
            Self::Return(back) => back.digest(),
            Self::Pi(tally) => tally.digest(),
            Self::Batches(summary) => summary.tally.digest(),
            Self::Times(times) => times.digest(),
        }
    }

    /// The tally of one side, or of both.
    fn tally(&self, row: usize, side: Option<&str>) -> Result<Tally> {
        let all = |tally: Tally| match side {
            None => Ok(tally),
            Some(_) => Err(Failure::invalid("side", "only first exits have sides; expected NULL")),
        };
        match self {
            Self::Passages(passages) => all(passages[row].tally),
            Self::Region(exit) => all(exit.tally),
            Self::Return(back) => all(back.tally),
            Self::Exit(exit) => match side {
                None => {
                    let mut both = exit.lower;
                    both.merge(&exit.upper)?;
                    Ok(both)
                }
                Some("lower") => Ok(exit.lower),
                Some("upper") => Ok(exit.upper),
                Some(other) => {
                    let other = text::echo(other);
                    Err(Failure::invalid("side", format_args!("got '{other}', expected lower, upper or NULL")))
                }
            },
            Self::Pi(_) | Self::Batches(_) => {
                Err(Failure::invalid("result", "this result has points; use lanewalk_result_pi_tally"))
            }
            Self::Times(_) => Err(Failure::invalid("result", "a distribution of times has no tally")),
        }
    }

    /// The numbers of all walks and of those that the horizon ended.
    fn walks(&self, row: usize) -> Result<(u64, u64)> {
        match self {
            Self::Passages(passages) => Ok((passages[row].tally.samples, 0)),
            Self::Exit(exit) => Ok((exit.samples(), exit.censored)),
            Self::Region(exit) => Ok((exit.samples(), exit.censored)),
            Self::Return(back) => Ok((back.samples(), back.censored)),
            Self::Times(times) => Ok((times.samples(), times.censored())),
            Self::Pi(_) | Self::Batches(_) => {
                Err(Failure::invalid("result", "this result has points; use lanewalk_result_pi_tally"))
            }
        }
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        match (self, other) {
            (Self::Passages(all), Self::Passages(more)) => all.merge_shard(more)?,
            (Self::Exit(all), Self::Exit(more)) => all.merge(more)?,
            (Self::Region(all), Self::Region(more)) => all.merge(more)?,
            (Self::Return(all), Self::Return(more)) => all.merge(more)?,
            (Self::Pi(all), Self::Pi(more)) => all.merge(more)?,
            (Self::Batches(all), Self::Batches(more)) => all.merge(more)?,
            (Self::Times(all), Self::Times(more)) => all.merge(more)?,
            _ => return Err(Failure::merge("they are results of different kinds")),
        }
        Ok(())
    }
}

/// Reads a value of a row.
fn read<T, V: Into<T>>(
    result: Option<&lanewalk_result>,
    row: usize,
    (name, out): (&'static str, Option<&mut MaybeUninit<T>>),
    value: impl FnOnce(&Outcome) -> Result<V>,
) -> lanewalk_status {
    call(|| {
        let result = &required("result", result)?.0;
        let out = required(name, out)?;
        result.check_row(row)?;
        out.write(value(result)?.into());
        Ok(())
    })
}

/// The number of rows.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_rows(
    result: Option<&lanewalk_result>,
    rows: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    read(result, 0, ("rows", rows), |result| Ok(result.rows()))
}

/// The seed of the run.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_seed(
    result: Option<&lanewalk_result>,
    seed: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    read(result, 0, ("seed", seed), |result| result.seed().ok_or_else(|| Failure::invalid("result", "it has no rows")))
}

/// The distance of a row of `lanewalk_first_passage`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_distance(
    result: Option<&lanewalk_result>,
    row: usize,
    distance: Option<&mut MaybeUninit<f64>>,
) -> lanewalk_status {
    read(result, row, ("distance", distance), |result| match result {
        Outcome::Passages(passages) => Ok(passages[row].distance),
        _ => Err(Failure::invalid("result", "only first passages have distances")),
    })
}

/// The exact sums of a row of walks. For `lanewalk_first_exit`, `side` is "lower" or "upper" for the walks that ended
/// there, or NULL for both. For other walks it is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_tally(
    result: Option<&lanewalk_result>,
    row: usize,
    side: *const c_char,
    tally: Option<&mut MaybeUninit<lanewalk_tally>>,
) -> lanewalk_status {
    read(result, row, ("tally", tally), |result| {
        // SAFETY: the contract makes the text valid.
        let side = if side.is_null() { None } else { Some(unsafe { text::text("side", side) }?) };
        Ok(lanewalk_tally::from(&result.tally(row, side)?))
    })
}

/// The number of all walks of a row, and the number of those that the horizon ended. Either output may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_walks(
    result: Option<&lanewalk_result>,
    row: usize,
    samples: Option<&mut MaybeUninit<u64>>,
    censored: *mut u64,
) -> lanewalk_status {
    call(|| {
        let result = &required("result", result)?.0;
        let first: *const u64 = samples.as_ref().map_or(std::ptr::null(), |samples| samples.as_ptr());
        disjoint("censored", (censored, 1), (first, 1))?;
        // SAFETY: the contract makes the pointer valid or null, and it is not that of `samples`.
        let censored = unsafe { censored.cast::<MaybeUninit<u64>>().as_mut() };
        result.check_row(row)?;
        let (all, ended) = result.walks(row)?;
        samples.map(|samples| samples.write(all));
        censored.map(|censored| censored.write(ended));
        Ok(())
    })
}

/// The exact sums of points of pi: of `lanewalk_pi`, or of all batches of `lanewalk_pi_batches` together.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_pi_tally(
    result: Option<&lanewalk_result>,
    tally: Option<&mut MaybeUninit<lanewalk_pi_tally>>,
) -> lanewalk_status {
    read(result, 0, ("tally", tally), |result| match result {
        Outcome::Pi(tally) => Ok(lanewalk_pi_tally::from(tally)),
        Outcome::Batches(summary) => Ok(lanewalk_pi_tally::from(&summary.tally)),
        _ => Err(Failure::invalid("result", "this result has walks; use lanewalk_result_tally")),
    })
}

/// The exact sums over the batches of `lanewalk_pi_batches`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_batch_sums {
    /// The number of batches.
    pub batches: u64,
    /// The lower 128 bits of the sum over batches of the square of their sum.
    pub sum_squares_low: lanewalk_u128,
    /// The upper 128 bits.
    pub sum_squares_high: lanewalk_u128,
}

/// The exact sums over the batches of `lanewalk_pi_batches`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_batches(
    result: Option<&lanewalk_result>,
    sums: Option<&mut MaybeUninit<lanewalk_batch_sums>>,
) -> lanewalk_status {
    read(result, 0, ("sums", sums), |result| match result {
        Outcome::Batches(summary) => {
            let [high, low] = summary.sum_squares;
            Ok(lanewalk_batch_sums {
                batches: summary.batches,
                sum_squares_low: low.into(),
                sum_squares_high: high.into(),
            })
        }
        _ => Err(Failure::invalid("result", "only lanewalk_pi_batches has batches")),
    })
}

/// Copies the digest, a hash of the exact tallies of all rows, to `buffer` of `size` bytes, with its final zero byte.
/// Equal digests mean equal results, in every language and on the command line. `*length`, which may be NULL unless
/// `size` is 0, receives its length without the zero byte. With `size` 0, only the length is written.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_digest(
    result: Option<&lanewalk_result>,
    buffer: *mut c_char,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    call(|| {
        let digest = required("result", result)?.0.digest();
        // SAFETY: the contract makes the buffer valid.
        unsafe { text::copy(&digest, buffer, size, length) }
    })
}

/// Adds the walkers or points of `other` to `result`, exactly. `LANEWALK_STATUS_MERGE` if problem, method or seed
/// differ, or if both hold the same walkers or points; `result` is then unchanged.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_merge(
    result: Option<&mut lanewalk_result>,
    other: *const lanewalk_result,
) -> lanewalk_status {
    call(|| {
        let result = required("result", result)?;
        if std::ptr::eq(result, other) {
            return Err(Failure::merge("they are the same result"));
        }
        // SAFETY: the contract makes the pointer valid, and it is not that of `result`.
        let other = required("other", unsafe { other.as_ref() })?;
        result.0.merge(&other.0)
    })
}

/// Whether two results are equal: the same problem, seed, walkers or points, and sums.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_equal(
    result: Option<&lanewalk_result>,
    other: Option<&lanewalk_result>,
    equal: Option<&mut MaybeUninit<bool>>,
) -> lanewalk_status {
    call(|| {
        let result = required("result", result)?;
        let other = required("other", other)?;
        required("equal", equal)?.write(result.0 == other.0);
        Ok(())
    })
}

/// Copies a result. The caller owns `*copy`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_clone(
    result: Option<&lanewalk_result>,
    copy: Option<&mut MaybeUninit<*mut lanewalk_result>>,
) -> lanewalk_status {
    call(|| {
        let result = required("result", result)?;
        give(required("copy", copy)?, lanewalk_result(result.0.clone()));
        Ok(())
    })
}

/// Frees a result and sets `*result` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_free(result: Option<&mut *mut lanewalk_result>) {
    free(result);
}
