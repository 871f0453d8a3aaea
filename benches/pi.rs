//! The layers of Monte Carlo pi, one criterion case each: `pi/plain/simd-avx512/t1`, in points per second.
//!
//! Every case checks its sum before it is timed. `pi/ceiling/...` is the loop of `plain` with nothing seeded and no
//! point in doubt. For ratios, which need the layers interleaved, see `lanewalk ladder`.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use lanewalk::internal::pi_ceiling;
use lanewalk::{Exec, Layer, Pi, PiMethod, estimate_pi};

use common::{cases, group};

const POINTS: u64 = 50_000_000;

fn methods(criterion: &mut Criterion) {
    for &method in PiMethod::ALL {
        let pi = Pi::points(POINTS).method(method);
        let run = |exec: &Exec| estimate_pi(&pi, exec).expect("a valid problem");
        let expected = run(&Exec::default().layer(Layer::Scalar));
        let mut group = group(criterion, &format!("pi/{method}"), POINTS);
        for (name, exec) in cases() {
            assert_eq!(run(&exec), expected, "{name}");
            group.bench_function(name, |bencher| bencher.iter(|| run(&exec)));
        }
    }
}

fn ceilings(criterion: &mut Criterion) {
    let mut group = group(criterion, "pi/ceiling", POINTS);
    for (name, exec) in cases() {
        let run = || pi_ceiling(POINTS, &exec).expect("a valid way of running");
        assert!(run() >= POINTS, "{name}");
        group.bench_function(name, |bencher| bencher.iter(run));
    }
}

criterion_group!(benches, methods, ceilings);
criterion_main!(benches);
