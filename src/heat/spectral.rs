//! All steps at once, and what the field should be.
//!
//! sin(k x) at the points, k = 1 .. points - 2, are eigenvectors of a step, with the factors
//!
//! ```text
//! 1 - 4 r sin^2(k h / 2)
//! ```
//!
//! (Strang, "Computational Science and Engineering", 2007, section 1.5.) So a discrete sine transform, powers of the
//! factors and the transform back are the whole run.

use rustdct::DctPlanner;

use super::grid::Grid;
use super::problem::Rod;

/// The field after all steps.
pub(super) fn field(rod: &Rod, grid: &Grid) -> Vec<f64> {
    let mut field: Vec<f64> = (0..grid.points).map(|index| rod.value(grid, index)).collect();
    let inner = &mut field[1..=grid.inner()];
    let transform = DctPlanner::new().plan_dst1(grid.inner());
    transform.process_dst1(inner);
    // The transform is its own inverse but for this factor.
    let scale = 2.0 / (grid.points - 1) as f64;
    for (place, amplitude) in inner.iter_mut().enumerate() {
        *amplitude *= scale * decay(grid, place as u64 + 1, grid.steps);
    }
    transform.process_dst1(inner);
    field
}

/// The factor of mode k to the power of `steps`: by logarithms, since the factor is near 1 and the power is large.
pub(super) fn decay(grid: &Grid, k: u64, steps: u64) -> f64 {
    let loss = 4.0 * grid.ratio * (k as f64 * grid.spacing / 2.0).sin().powi(2);
    if steps == 0 {
        1.0
    } else if loss < 1.0 {
        ((-loss).ln_1p() * steps as f64).exp()
    } else {
        let sign = if steps.is_multiple_of(2) { 1.0 } else { -1.0 };
        sign * ((loss - 1.0).ln() * steps as f64).exp()
    }
}
