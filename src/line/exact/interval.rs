//! The first exit of a walk from between two barriers: its side and its time, averaged over all walks and over those
//! that leave on one side.
//!
//! # The equations
//!
//! Let x be the distance of the start from the lower barrier, W the distance between the barriers, and K the mean over
//! one step that stays between them:
//!
//! ```text
//! K f(x) = 1/2 * integral of f(y) dy over [x-1, x+1] within (0, W)
//! ```
//!
//! Let g(x) be the probability that one step lands on or above the upper barrier. Let u be the probability of leaving
//! there, m = E\[T\], w = E\[T; leaves above\] (the mean of T times the indicator) and s = E\[T^2\]. They satisfy
//!
//! ```text
//! u = g + K u        m = 1 + K m        w = u + K w        s = 2 m - 1 + K s
//! ```
//!
//! E\[T^3\] = c with c = 3 (s - m) + 1 + K c, and the second and third moment with the indicator, give the skewness.
//!
//! For w: after the first step, T = 1 + T' with the remaining time T', and the indicator is the same for both. All
//! solutions are smooth between the points j and W - j, which are the ends of the collocation panels. For W <= 1 a
//! window always covers the whole interval between the barriers, T is geometric, and all values have closed forms.
//!
//! # Wide intervals
//!
//! For widths above `WIDE` no larger systems are solved. As with two equally distant barriers (see [`super`]), all
//! solutions are polynomials up to terms exp(-2.77 d), where d is the distance to the nearer barrier. Let this be the
//! lower barrier, k the extrapolation length, z = d + k and Q = W + 2 k. The harmonic function of the half line,
//! h = K h, tends to z. So
//!
//! ```text
//! u = h / Q          m = 3 z (Q - z) + c          w = v / Q with v = h + K v, v = -z^3 + B z + C
//! s = 3 p^2 + (3 Q^2 + 6 c - 6/5) p + e Q / 2 + f,  p = z (Q - z)
//! ```
//!
//! because K z^2 = z^2 + 1/3, K z^3 = z^3 + z and K z^4 = z^4 + 2 z^2 + 1/5 far from the barriers. The two solutions w,
//! for leaving below and above, add up to m, so B = Q^2 + c - 2 C / Q. The constants k, c, e, f are those of the
//! symmetric case. C is e / 12, because the difference of two s for different W is 6 (W - W') v plus a multiple of h,
//! with the constant term e (W - W') / 2.
//!
//! Near the lower barrier the functions of the half line replace the polynomials. Every solution is the solution for
//! width V = `WIDE` plus multiples of h and v. The linear coefficients determine these multiples:
//!
//! ```text
//! h = Q_V u_V        m = m_V + 3 (W - V) h        v = Q_V w_V + (B - B_V) h
//! s = s_V + 6 (W - V) Q_V w_V + (L - L_V - 6 (W - V) B_V) h,   L = 3 Q^3 + (6 c - 6/5) Q
//! ```
//!
//! Sources: Redner, "A Guide to First-Passage Processes" (2001), chapter 2, for the conditional exit times; Comtet and
//! Majumdar, "Precise asymptotics for a random walker's maximum" (2005), for k.
//!
//! # The contract's grid
//!
//! Steps on this grid have the mean mu = -2^-32. By Wald's likelihood ratio, exp(3 mu S - 3/2 mu^2 T) for the final
//! position S of the walk, this drift changes each probability and each mean by a factor of at most about
//! exp(3 |mu| W).

use nalgebra::{DMatrix, DVector};

use super::Asymptote;
use super::panels::{self, Rule};
use crate::once::Once;

/// The width beyond which the solutions are composed of polynomials and of the solutions for this width.
const WIDE: f64 = 20.0;

/// The distance from both barriers from which on the solutions are polynomials.
const FAR: f64 = 10.0;

/// The exit probabilities and exit times of a walk from 0 between two barriers.
///
/// Requires the feature `exact`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ExitMoments {
    /// The probability of leaving at the upper barrier.
    pub upper: f64,
    /// The probability of leaving at the lower barrier.
    pub lower: f64,
    /// E\[T\], in steps.
    pub mean: f64,
    /// The standard deviation of T, in steps.
    pub std_dev: f64,
    /// E\[T\] of the walks that leave at the upper barrier, in steps.
    pub mean_upper: f64,
    /// E\[T\] of the walks that leave at the lower barrier, in steps.
    pub mean_lower: f64,
    /// A bound on the relative error of each of these values for steps on the contract's grid of 2^-31. The grid's mean
    /// step of -2^-32 favours one side, so the bound grows in proportion to the distance between the barriers, by
    /// 7 * 10^-10 per unit. The bound does not include the rounding of the barriers to the grid, or the shift of about
    /// 2^-32 by which the grid moves them inwards.
    pub relative_error: f64,
    /// The skewness of T, of all walks and of those that leave on each side. It determines the number of walks for a
    /// z-score. For wide intervals it is that of a diffusion.
    pub(crate) skewness: f64,
    pub(crate) skewness_upper: f64,
    pub(crate) skewness_lower: f64,
}

/// The solutions at one start. The lower barrier is the nearer one.
#[derive(Clone, Copy)]
struct Values {
    /// The probability of leaving at the farther barrier.
    far: f64,
    /// E\[T\].
    first: f64,
    /// E\[T; leaves at the farther barrier\].
    first_far: f64,
    /// The variance of T.
    variance: f64,
    /// The skewness of T, of all walks and of those that leave at the nearer and at the farther barrier.
    skewness: [f64; 3],
}

/// The moments of the walk from 0 to -`lower` or `upper`, both valid distances.
pub(crate) fn exit_moments(lower: f64, upper: f64) -> ExitMoments {
    let (near, width) = (lower.min(upper), lower + upper);
    let Values { far, first, first_far, variance, skewness } = if width <= 1.0 {
        Values::geometric(near, width)
    } else if width <= WIDE {
        Solutions::new(width).at(near).values()
    } else {
        Values::wide(near, width)
    };
    let (near_side, far_side) = ((1.0 - far, (first - first_far) / (1.0 - far)), (far, first_far / far));
    let (upper, lower, [skewness_upper, skewness_lower]) = if upper < lower {
        (near_side, far_side, [skewness[1], skewness[2]])
    } else {
        (far_side, near_side, [skewness[2], skewness[1]])
    };
    ExitMoments {
        upper: upper.0,
        lower: lower.0,
        mean: first,
        std_dev: variance.sqrt(),
        mean_upper: upper.1,
        mean_lower: lower.1,
        relative_error: 1e-11 + (3.0 * width / 4_294_967_296.0).exp_m1(),
        skewness: skewness[0],
        skewness_upper,
        skewness_lower,
    }
}

/// The skewness of a variable with these first three moments, each times `mass`.
fn skewness(mass: f64, moments: [f64; 3]) -> f64 {
    let [mean, second, third] = moments.map(|moment| moment / mass);
    let variance = (second - mean * mean).max(f64::MIN_POSITIVE);
    (third - 3.0 * mean * second + 2.0 * mean.powi(3)) / variance.powf(1.5)
}

/// The skewness of all walks, and of those that leave at the nearer and at the farther barrier, from the moments of all
/// walks and those with the indicator of the farther barrier.
fn skewnesses(far: f64, all: [f64; 3], far_side: [f64; 3]) -> [f64; 3] {
    let near_side = [0, 1, 2].map(|power| all[power] - far_side[power]);
    [skewness(1.0, all), skewness(1.0 - far, near_side), skewness(far, far_side)]
}

impl Values {
    /// For W <= 1, each step stays inside with the same probability W/2 and then lands uniformly.
    fn geometric(near: f64, width: f64) -> Self {
        let leaves = 1.0 - width / 2.0;
        let far = 0.5 + (2.0 * near - width) / 4.0;
        let inside = width / 2.0;
        let first = 1.0 / leaves;
        let second = (1.0 + inside) / leaves.powi(2);
        let third = (1.0 + 4.0 * inside + inside * inside) / leaves.powi(3);
        // The walks that stay inside land uniformly. Half of them leave on each side, and T = 1 + T'.
        let direct = far - inside / 2.0;
        let later = [1.0 + first, 1.0 + 2.0 * first + second, 1.0 + 3.0 * first + 3.0 * second + third];
        let far_side = later.map(|moment| direct + inside / 2.0 * moment);
        let first_far = far_side[0];
        let skewness = skewnesses(far, [first, second, third], far_side);
        Self { far, first, first_far, variance: inside * first * first, skewness }
    }

    fn wide(near: f64, width: f64) -> Self {
        let Asymptote { k, c, e, f } = *Asymptote::get();
        let constant = e / 12.0;
        let q = |width: f64| width + 2.0 * k;
        let cubic_slope = |width: f64| q(width).powi(2) + c - 2.0 * constant / q(width);
        let (far, first, first_far, second) = if near < FAR {
            let reference = Solutions::reference().at(near);
            let (harmonic, cubic, wider) = (q(WIDE) * reference.far, q(WIDE) * reference.first_far, width - WIDE);
            let quartic_slope = |width: f64| 3.0 * q(width).powi(3) + (6.0 * c - 1.2) * q(width);
            let slope = quartic_slope(width) - quartic_slope(WIDE) - 6.0 * wider * cubic_slope(WIDE);
            (
                harmonic / q(width),
                reference.first + 3.0 * wider * harmonic,
                (cubic + (cubic_slope(width) - cubic_slope(WIDE)) * harmonic) / q(width),
                reference.second + 6.0 * wider * cubic + slope * harmonic,
            )
        } else {
            let (z, q) = (near + k, q(width));
            let p = z * (q - z);
            (
                z / q,
                3.0 * p + c,
                (z * (cubic_slope(width) - z * z) + constant) / q,
                3.0 * p * p + (3.0 * q * q + 6.0 * c - 1.2) * p + e / 2.0 * q + f,
            )
        };
        // A diffusion, with the harmonic function in place of the distance from the nearer barrier.
        let (q, h) = (q(width), far * q(width));
        let third = 5.4 * q.powi(5) * h - 9.0 * (q * h).powi(3) + 5.4 * q * h.powi(5) - 1.8 * h.powi(6);
        let second_far = 1.4 * q.powi(3) * h - 2.0 * q * h.powi(3) + 0.6 * h.powi(5) / q;
        let third_far =
            93.0 / 35.0 * q.powi(5) * h - 4.2 * (q * h).powi(3) + 1.8 * q * h.powi(5) - 9.0 / 35.0 * h.powi(7) / q;
        let all = [3.0 * h * (q - h), 3.0 * h.powi(4) - 6.0 * q * h.powi(3) + 3.0 * q.powi(3) * h, third];
        let skewness = skewnesses(far, all, [h * (q * q - h * h) / q, second_far, third_far]);
        Self { far, first, first_far, variance: second - first * first, skewness }
    }
}

/// Solutions at one start.
struct Point {
    far: f64,
    first: f64,
    first_far: f64,
    second: f64,
    second_far: f64,
    third: f64,
    third_far: f64,
}

impl Point {
    fn values(&self) -> Values {
        let Self { far, first, first_far, second, second_far, third, third_far } = *self;
        let skewness = skewnesses(far, [first, second, third], [first_far, second_far, third_far]);
        Values { far, first, first_far, variance: second - first * first, skewness }
    }
}

/// u, m, w and s at all nodes.
struct Solutions {
    rule: Rule,
    width: f64,
    panels: Vec<(f64, f64)>,
    far: DVector<f64>,
    first: DVector<f64>,
    first_far: DVector<f64>,
    second: DVector<f64>,
    second_far: DVector<f64>,
    third: DVector<f64>,
    third_far: DVector<f64>,
}

impl Solutions {
    /// The solutions for width `WIDE`.
    fn reference() -> &'static Self {
        static REFERENCE: Once<Solutions> = Once::new();
        REFERENCE.get(|| Self::new(WIDE))
    }

    fn new(width: f64) -> Self {
        let rule = Rule::new();
        let cells = (0..=width as u32).map(f64::from);
        let panels = panels::between(&panels::ends(cells.flat_map(|j| [j, width - j])));
        let points: Vec<f64> = panels.iter().flat_map(|&(a, b)| rule.points(a, b)).collect();
        let mut matrix = DMatrix::<f64>::identity(points.len(), points.len());
        for (row, x) in points.iter().enumerate() {
            for (column, weight) in rule.window(&panels, &[*x]).into_iter().enumerate() {
                matrix[(row, column)] -= weight;
            }
        }
        let lu = matrix.lu();
        let solve = |right: &DVector<f64>| lu.solve(right).expect("the step operator's norm is below 1");
        let far = solve(&DVector::from_iterator(points.len(), points.iter().map(|x| beyond(*x, width))));
        let first = solve(&DVector::from_element(points.len(), 1.0));
        let second = solve(&first.map(|first| 2.0 * first - 1.0));
        let first_far = solve(&far);
        // Like s: (1 + T')^2 = 1 + 2 T' + T'^2 and (1 + T')^3 = 1 + 3 T' + 3 T'^2 + T'^3, with or without the
        // indicator.
        let third = solve(&(3.0 * (&second - &first)).add_scalar(1.0));
        let second_far = solve(&(2.0 * &first_far - &far));
        let third_far = solve(&(3.0 * (&second_far - &first_far) + &far));
        Self { rule, width, panels, far, first, first_far, second, second_far, third, third_far }
    }

    /// The solutions at distance `x` from the lower barrier. They follow from inserting the values at the nodes into
    /// the equations.
    fn at(&self, x: f64) -> Point {
        let window = DVector::from_vec(self.rule.window(&self.panels, &[x]));
        let far = beyond(x, self.width) + window.dot(&self.far);
        let first = 1.0 + window.dot(&self.first);
        let first_far = far + window.dot(&self.first_far);
        let second = 2.0 * first - 1.0 + window.dot(&self.second);
        let second_far = 2.0 * first_far - far + window.dot(&self.second_far);
        let third = 3.0 * (second - first) + 1.0 + window.dot(&self.third);
        let third_far = 3.0 * (second_far - first_far) + far + window.dot(&self.third_far);
        Point { far, first, first_far, second, second_far, third, third_far }
    }
}

/// The probability that one step from `x` lands at `width` or above.
fn beyond(x: f64, width: f64) -> f64 {
    ((x + 1.0 - width) / 2.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} is not {expected}");
    }

    #[track_caller]
    fn same(a: &Values, b: &Values, relative: f64) {
        close(a.far, b.far, relative);
        close(a.first, b.first, relative);
        close(a.first_far, b.first_far, relative);
        close(a.variance, b.variance, 10.0 * relative);
    }

    #[test]
    fn symmetric_barriers_match_the_first_passage() {
        for y in [1e-9, 0.3, 0.5, 0.75, 1.0, 3.3, 9.9, 10.0, 10.1, 25.0, 1000.0, 2_147_483_648.0] {
            let (exit, moments) = (exit_moments(y, y), super::super::moments(y));
            close(exit.mean, moments.mean, 1e-11);
            close(exit.std_dev, moments.std_dev, 1e-11);
            close(exit.upper, 0.5, 1e-13);
            close(exit.mean_upper, exit.mean, 1e-11);
            close(exit.mean_lower, exit.mean, 1e-11);
        }
    }

    #[test]
    fn composed_solutions_match_a_direct_solve() {
        for width in [24.0, 30.0, 37.3] {
            let direct = Solutions::new(width);
            for near in [0.0, 0.25, 1.0, 4.7, 9.999, 10.0, 10.5, 12.0] {
                same(&Values::wide(near, width), &direct.at(near).values(), 3e-11);
            }
        }
    }

    #[test]
    fn continuous_where_the_method_changes() {
        for (near, width) in [(0.2, 1.0), (0.5, 1.0), (1e-3, 20.0), (7.0, 20.0), (10.0, 20.0)] {
            let [before, after] = [1.0 - 1e-13, 1.0 + 1e-13].map(|factor| exit_moments(near, width * factor - near));
            close(before.upper, after.upper, 1e-11);
            close(before.mean, after.mean, 1e-11);
            close(before.std_dev, after.std_dev, 1e-11);
            close(before.mean_upper, after.mean_upper, 1e-11);
            close(before.mean_lower, after.mean_lower, 1e-11);
        }
        let [before, after] = [1.0 - 1e-13, 1.0 + 1e-13].map(|factor| exit_moments(10.0 * factor, 31.0));
        close(before.mean, after.mean, 1e-11);
        close(before.std_dev, after.std_dev, 1e-11);
    }

    #[test]
    fn mirrored_barriers_swap_the_sides() {
        for (lower, upper) in [(0.1, 0.4), (0.1, 7.0), (3.0, 90.0), (40.0, 90.0)] {
            let (a, b) = (exit_moments(lower, upper), exit_moments(upper, lower));
            let mirrored = ExitMoments {
                upper: b.lower,
                lower: b.upper,
                mean_upper: b.mean_lower,
                mean_lower: b.mean_upper,
                skewness_upper: b.skewness_lower,
                skewness_lower: b.skewness_upper,
                ..b
            };
            assert_eq!(a, mirrored);
        }
    }

    #[test]
    fn skewness_from_the_survival_and_of_a_diffusion() {
        use crate::line::exact::LineDistribution;
        use crate::stats::{Spread, spread_until};
        for (lower, upper, error) in [
            (0.1, 0.4, 1e-6),
            (0.3, 1.1, 1e-6),
            (2.0, 7.5, 1e-6),
            (0.5, 19.0, 1e-6),
            (3.0, 40.0, 0.03),
            (60.0, 60.0, 0.03),
        ] {
            let found = exit_moments(lower, upper);
            let Some(Spread::Exact { std_dev, skewness }) =
                spread_until(&LineDistribution::new(lower, upper), u64::MAX)
            else {
                panic!("known")
            };
            close(found.std_dev, std_dev, 1e-6);
            close(found.skewness, skewness, error);
        }
        // The moments of a side at the width at which the diffusion replaces the collocation.
        for near in [0.3, 2.0, 9.0] {
            let (direct, wide) = (Solutions::new(WIDE).at(near).values(), Values::wide(near, WIDE));
            for (direct, wide) in direct.skewness.iter().zip(wide.skewness) {
                close(wide, *direct, 0.1);
            }
        }
        close(Values::geometric(0.2, 1.0).skewness[2], Solutions::new(1.0).at(0.2).values().skewness[2], 1e-9);
        close(Values::geometric(0.2, 1.0).skewness[1], Solutions::new(1.0).at(0.2).values().skewness[1], 1e-9);
    }

    #[test]
    fn laws_of_total_probability() {
        for (lower, upper) in [(0.1, 0.4), (0.3, 1.1), (2.0, 7.5), (1.0, 1e6), (500.0, 20.0)] {
            let ExitMoments { upper: up, lower: down, mean, mean_upper, mean_lower, .. } = exit_moments(lower, upper);
            close(up + down, 1.0, 1e-12);
            close(up * mean_upper + down * mean_lower, mean, 1e-12);
        }
    }

    /// Computes moments by iterating the step operator with the trapezoid rule on a grid of `per_unit` points per unit,
    /// whose spacing divides all distances. Returns P(above), E\[T\], E\[T^2\] and E\[T; above\].
    fn by_iteration(lower: usize, upper: usize, per_unit: usize) -> [f64; 4] {
        let size = lower + upper + 1;
        let step = 1.0 / per_unit as f64;
        let leaves_above = |i: usize| ((i + per_unit) as f64 - (size - 1) as f64).max(0.0) * step / 2.0;
        // The survival P_x(T > n) and the probability P_x(T = n + 1, above), at all starts x.
        let (mut survival, mut leaves) = (vec![1.0; size], (0..size).map(leaves_above).collect::<Vec<_>>());
        let (mut sums, mut n) = ([0.0; 4], 0.0);
        while survival[lower] > 1e-16 {
            sums[0] += leaves[lower];
            sums[1] += survival[lower];
            sums[2] += (2.0 * n + 1.0) * survival[lower];
            n += 1.0;
            sums[3] += n * leaves[lower];
            for function in [&mut survival, &mut leaves] {
                let mut integral = vec![0.0; size];
                for i in 1..size {
                    integral[i] = integral[i - 1] + f64::midpoint(function[i - 1], function[i]) * step;
                }
                for (i, value) in function.iter_mut().enumerate() {
                    let (low, high) = (i.saturating_sub(per_unit), (i + per_unit).min(size - 1));
                    *value = (integral[high] - integral[low]) / 2.0;
                }
            }
        }
        sums
    }

    #[test]
    fn iteration_on_a_grid_agrees() {
        for (lower, upper) in [(0.2, 0.4), (0.1, 1.0), (0.5, 2.7), (3.0, 1.1), (0.0, 4.0)] {
            let grids = [100_usize, 200].map(|n| {
                let points = |distance: f64| (distance * n as f64).round() as usize;
                by_iteration(points(lower), points(upper), n)
            });
            // The error of the trapezoid rule is even in the spacing, so extrapolation from two grids leaves an error
            // of fourth order.
            let [up, mean, second, first_upper] = std::array::from_fn(|i| (4.0 * grids[1][i] - grids[0][i]) / 3.0);
            let exit = exit_moments(lower, upper);
            close(exit.upper, up, 1e-8);
            close(exit.mean, mean, 1e-8);
            close(exit.std_dev, (second - mean * mean).sqrt(), 1e-8);
            close(exit.mean_upper * exit.upper, first_upper, 1e-8);
        }
    }
}
