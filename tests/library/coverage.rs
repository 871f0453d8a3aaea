//! The coverage of error bars and z-scores of every kind of estimate, for few and for many samples.
//!
//! A z-score must be believable where it is near 0 and where it is large: |z| < 1.96 in 93 to 97 % of all runs, |z| > 3
//! in at most 1 % and |z| > 4 in at most 0.1 %. An error bar, which may be shown for fewer samples, must cover the
//! exact value in at least 93 %. Each case has 10 000 runs with fixed seeds, at the smallest number of samples that has
//! a z-score and at other numbers. A program with |z| > 4 in 0.05 % of all runs would fail with a probability of 1.4 %
//! for other seeds.

use lanewalk::{
    EstimateWithExact, Exec, Method, MissingZ, Pi, PiMethod, ReturnKind, Walk, estimate_pi, first_exit, first_passage,
    first_return, region_exit,
};

const RUNS: u64 = if cfg!(debug_assertions) { 200 } else { 10_000 };

fn alone() -> Exec {
    Exec::default().threads(1)
}

/// The results of the runs of one case.
#[derive(Debug, Default)]
struct Counts {
    with_error: u64,
    covered: u64,
    with_z: u64,
    within: u64,
    beyond_3: u64,
    beyond_4: u64,
}

impl Counts {
    fn add(&mut self, judged: &EstimateWithExact) {
        let (Some(estimate), Some(exact)) = (judged.estimate, judged.exact) else { panic!("{judged:?}") };
        if let Some((low, high)) = estimate.interval() {
            self.with_error += 1;
            self.covered += u64::from((low..=high).contains(&exact));
        }
        if let Some(z) = judged.z() {
            assert!(judged.missing_z().is_none());
            self.with_z += 1;
            self.within += u64::from(z.abs() < 1.96);
            self.beyond_3 += u64::from(z.abs() > 3.0);
            self.beyond_4 += u64::from(z.abs() > 4.0);
        } else {
            assert!(judged.missing_z().is_some());
        }
    }
}

/// Runs one case at these numbers of samples. `run` makes an estimate from samples of a seed.
#[track_caller]
fn check(what: &str, samples: impl IntoIterator<Item = u64>, run: impl Fn(u64, u64) -> EstimateWithExact) {
    for samples in samples {
        let mut counts = Counts::default();
        for seed in 0..RUNS {
            counts.add(&run(samples, 1_000_000 + seed));
        }
        let Counts { with_error, covered, with_z, within, beyond_3, beyond_4 } = counts;
        let share = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
        println!(
            "{what:<34} {samples:>6}  error bar in {:>5.1} %, covers {:>5.1} %   z in {:>5.1} %: < 1.96 {:>5.2} %, \
             > 3 {:.2} %, > 4 {:.2} %",
            share(with_error, RUNS),
            share(covered, with_error),
            share(with_z, RUNS),
            share(within, with_z),
            share(beyond_3, with_z),
            share(beyond_4, with_z)
        );
        if cfg!(debug_assertions) {
            continue;
        }
        // Intervals of probabilities are exact, and cover more than 95 % for few samples.
        if with_error > RUNS / 10 {
            assert!(share(covered, with_error) >= 93.0, "{what}, {samples}: the error bar covers too little");
        }
        if with_z > RUNS / 10 {
            assert!((93.0..=97.0).contains(&share(within, with_z)), "{what}, {samples}: |z| < 1.96");
            assert!(beyond_3 * 100 <= with_z && beyond_4 * 1000 <= with_z, "{what}, {samples}: the tails of z");
        }
    }
}

/// The number of samples that the reason of a missing z names.
fn needed(judged: &EstimateWithExact) -> u64 {
    match judged.missing_z() {
        Some(MissingZ::TooFewSamples { needed: Some(needed), .. }) => needed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn mean_times_to_a_distance() {
    for (y, more) in [(20.0, 300), (1.0, 100), (0.05, 1000)] {
        // A problem is solved once: its clones share the exact values.
        let walk = Walk::to(y);
        let run = |samples, seed| first_passage(&walk.clone().samples(samples).seed(seed), &alone()).unwrap()[0].mean();
        // A sample of two that has a spread.
        let few =
            (0..RUNS).map(|seed| run(3, seed)).find(|judged| judged.missing_z() != Some(MissingZ::NoSpread)).unwrap();
        check(&format!("walk, Y = {y}"), [5, 13, needed(&few), more], run);
    }
    for y in [20.0, 0.7] {
        let walk = Walk::to(y).method(Method::Wald);
        let run = |samples, seed| first_passage(&walk.clone().samples(samples).seed(seed), &alone()).unwrap()[0].mean();
        check(&format!("walk, Y = {y}, wald"), [2, needed(&run(2, 1)), 100], run);
    }
}

#[test]
fn barriers_without_a_horizon() {
    for (lower, upper) in [(4.0, 16.0), (0.5, 2.0)] {
        let walk = Walk::between(-lower, upper);
        let run = |samples, seed| first_exit(&walk.clone().samples(samples).seed(seed), &alone()).unwrap();
        let what = |quantity: &str| format!("-{lower} to {upper}: {quantity}");
        check(&what("E[T]"), [2, needed(&run(2, 1).mean()), 300], |n, seed| run(n, seed).mean());
        check(&what("P(upper)"), [10, 63, 300], |n, seed| run(n, seed).probability_upper());
        check(&what("E[T | lower]"), [1000], |n, seed| run(n, seed).mean_lower());
        check(&what("E[T | upper]"), [2500], |n, seed| run(n, seed).mean_upper());
    }
}

#[test]
fn walks_with_a_horizon() {
    let walk = Walk::between(-3.0, 8.0).horizon(50);
    let between = |n, seed| first_exit(&walk.clone().samples(n).seed(seed), &alone()).unwrap();
    check("-3 to 8, h = 50: E[min(T, h)]", [2, 25, 100], |n, seed| between(n, seed).mean());
    check("-3 to 8, h = 50: P(T > h)", [10, 42, 100], |n, seed| between(n, seed).probability_censored());
    check("-3 to 8, h = 50: P(upper, T <= h)", [50, 250, 500], |n, seed| between(n, seed).probability_upper());
    check("-3 to 8, h = 50: E[T | lower, T <= h]", [300, 2000], |n, seed| between(n, seed).mean_lower());
    check("-3 to 8, h = 50: E[T | upper, T <= h]", [6000], |n, seed| between(n, seed).mean_upper());
    let walk = Walk::up_to(2.0, 300);
    let up = |n, seed| first_exit(&walk.clone().samples(n).seed(seed), &alone()).unwrap();
    check("to 2, h = 300: E[min(T, h)]", [2, 60, 200], |n, seed| up(n, seed).mean());
    check("to 2, h = 300: E[T | T <= h]", [100, 1500], |n, seed| up(n, seed).mean_upper());
    check("to 2, h = 300: P(T <= h)", [10, 100, 200], |n, seed| up(n, seed).probability_upper());
}

#[test]
fn regions() {
    let walk = Walk::in_cube(3, 3.0);
    let cube = |n, seed| region_exit(&walk.clone().samples(n).seed(seed), &alone()).unwrap();
    check("cube, D = 3, Y = 3", [needed(&cube(2, 1).mean()), 200], |n, seed| cube(n, seed).mean());
    check("cube, D = 3, Y = 3, wald", [400], |n, seed| cube(n, seed).wald_mean());
    let walk = Walk::in_ball(2, 0.4);
    let small = |n, seed| region_exit(&walk.clone().samples(n).seed(seed), &alone()).unwrap();
    check("ball, D = 2, Y = 0.4", [5, 150, 400], |n, seed| small(n, seed).mean());
}

#[test]
fn wald_identity_in_a_ball() {
    for (dimensions, radius) in [(1, 3.0), (3, 3.0)] {
        let run =
            |n: u64, seed| region_exit(&Walk::in_ball(dimensions, radius).samples(n).seed(seed), &alone()).unwrap();
        let scores: Vec<f64> = (0..RUNS).filter_map(|seed| run(405, seed).wald_z()).collect();
        assert_eq!(scores.len() as u64, RUNS);
        let share = |beyond: f64| scores.iter().filter(|z| z.abs() > beyond).count() as f64 / RUNS as f64;
        println!("ball, D = {dimensions}: T - 3 |S|^2 / D: {:?}", [1.96, 3.0, 4.0].map(share));
        if !cfg!(debug_assertions) {
            assert!((0.03..=0.07).contains(&share(1.96)) && share(3.0) <= 0.01 && share(4.0) <= 0.001);
        }
        assert_eq!(run(390, 1).wald_z(), None);
    }
}

#[test]
fn returns() {
    for (kind, horizon) in [
        (ReturnKind::Sign, 2000),
        (ReturnKind::Lattice { dimensions: 1 }, 10_000),
        (ReturnKind::Lattice { dimensions: 3 }, 1000),
    ] {
        let walk = Walk::returning(kind, horizon);
        let run = |n, seed| first_return(&walk.clone().samples(n).seed(seed), &alone()).unwrap();
        let few = (0..RUNS).map(|seed| run(20, seed).mean());
        let few = few.into_iter().find(|judged| judged.missing_z() != Some(MissingZ::NoSpread)).unwrap();
        let least = if few.z().is_some() { 20 } else { needed(&few) };
        check(&format!("{kind:?}: E[min(T, h)]"), [300, least], |n, seed| run(n, seed).mean());
        let many = if horizon > 5000 { [300, 9000] } else { [300, 5000] };
        check(&format!("{kind:?}: E[T | T <= h]"), many, |n, seed| run(n, seed).mean_returned());
        check(&format!("{kind:?}: P(T <= h)"), [36, 1300], |n, seed| run(n, seed).probability());
    }
}

#[test]
fn pi() {
    for (method, points) in [
        (PiMethod::Plain, [2, 60, 1000]),
        (PiMethod::Antithetic, [2, 42, 1000]),
        (PiMethod::Conditional, [2, 42, 1000]),
        (PiMethod::Stratified, [1, 20_000, 40_000]),
    ] {
        let run = |points, seed| {
            estimate_pi(&Pi::points(points).method(method).seed(seed), &alone()).unwrap().estimate_with_exact()
        };
        check(&format!("pi, {method}"), points, run);
    }
}
