//! The spectral method: all steps at once. It is also the reference for the rounding error of stepping.
//!
//! The values of sin(k x) at the points, for k = 1 .. points - 2, are eigenvectors of a step with the eigenvalues
//!
//! ```text
//! 1 - 4 r sin^2(k h / 2)
//! ```
//!
//! (Strang, "Computational Science and Engineering", 2007, section 1.5.) So a run consists of a discrete sine
//! transform, a multiplication by powers of the eigenvalues, and the inverse transform.

use rustdct::DctPlanner;

use super::grid::Grid;
use super::poll::PIECE;
use super::problem::Rod;
use crate::error::{Error, Result};
use crate::memory;
use crate::run_control::RunControl;

/// The field after all steps.
///
/// The control is polled between the transforms, and during the computation of the initial values and the amplitudes. A
/// transform itself cannot be stopped.
pub(super) fn field(rod: &Rod, grid: &Grid, control: &RunControl) -> Result<Vec<f64>> {
    let mut field = memory::room("points", grid.points)?;
    let start = rod.values(grid);
    for first in (0..grid.points).step_by(PIECE) {
        field.extend((first..grid.points.min(first + PIECE)).map(&start));
        go_on(control)?;
    }
    let inner = &mut field[1..=grid.inner()];
    let transform = DctPlanner::new().plan_dst1(grid.inner());
    let mut scratch = memory::room("points", transform.get_scratch_len())?;
    scratch.resize(transform.get_scratch_len(), 0.0);
    go_on(control)?;
    transform.process_dst1_with_scratch(inner, &mut scratch);
    // The transform is its own inverse up to this factor.
    let scale = 2.0 / (grid.points - 1) as f64;
    for (piece, amplitudes) in inner.chunks_mut(PIECE).enumerate() {
        go_on(control)?;
        for (index, amplitude) in amplitudes.iter_mut().enumerate() {
            *amplitude *= scale * decay(grid, (piece * PIECE + index) as u64 + 1, grid.steps);
        }
    }
    transform.process_dst1_with_scratch(inner, &mut scratch);
    go_on(control)?;
    rod.profile().add(1.0, 0, &mut field);
    Ok(field)
}

fn go_on(control: &RunControl) -> Result<()> {
    if control.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// The approximate number of bytes that [`field`] needs for `points` points: the field, and the tables and the scratch
/// memory of the transform.
pub(super) fn bytes(points: usize) -> u128 {
    BYTES_PER_POINT * points as u128
}

/// Measured as the peak resident memory for 10^7 points and for similar numbers of points.
const BYTES_PER_POINT: u128 = 200;

/// The eigenvalue of mode k to the power of `steps`. It is computed with logarithms, because the eigenvalue is near 1
/// and the power is large.
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
