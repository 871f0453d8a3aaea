//! The spread of min(T, h) for an exact distribution of T.
//!
//! With G(n) = P(T > n), the moments are sums by parts:
//!
//! ```text
//! E[min(T, h)]   = sum of G(n)                    over 0 <= n < h
//! E[min(T, h)^2] = sum of (2 n + 1) G(n)
//! E[min(T, h)^3] = sum of (3 n^2 + 3 n + 1) G(n)
//! ```
//!
//! The first `DIRECT` terms are summed directly. The other terms are summed over panels whose ends have a constant
//! ratio, by Simpson's rule with the corrections of Euler and Maclaurin at the ends. Times on a lattice are all even,
//! so two consecutive terms count as one, which varies smoothly. The relative error is below 10^-6.

use super::distribution::Distribution;
use super::z_score::Spread;

/// The number of terms that are summed directly.
const DIRECT: u64 = 4096;

/// The inverse of the relative length of a panel.
const PANELS: u64 = 32;

/// The sums end where P(T > n) is below this value.
const MIN_SURVIVAL: f64 = 1e-12;

/// The standard deviation and the skewness of min(T, `horizon`); `None` where the distribution is not known up to the
/// horizon. Cost: about 4096 values of P(T > n), and 100 for each factor of ten of the horizon beyond.
pub(crate) fn spread_until(times: &dyn Distribution, horizon: u64) -> Option<Spread> {
    let [mean, second, third] = moments_until(times, horizon)?;
    let variance = second - mean * mean;
    let central = third - 3.0 * mean * second + 2.0 * mean.powi(3);
    (variance > 0.0).then(|| Spread::Exact { std_dev: variance.sqrt(), skewness: central / variance.powf(1.5) })
}

/// The spread of T among the walks with T <= `horizon`, of which only the skewness is needed.
pub(crate) fn spread_within(times: &dyn Distribution, horizon: u64) -> Option<Spread> {
    let (moments, beyond) = (moments_until(times, horizon)?, times.sf(horizon));
    let h = horizon as f64;
    let within = |power: i32| (moments[power as usize - 1] - h.powi(power) * beyond) / (1.0 - beyond);
    let (mean, second, third) = (within(1), within(2), within(3));
    let variance = second - mean * mean;
    let central = third - 3.0 * mean * second + 2.0 * mean.powi(3);
    (variance > 0.0).then(|| Spread::Skewness(central / variance.powf(1.5)))
}

/// The first three moments of min(T, `horizon`).
fn moments_until(times: &dyn Distribution, horizon: u64) -> Option<[f64; 3]> {
    if horizon > times.horizon() {
        return None;
    }
    let term = |n: u64| {
        let (survival, n) = (times.sf(n), n as f64);
        [survival, (2.0 * n + 1.0) * survival, (3.0 * n * n + 3.0 * n + 1.0) * survival]
    };
    let pair = |k: u64| {
        let (first, second) = (term(2 * k), term(2 * k + 1));
        [0, 1, 2].map(|power| first[power] + second[power])
    };
    let mut sums = [0.0; 3];
    let mut add = |terms: [f64; 3], weight: f64| {
        for (sum, term) in sums.iter_mut().zip(terms) {
            *sum += weight * term;
        }
    };
    (0..horizon.min(DIRECT)).for_each(|n| add(term(n), 1.0));
    if horizon <= DIRECT {
        return Some(sums);
    }
    // The last term of an odd horizon has no partner.
    if horizon % 2 == 1 {
        add(term(horizon - 1), 1.0);
    }
    let (mut first, end) = (DIRECT / 2, horizon / 2);
    while first < end && times.sf(2 * first) > MIN_SURVIVAL {
        // The sum over first <= k < last.
        let half = (first / PANELS / 2).max(1).min((end - first) / 2);
        if half == 0 {
            add(pair(first), 1.0);
            break;
        }
        let (middle, last) = (first + half, first + 2 * half);
        let [low, centre, high] = [pair(first), pair(middle), pair(last.min(end.max(1)))];
        let width = 2.0 * half as f64;
        add(low, width / 6.0 + 0.5);
        add(centre, 4.0 * width / 6.0);
        add(high, width / 6.0 - 0.5);
        // The slopes at the ends of the parabola.
        let slope = |power: usize| 4.0 * (low[power] - 2.0 * centre[power] + high[power]) / width;
        add([0, 1, 2].map(slope), 1.0 / 12.0);
        first = last;
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(T > n) = inside^n.
    struct Geometric(f64);

    impl Distribution for Geometric {
        fn sf(&self, steps: u64) -> f64 {
            (self.0.ln() * steps as f64).exp()
        }
        fn mean(&self) -> Option<f64> {
            None
        }
        fn mean_until(&self, _: u64) -> Option<f64> {
            None
        }
    }

    /// Twice a time with P(T > n) = 1 / sqrt(1 + n).
    struct EvenPower;

    impl Distribution for EvenPower {
        fn sf(&self, steps: u64) -> f64 {
            (1.0 + (steps / 2) as f64).powf(-0.5)
        }
        fn mean(&self) -> Option<f64> {
            None
        }
        fn mean_until(&self, _: u64) -> Option<f64> {
            None
        }
    }

    #[test]
    fn moments_of_a_geometric_time() {
        for inside in [0.3_f64, 0.99, 0.999_99, 1.0 - 1e-9] {
            let leaves = 1.0 - inside;
            let Some(Spread::Exact { std_dev, skewness }) = spread_until(&Geometric(inside), u64::MAX) else {
                panic!("known")
            };
            assert!((std_dev * leaves / inside.sqrt() - 1.0).abs() < 1e-6, "{inside}: {std_dev}");
            assert!((skewness * inside.sqrt() / (1.0 + inside) - 1.0).abs() < 1e-5, "{inside}: {skewness}");
        }
    }

    #[test]
    fn sums_match_a_direct_sum() {
        for horizon in [1, 7, 4096, 4097, 4099, 10_000, 123_457] {
            for times in [&EvenPower as &dyn Distribution, &Geometric(0.9999)] {
                let found = moments_until(times, horizon).unwrap();
                let mut expected = [0.0; 3];
                for n in 0..horizon {
                    let (survival, n) = (times.sf(n), n as f64);
                    expected[0] += survival;
                    expected[1] += (2.0 * n + 1.0) * survival;
                    expected[2] += (3.0 * n * n + 3.0 * n + 1.0) * survival;
                }
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found / expected - 1.0).abs() < 1e-6, "{horizon}: {found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn times_within_the_horizon() {
        // A geometric time that is cut at h, by summing its probabilities.
        let (inside, horizon) = (0.995_f64, 300_u64);
        let times = Geometric(inside);
        let mut sums = [0.0; 4];
        for n in 1..=horizon {
            let mass = times.sf(n - 1) - times.sf(n);
            (0..4).for_each(|power| sums[power] += mass * (n as f64).powi(power as i32));
        }
        let [mean, second, third] = [1, 2, 3].map(|power| sums[power] / sums[0]);
        let variance = second - mean * mean;
        let skewness = (third - 3.0 * mean * second + 2.0 * mean.powi(3)) / variance.powf(1.5);
        let Some(Spread::Skewness(found)) = spread_within(&times, horizon) else { panic!("known") };
        assert!((found - skewness).abs() < 1e-6, "{found} is not {skewness}");
    }
}
