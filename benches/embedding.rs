//! Calls inside another program: the time of the smallest calls, and the time from a stop to the return of a call.
//!
//! `call/...` is the whole time of a call with almost no work, on one thread and on all. `stop/...` is the time from
//! [`RunControl::stop`] on another thread until the call has returned [`Error::Stopped`], with its memory released.

use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use lanewalk::{
    Error, Exec, Layer, Pi, Result, ReturnKind, Rod, RodMethod, RunControl, Walk, estimate_pi, evolve, first_passage,
    first_return, region_exit,
};

/// The number of points of a long rod.
const POINTS: usize = 10_000_000;

/// More walks than a run can finish.
const ENDLESS: u64 = 1 << 32;

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("call");
    let (walk, pi, rod) = (Walk::to(1.0).samples(1), Pi::points(1), Rod::new(3).steps(1));
    for (threads, exec) in [("t1", Exec::default().threads(1)), ("all", Exec::default())] {
        group.bench_function(format!("walk/{threads}"), |bencher| bencher.iter(|| first_passage(&walk, &exec)));
        group.bench_function(format!("pi/{threads}"), |bencher| bencher.iter(|| estimate_pi(&pi, &exec)));
        group.bench_function(format!("heat/{threads}"), |bencher| bencher.iter(|| evolve(&rod, &exec)));
    }
}

/// Measures the time from a stop to the return of `run`. Each stop comes at another time up to `end`.
fn stop(criterion: &mut Criterion, name: &str, end: Duration, run: impl Fn(&Exec) -> Result<()> + Sync) {
    let mut group = criterion.benchmark_group("stop");
    group.sample_size(10).warm_up_time(Duration::from_millis(1)).measurement_time(Duration::from_millis(1));
    let mut part = 0.0;
    let mut once = || {
        // Multiples of the golden ratio cover the interval evenly.
        part = (part + 0.618_033_988_75_f64).fract();
        let control = RunControl::new();
        let exec = Exec::default().control(&control);
        thread::scope(|scope| {
            let call = scope.spawn(|| (run(&exec), Instant::now()));
            thread::sleep(end.mul_f64(part));
            let stopped = Instant::now();
            control.stop();
            let (result, returned) = call.join().expect("the call does not panic");
            assert_eq!(result, Err(Error::Stopped), "{name}");
            returned.saturating_duration_since(stopped)
        })
    };
    group.bench_function(name, |bencher| bencher.iter_custom(|count| (0..count).map(|_| once()).sum()));
}

fn stops(criterion: &mut Criterion) {
    let short = Duration::from_millis(100);
    let walk = Walk::to(150.0).samples(ENDLESS);
    stop(criterion, "walk", short, |exec| first_passage(&walk, exec).map(drop));
    for layer in [Layer::Scalar, Layer::Interchanged] {
        let name = format!("walk/{layer}");
        stop(criterion, &name, short, |exec| first_passage(&walk, &exec.clone().layer(layer)).map(drop));
    }
    let ball = Walk::in_ball(16, 1000.0).samples(ENDLESS);
    stop(criterion, "ball", short, |exec| region_exit(&ball, exec).map(drop));
    let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 3 }, 1 << 40).samples(ENDLESS);
    stop(criterion, "lattice", short, |exec| first_return(&lattice, exec).map(drop));
    stop(criterion, "pi", short, |exec| estimate_pi(&Pi::points(1 << 60), exec).map(drop));
    for layer in Layer::ALL {
        let rod = Rod::new(POINTS).steps(1_000_000);
        let name = format!("heat/{layer}");
        stop(criterion, &name, 5 * short, |exec| evolve(&rod, &exec.clone().layer(*layer)).map(drop));
    }
    let spectral = Rod::new(POINTS).method(RodMethod::Spectral);
    stop(criterion, "heat/spectral", 5 * short, |exec| evolve(&spectral, exec).map(drop));
    let exact = ReturnKind::Lattice { dimensions: 2 };
    stop(criterion, "exact/lattice", short, |exec| Walk::returning(exact, 1 << 22).solve(exec));
}

criterion_group!(benches, calls, stops);
criterion_main!(benches);
