//! What the benches of the kernels share: the cases, and how long each is timed.

use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use lanewalk::{Exec, Isa, Layer};

/// Every layer and instruction set by name, on one thread, and the fastest on two.
pub(crate) fn cases() -> Vec<(String, Exec)> {
    let plain = [Layer::Scalar, Layer::Interchanged].map(|layer| (layer.to_string(), Exec::default().layer(layer)));
    let simd = Isa::available().into_iter().map(|isa| (format!("simd-{isa}"), Exec::default().isa(isa)));
    let mut cases: Vec<_> =
        plain.into_iter().chain(simd).map(|(name, exec)| (format!("{name}/t1"), exec.threads(1))).collect();
    if Exec::default().threads(2).plan().is_ok() {
        cases.push(("best/t2".to_owned(), Exec::default().threads(2)));
    }
    cases
}

/// A group whose cases do `items` items of work in each run: steps, points or updates.
pub(crate) fn group<'c>(criterion: &'c mut Criterion, name: &str, items: u64) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(items));
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group
}
