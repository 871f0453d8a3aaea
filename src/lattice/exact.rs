//! The first return to the origin of the simple random walk on Z^D, without sampling.
//!
//! Each step goes to one of the 2D neighbours; T is the first n >= 1 with S_n = 0, an even number, or infinity.
//!
//! # Being at the origin
//!
//! With independent Poisson clocks the coordinates are independent, so the chance u_{2n} to be at the origin after 2n
//! steps is read off a power of a Bessel function:
//!
//! ```text
//! I_0(x)^D = sum of c_n x^{2n},   u_{2n} = c_n (2n)! / D^{2n} ~ 2 (D / (4 pi n))^{D/2}
//! ```
//!
//! I_0 solves theta^2 y = x^2 y with theta = x d/dx, and its D-th power is annihilated by L_{D+1}, where (Bronstein,
//! Mulders and Weil, "On symmetric powers of differential operators", ISSAC 1997; Borwein and Salvy, "A proof of a
//! recursion for Bessel moments", Experimental Mathematics 17, 2008)
//!
//! ```text
//! L_0 = 1,   L_1 = theta,   L_{k+1} = theta L_k - k (D + 1 - k) x^2 L_{k-1}
//! ```
//!
//! Written L_k = sum over j of x^{2j} P_{k,j}(theta) this is P_{k+1,j}(t) = (t + 2j) P_{k,j}(t) - k (D+1-k)
//! P_{k-1,j-1}(t), and L_{D+1} applied to the series says, since P_{D+1,0}(t) = t^{D+1},
//!
//! ```text
//! (2n)^{D+1} c_n = - sum over j >= 1 of P_{D+1,j}(2n - 2j) c_{n-j},   j up to (D+1)/2
//! ```
//!
//! The solutions of this recurrence, taken for u, grow like n^{-D/2} ((D - 2i) / D)^{2n}: the wanted one, i = 0,
//! dominates the others, so running forward is stable. For D = 1 and 2 u_{2n} is b_n and b_n^2, b_n = C(2n, n) / 4^n.
//!
//! # Returning
//!
//! The renewal equation of Polya (1921; Feller, "An Introduction to Probability Theory and Its Applications" I, 1968,
//! section XIII.3) is F = 1 - 1/U for the generating functions of f_{2n} = P(T = 2n) and u_{2n}. The reciprocal of the
//! series comes from Newton's iteration G <- G + G (1 - U G), which doubles the number of right terms (Brent and Kung,
//! "Fast algorithms for manipulating formal power series", 1978), with fast Fourier transforms; their rounding errors
//! are of the size 1e-16 in the mean square over all terms, so that sums of terms have 14 digits too. For D = 1 it is
//! P(T > 2n) = u_{2n}.
//!
//! # Far horizons
//!
//! P(T < infinity) = p = 1 - 1/U(1) is below 1 from D = 3 on. Near w = 1 there U(w) = U(1) - R(w), and R begins with a
//! polynomial and a singular term whose coefficients are the u_{2n}; 1/U = 1/U(1) + R/U(1)^2 + ..., so
//!
//! ```text
//! P(2n < T < infinity) = n^{1-D/2} (a + b/n + ...),   a = 2 (D / (4 pi))^{D/2} / (D/2 - 1) / U(1)^2
//! ```
//!
//! (for even D the terms after b/n have logarithms, for D = 4 that one too). Where the table ends b is the one that
//! makes the formula right. For D = 2 P(T > 2n) ~ pi / ln n with corrections in powers of 1 / ln n: too slow to be of
//! use, so a horizon beyond `LONGEST` has no answer here.

use std::f64::consts::PI;

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use super::central::central;
use crate::once::Once;

/// The most dimensions.
pub(crate) const MAX_DIMENSIONS: usize = 8;

/// The farthest horizon in two dimensions, in steps.
pub(crate) const LONGEST: u64 = 1 << 22;

/// After this many steps the asymptotic tail takes over, from three dimensions on: where it is good to 1e-13, but still
/// well above the rounding errors of the table.
const LONG: [u64; MAX_DIMENSIONS + 1] = [0, 0, 0, 1 << 19, 1 << 20, 1 << 17, 1 << 15, 1 << 14, 1 << 13];

/// Terms of a reciprocal that come from the schoolbook's recurrence, at the most.
const SCHOOLBOOK: usize = 128;

/// The j in a recurrence, 0 included: (D+1)/2 + 1 at the most.
const TERMS: usize = MAX_DIMENSIONS.div_ceil(2) + 1;

/// u_{2n}, the chance to be at the origin after 2n steps, for n = 0..=`pairs`.
///
/// Relative error: some 1e-16 * sqrt(n).
pub(crate) fn occupation(dimensions: usize, pairs: usize) -> Vec<f64> {
    match dimensions {
        1 => (0..=pairs as u64).map(central).collect(),
        2 => (0..=pairs as u64).map(|n| central(n).powi(2)).collect(),
        _ => recurrence(dimensions, pairs),
    }
}

/// The same by the recurrence, which holds for every number of dimensions.
fn recurrence(dimensions: usize, pairs: usize) -> Vec<f64> {
    let per_pair = 1.0 / (dimensions * dimensions) as f64;
    let mut occupation = vec![0.0; pairs + 1];
    occupation[0] = 1.0;
    // Each u_{2m} is handed on to the sums for m + 1, m + 2, ..., so the polynomials are evaluated once for every m.
    let mut sums = [0.0; TERMS];
    for m in 0..pairs {
        let t = 2.0 * m as f64;
        let polynomials = operator(dimensions, t);
        let mut weight = occupation[m];
        for j in 1..=dimensions.div_ceil(2) {
            let later = t + 2.0 * j as f64;
            weight *= later * (later - 1.0) * per_pair;
            sums[j - 1] -= polynomials[j] * weight;
        }
        occupation[m + 1] = sums[0] / (t + 2.0).powi(dimensions as i32 + 1);
        sums.rotate_left(1);
        sums[TERMS - 1] = 0.0;
    }
    occupation
}

/// P_{D+1,j}(t) for each j.
fn operator(dimensions: usize, t: f64) -> [f64; TERMS] {
    let (mut earlier, mut current) = ([0.0; TERMS], [0.0; TERMS]);
    (earlier[0], current[0]) = (1.0, t);
    for k in 1..=dimensions {
        let factor = (k * (dimensions + 1 - k)) as f64;
        let mut next = [0.0; TERMS];
        next[0] = t * current[0];
        for j in 1..TERMS {
            next[j] = (t + 2.0 * j as f64) * current[j] - factor * earlier[j - 1];
        }
        (earlier, current) = (current, next);
    }
    current
}

/// The probability of ever returning, Polya's number: to 13 digits.
pub(crate) fn polya(dimensions: usize) -> f64 {
    static NUMBERS: [Once<f64>; MAX_DIMENSIONS + 1] = [const { Once::new() }; MAX_DIMENSIONS + 1];
    if dimensions < 3 { 1.0 } else { *NUMBERS[dimensions].get(|| 1.0 - 1.0 / visits(dimensions)) }
}

/// U(1), the expected number of visits to the origin, the start counted in, from three dimensions on.
///
/// What the first N terms leave out is N^{1-D/2} times a series in 1/N, so Richardson's extrapolation takes the
/// exponents D/2 - 1, D/2, ... away one by one.
fn visits(dimensions: usize) -> f64 {
    const FIRST: u32 = 5;
    const LAST: u32 = 13;
    let mut sum = Sum::default();
    let mut partial = Vec::new();
    for (n, u) in occupation(dimensions, 1 << LAST).into_iter().enumerate() {
        sum.add(u);
        if n.is_power_of_two() && n >= 1 << FIRST {
            partial.push(sum.value());
        }
    }
    let mut exponent = dimensions as f64 / 2.0 - 1.0;
    while partial.len() > 1 {
        let gain = exponent.exp2() - 1.0;
        partial = partial.windows(2).map(|pair| pair[1] + (pair[1] - pair[0]) / gain).collect();
        exponent += 1.0;
    }
    partial[0]
}

/// The distribution of the first return.
#[derive(Debug)]
pub(crate) struct LatticeReturnDistribution {
    dimensions: usize,
    /// P(T = 2n) and P(T <= 2n) as far as they are tabulated.
    table: Vec<(f64, f64)>,
    tail: Tail,
}

/// P(2n < T < infinity) = n^{-power} (a + b/n).
#[derive(Debug, Default)]
struct Tail {
    power: f64,
    a: f64,
    b: f64,
}

impl LatticeReturnDistribution {
    /// The distribution at all steps up to `horizon`, or none: beyond `LONGEST` in two dimensions.
    pub(crate) fn new(dimensions: usize, horizon: u64) -> Option<Self> {
        let steps = match dimensions {
            1 => 0,
            2 if horizon > LONGEST => return None,
            2 => horizon,
            _ => horizon.min(LONG[dimensions]),
        };
        let table = tabulate(dimensions, steps as usize / 2);
        let tail = if steps < horizon && dimensions > 2 { Tail::after(dimensions, &table) } else { Tail::default() };
        Some(Self { dimensions, table, tail })
    }

    /// P(T <= `steps`), for steps up to the horizon. Absolute error: 1e-13.
    pub(crate) fn by(&self, steps: u64) -> f64 {
        let pairs = steps / 2;
        match self.table.get(pairs as usize) {
            _ if self.dimensions == 1 => 1.0 - central(pairs),
            Some(&(_, by)) => by,
            None => polya(self.dimensions) - self.tail.at(pairs as f64),
        }
    }

    /// P(T > `steps`), for steps up to the horizon.
    pub(crate) fn after(&self, steps: u64) -> f64 {
        if self.dimensions == 1 { central(steps / 2) } else { 1.0 - self.by(steps) }
    }

    /// P(T = `steps`), for steps up to the horizon. Absolute error: 1e-15.
    pub(crate) fn at(&self, steps: u64) -> f64 {
        let pairs = steps / 2;
        match self.table.get(pairs as usize) {
            _ if !steps.is_multiple_of(2) || steps == 0 => 0.0,
            // b_{n-1} - b_n.
            _ if self.dimensions == 1 => central(pairs) / (2.0 * pairs as f64 - 1.0),
            // Rounding may leave the smallest below 0.
            Some(&(at, _)) => at.max(0.0),
            None => self.tail.slope(pairs as f64 - 0.5),
        }
    }
}

impl Tail {
    /// The tail beyond the end of this table.
    fn after(dimensions: usize, table: &[(f64, f64)]) -> Self {
        let (half, polya) = (dimensions as f64 / 2.0, polya(dimensions));
        let power = half - 1.0;
        let a = 2.0 * (half / (2.0 * PI)).powf(half) / power * (1.0 - polya).powi(2);
        let end = table.len() - 1;
        let n = end as f64;
        Self { power, a, b: ((polya - table[end].1) * n.powf(power) - a) * n }
    }

    fn at(&self, n: f64) -> f64 {
        n.powf(-self.power) * (self.a + self.b / n)
    }

    /// Minus the derivative: half-way it is the difference of two neighbours, up to a relative error of 1 / n^2.
    fn slope(&self, n: f64) -> f64 {
        n.powf(-self.power - 1.0) * (self.power * self.a + (self.power + 1.0) * self.b / n)
    }
}

/// P(T = 2n) and P(T <= 2n) for n = 0..=`pairs`.
fn tabulate(dimensions: usize, pairs: usize) -> Vec<(f64, f64)> {
    let mut sum = Sum::default();
    let returns = reciprocal(&occupation(dimensions, pairs)).into_iter().enumerate();
    let tabulated = returns.map(|(n, term)| {
        let at = if n == 0 { 0.0 } else { -term };
        sum.add(at);
        (at, sum.value())
    });
    tabulated.collect()
}

/// The first terms of 1 / `series`, as many as there are of the series, which begins with 1.
fn reciprocal(series: &[f64]) -> Vec<f64> {
    // As many as doubling takes to the whole length and not to nearly twice that; of small factors, for the transforms.
    let growth = series.len().div_ceil(SCHOOLBOOK).next_power_of_two();
    let mut reciprocal = vec![1.0];
    for n in 1..series.len().div_ceil(growth).next_multiple_of(16).min(series.len()) {
        reciprocal.push(-(1..=n).map(|k| series[k] * reciprocal[n - k]).sum::<f64>());
    }
    let mut planner = FftPlanner::new();
    while reciprocal.len() < series.len() {
        // Cyclic products of twice the length do: what wraps around falls on terms that are known.
        let half = reciprocal.len();
        let mut product = |left: &[f64]| cyclic(&mut planner, left, &reciprocal);
        let mut excess = product(&series[..series.len().min(2 * half)]);
        excess[..half].fill(0.0);
        let correction = product(&excess);
        reciprocal.extend(correction[half..].iter().map(|term| -term));
    }
    reciprocal.truncate(series.len());
    reciprocal
}

/// The cyclic convolution of `left` and `right`, of twice the length of `right`.
///
/// (x + iy)^2 has 2xy as its imaginary part, so one transform there and one back do. Both parts are first brought to
/// one size, for what rounding loses is in proportion to the larger.
fn cyclic(planner: &mut FftPlanner<f64>, left: &[f64], right: &[f64]) -> Vec<f64> {
    let size = |part: &[f64]| part.iter().map(|term| term * term).sum::<f64>().sqrt();
    let (length, ratio) = (2 * right.len(), size(right) / size(left).max(f64::MIN_POSITIVE));
    let mut buffer = vec![Complex::default(); length];
    for (at, term) in left.iter().enumerate() {
        buffer[at].re = term * ratio;
    }
    for (at, term) in right.iter().enumerate() {
        buffer[at].im = *term;
    }
    planner.plan_fft_forward(length).process(&mut buffer);
    for value in &mut buffer {
        *value *= *value;
    }
    planner.plan_fft_inverse(length).process(&mut buffer);
    let scale = 0.5 / (ratio * length as f64);
    buffer.into_iter().map(|value| value.im * scale).collect()
}

/// A sum that keeps what its additions round off (Neumaier, 1974).
#[derive(Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        let (large, small) = if self.sum.abs() >= term.abs() { (self.sum, term) } else { (term, self.sum) };
        self.lost += (large - sum) + small;
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

#[cfg(test)]
#[path = "exact/tests.rs"]
mod tests;
