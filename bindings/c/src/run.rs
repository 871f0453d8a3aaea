//! Runs, and the samples of single walkers.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use lanewalk_core::{
    CENSORED, NOT_DONE, PiTally, UNIT, estimate_pi, estimate_pi_batches, first_exit, first_passage, first_return,
    region_exit, time_distribution, walk_each,
};

use crate::control::UserPointer;
use crate::exec::{lanewalk_exec, or_default};
use crate::handle::{give, required};
use crate::memory::{disjoint, output};
use crate::numbers::{lanewalk_exact_values, lanewalk_pi_tally};
use crate::problem::{Problem, lanewalk_problem, not_a_walk, with_walk};
use crate::result::{Outcome, lanewalk_result};
use crate::status::{Failure, Result, call, lanewalk_status};

// The header has these numbers from cbindgen.toml.
const _: () = assert!(CENSORED == u64::MAX && NOT_DONE == 0 && UNIT == 2_147_483_648.0);

/// Runs a problem.
///
/// The result depends only on the problem. `exec` may be NULL. The caller owns `*result` and frees it with
/// `lanewalk_result_free`. After `LANEWALK_STATUS_STOPPED` there is no result; run in shards to keep finished ones.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_run(
    problem: Option<&lanewalk_problem>,
    exec: Option<&lanewalk_exec>,
    result: Option<&mut MaybeUninit<*mut lanewalk_result>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let out = required("result", result)?;
        let exec = or_default(exec);
        let outcome = problem.with(|problem| {
            Ok(match problem {
                Problem::Distances(walk) => Outcome::Passages(first_passage(walk, &exec)?),
                Problem::Barriers(walk) => Outcome::Exit(first_exit(walk, &exec)?),
                Problem::Region(walk) => Outcome::Region(region_exit(walk, &exec)?),
                Problem::Returning(walk, ..) => Outcome::Return(first_return(walk, &exec)?),
                Problem::Pi(pi) => Outcome::Pi(estimate_pi(pi, &exec)?),
                Problem::Batches(batches) => Outcome::Batches(estimate_pi_batches(batches, &exec, |_, _| {})?),
            })
        })?;
        give(out, lanewalk_result(outcome));
        Ok(())
    })
}

/// Receives the number of a batch and its exact sums. The tally is valid during the call only.
pub type lanewalk_each_batch = Option<extern "C" fn(batch: u64, tally: &lanewalk_pi_tally, user: *mut c_void)>;

/// Runs `lanewalk_pi_batches` and reports every batch to `each`, in order unless the problem is unordered.
///
/// `each` is called with the pointer `user`, never by two threads at the same time, but possibly on a thread of the
/// library. It must return normally: a C++ exception or a `longjmp` must not leave it. Otherwise as `lanewalk_run`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_run_batches(
    problem: Option<&lanewalk_problem>,
    exec: Option<&lanewalk_exec>,
    each: lanewalk_each_batch,
    user: *mut c_void,
    result: Option<&mut MaybeUninit<*mut lanewalk_result>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let each = required("each", each)?;
        let out = required("result", result)?;
        let user = UserPointer(user);
        let report = |batch, tally: &PiTally| each(batch, &tally.into(), user.get());
        let summary = problem.with(|problem| match problem {
            Problem::Batches(batches) => Ok(estimate_pi_batches(batches, &or_default(exec), report)?),
            _ => Err(Failure::invalid("problem", "expected a problem of lanewalk_pi_batches")),
        })?;
        give(out, lanewalk_result(Outcome::Batches(summary)));
        Ok(())
    })
}

/// Runs a problem of walks and counts all times. The result has the functions `lanewalk_result_survival` and
/// `lanewalk_result_quantile`, but no estimates. For one distance only. Otherwise as `lanewalk_run`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_run_times(
    problem: Option<&lanewalk_problem>,
    exec: Option<&lanewalk_exec>,
    result: Option<&mut MaybeUninit<*mut lanewalk_result>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let out = required("result", result)?;
        let exec = or_default(exec);
        let times = problem.with(|problem| {
            Ok(with_walk!(problem, walk => time_distribution(walk, &exec)?, return Err(not_a_walk())))
        })?;
        give(out, lanewalk_result(Outcome::Times(times)));
        Ok(())
    })
}

/// Writes the time and the end position of each walker to the caller's arrays.
///
/// `times[i]` is the time of the i-th walker of the problem in steps, or `LANEWALK_CENSORED` if the horizon ended its
/// walk. `times_size` is the number of walkers. `positions` may be NULL, with `positions_size` 0. Otherwise it
/// receives `lanewalk_problem_coordinates` numbers for each walker, in units of 2^-31, and `positions_size` is their
/// number.
///
/// The arrays must not overlap. After `LANEWALK_STATUS_STOPPED`, the time of each walker without a result is
/// `LANEWALK_NOT_DONE` and its position is unchanged; the other entries are valid. After any other error, the arrays
/// are unchanged.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_walk_each(
    problem: Option<&lanewalk_problem>,
    exec: Option<&lanewalk_exec>,
    times: *mut u64,
    times_size: usize,
    positions: *mut i64,
    positions_size: usize,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        if times.is_null() {
            return Err(Failure::null("times"));
        }
        disjoint("positions", (positions, positions_size), (times, times_size))?;
        // SAFETY: the contract makes both arrays valid, and they are disjoint. Without walkers, the sizes are refused
        // below.
        let times = unsafe { output("times", times, times_size) }?;
        let positions = if positions.is_null() && positions_size == 0 {
            None
        } else {
            // SAFETY: as above.
            Some(unsafe { output("positions", positions, positions_size) }?)
        };
        let exec = or_default(exec);
        problem.with(|problem| {
            with_walk!(problem, walk => walk_each(walk, times, positions, &exec)?, return Err(not_a_walk()));
            Ok(())
        })
    })
}

/// Computes the exact values that the results of a problem of walks show, unless they are known. Not for pi, whose
/// value is known. Copies of the problem
/// and its results share them. A control of `exec` can stop the computation; `lanewalk_result_estimate` cannot be
/// stopped.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_solve(problem: Option<&lanewalk_problem>, exec: Option<&lanewalk_exec>) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let exec = or_default(exec);
        problem.with(|problem| {
            with_walk!(problem, walk => walk.solve(&exec)?, return Err(not_a_walk()));
            Ok(())
        })
    })
}

/// The exact values of a problem of walks, computed without a sample. `row` is the index of a distance of
/// `lanewalk_first_passage`, and 0 for other problems. Values that are not known are NaN.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exact(
    problem: Option<&lanewalk_problem>,
    row: usize,
    values: Option<&mut MaybeUninit<lanewalk_exact_values>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let out = required("values", values)?;
        out.write(problem.with(|problem| exact(problem, row))?);
        Ok(())
    })
}

fn exact(problem: &Problem, row: usize) -> Result<lanewalk_exact_values> {
    use lanewalk_core::{Distribution, Moments};
    let rows = if let Problem::Distances(walk) = problem { walk.distances().len() } else { 1 };
    if row >= rows {
        return Err(Failure::invalid("row", format_args!("got {row}, expected less than {rows}")));
    }
    let unknown = lanewalk_exact_values::UNKNOWN;
    let of_moments = |&Moments { mean, std_dev, relative_error, .. }: &Moments| lanewalk_exact_values {
        mean,
        std_dev,
        relative_error,
        ..unknown
    };
    Ok(match problem {
        Problem::Distances(walk) => of_moments(walk.exact()?[row]),
        Problem::Region(walk) => walk.exact()?.map_or(unknown, of_moments),
        Problem::Barriers(walk) => walk.exact()?.map_or(unknown, |exact| lanewalk_exact_values {
            mean: exact.mean,
            std_dev: exact.std_dev,
            relative_error: exact.relative_error,
            probability_lower: exact.lower,
            probability_upper: exact.upper,
            mean_lower: exact.mean_lower,
            mean_upper: exact.mean_upper,
            ..unknown
        }),
        Problem::Returning(walk, kind, horizon) => lanewalk_exact_values {
            probability: walk.exact()?.map_or(f64::NAN, |exact| exact.cdf(*horizon)),
            ever: kind.ever().unwrap_or(f64::NAN),
            ..unknown
        },
        Problem::Pi(_) | Problem::Batches(_) => return Err(not_a_walk()),
    })
}
