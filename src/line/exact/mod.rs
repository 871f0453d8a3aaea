//! The exact mean and standard deviation of the first-passage time, without sampling.
//!
//! # The equation
//!
//! One step from a start x inside (-Y, Y) leads to a uniform point of \[x-1, x+1\], and T = 1 + the time from that
//! point (0 beyond the barrier). So the mean m(x) of T and its second moment s(x) satisfy
//!
//! ```text
//! m(x) = 1          + 1/2 * integral of m(u) du over [x-1, x+1] within (-Y, Y)
//! s(x) = 2 m(x) - 1 + 1/2 * integral of s(u) du over the same
//! ```
//!
//! These are Fredholm equations of the second kind. They are solved by collocation (Atkinson, "The Numerical Solution
//! of Integral Equations of the Second Kind", 1997, chapter 3). The solutions are even. They are smooth between the
//! points Y - k and -Y + k, which are the ends of the panels. With 14 Gauss-Legendre nodes per panel, at least 12
//! digits are correct. For Y <= 1/2 the window always covers all of (-Y, Y), T is geometric, and E\[T\] = 1 / (1 - Y).
//!
//! # Far barriers
//!
//! At distance d from the nearer barrier the solutions differ from polynomials in x by terms of order exp(-2.77 d): the
//! homogeneous solutions exp(z x) satisfy sinh(z) = z, and its first root is z = 2.769 + 7.498 i. So beyond `FAR` the
//! values at the origin are polynomials in Y to all digits. Insert m = C - 3 x^2 and s = 3 x^4 + b x^2 + g into the
//! equations. With Z = Y + k, where k is the extrapolation length of the barrier, the result is
//!
//! ```text
//! E[T]   = 3 Z^2 + c
//! E[T^2] = 15 Z^4 + (6 c - 6/5) Z^2 + e Z + f
//! ```
//!
//! k = 0.297952190280 is the constant of Comtet and Majumdar, "Precise asymptotics for a random walker's maximum"
//! (2005). Here the collocation itself gives all four constants, at Y = 10 and Y = 12. Collocation at Y = 10^4 would be
//! too inaccurate in double precision with any number of panels, because the condition number of the equations is
//! E\[T\] = 3 * 10^8.

mod cells;
mod distribution;
mod half_line;
mod interval;
mod overshoot;
pub(crate) mod panels;
mod round_trip;
mod sides;

use nalgebra::linalg::LU;
use nalgebra::{DMatrix, DVector, Dyn};

use crate::once::Once;
pub use distribution::LineDistribution;
pub use interval::ExitMoments;
pub(crate) use interval::exit_moments;
pub(crate) use overshoot::squares_std_dev;
use panels::Rule;
pub(crate) use round_trip::round_trip;
pub(crate) use sides::Side;

/// The distance beyond which the values are polynomials in Y.
const FAR: f64 = 10.0;

/// The mean and standard deviation of a first-passage time.
///
/// Requires the feature `exact`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Moments {
    /// E\[T\], in steps.
    pub mean: f64,
    /// sqrt(E\[T^2\] - E\[T\]^2), in steps.
    pub std_dev: f64,
    /// A bound on the relative error of both for steps on the contract's grid of 2^-31. It is at most 10^-10 up to
    /// Y = 10^4 and grows like Y^2 beyond, where the grid's mean step of -2^-32 becomes significant. The bound does not
    /// include the rounding of the barrier to the grid, which changes E\[T\] by a relative amount of about 2^-31 / Y.
    pub relative_error: f64,
}

impl Moments {
    /// The moments of a walk in which every step stays inside with the same probability `inside`.
    pub(crate) fn geometric(inside: f64) -> Self {
        Self { mean: 1.0 / (1.0 - inside), std_dev: inside.sqrt() / (1.0 - inside), relative_error: 1e-11 }
    }
}

/// The exact moments of T to the barrier `y`, a valid distance.
pub(crate) fn moments(y: f64) -> Moments {
    let (mean, variance) = if y <= 0.5 {
        (1.0 / (1.0 - y), y / (1.0 - y).powi(2))
    } else {
        let (first, second) = if y <= FAR { collocate(y) } else { Asymptote::get().moments(y) };
        (first, second - first * first)
    };
    Moments { mean, std_dev: variance.sqrt(), relative_error: relative_error(y) }
}

/// The bound on the relative error of the moments for the contract's grid.
pub(crate) fn relative_error(y: f64) -> f64 {
    // A drift mu changes E[T] by the factor 1 - (3 mu y)^2 / 3.
    let drift = (3.0 * y / 4_294_967_296.0).powi(2) / 3.0;
    1e-11 + 2.0 * drift
}

/// The constants of the polynomials for far barriers.
struct Asymptote {
    k: f64,
    c: f64,
    e: f64,
    f: f64,
}

impl Asymptote {
    fn get() -> &'static Self {
        static ASYMPTOTE: Once<Asymptote> = Once::new();
        ASYMPTOTE.get(|| Self::through(FAR, FAR + 2.0))
    }

    /// The constants that give the collocated values at `near` and `far`.
    fn through(near: f64, far: f64) -> Self {
        let (at_near, at_far) = (collocate(near), collocate(far));
        let k = ((at_far.0 - at_near.0) / (3.0 * (far - near)) - (near + far)) / 2.0;
        let c = at_near.0 - 3.0 * (near + k).powi(2);
        let rest = |y: f64, second: f64| {
            let z2 = (y + k).powi(2);
            second - 15.0 * z2 * z2 - (6.0 * c - 1.2) * z2
        };
        let (rest_near, rest_far) = (rest(near, at_near.1), rest(far, at_far.1));
        let e = (rest_far - rest_near) / (far - near);
        Self { k, c, e, f: rest_near - e * (near + k) }
    }

    /// E\[T\] and E\[T^2\].
    fn moments(&self, y: f64) -> (f64, f64) {
        let z = y + self.k;
        let z2 = z * z;
        (3.0 * z2 + self.c, 15.0 * z2 * z2 + (6.0 * self.c - 1.2) * z2 + self.e * z + self.f)
    }
}

/// E\[T\] and E\[T^2\] from the origin, by collocation.
fn collocate(y: f64) -> (f64, f64) {
    let equations = Equations::new(y);
    let mean = equations.solve(&DVector::from_element(equations.points.len(), 1.0));
    let square = equations.solve(&mean.map(|mean| 2.0 * mean - 1.0));
    let first = 1.0 + equations.at_origin.dot(&mean);
    (first, 2.0 * first - 1.0 + equations.at_origin.dot(&square))
}

/// The equations of even functions, by collocation on the panels of \[0, y\]. The other half is the mirror image.
struct Equations {
    /// The nodes.
    points: Vec<f64>,
    /// 1 - K at the nodes, decomposed.
    matrix: LU<f64, Dyn, Dyn>,
    /// The weights of the nodes in K at the origin.
    at_origin: DVector<f64>,
}

impl Equations {
    fn new(y: f64) -> Self {
        let rule = Rule::new();
        let panels = panels::between(&panel_ends(y));
        let points: Vec<f64> = panels.iter().flat_map(|&(a, b)| rule.points(a, b)).collect();
        let mut matrix = DMatrix::<f64>::identity(points.len(), points.len());
        for (row, &x) in points.iter().enumerate() {
            // The functions are even, so the integral over the mirror images equals that of the mirrored window over
            // the panels.
            for (column, weight) in rule.window(&panels, &[x, -x]).into_iter().enumerate() {
                matrix[(row, column)] -= weight;
            }
        }
        let at_origin = DVector::from_vec(rule.window(&panels, &[0.0, 0.0]));
        Self { points, matrix: matrix.lu(), at_origin }
    }

    /// The solution f = `first` + K f at the nodes.
    fn solve(&self, first: &DVector<f64>) -> DVector<f64> {
        self.matrix.solve(first).expect("the step operator's norm is below 1")
    }
}

/// The ends of the panels in \[0, y\]: 0, the distances |y - k|, and y.
fn panel_ends(y: f64) -> Vec<f64> {
    panels::ends((0..=(2.0 * y) as u32).map(|k| (y - f64::from(k)).abs()).chain([0.0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} is not {expected}");
    }

    #[test]
    fn known_means() {
        // An independent program computed these values.
        for (y, mean) in [(1.0, 5.365_299_790_586_837), (10.0, 318.293_457_939_889_8), (20.0, 1_236.170_589_356_934_7)]
        {
            close(moments(y).mean, mean, 2e-12);
        }
        // The same program also used collocation at 150, where it loses one digit to rounding.
        close(moments(150.0).mean, 67_768.573_298_546_38, 2e-11);
    }

    #[test]
    fn constants_of_the_expansion() {
        // k = -1/pi * integral over q > 0 of ln(6 (1 - sin(q)/q) / q^2) / q^2, computed to 25 digits by another
        // program.
        let Asymptote { k, c, .. } = *Asymptote::get();
        assert!((k - 0.297_952_190_280_021_04).abs() < 3e-12, "{k}");
        assert!((c - 0.15).abs() < 1e-9, "{c}");
    }

    #[test]
    fn polynomials_match_the_collocation() {
        // Distances at which both methods are valid: integers, half-integers and others.
        for y in [10.001, 10.5, 11.3, 13.0, 16.75, 20.0] {
            let (direct, series) = (collocate(y), Asymptote::get().moments(y));
            close(series.0, direct.0, 3e-12);
            close(series.1, direct.1, 3e-12);
        }
    }

    #[test]
    fn geometric_below_one_half() {
        for y in [0.05, 0.3, 0.499_999, 0.5] {
            let (first, second) = collocate(y);
            close(first, 1.0 / (1.0 - y), 1e-13);
            close(second, (1.0 + y) / (1.0 - y).powi(2), 1e-13);
        }
        close(moments(1e-9).std_dev, 1e-9_f64.sqrt(), 1e-8);
    }

    #[test]
    fn continuous_where_the_method_changes() {
        for y in [0.5, 1.0, 1.5, 2.0, 10.0] {
            close(moments(y * (1.0 + 1e-13)).mean, moments(y * (1.0 - 1e-13)).mean, 2e-12);
            close(moments(y * (1.0 + 1e-13)).std_dev, moments(y * (1.0 - 1e-13)).std_dev, 2e-11);
        }
    }
}
