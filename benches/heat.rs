//! The layers of the rod, one criterion case each: `heat/n=1000/simd-avx512/t1`, in updates of a point per second.
//!
//! Every case checks its digest before it is timed. A rod is laid out in each run, which counts: steps are many enough
//! for that to be little. `heat/ceiling/...` is the kernel without halos; its time is that of the steps alone.
//! For ratios, which need the layers interleaved, see `lanewalk ladder`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use lanewalk::internal::heat_ceiling;
use lanewalk::{Exec, Layer, Rod, RodMethod, evolve};

use common::{cases, group};

/// Inner points and steps: in registers, in the nearest cache, in the next, in memory.
const RODS: [(usize, u64); 4] = [(49, 20_000), (998, 10_000), (99_998, 1000), (9_999_998, 64)];

fn rods(criterion: &mut Criterion) {
    for (inner, steps) in RODS {
        let rod = Rod::new(inner + 2).steps(steps);
        let run = |exec: &Exec| evolve(&rod, exec).expect("a valid rod");
        let expected = run(&Exec::default().layer(Layer::Scalar)).digest();
        let mut group = group(criterion, &format!("heat/n={}", inner + 2), inner as u64 * steps);
        for (name, exec) in cases() {
            assert_eq!(run(&exec).digest(), expected, "{name}");
            group.bench_function(name, |bencher| bencher.iter(|| run(&exec)));
        }
    }
}

fn spectral(criterion: &mut Criterion) {
    for (inner, steps) in &RODS[..3] {
        let rod = Rod::new(inner + 2).steps(*steps).method(RodMethod::Spectral);
        let run = || evolve(&rod, &Exec::default().threads(1)).expect("a valid rod");
        assert!(run().rounding_error(&Exec::default()).unwrap() < 1e-12);
        let mut group = group(criterion, "heat/spectral", *inner as u64 * steps);
        group.bench_function(format!("n={}", inner + 2), |bencher| bencher.iter(run));
    }
}

fn ceilings(criterion: &mut Criterion) {
    let (inner, steps) = RODS[2];
    let updates = inner as u64 * steps;
    let mut group = group(criterion, "heat/ceiling", updates);
    for (name, exec) in cases() {
        let run = || heat_ceiling(inner + 2, steps, &exec).expect("a valid way of running");
        assert!(run().0 >= updates, "{name}");
        group.bench_function(name, |bencher| bencher.iter_custom(|count| (0..count).map(|_| run().1).sum()));
    }
}

criterion_group!(benches, rods, spectral, ceilings);
criterion_main!(benches);
