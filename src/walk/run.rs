//! Runs on all threads: walkers are distributed over the threads, and the records of the threads are merged.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use super::problem::{Problem, Walk};
use super::record::Record;
use super::source::{Endless, ListSource, NOT_DONE, Progress, SliceSource, Slices, Target, WalkerSource};
use crate::cores::Ranges;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};

/// Distributes all walkers of all targets over the threads of the plan, and merges the records into one record for each
/// target.
pub(crate) fn records<P: Problem, R: Record<P::Boundary>>(
    walk: &Walk<P>,
    targets: &[Target<P::Boundary>],
    plan: &Plan,
) -> Result<Vec<R>> {
    records_by(walk, targets, targets.len() as u64, plan, |source| walk.problem.walk(targets, plan, source))
}

/// Like [`records`], for a kernel that takes every walker `lists` times.
pub(crate) fn records_by<P: Problem, R: Record<P::Boundary>>(
    walk: &Walk<P>,
    targets: &[Target<P::Boundary>],
    lists: u64,
    plan: &Plan,
    kernel: impl for<'a> Fn(&mut ListSource<'a, P::Boundary, R>) + Sync,
) -> Result<Vec<R>> {
    let ranges = Ranges::new(walk.count() * lists, plan.threads);
    plan.control.begin(walk.expected_steps());
    let shares = plan.run(|| {
        let mut source = ListSource {
            targets,
            walkers: walk.walkers.clone(),
            horizon: walk.problem.horizon(),
            ranges: &ranges,
            current: 0..0,
            records: vec![R::default(); targets.len()],
            progress: Progress::new(&plan.control),
        };
        kernel(&mut source);
        source.proceed(0);
        source.records
    })?;
    if plan.control.is_stopped() {
        return Err(Error::Stopped);
    }
    let mut merged = vec![R::default(); targets.len()];
    for share in &shares {
        for (merged, record) in merged.iter_mut().zip(share) {
            merged.merge(record)?;
        }
    }
    Ok(merged)
}

/// Writes the time and the end position of each walker to the caller's slices.
///
/// `times[i]` is T in steps of the walker with the i-th index of [`Walk::walkers`], or [`CENSORED`](crate::CENSORED) if
/// the horizon ended its walk. If `positions` is given, it receives the end positions in units of
/// 1 / [`UNIT`](crate::UNIT) of the largest step: [`Walk::coordinates`] consecutive numbers for each walker.
///
/// Deterministic: each entry depends only on the problem, the seed and the index of the walker. Cost: the same as for
/// the problem's own function, without additional memory.
///
/// After [`Error::Stopped`], the time of each walker without a result is [`NOT_DONE`](crate::NOT_DONE) and its position
/// is unchanged; the other entries are valid. The position of a censored walker is that at the horizon. After
/// [`Error::Argument`], the slices are unchanged.
///
/// # Errors
/// [`Error::Argument`] as for the problem's own function, and for more than one distance, for a method other than
/// [`Method::Plain`](crate::Method::Plain), and for slices of a wrong length; [`Error::Stopped`] if the run was
/// stopped.
///
/// # Example
/// ```
/// use lanewalk::{CENSORED, Exec, UNIT, Walk, walk_each};
///
/// let (mut times, mut positions) = ([0; 4], [0; 4]);
/// let exec = Exec::default();
/// walk_each(&Walk::to(10.0).walkers(0..4).seed(1), &mut times, Some(&mut positions), &exec)?;
/// assert_eq!(times[0], 571);
/// assert!(positions.iter().all(|position| position.abs() as f64 / UNIT >= 10.0));
///
/// let mut points = [0; 3 * 4];
/// walk_each(&Walk::in_cube(3, 10.0).walkers(0..4), &mut times, Some(&mut points), &exec)?;
/// assert!(points.chunks(3).all(|point| point.iter().any(|coordinate| coordinate.unsigned_abs() >= 10 << 31)));
///
/// // No walker reaches distance 10 within 9 steps.
/// walk_each(&Walk::between(-10.0, 10.0).horizon(9).walkers(0..4), &mut times, None, &exec)?;
/// assert_eq!(times, [CENSORED; 4]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn walk_each<P: Problem>(
    walk: &Walk<P>,
    times: &mut [u64],
    positions: Option<&mut [i64]>,
    exec: &Exec,
) -> Result<()> {
    let targets = walk.problem.targets(walk.seed)?;
    walk.problem.check_each()?;
    walk.check_walkers()?;
    let plan = exec.plan()?;
    let [target] = targets[..] else { unreachable!("check_each allows only one target") };
    let coordinates = walk.problem.coordinates();
    let lengths =
        [("times", 1, Some(times.len())), ("positions", coordinates, positions.as_ref().map(|all| all.len()))];
    for (argument, each, length) in lengths {
        let Some(length) = length else { continue };
        if u128::from(walk.count()) * each as u128 != length as u128 {
            let expected = format!("{each} for each of {} walkers", walk.count());
            return Err(Error::invalid(argument, format_args!("{length} entries"), expected));
        }
    }
    times.fill(NOT_DONE);
    plan.control.begin(walk.expected_steps());
    let left = Mutex::new(Slices { first: walk.walkers.start, times, positions });
    plan.run(|| {
        let mut source = SliceSource {
            target,
            horizon: walk.problem.horizon(),
            coordinates,
            start: walk.problem.start(),
            workers: plan.threads as u64,
            left: &left,
            pieces: Vec::new(),
            current: 0..0,
            progress: Progress::new(&plan.control),
        };
        walk.problem.walk(&targets, &plan, &mut (&mut source as &mut dyn WalkerSource<Boundary = P::Boundary>));
        source.proceed(0);
    })?;
    if plan.control.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// Runs a kernel on [`Endless`] walkers for at least `steps` steps, and returns the number of steps taken. `goes_on` is
/// whether walkers can reach `boundary` and then go on.
pub(crate) fn endless<B: Copy + Send + Sync>(
    steps: u64,
    steps_a_draw: f64,
    (boundary, goes_on): (B, bool),
    plan: &Plan,
    kernel: impl Fn(&mut Endless<B>) + Sync,
) -> Result<u64> {
    let done = AtomicU64::new(0);
    let limit = (steps as f64 / steps_a_draw).ceil() as u64;
    plan.run(|| kernel(&mut Endless { boundary, goes_on, done: &done, limit, next: 0, control: &plan.control }))?;
    Ok((done.into_inner() as f64 * steps_a_draw) as u64)
}
