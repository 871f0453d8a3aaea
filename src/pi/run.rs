//! An estimate of pi on all threads.

use std::sync::atomic::{AtomicU64, Ordering};

use super::layer::{PARTS_PER_POLL, Task};
use super::problem::Pi;
use super::sums::Sums;
use super::tally::PiTally;
use super::{interchanged, scalar, simd};
use crate::cores::Ranges;
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer};

/// Estimates pi from random points: exact sums. [`PiTally::estimate`] computes the value and the standard error.
///
/// `plain`: 4 times the fraction of points with x^2 + y^2 < 1; `antithetic`, `stratified` and `conditional` as
/// [`PiMethod`](crate::PiMethod) says. Coordinates have 48 bits (32 for `conditional`), so the grid shifts each
/// estimate by at most 1e-14.
///
/// Deterministic: the tally depends on `pi` alone and has the same bits for every `exec`. The tallies of shards merge
/// into the tally of the whole.
///
/// Cost: half a draw for each point; with `stratified`, about four draws for each column of the grid. Memory does not
/// grow with the number of points.
///
/// # Errors
/// [`Error::Argument`] as [`Pi::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the run was stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Pi, PiMethod, estimate_pi};
///
/// let error = |method| -> lanewalk::Result<f64> {
///     let estimate = estimate_pi(&Pi::points(1_000_000).method(method), &Exec::default())?.estimate().unwrap();
///     assert!(estimate.z(std::f64::consts::PI).unwrap().abs() < 4.0);
///     Ok(estimate.std_error.unwrap())
/// };
/// assert!(error(PiMethod::Plain)? < 0.0017);
/// assert!(error(PiMethod::Antithetic)? < 0.0010);
/// assert!(error(PiMethod::Conditional)? < 0.0009);
/// assert!(error(PiMethod::Stratified)? < 0.0001);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source of the methods: Owen, "Monte Carlo theory, methods and examples", 2013, chapter 8.
pub fn estimate_pi(pi: &Pi, exec: &Exec) -> Result<PiTally> {
    let range = pi.check()?;
    let plan = exec.plan()?;
    let task = Task::new(pi);
    let parts = task.parts(&range);
    let ranges = Ranges::new(parts.end - parts.start, plan.threads);
    plan.control.begin((range.end - range.start) as f64);
    let shares = plan.run(|| {
        let mut sums = Sums::default();
        while let Some(mut taken) = ranges.take() {
            while !taken.is_empty() {
                if plan.control.is_stopped() {
                    return sums;
                }
                let next = taken.end.min(taken.start + PARTS_PER_POLL);
                let (clipped, points) = task.clip(parts.start + taken.start..parts.start + next, &range);
                sums += task.run(&plan, clipped, &range);
                plan.control.add(points);
                taken.start = next;
            }
        }
        sums
    })?;
    if plan.control.is_stopped() {
        return Err(Error::Stopped);
    }
    Ok(PiTally::new(pi.method, pi.origin(range), shares))
}

/// The points that a thread takes at a time for [`pi_ceiling`]. Faster threads take more pieces.
const PIECE: u64 = 1 << 22;

/// Runs the kernel of [`PiMethod::Plain`](crate::PiMethod::Plain) over at least `points` points of endless streams,
/// without seeding and without refinement of undecided points. Returns the number of points.
///
/// The result is the ceiling of the kernel on this machine: a benchmark divides its rate by this one's. The seed is 1.
/// Cost: one draw of 64 bits for two points, in pieces of 2^22 points; no memory.
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says.
///
/// # Example
/// ```
/// assert!(lanewalk::internal::pi_ceiling(1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn pi_ceiling(points: u64, exec: &Exec) -> Result<u64> {
    let plan = exec.plan()?;
    let pieces = AtomicU64::new(points.div_ceil(PIECE));
    let take = || pieces.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    let done = plan.run(|| {
        let mut done = 0;
        while !plan.control.is_stopped() && take() {
            done += match (plan.layer, plan.backend()) {
                (Layer::Simd, Some(backend)) => backend.run(simd::Ceiling { points: PIECE }),
                (Layer::Interchanged, _) => interchanged::ceiling(PIECE),
                (Layer::Scalar, _) | (Layer::Simd, None) => scalar::ceiling(PIECE),
            };
        }
        done
    })?;
    Ok(done.iter().sum())
}
