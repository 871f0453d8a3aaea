//! `lanewalk verify`: does this build on this machine give the one right answer, whichever way it runs?

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::ExitCode;

use clap::Args;
use lanewalk::{
    Crossing, Error, Exec, Isa, Layer, Method, Pi, PiMethod, Pin, Rod, Walk, Watch, estimate_pi, evolve,
    first_crossing, first_crossing_each,
};
use serde::Serialize;

use super::Failure;
use super::common::Destination;
use super::progress;
use crate::report::{Report, Table, render};

/// Check known answers, then every layer, instruction set and thread count against the textbook loop
///
/// The known answers were computed by an independent program. Exit status 1 if anything differs.
#[derive(Args)]
#[command(after_help = "Example:\n  lanewalk verify --quiet && echo the same bits everywhere")]
pub(super) struct Arguments {
    #[command(flatten)]
    destination: Destination,
}

/// y,samples,seed,total_steps,sum_squares,longest,crossed_below
const KNOWN_ANSWERS: &str = include_str!("../../tests/reference/walk.csv");

/// method,points,seed,sum,spread
const KNOWN_PI: &str = include_str!("../../tests/reference/pi.csv");

/// points,steps,sum,middle
const KNOWN_HEAT: &str = include_str!("../../tests/reference/heat.csv");

const THREADS: [usize; 4] = [1, 2, 3, 7];

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let output = self.destination.output()?;
        let watch = progress::stoppable()?;
        let rows = check(&watch).map_err(|error| match error {
            Error::Stopped => Failure::Stopped("not every combination was checked".to_owned()),
            other => other.into(),
        })?;
        let report = Verification { command: "verify", passed: rows.iter().all(|row| row.passed), results: rows };
        output.write(&render(&report, self.destination.format)?)?;
        Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// A workload's digest of many runs.
type Battery = fn(&Exec) -> Result<String, Error>;

const WORKLOADS: [(&str, Battery); 3] = [("walk", walk_battery), ("pi", pi_battery), ("heat", heat_battery)];

fn check(watch: &Watch) -> Result<Vec<Row>, Error> {
    let mut rows = known_walks(watch)?;
    rows.extend(known_pi(watch)?);
    rows.extend(known_heat(watch)?);
    for (workload, battery) in WORKLOADS {
        let textbook = battery(&Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None).watch(watch))?;
        for (layer, isa) in ways() {
            for threads in THREADS.into_iter().take_while(|threads| *threads == 1 || cfg!(feature = "threads")) {
                let mut exec = Exec::default().layer(layer).threads(threads).watch(watch);
                if let Some(isa) = isa {
                    exec = exec.isa(isa);
                }
                let isa = isa.map(|isa| format!(" {isa}")).unwrap_or_default();
                let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
                let name = format!("{workload}: {layer}{isa}, {threads}");
                rows.push(Row::new(name, textbook.clone(), battery(&exec)?));
            }
        }
    }
    Ok(rows)
}

/// Every layer, the simd layer once for each instruction set that is here.
fn ways() -> Vec<(Layer, Option<Isa>)> {
    let simd = Isa::available().into_iter().map(|isa| (Layer::Simd, Some(isa)));
    [(Layer::Scalar, None), (Layer::Interchanged, None)].into_iter().chain(simd).collect()
}

fn known_walks(watch: &Watch) -> Result<Vec<Row>, Error> {
    let row = |line: &str| {
        let mut parts = line.splitn(4, ',');
        let mut part = || parts.next().expect("seven columns");
        let (y, samples, seed) = (part(), part(), part());
        let number = |text: &str| text.parse::<u64>().expect("a whole number");
        let walk = Walk::to(y.parse().expect("a number")).samples(number(samples)).seed(number(seed));
        let tally = first_crossing(&walk, &Exec::default().watch(watch))?[0].tally;
        let got = format!("{},{},{},{}", tally.total_steps, tally.sum_squares, tally.longest, tally.below);
        Ok(Row::new(format!("walk: known answer, Y = {y}, {samples} walks, seed {seed}"), part().to_owned(), got))
    };
    KNOWN_ANSWERS.lines().skip(1).map(row).collect()
}

fn known_pi(watch: &Watch) -> Result<Vec<Row>, Error> {
    let row = |line: &str| {
        let mut parts = line.splitn(4, ',');
        let mut part = || parts.next().expect("five columns");
        let (method, points, seed) = (part(), part(), part());
        let number = |text: &str| text.parse::<u64>().expect("a whole number");
        let pi = Pi::points(number(points)).method(method.parse()?).seed(number(seed));
        let score = estimate_pi(&pi, &Exec::default().watch(watch))?;
        let name = format!("pi: known answer, {method}, {points} points, seed {seed}");
        Ok(Row::new(name, part().to_owned(), format!("{},{}", score.sum, score.spread)))
    };
    KNOWN_PI.lines().skip(1).map(row).collect()
}

fn known_heat(watch: &Watch) -> Result<Vec<Row>, Error> {
    let row = |line: &str| {
        let mut parts = line.splitn(3, ',');
        let mut part = || parts.next().expect("four columns");
        let (points, steps) = (part(), part());
        let rod = Rod::new(points.parse().expect("a number")).steps(steps.parse().expect("a number"));
        let field = evolve(&rod, &Exec::default().watch(watch))?.field;
        let weighted =
            field.iter().zip((1_u64..).step_by(2)).map(|(value, weight)| value.to_bits().wrapping_mul(weight));
        let got = format!("{:016x},{:016x}", weighted.fold(0, u64::wrapping_add), field[field.len() / 2].to_bits());
        Ok(Row::new(format!("heat: known answer, {points} points, {steps} steps"), part().to_owned(), got))
    };
    KNOWN_HEAT.lines().skip(1).map(row).collect()
}

/// Digests of runs that meet every odd case: fewer walkers than lanes, one more, a prime, shards, all methods, barriers
/// below and far above a step, and walkers written one by one.
fn walk_battery(exec: &Exec) -> Result<String, Error> {
    let list = [0.001, 1.0, 7.25, 40.0, 150.0];
    let plain = |walkers| Walk::to_each(list).walkers(walkers).seed(7);
    let mut runs: Vec<Walk> = [0..1, 0..7, 0..8, 0..9, 0..17, 5..102].map(plain).into();
    runs.push(plain(0..97).method(Method::Nested));
    runs.push(plain(3..34).method(Method::Wald));
    runs.push(plain(0..9).independent(true));
    let mut crossings: Vec<Crossing> = Vec::new();
    for walk in &runs {
        crossings.extend(first_crossing(walk, exec)?);
    }
    let (mut times, mut positions) = (vec![0; 1009], vec![0; 1009]);
    first_crossing_each(&Walk::to(7.25).walkers(11..1020), &mut times, &mut positions, exec)?;
    let mut each = DefaultHasher::new();
    (times, positions).hash(&mut each);
    Ok(format!("{} {:016x}", Crossing::digest(&crossings), each.finish()))
}

/// Digests of runs by every method that begin and end within streams, slabs and columns, fill lanes and do not, and meet
/// points that only their lower bits decide.
fn pi_battery(exec: &Exec) -> Result<String, Error> {
    let all = 250_000;
    let mut digests = DefaultHasher::new();
    for method in PiMethod::ALL {
        let pi = Pi::points(all).method(method).seed(7);
        for shard in [0..1, 1..7, 1021..3077, 1024..66_560, 3..70_001, 0..all] {
            estimate_pi(&pi.clone().shard(shard), exec)?.digest().hash(&mut digests);
        }
    }
    Ok(format!("{:016x}", digests.finish()))
}

/// Digests of rods shorter and longer than what lanes, registers and caches hold, whole and in sub-domains, even and not,
/// with halos of all depths, and as many steps as no blocking divides.
fn heat_battery(exec: &Exec) -> Result<String, Error> {
    let mut digests = DefaultHasher::new();
    for points in [3, 4, 10, 17, 18, 51, 131, 200, 1009, 40_001] {
        let rod = Rod::new(points).steps(75);
        for (domains, halo) in [(1, 1), (2, 1), (3, 2), (7, 5), (7, 64)] {
            let cut = rod.clone().domains(domains).halo(halo);
            if cut.check().is_ok() {
                evolve(&cut, exec)?.digest().hash(&mut digests);
            }
        }
    }
    Ok(format!("{:016x}", digests.finish()))
}

#[derive(Serialize)]
struct Row {
    name: String,
    expected: String,
    got: String,
    passed: bool,
}

impl Row {
    fn new(name: String, expected: String, got: String) -> Self {
        let passed = expected == got;
        Self { name, expected, got, passed }
    }
}

#[derive(Serialize)]
struct Verification {
    command: &'static str,
    passed: bool,
    results: Vec<Row>,
}

impl Report for Verification {
    type Row = Row;

    fn rows(&self) -> &[Row] {
        &self.results
    }

    fn table(&self) -> String {
        let mut table = Table::new(["check", "result", "tallies or digest"], &["check", "result", "tallies or digest"]);
        for row in &self.results {
            let (result, shown) = if row.passed {
                ("same", row.got.clone())
            } else {
                ("DIFFERS", format!("{} instead of {}", row.got, row.expected))
            };
            table.row([row.name.clone(), result.to_owned(), shown]);
        }
        let missing: Vec<_> =
            Isa::ALL.into_iter().filter(|isa| !isa.is_available()).map(|isa| isa.to_string()).collect();
        let skipped = match missing.len() {
            0 => String::new(),
            _ => format!("not on this machine or not in this build, so not checked: {}\n", missing.join(", ")),
        };
        let failed = self.results.iter().filter(|row| !row.passed).count();
        let verdict = match failed {
            0 => format!("all {} checks gave the same bits\n", self.results.len()),
            _ => format!("{failed} of {} checks differ\n", self.results.len()),
        };
        table.render() + &skipped + &verdict
    }
}
