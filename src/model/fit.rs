//! Fits: least squares of relative residuals, with intervals.
//!
//! A law's time, or its inverse, is linear in non-negative coefficients. With t the measured and T the predicted time
//! of a timing, the fit solves
//!
//! ```text
//! sum over timings of (t / T - 1) (dT / dc) / T = 0      for each coefficient c
//! ```
//!
//! by repeated least squares, with the weights 1 / T of the previous round. The noise of timings is proportional to
//! them, so short and long timings have equal weight, and the fit has no bias of first order (Wedderburn,
//! "Quasi-likelihood functions, generalized linear models, and the Gauss-Newton method", 1974). A coefficient that
//! would be negative is held at zero, and the others are fitted again.

use nalgebra::{DMatrix, DVector};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::timing::{Model, NotIdentifiable, Timing};
use crate::stats::Scatter;

/// Relative residuals below this value come from rounding.
pub(super) const ROUNDING: f64 = 1e-9;

/// The maximum number of reweighting rounds: about five give all digits.
const ROUNDS: usize = 50;

pub(super) const TOO_FAR: &str = "not identifiable: these timings lie too far apart for floating-point arithmetic";

/// A law with the intervals of its parameters.
///
/// ```
/// use lanewalk::model::{Amdahl, Timing};
///
/// // A login node.
/// let timings: lanewalk::Result<Vec<_>> =
///     [(1, 32.0), (2, 15.7), (4, 9.6), (15, 5.9)].map(|(w, seconds)| Timing::new(w, seconds)).into_iter().collect();
/// let fit = Amdahl::fit(&timings?).unwrap();
/// let serial = &fit.parameters[0];
/// assert_eq!((serial.name, serial.unit, fit.degrees_of_freedom), ("serial", "s", 2));
/// assert!(serial.low < 3.5 && 3.5 < serial.high);
/// // The prediction for a further measurement.
/// let (low, high) = fit.time_band(8.0);
/// assert!(low < 7.2 && 7.2 < high);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fit<M> {
    /// The law.
    pub model: M,
    /// Its parameters with 95 % intervals.
    pub parameters: Vec<Parameter>,
    /// The number of timings minus the number of fitted parameters.
    pub degrees_of_freedom: usize,
    /// measured / predicted - 1 of each timing, in their order.
    pub residuals: Vec<f64>,
    /// The root mean square of `residuals`.
    pub relative_residual: f64,
    /// The covariance of the coefficients for residuals of variance 1.
    covariance: DMatrix<f64>,
    /// d ln T(w) / dc for each coefficient c.
    sensitivity: fn(&M, f64) -> Vec<f64>,
}

/// A fitted number.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name of the law's field.
    pub name: &'static str,
    /// "s", "1/s", or empty.
    pub unit: &'static str,
    /// The estimate.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl<M: Model> Fit<M> {
    /// The 95 % prediction interval of a further measurement on this number of workers, in seconds for the work of one
    /// worker: T(w) plus or minus Student's quantile times the combined scatter of the timings and the curve.
    ///
    /// Beyond the largest measured worker count, the interval holds only if the law does.
    #[must_use]
    pub fn time_band(&self, workers: f64) -> (f64, f64) {
        let time = self.model.time(workers);
        let sensitivity = DVector::from_vec((self.sensitivity)(&self.model, workers));
        let curve = (sensitivity.transpose() * &self.covariance * &sensitivity)[0];
        let reach = quantile(self.degrees_of_freedom) * self.deviation() * (1.0 + curve).sqrt();
        (time * (1.0 - reach).max(0.0), time * (1.0 + reach))
    }
}

impl<M> Fit<M> {
    pub(super) fn new(
        fitted: Fitted<M>,
        covariance: DMatrix<f64>,
        sensitivity: fn(&M, f64) -> Vec<f64>,
        quantities: Vec<Quantity>,
    ) -> Self {
        let Fitted { model, predicted, measured, shift } = fitted;
        let residuals: Vec<_> = measured.iter().zip(&predicted).map(|(measured, time)| measured / time - 1.0).collect();
        let relative_residual = (residuals.iter().map(|r| r * r).sum::<f64>() / residuals.len() as f64).sqrt();
        let mut fit = Self {
            model,
            parameters: Vec::new(),
            degrees_of_freedom: residuals.len() - covariance.nrows(),
            residuals,
            relative_residual,
            covariance,
            sensitivity,
        };
        fit.parameters = quantities.into_iter().map(|quantity| fit.parameter(quantity, &shift)).collect();
        fit
    }

    /// Returns whether the law meets every timing up to rounding. Its intervals then have no meaning.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.relative_residual < ROUNDING
    }

    /// The scatter of the timings, for a law of which the fit has selected this many further numbers.
    pub(super) fn scatter(&self, selected: usize) -> Scatter {
        let degrees = self.degrees_of_freedom.saturating_sub(selected);
        let squares = self.residuals.len() as f64 * self.relative_residual.max(ROUNDING).powi(2);
        Scatter { variance: squares / degrees.max(1) as f64, degrees }
    }

    /// The standard deviation of relative residuals, corrected for the fitted parameters.
    fn deviation(&self) -> f64 {
        self.relative_residual * (self.residuals.len() as f64 / self.degrees_of_freedom as f64).sqrt()
    }

    fn parameter(&self, quantity: Quantity, shift: &DVector<f64>) -> Parameter {
        let Quantity { name, unit, value, gradient, most } = quantity;
        let gradient = DVector::from_vec(gradient);
        let error = self.deviation() * (gradient.transpose() * &self.covariance * &gradient)[0].sqrt();
        let (centre, reach) = (value + gradient.dot(shift), quantile(self.degrees_of_freedom) * error);
        // Clipped to the meaningful range, and never without the value itself.
        let (low, high) = ((centre - reach).max(0.0).min(value), (centre + reach).min(most).max(value));
        Parameter { name, unit, value, low, high }
    }
}

/// Student's two-sided 95 % quantile.
pub(super) fn quantile(degrees_of_freedom: usize) -> f64 {
    // The distribution exists with at least one degree of freedom, and every fit has one.
    StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).map_or(f64::NAN, |student| student.inverse_cdf(0.975))
}

/// The part of a solution that its report needs.
pub(super) struct Fitted<M> {
    pub(super) model: M,
    pub(super) predicted: Vec<f64>,
    pub(super) measured: Vec<f64>,
    /// Maps the coefficients to those of the unconstrained fit; zero where no constraint is active. Intervals are those
    /// of the unconstrained fit.
    pub(super) shift: DVector<f64>,
}

/// A reported number: its value at the coefficients, its derivatives with respect to them, and its upper bound.
pub(super) struct Quantity {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) most: f64,
}

/// The quantity that is linear in the coefficients.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The time.
    Time,
    /// The inverse of the time.
    Throughput,
}

/// Derives a law from non-negative coefficients.
pub(super) struct ScalingLaw<M> {
    pub(super) basis: fn(f64) -> Vec<f64>,
    pub(super) link: Link,
    pub(super) model: fn(&[f64]) -> M,
    pub(super) quantities: fn(&[f64]) -> Vec<Quantity>,
    pub(super) sensitivity: fn(&M, f64) -> Vec<f64>,
}

impl<M: Model> ScalingLaw<M> {
    pub(super) fn fit(&self, timings: &[Timing]) -> Result<Fit<M>, NotIdentifiable> {
        let parameters = (self.basis)(1.0).len();
        enough::<M>(timings, parameters)?;
        let measured = DVector::from_iterator(timings.len(), timings.iter().map(|timing| timing.seconds / timing.work));
        let rows: Vec<f64> = timings.iter().flat_map(|timing| (self.basis)(timing.workers as f64)).collect();
        let system =
            System { link: self.link, basis: DMatrix::from_row_slice(timings.len(), parameters, &rows), measured };
        let Some(Solution { coefficients, predicted, shift, covariance }) = system.solve() else {
            return Err(NotIdentifiable::new(M::NAME, TOO_FAR));
        };
        let coefficients = coefficients.as_slice();
        let model = (self.model)(coefficients);
        let measured = system.measured.as_slice().to_vec();
        let fitted = Fitted { model, predicted: predicted.as_slice().to_vec(), measured, shift };
        let quantities = (self.quantities)(coefficients);
        if !quantities.iter().all(|quantity| quantity.value.is_finite()) {
            return Err(NotIdentifiable::new(M::NAME, TOO_FAR));
        }
        Ok(Fit::new(fitted, covariance, self.sensitivity, quantities))
    }
}

/// Refuses too few worker counts, and invalid timings.
pub(super) fn enough<M: Model>(timings: &[Timing], parameters: usize) -> Result<(), NotIdentifiable> {
    for (place, timing) in timings.iter().enumerate() {
        if let Err(error) = timing.checked() {
            return Err(NotIdentifiable::new(M::NAME, format!("not identifiable: timing {}: {error}", place + 1)));
        }
    }
    let rates = || timings.iter().map(|timing| timing.seconds / timing.work);
    let (least, most) = (rates().fold(f64::INFINITY, f64::min), rates().fold(0.0, f64::max));
    if !(least > 1e-100 && most < 1e100 && most < 1e12 * least) {
        return Err(NotIdentifiable::new(M::NAME, TOO_FAR));
    }
    let mut counts: Vec<_> = timings.iter().map(|timing| timing.workers).collect();
    counts.sort_unstable();
    counts.dedup();
    let points = counts.len();
    if points > parameters {
        return Ok(());
    }
    let missing = if points == parameters { ", and no point is left to judge it by" } else { "" };
    let plural = if points == 1 { "" } else { "s" };
    let has = format!("{parameters} parameter{}", if parameters == 1 { "" } else { "s" });
    let reason = format!("not identifiable from {points} point{plural}: the model has {has}{missing}");
    Err(NotIdentifiable::new(M::NAME, reason))
}

/// Refuses timings of weak scaling for a law of given work.
pub(super) fn same_work<M: Model>(timings: &[Timing]) -> Result<(), NotIdentifiable> {
    if timings.windows(2).all(|pair| pair[0].work.to_bits() == pair[1].work.to_bits()) {
        return Ok(());
    }
    let reason = "not identifiable from timings whose work differs: the law is of a given work, and does not say which part \
                  of it grows with the workers";
    Err(NotIdentifiable::new(M::NAME, reason))
}

struct System {
    link: Link,
    basis: DMatrix<f64>,
    measured: DVector<f64>,
}

struct Solution {
    coefficients: DVector<f64>,
    predicted: DVector<f64>,
    /// Maps the coefficients to those of the unconstrained fit.
    shift: DVector<f64>,
    /// For all coefficients.
    covariance: DMatrix<f64>,
}

impl System {
    fn solve(&self) -> Option<Solution> {
        let parameters = self.basis.ncols();
        let all: Vec<_> = (0..parameters).collect();
        let feasible = |free: &[usize]| {
            let (coefficients, predicted) = self.weigh(free)?;
            coefficients.iter().all(|value| *value >= 0.0).then_some((coefficients, predicted))
        };
        let (coefficients, predicted) = feasible(&all).or_else(|| {
            // The active constraints are found by trial: there are at most six combinations.
            let sets = (1..(1_u32 << parameters) - 1).map(|set| all.iter().copied().filter(move |c| set >> c & 1 == 1));
            let found = sets.filter_map(|free| feasible(&free.collect::<Vec<_>>()));
            found.min_by(|a, b| self.deviance(&a.1).total_cmp(&self.deviance(&b.1)))
        })?;
        let (rows, target) = self.working(&predicted, &all);
        let (free, covariance) = least_squares(rows, &target)?;
        let shift = free - &coefficients;
        let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
        let known = finite(coefficients.as_slice()) && finite(covariance.as_slice()) && finite(shift.as_slice());
        known.then_some(Solution { coefficients, predicted, shift, covariance })
    }

    /// Repeated least squares of the free coefficients, the others zero; `None` if a predicted time is not above zero.
    fn weigh(&self, free: &[usize]) -> Option<(DVector<f64>, DVector<f64>)> {
        let mut predicted = self.measured.clone();
        let mut coefficients = DVector::zeros(self.basis.ncols());
        for _ in 0..ROUNDS {
            let (rows, target) = self.working(&predicted, free);
            let (found, _) = least_squares(rows, &target)?;
            for (place, value) in free.iter().zip(found.iter()) {
                coefficients[*place] = *value;
            }
            let linear = &self.basis * &coefficients;
            let next = if self.link == Link::Time { linear } else { linear.map(f64::recip) };
            if !next.iter().all(|time| *time > 0.0 && time.is_finite()) {
                return None;
            }
            let change =
                next.iter().zip(predicted.iter()).map(|(next, last)| (next / last - 1.0).abs()).fold(0.0, f64::max);
            predicted = next;
            if change < 1e-13 {
                break;
            }
        }
        Some((coefficients, predicted))
    }

    /// The linear problem around these predicted times, in relative residuals.
    fn working(&self, predicted: &DVector<f64>, free: &[usize]) -> (DMatrix<f64>, DVector<f64>) {
        let mut rows = self.basis.select_columns(free);
        for (mut row, time) in rows.row_iter_mut().zip(predicted.iter()) {
            row *= if self.link == Link::Time { time.recip() } else { *time };
        }
        let ratio = self.measured.component_div(predicted);
        // The inverse of a time falls as the time rises.
        let target = if self.link == Link::Time { ratio } else { ratio.map(|ratio| 2.0 - ratio) };
        (rows, target)
    }

    /// The sum that the equation at the top minimises.
    fn deviance(&self, predicted: &DVector<f64>) -> f64 {
        self.measured.component_div(predicted).iter().map(|ratio| ratio - 1.0 - ratio.ln()).sum()
    }
}

/// The solution by QR factors, and the covariance of its elements; `None` if columns are linearly dependent.
fn least_squares(mut rows: DMatrix<f64>, target: &DVector<f64>) -> Option<(DVector<f64>, DMatrix<f64>)> {
    let norms: Vec<f64> = rows.column_iter().map(|column| column.norm()).collect();
    if !norms.iter().all(|norm| *norm > 0.0 && norm.is_finite()) {
        return None;
    }
    for (mut column, norm) in rows.column_iter_mut().zip(&norms) {
        column /= *norm;
    }
    let factors = rows.qr();
    let upper = factors.r();
    if upper.diagonal().iter().any(|element| element.abs() < 1e-10) {
        return None;
    }
    let mut solution = upper.solve_upper_triangular(&(factors.q().transpose() * target))?;
    let mut inverse = upper.solve_upper_triangular(&DMatrix::identity(norms.len(), norms.len()))?;
    for (place, norm) in norms.iter().enumerate() {
        solution[place] /= *norm;
        inverse.row_mut(place).scale_mut(norm.recip());
    }
    let covariance = &inverse * inverse.transpose();
    Some((solution, covariance))
}
