//! The gain of each layer as a ratio, measured in one run with the layers interleaved: A B C A B C ...
//!
//! Machines are shared and noisy, and their clocks move: two rates are comparable only when they were taken in turns.
//! Each round times every case once; a ratio is the median over the rounds of the two rates in the same round, and its
//! interval holds the true median with 95 % confidence (order statistics, no assumption on the noise). The first row
//! times a case against itself: that is this run's noise floor, and what lies within it is no difference.
//!
//! `cargo bench --bench ratios`; `-- --test` runs each case once.

use std::process::Command;
use std::time::Instant;

use lanewalk::{Exec, Isa, Layer, Machine, Walk, ceiling, first_crossing};

/// Something that takes steps.
struct Case {
    name: &'static str,
    run: Box<dyn Fn() -> f64>,
    /// Rates in steps per second, one a round.
    rates: Vec<f64>,
}

fn walk(name: &'static str, y: f64, samples: u64, expected: u128, exec: Exec) -> Case {
    let run = move || {
        let steps =
            first_crossing(&Walk::to(y).samples(samples).seed(42), &exec).expect("a valid walk")[0].tally.total_steps;
        assert_eq!(steps, expected, "{name}");
        steps as f64
    };
    Case { name, run: Box::new(run), rates: Vec::new() }
}

fn free(name: &'static str, exec: Exec) -> Case {
    let run = move || ceiling(200_000_000, &exec).expect("a valid way of running") as f64;
    Case { name, run: Box::new(run), rates: Vec::new() }
}

/// Median and the ranks of its 95 % interval: those between which a binomial with p = 1/2 lies 95 % of the time.
fn median(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let half_width = (1.96 * (n as f64).sqrt() / 2.0).ceil() as usize;
    (values[n / 2], values[(n / 2).saturating_sub(half_width)], values[(n / 2 + half_width).min(n - 1)])
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let rounds = if test { 1 } else { 21 };
    let one = || Exec::default().threads(1);
    let far = |name, exec| walk(name, 150.0, 3000, 199_693_983, exec);
    let near = |name, exec| walk(name, 10.0, 100_000, 31_785_510, exec);
    let mut cases = vec![
        far("scalar, y=150", one().layer(Layer::Scalar)),
        far("interchanged, y=150", one().layer(Layer::Interchanged)),
        near("scalar, y=10", one().layer(Layer::Scalar)),
    ];
    for isa in Isa::available() {
        let name = |y: &str| -> &'static str { format!("{isa}, {y}").leak() };
        cases.push(far(name("y=150"), one().isa(isa)));
        cases.push(near(name("y=10"), one().isa(isa)));
        cases.push(free(name("ceiling"), one().isa(isa)));
    }
    if let Some(best) = Isa::best() {
        cases.push(far("best again, y=150", one().isa(best)));
        if Exec::default().threads(2).plan().is_ok() {
            cases.push(far("best, 2 threads pinned, y=150", Exec::default().isa(best).threads(2)));
            cases.push(far("best, 2 threads unpinned, y=150", Exec::default().isa(best).threads(2).pin(false)));
        }
    }
    for case in &cases {
        (case.run)();
    }
    for _ in 0..rounds {
        for case in &mut cases {
            let start = Instant::now();
            let steps = (case.run)();
            case.rates.push(steps / start.elapsed().as_secs_f64());
        }
    }

    let machine = Machine::detect();
    println!("{}, {} usable threads, {rounds} rounds, built for {}", machine.cpu, machine.threads, built_for());
    println!("\n{:34} {:>9}", "case", "Gsteps/s");
    for case in &cases {
        let (middle, low, high) = median(case.rates.clone());
        println!("{:34} {:9.3}  {:.3} to {:.3}", case.name, middle / 1e9, low / 1e9, high / 1e9);
    }
    println!("\n{:66} {:>7}", "ratio", "median");
    let rates = |name: &str| cases.iter().find(|case| case.name == name).map(|case| &case.rates);
    let ratio = |what: String, over: &str| {
        if let (Some(above), Some(below)) = (rates(&what), rates(over)) {
            let (middle, low, high) = median(above.iter().zip(below).map(|(above, below)| above / below).collect());
            println!("{:66} {middle:7.3}  {low:.3} to {high:.3}", format!("{what} / {over}"));
        }
    };
    if let Some(best) = Isa::best() {
        ratio("best again, y=150".to_owned(), &format!("{best}, y=150"));
    }
    ratio("interchanged, y=150".to_owned(), "scalar, y=150");
    for isa in Isa::available() {
        ratio(format!("{isa}, y=150"), "scalar, y=150");
        ratio(format!("{isa}, y=10"), "scalar, y=10");
        ratio(format!("{isa}, y=150"), &format!("{isa}, ceiling"));
        ratio(format!("{isa}, y=10"), &format!("{isa}, ceiling"));
    }
    ratio("wide, y=150".to_owned(), "avx512, y=150");
    if let Some(best) = Isa::best() {
        ratio("best, 2 threads pinned, y=150".to_owned(), &format!("{best}, y=150"));
        ratio("best, 2 threads unpinned, y=150".to_owned(), &format!("{best}, y=150"));
    }
    course(if test { 1 } else { 300 }, rounds);
}

/// The target features that the compiler was allowed, as far as they matter here.
fn built_for() -> &'static str {
    match () {
        () if cfg!(target_feature = "avx512f") => "AVX-512",
        () if cfg!(target_feature = "avx2") => "AVX2",
        () if cfg!(target_arch = "aarch64") => "NEON",
        () => "the baseline",
    }
}

/// The course's list, whole processes: the program against plain Python.
fn course(samples: u32, rounds: usize) {
    let Some(program) = option_env!("CARGO_BIN_EXE_lanewalk") else {
        println!("\nno program was built (feature cli): the course's list is left out");
        return;
    };
    let samples = samples.to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/walk.py");
    let start = Instant::now();
    let python = match Command::new("python3").args([script, &samples]).output() {
        Ok(output) if output.status.success() => start.elapsed().as_secs_f64(),
        _ => {
            println!("\nno python3 was found: the comparison with the course's loop is left out");
            return;
        }
    };
    let time = |_| {
        let start = Instant::now();
        let output = Command::new(program).args(["walk", "--samples", &samples]).output().expect("the program runs");
        assert!(output.status.success());
        start.elapsed().as_secs_f64()
    };
    let (middle, low, high) = median((0..rounds).map(time).collect());
    println!("\nthe course's list, {samples} walks each, whole process: Python {python:.2} s once,");
    println!("lanewalk {:.2} ms ({:.2} to {:.2}): {:.0} times", middle * 1e3, low * 1e3, high * 1e3, python / middle);
}
