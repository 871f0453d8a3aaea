//! The mean time of the first exit from a ball in D dimensions, by asymptotics in its radius, without sampling.
//!
//! A walker starts at the centre; in each step every coordinate moves by an independent U\[-1, 1). T is the number of
//! steps after which its distance |S| is Y or more for the first time. A step's square has the mean D/3, so by Wald's
//! second identity
//!
//! ```text
//! E[T] = (3/D) E[|S_T|^2] = (3/D) (Y^2 + 2 Y E[o] + E[o^2]),   o = |S_T| - Y the overshoot
//! ```
//!
//! # The overshoot
//!
//! Near the exit, a large sphere is approximately a plane. The walker reaches it in a direction n that is uniform in
//! the limit. Across the plane, the walk is one-dimensional with steps X = sum of n_i U_i, which have the variance 1/3
//! and the fourth moment mu(n) = 1/3 - 2/15 sum n_i^4. The Wiener-Hopf factors of 1 - phi_n, with phi_n(q) = product of
//! sin(n_i q) / (n_i q), give its stationary overshoot (Siegmund, "Sequential Analysis", 1985, chapter X; Comtet and
//! Majumdar, 2005, for D = 1):
//!
//! ```text
//! k(n)   = -1/pi * integral over q > 0 of ln(6 (1 - phi_n(q)) / q^2) / q^2
//! var(n) = mu(n) / 4
//! ```
//!
//! The second equation is minus the coefficient of q^2 in 6 (1 - phi_n) / q^2 =
//! |1 - i q E\[o\] - q^2 E\[o^2\] / 2 + ...|^2. In the following, k_D is the mean of k(n) over all directions.
//!
//! # Curvature
//!
//! A step with the component X across the sphere and the squared length W = |U|^2 - X^2 along it increases the distance
//! from the centre by X + W / (2Y). To first order in e = 1 / (2Y), this changes ln(1 - phi) by -i e q E\[W exp(iqX)\]
//! / (1 - phi), which is an odd function. Its pole at 0, the drift, belongs to the inward factor. Half of the slope of
//! the remainder at 0 belongs to the mean outward overshoot. With w_0 = E\[W\] and w_2 = E\[W X^2\] = 1/5 + (D-1)/9 -
//! mu this adds (3/2 w_2 - 3/4 w_0 mu) / (2Y) to E\[o\] (for normal steps this is a quarter of the drift, as in
//! Siegmund). With the mean 3 / (D+2) of sum n_i^4, the total is
//!
//! ```text
//! E[|S_T|^2] ~ (Y + k_D)^2 + c_D,   c_D = D/12 - 1/10 + 1 / (5 (D+2))
//! ```
//!
//! c_1 = 1/20 agrees with the integral equation (`line::exact` has 3 c_1 = 0.15).
//!
//! # Omitted terms
//!
//! The formula omits terms of order 1/Y. It also omits terms of order 1 that are of second order in the variation of
//! k(n) with the direction (its standard deviation is at most 0.008), such as the effect of exits that are not exactly
//! uniform. A separate program measured the remainder E\[|S_T|^2\] - (Y + k_D)^2 - c_D with 10^6 to 2 * 10^8 walkers
//! for each entry:
//!
//! ```text
//! D    c_D      Y = 3    Y = 5             Y = 10            Y = 20
//! 2    0.1167   0.001    0.0008 +- 0.0002  -0.0012 +- 0.0005  -0.009 +- 0.010
//! 3    0.1900   0.005    0.0025 +- 0.0002   0.0011 +- 0.0005  -0.002 +- 0.002
//! 4    0.2667   0.011    0.0060 +- 0.0009   0.0017 +- 0.0017   0.013 +- 0.011
//! 8    0.5867   0.055    0.032  +- 0.001    0.018  +- 0.002    0.009 +- 0.003
//! 16   1.2444   0.331    0.156  +- 0.001    0.076  +- 0.002    0.037 +- 0.012
//! ```
//!
//! From Y = 3 on, the remainder is at most 0.003 + 0.004 D^2 / Y. For smaller Y it takes either sign and is at most
//! 0.02 D^2 / Y, as measured from Y = 0.51 in steps of 0.05 for D = 2, 3, 4, 6, 8, 12 and 16.
//!
//! # Small balls
//!
//! Up to Y = 1/2, a step reaches every point of the ball from every other point. So T is geometric, and E\[T\] = 1 /
//! (1 - V_D (Y/2)^D) exactly, where V_D is the volume of the unit ball.

use std::f64::consts::{PI, TAU};

use crate::error::Result;
use crate::once::Once;
use crate::run_control::RunControl;
use gauss_quad::GaussLegendre;
use nalgebra::{DMatrix, DVector};

/// The maximum number of dimensions.
pub(crate) const MAX_DIMENSIONS: usize = 16;

/// The number of directions over which the extrapolation length is averaged, from four dimensions on.
const DIRECTIONS: usize = 800;

/// The number of nodes for an angle in two and three dimensions.
const ANGLES: usize = 12;

/// The factor of D^2 / Y in the bound on the remainder below Y = 3, in place of 0.004.
const NEAR: f64 = 0.02;

/// The number of nodes in a panel of an integral.
const NODES: usize = 16;

/// E\[T\] for a ball of this radius, and its relative error. Up to the radius 1/2, the error is only rounding. Beyond,
/// it is a bound that was found by sampling. For D = 1, `line::exact` has more digits.
pub(crate) fn ball(dimensions: usize, radius: f64, control: &RunControl) -> Result<(f64, f64)> {
    let d = dimensions as f64;
    if let Some(inside) = inside_small(dimensions, radius) {
        return Ok((1.0 / (1.0 - inside), 1e-14));
    }
    let constant = d / 12.0 - 0.1 + 0.2 / (d + 2.0);
    let square = (radius + extrapolation(dimensions, control)?).powi(2) + constant;
    // The term 10^-5 Y covers the error of k_D. The grid of 2^-31 that the steps are on has a drift of -2^-32 per
    // coordinate, as in one dimension. The drift is significant beyond a radius of about 10^4.
    let rest = 0.003 + if radius < 3.0 { NEAR } else { 0.004 } * d * d / radius + 1e-5 * radius;
    let drift = d * (3.0 * radius / 4_294_967_296.0).powi(2) / 3.0;
    Ok((3.0 / d * square, rest / square + 2.0 * drift))
}

/// The probability that a step from a point of the ball stays in it, up to the radius 1/2, where it does not depend on
/// the point. `None` for larger radii.
pub(crate) fn inside_small(dimensions: usize, radius: f64) -> Option<f64> {
    // V_D = 2 pi / D * V_{D-2}, from V_0 = 1 and V_1 = 2.
    let odd = dimensions % 2;
    let start = if odd == 1 { 2.0 } else { 1.0 };
    let volume = (odd + 2..=dimensions).step_by(2).fold(start, |volume, k| volume * TAU / k as f64);
    (radius <= 0.5).then(|| volume * (radius / 2.0).powi(dimensions as i32))
}

/// k_D, the mean of the extrapolation length over all directions. Its error is about 3 * 10^-7 up to D = 3, and
/// 5 * 10^-6 beyond.
fn extrapolation(dimensions: usize, control: &RunControl) -> Result<f64> {
    static LENGTHS: [Once<f64>; MAX_DIMENSIONS + 1] = [const { Once::new() }; MAX_DIMENSIONS + 1];
    let length = LENGTHS[dimensions].try_get(|| match dimensions {
        1 => Ok(Frequencies::new(100.0).length(&[1.0])),
        2 => Ok(in_the_plane(ANGLES)),
        3 => Ok(in_space(ANGLES)),
        _ => by_regression(dimensions, DIRECTIONS, control),
    })?;
    Ok(*length)
}

/// The mean over the directions (cos t, sin t), 0 < t < pi/4.
fn in_the_plane(nodes: usize) -> f64 {
    let frequencies = Frequencies::new(100.0);
    let angles = rule(nodes, 0.0, PI / 4.0);
    angles.iter().map(|&(t, weight)| weight * frequencies.length(&[t.cos(), t.sin()])).sum::<f64>() / (PI / 4.0)
}

/// The mean over the directions (1, a, ab) / norm, 0 < a, b < 1. A plane, as seen from the origin, has the weight
/// norm^-3.
fn in_space(nodes: usize) -> f64 {
    let frequencies = Frequencies::new(100.0);
    let (mut sum, mut whole) = (0.0, 0.0);
    for (a, weight_a) in rule(nodes, 0.0, 1.0) {
        for (b, weight_b) in rule(nodes, 0.0, 1.0) {
            let norm = (1.0 + a * a + a * a * b * b).sqrt();
            let weight = weight_a * weight_b * a / norm.powi(3);
            sum += weight * frequencies.length(&[1.0 / norm, a / norm, a * b / norm]);
            whole += weight;
        }
    }
    sum / whole
}

/// The mean over evenly spread directions, with control variates.
///
/// k(n) is nearly a function of s_4 = sum n_i^4 and s_6 = sum n_i^6, whose means over the sphere are known: 3 / (D+2)
/// and 15 / ((D+2) (D+4)), and (9 D + 96) / ((D+2) (D+4) (D+6)) for s_4^2. The residuals of a least-squares fit have a
/// standard deviation of 10^-4, compared with 5 * 10^-3 for k itself, so few directions suffice.
fn by_regression(dimensions: usize, directions: usize, control: &RunControl) -> Result<f64> {
    let frequencies = Frequencies::new(60.0);
    let d = dimensions as f64;
    let fourth = 3.0 / (d + 2.0);
    let sixth = 15.0 / ((d + 2.0) * (d + 4.0));
    let square = (9.0 * d + 96.0) / ((d + 2.0) * (d + 4.0) * (d + 6.0));
    let (mut powers, mut lengths) = (DMatrix::zeros(directions, 4), DVector::zeros(directions));
    for (row, direction) in Directions::new(dimensions).take(directions).enumerate() {
        control.check()?;
        let sum = |power: i32| direction.iter().map(|n| n.powi(power)).sum::<f64>();
        let (s4, s6) = (sum(4), sum(6));
        for (column, value) in [1.0, s4 - fourth, s6 - sixth, s4 * s4 - square].into_iter().enumerate() {
            powers[(row, column)] = value;
        }
        lengths[row] = frequencies.length(&direction);
    }
    let fit = powers.tr_mul(&powers).lu().solve(&powers.tr_mul(&lengths)).expect("the powers are independent");
    Ok(fit[0])
}

/// An infinite sequence of directions that are spread evenly over the sphere.
///
/// The points are those of a Kronecker sequence in the unit cube, with the steps of Roberts ("The unreasonable
/// effectiveness of quasirandom sequences", 2018). The Box-Muller transform makes them normal, and then they are scaled
/// to the length 1.
struct Directions {
    dimensions: usize,
    steps: Vec<f64>,
    index: f64,
}

impl Directions {
    fn new(dimensions: usize) -> Self {
        let even = dimensions.next_multiple_of(2);
        // The root of x^{even+1} = x + 1.
        let root = (0..60).fold(2.0_f64, |x, _| (1.0 + x).powf(1.0 / (even as f64 + 1.0)));
        Self { dimensions, steps: (1..=even as i32).map(|k| root.powi(-k)).collect(), index: 0.0 }
    }
}

impl Iterator for Directions {
    type Item = Vec<f64>;

    fn next(&mut self) -> Option<Vec<f64>> {
        self.index += 1.0;
        let uniform: Vec<f64> = self.steps.iter().map(|step| (0.5 + step * self.index).fract()).collect();
        let mut direction: Vec<f64> = Vec::new();
        for pair in uniform.chunks(2) {
            let radius = (-2.0 * pair[0].max(f64::MIN_POSITIVE).ln()).sqrt();
            let (sin, cos) = (TAU * pair[1]).sin_cos();
            direction.extend([radius * cos, radius * sin]);
        }
        direction.truncate(self.dimensions);
        let norm = direction.iter().map(|n| n * n).sum::<f64>().sqrt();
        Some(direction.into_iter().map(|n| n / norm).collect())
    }
}

/// `nodes` Gauss-Legendre nodes and their weights on \[`low`, `high`\].
fn rule(nodes: usize, low: f64, high: f64) -> Vec<(f64, f64)> {
    let rule = GaussLegendre::new(nodes.try_into().expect("the number of nodes is positive"));
    let (centre, half) = (f64::midpoint(low, high), (high - low) / 2.0);
    rule.as_node_weight_pairs().iter().map(|(node, weight)| (centre + half * node, half * weight)).collect()
}

/// The nodes and weights of the integral over q that gives k(n).
struct Frequencies {
    /// The nodes below 1/2, where 6 (1 - phi) / q^2 - 1 suffers from cancellation and a series does not.
    near: Vec<(f64, f64)>,
    /// The nodes from 1/2 to `end`, at a density of about eight per unit.
    far: Vec<(f64, f64)>,
    /// Beyond this value phi counts as 0. Its contribution and that of its square are about 1 / `end`^3.
    end: f64,
}

impl Frequencies {
    fn new(end: f64) -> Self {
        let near = rule(NODES, 0.0, 0.5);
        let mut far = rule(NODES, 0.5, 2.0);
        for panel in 1..(end / 2.0) as u32 {
            far.extend(rule(NODES, 2.0 * f64::from(panel), 2.0 * f64::from(panel + 1)));
        }
        Self { near, far, end }
    }

    /// k(n).
    fn length(&self, direction: &[f64]) -> f64 {
        let sum = |power: i32| direction.iter().map(|n| n.powi(power)).sum::<f64>();
        let (s4, s6, s8, s10) = (sum(4), sum(6), sum(8), sum(10));
        let near = self.near.iter().map(|&(q, weight)| {
            let x = q * q;
            // -ln(phi) is x/6 (1 + excess), by the series of ln(sin(q) / q); ln((1 - exp(-a)) / a) has its own series.
            let excess = x * (s4 / 30.0 + x * (s6 * 2.0 / 945.0 + x * (s8 / 6300.0 + x * s10 * 6.0 / 467_775.0)));
            let a = x / 6.0 * (1.0 + excess);
            let log = excess.ln_1p() - a / 2.0 + a * a * (1.0 / 24.0 - a * a * (1.0 / 2880.0 - a * a / 181_440.0));
            weight * log / x
        });
        let far = self.far.iter().map(|&(q, weight)| {
            let phi: f64 = direction.iter().map(|n| sinc(n * q)).product();
            weight * (6.0 * (1.0 - phi) / (q * q)).ln() / (q * q)
        });
        let beyond = (6.0_f64.ln() - 2.0 * self.end.ln() - 2.0) / self.end;
        -(near.sum::<f64>() + far.sum::<f64>() + beyond) / PI
    }
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-4 { 1.0 - x * x / 6.0 } else { x.sin() / x }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::Rng;

    use super::*;
    use crate::stream::Stream;

    /// The asymptotic mean and its relative error.
    fn asymptotic(dimensions: usize, radius: f64) -> (f64, f64) {
        ball(dimensions, radius, &RunControl::new()).unwrap()
    }

    #[test]
    fn one_dimension_matches_the_known_constants() {
        assert!((extrapolation(1, &RunControl::new()).unwrap() - 0.297_952_190_280_021_04).abs() < 4e-7);
        for radius in [5.0, 10.0, 40.0] {
            let (mean, exact) = (asymptotic(1, radius).0, 3.0 * (radius + 0.297_952_190_28_f64).powi(2) + 0.15);
            assert!((mean / exact - 1.0).abs() < 1e-6, "{mean} is not {exact}");
        }
    }

    #[test]
    fn normal_steps_in_the_limit() {
        // With many equal components, the steps across are nearly normal, and k = -zeta(1/2) / sqrt(2 pi) * sqrt(1/3).
        let components = 4000;
        let direction = vec![1.0 / f64::from(components).sqrt(); components as usize];
        let normal = 0.582_597_157_939_010_6 / 3.0_f64.sqrt();
        assert!((Frequencies::new(20.0).length(&direction) - normal).abs() < 1e-5);
    }

    #[test]
    fn averages_agree_at_two_resolutions() {
        let control = &RunControl::new();
        assert!((in_the_plane(ANGLES) - in_the_plane(7)).abs() < 1e-7);
        assert!((in_space(ANGLES) - in_space(8)).abs() < 1e-6);
        // The method for higher dimensions agrees with the product rules for two and three dimensions.
        assert!((in_the_plane(ANGLES) - by_regression(2, DIRECTIONS, control).unwrap()).abs() < 3e-6);
        assert!((in_space(ANGLES) - by_regression(3, DIRECTIONS, control).unwrap()).abs() < 1e-5);
        for dimensions in [4, 7, MAX_DIMENSIONS] {
            let regression = |directions| by_regression(dimensions, directions, control).unwrap();
            let difference = regression(DIRECTIONS) - regression(DIRECTIONS / 2);
            assert!(difference.abs() < 8e-6, "{dimensions}: {difference}");
        }
    }

    #[test]
    fn small_balls_are_geometric() {
        assert!((asymptotic(1, 0.5).0 - 2.0).abs() < 1e-14);
        assert!((asymptotic(2, 0.5).0 - 1.0 / (1.0 - PI / 16.0)).abs() < 1e-14);
        assert!((asymptotic(3, 0.25).0 - 1.0 / (1.0 - PI * 4.0 / 3.0 / 512.0)).abs() < 1e-14);
        assert!((asymptotic(4, 0.5).0 - 1.0 / (1.0 - PI * PI / 2.0 / 256.0)).abs() < 1e-14);
    }

    #[test]
    fn sampled_exits_agree() {
        for (dimensions, radius) in [(2, 2.5), (2, 6.0), (3, 4.0), (5, 5.0), (16, 6.0)] {
            let (mut sum, mut squares, walkers) = (0.0, 0.0, 40_000);
            let mut random = Stream::of_base(1, dimensions as u64);
            for _ in 0..walkers {
                let mut position = vec![0.0; dimensions];
                let mut square = 0.0;
                while square < radius * radius {
                    for coordinate in &mut position {
                        *coordinate += random.next_u64().cast_signed() as f64 / (1_u64 << 63) as f64;
                    }
                    square = position.iter().map(|coordinate| coordinate * coordinate).sum();
                }
                sum += square;
                squares += square * square;
            }
            let (mean, scale) = (sum / f64::from(walkers), 3.0 / dimensions as f64);
            let std_error = ((squares / f64::from(walkers) - mean * mean) / f64::from(walkers)).sqrt();
            let (expected, relative_error) = asymptotic(dimensions, radius);
            let allowed = 4.0 * scale * std_error + relative_error * expected;
            assert!((scale * mean - expected).abs() < allowed, "{dimensions}, {radius}: {mean} +- {std_error}");
        }
    }
}
