//! Runs a rod to its final field.

use super::evolution::Evolution;
use super::problem::Rod;
#[cfg(feature = "spectral")]
use super::problem::RodMethod;
#[cfg(feature = "spectral")]
use super::spectral;
use super::stepper::Stepper;
use crate::error::Result;
use crate::exec::Exec;
#[cfg(feature = "spectral")]
use crate::memory;

/// The field after all steps of `rod`.
///
/// `new[i] = c old[i] + r (old[i-1] + old[i+1])` with r = dt / h^2 and c = 1 - 2 r, for all points except the ends,
/// which are held. In the units of x the length of the rod is pi; in the units of time the diffusion constant is 1.
///
/// Deterministic: every layer, instruction set, number of threads, number of sub-domains and depth of the halo gives
/// the same bits. [`RodMethod::Spectral`] differs from stepping by rounding errors.
///
/// Cost: four floating-point operations per point and step. On the layer `simd` the speed is limited by arithmetic, not
/// by memory, because a sweep over memory takes up to 64 steps. Memory: at most 32 bytes per point; see
/// [`Rod::memory`]. `Spectral`: two discrete sine transforms, O(points log points), on one thread, for any number of
/// steps.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) as for [`Rod::check`] and [`Exec::plan`];
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory), before anything is computed;
/// [`Error::Stopped`](crate::Error::Stopped) if the run was stopped.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// // Each step multiplies a pure mode by 1 - 4 r sin^2(h / 2).
/// let rod = Rod::new(101).mode(1).steps(1000);
/// let grid = rod.check()?;
/// let factor = 1.0 - 4.0 * grid.ratio * (grid.spacing / 2.0).sin().powi(2);
/// let middle = evolve(&rod, &Exec::default())?.field[50];
/// assert!((middle / factor.powi(1000) - 1.0).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Courant, Friedrichs and Lewy, "Ueber die partiellen Differenzengleichungen der mathematischen Physik", 1928,
/// for the stability limit r <= 1/2.
pub fn evolve(rod: &Rod, exec: &Exec) -> Result<Evolution> {
    let grid = rod.check()?;
    #[cfg(feature = "spectral")]
    if rod.method == RodMethod::Spectral {
        let plan = exec.plan()?;
        memory::check("points", grid.points, spectral::bytes(grid.points))?;
        return Ok(Evolution::new(rod, grid, spectral::field(rod, &grid, &plan.control)?, Vec::new()));
    }
    let mut stepper = Stepper::new(rod, exec)?;
    stepper.advance(grid.steps)?;
    let (field, timings) = stepper.finish()?;
    Ok(Evolution::new(rod, grid, field, timings))
}
