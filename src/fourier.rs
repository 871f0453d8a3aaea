//! A discrete Fourier transform of any length that can be stopped.
//!
//! A transform of the crate rustfft cannot be stopped, and takes a second for 10^7 values. Here, a long transform
//! consists of transforms of at most `MAX_WHOLE` values, and the control is polled between them:
//!
//! - For a length n = a b, the values are an a x b matrix. The result follows from transforms of the columns, a
//!   multiplication by exp(-2 pi i k c / n), and transforms of the rows (Bailey, "FFTs in external or hierarchical
//!   memory", The Journal of Supercomputing 4, 1990).
//! - For a prime length n, the transform is a convolution with exp(pi i k^2 / n). The convolution uses transforms of a
//!   length of at least 2 n - 1 with small prime factors (Bluestein, "A linear filtering approach to the computation of
//!   discrete Fourier transform", IEEE Transactions on Audio and Electroacoustics 18, 1970).

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::{Fft, FftPlanner};

use crate::error::Result;
use crate::memory;
use crate::run_control::RunControl;

pub(crate) type Complex = rustfft::num_complex::Complex<f64>;

/// The maximum length that rustfft transforms at once, which takes less than a millisecond.
const MAX_WHOLE: usize = 1 << 15;

/// The number of values between two polls in a loop over all values.
const PIECE: usize = 1 << 16;

/// The number of columns that are copied to scratch memory together.
const STRIP: usize = 32;

/// A plan for transforms X_k = sum over j of x_j exp(-2 pi i j k / n) of one length n, and for their inverses.
pub(crate) struct Fourier {
    length: usize,
    kind: Kind,
}

enum Kind {
    /// The forward and the inverse transform.
    Whole([Arc<dyn Fft<f64>>; 2]),
    Product {
        columns: Box<Fourier>,
        rows: Box<Fourier>,
        roots: Roots,
    },
    Convolution {
        inner: Box<Fourier>,
        roots: Roots,
        kernel: Vec<Complex>,
    },
}

/// The sign of the exponent of a transform.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Inverse,
}

impl Direction {
    /// The value for this direction of a factor that belongs to the forward transform.
    fn factor(self, forward: Complex) -> Complex {
        if self == Self::Forward { forward } else { forward.conj() }
    }
}

impl Fourier {
    /// A plan for `length` values. Memory errors name `argument`.
    pub(crate) fn new(argument: &'static str, length: usize, control: &RunControl) -> Result<Self> {
        Self::with_limit(argument, length, MAX_WHOLE, control)
    }

    /// A plan that consists of transforms of at most `limit` values.
    fn with_limit(argument: &'static str, length: usize, limit: usize, control: &RunControl) -> Result<Self> {
        let kind = if length <= limit {
            let mut planner = FftPlanner::new();
            Kind::Whole([planner.plan_fft_forward(length), planner.plan_fft_inverse(length)])
        } else if let Some(columns) = middle_divisor(length) {
            let part = |length| Self::with_limit(argument, length, limit, control).map(Box::new);
            Kind::Product { columns: part(columns)?, rows: part(length / columns)?, roots: Roots::new(length as u64) }
        } else {
            Self::convolution(argument, length, limit, control)?
        };
        Ok(Self { length, kind })
    }

    fn convolution(argument: &'static str, length: usize, limit: usize, control: &RunControl) -> Result<Kind> {
        let inner = Self::with_limit(argument, smooth_length(2 * length - 1), limit, control)?;
        let roots = Roots::new(2 * length as u64);
        let mut kernel = memory::zeros(argument, inner.length, control)?;
        for k in 0..length {
            kernel[k] = roots.chirp(k).conj();
            kernel[(inner.length - k) % inner.length] = kernel[k];
            if k.is_multiple_of(PIECE) {
                control.check()?;
            }
        }
        let mut scratch = memory::zeros(argument, inner.scratch(), control)?;
        inner.forward(&mut kernel, &mut scratch, control)?;
        Ok(Kind::Convolution { inner: Box::new(inner), roots, kernel })
    }

    /// The number of values of scratch memory that [`forward`](Self::forward) and [`inverse`](Self::inverse) need.
    pub(crate) fn scratch(&self) -> usize {
        match &self.kind {
            Kind::Whole(fft) => fft[0].get_inplace_scratch_len().max(fft[1].get_inplace_scratch_len()),
            Kind::Product { columns, rows, .. } => {
                (STRIP * columns.length + columns.ordered_scratch()).max(rows.ordered_scratch())
            }
            Kind::Convolution { inner, .. } => inner.length + inner.scratch(),
        }
    }

    /// The number of values of scratch memory that [`ordered`](Self::ordered) needs.
    fn ordered_scratch(&self) -> usize {
        let order = if matches!(self.kind, Kind::Product { .. }) { self.length } else { 0 };
        self.scratch().max(order)
    }

    /// An upper bound on the number of bytes of a plan and its scratch memory.
    #[cfg(feature = "spectral")]
    pub(crate) fn bytes(length: usize) -> u128 {
        let (value, some) = (size_of::<Complex>() as u128, 1 << 24);
        match middle_divisor(length) {
            _ if length <= MAX_WHOLE => some,
            Some(columns) => some + Self::ordered_bytes(columns).max(Self::ordered_bytes(length / columns)),
            None => some + 2 * value * smooth_length(2 * length - 1) as u128,
        }
    }

    #[cfg(feature = "spectral")]
    fn ordered_bytes(length: usize) -> u128 {
        Self::bytes(length).max(size_of::<Complex>() as u128 * length as u128)
    }

    /// Transforms `values` in place, whose number is the length of the plan. X_k is then at [`place`](Self::place)(k).
    /// After an error the values are unusable.
    pub(crate) fn forward(&self, values: &mut [Complex], scratch: &mut [Complex], control: &RunControl) -> Result<()> {
        match &self.kind {
            Kind::Product { .. } => {
                self.columns(values, scratch, Direction::Forward, true, control)?;
                self.rows(values, scratch, Direction::Forward, control)
            }
            _ => self.ordered(values, scratch, Direction::Forward, control),
        }
    }

    /// The inverse of [`forward`](Self::forward), up to the factor n: X_k is at [`place`](Self::place)(k) before it,
    /// and x_j is at j after it.
    pub(crate) fn inverse(&self, values: &mut [Complex], scratch: &mut [Complex], control: &RunControl) -> Result<()> {
        match &self.kind {
            Kind::Product { .. } => {
                self.rows(values, scratch, Direction::Inverse, control)?;
                self.columns(values, scratch, Direction::Inverse, false, control)
            }
            _ => self.ordered(values, scratch, Direction::Inverse, control),
        }
    }

    /// The place of X_k after [`forward`](Self::forward).
    pub(crate) fn place(&self, k: usize) -> usize {
        match &self.kind {
            Kind::Product { columns, rows, .. } => k % columns.length * rows.length + k / columns.length,
            Kind::Whole(_) | Kind::Convolution { .. } => k,
        }
    }

    /// Transforms `values` in place, in their natural order before and after it.
    fn ordered(
        &self,
        values: &mut [Complex],
        scratch: &mut [Complex],
        direction: Direction,
        control: &RunControl,
    ) -> Result<()> {
        control.check()?;
        match &self.kind {
            Kind::Whole(both) => {
                let fft = &both[usize::from(direction == Direction::Inverse)];
                fft.process_with_scratch(values, &mut scratch[..fft.get_inplace_scratch_len()]);
            }
            Kind::Product { .. } => {
                self.columns(values, scratch, direction, true, control)?;
                self.rows(values, scratch, direction, control)?;
                for (piece, ordered) in scratch[..self.length].chunks_mut(PIECE).enumerate() {
                    control.check()?;
                    (piece * PIECE..).zip(ordered).for_each(|(k, value)| *value = values[self.place(k)]);
                }
                for (values, ordered) in values.chunks_mut(PIECE).zip(scratch.chunks(PIECE)) {
                    control.check()?;
                    values.copy_from_slice(&ordered[..values.len()]);
                }
            }
            Kind::Convolution { inner, roots, kernel } => {
                let (product, rest) = scratch.split_at_mut(inner.length);
                for (piece, products) in product.chunks_mut(PIECE).enumerate() {
                    control.check()?;
                    for (k, product) in (piece * PIECE..).zip(products) {
                        let value = values.get(k).map(|value| direction.factor(*value) * roots.chirp(k));
                        *product = value.unwrap_or_default();
                    }
                }
                inner.forward(product, rest, control)?;
                for (products, factors) in product.chunks_mut(PIECE).zip(kernel.chunks(PIECE)) {
                    control.check()?;
                    products.iter_mut().zip(factors).for_each(|(product, factor)| *product *= factor);
                }
                inner.inverse(product, rest, control)?;
                let scale = 1.0 / inner.length as f64;
                for (piece, values) in values.chunks_mut(PIECE).enumerate() {
                    control.check()?;
                    for (k, value) in (piece * PIECE..).zip(values) {
                        *value = direction.factor(product[k] * roots.chirp(k) * scale);
                    }
                }
            }
        }
        Ok(())
    }

    /// Transforms each column of the matrix, and multiplies it by its roots `after` or before the transform.
    fn columns(
        &self,
        values: &mut [Complex],
        scratch: &mut [Complex],
        direction: Direction,
        after: bool,
        control: &RunControl,
    ) -> Result<()> {
        let Kind::Product { columns, rows, roots } = &self.kind else { unreachable!("only products have columns") };
        let (strip, rest) = scratch.split_at_mut(STRIP * columns.length);
        for first in (0..rows.length).step_by(STRIP) {
            let width = STRIP.min(rows.length - first);
            for (r, row) in values.chunks_exact(rows.length).enumerate() {
                for c in 0..width {
                    strip[c * columns.length + r] = row[first + c];
                }
            }
            for (c, column) in strip.chunks_exact_mut(columns.length).take(width).enumerate() {
                let multiply = |column: &mut [Complex]| {
                    for (k, value) in column.iter_mut().enumerate() {
                        *value *= direction.factor(roots.get((first + c) as u64 * k as u64));
                    }
                };
                if !after {
                    multiply(column);
                }
                columns.ordered(column, rest, direction, control)?;
                if after {
                    multiply(column);
                }
            }
            for (r, row) in values.chunks_exact_mut(rows.length).enumerate() {
                for c in 0..width {
                    row[first + c] = strip[c * columns.length + r];
                }
            }
        }
        Ok(())
    }

    /// Transforms each row of the matrix.
    fn rows(
        &self,
        values: &mut [Complex],
        scratch: &mut [Complex],
        direction: Direction,
        control: &RunControl,
    ) -> Result<()> {
        let Kind::Product { rows, .. } = &self.kind else { unreachable!("only products have rows") };
        for row in values.chunks_exact_mut(rows.length) {
            rows.ordered(row, scratch, direction, control)?;
        }
        Ok(())
    }
}

/// The roots of unity exp(-2 pi i j / n), as products of entries of two small tables.
pub(crate) struct Roots {
    coarse: Vec<Complex>,
    fine: Vec<Complex>,
    order: u64,
}

impl Roots {
    pub(crate) fn new(order: u64) -> Self {
        let fine = order.isqrt() + 1;
        let root = |j: u64| {
            let (sine, cosine) = (TAU * (j as f64 / order as f64)).sin_cos();
            Complex::new(cosine, -sine)
        };
        Self {
            coarse: (0..=order / fine).map(|j| root(j * fine)).collect(),
            fine: (0..fine).map(root).collect(),
            order,
        }
    }

    /// The root with the exponent `j`, 0 <= `j` < n.
    pub(crate) fn get(&self, j: u64) -> Complex {
        let fine = self.fine.len() as u64;
        self.coarse[(j / fine) as usize] * self.fine[(j % fine) as usize]
    }

    /// exp(-pi i k^2 / m) for roots of the order n = 2 m. The exponent is reduced as an integer, so large k lose no
    /// digits.
    fn chirp(&self, k: usize) -> Complex {
        self.get(k as u64 * k as u64 % self.order)
    }
}

/// The largest divisor of `length` between 2 and its square root; `None` for a prime.
fn middle_divisor(length: usize) -> Option<usize> {
    (2..=length.isqrt()).rev().find(|divisor| length.is_multiple_of(*divisor))
}

/// The smallest number of at least `least` without prime factors above 5.
fn smooth_length(least: usize) -> usize {
    let is_smooth = |number: &usize| {
        let mut rest = *number;
        for prime in [2, 3, 5] {
            while rest.is_multiple_of(prime) {
                rest /= prime;
            }
        }
        rest == 1
    };
    (least..=least.next_power_of_two()).find(is_smooth).unwrap_or_else(|| unreachable!("powers of two are smooth"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::rand_core::Rng;

    use crate::error::Error;
    use crate::stream::Stream;

    /// Values between -1 and 1.
    fn random(length: usize) -> Vec<Complex> {
        let mut stream = Stream::of_base(1, length as u64);
        let mut part = || (stream.next_u64() as i64) as f64 / 2_f64.powi(63);
        (0..length).map(|_| Complex::new(part(), part())).collect()
    }

    fn transformed(values: &[Complex], limit: usize) -> Vec<Complex> {
        let control = RunControl::new();
        let fourier = Fourier::with_limit("points", values.len(), limit, &control).unwrap();
        let (mut found, mut scratch) = (values.to_vec(), vec![Complex::default(); fourier.scratch()]);
        fourier.forward(&mut found, &mut scratch, &control).unwrap();
        (0..values.len()).map(|k| found[fourier.place(k)]).collect()
    }

    /// Lengths and limits: whole transforms, products, products of products, multiples of a prime, and primes.
    const PLANS: [(usize, usize); 12] = [
        (1, MAX_WHOLE),
        (2, MAX_WHOLE),
        (MAX_WHOLE, MAX_WHOLE),
        (100_000, MAX_WHOLE),
        (65_537, MAX_WHOLE),
        (3 * 32_771, MAX_WHOLE),
        (17 * 17 * 17, 32),
        (1 << 13, 16),
        (7 * 1009, 32),
        (2003, 32),
        (2 * 3 * 37 * 37, 32),
        (9, 4),
    ];

    #[test]
    fn long_transforms_agree_with_the_library() {
        for (length, limit) in PLANS {
            let values = random(length);
            let mut expected = values.clone();
            FftPlanner::new().plan_fft_forward(length).process(&mut expected);
            let size = (length as f64).sqrt();
            for (found, expected) in transformed(&values, limit).iter().zip(&expected) {
                assert!((found - expected).norm() < 1e-13 * size, "{length}: {found} is not {expected}");
            }
        }
    }

    #[test]
    fn inverse_restores_the_values() {
        let control = RunControl::new();
        for (length, limit) in PLANS {
            let fourier = Fourier::with_limit("points", length, limit, &control).unwrap();
            let (values, mut scratch) = (random(length), vec![Complex::default(); fourier.scratch()]);
            let mut found = values.clone();
            fourier.forward(&mut found, &mut scratch, &control).unwrap();
            fourier.inverse(&mut found, &mut scratch, &control).unwrap();
            for (found, value) in found.iter().zip(&values) {
                assert!((found / length as f64 - value).norm() < 1e-14, "{length}: {found} is not {value}");
            }
        }
    }

    #[test]
    fn single_terms_agree_with_the_definition() {
        let length = 40_000;
        let values = random(length);
        let found = transformed(&values, MAX_WHOLE);
        for k in [0, 1, 2, 199, 20_000, 39_999] {
            let term = |(j, value): (usize, &Complex)| {
                let (sine, cosine) = (TAU * ((j * k % length) as f64 / length as f64)).sin_cos();
                value * Complex::new(cosine, -sine)
            };
            let expected: Complex = values.iter().enumerate().map(term).sum();
            assert!((found[k] - expected).norm() < 1e-10, "{k}: {} is not {expected}", found[k]);
        }
    }

    #[cfg(feature = "spectral")]
    #[test]
    fn memory_is_planned() {
        let control = RunControl::new();
        for (length, _) in PLANS {
            let fourier = Fourier::new("points", length, &control).unwrap();
            let kernel = if let Kind::Convolution { kernel, .. } = &fourier.kind { kernel.len() } else { 0 };
            let bytes = size_of::<Complex>() * (fourier.scratch() + kernel);
            assert!((bytes as u128) <= Fourier::bytes(length), "{length}: {bytes}");
        }
    }

    #[test]
    fn a_transform_is_stopped_before_its_end() {
        // The hook is due a millisecond after its control was made, and the transform takes longer.
        for length in [1 << 21, 1_048_583] {
            let fourier = Fourier::new("points", length, &RunControl::new()).unwrap();
            let (mut values, mut scratch) = (random(length), vec![Complex::default(); fourier.scratch()]);
            let control = RunControl::new().interrupt(|| true).for_this_thread();
            assert_eq!(fourier.forward(&mut values, &mut scratch, &control), Err(Error::Stopped), "{length}");
        }
    }

    #[test]
    fn a_stop_is_an_error() {
        let control = RunControl::new();
        let fourier = Fourier::new("points", 1 << 16, &control).unwrap();
        control.stop();
        let (mut values, mut scratch) = (random(1 << 16), vec![Complex::default(); fourier.scratch()]);
        assert!(fourier.forward(&mut values, &mut scratch, &control).is_err());
        assert!(Fourier::new("points", 65_537, &control).is_err());
    }
}
