//! The interface of all distributions of a time: counted in a sample, or exact.

/// The distribution of a time T, a number of steps.
///
/// T may be infinite with a positive probability, as for walks on a lattice that never return. A distribution may be
/// known only up to a [`horizon`](Self::horizon); beyond it the probabilities are `NaN`.
///
/// | type | distribution |
/// | --- | --- |
/// | [`TimeDistribution`](crate::TimeDistribution) | the fractions of the walks of a sample |
/// | `LineDistribution` | exact, for distances and barriers on the line |
/// | `RegionDistribution` | exact, for cubes and small balls |
/// | `ReturnDistribution` | exact, for returns |
///
/// The exact ones need the feature `exact`. `Walk::distribution` returns the exact distribution of any walk, if it is
/// known.
///
/// ```
/// # #[cfg(feature = "exact")] {
/// use lanewalk::{Distribution, Exec, Walk, time_distribution};
///
/// let walk = Walk::to(10.0).samples(10_000);
/// let sample = time_distribution(&walk, &Exec::default())?;
/// let exact = walk.distribution()?.expect("known for one distance");
/// let steps = [100, 241, 1000];
/// for (sample, exact) in sample.survival_at(&steps).into_iter().zip(exact.survival_at(&steps)) {
///     assert!((sample - exact).abs() < 0.02);
/// }
/// assert_eq!(exact.quantile(0.5), Some(241));
/// assert!((exact.mean().unwrap() - 318.293_457_94).abs() < 1e-8);
/// # }
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub trait Distribution: Send + Sync {
    /// The survival function P(T > n) for n = `steps`; `NaN` beyond the horizon.
    fn sf(&self, steps: u64) -> f64;

    /// The cumulative distribution function P(T <= n) for n = `steps`; `NaN` beyond the horizon.
    fn cdf(&self, steps: u64) -> f64 {
        1.0 - self.sf(steps)
    }

    /// The probability mass P(T = n) for n = `steps`; 0 for n = 0, and `NaN` beyond the horizon.
    fn pmf(&self, steps: u64) -> f64 {
        steps.checked_sub(1).map_or(0.0, |before| self.sf(before) - self.sf(steps))
    }

    /// E\[T\] in steps; `None` if it is infinite or unknown.
    fn mean(&self) -> Option<f64>;

    /// E\[min(T, h)\] in steps, for h = `steps`; `None` beyond the horizon.
    fn mean_until(&self, steps: u64) -> Option<f64>;

    /// The number of steps up to which the distribution is known.
    fn horizon(&self) -> u64 {
        u64::MAX
    }

    /// The quantile: the smallest n with P(T <= n) >= `q`. `None` if no n up to the horizon has that property, and for
    /// a `q` outside (0, 1). Cost: about 120 values of [`sf`](Self::sf).
    fn quantile(&self, q: f64) -> Option<u64> {
        if !(q > 0.0 && q < 1.0) {
            return None;
        }
        // The probability that is not near 1 has more digits.
        let is_reached = |steps: u64| if q < 0.5 { self.cdf(steps) >= q } else { self.sf(steps) <= 1.0 - q };
        let mut high = self.horizon().min(1);
        while !is_reached(high) {
            if high == self.horizon() {
                return None;
            }
            high = high.saturating_mul(2).min(self.horizon());
        }
        let mut low = 0;
        while high - low > 1 {
            let middle = low.midpoint(high);
            if is_reached(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// [`sf`](Self::sf) for each of these numbers of steps.
    fn survival_at(&self, steps: &[u64]) -> Vec<f64> {
        steps.iter().map(|steps| self.sf(*steps)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T is geometric: P(T > n) = inside^n, known up to a horizon.
    struct Geometric(f64, u64);

    impl Distribution for Geometric {
        fn sf(&self, steps: u64) -> f64 {
            if steps > self.1 { f64::NAN } else { self.0.powf(steps as f64) }
        }
        fn mean(&self) -> Option<f64> {
            Some(1.0 / (1.0 - self.0))
        }
        fn mean_until(&self, steps: u64) -> Option<f64> {
            Some((1.0 - self.sf(steps)) / (1.0 - self.0))
        }
        fn horizon(&self) -> u64 {
            self.1
        }
    }

    #[test]
    fn quantiles_are_the_smallest_numbers_of_steps() {
        for inside in [0.0, 0.3, 0.99, 1.0 - 1e-9] {
            let times = Geometric(inside, u64::MAX);
            for q in [1e-12, 0.01, 0.5, 0.999] {
                let n = times.quantile(q).unwrap();
                assert!(times.cdf(n) >= q && (n == 1 || times.cdf(n - 1) < q), "{inside}, {q}: {n}");
            }
            assert_eq!([0.0, 1.0, -0.5, f64::NAN].map(|q| times.quantile(q)), [None; 4]);
        }
    }

    #[test]
    fn nothing_is_known_beyond_the_horizon() {
        let times = Geometric(0.5, 5);
        assert_eq!((times.quantile(0.96), times.quantile(0.98)), (Some(5), None));
        assert!(times.sf(6).is_nan() && times.cdf(6).is_nan() && times.pmf(6).is_nan());
        assert_eq!((times.pmf(0), times.pmf(1), times.cdf(2)), (0.0, 0.5, 0.75));
        // The horizon is reached even if it is not a power of two, and if it is 0.
        assert_eq!(Geometric(0.5, 0).quantile(0.5), None);
    }

    #[test]
    fn an_infinite_time_has_no_upper_quantile() {
        struct Never;
        impl Distribution for Never {
            fn sf(&self, _: u64) -> f64 {
                0.25
            }
            fn mean(&self) -> Option<f64> {
                None
            }
            fn mean_until(&self, _: u64) -> Option<f64> {
                None
            }
        }
        assert_eq!((Never.quantile(0.75), Never.quantile(0.76)), (Some(1), None));
    }
}
