//! The layers of the walk, one criterion case each: `walk/y=150/simd-avx512/t1`, in steps per second.
//!
//! Every case checks its tally before it is timed. `walk/ceiling/...` is the same loop with a barrier that no walker
//! reaches. For ratios, which need the layers interleaved, see `lanewalk ladder`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use lanewalk::internal::walk_ceiling;
use lanewalk::{Distances, Exec, Method, Walk, exact_moments, first_passage};

use common::{cases, group};

fn walk(criterion: &mut Criterion) {
    for (walk, name, steps) in [
        (Walk::to(10.0).samples(100_000).seed(42), "walk/y=10", 31_753_017),
        (Walk::to(150.0).samples(3000).seed(42), "walk/y=150", 205_730_199),
    ] {
        let mut group = group(criterion, name, steps as u64);
        for (name, exec) in cases() {
            let run = || first_passage(&walk, &exec).expect("a valid walk")[0].tally.total_steps;
            assert_eq!(run(), steps, "{name}");
            group.bench_function(name, |bencher| bencher.iter(run));
        }
    }
}

fn methods(criterion: &mut Criterion) {
    let list = (1..=15).map(|k| f64::from(10 * k));
    let walk = Walk::to_each(list).samples(300);
    let steps = |walk: &Walk<Distances>| -> u128 {
        first_passage(walk, &Exec::default()).expect("a valid walk").iter().map(|each| each.tally.total_steps).sum()
    };
    let expected = steps(&walk);
    let mut group = group(criterion, "walk/example", expected as u64);
    for method in [Method::Plain, Method::Nested, Method::Wald] {
        let walk = walk.clone().method(method);
        assert_eq!(steps(&walk), expected, "{method}");
        group.bench_function(method.to_string(), |bencher| bencher.iter(|| steps(&walk)));
    }
    group.finish();
    let mut exact = criterion.benchmark_group("exact");
    for y in [7.25, 10.0, 150.0] {
        exact.bench_function(format!("y={y}"), |bencher| bencher.iter(|| exact_moments(y).expect("a valid distance")));
    }
}

fn ceilings(criterion: &mut Criterion) {
    const STEPS: u64 = 100_000_000;
    let mut group = group(criterion, "walk/ceiling", STEPS);
    for (name, exec) in cases() {
        let run = || walk_ceiling(STEPS, &exec).expect("a valid way of running");
        assert!(run() >= STEPS, "{name}");
        group.bench_function(name, |bencher| bencher.iter(run));
    }
}

criterion_group!(benches, walk, methods, ceilings);
criterion_main!(benches);
