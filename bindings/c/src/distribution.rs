//! Distributions of times: counted and exact.

use std::mem::MaybeUninit;

use lanewalk_core::Distribution;

use crate::handle::required;
use crate::memory::{disjoint, input, output};
use crate::problem::{lanewalk_problem, not_a_walk, with_walk};
use crate::result::{Outcome, lanewalk_result};
use crate::status::{Failure, Result, call, lanewalk_status};

/// A quantile of the times T, in steps. A number that does not exist is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_quantile {
    /// The quantile: the smallest n for which the probability of T <= n is at least q.
    pub steps: u64,
    /// The lower end of its 95 % interval; of a counted distribution only.
    pub interval_lower: u64,
    /// The upper end of its 95 % interval; of a counted distribution only.
    pub interval_upper: u64,
}

/// Writes the probabilities of T > n for each n of `steps`.
fn survival(
    distribution: &dyn Distribution,
    (steps, probabilities, count): (*const u64, *mut f64, usize),
) -> Result<()> {
    disjoint("probabilities", (probabilities, count), (steps, count))?;
    // SAFETY: the contract makes both arrays valid, and they are disjoint.
    let (steps, probabilities) =
        unsafe { (input("steps", steps, count)?, output("probabilities", probabilities, count)?) };
    probabilities.copy_from_slice(&distribution.survival_at(steps));
    Ok(())
}

fn counted(result: Option<&lanewalk_result>) -> Result<&lanewalk_core::TimeDistribution> {
    match &required("result", result)?.0 {
        Outcome::Times(times) => Ok(times),
        _ => Err(Failure::invalid("result", "this result has no distribution; use lanewalk_run_times")),
    }
}

fn exact(problem: Option<&lanewalk_problem>) -> Result<&dyn Distribution> {
    let exact = required("problem", problem)?
        .with(|problem| Ok(with_walk!(problem, walk => walk.distribution()?, return Err(not_a_walk()))))?;
    exact.ok_or_else(|| Failure::invalid("problem", "its exact distribution is not known"))
}

/// Refuses a probability that no quantile has.
fn check_q(q: f64) -> Result<()> {
    if q > 0.0 && q < 1.0 {
        return Ok(());
    }
    Err(Failure::invalid("q", format_args!("got {q}, expected a number above 0 and below 1")))
}

/// Writes to `probabilities[i]` the share of the walks of `lanewalk_run_times` with T > `steps[i]`, for `count`
/// values. Beyond the horizon it is NaN. The arrays must not overlap.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_survival(
    result: Option<&lanewalk_result>,
    steps: *const u64,
    probabilities: *mut f64,
    count: usize,
) -> lanewalk_status {
    call(|| survival(counted(result)?, (steps, probabilities, count)))
}

/// The quantile for `q` (above 0 and below 1) of the times of `lanewalk_run_times`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_quantile(
    result: Option<&lanewalk_result>,
    q: f64,
    quantile: Option<&mut MaybeUninit<lanewalk_quantile>>,
) -> lanewalk_status {
    call(|| {
        let times = counted(result)?;
        let out = required("quantile", quantile)?;
        check_q(q)?;
        let (lower, upper) = times.quantile_interval(q).unwrap_or_default();
        out.write(lanewalk_quantile {
            steps: times.quantile(q).unwrap_or(0),
            interval_lower: lower.unwrap_or(0),
            interval_upper: upper.unwrap_or(0),
        });
        Ok(())
    })
}

/// Writes to `probabilities[i]` the exact probability of T > `steps[i]`, for `count` values. Known for one distance,
/// for barriers, for cubes, and for returns up to their horizon; beyond it the value is NaN. A horizon of other walks
/// does not change it. The arrays must not overlap.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exact_survival(
    problem: Option<&lanewalk_problem>,
    steps: *const u64,
    probabilities: *mut f64,
    count: usize,
) -> lanewalk_status {
    call(|| survival(exact(problem)?, (steps, probabilities, count)))
}

/// The exact quantile for `q` (above 0 and below 1), in steps; 0 if it is beyond the horizon of a return. Known as for
/// `lanewalk_exact_survival`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exact_quantile(
    problem: Option<&lanewalk_problem>,
    q: f64,
    steps: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    call(|| {
        let exact = exact(problem)?;
        let out = required("steps", steps)?;
        check_q(q)?;
        out.write(exact.quantile(q).unwrap_or(0));
        Ok(())
    })
}
