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

/// P(T <= 2n) for n = 0..=`pairs`, by Fourier transforms.
fn by_transforms(dimensions: usize, pairs: usize) -> Vec<f64> {
    let terms = reciprocal(&terms(occupation, dimensions, pairs), &RunControl::new()).unwrap();
    let mut by = Sum::default();
    let sums = terms.iter().enumerate().map(|(n, term)| {
        by.add(if n == 0 { 0.0 } else { -term });
        by.value()
    });
    sums.collect()
}

#[test]
fn long_series_match_the_closed_form_in_one_dimension() {
    // Compares the transforms with P(T > 2n) = u_{2n}. The distribution for D = 1 does not use the transforms.
    for (n, by) in by_transforms(1, 100_000).into_iter().enumerate() {
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
fn tables_and_tails_match_the_transforms() {
    for dimensions in 3..=MAX_DIMENSIONS {
        let returns = distribution(dimensions, 1);
        for (n, by) in (0..).zip(by_transforms(dimensions, 4 * TABLE_PAIRS)) {
            assert!((returns.by(2 * n) - by).abs() < 3e-14, "{dimensions}, {n}");
        }
    }
}

/// The known values come from power series in ball arithmetic of 300 bits (the power of the series of I_0 and its
/// inverse, with python-flint), and from Polya's numbers to 30 digits by quadrature with mpmath.
#[test]
fn tails_have_all_digits() {
    let known = [
        (3, 100, 0.020_257_117_596_942_486),
        (3, 5000, 0.002_869_511_089_544_873),
        (3, 50_000, 0.000_907_446_539_546_767),
        (4, 100, 0.001_290_328_150_912_170_4),
        (4, 5000, 0.000_026_362_432_621_367_61),
        (4, 50_000, 2.637_868_829_664_631e-6),
        (5, 100, 0.000_097_515_839_212_908_61),
        (5, 5000, 2.815_474_130_110_967e-7),
        (5, 50_000, 8.906_731_945_119_537e-9),
        (8, 100, 9.148_097_083_504_09e-8),
        (8, 1000, 9.385_103_445_837_867e-11),
        (8, 2048, 1.094_156_480_625_373_4e-11),
        (8, 5000, 7.525_134_587_075_391e-13),
        (8, 20_000, 1.176_302_427_686_663_3e-14),
    ];
    for (dimensions, n, tail) in known {
        let returns = distribution(dimensions, 1);
        let error = if dimensions % 2 == 0 { 5e-12 } else { 1e-13 };
        assert_close(returns.tail(2 * n), tail, error);
        assert_close(returns.tail(2 * n + 1), tail, error);
    }
    // P(T = 2n) on both sides of the end of the table.
    for (dimensions, n, at) in [
        (3, 5000, 2.869_748_577_872_143e-7),
        (3, 50_000, 9.074_540_493_550_497e-9),
        (4, 5000, 5.270_186_622_667_855e-9),
        (4, 50_000, 5.275_427_882_302_973e-11),
        (5, 5000, 8.446_130_466_127_242e-11),
        (5, 50_000, 2.672_010_321_153_319_3e-13),
        (8, 2048, 1.603_593_607_158_046e-14),
        (8, 20_000, 1.764_546_711_391_721e-18),
    ] {
        assert_close(distribution(dimensions, 1).at(2 * n), at, 1e-11);
    }
}

#[test]
fn tails_decrease_for_ever() {
    for dimensions in 1..=MAX_DIMENSIONS {
        let returns = distribution(dimensions, MAX_HORIZON_2D);
        assert_close(returns.tail(0), polya(dimensions), 2e-14);
        let last = if dimensions == 2 { 22 } else { 64 };
        let tails: Vec<_> = (0..last).map(|power| returns.tail(1 << power)).collect();
        assert!(tails.windows(2).all(|pair| pair[0] >= pair[1] && pair[1] > 0.0), "{dimensions}: {tails:?}");
        if dimensions > 2 {
            // Far away, the tail is the leading term.
            let ratio = returns.tail(1 << 62) / returns.tail(1 << 60);
            assert_close(ratio, 4.0_f64.powf(1.0 - dimensions as f64 / 2.0), 1e-12);
        }
    }
}

#[test]
fn mean_of_the_returned_walks_sums_their_times() {
    for dimensions in 1..=MAX_DIMENSIONS {
        let returns = distribution(dimensions, 20_000);
        let (mut by, mut times) = (Sum::default(), Sum::default());
        for n in 1..=10_000 {
            by.add(returns.at(2 * n));
            times.add((2 * n) as f64 * returns.at(2 * n));
            if n < 10 || n % 997 == 0 {
                assert_close(returns.mean_returned(2 * n + 1).unwrap(), times.value() / by.value(), 1e-10);
            }
        }
        assert_eq!(returns.mean_returned(1), None);
    }
    // In five dimensions, all walks that return take 2 G'(1) / G(1) steps on average, with G(w) = 1 - 1 / U(w).
    let returns = distribution(5, 1);
    let far = returns.mean_returned(u64::MAX).unwrap();
    assert!((returns.mean_returned(1 << 50).unwrap() / far - 1.0).abs() < 1e-6 && far > 2.0);
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
        let end = 6 * TABLE_PAIRS as u64;
        let returns = distribution(dimensions, end);
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
    for (dimensions, horizon, known) in [(2, 100, 101), (2, 101, 101), (2, 7, 7), (2, 1000, 1001)] {
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
