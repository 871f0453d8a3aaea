//! The exact distribution of the first return to the origin of the simple random walk on Z^D.
//!
//! Each step goes to one of the 2D neighbours. T is the first n >= 1 with S_n = 0. It is an even number or infinity.
//!
//! # The probability of being at the origin
//!
//! If each coordinate steps at the events of its own Poisson process, the coordinates are independent. The probability
//! u_{2n} of being at the origin after 2n steps therefore follows from a power of a Bessel function:
//!
//! ```text
//! I_0(x)^D = sum of c_n x^{2n},   u_{2n} = c_n (2n)! / D^{2n} ~ 2 (D / (4 pi n))^{D/2}
//! ```
//!
//! I_0 solves theta^2 y = x^2 y with theta = x d/dx. The operator L_{D+1} annihilates the D-th power of I_0 (Bronstein,
//! Mulders and Weil, "On symmetric powers of differential operators", ISSAC 1997; Borwein and Salvy, "A proof of a
//! recursion for Bessel moments", Experimental Mathematics 17, 2008):
//!
//! ```text
//! L_0 = 1,   L_1 = theta,   L_{k+1} = theta L_k - k (D + 1 - k) x^2 L_{k-1}
//! ```
//!
//! With L_k = sum over j of x^{2j} P_{k,j}(theta), this recurrence becomes P_{k+1,j}(t) = (t + 2j) P_{k,j}(t) -
//! k (D+1-k) P_{k-1,j-1}(t). Because P_{D+1,0}(t) = t^{D+1}, L_{D+1} applied to the series gives
//!
//! ```text
//! (2n)^{D+1} c_n = - sum over j >= 1 of P_{D+1,j}(2n - 2j) c_{n-j},   j up to (D+1)/2
//! ```
//!
//! The solutions of this recurrence, expressed in u, grow like n^{-D/2} ((D - 2i) / D)^{2n}. The required solution,
//! i = 0, dominates the others, so forward recursion is stable. For D = 1 and 2, u_{2n} is b_n and b_n^2, with
//! b_n = C(2n, n) / 4^n.
//!
//! # The probability of a first return
//!
//! The renewal equation of Polya (1921; Feller, "An Introduction to Probability Theory and Its Applications" I, 1968,
//! section XIII.3) is F = 1 - 1/U for the generating functions of f_{2n} = P(T = 2n) and u_{2n}. Newton's iteration
//! G <- G + G (1 - U G) computes the reciprocal of the series. Each iteration doubles the number of correct terms
//! (Brent and Kung, "Fast algorithms for manipulating formal power series", 1978). Fast Fourier transforms compute the
//! products. The root mean square of their rounding errors over all terms is about 1e-16, so sums of terms also have 14
//! correct digits. For D = 1, P(T > 2n) = u_{2n}.
//!
//! The absolute error is too large for the tail in many dimensions, where f_{2n} ~ n^{-D/2}. There the terms are
//! computed by direct recurrence, f_{2n} = u_{2n} - sum over 0 < k < n of f_{2k} u_{2n-2k}, for D >= 3 and n up to
//! `TABLE_PAIRS`. The sum is at most half of u_{2n}, so the relative error of every term is about 1e-15.
//!
//! # Large horizons
//!
//! P(T < infinity) = p = 1 - 1/U(1) is less than 1 for D >= 3. The tail is
//!
//! ```text
//! P(2n < T < infinity) = n^{1-D/2} (a + ...),   a = 2 (D / (4 pi))^{D/2} / (D/2 - 1) / U(1)^2
//! ```
//!
//! `tail.rs` computes it beyond the table. Within the table, it is this tail plus the sum of the later f_{2n}. So no
//! tail is the difference of two probabilities, and its relative error is below 5e-12 for every n. P(T <= 2n) is the
//! tail at 0, which is p, minus the tail at n.
//!
//! For D = 2, P(T > 2n) ~ pi / ln n with corrections in powers of 1 / ln n. These converge too slowly to be useful, so
//! a horizon beyond `MAX_HORIZON_2D` is not supported.

use std::f64::consts::PI;

use super::central::central;
use super::tail::Tail;
use crate::error::Result;
use crate::fourier::{Complex, Fourier};
use crate::memory;
use crate::once::Once;
use crate::run_control::RunControl;

/// The maximum number of dimensions.
pub(crate) const MAX_DIMENSIONS: usize = 8;

/// The maximum horizon in two dimensions, in steps.
pub(crate) const MAX_HORIZON_2D: u64 = 1 << 22;

/// The largest n in the table, for three or more dimensions. Beyond it, the asymptotic series is used.
const TABLE_PAIRS: usize = 4096;

/// The maximum number of terms of a reciprocal that the direct recurrence computes.
const MAX_DIRECT_TERMS: usize = 128;

/// The number of terms between two polls of the control.
const PIECE: usize = 1 << 14;

/// The maximum number of values of j in a recurrence, including 0: (D+1)/2 + 1.
const MAX_TERMS: usize = MAX_DIMENSIONS.div_ceil(2) + 1;

/// u_{2n}, the probability of being at the origin after 2n steps, for n = 0..=`pairs`.
///
/// The relative error is about 1e-16 * sqrt(n).
pub(crate) fn occupation(dimensions: usize, pairs: usize, control: &RunControl) -> Result<Vec<f64>> {
    if dimensions > 2 {
        return recurrence(dimensions, pairs, control);
    }
    let mut occupation = memory::room("horizon", pairs + 1)?;
    for first in (0..=pairs).step_by(PIECE) {
        control.check()?;
        let terms = first as u64..(pairs + 1).min(first + PIECE) as u64;
        occupation.extend(terms.map(|n| central(n).powi(dimensions as i32)));
    }
    Ok(occupation)
}

/// [`occupation`] by the recurrence, which is valid for every number of dimensions.
fn recurrence(dimensions: usize, pairs: usize, control: &RunControl) -> Result<Vec<f64>> {
    let per_pair = 1.0 / (dimensions * dimensions) as f64;
    let mut occupation = memory::zeros("horizon", pairs + 1, control)?;
    occupation[0] = 1.0;
    // Each u_{2m} is added to the sums for m + 1, m + 2, ..., so the polynomials are evaluated once for each m.
    let mut sums = [0.0; MAX_TERMS];
    for m in 0..pairs {
        if m.is_multiple_of(PIECE) {
            control.check()?;
        }
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
        sums[MAX_TERMS - 1] = 0.0;
    }
    Ok(occupation)
}

/// P_{D+1,j}(t) for each j.
fn operator(dimensions: usize, t: f64) -> [f64; MAX_TERMS] {
    let (mut earlier, mut current) = ([0.0; MAX_TERMS], [0.0; MAX_TERMS]);
    (earlier[0], current[0]) = (1.0, t);
    for k in 1..=dimensions {
        let factor = (k * (dimensions + 1 - k)) as f64;
        let mut next = [0.0; MAX_TERMS];
        next[0] = t * current[0];
        for j in 1..MAX_TERMS {
            next[j] = (t + 2.0 * j as f64) * current[j] - factor * earlier[j - 1];
        }
        (earlier, current) = (current, next);
    }
    current
}

/// Polya's number, the probability of ever returning, accurate to 13 digits.
pub(crate) fn polya(dimensions: usize) -> f64 {
    static NUMBERS: [Once<f64>; MAX_DIMENSIONS + 1] = [const { Once::new() }; MAX_DIMENSIONS + 1];
    if dimensions < 3 { 1.0 } else { *NUMBERS[dimensions].get(|| 1.0 - 1.0 / visits(dimensions)) }
}

/// U(1), the expected number of visits to the origin including the start, for three or more dimensions.
///
/// The remainder after the first N terms is N^{1-D/2} times a series in 1/N. Richardson extrapolation eliminates the
/// terms with the exponents D/2 - 1, D/2, ... one by one.
fn visits(dimensions: usize) -> f64 {
    const FIRST: u32 = 5;
    const LAST: u32 = 13;
    let mut sum = Sum::default();
    let mut partial = Vec::new();
    let Ok(occupation) = occupation(dimensions, 1 << LAST, &RunControl::new()) else { return f64::NAN };
    for (n, u) in occupation.into_iter().enumerate() {
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
    /// The entries for 2n = 0, 2, ... steps.
    table: Vec<Entry>,
    tail: Option<Tail>,
}

/// The distribution at 2n steps.
#[derive(Debug)]
struct Entry {
    /// P(T = 2n).
    at: f64,
    /// P(2n < T < infinity).
    tail: f64,
    /// The sum of the tails at all k < n.
    sum: f64,
}

impl LatticeReturnDistribution {
    /// The distribution for all steps up to `horizon`; `None` if it exceeds `MAX_HORIZON_2D` in two dimensions.
    pub(crate) fn new(dimensions: usize, horizon: u64, control: &RunControl) -> Result<Option<Self>> {
        let (table, tail) = match dimensions {
            1 => (Vec::new(), None),
            2 if horizon > MAX_HORIZON_2D => return Ok(None),
            2 => (plane(horizon as usize / 2, control)?, None),
            _ => {
                let (table, tail) = space(dimensions, control)?;
                (table, Some(tail))
            }
        };
        Ok(Some(Self { dimensions, table, tail }))
    }

    /// The number of steps up to which the distribution is known.
    pub(crate) fn horizon(&self) -> u64 {
        // An odd number of steps has the distribution of the even number before it.
        if self.dimensions == 1 || self.tail.is_some() { u64::MAX } else { 2 * self.table.len() as u64 - 1 }
    }

    /// P(T <= `steps`), for steps up to the horizon. The absolute error is 1e-13.
    pub(crate) fn by(&self, steps: u64) -> f64 {
        if self.dimensions == 1 { 1.0 - central(steps / 2) } else { self.ever() - self.tail(steps) }
    }

    /// P(T > `steps`), for steps up to the horizon.
    pub(crate) fn after(&self, steps: u64) -> f64 {
        (1.0 - self.ever()) + self.tail(steps)
    }

    /// P(T < infinity), the tail after no steps.
    fn ever(&self) -> f64 {
        self.table.first().map_or(1.0, |entry| entry.tail)
    }

    /// P(`steps` < T < infinity), for steps up to the horizon. The relative error is below 5e-12.
    pub(crate) fn tail(&self, steps: u64) -> f64 {
        let pairs = steps / 2;
        match self.table.get(pairs as usize) {
            _ if self.dimensions == 1 => central(pairs),
            Some(entry) => entry.tail,
            None => self.tail.as_ref().map_or(f64::NAN, |tail| tail.at(pairs as f64)),
        }
    }

    /// P(T = `steps`), for steps up to the horizon. The relative error is below 1e-11, but in two dimensions the
    /// absolute error is 1e-15.
    pub(crate) fn at(&self, steps: u64) -> f64 {
        let pairs = steps / 2;
        match self.table.get(pairs as usize) {
            _ if !steps.is_multiple_of(2) || steps == 0 => 0.0,
            // This is b_{n-1} - b_n.
            _ if self.dimensions == 1 => central(pairs) / (2.0 * pairs as f64 - 1.0),
            // Rounding can make the smallest probabilities negative.
            Some(entry) => entry.at.max(0.0),
            None => self.tail.as_ref().map_or(f64::NAN, |tail| tail.step(pairs as f64)),
        }
    }

    /// E\[min(T, `horizon`)\], the sum of P(T > n) over n < `horizon`, for a horizon up to that of the distribution.
    pub(crate) fn mean_until(&self, horizon: u64) -> f64 {
        // P(T > 2n) and P(T > 2n + 1) are equal.
        let (pairs, odd) = (horizon / 2, horizon % 2);
        let never = (1.0 - self.ever()) * horizon as f64;
        never + 2.0 * self.sum_until(pairs) + if odd == 1 { self.tail(2 * pairs) } else { 0.0 }
    }

    /// E\[T\] given that T is at most `horizon`; `None` if no walk returns so early, and beyond the horizon of the
    /// distribution.
    ///
    /// E\[T; T <= 2n\] is 2 (t_0 + ... + t_{n-1} - n t_n) with the tails t.
    pub(crate) fn mean_returned(&self, horizon: u64) -> Option<f64> {
        let pairs = horizon / 2;
        let sum = if self.dimensions == 1 {
            pairs as f64 * central(pairs)
        } else {
            self.sum_until(pairs) - pairs as f64 * self.tail(2 * pairs)
        };
        Some(2.0 * sum / self.by(2 * pairs)).filter(|mean| pairs > 0 && mean.is_finite())
    }

    /// The sum of the tails at all k < `pairs`.
    fn sum_until(&self, pairs: u64) -> f64 {
        if self.dimensions == 1 {
            // b_0 + ... + b_{n-1} = 2 n b_n, by induction.
            return 2.0 * pairs as f64 * central(pairs);
        }
        match (self.table.get(pairs as usize), &self.tail) {
            (Some(entry), _) => entry.sum,
            (None, Some(tail)) => {
                let end = self.table.len() - 1;
                self.table[end].sum + tail.sum(end as f64, pairs as f64)
            }
            (None, None) => f64::NAN,
        }
    }
}

/// The entries for n = 0..=`pairs` in two dimensions.
fn plane(pairs: usize, control: &RunControl) -> Result<Vec<Entry>> {
    let (mut by, mut sum) = (Sum::default(), Sum::default());
    let terms = reciprocal(&occupation(2, pairs, control)?, control)?;
    let mut table = memory::room("horizon", terms.len())?;
    for (n, term) in terms.into_iter().enumerate() {
        if n.is_multiple_of(PIECE) {
            control.check()?;
        }
        let at = if n == 0 { 0.0 } else { -term };
        by.add(at);
        let tail = 1.0 - by.value();
        table.push(Entry { at, tail, sum: sum.value() });
        sum.add(tail);
    }
    Ok(table)
}

/// The entries for n = 0..=`TABLE_PAIRS` in three or more dimensions, and the tail beyond them.
fn space(dimensions: usize, control: &RunControl) -> Result<(Vec<Entry>, Tail)> {
    let occupation = occupation(dimensions, TABLE_PAIRS, control)?;
    let mut returns: Vec<f64> = direct(&occupation, occupation.len(), control)?.iter().map(|term| -term).collect();
    returns[0] = 0.0;
    let half = dimensions as f64 / 2.0;
    let leading = 2.0 * (half / (2.0 * PI)).powf(half) / (half - 1.0) * (1.0 - polya(dimensions)).powi(2);
    let tail = Tail::through(dimensions, leading, &returns);
    // From the end, so that small terms are added first.
    let mut after = Sum::default();
    after.add(tail.at(TABLE_PAIRS as f64));
    let mut table: Vec<_> = returns
        .into_iter()
        .rev()
        .map(|at| {
            let entry = Entry { at, tail: after.value(), sum: 0.0 };
            after.add(at);
            entry
        })
        .collect();
    table.reverse();
    let mut sum = Sum::default();
    for entry in &mut table {
        entry.sum = sum.value();
        sum.add(entry.tail);
    }
    Ok((table, tail))
}

/// The terms of 1 / `series`, up to the length of `series`. The first term of `series` is 1.
fn reciprocal(series: &[f64], control: &RunControl) -> Result<Vec<f64>> {
    // The number of starting terms is such that doubling ends close to the full length, not at nearly twice that. The
    // number has small prime factors, which makes the transforms fast.
    let growth = series.len().div_ceil(MAX_DIRECT_TERMS).next_power_of_two();
    let mut reciprocal = memory::room("horizon", 2 * series.len())?;
    reciprocal.extend(direct(series, series.len().div_ceil(growth).next_multiple_of(16).min(series.len()), control)?);
    while reciprocal.len() < series.len() {
        // Cyclic products of twice the length suffice, because only known terms are affected by the wrap-around.
        let half = reciprocal.len();
        let fourier = Fourier::new("horizon", 2 * half, control)?;
        let product = |left: &[f64]| cyclic(&fourier, left, &reciprocal, control);
        let mut excess = product(&series[..series.len().min(2 * half)])?;
        excess[..half].fill(0.0);
        let correction = product(&excess)?;
        reciprocal.extend(correction[half..].iter().map(|term| -term));
    }
    reciprocal.truncate(series.len());
    Ok(reciprocal)
}

/// The first `count` terms of 1 / `series`, by their recurrence.
fn direct(series: &[f64], count: usize, control: &RunControl) -> Result<Vec<f64>> {
    let mut reciprocal = memory::room("horizon", count)?;
    reciprocal.push(1.0);
    for n in 1..count {
        if n.is_multiple_of(MAX_DIRECT_TERMS) {
            control.check()?;
        }
        let products = series[1..=n].iter().zip(reciprocal.iter().rev()).map(|(term, earlier)| term * earlier);
        reciprocal.push(-products.sum::<f64>());
    }
    Ok(reciprocal)
}

/// The cyclic convolution of `left` and `right`, with twice the length of `right`.
///
/// The imaginary part of (x + iy)^2 is 2xy, so one forward and one inverse transform suffice. Both parts are first
/// scaled to the same norm, because the rounding errors are proportional to the larger one.
fn cyclic(fourier: &Fourier, left: &[f64], right: &[f64], control: &RunControl) -> Result<Vec<f64>> {
    let size = |part: &[f64]| part.iter().map(|term| term * term).sum::<f64>().sqrt();
    let (length, ratio) = (2 * right.len(), size(right) / size(left).max(f64::MIN_POSITIVE));
    let mut buffer: Vec<Complex> = memory::zeros("horizon", length, control)?;
    let mut scratch = memory::zeros("horizon", fourier.scratch(), control)?;
    for (at, term) in left.iter().enumerate() {
        buffer[at].re = term * ratio;
    }
    for (at, term) in right.iter().enumerate() {
        buffer[at].im = *term;
    }
    fourier.forward(&mut buffer, &mut scratch, control)?;
    for values in buffer.chunks_mut(PIECE) {
        control.check()?;
        for value in values {
            *value *= *value;
        }
    }
    fourier.inverse(&mut buffer, &mut scratch, control)?;
    let scale = 0.5 / (ratio * length as f64);
    let mut product = memory::room("horizon", length)?;
    for values in buffer.chunks(PIECE) {
        control.check()?;
        product.extend(values.iter().map(|value| value.im * scale));
    }
    Ok(product)
}

/// A sum that compensates the rounding errors of its additions (Neumaier, 1974).
#[derive(Default)]
struct Sum {
    sum: f64,
    compensation: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        let (large, small) = if self.sum.abs() >= term.abs() { (self.sum, term) } else { (term, self.sum) };
        self.compensation += (large - sum) + small;
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        self.sum + self.compensation
    }
}

#[cfg(test)]
#[path = "exact/tests.rs"]
mod tests;
