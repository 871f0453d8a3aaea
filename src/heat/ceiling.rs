//! The maximum rate of the stepping kernel.

use std::hint::black_box;
use std::time::Duration;

use super::domain::LayerField;
use super::problem::Rod;
use crate::clock::Stopwatch;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::memory;

/// Takes `steps` steps of the kernel of [`evolve`](crate::evolve) on a rod of `points` points, without halos, exchange
/// and waiting. Each thread steps an equal share of the rod. Returns the number of updates, and the time of the slowest
/// thread.
///
/// This time is that of the steps alone, as the sum of the [`Timings`](crate::Timings) of a run is. Their rate is the
/// maximum rate of the kernel on a rod of this length; a benchmark reports its own rate as a share of it. Cost: as for
/// [`evolve`](crate::evolve).
///
/// # Errors
/// [`Error::Argument`] as for [`Rod::check`] and [`Exec::plan`]; [`Error::OutOfMemory`]; [`Error::Stopped`].
///
/// # Example
/// ```
/// use lanewalk::{Exec, internal::heat_ceiling};
/// let (updates, _) = heat_ceiling(1002, 10, &Exec::default().threads(1))?;
/// assert_eq!(updates, 10_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn heat_ceiling(points: usize, steps: u64, exec: &Exec) -> Result<(u64, Duration)> {
    let plan = exec.plan()?;
    let rod = Rod::new(points);
    let grid = rod.check()?;
    let share = grid.inner().div_ceil(plan.threads);
    let go_on = || !plan.control.is_stopped();
    let timed = plan.run(|| {
        let mut values = memory::room("points", share)?;
        values.extend((1..=share).map(rod.values(&grid)));
        let mut field = LayerField::new(&plan, values, &go_on)?;
        let start = Stopwatch::start();
        let done = field.advance_bare(grid.update(), steps, &go_on);
        let elapsed = start.elapsed();
        // Without this use of the field, the compiler could remove the computation.
        black_box(field);
        if done { Ok(elapsed) } else { Err(Error::Stopped) }
    })?;
    let times = timed.into_iter().collect::<Result<Vec<Duration>>>()?;
    Ok((steps * (share * times.len()) as u64, times.into_iter().max().unwrap_or_default()))
}
