//! The first change of sign of a walk with symmetric, continuously distributed steps, started at 0.
//!
//! T is the first n >= 2 with S_n S_{n-1} < 0, so T > n means that S_1, ..., S_n all have the sign of S_1. Sparre
//! Andersen, "On the fluctuations of sums of random variables II" (Mathematica Scandinavica 2, 1954; Feller, "An
//! Introduction to Probability Theory and Its Applications" II, 1971, section XII.7) showed that this has the same
//! probability for all such steps. It holds for every distribution, heavy tails included:
//!
//! ```text
//! P(S_1 > 0, ..., S_n > 0) = b_n,   P(T > n) = 2 b_n for n >= 1,   b_n = C(2n, n) / 4^n ~ 1 / sqrt(pi n)
//! ```
//!
//! E\[T\] is infinite. For walks cut off at h the mean is finite: E\[min(T, h)\] = sum of P(T > n) over n < h. Since
//! b_0 + ... + b_{h-1} = 2 h b_h (by induction, from 2 (h+1) b_{h+1} = (2h+1) b_h), it is 4 h b_h - 1.
//!
//! b_n = Gamma(n + 1/2) / (sqrt(pi) Gamma(n + 1)), and about n + 1/4 the expansion of that ratio has even powers only
//! (Tricomi and Erdelyi, "The asymptotic expansion of a ratio of gamma functions", Pacific Journal of Mathematics 1,
//! 1951).

use crate::lattice::central::central;

/// P(T > `steps`), within three units of the last digit.
pub(crate) fn after(steps: u64) -> f64 {
    if steps == 0 { 1.0 } else { 2.0 * central(steps) }
}

/// P(T = `steps`): 2 (b_{n-1} - b_n) = 2 b_n / (2n - 1).
pub(crate) fn at(steps: u64) -> f64 {
    if steps < 2 { 0.0 } else { after(steps) / (2.0 * steps as f64 - 1.0) }
}

/// E\[T | T <= `horizon`\]; `None` if no sign changes so early.
///
/// E\[T; T <= h\] = E\[min(T, h)\] - h P(T > h) = 2 h b_h - 1.
pub(crate) fn mean_returned(horizon: u64) -> Option<f64> {
    (horizon > 1).then(|| (2.0 * horizon as f64 * central(horizon) - 1.0) / (1.0 - after(horizon)))
}

/// E\[min(T, `horizon`)\].
pub(crate) fn mean_until(horizon: u64) -> f64 {
    if horizon == 0 { 0.0 } else { 4.0 * horizon as f64 * central(horizon) - 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::central::MIN_SERIES_N;

    #[track_caller]
    fn close(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} is not {expected}");
    }

    #[test]
    fn small_values_are_exact() {
        // 2 C(2n, n) / 4^n; the first step cannot change the sign.
        let known = [1.0, 1.0, 0.75, 0.625, 0.546_875, 0.492_187_5, 0.451_171_875];
        for (steps, after_it) in known.into_iter().enumerate() {
            assert_eq!(after(steps as u64).to_bits(), f64::to_bits(after_it));
        }
    }

    #[test]
    fn series_meets_the_recurrence() {
        // b_n = b_{n-1} (2n-1) / (2n) across the change of method, and again far beyond it.
        for n in [MIN_SERIES_N - 1, MIN_SERIES_N, MIN_SERIES_N + 1, 100, 1000, 1 << 20] {
            close(central(n), central(n - 1) * (2 * n - 1) as f64 / (2 * n) as f64, 7e-16);
        }
        let product = (1..=4000_u64).fold(1.0, |b, n| b * (1.0 - 1.0 / (2 * n) as f64));
        close(central(4000), product, 1e-13);
    }

    #[test]
    fn far_values_meet_the_square_root() {
        for n in [1_u64 << 40, 1 << 53, 1 << 63, u64::MAX] {
            close(after(n), 2.0 / (std::f64::consts::PI * n as f64).sqrt(), 1e-13_f64.max(1.0 / n as f64));
        }
    }

    #[test]
    fn mean_is_the_sum_of_the_tail() {
        let mut sum = 0.0;
        for horizon in 0..3000 {
            assert!((mean_until(horizon) - sum).abs() < 1e-13 * (sum + 1.0), "{horizon}");
            sum += after(horizon);
        }
    }

    #[test]
    fn probabilities_sum_to_the_distribution_and_to_the_mean() {
        let (mut by, mut times) = (0.0, 0.0);
        for steps in 0..3000 {
            by += at(steps);
            times += steps as f64 * at(steps);
            assert!((by - (1.0 - after(steps))).abs() < 1e-13, "{steps}");
            match mean_returned(steps) {
                Some(mean) => close(mean, times / by, 1e-11),
                None => assert!(steps < 2),
            }
        }
        // P(T = n) ~ n^{-3/2} / sqrt(pi), where the difference of two tails would have no digits left.
        close(at(1 << 50), 2.0_f64.powi(-75) / std::f64::consts::PI.sqrt(), 1e-14);
    }

    #[test]
    fn integration_for_uniform_steps() {
        // The density of S_n on S_1, ..., S_n > 0, on the midpoints of cells; its mass is P(T > n) / 2.
        const CELLS: usize = 200;
        let mut density = vec![0.5; CELLS];
        for steps in 1..=4 {
            let mass = density.iter().sum::<f64>() / CELLS as f64;
            close(2.0 * mass, after(steps), 1e-5 * steps as f64);
            let reach = density.len() + CELLS;
            let next = |cell: usize| {
                let window = cell.saturating_sub(CELLS)..(cell + CELLS + 1).min(density.len());
                // A cell at distance 1 to either side is half within the reach of a step.
                let end = |at: Option<usize>| at.and_then(|at| density.get(at)).copied().unwrap_or(0.0) / 2.0;
                let whole: f64 = density[window.start.min(density.len())..window.end].iter().sum();
                (whole - end(cell.checked_sub(CELLS)) - end(Some(cell + CELLS))) / (2 * CELLS) as f64
            };
            density = (0..reach).map(next).collect();
        }
    }
}
