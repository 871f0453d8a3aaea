//! Walks between barriers, in space and back, one criterion case for each layer: `ball/d=3/y=150/simd-avx512/t1`, in
//! steps per second.
//!
//! Every case is checked against the textbook loop before it is timed. For ratios, which need the layers interleaved,
//! see `lanewalk ladder`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use lanewalk::internal::{lattice_ceiling, region_ceiling};
use lanewalk::{Exec, Layer, Region, ReturnKind, Shape, Walk, first_exit, first_return, region_exit};

use common::{cases, group};

/// Times `run` on every way; it returns the steps that were taken and a digest of the result.
fn bench(criterion: &mut Criterion, name: &str, run: impl Fn(&Exec) -> (u128, String)) {
    let expected = run(&Exec::default().layer(Layer::Scalar));
    let mut group = group(criterion, name, expected.0 as u64);
    for (name, exec) in cases() {
        assert_eq!(run(&exec), expected, "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| run(&exec)));
    }
}

fn between(criterion: &mut Criterion) {
    let walk = Walk::between(-20.0, 80.0).samples(20_000).seed(42);
    bench(criterion, "between/20..80", |exec| {
        let exit = first_exit(&walk, exec).expect("a valid walk");
        (exit.lower.total_steps + exit.upper.total_steps, exit.digest())
    });
}

fn escape(criterion: &mut Criterion, name: &str, walk: &Walk<Region>) {
    bench(criterion, name, |exec| {
        let escape = region_exit(walk, exec).expect("a valid walk");
        (escape.tally.total_steps, escape.digest())
    });
}

fn space(criterion: &mut Criterion) {
    for dimensions in [2, 3] {
        for (radius, samples) in [(10.0, 100_000), (150.0, 2000)] {
            let walk = Walk::in_ball(dimensions, radius).samples(samples).seed(42);
            escape(criterion, &format!("ball/d={dimensions}/y={radius}"), &walk);
        }
    }
    escape(criterion, "cube/d=3/y=10", &Walk::in_cube(3, 10.0).samples(100_000).seed(42));
}

fn back(criterion: &mut Criterion) {
    const HORIZON: u64 = 1000;
    for (name, kind, samples) in
        [("lattice/d=3", ReturnKind::Lattice { dimensions: 3 }, 100_000), ("sign", ReturnKind::Sign, 200_000)]
    {
        let walk = Walk::returning(kind, HORIZON).samples(samples).seed(42);
        bench(criterion, name, |exec| {
            let returns = first_return(&walk, exec).expect("a valid walk");
            (returns.tally.total_steps + u128::from(returns.censored) * u128::from(HORIZON), returns.digest())
        });
    }
}

/// The same loops without anybody who leaves.
fn ceilings(criterion: &mut Criterion) {
    const STEPS: u64 = 100_000_000;
    let ceiling = |criterion: &mut Criterion, name: &str, run: &dyn Fn(&Exec) -> u64| {
        let mut group = group(criterion, name, STEPS);
        for (name, exec) in cases().into_iter().filter(|(name, _)| name.starts_with("simd")) {
            assert!(run(&exec) >= STEPS, "{name}");
            group.bench_function(name, |bencher| bencher.iter(|| run(&exec)));
        }
    };
    ceiling(criterion, "ball/d=3/ceiling", &|exec| {
        region_ceiling(Shape::Ball, 3, STEPS, exec).expect("a valid way of running")
    });
    ceiling(criterion, "lattice/d=3/ceiling", &|exec| lattice_ceiling(3, STEPS, exec).expect("a valid way of running"));
}

criterion_group!(benches, between, space, back, ceilings);
criterion_main!(benches);
