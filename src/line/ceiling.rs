//! The maximum rate of the kernel on the line.

use super::boundary::Bounds;
use super::layer::on_the_line;
use crate::error::Result;
use crate::exec::Exec;
use crate::walk::endless;

/// Runs the kernel's loop with a barrier that no walker reaches, for at least `steps` steps. Returns the number of
/// steps taken.
///
/// This rate is the upper limit of the kernel on this machine: the same code without crossings, refills and a tail. A
/// benchmark divides its rate by this rate. The seed is 1. Only the number of steps is returned.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) under the conditions of [`Exec::plan`].
///
/// # Example
/// ```
/// assert!(lanewalk::internal::walk_ceiling(1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn walk_ceiling(steps: u64, exec: &Exec) -> Result<u64> {
    let plan = exec.plan()?;
    endless(steps, 2.0, (Bounds::MAX, false), &plan, |source| on_the_line(false, &plan, source))
}
