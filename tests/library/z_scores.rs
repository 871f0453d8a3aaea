//! Walks between barriers, in space and with a return: compares samples with exact values, and exact values with known
//! results.
//!
//! Every statistical test has fixed seeds, and states how often it would fail for a correct program with random seeds.

use std::f64::consts::PI;

use lanewalk::{
    Distribution, Estimate, Exec, FirstExit, RegionExit, ReturnDistribution, ReturnKind, TimeDistribution, Walk,
    first_exit, first_return, region_exit, time_distribution,
};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The mean overshoot of a walk over a far barrier: E\[H^2\] / (2 E\[H\]) of the ladder height H.
const OVERSHOOT: f64 = 0.297_952_19;

/// The 200 seeds of a test of z-scores.
const SEEDS: std::ops::Range<u64> = 1000..1200;

/// The few walks of a seed run on one thread, since waking another thread takes longer.
fn alone() -> Exec {
    Exec::default().threads(1)
}

/// Tests that the z-scores of 200 seeds are independent and normal. The sum of their squares is chi-squared with 200
/// degrees of freedom; each tail is tested at 1e-6. Their sum over sqrt(200) is normal and exceeds 5 once in 1.7
/// million.
#[track_caller]
fn normal(what: &str, z: &[f64]) {
    assert_eq!(z.len(), 200);
    let squares: f64 = z.iter().map(|z| z * z).sum();
    let probability = ChiSquared::new(200.0).unwrap().cdf(squares);
    assert!((1e-6..1.0 - 1e-6).contains(&probability), "{what}: {squares} has probability {probability}");
    let sum: f64 = z.iter().sum();
    assert!(sum.abs() < 5.0 * 200_f64.sqrt(), "{what}: the mean z is {}", sum / 200.0);
}

/// A chi-squared test at 1e-6 (upper tail) of the counts in cells with these probabilities. A last cell contains the
/// remaining samples.
#[track_caller]
fn in_proportion(what: &str, counts: &[u64], probabilities: &[f64], samples: u64) {
    let (mut squares, mut cells) = (0.0, 0);
    let rest = (samples - counts.iter().sum::<u64>(), 1.0 - probabilities.iter().sum::<f64>());
    for (count, probability) in counts.iter().copied().zip(probabilities.iter().copied()).chain([rest]) {
        let expected = probability * samples as f64;
        assert!(expected >= 20.0 || count == 0 && expected < 1e-9 * samples as f64, "{what}: {expected} is too few");
        if expected >= 20.0 {
            squares += (count as f64 - expected).powi(2) / expected;
            cells += 1;
        }
    }
    let probability = ChiSquared::new(f64::from(cells - 1)).unwrap().cdf(squares);
    assert!(probability < 1.0 - 1e-6, "{what}: {squares} in {cells} cells has probability {probability}");
}

/// A correct program has |z| >= 5 once in 1.7 million seeds.
#[track_caller]
fn near(what: &str, estimate: Option<Estimate>, exact: f64) {
    let z = estimate.unwrap().z(exact).unwrap();
    assert!(z.abs() < 5.0, "{what}: z = {z}");
}

/// For each of the N quantities, the z-scores of all seeds.
fn z_scores<const N: usize>(of: impl Fn(u64) -> [f64; N]) -> [Vec<f64>; N] {
    let all: Vec<[f64; N]> = SEEDS.map(of).collect();
    std::array::from_fn(|k| all.iter().map(|z| z[k]).collect())
}

// Tests between barriers.

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn sides_of_many_seeds_are_normal() {
    for (lower, upper, start) in [(3.0, 7.25, 0.0), (0.4, 5.0, 0.0), (6.0, 9.0, -5.5)] {
        let run = |seed| {
            let walk = Walk::between(-lower, upper).start(start).samples(20_000).seed(seed);
            first_exit(&walk, &alone()).unwrap()
        };
        // Computed once, since the exact values are the same for every seed.
        let exact = *run(0).exact().unwrap();
        let z = z_scores(|seed| {
            let FirstExit { lower, upper, .. } = run(seed);
            let mut all = lower;
            all.merge(&upper).unwrap();
            let share = lower.samples as f64 / 20_000.0;
            let error = (share * (1.0 - share) / 20_000.0).sqrt();
            let z = |estimate: Option<Estimate>, exact| estimate.unwrap().z(exact).unwrap();
            [
                (share - exact.lower) / error,
                z(all.estimate(), exact.mean),
                z(lower.estimate(), exact.mean_lower),
                z(upper.estimate(), exact.mean_upper),
            ]
        });
        for (what, z) in ["P(lower first)", "E[T]", "E[T | lower]", "E[T | upper]"].into_iter().zip(&z) {
            normal(&format!("{what} between -{lower} and {upper} from {start}"), z);
        }
    }
}

#[test]
fn estimates_of_an_exit_are_near_their_exact_values() {
    // Five tests; each fails once in 1.7 million seeds.
    let exit = first_exit(&Walk::between(-10.0, 20.0).start(2.5).samples(200_000).seed(3), &Exec::default()).unwrap();
    for (what, judged) in [
        ("P(lower first)", exit.probability_lower()),
        ("P(upper first)", exit.probability_upper()),
        ("E[T]", exit.mean()),
        ("E[T | lower]", exit.mean_lower()),
        ("E[T | upper]", exit.mean_upper()),
    ] {
        near(what, judged.estimate, judged.exact.unwrap());
        assert_eq!(judged.z(), judged.estimate.unwrap().z(judged.exact.unwrap()));
    }
    assert_eq!(exit.probability_censored().exact, Some(0.0));
    let mean = exit.mean().estimate.unwrap().value;
    assert_eq!(exit.mean_bounds(), Some((mean, mean)));
    // Without censoring both bounds are the mean. With censoring the true mean lies between them.
    let cut = Walk::between(-10.0, 20.0).start(2.5).horizon(300).samples(200_000).seed(3);
    let (low, high) = first_exit(&cut, &Exec::default()).unwrap().mean_bounds().unwrap();
    let exact = exit.exact().unwrap().mean;
    assert!(low < exact && exact < high && high < 2.0 * exact, "{low} {exact} {high}");
}

#[test]
fn ruin_agrees_with_barriers_moved_by_the_overshoot() {
    for (lower, upper) in [(5.0, 5.0), (5.0, 12.0), (20.0, 80.0), (3.5, 150.0), (40.0, 7.3)] {
        let exit = first_exit(&Walk::between(-lower, upper).samples(1), &Exec::default()).unwrap();
        let (exact, a, b) = (exit.exact().unwrap(), lower + OVERSHOOT, upper + OVERSHOOT);
        assert!((exact.lower - b / (a + b)).abs() < 1e-5, "{lower} {upper}: {}", exact.lower);
        assert!((exact.lower + exact.upper - 1.0).abs() < 1e-12);
        // E[T] = 3 E[S_T^2]. The barriers contribute 3 a b, and the variance of the overshoot contributes the rest.
        assert!((exact.mean - 3.0 * a * b - 0.153).abs() < 0.02, "{lower} {upper}: {}", exact.mean - 3.0 * a * b);
        let weighted = exact.lower * exact.mean_lower + exact.upper * exact.mean_upper;
        assert!((weighted / exact.mean - 1.0).abs() < 1e-9);
    }
    // Samples agree as well: one test, which fails once in 1.7 million seeds.
    let exit = first_exit(&Walk::between(-6.0, 14.0).samples(400_000).seed(5), &Exec::default()).unwrap();
    near("ruin", exit.probability_lower().estimate, (14.0 + OVERSHOOT) / (20.0 + 2.0 * OVERSHOOT));
}

#[test]
fn a_start_moves_the_barriers() {
    let run = |walk: Walk<_>| first_exit(&walk.samples(3000).seed(9), &Exec::default()).unwrap();
    let (moved, shifted) = (run(Walk::between(-4.0, 10.0).start(-1.5)), run(Walk::between(-2.5, 11.5)));
    assert_eq!((moved.lower, moved.upper), (shifted.lower, shifted.upper));
    assert!((moved.exact().unwrap().mean - shifted.exact().unwrap().mean).abs() < 1e-9);
}

// Tests of the time up to a barrier.

/// At Y = 1/2, every step ends the walk with probability 1/2.
fn geometric(seed: u64, samples: u64) -> TimeDistribution {
    time_distribution(&Walk::to(0.5).samples(samples).seed(seed), &alone()).unwrap()
}

#[test]
fn times_within_half_a_step_are_geometric() {
    let times = geometric(1, 1_000_000);
    let counts: Vec<u64> = (1..=12).map(|n| times.count(n..=n)).collect();
    let halves: Vec<f64> = (1..=12).map(|n| 0.5_f64.powi(n)).collect();
    in_proportion("geometric", &counts, &halves, 1_000_000);
    // These quantiles are not near a step of the distribution.
    for (q, n) in [(0.3, 1), (0.6, 2), (0.8, 3), (0.9, 4), (0.99, 7)] {
        assert_eq!(times.quantile(q), Some(n));
        let (low, high) = times.quantile_interval(q).unwrap();
        assert!(low.is_some_and(|low| low <= n) && high.is_some_and(|high| n <= high), "{q}: {low:?} {high:?}");
    }
    // The band of 1 - 1e-6 misses the distribution once in a million seeds.
    assert!((0..40).all(|n| (times.sf(n) - 0.5_f64.powi(n as i32)).abs() < times.band(1.0 - 1e-6)));
    // Two tests with a horizon; each fails once in 1.7 million seeds.
    let exit = first_exit(&Walk::between(-0.5, 0.5).horizon(3).samples(1_000_000).seed(2), &Exec::default()).unwrap();
    near("P(T > 3)", exit.probability_censored().estimate, 0.125);
    near("E[min(T, 3)]", exit.mean().estimate, 1.75);
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn bands_and_intervals_have_the_stated_coverage() {
    // The number of misses of a 95 % interval in 200 seeds is at most binomial: 29 or more once in a million.
    let band = SEEDS.map(|seed| geometric(seed, 20_000));
    let misses = band.filter(|times| (0..40).any(|n| (times.sf(n) - 0.5_f64.powi(n as i32)).abs() > times.band(0.95)));
    assert!(misses.count() < 29);
    // For the first change of sign, the whole distribution is known.
    let exact = ReturnDistribution::new(ReturnKind::Sign, 10_000).unwrap().unwrap();
    for q in [0.5, 0.75, 0.9, 0.97] {
        let quantile = (1..=10_000).find(|n| exact.cdf(*n) >= q).unwrap();
        let misses = SEEDS.filter(|seed| {
            let walk = Walk::returning(ReturnKind::Sign, 10_000).samples(2_000).seed(*seed);
            let times = time_distribution(&walk, &alone()).unwrap();
            let (low, high) = times.quantile_interval(q).unwrap();
            !(low.is_none_or(|low| low <= quantile) && high.is_none_or(|high| quantile <= high))
        });
        assert!(misses.count() < 29, "{q}");
    }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn times_follow_the_exact_survival() {
    // A correct program leaves the band once in a million seeds.
    for (lower, upper, horizon) in [(10.0, 10.0, 4000), (3.0, 8.5, 2000)] {
        let walk = Walk::between(-lower, upper).horizon(horizon).samples(1_000_000).seed(6);
        let times = time_distribution(&walk, &Exec::default()).unwrap();
        let survival = first_exit(&walk.samples(1), &Exec::default()).unwrap().distribution().clone();
        let band = times.band(1.0 - 1e-6);
        for n in 0..=horizon.min(400) {
            let (found, exact) = (times.sf(n), survival.sf(n));
            assert!((found - exact).abs() < band, "{lower} {upper}, P(T > {n}): {found} and {exact}");
        }
    }
    // A single barrier: the misses of a 95 % interval in 200 seeds, as above.
    let walk = |seed| Walk::up_to(4.0, 5000).samples(2000).seed(seed);
    let survival = first_exit(&walk(0).samples(1), &Exec::default()).unwrap().distribution().clone();
    for q in [0.1, 0.5, 0.8] {
        let quantile = (1..=5000).find(|n| 1.0 - survival.sf(*n) >= q).unwrap();
        let misses = SEEDS.filter(|seed| {
            let times = time_distribution(&walk(*seed), &alone()).unwrap();
            let (low, high) = times.quantile_interval(q).unwrap();
            !(low.is_none_or(|low| low <= quantile) && high.is_none_or(|high| quantile <= high))
        });
        assert!(misses.count() < 29, "{q}");
    }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn censored_times_of_many_seeds_are_normal() {
    let horizon = 150;
    let run = |walk: Walk<_>, seed| first_exit(&walk.samples(20_000).seed(seed), &alone()).unwrap();
    let both = || Walk::between(-5.0, 9.0).horizon(horizon);
    let survival = run(both(), 0).distribution().clone();
    let (after, mean) = (survival.sf(horizon), survival.mean_until(horizon).unwrap());
    let exact = run(both(), 0);
    assert_eq!((exact.probability_censored().exact, exact.mean().exact), (Some(after), Some(mean)));
    let single = || Walk::up_to(5.0, horizon);
    let up_to = run(single(), 0).probability_upper().exact.unwrap();
    let z = z_scores(|seed| {
        let (exit, up) = (run(both(), seed), run(single(), seed));
        let mut all = exit.lower;
        all.merge(&exit.upper).unwrap();
        let sum = all.total_steps as f64 + (exit.censored * horizon) as f64;
        let squares = all.sum_squares as f64 + (exit.censored * horizon * horizon) as f64;
        let n = 20_000.0;
        let variance = (squares - sum * sum / n) / (n - 1.0);
        let share = |hits: u64, exact: f64| {
            let share = hits as f64 / n;
            (share - exact) / (share * (1.0 - share) / n).sqrt()
        };
        [share(exit.censored, after), (sum / n - mean) / (variance / n).sqrt(), share(up.upper.samples, up_to)]
    });
    for (what, z) in ["P(T > 150)", "E[min(T, 150)]", "P(T <= 150) of one barrier"].into_iter().zip(&z) {
        normal(what, z);
    }
}

// Tests in space.

fn ball(dimensions: usize, radius: f64, samples: u64, seed: u64) -> RegionExit {
    region_exit(&Walk::in_ball(dimensions, radius).samples(samples).seed(seed), &alone()).unwrap()
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn walds_identity_holds_in_space() {
    for (dimensions, radius) in [(2, 7.25), (3, 7.25), (3, 0.6), (8, 4.0)] {
        let [z] = z_scores(|seed| [ball(dimensions, radius, 10_000, seed).wald_z().unwrap()]);
        normal(&format!("Wald's identity, D = {dimensions}, radius {radius}"), &z);
    }
    // The identity also holds for cubes.
    let [z] = z_scores(|seed| {
        let walk = Walk::in_cube(3, 7.25).samples(10_000).seed(seed);
        [region_exit(&walk, &alone()).unwrap().wald_z().unwrap()]
    });
    normal("Wald's identity of the cube", &z);
}

#[test]
fn times_in_space_are_close_to_diffusion() {
    // For large spheres, half and twice the overshoot k give bounds by 3 (Y + k)^2 / D.
    for dimensions in [2, 3, 8] {
        let wald = ball(dimensions, 50.0, 4000, 4).wald().unwrap();
        let mean = |overshoot: f64| 3.0 * (50.0 + overshoot).powi(2) / dimensions as f64;
        assert!(mean(0.5 * OVERSHOOT) < wald.value && wald.value < mean(2.0 * OVERSHOOT), "{dimensions}: {wald:?}");
    }
    // A radius smaller than a step: the first step leaves a disc of radius 1/2 with probability 1 - pi / 16. One test,
    // which fails once in 1.7 million seeds.
    let times = time_distribution(&Walk::in_ball(2, 0.5).samples(1_000_000).seed(5), &Exec::default()).unwrap();
    let (share, exact) = (times.count(1..=1) as f64 / 1e6, 1.0 - PI / 16.0);
    assert!((share - exact).abs() < 5.0 * (exact * (1.0 - exact) / 1e6).sqrt(), "{share}");
    // In a cube with half-side 1/2, T is geometric for every number of dimensions.
    for dimensions in [2_i32, 3, 5] {
        let walk = Walk::in_cube(dimensions as usize, 0.5).samples(1_000_000).seed(5);
        let times = time_distribution(&walk, &Exec::default()).unwrap();
        let inside = 0.5_f64.powi(dimensions);
        let counts: Vec<u64> = (1..=2).map(|n| times.count(n..=n)).collect();
        in_proportion("the small cube", &counts, &[1.0 - inside, inside * (1.0 - inside)], 1_000_000);
    }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn cubes_of_many_seeds_agree_with_the_exact_mean() {
    for (dimensions, half) in [(2, 5.0), (3, 7.25), (8, 3.0)] {
        let run = |seed| {
            let walk = Walk::in_cube(dimensions, half).samples(10_000).seed(seed);
            region_exit(&walk, &alone()).unwrap()
        };
        let exact = *run(0).exact().unwrap();
        let [z] = z_scores(|seed| [run(seed).tally.estimate().unwrap().z(exact.mean).unwrap()]);
        normal(&format!("E[T] of the cube, D = {dimensions}"), &z);
        let ratio = run(1).tally.std_dev().unwrap() / exact.std_dev;
        // With such a tail, the relative standard error of a standard deviation is below 2 / sqrt(n).
        assert!((ratio - 1.0).abs() < 5.0 * 2.0 / 10_000_f64.sqrt(), "{dimensions}: {ratio}");
        // With a horizon: one test, which fails once in 1.7 million seeds.
        let cut = Walk::in_cube(dimensions, half).horizon(20).samples(100_000);
        let mean = region_exit(&cut, &Exec::default()).unwrap().mean();
        near("the cube cut off", mean.estimate, mean.exact.unwrap());
    }
}

#[test]
fn balls_are_near_the_asymptotic_mean() {
    // Allows the stated error of the asymptotic value, and |z| < 5, which fails once in 1.7 million seeds.
    for (dimensions, radius) in [(2, 10.0), (2, 40.0), (3, 10.0), (3, 40.0), (8, 30.0)] {
        let escape = ball(dimensions, radius, 40_000, 12);
        let ((mean, relative), wald) = (escape.asymptotic().unwrap(), escape.wald().unwrap());
        let allowed = relative * mean + 5.0 * wald.std_error.unwrap();
        assert!((wald.value - mean).abs() < allowed, "D = {dimensions}, {radius}: {wald:?} and {mean}");
    }
}

// Tests of returns.

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn returns_of_many_seeds_are_normal() {
    let lattice = |dimensions| ReturnKind::Lattice { dimensions };
    for (kind, horizon) in [
        (ReturnKind::Sign, 10),
        (ReturnKind::Sign, 1001),
        (lattice(1), 64),
        (lattice(1), 1000),
        (lattice(2), 1000),
        (lattice(3), 1000),
        (lattice(4), 200),
        (lattice(8), 100),
    ] {
        let [z] = z_scores(|seed| {
            let walk = Walk::returning(kind, horizon).samples(4000).seed(seed);
            [first_return(&walk, &alone()).unwrap().probability().z().unwrap()]
        });
        normal(&format!("P(T <= {horizon}) of {kind:?}"), &z);
    }
}

#[test]
fn choices_on_the_lattice_are_unbiased() {
    for dimensions in 1..=8 {
        let d = dimensions as f64;
        let kind = ReturnKind::Lattice { dimensions };
        let samples = 500_000;
        let times = time_distribution(&Walk::returning(kind, 40).samples(samples).seed(3), &Exec::default()).unwrap();
        // Of (2 D)^2 pairs of steps, 2 D return. Of (2 D)^4 sequences of four steps, 12 D^2 - 6 D return, and (2 D)^2
        // of them for the second time.
        let (two, four) = (1.0 / (2.0 * d), (4.0 * d - 3.0) / (8.0 * d.powi(3)));
        let counts = [2, 4].map(|n| times.count(n..=n));
        in_proportion(&format!("T = 2 and 4, D = {dimensions}"), &counts, &[two, four], samples);
        // All times of the first draws agree, including those in the second half of a draw.
        let exact = ReturnDistribution::new(kind, 40).unwrap().unwrap();
        assert!((exact.cdf(2) - two).abs() < 1e-12 && (exact.cdf(4) - two - four).abs() < 1e-12);
        let law: Vec<(u64, f64)> = (2..=40).step_by(2).map(|n| (n, exact.cdf(n) - exact.cdf(n - 2))).collect();
        let likely: Vec<_> = law.iter().filter(|(_, probability)| probability * samples as f64 > 20.0).collect();
        assert!(likely.len() >= 6);
        let counts: Vec<u64> = likely.iter().map(|(n, _)| times.count(*n..=*n)).collect();
        let probabilities: Vec<f64> = likely.iter().map(|(_, probability)| *probability).collect();
        in_proportion(&format!("T to 40, D = {dimensions}"), &counts, &probabilities, samples);
        assert_eq!(times.iter().filter(|(time, _)| time % 2 == 1).count(), 0, "no walk returns after an odd number");
    }
}

#[test]
fn polyas_constants() {
    let known = [
        (3, 0.340_537_329_6),
        (4, 0.193_201_673_2),
        (5, 0.135_178_609_8),
        (6, 0.104_715_495_6),
        (7, 0.085_844_934_1),
        (8, 0.072_912_649_9),
    ];
    for (dimensions, constant) in known {
        let kind = ReturnKind::Lattice { dimensions };
        assert!((kind.ever().unwrap() - constant).abs() < 2e-10, "{dimensions}: {:?}", kind.ever());
        // The missing probability at a horizon n decreases as n^(1 - D/2), to within a factor of two.
        let missing = |n| constant - ReturnDistribution::new(kind, n).unwrap().unwrap().cdf(n);
        let ratio = missing(100) / missing(400) / 4_f64.powf(dimensions as f64 / 2.0 - 1.0);
        assert!((0.5..2.0).contains(&ratio), "{dimensions}: {ratio}");
    }
    for kind in [ReturnKind::Sign, ReturnKind::Lattice { dimensions: 1 }, ReturnKind::Lattice { dimensions: 2 }] {
        assert_eq!(kind.ever(), Some(1.0));
    }
    // Three tests; each fails once in 1.7 million seeds. At the horizon, the probability of a later return is at most
    // `left`.
    for (dimensions, horizon, left) in [(5, 400, 1e-4), (6, 100, 1e-4), (8, 60, 1e-5)] {
        let walk = Walk::returning(ReturnKind::Lattice { dimensions }, horizon).samples(100_000).seed(2);
        let returns = first_return(&walk, &Exec::default()).unwrap();
        let estimate = returns.probability().estimate.unwrap();
        let off = estimate.value - returns.ever().unwrap();
        assert!(off.abs() < left + 5.0 * estimate.std_error.unwrap(), "{dimensions}: {off}");
    }
}

#[test]
fn sign_changes_agree_with_sparre_andersen() {
    // Each is tested by a z-score, which fails once in 1.7 million seeds.
    let samples = 200_000;
    let times =
        time_distribution(&Walk::returning(ReturnKind::Sign, 2000).samples(samples).seed(4), &Exec::default()).unwrap();
    for n in [100_u64, 400, 1000, 2000] {
        let exact = 2.0 / (PI * n as f64).sqrt();
        let z = (times.sf(n) - exact) / (exact * (1.0 - exact) / samples as f64).sqrt();
        assert!(z.abs() < 5.0, "P(T > {n}): z = {z}");
    }
    // 2 C(2 n, n) / 4^n.
    let survival = [1.0, 0.75, 0.625, 0.546_875, 0.492_187_5, 0.451_171_875];
    let law: Vec<f64> = survival.windows(2).map(|pair| pair[0] - pair[1]).collect();
    let counts: Vec<u64> = (2..=6).map(|n| times.count(n..=n)).collect();
    in_proportion("changes of sign", &counts, &law, samples);
    assert_eq!(times.count(0..=1), 0);
}

#[test]
fn returns_to_a_ball_of_one_dimension() {
    // A ball of radius 1/2 in one dimension: the first step leaves it with probability 1/2, uniformly in 1/2 <= |x| <
    // 1. From x, one step returns with probability (3/2 - |x|) / 2, which is 3/8 on average. One test, which fails once
    // in 1.7 million seeds.
    let ball = ReturnKind::Ball { dimensions: 1, radius: 0.5 };
    let times = time_distribution(&Walk::returning(ball, 2).samples(1_000_000).seed(1), &Exec::default()).unwrap();
    let (share, exact) = (times.count(2..=2) as f64 / 1e6, 0.5 * 0.375);
    assert!((share - exact).abs() < 5.0 * (exact * (1.0 - exact) / 1e6).sqrt(), "{share}");
}
