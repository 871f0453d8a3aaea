//! The layers of Monte Carlo pi, one criterion case each: `pi/plain/simd-avx512/t1`, in points per second.
//!
//! Every case checks its sum before it is timed. `pi/ceiling/...` is the loop of `plain` with nothing seeded and no point
//! in doubt. For ratios, which need the layers interleaved, see `lanewalk ladder`.

use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use lanewalk::internal::pi_ceiling;
use lanewalk::{Exec, Isa, Layer, Pi, PiMethod, estimate_pi};

const POINTS: u64 = 50_000_000;

/// Layers and instruction sets by name, on that many threads.
fn ways(threads: usize) -> Vec<(String, Exec)> {
    let plain = [Layer::Scalar, Layer::Interchanged].map(|layer| (layer.to_string(), Exec::default().layer(layer)));
    let simd = Isa::available().into_iter().map(|isa| (format!("simd-{isa}"), Exec::default().isa(isa)));
    let named = |(name, exec): (String, Exec)| (format!("{name}/t{threads}"), exec.threads(threads));
    plain.into_iter().chain(simd).map(named).collect()
}

/// All ways on one thread, and the fastest on two.
fn cases() -> Vec<(String, Exec)> {
    let mut cases = ways(1);
    if Exec::default().threads(2).plan().is_ok() {
        cases.extend(ways(2).pop());
    }
    cases
}

fn group<'c>(criterion: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(POINTS));
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group
}

fn methods(criterion: &mut Criterion) {
    for method in PiMethod::ALL {
        let pi = Pi::points(POINTS).method(method);
        let run = |exec: &Exec| estimate_pi(&pi, exec).expect("a valid problem");
        let expected = run(&Exec::default().layer(Layer::Scalar));
        let mut group = group(criterion, &format!("pi/{method}"));
        for (name, exec) in cases() {
            assert_eq!(run(&exec), expected, "{name}");
            group.bench_function(name, |bencher| bencher.iter(|| run(&exec)));
        }
    }
}

fn ceilings(criterion: &mut Criterion) {
    let mut group = group(criterion, "pi/ceiling");
    for (name, exec) in cases() {
        let run = || pi_ceiling(POINTS, &exec).expect("a valid way of running");
        assert!(run() >= POINTS, "{name}");
        group.bench_function(name, |bencher| bencher.iter(run));
    }
}

criterion_group!(benches, methods, ceilings);
criterion_main!(benches);
