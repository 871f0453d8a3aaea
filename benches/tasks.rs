//! What handing out a task costs, beside plain rayon: `tasks/map/chunk=1`, in tasks per second on two threads.
//!
//! The work is `sin`, as good as none. Each case of ours stands beside what one would write with rayon alone for the
//! same: `map` beside a parallel iterator over the list, handed out one by one, and beside `par_bridge`, which takes
//! from an iterator as `map` does; `imap_unordered` beside jobs that are spawned and send their results through a
//! channel.

use std::hint::black_box;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lanewalk::tasks::{Tasks, imap, imap_unordered, map};
use lanewalk::{Exec, Pin};
use rayon::prelude::*;

const TASKS: usize = 1000;
const THREADS: usize = 2;

fn inputs() -> Vec<f64> {
    (0..TASKS).map(|n| n as f64 / 100.0).collect()
}

fn cases(criterion: &mut Criterion) {
    // Not pinned, as plain rayon is not.
    let exec = Exec::default().threads(THREADS).pin(Pin::None);
    let pool = Arc::new(rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads"));
    let expected: f64 = inputs().into_iter().map(f64::sin).sum();
    let check = |sum: f64, name: &str| assert!((sum - expected).abs() < 1e-6, "{name}");
    let mut group = criterion.benchmark_group("tasks");
    group.throughput(Throughput::Elements(TASKS as u64));
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));

    let inline = || inputs().into_iter().map(f64::sin).collect::<Vec<_>>();
    let list = || pool.install(|| inputs().into_par_iter().with_max_len(1).map(f64::sin).collect::<Vec<_>>());
    let bridge = || pool.install(|| inputs().into_iter().par_bridge().map(f64::sin).collect::<Vec<_>>());
    let spawned = || {
        let (sender, receiver) = mpsc::channel();
        for (index, input) in inputs().into_iter().enumerate() {
            let sender = sender.clone();
            pool.spawn_fifo(move || _ = sender.send((index, input.sin())));
        }
        drop(sender);
        receiver.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
    };
    for (name, run) in [
        ("inline", &inline as &dyn Fn() -> Vec<f64>),
        ("rayon/list", &list),
        ("rayon/bridge", &bridge),
        ("rayon/spawn", &spawned),
    ] {
        check(run().iter().sum(), name);
        group.bench_function(name, |bencher| bencher.iter(|| black_box(run())));
    }
    for chunk in [1, 16] {
        let tasks = || Tasks::new(inputs()).chunk(chunk);
        let ours: [(&str, &dyn Fn() -> f64); 3] = [
            ("map", &|| {
                map(tasks(), f64::sin, &exec)
                    .expect("tasks")
                    .iter()
                    .map(|done| done.result.as_ref().expect("no panic"))
                    .sum()
            }),
            ("imap", &|| {
                imap(tasks(), f64::sin, &exec).expect("tasks").map(|done| done.result.expect("no panic")).sum()
            }),
            ("imap_unordered", &|| {
                imap_unordered(tasks(), f64::sin, &exec)
                    .expect("tasks")
                    .map(|done| done.result.expect("no panic"))
                    .sum()
            }),
        ];
        for (mode, run) in ours {
            let name = format!("{mode}/chunk={chunk}");
            check(run(), &name);
            group.bench_function(name, |bencher| bencher.iter(run));
        }
    }
}

criterion_group!(benches, cases);
criterion_main!(benches);
