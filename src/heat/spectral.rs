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

use super::grid::Grid;
use super::poll::PIECE;
use super::problem::Rod;
use crate::error::Result;
use crate::fourier::{Complex, Fourier, Roots};
use crate::memory;
use crate::run_control::RunControl;

/// The field after all steps. The control is polled within each part of the computation.
pub(super) fn field(rod: &Rod, grid: &Grid, control: &RunControl) -> Result<Vec<f64>> {
    let mut field = memory::room("points", grid.points)?;
    let start = rod.values(grid);
    for first in (0..grid.points).step_by(PIECE) {
        control.check()?;
        field.extend((first..grid.points.min(first + PIECE)).map(&start));
    }
    let inner = &mut field[1..=grid.inner()];
    let mut transform = SineTransform::new(grid.inner(), control)?;
    transform.process(inner, control)?;
    // The transform is its own inverse up to this factor.
    let scale = 2.0 / (grid.points - 1) as f64;
    for (piece, amplitudes) in inner.chunks_mut(PIECE).enumerate() {
        control.check()?;
        for (index, amplitude) in amplitudes.iter_mut().enumerate() {
            *amplitude *= scale * decay(grid, (piece * PIECE + index) as u64 + 1, grid.steps);
        }
    }
    transform.process(inner, control)?;
    let profile = rod.profile();
    for (piece, values) in field.chunks_mut(PIECE).enumerate() {
        control.check()?;
        profile.add(1.0, piece * PIECE, values);
    }
    Ok(field)
}

/// The approximate number of bytes that [`field`] needs for `points` points: the field, and the memory of the
/// transform.
pub(super) fn bytes(points: usize) -> u128 {
    let (field, values) = (size_of::<f64>() as u128, size_of::<Complex>() as u128);
    (field + values) * points as u128 + Fourier::bytes(points - 1)
}

/// The discrete sine transform S_k = sum over j of f_j sin(pi j k / n) of n - 1 values, j, k = 1 .. n - 1.
///
/// The odd extension x of f has the length 2 n and the Fourier transform X_k = -2 i S_k. With z_j = x_{2j} +
/// i x_{2j+1}, a transform Z of the length n suffices (Press et al., "Numerical Recipes", 3rd edition 2007, section
/// 12.3):
///
/// ```text
/// X_k = (Z_k + Z*_{n-k}) / 2 + exp(-pi i k / n) (Z_k - Z*_{n-k}) / (2 i)
/// ```
struct SineTransform {
    fourier: Fourier,
    roots: Roots,
    values: Vec<Complex>,
    scratch: Vec<Complex>,
}

impl SineTransform {
    fn new(inner: usize, control: &RunControl) -> Result<Self> {
        let length = inner + 1;
        let fourier = Fourier::new("points", length, control)?;
        Ok(Self {
            roots: Roots::new(2 * length as u64),
            values: memory::zeros("points", length, control)?,
            scratch: memory::zeros("points", fourier.scratch(), control)?,
            fourier,
        })
    }

    fn process(&mut self, inner: &mut [f64], control: &RunControl) -> Result<()> {
        let length = self.values.len();
        let odd = |j: usize| match j {
            0 => 0.0,
            j if j < length => inner[j - 1],
            j if j == length => 0.0,
            j => -inner[2 * length - j - 1],
        };
        for (piece, values) in self.values.chunks_mut(PIECE).enumerate() {
            control.check()?;
            for (j, value) in (piece * PIECE..).zip(values) {
                *value = Complex::new(odd(2 * j), odd(2 * j + 1));
            }
        }
        self.fourier.forward(&mut self.values, &mut self.scratch, control)?;
        for (piece, results) in inner.chunks_mut(PIECE).enumerate() {
            control.check()?;
            for (k, result) in (piece * PIECE + 1..).zip(results) {
                let at = |k: usize| self.values[self.fourier.place(k)];
                let (z, mirrored) = (at(k), at(length - k).conj());
                let (even, odd) = ((z + mirrored) / 2.0, (z - mirrored) / 2.0);
                // The imaginary part of exp(-pi i k / n) odd / i.
                let twisted = -(self.roots.get(k as u64) * odd).re;
                *result = -(even.im + twisted) / 2.0;
            }
        }
        Ok(())
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn sine_transform_agrees_with_the_definition() {
        let control = RunControl::new();
        for inner in [1_usize, 2, 3, 8, 49, 100] {
            let start: Vec<f64> = (1..=inner).map(|j| ((j * j * 37) % 101) as f64 / 101.0 - 0.4).collect();
            let mut found = start.clone();
            SineTransform::new(inner, &control).unwrap().process(&mut found, &control).unwrap();
            for (k, found) in (1..).zip(found) {
                let term = |(j, value): (usize, &f64)| value * (PI * ((j + 1) * k) as f64 / (inner + 1) as f64).sin();
                let expected: f64 = start.iter().enumerate().map(term).sum();
                assert!((found - expected).abs() < 1e-13, "{inner}, {k}: {found} is not {expected}");
            }
        }
    }
}
