//! Comparisons with integer counts of walks, a direct solution of the renewal equation, and known constants.

use super::*;

#[track_caller]
fn assert_close(value: f64, expected: f64, relative: f64) {
    assert!((value / expected - 1.0).abs() < relative, "{value} differs from {expected}");
}

fn distribution(dimensions: usize, horizon: u64) -> LatticeReturnDistribution {
    LatticeReturnDistribution::new(dimensions, horizon, &RunControl::new()).unwrap().unwrap()
}

/// The terms of a series that cannot be stopped.
fn terms(series: fn(usize, usize, &RunControl) -> Result<Vec<f64>>, dimensions: usize, pairs: usize) -> Vec<f64> {
    series(dimensions, pairs, &RunControl::new()).unwrap()
}

/// The numbers of closed walks of length 2n, for n = 0..=`pairs`. The count adds one dimension at a time: of the 2n
/// steps, 2k go along the new axis, in C(2n, 2k) C(2k, k) ways.
fn count_closed_walks(dimensions: usize, pairs: usize) -> Vec<u128> {
    let binomial = |n: usize, k: usize| (0..k).fold(1_u128, |b, i| b * (n - i) as u128 / (i + 1) as u128);
    let along: Vec<u128> = (0..=pairs).map(|n| binomial(2 * n, n)).collect();
    (1..dimensions).fold(along.clone(), |closed, _| {
        let count = |n: usize| (0..=n).map(|k| binomial(2 * n, 2 * k) * along[k] * closed[n - k]).sum();
        (0..=pairs).map(count).collect()
    })
}

#[test]
fn occupation_matches_the_counts_of_closed_walks() {
    assert_eq!(count_closed_walks(3, 3), [1, 6, 90, 1860]);
    for dimensions in 1..=MAX_DIMENSIONS {
        let recurrence = terms(recurrence, dimensions, 12);
        for (n, walks) in count_closed_walks(dimensions, 12).into_iter().enumerate() {
            let expected = walks as f64 / ((2 * dimensions) as f64).powi(2 * n as i32);
            assert_close(recurrence[n], expected, 1e-14);
            assert_close(terms(occupation, dimensions, n)[n], expected, 1e-14);
        }
    }
}

#[test]
fn recurrence_is_stable() {
    for (dimensions, power) in [(1, 1), (2, 2)] {
        for (n, u) in terms(recurrence, dimensions, 50_000).into_iter().enumerate() {
            assert_close(u, central(n as u64).powi(power), 1e-12);
        }
    }
    // The limit is that of the local limit theorem, with its first correction.
    let n = 100_000;
    for dimensions in 3..=MAX_DIMENSIONS {
        let half = dimensions as f64 / 2.0;
        let limit = 2.0 * (half / (2.0 * PI * n as f64)).powf(half) * (1.0 - half / (4.0 * n as f64));
        assert_close(terms(occupation, dimensions, n)[n], limit, 1e-8);
    }
}

#[test]
fn polya_numbers_match_known_values() {
    // D = 3 is Watson's integral; Glasser and Zucker (1977) give a closed form. The other values are from Montroll
    // (1956) and Finch (2003).
    assert!((polya(3) - 0.340_537_329_550_999_14).abs() < 1e-14, "{}", polya(3));
    let known = [1.0, 1.0, 0.340_537_329_5, 0.193_201_673_2, 0.135_178_609_8, 0.104_715_495_6, 0.085_844_934_1];
    for (dimensions, known) in (1..).zip(known.into_iter().chain([0.072_912_649_9])) {
        assert!((polya(dimensions) - known).abs() < 1e-10, "{dimensions}: {}", polya(dimensions));
    }
}

#[test]
fn first_returns_satisfy_the_renewal_equation() {
    for dimensions in 1..=MAX_DIMENSIONS {
        let pairs = 1500;
        let occupation = terms(occupation, dimensions, pairs);
        let mut first = vec![0.0; pairs + 1];
        for n in 1..=pairs {
            first[n] = occupation[n] - (1..n).map(|k| first[k] * occupation[n - k]).sum::<f64>();
        }
        let returns = distribution(dimensions, 2 * pairs as u64 + 1);
        let mut by = 0.0;
        for (n, at) in (0..).zip(first) {
            by += at;
            assert!((returns.at(2 * n) - at).abs() < 1e-15, "{dimensions}, {n}");
            assert!((returns.by(2 * n) - by).abs() < 2e-14, "{dimensions}, {n}");
            assert!((returns.by(2 * n + 1) + returns.after(2 * n + 1) - 1.0).abs() < 1e-15);
            assert!(returns.at(2 * n + 1) == 0.0);
        }
    }
}

#[test]
fn first_returns_match_counts_on_the_square_lattice() {
    // The cells of the grid count walks, which cannot leave it in eight steps. Walks that return are removed.
    const SIDE: usize = 17;
    let origin = SIDE * SIDE / 2;
    let mut grid = vec![0_u32; SIDE * SIDE];
    grid[origin] = 1;
    let returns = distribution(2, 8);
    for steps in 1..=8 {
        let inside = |cell: usize| (1..SIDE - 1).contains(&(cell % SIDE)) && (1..SIDE - 1).contains(&(cell / SIDE));
        let from = |cell: usize| grid[cell - 1] + grid[cell + 1] + grid[cell - SIDE] + grid[cell + SIDE];
        let mut next: Vec<u32> = (0..SIDE * SIDE).map(|cell| if inside(cell) { from(cell) } else { 0 }).collect();
        let returned = f64::from(std::mem::take(&mut next[origin]));
        grid = next;
        assert!((returns.at(steps) - returned / 4.0_f64.powi(steps as i32)).abs() < 1e-15, "{steps}");
    }
}

#[test]
fn long_series_match_the_closed_form_in_one_dimension() {
    // Compares the transforms with P(T > 2n) = u_{2n}. The distribution for D = 1 does not use the transforms.
    for (n, Entry { by, .. }) in tabulate(1, 100_000, &RunControl::new()).unwrap().into_iter().enumerate() {
        assert!((1.0 - by - central(n as u64)).abs() < 1e-13, "{n}");
    }
}

#[test]
fn probabilities_of_the_last_visit_sum_to_one() {
    // The last visit within 2n steps is at some step 2k, so the sum of u_{2k} P(T > 2n - 2k) over k = 0..=n is 1.
    for dimensions in 2..=MAX_DIMENSIONS {
        let n = 30_000;
        let (occupation, returns) = (terms(occupation, dimensions, n), distribution(dimensions, 2 * n as u64));
        let mut visits = Sum::default();
        for (k, u) in occupation.into_iter().enumerate() {
            visits.add(u * returns.after(2 * (n - k) as u64));
        }
        assert!((visits.value() - 1.0).abs() < 2e-14, "{dimensions}: {}", visits.value());
    }
}

#[test]
fn asymptotic_tail_matches_the_series() {
    for dimensions in 3..=MAX_DIMENSIONS {
        let end = MAX_TABLE_STEPS[dimensions] / 2;
        let table = tabulate(dimensions, 2 * end as usize, &RunControl::new()).unwrap();
        let returns = distribution(dimensions, u64::MAX);
        for n in [end + 1, end + end / 2, 2 * end] {
            let error = returns.by(2 * n) - table[n as usize].by;
            assert!(error.abs() < 1e-13, "{dimensions}, {n}: {error}");
            let error = returns.at(2 * n) - table[n as usize].at;
            assert!(error.abs() < 1e-15, "{dimensions}, {n}: {error}");
        }
        let (last, next) = (returns.at(2 * end), returns.at(2 * end + 2));
        assert!((next - last).abs() < 0.01 * last + 1e-15, "{dimensions}: {last}, {next}");
    }
}

#[test]
fn only_two_dimensions_limit_the_horizon() {
    assert!(LatticeReturnDistribution::new(2, MAX_HORIZON_2D + 1, &RunControl::new()).unwrap().is_none());
    for dimensions in [1, 3, 4, 8] {
        let returns = distribution(dimensions, u64::MAX);
        assert!((returns.by(u64::MAX) - polya(dimensions)).abs() < 1e-9);
    }
}

#[test]
fn mean_until_sums_the_survival() {
    for dimensions in 1..=MAX_DIMENSIONS {
        // The last horizons are beyond the table.
        let end = if dimensions < 3 { 20_000 } else { 3 * MAX_TABLE_STEPS[dimensions].min(1 << 19) };
        let returns = distribution(dimensions, end.max(MAX_TABLE_STEPS[dimensions] + 1));
        let mut sum = Sum::default();
        for n in 0..=end {
            if n < 100 || n % 9973 == 0 {
                let error = returns.mean_until(n) - sum.value();
                assert!(error.abs() < 1e-11 * (1.0 + sum.value()), "{dimensions}, {n}: {error}");
            }
            sum.add(returns.after(n));
        }
    }
}

#[test]
fn nothing_is_known_beyond_the_table_without_a_tail() {
    for (dimensions, horizon, known) in [(2, 100, 101), (2, 101, 101), (3, 7, 7), (8, 1000, 1001)] {
        let returns = distribution(dimensions, horizon);
        assert_eq!(returns.horizon(), known);
        assert!(returns.by(known) > 0.0 && returns.by(known + 1).is_nan() && returns.at(known + 1).is_nan());
        assert!(returns.mean_until(known) > 1.0 && returns.mean_until(known + 1).is_nan());
    }
}

#[test]
fn a_stop_is_an_error() {
    let control = RunControl::new();
    control.stop();
    assert!(LatticeReturnDistribution::new(2, 1000, &control).is_err());
    // The hook is due after a millisecond, and the table takes longer.
    let control = RunControl::new().interrupt(|| true).for_this_thread();
    assert!(LatticeReturnDistribution::new(2, MAX_HORIZON_2D, &control).is_err());
}
