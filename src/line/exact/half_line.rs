//! The walk above one barrier: its modes, and the survival after any number of steps.
//!
//! # Modes
//!
//! Let K f(x) be 1/2 * integral of f over \[x-1, x+1\] within (0, infinity), where x is the distance from the barrier.
//! K is self-adjoint. For 0 < q < 2.7, the equation K p = lambda p with lambda = sin(q)/q has one bounded solution:
//!
//! ```text
//! p_q(x) = sin(q x + theta(q)) + q b_q(x)         b_q(x) decays like exp(-2.77 x) for small q
//! ```
//!
//! Here theta(q) = k q + O(q^3), where k is the extrapolation length. The Wiener-Hopf factors give a closed form of the
//! integral of p_q. The transform of p_q is q R(q)^(1/2) / ((z^2 - q^2) R_+(z)) up to a phase, where
//! 1 - sin(z) / (z lambda) = (z^2 - q^2) R(z) and R_+(0)^2 = R(0). So at z = 0
//!
//! ```text
//! A(q) = integral of p_q = sqrt((lambda - cos q) / (2 (1 - lambda))) / q
//! ```
//!
//! (in the sense of Abel). The modes are complete, with the measure 2 dq / pi. Hence the probability of surviving n
//! steps from x is
//!
//! ```text
//! H_n(x) = 2/pi * integral over q > 0 of lambda(q)^n p_q(x) A(q) dq
//! ```
//!
//! At the barrier itself this is Sparre Andersen's binomial(2n, n) / 4^n, since p_q(0) = q R(q)^(1/2). From `MIN_STEPS`
//! steps on, lambda^n is below the rounding error for q > `MAX_Q`, so the branches of the integral beyond do not
//! contribute. The integrand is even and smooth, so the midpoint rule converges exponentially. Its error consists of
//! the mirror images of H at the distance 2 pi / spacing, and the spacing is chosen so that a walker cannot reach them.
//!
//! # Two barriers
//!
//! On (0, W), if W is not too small, the modes are the same functions, because the b_q of one barrier does not extend
//! to the other. The condition that p_q is even or odd about W/2 gives q W + 2 theta(q) = j pi. The even modes have odd
//! j, the norm (W + 2 theta'(q)) / 2 and the integral 2 A(q). So
//!
//! ```text
//! P_x(T > n) = sum over odd j of 4 lambda^n p_q(x) A(q) / (W + 2 theta'(q))
//! ```
//!
//! The probability of leaving through the lower barrier after n steps is K^n u, where u is the probability of ever
//! leaving there. u + u' = 1 for the two barriers, and u - u' is odd. With the source g(x) = (1 - x)/2 next to the
//! lower barrier and its negative mirror image next to the upper one, u - u' = g + K (u - u'). So its coefficient of an
//! odd mode is the integral of g p_q over 1 - lambda, twice, which is 2 A(q) as for even modes. Hence
//!
//! ```text
//! P_x(T > n, lower) = sum over all j of 2 lambda^n p_q(x) A(q) / (W + 2 theta'(q))
//! ```
//!
//! and for the upper barrier the terms of even j have the opposite sign.
//!
//! # How theta and b are computed
//!
//! Both are smooth in q^2 up to the branch point q = 2.777, where sin(q)/q = 0.1284. They are interpolated through
//! `DEGREES` Chebyshev points of q^2. At each point, p_q / q is computed by collocation on the `CELLS` unit panels next
//! to the barrier. Beyond these panels it is sin(q x) / q + t cos(q x) up to a factor, and t follows from the equation
//! at the end of the last panel.
//!
//! Sources: Spitzer, "Principles of Random Walk" (1976), chapter IV, for the half line; Noble, "Methods
//! Based on the Wiener-Hopf Technique" (1958), chapter 1, for the factors; Feller, "An Introduction to Probability
//! Theory and Its Applications", volume 2 (1971), XII.7, for Sparre Andersen's theorem; Trefethen and Weideman, "The
//! Exponentially Convergent Trapezoidal Rule" (2014).

use std::f64::consts::PI;

use nalgebra::{DMatrix, DVector};

use super::panels::{self, Rule};
use crate::once::Once;

/// The minimum number of steps for which the modes up to `MAX_Q` suffice: lambda(1.5)^96 = 10^-17.
pub(super) const MIN_STEPS: u64 = 96;

/// The maximum q in use.
const MAX_Q: f64 = 1.5;

/// The number of interpolation points in q^2.
const DEGREES: usize = 16;

/// The number of unit panels next to the barrier.
const CELLS: u32 = 13;

/// The distance from which on b_q is below the rounding error for every q for which lambda^n is not.
const LAYER: f64 = 12.0;

/// A walker does not reach a barrier in n steps if the distance is more than this factor times the square root of n:
/// erfc(5 sqrt(3/2)) = 5 * 10^-18.
pub(super) const REACH: f64 = 5.0;

/// Factors below exp(-`NEGLIGIBLE`) are omitted.
const NEGLIGIBLE: f64 = 40.0;

/// A Chebyshev series in q^2 on \[0, `MAX_Q`^2\].
type Series = [f64; DEGREES];

/// The data that all starts share.
struct Modes {
    rule: Rule,
    panels: Vec<(f64, f64)>,
    /// theta(q) / q.
    phase: Series,
    /// The derivative of `phase` with respect to q^2.
    phase_slope: Series,
    /// At each interpolation point: q, theta, and p_q / q at the nodes.
    points: Vec<(f64, f64, DVector<f64>)>,
}

/// The values of the modes at one start.
#[derive(Clone, Debug)]
pub(super) struct Start {
    distance: f64,
    /// b_q at the start.
    layer: Series,
}

/// One mode of the walk between two barriers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mode {
    /// ln(lambda).
    pub(super) log: f64,
    /// The contribution to the survival, before multiplication by lambda^n.
    pub(super) weight: f64,
}

impl Mode {
    /// The contribution to P(T > n) for n = `steps`.
    pub(super) fn after(&self, steps: f64) -> f64 {
        self.weight * (self.log * steps).exp()
    }

    /// The contribution to the sum of P(T > n) over n from `from` to `to` - 1.
    pub(super) fn sum(&self, from: f64, to: f64) -> f64 {
        self.after(from) * (self.log * (to - from)).exp_m1() / self.log.exp_m1()
    }

    /// Returns whether the contribution to P(T > n) is negligible compared with that of the slowest mode.
    pub(super) fn is_negligible(&self, slowest: &Self, steps: f64) -> bool {
        (self.log - slowest.log) * steps < -NEGLIGIBLE
    }
}

impl Modes {
    fn get() -> &'static Self {
        static MODES: Once<Modes> = Once::new();
        MODES.get(Self::new)
    }

    fn new() -> Self {
        let rule = Rule::new();
        let panels = panels::between(&(0..=CELLS).map(f64::from).collect::<Vec<_>>());
        let nodes: Vec<f64> = panels.iter().flat_map(|&(a, b)| rule.points(a, b)).collect();
        let count = nodes.len();
        // -K at the nodes and at the end of the panels.
        let mut step = DMatrix::<f64>::zeros(count + 1, count + 1);
        for (row, x) in nodes.iter().chain([&f64::from(CELLS)]).enumerate() {
            for (column, weight) in rule.window(&panels, &[*x]).into_iter().enumerate() {
                step[(row, column)] = -weight;
            }
        }
        let mut points = Vec::new();
        for i in 0..DEGREES {
            let q = MAX_Q * f64::midpoint(1.0, chebyshev_point(i)).sqrt();
            let (t, mut values) = scatter(step.clone(), &nodes, q);
            values /= (1.0 + (q * t).powi(2)).sqrt();
            points.push((q, (q * t).atan(), values));
        }
        let phase = interpolate(|i| points[i].1 / points[i].0);
        Self { rule, panels, phase, phase_slope: derivative(&phase), points }
    }

    fn theta(&self, q: f64) -> f64 {
        q * evaluate(&self.phase, q)
    }

    fn theta_slope(&self, q: f64) -> f64 {
        evaluate(&self.phase, q) + 2.0 * q * q * evaluate(&self.phase_slope, q)
    }
}

/// Solves for the p_q / q that tends to sin(q x) / q + t cos(q x). Returns t and the values at the nodes. `matrix` is
/// -K.
fn scatter(mut matrix: DMatrix<f64>, nodes: &[f64], q: f64) -> (f64, DVector<f64>) {
    let (count, end) = (nodes.len(), f64::from(CELLS));
    let lambda = 1.0 - deficit(q);
    let mut right = DVector::zeros(count + 1);
    for (row, x) in nodes.iter().copied().chain([end]).enumerate() {
        // Half the integrals of sin(q x) / q and cos(q x) over the window beyond the panels.
        let half = q * ((x + 1.0 - end) / 2.0).max(0.0);
        let sine = half.sin() * (q * end + half).sin() / (q * q);
        let cosine = half.sin() * (q * end + half).cos() / q;
        right[row] = sine;
        matrix[(row, count)] = -cosine;
        if row < count {
            matrix[(row, row)] += lambda;
        } else {
            right[row] -= lambda * (q * end).sin() / q;
            matrix[(row, count)] += lambda * (q * end).cos();
        }
    }
    let solution = matrix.lu().solve(&right).expect("the equation has one bounded solution");
    (solution[count], solution.rows(0, count).into_owned())
}

impl Start {
    /// A start at this distance from the barrier. The distance may be infinite.
    pub(super) fn new(distance: f64) -> Self {
        let mut layer = [0.0; DEGREES];
        if distance < LAYER {
            let modes = Modes::get();
            let window = DVector::from_vec(modes.rule.window(&modes.panels, &[distance]));
            layer = interpolate(|i| {
                let (q, theta, values) = &modes.points[i];
                window.dot(values) / (1.0 - deficit(*q)) - (q * distance + theta).sin() / q
            });
        }
        Self { distance, layer }
    }

    /// p_q A(q).
    fn product(&self, q: f64) -> f64 {
        let layer = if self.distance < LAYER { q * evaluate(&self.layer, q) } else { 0.0 };
        let mode = (q * self.distance + Modes::get().theta(q)).sin() + layer;
        mode * (lambda_less_cosine(q) / (2.0 * deficit(q))).sqrt() / q
    }

    /// The modes of the walk with a second barrier at distance `width` from this one. Modes that are negligible from
    /// `steps` steps on are omitted.
    pub(super) fn between(&self, width: f64, steps: f64) -> Vec<Mode> {
        self.modes(width, steps, (1..).step_by(2), |_| 4.0)
    }

    /// The modes of the probability of leaving after n steps through this barrier, if `is_this`, otherwise through the
    /// second one, which is farther from the start.
    pub(super) fn side(&self, width: f64, steps: f64, is_this: bool) -> Vec<Mode> {
        self.modes(width, steps, 1.., |j| if is_this || j % 2 == 1 { 2.0 } else { -2.0 })
    }

    /// The modes with these j, and their weights apart from p_q(x) A(q) / (W + 2 theta'(q)).
    fn modes(&self, width: f64, steps: f64, js: impl Iterator<Item = u32>, weight: impl Fn(u32) -> f64) -> Vec<Mode> {
        let modes = Modes::get();
        let mut found = Vec::new();
        for j in js {
            let target = f64::from(j) * PI;
            let mut q = target / width;
            for _ in 0..60 {
                let change = (target - q * width - 2.0 * modes.theta(q)) / (width + 2.0 * modes.theta_slope(q));
                q = (q + change).clamp(0.0, MAX_Q);
                if change.abs() < 1e-15 * q {
                    break;
                }
            }
            let weight = weight(j) * self.product(q) / (width + 2.0 * modes.theta_slope(q));
            let mode = Mode { log: log_lambda(q), weight };
            if q >= MAX_Q || found.first().is_some_and(|slowest| mode.is_negligible(slowest, steps)) {
                break;
            }
            found.push(mode);
        }
        found
    }

    /// H_n at the start, for n = `steps` >= `MIN_STEPS`.
    pub(super) fn after(&self, steps: f64) -> f64 {
        if self.distance > REACH * steps.sqrt() {
            return 1.0;
        }
        self.quadrature(steps, steps).map(|mode| mode.after(steps)).sum()
    }

    /// The sum of H_n over n from `from` >= `MIN_STEPS` to `to` - 1.
    pub(super) fn sum(&self, mut from: f64, to: f64) -> f64 {
        let out_of_reach = (self.distance / REACH).powi(2).floor().clamp(from, to);
        let mut total = out_of_reach - from;
        from = out_of_reach;
        // The last step determines the spacing and the first step the range of q, so the two must not be too far apart.
        while from < to {
            let end = (4.0 * from).min(to);
            total += self.quadrature(from, end).map(|mode| mode.sum(from, end)).sum::<f64>();
            from = end;
        }
        total
    }

    /// The points q of the midpoint rule and their weights, valid for all n from `first` to `last`.
    pub(super) fn quadrature(&self, first: f64, last: f64) -> impl Iterator<Item = Mode> {
        let spacing = 2.0 * PI / (self.distance + 2.0 + REACH * last.sqrt());
        (0_u32..)
            .map(move |i| spacing * (f64::from(i) + 0.5))
            .take_while(|q| *q < MAX_Q)
            .map(move |q| Mode { log: log_lambda(q), weight: 2.0 / PI * spacing * self.product(q) })
            .take_while(move |mode| mode.log * first > -NEGLIGIBLE)
    }
}

/// 1 - sin(q)/q, by its series.
fn deficit(q: f64) -> f64 {
    series(q, |_| 1.0)
}

/// sin(q)/q - cos(q).
fn lambda_less_cosine(q: f64) -> f64 {
    series(q, |k| 2.0 * k)
}

/// The sum over k > 0 of (-1)^(k+1) `factor`(k) q^(2k) / (2k+1)!.
fn series(q: f64, factor: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut term) = (0.0, -1.0);
    for k in 1..=11 {
        let k = f64::from(k);
        term *= -q * q / (2.0 * k * (2.0 * k + 1.0));
        sum += factor(k) * term;
    }
    sum
}

/// ln(sin(q)/q).
fn log_lambda(q: f64) -> f64 {
    (-deficit(q)).ln_1p()
}

fn chebyshev_point(i: usize) -> f64 {
    ((i as f64 + 0.5) * PI / DEGREES as f64).cos()
}

/// The series through `value`(i) at Chebyshev point i.
fn interpolate(value: impl Fn(usize) -> f64) -> Series {
    let values: Series = std::array::from_fn(value);
    std::array::from_fn(|degree| {
        let angle = |i: usize| degree as f64 * (i as f64 + 0.5) * PI / DEGREES as f64;
        let sum: f64 = (0..DEGREES).map(|i| values[i] * angle(i).cos()).sum();
        sum * if degree == 0 { 1.0 } else { 2.0 } / DEGREES as f64
    })
}

/// The derivative of a series with respect to q^2.
fn derivative(series: &Series) -> Series {
    let mut slope = [0.0; DEGREES + 1];
    for degree in (1..DEGREES).rev() {
        slope[degree - 1] = 2.0 * degree as f64 * series[degree];
        if degree + 1 < DEGREES {
            slope[degree - 1] += slope[degree + 1];
        }
    }
    slope[0] /= 2.0;
    // The argument on [-1, 1] is 2 q^2 / MAX_Q^2 - 1, which gives the factor 2 / MAX_Q^2.
    std::array::from_fn(|degree| slope[degree] * 2.0 / (MAX_Q * MAX_Q))
}

/// Evaluates a series at q by Clenshaw's summation.
fn evaluate(series: &Series, q: f64) -> f64 {
    let argument = 2.0 * (q / MAX_Q).powi(2) - 1.0;
    let (mut last, mut before) = (0.0, 0.0);
    for coefficient in series[1..].iter().rev() {
        (last, before) = (coefficient + 2.0 * argument * last - before, last);
    }
    series[0] + argument * last - before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(value: f64, expected: f64, error: f64) {
        assert!((value - expected).abs() < error, "{value} is not {expected}");
    }

    #[test]
    fn phase_slope_at_zero_is_the_extrapolation_length() {
        // The reference value was computed to 25 digits by another program.
        near(evaluate(&Modes::get().phase, 0.0), 0.297_952_190_280_021_04, 3e-12);
        near(Modes::get().theta_slope(1e-4), 0.297_952_190_280_021_04, 1e-8);
        let (low, high) = (Modes::get().theta(1.0 - 1e-5), Modes::get().theta(1.0 + 1e-5));
        near(Modes::get().theta_slope(1.0), (high - low) / 2e-5, 1e-9);
    }

    #[test]
    fn modes_at_the_barrier_match_the_closed_form() {
        let start = Start::new(0.0);
        for q in [0.01_f64, 0.3, 0.7, 1.0, 1.2, 1.49] {
            let value = ((lambda_less_cosine(q)) / (2.0 * (1.0 - deficit(q)))).sqrt();
            near(q * evaluate(&start.layer, q) + Modes::get().theta(q).sin(), value, 1e-13);
        }
    }

    #[test]
    fn agrees_with_sparre_andersen() {
        let start = Start::new(0.0);
        let (mut expected, mut sum) = (1.0, 0.0);
        for n in 0..100_000_u32 {
            if n >= 96 {
                if n < 1000 || n % 997 == 0 {
                    near(start.after(f64::from(n)), expected, 1e-14);
                }
                sum += expected;
            }
            expected *= (2.0 * f64::from(n) + 1.0) / (2.0 * f64::from(n) + 2.0);
        }
        near(start.sum(96.0, 100_000.0), sum, 1e-10);
    }

    #[test]
    fn distant_starts_survive() {
        near(Start::new(4.99 * 30.0).after(900.0), 1.0, 1e-14);
        near(Start::new(1e8).after(4e14), 1.0, 1e-14);
        near(Start::new(f64::INFINITY).after(1e18), 1.0, 1e-15);
    }
}
