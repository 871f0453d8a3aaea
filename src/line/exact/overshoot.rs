//! The exact standard deviation of Wald's estimate, 3 S^2 with the position S at the crossing of the distance Y.
//!
//! With the overshoot o = |S| - Y, S^2 - Y^2 = 2 Y o + o^2. The moments M_j(x) = E\[o^j\] from a start x satisfy the
//! equation of the mean time (see [`super`]) with another first term, the contribution of walks that cross in one step:
//!
//! ```text
//! M_j(x) = g_j(x) + 1/2 * integral of M_j(u) du over [x-1, x+1] within (-Y, Y)
//! g_j(x) = ((x + 1 - Y)+^(j+1) + (1 - x - Y)+^(j+1)) / (2 (j + 1))
//! ```
//!
//! Beyond `FAR`, the moments of the overshoot are those at `FAR` to all digits.

use nalgebra::DVector;

use super::{Equations, FAR};
use crate::once::Once;

/// The standard deviation of 3 S^2 for the distance `y`, a valid one.
pub(crate) fn squares_std_dev(y: f64) -> f64 {
    static FAR_MOMENTS: Once<[f64; 4]> = Once::new();
    let [first, second, third, fourth] = if y <= FAR { moments(y) } else { *FAR_MOMENTS.get(|| moments(FAR)) };
    let mean = 2.0 * y * first + second;
    let square = 4.0 * y * (y * second + third) + fourth;
    3.0 * (square - mean * mean).sqrt()
}

/// E\[o^j\] for j = 1 to 4, by collocation.
fn moments(y: f64) -> [f64; 4] {
    let equations = Equations::new(y);
    [1, 2, 3, 4].map(|power| {
        let beyond = |x: f64| (x + 1.0 - y).max(0.0).powi(power + 1) / f64::from(2 * (power + 1));
        let first = |x: f64| beyond(x) + beyond(-x);
        let solution = equations
            .solve(&DVector::from_iterator(equations.points.len(), equations.points.iter().map(|x| first(*x))));
        first(0.0) + equations.at_origin.dot(&solution)
    })
}

#[cfg(test)]
mod tests {
    use super::super::moments as times;
    use super::*;

    #[test]
    fn the_overshoot_has_walds_mean() {
        // E[T] = 3 E[S^2] with S^2 = y^2 + 2 y o + o^2.
        for y in [0.6, 1.0, 3.3, 10.0] {
            let [first, second, ..] = moments(y);
            let found = 3.0 * (y * y + 2.0 * y * first + second);
            assert!((found / times(y).mean - 1.0).abs() < 1e-11, "{y}: {found}");
        }
    }

    #[test]
    fn methods_meet() {
        let (before, after) = (squares_std_dev(FAR * (1.0 - 1e-12)), squares_std_dev(FAR * (1.0 + 1e-12)));
        assert!((before / after - 1.0).abs() < 1e-8, "{before} and {after}");
        // Nearly all walks cross a close barrier in one step, and then |S| is uniform: 9 Var(U^2) = 4/5.
        assert!((squares_std_dev(1e-9) / 0.8_f64.sqrt() - 1.0).abs() < 1e-6);
        let direct = moments(13.5);
        for (direct, far) in direct.iter().zip(moments(FAR)) {
            assert!((direct / far - 1.0).abs() < 1e-10, "{direct} is not {far}");
        }
    }

    #[test]
    fn a_sample_agrees() {
        use rand_xoshiro::rand_core::Rng;
        let mut random = crate::stream::Stream::of_base(1, 4);
        for y in [0.7_f64, 2.5, 6.0] {
            let squares: Vec<f64> = (0..20_000)
                .map(|_| {
                    let mut position = 0.0_f64;
                    while position.abs() < y {
                        position += random.next_u64().cast_signed() as f64 / 2_f64.powi(63);
                    }
                    3.0 * position * position
                })
                .collect();
            let n = squares.len() as f64;
            let mean = squares.iter().sum::<f64>() / n;
            let variance = squares.iter().map(|square| (square - mean).powi(2)).sum::<f64>() / n;
            // The kurtosis of S^2 is below 3, so the relative error of the deviation is about 0.5 %.
            assert!((variance.sqrt() / squares_std_dev(y) - 1.0).abs() < 0.02, "{y}: {}", variance.sqrt());
        }
    }
}
