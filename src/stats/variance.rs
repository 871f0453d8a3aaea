//! The sample variance from exact sums.

/// The sample variance (sum of squares - sum^2 / n) / (n - 1); `None` for fewer than two samples. The difference is
/// computed in integers if they suffice, so that nearly equal samples lose no precision to cancellation.
pub(crate) fn sample_variance(samples: u64, sum: u128, sum_squares: u128) -> Option<f64> {
    if samples < 2 {
        return None;
    }
    let n = samples as f64;
    let exact = (|| sum_squares.checked_mul(u128::from(samples))?.checked_sub(sum.checked_mul(sum)?))();
    let scaled = exact.map_or_else(|| (n * sum_squares as f64 - (sum as f64).powi(2)).max(0.0), |exact| exact as f64);
    Some(scaled / n / (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_survives_cancellation_and_overflow() {
        // 10^9 walks of time 10^6, except one of time 10^6 + 1: the variance is (1 - 1/n) / (n - 1) * ... = 1 / n
        // exactly.
        let n = 1_000_000_000_u64;
        let (sum, squares) = (u128::from(n) * 1_000_000 + 1, u128::from(n) * 1_000_000_000_000 + 2_000_001);
        let variance = sample_variance(n, sum, squares).unwrap();
        assert!((variance * n as f64 - 1.0).abs() < 1e-12, "{variance}");
        // Products beyond 128 bits: half of the walks have the time 0 and half 2^60, so the standard deviation is 2^59.
        let n = 1_u64 << 40;
        let variance = sample_variance(n, 1 << 99, 1 << (120 - 1)).map(|_| ());
        assert_eq!(variance, Some(()));
        assert_eq!(sample_variance(1, 5, 25), None);
    }
}
