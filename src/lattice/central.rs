//! The central binomial probability b_n = C(2n, n) / 4^n: the chance of a simple walk in one dimension to be at its
//! origin after 2n steps.
//!
//! b_n = Gamma(n + 1/2) / (sqrt(pi) Gamma(n + 1)), and about n + 1/4 the expansion of that ratio has even powers only
//! (Tricomi and Erdelyi, "The asymptotic expansion of a ratio of gamma functions", Pacific Journal of Mathematics 1,
//! 1951).

/// From here on the asymptotic series gives all digits of b_n, and below it C(2n, n) fits 128 bits.
pub(crate) const SERIES_FROM: u64 = 40;

/// C(2n, n) / 4^n, within two units of the last digit.
pub(crate) fn central(n: u64) -> f64 {
    if n < SERIES_FROM {
        // Exact until the one rounding at the end: C(2k+2, k+1) = C(2k, k) * 2 (2k+1) / (k+1).
        let binomial = (0..u128::from(n)).fold(1_u128, |binomial, k| binomial * 2 * (2 * k + 1) / (k + 1));
        return binomial as f64 / 4.0_f64.powi(n as i32);
    }
    let scale = 8.0 * n as f64 + 2.0;
    let x = 1.0 / (scale * scale);
    let series = 1.0 + x * (-1.0 + x * (10.5 + x * (-335.5 + x * 22_540.375)));
    (8.0 / (std::f64::consts::PI * scale)).sqrt() * series
}
