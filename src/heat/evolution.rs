//! The final field, and its errors.

use super::grid::Grid;
use super::problem::{Profile, Rod, Start, sine};
#[cfg(feature = "spectral")]
use super::spectral;
use super::stepper::Timings;
use crate::error::{Error, Result};
use crate::exec::Exec;
#[cfg(feature = "spectral")]
use crate::memory;
use crate::stats::Digest;

/// The field of a rod after all steps, and the times of its parts.
///
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// let evolution = evolve(&Rod::new(51), &Exec::default())?;
/// // The eigenvalue of 51 points is below the eigenvalue of the equation, 1, by h^2 / 12. The field reproduces it.
/// assert!((evolution.eigenvalue() - evolution.discrete_eigenvalue()).abs() < 1e-12);
/// assert!((1.0 - evolution.eigenvalue() - evolution.grid.spacing.powi(2) / 12.0).abs() < 1e-6);
/// // Errors relative to sin(x), to the exact modes of these points, and to the equation.
/// let exec = Exec::default();
/// assert!(evolution.sine_error(&exec)? < 1e-13 && evolution.rounding_error(&exec)? < 1e-13);
/// assert!(evolution.continuum_error(&exec)?.unwrap() < 1e-4);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evolution {
    /// The discretisation of the rod.
    pub grid: Grid,
    /// f at every point, the ends included.
    pub field: Vec<f64>,
    /// The timings of each sub-domain; empty for [`RodMethod::Spectral`](super::RodMethod::Spectral).
    pub timings: Vec<Timings>,
    rod: Rod,
    profile: Profile,
}

impl Evolution {
    pub(super) fn new(rod: &Rod, grid: Grid, field: Vec<f64>, timings: Vec<Timings>) -> Self {
        Self { grid, field, timings, rod: rod.clone(), profile: rod.profile() }
    }

    /// An evolution from the joined values of [`SubDomain`](super::SubDomain)s. The first and the last of the values
    /// stand for the ends of the rod and must be 0. If the rod holds its ends at other values, this function adds the
    /// straight line between them.
    ///
    /// # Errors
    /// [`Error::Argument`] as for [`Rod::check`], and if the number of values is not the number of points of the rod.
    pub fn from_field(rod: &Rod, field: Vec<f64>, timings: Vec<Timings>) -> Result<Self> {
        let grid = rod.check()?;
        if field.len() != grid.points {
            return Err(Error::invalid(
                "field",
                format_args!("{} values", field.len()),
                format!("{} values", grid.points),
            ));
        }
        let mut field = field;
        rod.profile().add(1.0, 0, &mut field);
        Ok(Self::new(rod, grid, field, timings))
    }

    /// A hash of the bits of the field, as 16 hexadecimal digits. Equal fields have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        digest.add_all(self.field.iter().map(|value| value.to_bits().into()));
        digest.finish()
    }

    /// The values at which the first and the last point are held: 0, unless [`Rod::start`] gave other values.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.profile.at(0), self.profile.at(self.grid.points - 1))
    }

    /// The field at a point minus the straight line between the [`ends`](Self::ends), which is the steady state. This
    /// deviation is what decays: its modes are the modes of a rod whose ends are held at 0.
    #[must_use]
    pub fn deviation(&self, index: usize) -> f64 {
        self.field[index] - self.profile.at(index)
    }

    /// The eigenvalue lambda of the [`deviation`](Self::deviation) d in d2d/dx2 = -lambda d: the sum of the squared
    /// differences of neighbours, divided by the sum of the squared values and by h^2 (Rayleigh quotient, summed by
    /// parts). `NaN` if the deviation is zero, or so small that the rounding errors of the field decide the result.
    #[must_use]
    pub fn eigenvalue(&self) -> f64 {
        // Without this scaling, the squares of small numbers would underflow to zero.
        let largest = self.largest();
        if largest < self.resolution() {
            return f64::NAN;
        }
        let mut last = self.deviation(0) / largest;
        let (mut differences, mut squares) = (0.0, last.powi(2));
        for index in 1..self.grid.points {
            let value = self.deviation(index) / largest;
            differences += (value - last).powi(2);
            squares += value.powi(2);
            last = value;
        }
        differences / squares / self.grid.spacing.powi(2)
    }

    /// The deviation that is needed for its eigenvalue to have a relative error of about 1e-6. A rounding error e of
    /// the field adds about (e / (d h))^2 to the eigenvalue of a deviation d.
    fn resolution(&self) -> f64 {
        let (left, right) = self.ends();
        1e3 * f64::EPSILON * left.abs().max(right.abs()) / self.grid.spacing
    }

    /// The mode of the initial field; 1, the lowest mode, if the initial field is not a single mode.
    #[must_use]
    pub fn mode(&self) -> u64 {
        self.rod.start_mode().unwrap_or(1)
    }

    /// The eigenvalue of the [`mode`](Self::mode) k on these points, 4 sin^2(k h / 2) / h^2. For the lowest mode it is
    /// below 1 by about h^2 / 12.
    #[must_use]
    pub fn discrete_eigenvalue(&self) -> f64 {
        4.0 * (self.mode() as f64 * self.grid.spacing / 2.0).sin().powi(2) / self.grid.spacing.powi(2)
    }

    /// The largest magnitude of the [`deviation`](Self::deviation). Without held values at the ends, it is the largest
    /// magnitude of the field.
    #[must_use]
    pub fn largest(&self) -> f64 {
        largest((0..self.grid.points).map(|index| self.deviation(index)))
    }

    /// sin(k x) at a point, for the [`mode`](Self::mode) k.
    #[must_use]
    pub fn sine(&self, index: usize) -> f64 {
        if self.mode() == 1 { self.grid.x(index).sin() } else { sine(self.mode(), index, &self.grid) }
    }

    /// The factor that makes the [`deviation`](Self::deviation) equal to sin(k x) for its [`mode`](Self::mode) k: at a
    /// quarter of the rod for k = 1, otherwise at the first maximum of sin(k x). `NaN` if the deviation is zero there,
    /// or so close to zero that the point is a node, or if rounding errors hide it.
    #[must_use]
    pub fn scale(&self) -> f64 {
        let parts = if self.mode() == 1 { 4 } else { (2 * self.mode()).try_into().unwrap_or(usize::MAX) };
        // With three points, the point at a quarter is the end, so the middle point is used.
        let place = (self.grid.points / parts).max(1);
        let value = self.deviation(place);
        let largest = self.largest();
        if value.abs() > NODE * largest && largest >= self.resolution() { self.sine(place) / value } else { f64::NAN }
    }

    /// The largest difference between the [`deviation`](Self::deviation), multiplied by its [`scale`](Self::scale), and
    /// sin(k x). `NaN` if it cannot be scaled. Cost: a sine per point, on one thread.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the control of `exec` stopped the call; the errors of [`Exec::plan`].
    pub fn sine_error(&self, exec: &Exec) -> Result<f64> {
        let scale = self.scale();
        self.largest_difference(exec, |index, value| scale * (value - self.profile.at(index)) - self.sine(index))
    }

    #[cfg(feature = "spectral")]
    /// The largest difference between the field and the exact solution of the discrete equations, which is the rounding
    /// error. Cost: two sine transforms, and the memory of [`RodMethod::Spectral`](super::RodMethod::Spectral).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]; [`Error::Stopped`] if the control of `exec` stopped the run.
    ///
    /// Requires the feature `spectral`.
    pub fn rounding_error(&self, exec: &Exec) -> Result<f64> {
        memory::check("points", self.grid.points, spectral::bytes(self.grid.points))?;
        let exact = spectral::field(&self.rod, &self.grid, &exec.plan()?.control)?;
        self.largest_difference(exec, |index, value| value - exact[index])
    }

    /// The largest difference between the field and the solution of the heat equation on a continuous rod in continuous
    /// time. It decreases as h^2. `None` if the initial field was given as values, or if the sum would take too long:
    /// on large rods after a short time, when many modes remain. Cost: a sine per point and mode, at most two seconds.
    ///
    /// The parabola has the amplitudes 32 / (pi k)^3 for odd k. Mode k decays as e^(-k^2 t).
    ///
    /// # Errors
    /// [`Error::Stopped`] if the control of `exec` stopped the call; the errors of [`Exec::plan`].
    pub fn continuum_error(&self, exec: &Exec) -> Result<Option<f64>> {
        let time = self.grid.steps as f64 * self.grid.time_step;
        let decay = |k: f64| (-k * k * time).exp();
        let terms: Vec<(u64, f64)> = match self.rod.start {
            Start::Mode(k) => vec![(k, decay(k as f64))],
            Start::Parabola => {
                let amplitude = |k: f64| 32.0 / (std::f64::consts::PI * k).powi(3) * decay(k);
                let terms = (0..MAX_TERMS).map(|place| (2 * place + 1, amplitude((2 * place + 1) as f64)));
                terms.take_while(|(_, amplitude)| *amplitude > 1e-18).collect()
            }
            Start::Values(_) => return Ok(None),
        };
        if terms.len() * self.grid.points > MAX_SINES {
            return Ok(None);
        }
        let exact = |index| terms.iter().map(|(k, amplitude)| amplitude * sine(*k, index, &self.grid)).sum::<f64>();
        self.largest_difference(exec, |index, value| value - exact(index)).map(Some)
    }

    /// The largest magnitude of `difference`(index, value) over the field. The control is polled.
    fn largest_difference(&self, exec: &Exec, difference: impl Fn(usize, f64) -> f64) -> Result<f64> {
        let control = exec.plan()?.control;
        let mut most = 0.0;
        for (piece, values) in self.field.chunks(PIECE).enumerate() {
            control.check()?;
            let differences = (piece * PIECE..).zip(values).map(|(index, value)| difference(index, *value));
            most = largest(differences.chain([most]));
        }
        Ok(most)
    }
}

/// A value below this share of the largest one may be a rounding error at a node of the field.
const NODE: f64 = 1e-9;

/// The maximum number of terms in the series of the parabola. At time 0 the remaining terms are 1e-9 of the sum.
const MAX_TERMS: u64 = 10_000;

/// The maximum number of sines to compute for the sum, which takes one or two seconds.
const MAX_SINES: usize = 100_000_000;

/// The number of points between two polls of the control. The exact solution may have 10 000 modes.
const PIECE: usize = 1 << 6;

/// The largest magnitude, or `NaN` if any value is `NaN`.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    // Magnitudes have the order of their bits, in which `NaN` is last.
    f64::from_bits(values.map(|value| value.abs().to_bits()).fold(0, u64::max))
}
