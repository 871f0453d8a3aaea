//! Tiny tasks: the sines of five numbers, which take nanoseconds, and the overhead of a pool.

use std::hint::black_box;
use std::time::{Duration, Instant};

use lanewalk::tasks::{Order, Tasks, imap, imap_unordered, map};
use lanewalk::{Exec, RunControl};
use serde::Serialize;

use crate::cli::common::Running;
use crate::cli::failure::Failure;
use crate::cli::progress;
use crate::exit::ExitCode;
use crate::ladder::baseline::Baseline;
use crate::ladder::error::LadderError;
use crate::ladder::measure::{Case, Sample, interleave};
use crate::ladder::schedule::Mode;
use crate::ladder::statistics::Interval;
use crate::report::noise::interval_name;
use crate::report::{Page, Report, Table, counted, duration, significant};
use lanewalk::internal::median;

/// The numbers of the example.
const NUMBERS: [f64; 5] = [0.1, 0.2, 0.3, -2.3, 77.0];

/// Python with one pool for all maps, and with a new pool for each map.
const KEPT: Baseline = Baseline {
    name: "Python, Pool.map",
    script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/pool.py")),
};
const FRESH: Baseline = Baseline {
    name: "Python, with Pool() as pool: pool.map",
    script: concat!("FRESH = True\n", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/pool.py"))),
};

/// The number of maps in a round of the plain loop and of a pool; the seconds of a round of Python, and the maximum
/// number of its rounds.
const LOOPS: u64 = 200_000;
const MAPS: u64 = 500;
const PYTHON_S: f64 = 0.2;
const PYTHON_ROUNDS: usize = 3;

/// The time of all rounds.
const BUDGET: Duration = Duration::from_secs(2);

/// The sines in the order of the list, computed by a plain loop without a pool.
fn plain() -> [f64; 5] {
    black_box(NUMBERS).map(f64::sin)
}

fn pooled(mode: Mode, chunk: usize, order: Order, seed: u64, exec: &Exec) -> Result<Vec<f64>, lanewalk::Error> {
    let tasks = Tasks::arranged(black_box(NUMBERS), order, seed, |number| number.abs()).chunk(chunk);
    let mut done = match mode {
        Mode::Map => map(tasks, f64::sin, exec)?,
        Mode::Imap => imap(tasks, f64::sin, exec)?.collect(),
        Mode::ImapUnordered => imap_unordered(tasks, f64::sin, exec)?.collect(),
    };
    done.sort_by_key(|done| done.index);
    Ok(done.into_iter().filter_map(|done| done.result.ok()).collect())
}

/// The bits of the sines, so that all variants can be compared exactly.
fn digest(sines: &[f64]) -> String {
    let bits: Vec<_> = sines.iter().map(|sine| format!("{:016x}", sine.to_bits())).collect();
    bits.concat()
}

pub(super) fn run(running: &Running, chunk: usize, order: Order) -> Result<ExitCode, Failure> {
    let output = running.destination.output()?;
    let control = progress::stoppable()?;
    let (exec, plan) = running.exec_with("workers", &control)?;
    let start = Instant::now();
    let mut notes = Vec::new();
    let mut python = Vec::new();
    for baseline in [KEPT, FRESH] {
        match baseline.run(0.01, &control) {
            Ok(_) => python.push(baseline),
            Err(LadderError::Baseline(reason)) => {
                notes.push(format!("no row {}: {reason}", baseline.name));
                break;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let mut cases = cases(chunk, order, running.seed, &exec, &python, &control);
    let rounds = interleave(&mut cases, 1, BUDGET, &control, |_| ())?;
    if rounds == 0 {
        return Err(LadderError::Stopped.into());
    }
    notes.extend(cases.iter().filter_map(|case| Some(format!("no row {}: {}", case.name, case.dropped.as_ref()?))));
    let plain = median(cases[0].rates.clone());
    let row = |case: &Case| {
        let tasks = NUMBERS.len() as f64;
        let times = Interval::of(&case.rates.iter().map(|rate| tasks / rate).collect::<Vec<_>>())?;
        Some(Row {
            variant: case.name.clone(),
            map_s: times.median,
            map_low_s: times.low,
            map_high_s: times.high,
            per_task_s: times.median / tasks,
            times_plain: times.median / tasks * plain,
            rounds: case.rates.len(),
        })
    };
    let report = Sines {
        command: "schedule",
        version: env!("CARGO_PKG_VERSION"),
        task: "sin",
        workers: plan.threads,
        chunk,
        order: order.to_string(),
        rounds,
        results: cases.iter().filter_map(row).collect(),
        elapsed_s: start.elapsed().as_secs_f64(),
        notes,
    };
    running.destination.write(output, &report)?;
    if control.is_stopped() {
        return Err(Failure::Stopped(format!("the table contains {}", counted(rounds, "complete round"))));
    }
    Ok(ExitCode::SUCCESS)
}

fn cases<'a>(
    chunk: usize,
    order: Order,
    seed: u64,
    exec: &'a Exec,
    python: &'a [Baseline],
    control: &'a RunControl,
) -> Vec<Case<'a>> {
    let tasks = NUMBERS.len() as u64;
    let mut cases = vec![Case::new("a plain loop", move |_| {
        let mut sines = plain();
        for _ in 1..LOOPS {
            sines = black_box(plain());
        }
        Ok(Sample { work: (LOOPS * tasks) as f64, seconds: None, digest: Some(digest(&sines)) })
    })];
    for mode in Mode::ALL {
        cases.push(Case::new(mode.name(), move |_| {
            let mut sines = pooled(mode, chunk, order, seed, exec)?;
            for _ in 1..MAPS {
                sines = pooled(mode, chunk, order, seed, exec)?;
            }
            Ok(Sample { work: (MAPS * tasks) as f64, seconds: None, digest: Some(digest(&sines)) })
        }));
    }
    for baseline in python {
        cases.push(Case::new(baseline.name, move |_| baseline.run(PYTHON_S, control)).most_rounds(PYTHON_ROUNDS));
    }
    cases
}

#[derive(Serialize)]
struct Sines {
    command: &'static str,
    version: &'static str,
    task: &'static str,
    workers: usize,
    chunk: usize,
    order: String,
    rounds: usize,
    results: Vec<Row>,
    elapsed_s: f64,
    notes: Vec<String>,
}

/// One variant of the computation.
#[derive(Serialize)]
struct Row {
    variant: String,
    map_s: f64,
    map_low_s: f64,
    map_high_s: f64,
    per_task_s: f64,
    times_plain: f64,
    /// The number of rounds, of which Python has fewer.
    rounds: usize,
}

impl Report for Sines {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let usual = interval_name(self.rounds);
        let mut table = Table::new(["variant", "five sines", usual.as_str(), "per task", "x plain loop"], &["variant"])
            .optional(&[3, 2]);
        for row in &self.results {
            let range = match row.rounds {
                1 => "-".to_owned(),
                _ => format!("{} to {}", duration(row.map_low_s), duration(row.map_high_s)),
            };
            let name = interval_name(row.rounds);
            table.row([
                row.variant.clone(),
                duration(row.map_s),
                if name == usual || row.rounds == 1 { range } else { format!("{range}, {name}") },
                duration(row.per_task_s),
                significant(row.times_plain, 3),
            ]);
        }
        let (workers, rounds) = (counted(self.workers, "worker"), counted(self.rounds, "round"));
        let (chunk, order, elapsed) = (self.chunk, &self.order, duration(self.elapsed_s));
        let page = self.notes.iter().fold(Page::new().table(table), Page::lines);
        page.lines("a pool does not speed up tasks this small: assigning a task takes longer than computing it").lines(
            format!("{workers} (Python: 2), chunk {chunk}, order {order}; medians of {rounds}, interleaved; {elapsed}"),
        )
    }
}
