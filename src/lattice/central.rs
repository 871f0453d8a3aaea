//! The central binomial probability b_n = C(2n, n) / 4^n: the probability that a simple walk in one dimension is at its
//! origin after 2n steps.
//!
//! b_n = Gamma(n + 1/2) / (sqrt(pi) Gamma(n + 1)). The expansion of this ratio about n + 1/4 contains only even powers
//! (Tricomi and Erdelyi, "The asymptotic expansion of a ratio of gamma functions", Pacific Journal of Mathematics 1,
//! 1951).

/// From this n on, the asymptotic series gives all digits of b_n. Below it, C(2n, n) fits in 128 bits.
pub(crate) const MIN_SERIES_N: u64 = 40;

/// C(2n, n) / 4^n, with an error of at most two units in the last place.
pub(crate) fn central(n: u64) -> f64 {
    if n < MIN_SERIES_N {
        // Exact, apart from one rounding in the conversion to f64: C(2k+2, k+1) = C(2k, k) * 2 (2k+1) / (k+1).
        let binomial = (0..u128::from(n)).fold(1_u128, |binomial, k| binomial * 2 * (2 * k + 1) / (k + 1));
        return binomial as f64 / 4.0_f64.powi(n as i32);
    }
    let scale = 8.0 * n as f64 + 2.0;
    let x = 1.0 / (scale * scale);
    let series = 1.0 + x * (-1.0 + x * (10.5 + x * (-335.5 + x * 22_540.375)));
    (8.0 / (std::f64::consts::PI * scale)).sqrt() * series
}
