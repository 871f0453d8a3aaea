//! The field at the end, and how far it is from the truth.

use super::grid::Grid;
use super::problem::{Rod, Start, sine};
#[cfg(feature = "spectral")]
use super::spectral;
use super::stepper::Timings;
use crate::error::{Error, Result};
#[cfg(feature = "spectral")]
use crate::exec::Exec;
#[cfg(feature = "spectral")]
use crate::memory;
use crate::stats::Digest;

/// The field of a rod after all steps, and how long each part took.
///
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// let evolution = evolve(&Rod::new(51), &Exec::default())?;
/// // The eigenvalue that 51 points have is below the equation's, 1, by h^2 / 12; the field has it to the last digits.
/// assert!((evolution.eigenvalue() - evolution.discrete_eigenvalue()).abs() < 1e-12);
/// assert!((1.0 - evolution.eigenvalue() - evolution.grid.spacing.powi(2) / 12.0).abs() < 1e-6);
/// // Against sin(x), the exact modes of these points, and the equation itself.
/// assert!(evolution.sine_error() < 1e-13 && evolution.rounding_error(&Exec::default())? < 1e-13);
/// assert!(evolution.continuum_error().unwrap() < 1e-4);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evolution {
    /// The rod's numbers.
    pub grid: Grid,
    /// f at every point, the ends included.
    pub field: Vec<f64>,
    /// What the time of each sub-domain went into; empty for [`RodMethod::Spectral`](super::RodMethod::Spectral).
    pub timings: Vec<Timings>,
    rod: Rod,
}

impl Evolution {
    pub(super) fn new(rod: &Rod, grid: Grid, field: Vec<f64>, timings: Vec<Timings>) -> Self {
        Self { grid, field, timings, rod: rod.clone() }
    }

    /// From the values of [`SubDomain`](super::SubDomain)s, with zeros at both ends: what was put together elsewhere.
    ///
    /// # Errors
    /// [`Error::Argument`] as [`Rod::check`] says, or if the field has not as many values as the rod points.
    pub fn from_field(rod: &Rod, field: Vec<f64>, timings: Vec<Timings>) -> Result<Self> {
        let grid = rod.check()?;
        if field.len() != grid.points {
            return Err(Error::invalid("field", format_args!("{} values", field.len()), format!("{}", grid.points)));
        }
        let mut field = field;
        rod.profile().add(1.0, 0, &mut field);
        Ok(Self::new(rod, grid, field, timings))
    }

    /// Hash of the field's bits, 16 hexadecimal digits: equal digests, equal fields.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.field.iter().for_each(|value| digest.add(value.to_bits().into()));
        digest.finish()
    }

    /// The eigenvalue lambda of d2f/dx2 = -lambda f of the field: the sum of squared differences of neighbours over
    /// that of squared values, over h^2 (Rayleigh's quotient, summed by parts). `NaN` for a field of zeros.
    #[must_use]
    pub fn eigenvalue(&self) -> f64 {
        // Squares of small numbers would be none.
        let largest = self.largest();
        let differences: f64 = self.field.windows(2).map(|pair| ((pair[1] - pair[0]) / largest).powi(2)).sum();
        let squares: f64 = self.field.iter().map(|value| (value / largest).powi(2)).sum();
        differences / squares / self.grid.spacing.powi(2)
    }

    /// The mode that the field started from; 1, the lowest, if it was none by itself.
    #[must_use]
    pub fn mode(&self) -> u64 {
        self.rod.start_mode().unwrap_or(1)
    }

    /// The eigenvalue of that [`mode`](Self::mode) k that these points have, 4 sin^2(k h / 2) / h^2: of the lowest one
    /// it is below 1 by about h^2 / 12.
    #[must_use]
    pub fn discrete_eigenvalue(&self) -> f64 {
        4.0 * (self.mode() as f64 * self.grid.spacing / 2.0).sin().powi(2) / self.grid.spacing.powi(2)
    }

    /// The largest magnitude of the field.
    #[must_use]
    pub fn largest(&self) -> f64 {
        largest(self.field.iter().copied())
    }

    /// The field, scaled so that it is sin(x) a quarter of the way along the rod.
    #[must_use]
    pub fn scaled(&self) -> Vec<f64> {
        let quarter = self.grid.points / 4;
        let factor = self.grid.x(quarter).sin() / self.field[quarter];
        // Three points have no quarter but the end.
        let factor = if quarter == 0 { 1.0 / self.field[1] } else { factor };
        self.field.iter().map(|value| factor * value).collect()
    }

    /// The largest distance of the scaled field from sin(x). `NaN` if the field cannot be scaled.
    #[must_use]
    pub fn sine_error(&self) -> f64 {
        largest(self.scaled().iter().enumerate().map(|(index, value)| value - self.grid.x(index).sin()))
    }

    #[cfg(feature = "spectral")]
    /// The largest distance of the field from the exact solution of the discrete equations: rounding alone. Costs two
    /// sine transforms, and the memory that [`RodMethod::Spectral`](super::RodMethod::Spectral) takes.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], and [`Error::Stopped`] through the control of `exec`.
    pub fn rounding_error(&self, exec: &Exec) -> Result<f64> {
        memory::check("points", self.grid.points, spectral::bytes(self.grid.points))?;
        let exact = spectral::field(&self.rod, &self.grid, &exec.plan()?.control)?;
        Ok(largest(self.field.iter().zip(&exact).map(|(value, exact)| value - exact)))
    }

    /// The largest distance of the field from the solution of the heat equation itself, on a continuous rod in
    /// continuous time: it shrinks as h^2. `None` if the start was given by its values alone, or where the sum would
    /// take too long: on large rods after a short time, when many modes are left.
    ///
    /// The parabola has the modes 32 / (pi k)^3 for odd k; mode k shrinks by e^(-k^2 t).
    #[must_use]
    pub fn continuum_error(&self) -> Option<f64> {
        let time = self.grid.steps as f64 * self.grid.time_step;
        let shrink = |k: f64| (-k * k * time).exp();
        let terms: Vec<(u64, f64)> = match self.rod.start {
            Start::Mode(k) => vec![(k, shrink(k as f64))],
            Start::Parabola => {
                let amplitude = |k: f64| 32.0 / (std::f64::consts::PI * k).powi(3) * shrink(k);
                let terms = (0..MAX_TERMS).map(|place| (2 * place + 1, amplitude((2 * place + 1) as f64)));
                terms.take_while(|(_, amplitude)| *amplitude > 1e-18).collect()
            }
            Start::Values(_) => return None,
        };
        if terms.len() * self.grid.points > MAX_SINES {
            return None;
        }
        let exact = |index| terms.iter().map(|(k, amplitude)| amplitude * sine(*k, index, &self.grid)).sum::<f64>();
        Some(largest(self.field.iter().enumerate().map(|(index, value)| value - exact(index))))
    }
}

/// Terms of the parabola's series: without any decay the rest is 1e-9 of it.
const MAX_TERMS: u64 = 10_000;

/// Sines that are computed for it at most: a second or two.
const MAX_SINES: usize = 100_000_000;

/// The largest magnitude, or `NaN` if there is one.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.map(f64::abs).fold(0.0, |most, value| if value > most || value.is_nan() { value } else { most })
}
