//! Results as text: the parts of each row, which any process can merge.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::{
    BatchSummary, FirstExit, FirstPassage, FirstReturn, Mergeable, Parts, PiTally, RegionExit, TimeDistribution,
};

use crate::handle::{give, required};
use crate::result::{Outcome, lanewalk_result};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

/// The parts of each row.
fn parts(outcome: &Outcome) -> Vec<Parts> {
    match outcome {
        Outcome::Passages(passages) => passages.iter().map(Mergeable::to_parts).collect(),
        Outcome::Exit(exit) => vec![exit.to_parts()],
        Outcome::Region(exit) => vec![exit.to_parts()],
        Outcome::Return(back) => vec![back.to_parts()],
        Outcome::Pi(tally) => vec![tally.to_parts()],
        Outcome::Batches(summary) => vec![summary.to_parts()],
        Outcome::Times(times) => vec![times.to_parts()],
    }
}

/// The result with these parts.
fn outcome(parts: &[Parts]) -> Result<Outcome> {
    let first = parts.first().ok_or_else(|| Failure::invalid("parts", "got an empty list, expected parts"))?;
    if first.kind == "first passage" {
        let rows: lanewalk_core::Result<Vec<_>> = parts.iter().map(FirstPassage::from_parts).collect();
        return Ok(Outcome::Passages(rows?));
    }
    if parts.len() > 1 {
        return Err(Failure::invalid("parts", "got several results, which only first passages have"));
    }
    Ok(match first.kind.as_str() {
        "first exit" => Outcome::Exit(FirstExit::from_parts(first)?),
        "region exit" => Outcome::Region(RegionExit::from_parts(first)?),
        "first return" => Outcome::Return(FirstReturn::from_parts(first)?),
        "pi" => Outcome::Pi(PiTally::from_parts(first)?),
        "pi in batches" => Outcome::Batches(BatchSummary::from_parts(first)?),
        "time distribution" => Outcome::Times(TimeDistribution::from_parts(first)?),
        other => {
            let other = text::echo(other);
            return Err(Failure::invalid("parts", format_args!("got parts of the unknown kind '{other}'")));
        }
    })
}

type Kept = (String, Outcome);

thread_local! {
    /// The results that this thread has written or read last, the newest first. So a result that is written and read
    /// again keeps its exact values, which may have taken a second to compute.
    static KEPT: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// A result that is kept. A thread that ends may have dropped its results already.
fn kept<T>(wanted: impl Fn(&Kept) -> bool, part: impl Fn(&Kept) -> T) -> Option<T> {
    let find = |kept: &RefCell<VecDeque<Kept>>| {
        let mut kept = kept.borrow_mut();
        let index = kept.iter().position(wanted)?;
        kept.swap(0, index);
        kept.front().map(part)
    };
    KEPT.try_with(find).ok().flatten()
}

fn keep(json: &str, outcome: &Outcome) {
    const MAX_RESULTS: usize = 16;
    const MAX_BYTES: usize = 1 << 22;
    if json.len() > MAX_BYTES {
        return;
    }
    _ = KEPT.try_with(|kept| {
        let mut kept = kept.borrow_mut();
        kept.truncate(MAX_RESULTS - 1);
        while kept.iter().map(|(json, _)| json.len()).sum::<usize>() + json.len() > MAX_BYTES {
            kept.pop_back();
        }
        kept.push_front((json.to_owned(), outcome.clone()));
    });
}

fn write(outcome: &Outcome) -> Result<String> {
    let json = serde_json::to_string(&parts(outcome)).map_err(|error| Failure::invalid("result", error))?;
    keep(&json, outcome);
    Ok(json)
}

fn read(json: &str) -> Result<Outcome> {
    let parts: Vec<Parts> = serde_json::from_str(json).map_err(|error| Failure::invalid("parts", error))?;
    let outcome = outcome(&parts)?;
    keep(json, &outcome);
    Ok(outcome)
}

/// Copies the result as JSON to `buffer` of `size` bytes, with its final zero byte: a list with the `parts` of each
/// row, as the library, the other languages and the command line write them. `*length`, which may be NULL unless
/// `size` is 0, receives its length without the zero byte. With `size` 0, only the length is written.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_to_json(
    result: Option<&lanewalk_result>,
    buffer: *mut c_char,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    call(|| {
        let outcome = &required("result", result)?.0;
        let json = kept(|(_, known)| known == outcome, |(json, _)| json.clone());
        let json = json.map_or_else(|| write(outcome), Ok)?;
        // SAFETY: the contract makes the buffer valid.
        unsafe { text::copy(&json, buffer, size, length) }
    })
}

/// Makes a result from its parts as JSON, which `lanewalk_result_to_json` writes. Sums that no
/// run can have are refused. The caller owns `*result`.
///
/// A thread keeps the last 16 results that it has written as JSON or read, up to 4 MiB, so a result that comes back has
/// the exact values that are computed already.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_from_json(
    parts: *const c_char,
    result: Option<&mut MaybeUninit<*mut lanewalk_result>>,
) -> lanewalk_status {
    call(|| {
        let out = required("result", result)?;
        // SAFETY: the contract makes the text valid.
        let json = unsafe { text::text("parts", parts) }?;
        let outcome = kept(|(known, _)| known == json, |(_, outcome)| outcome.clone());
        let outcome = outcome.map_or_else(|| read(json), Ok)?;
        give(out, lanewalk_result(outcome));
        Ok(())
    })
}
