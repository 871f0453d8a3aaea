//! The first exit of a walk in several dimensions from a cube.
//!
//! # The sums
//!
//! Each of D coordinates walks independently from 0, and T is the first step after which one of them is at or beyond -Y
//! or Y. So P(T > n) = s_n^D with the survival s_n of one coordinate, and
//!
//! ```text
//! E[T] = sum over n >= 0 of s_n^D          E[T^2] = sum over n >= 0 of (2 n + 1) s_n^D
//! ```
//!
//! The first `DIRECT` terms are summed directly. From there on, s_n is a smooth function of n that changes little from
//! one n to the next, for every Y and D: where it changes fast, s_n^D is almost 0. Gregory's formula gives the sum of
//! the remaining terms. It adds the integral, by Gauss-Legendre quadrature on panels whose ends have a constant ratio,
//! half of the first term, and differences of the first few terms:
//!
//! ```text
//! sum over n >= a of G(n) = integral from a of G + G(a)/2 - D1/12 + D2/24 - 19 D3/720 + 3 D4/160 - 863 D5/60480 ...
//! ```
//!
//! Sources: Redner, "A Guide to First-Passage Processes" (2001), for the product of survivals; Hildebrand,
//! "Introduction to Numerical Analysis" (1974), chapter 5, for Gregory's formula.

use crate::line::exact::panels::Rule;
use crate::line::exact::{self, LineDistribution, Moments};
use crate::stats::Distribution;

/// The number of terms that are summed directly.
const DIRECT: u64 = 2048;

/// The ratio of the ends of a panel of the integral.
const RATIO: f64 = 1.1;

/// The survival below which terms are omitted.
const MIN_SURVIVAL: f64 = 1e-18;

/// Gregory's coefficients of the differences of order 0, 1, ...
const GREGORY: [f64; 6] = [1.0 / 2.0, -1.0 / 12.0, 1.0 / 24.0, -19.0 / 720.0, 3.0 / 160.0, -863.0 / 60_480.0];

/// The exact moments of T for `dimensions` > 0 coordinates and the barrier `y`, a valid distance.
pub(crate) fn moments(dimensions: usize, y: f64) -> Moments {
    let one = LineDistribution::new(y, y);
    let (mean, second) = sums(&one, dimensions);
    // With more coordinates, the exit is earlier and the drift of the grid has less effect.
    Moments { mean, std_dev: (second - mean * mean).sqrt(), relative_error: exact::relative_error(y) }
}

/// E\[T\] and E\[T^2\] for `dimensions` coordinates, each with the distribution `one`.
pub(crate) fn sums(one: &LineDistribution, dimensions: usize) -> (f64, f64) {
    let exponent = dimensions as f64;
    let (mut mean, mut second) = (0.0, 0.0);
    let count = if one.is_short() { one.first().len() as u64 } else { DIRECT };
    for n in 0..count {
        let survival = one.sf(n).powf(exponent);
        mean += survival;
        second += (2 * n + 1) as f64 * survival;
    }
    if !one.is_short() {
        let terms = |n: f64| {
            let survival = one.smooth(n).powf(exponent);
            (survival, (2.0 * n + 1.0) * survival)
        };
        let rest = gregory(count as f64, &terms);
        mean += rest.0;
        second += rest.1;
    }
    (mean, second)
}

/// The exact E\[min(T, `horizon`)\] for `dimensions` coordinates, each with the distribution `one`.
pub(crate) fn mean_until(one: &LineDistribution, dimensions: usize, horizon: u64) -> f64 {
    let power = |survival: f64| survival.powf(dimensions as f64);
    let count = if one.is_short() { one.first().len() as u64 } else { DIRECT };
    let sum: f64 = (0..count.min(horizon)).map(|n| power(one.sf(n))).sum();
    if one.is_short() || horizon <= count {
        return sum;
    }
    let from = |n: u64| gregory(n as f64, &|n| (power(one.smooth(n)), 0.0)).0;
    sum + (from(count) - from(horizon))
}

/// The sums of both terms over all n from `first` on. The first term is the survival.
fn gregory(first: f64, terms: &dyn Fn(f64) -> (f64, f64)) -> (f64, f64) {
    let rule = Rule::new();
    let weights = rule.integrals(-1.0, 1.0);
    let (mut mean, mut second) = (0.0, 0.0);
    let mut low = first;
    while terms(low).0 > MIN_SURVIVAL {
        let high = low * RATIO;
        for (n, weight) in rule.points(low, high).into_iter().zip(weights) {
            let (at_mean, at_second) = terms(n);
            mean += weight * (high - low) / 2.0 * at_mean;
            second += weight * (high - low) / 2.0 * at_second;
        }
        low = high;
    }
    let mut differences: [(f64, f64); GREGORY.len()] = std::array::from_fn(|i| terms(first + i as f64));
    for (order, coefficient) in GREGORY.iter().enumerate() {
        mean += coefficient * differences[0].0;
        second += coefficient * differences[0].1;
        for i in 0..GREGORY.len() - order - 1 {
            differences[i].0 = differences[i + 1].0 - differences[i].0;
            differences[i].1 = differences[i + 1].1 - differences[i].1;
        }
    }
    (mean, second)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    #[track_caller]
    fn close(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} is not {expected}");
    }

    #[test]
    fn one_dimension_matches_the_line() {
        for y in [0.3, 0.75, 1.0, 5.0, 9.9, 10.1, 16.75, 31.0, 150.0, 1e4, 2_147_483_648.0] {
            let (cube, line) = (moments(1, y), exact::moments(y));
            close(cube.mean, line.mean, 1e-11);
            close(cube.std_dev, line.std_dev, 1e-11);
        }
    }

    #[test]
    fn geometric_in_a_small_cube() {
        // All steps stay inside with the same probability.
        for (dimensions, y) in [(2, 0.5_f64), (3, 0.25), (7, 0.4)] {
            let inside = y.powi(dimensions as i32);
            let Moments { mean, std_dev, .. } = moments(dimensions, y);
            close(mean, 1.0 / (1.0 - inside), 1e-13);
            close(std_dev, inside.sqrt() / (1.0 - inside), 1e-13);
        }
    }

    #[test]
    fn direct_sum_agrees() {
        for (dimensions, y) in [(2, 11.0), (3, 40.0), (10, 60.0), (1000, 75.0)] {
            let one = LineDistribution::new(y, y);
            let (mut mean, mut second, mut n) = (0.0, 0.0, 0);
            loop {
                let survival = one.sf(n).powi(dimensions as i32);
                mean += survival;
                second += (2 * n + 1) as f64 * survival;
                n += 1;
                if survival < 1e-18 {
                    break;
                }
            }
            let cube = moments(dimensions, y);
            close(cube.mean, mean, 1e-12);
            close(cube.std_dev, (second - mean * mean).sqrt(), 1e-11);
        }
    }

    #[test]
    fn mean_until_sums_up_to_the_horizon() {
        for (dimensions, y) in [(1, 0.7), (2, 11.0), (3, 90.0)] {
            let one = LineDistribution::new(y, y);
            for horizon in [1, 2, 100, 2048, 2049, 5000] {
                let sum: f64 = (0..horizon).map(|n| one.sf(n).powi(dimensions)).sum();
                close(mean_until(&one, dimensions as usize, horizon), sum, 1e-12);
            }
            close(mean_until(&one, dimensions as usize, u64::MAX), moments(dimensions as usize, y).mean, 1e-12);
        }
    }

    #[test]
    fn iteration_on_a_square_grid_agrees() {
        // The two-dimensional trapezoid rule gives the survival in the plane, one coordinate after the other.
        let on_grid = |per_unit: usize| {
            let (half, y) = (3 * per_unit / 2, 3 * per_unit + 1);
            let average = |values: &[f64]| -> Vec<f64> {
                let mut integral = vec![0.0; y];
                for i in 1..y {
                    integral[i] = integral[i - 1] + f64::midpoint(values[i - 1], values[i]) / per_unit as f64;
                }
                (0..y)
                    .map(|i| (integral[(i + per_unit).min(y - 1)] - integral[i.saturating_sub(per_unit)]) / 2.0)
                    .collect()
            };
            let (mut survival, mut mean) = (vec![vec![1.0; y]; y], 0.0);
            while survival[half][half] > 1e-12 {
                mean += survival[half][half];
                for _ in 0..2 {
                    let rows: Vec<Vec<f64>> = survival.iter().map(|row| average(row)).collect();
                    survival = (0..y).map(|i| rows.iter().map(|row| row[i]).collect()).collect();
                }
            }
            mean
        };
        let (coarse, fine) = (on_grid(20), on_grid(40));
        close(moments(2, 1.5).mean, (4.0 * fine - coarse) / 3.0, 1e-6);
    }

    #[test]
    fn tends_to_brownian_motion_in_a_square() {
        // The torsion function at the centre of the square (-1, 1)^2.
        let series: f64 = (0..12)
            .map(|k| {
                let odd = f64::from(2 * k + 1);
                f64::from(1 - 2 * (k % 2)) / (odd.powi(3) * (odd * PI / 2.0).cosh())
            })
            .sum();
        let limit = 3.0 * (1.0 - 32.0 / PI.powi(3) * series);
        for y in [1e7, 2_147_483_648.0] {
            close(moments(2, y).mean, limit * (y + 0.297_952_190_280_021_04).powi(2), 2e-12);
        }
    }
}
