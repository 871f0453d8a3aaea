//! Compares the exact values with an iteration that shares no code with them, and samples with the exact values.
//!
//! Every statistical test has fixed seeds, and states how often it would fail for a correct program with random seeds.

use lanewalk::{Exec, Method, Walk, exact_moments, first_passage};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The mean and the second moment of T for the start 0, by iteration of P_x(T > n): g_0 = 1, and g_{n+1}(x) is half the
/// integral of g_n over \[x-1, x+1\] within (-y, y). The trapezoid rule uses `per_unit` points per unit; their spacing
/// must divide y and 1.
fn survival_moments(y: f64, per_unit: usize) -> (f64, f64) {
    let half = (y * per_unit as f64).round() as usize;
    let mut survival = vec![1.0; 2 * half + 1];
    let (mut first, mut second, mut n) = (0.0, 0.0, 0.0);
    while survival[half] > 1e-18 {
        first += survival[half];
        second += (2.0 * n + 1.0) * survival[half];
        n += 1.0;
        // The integral from the lower end to each point.
        let mut integral = vec![0.0; survival.len()];
        for i in 1..survival.len() {
            integral[i] = integral[i - 1] + f64::midpoint(survival[i - 1], survival[i]) / per_unit as f64;
        }
        for (i, value) in survival.iter_mut().enumerate() {
            let (low, high) = (i.saturating_sub(per_unit), (i + per_unit).min(2 * half));
            *value = (integral[high] - integral[low]) / 2.0;
        }
    }
    (first, second)
}

#[test]
fn exact_moments_agree_with_direct_iteration() {
    for y in [0.25, 0.75, 1.0, 1.5, 3.25, 11.0] {
        // The error of the trapezoid rule is even in the spacing, so two grids extrapolate to an error of the fourth
        // power.
        let (coarse, fine) = (survival_moments(y, 100), survival_moments(y, 200));
        let (mean, second) = ((4.0 * fine.0 - coarse.0) / 3.0, (4.0 * fine.1 - coarse.1) / 3.0);
        let exact = exact_moments(y).unwrap();
        assert!((exact.mean / mean - 1.0).abs() < 1e-8, "mean at {y}: {} and {mean}", exact.mean);
        let std_dev = (second - mean * mean).sqrt();
        assert!((exact.std_dev / std_dev - 1.0).abs() < 1e-8, "std dev at {y}: {} and {std_dev}", exact.std_dev);
    }
}

#[test]
fn ten_million_walks_agree_with_the_exact_mean() {
    // A correct program has |z| >= 5 once in 1.7 million seeds. The checked profile is many times slower; its purpose
    // is to detect overflow.
    let samples = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
    let walk = Walk::to(10.0).samples(samples).seed(2026);
    let crossing = &first_passage(&walk, &Exec::default()).unwrap()[0];
    let z = crossing.z().unwrap();
    assert!(z.abs() < 5.0, "z = {z}");
    // The standard deviation agrees too. With such a tail, its relative standard error is below 2 / sqrt(n).
    let ratio = crossing.tally.std_dev().unwrap() / crossing.exact().std_dev;
    assert!((ratio - 1.0).abs() < 5.0 * 2.0 / (samples as f64).sqrt(), "{ratio}");
}

#[test]
fn wald_agrees_with_the_exact_mean() {
    // Six tests; each fails once in 1.7 million seeds.
    let walk = Walk::to_each([0.3, 1.0, 2.5, 10.0, 40.0, 150.0]).samples(20_000).seed(3).method(Method::Wald);
    for crossing in first_passage(&walk, &Exec::default()).unwrap() {
        let z = crossing.z().unwrap();
        assert!(z.abs() < 5.0, "z = {z} at {}", crossing.distance);
        if crossing.distance >= 10.0 {
            // By theory, the relative error of one walk is about 0.5 / Y.
            let relative = crossing.estimate().unwrap().std_error.unwrap() * 20_000_f64.sqrt() / crossing.exact().mean;
            assert!((0.4..0.6).contains(&(relative * crossing.distance)), "{relative}");
        }
    }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn z_scores_of_many_seeds_are_normal() {
    // The sum of 200 squared z-scores is chi-squared with 200 degrees of freedom. Each tail is tested at 1e-6.
    for method in [Method::Plain, Method::Wald] {
        let exact = exact_moments(7.25).unwrap();
        let z = |seed| {
            let walk = Walk::to(7.25).samples(20_000).seed(seed).method(method);
            first_passage(&walk, &Exec::default()).unwrap()[0].estimate().unwrap().z(exact.mean).unwrap()
        };
        let squares: f64 = (1000..1200).map(z).map(|z| z * z).sum();
        let probability = ChiSquared::new(200.0).unwrap().cdf(squares);
        assert!((1e-6..1.0 - 1e-6).contains(&probability), "{method}: {squares} has probability {probability}");
        let sum: f64 = (1000..1200).map(z).sum();
        assert!(sum.abs() < 5.0 * 200_f64.sqrt(), "{method}: the mean z is {}", sum / 200.0);
    }
}

#[test]
fn both_sides_are_equally_likely() {
    // The number of walks that end at the lower barrier is binomial: |z| >= 5 once in 1.7 million seeds.
    let tally = first_passage(&Walk::to(5.0).samples(1_000_000).seed(8), &Exec::default()).unwrap()[0].tally;
    let z = (tally.lower as f64 - 5e5) / (0.25_f64 * 1e6).sqrt();
    assert!(z.abs() < 5.0, "z = {z}");
}
