//! What to compute: walks and points of pi.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::{
    Barriers, Batches, Distances, MAX_STREAMS, Method, Pi, PiMethod, Region, ReturnKind, Returning, Walk,
};

use crate::handle::{free, give, is_shareable, required};
use crate::memory::input;
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text::named;

/// What to compute: walks of one kind, or points of Monte Carlo pi. Distances, barriers and radii are in units of the
/// largest step of a walk; times and horizons are in steps.
///
/// Walks have walkers 0 to 299 and the seed 1 unless set otherwise. The setters check what they set only as far as the
/// type of the problem. `lanewalk_problem_check` and every run check the values, and refuse invalid ones by name.
#[derive(Clone)]
pub struct lanewalk_problem {
    problem: Problem,
    seed: u64,
    range: Range,
}

/// The walkers of a problem, as they were set.
#[derive(Clone, Copy)]
enum Range {
    Samples(u64),
    Walkers(u64, u64),
}

const _: () = is_shareable::<lanewalk_problem>();

impl lanewalk_problem {
    fn new(problem: Problem) -> Self {
        Self { problem, seed: 1, range: Range::Samples(300) }
    }

    /// Uses the problem. Errors name the parameters and the values of the functions that described it.
    pub(crate) fn with<'a, T>(&'a self, body: impl FnOnce(&'a Problem) -> Result<T>) -> Result<T> {
        body(&self.problem).map_err(|failure| self.explained(failure))
    }

    fn explained(&self, failure: Failure) -> Failure {
        match (failure.argument(), &self.problem, self.range) {
            (Some("distance"), Problem::Distances(walk), _) => {
                let index = walk.distances().iter().position(|distance| failure.is_given(distance));
                let place = index.map_or_else(|| "distances".to_owned(), |index| format!("distances[{index}]"));
                failure.about("distances", place)
            }
            (Some("walkers"), _, Range::Samples(samples)) if samples > MAX_STREAMS => {
                Failure::invalid("samples", format_args!("got {samples}, expected at most {MAX_STREAMS} (2^62)"))
            }
            (Some("walkers"), _, Range::Samples(_)) => failure.about("samples", "samples".to_owned()),
            (Some("walkers"), _, Range::Walkers(first, end)) if first >= end => {
                Failure::invalid("walkers", format_args!("got {first}..{end}, expected a range that is not empty"))
            }
            _ => failure,
        }
    }
}

#[derive(Clone, PartialEq)]
pub(crate) enum Problem {
    Distances(Walk<Distances>),
    Barriers(Walk<Barriers>),
    Region(Walk<Region>),
    /// With its kind and its horizon.
    Returning(Walk<Returning>, ReturnKind, u64),
    Pi(Pi),
    Batches(Batches),
}

/// Evaluates an expression with the walk of a problem, whatever its kind, or another one for pi.
macro_rules! with_walk {
    ($problem:expr, $walk:ident => $value:expr, $other:expr) => {
        match $problem {
            $crate::problem::Problem::Distances($walk) => $value,
            $crate::problem::Problem::Barriers($walk) => $value,
            $crate::problem::Problem::Region($walk) => $value,
            $crate::problem::Problem::Returning($walk, ..) => $value,
            $crate::problem::Problem::Pi(_) | $crate::problem::Problem::Batches(_) => $other,
        }
    };
}
pub(crate) use with_walk;

/// The error for a function that only takes walks.
pub(crate) fn not_a_walk() -> Failure {
    Failure::invalid("problem", "got a problem of pi, expected walks")
}

fn create(
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
    new: impl FnOnce() -> Result<Problem>,
) -> lanewalk_status {
    call(|| {
        let out = required("problem", problem)?;
        give(out, lanewalk_problem::new(new()?));
        Ok(())
    })
}

fn returning(
    kind: ReturnKind,
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Returning(Walk::returning(kind, horizon), kind, horizon)))
}

/// Walks from 0 until |position| is at least the distance, to each of `count` distances. The same walkers walk to
/// every distance, so the results are correlated; see `lanewalk_problem_set_independent`.
///
/// The caller owns `*problem` and frees it with `lanewalk_problem_free`. The distances are copied.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_passage(
    distances: *const f64,
    count: usize,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || {
        // SAFETY: the contract makes the array valid.
        let distances = unsafe { input("distances", distances, count) }?;
        Ok(Problem::Distances(Walk::to_each(distances.iter().copied())))
    })
}

/// Walks until the position is at or beyond one of two barriers, which are positions with their sign.
///
/// The caller owns `*problem` and frees it with `lanewalk_problem_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_exit(
    lower: f64,
    upper: f64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Barriers(Walk::between(lower, upper))))
}

/// Walks until the position is at least `upper`, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_exit_upper(
    upper: f64,
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Barriers(Walk::up_to(upper, horizon))))
}

/// Walks until the position is at most `lower`, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_exit_lower(
    lower: f64,
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Barriers(Walk::down_to(lower, horizon))))
}

/// Walks in 1 to 16 dimensions until they leave the ball of this radius. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_in_ball(
    dimensions: usize,
    radius: f64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Region(Walk::in_ball(dimensions, radius))))
}

/// Walks in 1 to 16 dimensions until they leave the cube from -radius to radius. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_in_cube(
    dimensions: usize,
    radius: f64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Region(Walk::in_cube(dimensions, radius))))
}

/// Walks on the line until their position changes its sign, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership
/// as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_return_sign(
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    returning(ReturnKind::Sign, horizon, problem)
}

/// Walks in 1 to 8 dimensions until they return to the ball of this radius, for at most `horizon` steps, from 1 to
/// 1 000 000. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_return_ball(
    dimensions: usize,
    radius: f64,
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    returning(ReturnKind::Ball { dimensions, radius }, horizon, problem)
}

/// Walks on the lattice of 1 to 8 dimensions until they return to the origin, for at most `horizon` steps, from 1 to
/// 2^64 - 2. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_first_return_lattice(
    dimensions: usize,
    horizon: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    returning(ReturnKind::Lattice { dimensions }, horizon, problem)
}

/// Monte Carlo pi from `points` points. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_pi(
    points: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Pi(Pi::points(points))))
}

/// `batches` estimates of pi from `batch_points` points each. Ownership as above.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_pi_batches(
    batches: u64,
    batch_points: u64,
    problem: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    create(problem, || Ok(Problem::Batches(Batches::new(batches, batch_points))))
}

/// Replaces a problem by a changed one. `changed` returns `None` for a problem without this setting.
fn change(
    problem: Option<&mut lanewalk_problem>,
    setting: &'static str,
    changed: impl FnOnce(Problem) -> Result<Option<Problem>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        problem.problem = changed(problem.problem.clone())?.ok_or_else(|| missing(setting))?;
        Ok(())
    })
}

fn missing(setting: &'static str) -> Failure {
    Failure::invalid(setting, "this kind of problem has no such setting")
}

/// Sets the seed. Default: 1.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_seed(problem: Option<&mut lanewalk_problem>, seed: u64) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        problem.problem = with_seed(problem.problem.clone(), seed);
        problem.seed = seed;
        Ok(())
    })
}

fn with_seed(problem: Problem, seed: u64) -> Problem {
    match problem {
        Problem::Distances(walk) => Problem::Distances(walk.seed(seed)),
        Problem::Barriers(walk) => Problem::Barriers(walk.seed(seed)),
        Problem::Region(walk) => Problem::Region(walk.seed(seed)),
        Problem::Returning(walk, kind, horizon) => Problem::Returning(walk.seed(seed), kind, horizon),
        Problem::Pi(pi) => Problem::Pi(pi.seed(seed)),
        Problem::Batches(batches) => Problem::Batches(batches.seed(seed)),
    }
}

/// Sets the number of walks: walkers 0 to `samples` - 1, at least one. Default: 300. Not for pi.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_samples(
    problem: Option<&mut lanewalk_problem>,
    samples: u64,
) -> lanewalk_status {
    set_range(problem, "samples", Range::Samples(samples))
}

/// Sets a shard of walkers: `first` to `end` - 1. The results of all shards merge into the result of the whole. Not
/// for pi.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_walkers(
    problem: Option<&mut lanewalk_problem>,
    first: u64,
    end: u64,
) -> lanewalk_status {
    set_range(problem, "walkers", Range::Walkers(first, end))
}

fn set_range(problem: Option<&mut lanewalk_problem>, setting: &'static str, range: Range) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        let changed = with_range(problem.problem.clone(), range);
        problem.problem = changed.ok_or_else(|| missing(setting))?;
        problem.range = range;
        Ok(())
    })
}

fn with_range(problem: Problem, range: Range) -> Option<Problem> {
    let (first, end) = match range {
        Range::Samples(samples) => (0, samples),
        Range::Walkers(first, end) => (first, end),
    };
    Some(match problem {
        Problem::Distances(walk) => Problem::Distances(walk.walkers(first..end)),
        Problem::Barriers(walk) => Problem::Barriers(walk.walkers(first..end)),
        Problem::Region(walk) => Problem::Region(walk.walkers(first..end)),
        Problem::Returning(walk, kind, horizon) => Problem::Returning(walk.walkers(first..end), kind, horizon),
        Problem::Pi(_) | Problem::Batches(_) => return None,
    })
}

thread_local! {
    /// The problems that this thread has recalled last, with the default seed and walkers.
    static RECALLED: RefCell<VecDeque<Problem>> = const { RefCell::new(VecDeque::new()) };
}

/// Shares the exact values of this problem with equal problems that the thread has recalled before; seeds and walkers
/// may differ. The last 16 problems are kept. For languages whose objects are values, and which create a problem for
/// each call.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_recall(problem: Option<&mut lanewalk_problem>) -> lanewalk_status {
    const KEPT: usize = 16;
    call(|| {
        let lanewalk_problem { problem, seed, range } = required("problem", problem)?;
        // Points of pi have no walkers, and their exact value is known.
        let Some(common) = with_range(with_seed(problem.clone(), 1), Range::Samples(300)) else { return Ok(()) };
        let recall = |kept: &RefCell<VecDeque<Problem>>| {
            let mut kept = kept.borrow_mut();
            let index = kept.iter().position(|known| *known == common);
            let known = index.and_then(|index| kept.remove(index)).unwrap_or(common);
            kept.truncate(KEPT - 1);
            kept.push_front(known.clone());
            known
        };
        // A thread that ends may have dropped its problems already.
        if let Ok(known) = RECALLED.try_with(recall) {
            *problem = with_range(with_seed(known, *seed), *range).unwrap_or_else(|| problem.clone());
        }
        Ok(())
    })
}

/// Sets a shard of the points of `lanewalk_pi`: `first` to `end` - 1.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_shard(
    problem: Option<&mut lanewalk_problem>,
    first: u64,
    end: u64,
) -> lanewalk_status {
    change(problem, "shard", |problem| match problem {
        Problem::Pi(pi) => Ok(Some(Problem::Pi(pi.shard(first..end)))),
        _ => Ok(None),
    })
}

/// Sets the algorithm. For `lanewalk_first_passage`: "plain", "nested", "wald" or "exact". For pi: "plain",
/// "antithetic", "stratified" or "conditional". Default: "plain".
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_method(
    problem: Option<&mut lanewalk_problem>,
    method: *const c_char,
) -> lanewalk_status {
    change(problem, "method", |problem| {
        // SAFETY: the contract makes the text valid.
        let (of_walks, of_pi) = (
            || unsafe { named::<Method>("method", method) },
            || {
                // SAFETY: the contract makes the text valid.
                unsafe { named::<PiMethod>("method", method) }
            },
        );
        Ok(Some(match problem {
            Problem::Distances(walk) => Problem::Distances(walk.method(of_walks()?)),
            Problem::Pi(pi) => Problem::Pi(pi.method(of_pi()?)),
            Problem::Batches(batches) => Problem::Batches(batches.method(of_pi()?)),
            _ => return Ok(None),
        }))
    })
}

/// Sets whether each distance of `lanewalk_first_passage` has its own walkers, so that its estimates are independent.
/// Default: `false`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_independent(
    problem: Option<&mut lanewalk_problem>,
    independent: bool,
) -> lanewalk_status {
    change(problem, "independent", |problem| match problem {
        Problem::Distances(walk) => Ok(Some(Problem::Distances(walk.independent(independent)))),
        _ => Ok(None),
    })
}

/// Sets the start of the walks of `lanewalk_first_exit`, between the barriers. Default: 0.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_start(problem: Option<&mut lanewalk_problem>, start: f64) -> lanewalk_status {
    change(problem, "start", |problem| match problem {
        Problem::Barriers(walk) => Ok(Some(Problem::Barriers(walk.start(start)))),
        _ => Ok(None),
    })
}

/// Ends walks of `lanewalk_first_exit`, `lanewalk_in_ball` or `lanewalk_in_cube` after `horizon` steps, from 1 on. Such
/// walks count as censored. Returns have their horizon from the beginning.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_horizon(
    problem: Option<&mut lanewalk_problem>,
    horizon: u64,
) -> lanewalk_status {
    change(problem, "horizon", |problem| match problem {
        Problem::Barriers(walk) => Ok(Some(Problem::Barriers(walk.horizon(horizon)))),
        Problem::Region(walk) => Ok(Some(Problem::Region(walk.horizon(horizon)))),
        _ => Ok(None),
    })
}

/// Sets the number of batches of `lanewalk_pi_batches` that a thread takes at a time. Default: 4.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_chunk(problem: Option<&mut lanewalk_problem>, chunk: u64) -> lanewalk_status {
    change(problem, "chunk", |problem| match problem {
        Problem::Batches(batches) => Ok(Some(Problem::Batches(batches.chunk(chunk)))),
        _ => Ok(None),
    })
}

/// Sets whether the batches of `lanewalk_pi_batches` are reported as they finish. Default: `false`, in order.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_set_unordered(
    problem: Option<&mut lanewalk_problem>,
    unordered: bool,
) -> lanewalk_status {
    change(problem, "unordered", |problem| match problem {
        Problem::Batches(batches) => Ok(Some(Problem::Batches(batches.unordered(unordered)))),
        _ => Ok(None),
    })
}

/// Checks whether a problem can be run, without running it.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_check(problem: Option<&lanewalk_problem>) -> lanewalk_status {
    call(|| {
        required("problem", problem)?.with(|problem| {
            match problem {
                Problem::Distances(walk) => walk.check()?,
                Problem::Barriers(walk) => walk.check()?,
                Problem::Region(walk) => walk.check()?,
                Problem::Returning(walk, ..) => walk.check()?,
                Problem::Pi(pi) => _ = pi.check()?,
                Problem::Batches(batches) => _ = batches.check()?,
            }
            Ok(())
        })
    })
}

/// The number of coordinates of the end position of a walk: 1 on the line, the number of dimensions in space, 0 on the
/// lattice. Not for pi.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_coordinates(
    problem: Option<&lanewalk_problem>,
    coordinates: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    call(|| {
        let problem = &required("problem", problem)?.problem;
        let out = required("coordinates", coordinates)?;
        out.write(with_walk!(problem, walk => walk.coordinates(), return Err(not_a_walk())));
        Ok(())
    })
}

/// Copies a problem. Copies share the exact values once they are computed. The caller owns `*copy`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_clone(
    problem: Option<&lanewalk_problem>,
    copy: Option<&mut MaybeUninit<*mut lanewalk_problem>>,
) -> lanewalk_status {
    call(|| {
        let problem = required("problem", problem)?;
        give(required("copy", copy)?, problem.clone());
        Ok(())
    })
}

/// Frees a problem and sets `*problem` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_problem_free(problem: Option<&mut *mut lanewalk_problem>) {
    free(problem);
}
