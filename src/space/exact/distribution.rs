//! The exact distribution of the first exit from a cube or a small ball.

use super::asymptotic::inside_small;
use super::cube;
use crate::line::exact::LineDistribution;
use crate::stats::Distribution;

/// The exact distribution of T for a cube, for an interval, or for a ball up to the radius 1/2, without a horizon.
///
/// The coordinates of a walk in a cube are independent, so P(T > n) is that of the line to the power D. In a ball up to
/// the radius 1/2, every step stays inside with the same probability p, and P(T > n) = p^n.
///
/// ```
/// use lanewalk::{Distribution, Exec, Walk, region_exit};
///
/// let cube = region_exit(&Walk::in_cube(3, 10.0).samples(10_000), &Exec::default())?;
/// let exact = cube.distribution().unwrap();
/// assert!((exact.mean().unwrap() - cube.exact().unwrap().mean).abs() < 1e-9);
/// let line = Walk::to(10.0);
/// assert!((exact.sf(100) - line.distribution()?.unwrap().sf(100).powi(3)).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Requires the feature `exact`.
#[derive(Clone, Debug)]
pub struct RegionDistribution(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Cube {
        /// The distribution of each coordinate.
        line: LineDistribution,
        dimensions: usize,
    },
    /// Every step stays inside with this probability.
    Geometric(f64),
}

impl RegionDistribution {
    /// The distribution for a cube, or for an interval in one dimension.
    pub(crate) fn cube(dimensions: usize, radius: f64) -> Self {
        Self(Kind::Cube { line: LineDistribution::new(radius, radius), dimensions })
    }

    /// A bound on the absolute error of P(T > n) for n = `steps`, for steps on the grid of the contract.
    pub(crate) fn error(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Cube { line, dimensions } => *dimensions as f64 * line.error(steps),
            Kind::Geometric(_) => 1e-13 + steps as f64 * 2_f64.powi(-31),
        }
    }

    /// The distribution for a ball up to the radius 1/2; `None` for larger balls.
    pub(crate) fn small_ball(dimensions: usize, radius: f64) -> Option<Self> {
        inside_small(dimensions, radius).map(|inside| Self(Kind::Geometric(inside)))
    }
}

impl Distribution for RegionDistribution {
    fn sf(&self, steps: u64) -> f64 {
        match &self.0 {
            Kind::Cube { line, dimensions } => line.sf(steps).powi(*dimensions as i32),
            Kind::Geometric(inside) => inside.powf(steps as f64),
        }
    }

    fn mean(&self) -> Option<f64> {
        Some(match &self.0 {
            Kind::Cube { line, dimensions } => cube::sums(line, *dimensions).0,
            Kind::Geometric(inside) => 1.0 / (1.0 - inside),
        })
    }

    fn mean_until(&self, steps: u64) -> Option<f64> {
        Some(match &self.0 {
            Kind::Cube { line, dimensions } => cube::mean_until(line, *dimensions, steps),
            Kind::Geometric(inside) => -(inside.ln() * steps as f64).exp_m1() / (1.0 - inside),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_sums_of_the_survival() {
        let distributions = [
            RegionDistribution::cube(1, 3.0),
            RegionDistribution::cube(4, 7.5),
            RegionDistribution::small_ball(3, 0.5).unwrap(),
        ];
        for distribution in distributions {
            let mut sum = 0.0;
            for n in 0..3000 {
                assert!((distribution.mean_until(n).unwrap() - sum).abs() < 1e-11 * (1.0 + sum), "{n}");
                sum += distribution.sf(n);
            }
            assert!((distribution.mean().unwrap() / sum - 1.0).abs() < 1e-11);
        }
        assert!(RegionDistribution::small_ball(3, 0.6).is_none());
    }
}
