//! P(2n < T < infinity) for large n, where T is the first return in three or more dimensions: an asymptotic series.
//!
//! The generating function of the first returns is 1 - 1/U(w), and U(w) is singular like (1 - w)^r at w = 1, with
//! r = D/2 - 1, and for even D with an additional factor ln(1 - w). Products of m + 1 such terms in 1/U have the
//! exponents (m + 1) r + k. For odd D they are half-integers or, without a singularity, integers. For even D they have
//! the factor ln(1 - w)^(m+1). So (Flajolet and Sedgewick, "Analytic Combinatorics", 2009, section VI.2)
//!
//! ```text
//! P(2n < T < infinity) = n^-r (a + sum over j >= 1 and m of c_jm n^-j (ln n)^m)      m = 0; for even D, m <= j / r
//! ```
//!
//! The leading coefficient a is known. The others, up to some order j, follow from the sums of P(T = 2k) between
//! consecutive points in a geometric progression of n. These sums contain no difference of nearly equal numbers.

use nalgebra::{DMatrix, DVector};

/// The smallest n of the fit.
const FIRST: f64 = 32.0;

/// The largest order j, for each number of dimensions from 3 on. The relative error of the series is below 5e-12 for
/// even D and below 1e-13 for odd D.
const ORDERS: [u32; 6] = [6, 4, 6, 5, 6, 6];

/// A sum of terms.
#[derive(Clone, Debug)]
struct Series(Vec<Term>);

/// coefficient n^-exponent (ln n)^logs
#[derive(Clone, Copy, Debug)]
struct Term {
    coefficient: f64,
    exponent: f64,
    logs: u32,
}

impl Term {
    fn new(coefficient: f64, exponent: f64, logs: u32) -> Self {
        Self { coefficient, exponent, logs }
    }

    fn at(&self, n: f64) -> f64 {
        self.coefficient * n.powf(-self.exponent) * n.ln().powi(self.logs as i32)
    }

    fn derivative(&self) -> Vec<Self> {
        let Self { coefficient, exponent, logs } = *self;
        let power = Self::new(-exponent * coefficient, exponent + 1.0, logs);
        let log = (logs > 0).then(|| Self::new(f64::from(logs) * coefficient, exponent + 1.0, logs - 1));
        [Some(power), log].into_iter().flatten().collect()
    }

    /// By repeated integration by parts.
    fn integral(&self) -> Vec<Self> {
        let Self { mut coefficient, exponent, logs } = *self;
        if (exponent - 1.0).abs() < f64::EPSILON {
            return vec![Self::new(coefficient / f64::from(logs + 1), 0.0, logs + 1)];
        }
        let mut terms = Vec::new();
        for logs in (0..=logs).rev() {
            coefficient /= 1.0 - exponent;
            terms.push(Self::new(coefficient, exponent - 1.0, logs));
            coefficient *= -f64::from(logs);
        }
        terms
    }
}

impl Series {
    fn at(&self, n: f64) -> f64 {
        self.0.iter().map(|term| term.at(n)).sum()
    }

    fn derivative(&self) -> Self {
        Self(self.0.iter().flat_map(Term::derivative).collect())
    }

    fn integral(&self) -> Self {
        Self(self.0.iter().flat_map(Term::integral).collect())
    }
}

/// The tail t(n) = P(2n < T < infinity) for n from the end of a table on.
#[derive(Debug)]
pub(super) struct Tail {
    value: Series,
    slope: Series,
    third_derivative: Series,
    integral: Series,
}

impl Tail {
    /// The tail for P(T = 2n) in `returns`, n = 0, 1, ..., and the leading coefficient a.
    pub(super) fn through(dimensions: usize, leading: f64, returns: &[f64]) -> Self {
        let r = dimensions as f64 / 2.0 - 1.0;
        let most_logs = |j: u32| if dimensions.is_multiple_of(2) { j / (dimensions as u32 / 2 - 1) } else { 0 };
        let orders = 1..=ORDERS[dimensions - 3];
        let mut terms: Vec<_> =
            orders.flat_map(|j| (0..=most_logs(j)).map(move |logs| Term::new(1.0, r + f64::from(j), logs))).collect();
        let (count, ratio) = (terms.len(), (returns.len() - 1) as f64 / FIRST);
        let node = |i: usize| (FIRST * ratio.powf(i as f64 / count as f64)).round();
        let leading = Term::new(leading, r, 0);
        // Relative to the leading term, so that all equations have the same weight.
        let between = |term: &Term, i: usize| {
            let change = |term: &Term| term.at(node(i)) - term.at(node(i + 1));
            change(term) / change(&leading)
        };
        let matrix = DMatrix::from_fn(count, count, |i, j| between(&terms[j], i));
        let right = DVector::from_fn(count, |i, _| {
            let sum: f64 = returns[node(i) as usize + 1..=node(i + 1) as usize].iter().rev().sum();
            sum / (leading.at(node(i)) - leading.at(node(i + 1))) - 1.0
        });
        let solution = matrix.lu().solve(&right).expect("different functions of n");
        for (term, coefficient) in terms.iter_mut().zip(&solution) {
            term.coefficient = *coefficient;
        }
        terms.push(leading);
        let tail = Series(terms);
        let slope = tail.derivative();
        Self { third_derivative: slope.derivative().derivative(), integral: tail.integral(), value: tail, slope }
    }

    /// t(n).
    pub(super) fn at(&self, n: f64) -> f64 {
        self.value.at(n)
    }

    /// P(T = 2n) = t(n - 1) - t(n), by derivatives halfway. The first omitted term is smaller by about n^-4.
    pub(super) fn step(&self, n: f64) -> f64 {
        -self.slope.at(n - 0.5) - self.third_derivative.at(n - 0.5) / 24.0
    }

    /// The sum of t(n) over all n from `first` to `end` - 1, by the formula of Euler and Maclaurin. The first omitted
    /// term is smaller by a factor of about `first`^-6.
    pub(super) fn sum(&self, first: f64, end: f64) -> f64 {
        let change = |series: &Series| series.at(end) - series.at(first);
        change(&self.integral) - change(&self.value) / 2.0 + change(&self.slope) / 12.0
            - change(&self.third_derivative) / 720.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_and_integrals_are_inverse() {
        for (exponent, logs) in [(0.5, 0), (1.0, 0), (1.0, 2), (3.0, 3), (2.5, 1)] {
            let term = Series(vec![Term::new(1.7, exponent, logs)]);
            for n in [2.0, 40.0, 1e6] {
                let again = term.integral().derivative().at(n);
                assert!((again / term.at(n) - 1.0).abs() < 1e-13, "{exponent} {logs} {n}");
            }
        }
    }
}
