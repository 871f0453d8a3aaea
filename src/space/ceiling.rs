//! The maximum rate of the kernels in space.

use super::boundary::{MAX_DIMENSIONS, MAX_RADIUS, RegionBoundary, WalkKind, check_dimensions};
use super::layer::run;
use super::region::Shape;
use crate::error::Result;
use crate::exec::Exec;
use crate::walk::endless;

/// Takes at least `steps` steps in `dimensions` dimensions without leaving the region. Their rate is the upper limit of
/// the kernel of [`region_exit`](crate::region_exit) on this machine. See
/// [`walk_ceiling`](crate::internal::walk_ceiling).
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) under the conditions of [`Exec::plan`], and for dimensions outside
/// 1..=16.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Shape};
/// assert!(lanewalk::internal::region_ceiling(Shape::Ball, 3, 1_000_000, &Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn region_ceiling(shape: Shape, dimensions: usize, steps: u64, exec: &Exec) -> Result<u64> {
    check_dimensions(dimensions, MAX_DIMENSIONS)?;
    let plan = exec.plan()?;
    let boundary = RegionBoundary::new(dimensions, MAX_RADIUS)?;
    let kind = if shape == Shape::Ball { WalkKind::ExitBall } else { WalkKind::ExitCube };
    endless(steps, 2.0 / dimensions as f64, (boundary, false), &plan, |source| run(kind, boundary, &plan, source))
}
