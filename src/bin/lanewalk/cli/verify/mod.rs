//! `lanewalk verify`: checks that all variants of this build give the known answers on this machine.

mod batteries;
mod known;
mod row;

use clap::Args;
use lanewalk::{Error, Exec, Isa, Layer, Pin, RunControl};
use serde::Serialize;

use super::common::Destination;
use super::failure::Failure;
use super::progress;
use crate::exit::ExitCode;
use crate::report::{Page, Report, Table};
use batteries::WORKLOADS;
use row::Row;

/// Check that every layer, instruction set and number of threads gives the known answers
///
/// The known answers were computed by an independent program. Exit status 1 if anything differs.
#[derive(Args)]
#[command(after_help = "Example:\n  lanewalk verify --quiet && echo all results are the same")]
pub(super) struct Arguments {
    #[command(flatten)]
    destination: Destination,
}

const THREADS: [usize; 4] = [1, 2, 3, 7];

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let output = self.destination.output()?;
        let control = progress::stoppable()?;
        let mut rows = Vec::new();
        let checked = check(&control, &mut rows);
        let stopped = checked == Err(Error::Stopped);
        if !stopped {
            checked?;
        } else if rows.is_empty() {
            return Err(Failure::Stopped("no check was complete; nothing was written".to_owned()));
        }
        let plan = Exec::from_env()?.plan()?;
        let limited_by = [plan.isa_from, plan.threads_from].into_iter().flatten().collect();
        let passed = rows.iter().all(|row| row.passed);
        let passed = passed && !stopped;
        let report = Verification { command: "verify", passed, stopped, limited_by, results: rows };
        self.destination.write(output, &report)?;
        if stopped && report.results.iter().all(|row| row.passed) {
            return Err(Failure::Stopped(format!("the report contains the {} complete checks", report.results.len())));
        }
        Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// Adds the row of each check. After a stop, the rows are those of the complete checks.
fn check(control: &RunControl, rows: &mut Vec<Row>) -> Result<(), Error> {
    rows.extend(known::rows(control)?);
    let plan = Exec::from_env()?.plan()?;
    let (forced, most) = (plan.isa.filter(|_| plan.isa_from.is_some()), plan.threads_from.map(|_| plan.threads));
    let is_checked = |threads: usize| match most {
        Some(most) => threads <= most,
        None => threads == 1 || cfg!(feature = "threads"),
    };
    for (workload, battery) in WORKLOADS {
        let textbook = battery(&Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None).control(control))?;
        for (layer, isa) in variants(forced) {
            for threads in THREADS.into_iter().filter(|threads| is_checked(*threads)) {
                let mut exec = Exec::default().layer(layer).threads(threads).control(control);
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
    Ok(())
}

/// Every layer; the simd layer once for each available instruction set, or for the one that the environment forces.
fn variants(forced: Option<Isa>) -> Vec<(Layer, Option<Isa>)> {
    let isas = forced.map_or_else(Isa::available, |isa| vec![isa]);
    let simd = isas.into_iter().map(|isa| (Layer::Simd, Some(isa)));
    [(Layer::Scalar, None), (Layer::Interchanged, None)].into_iter().chain(simd).collect()
}

#[derive(Serialize)]
struct Verification {
    command: &'static str,
    /// Whether all checks are complete and gave the same bits.
    passed: bool,
    /// Whether the run was stopped before all checks were complete.
    stopped: bool,
    /// The environment variables that exclude instruction sets or numbers of threads.
    limited_by: Vec<&'static str>,
    results: Vec<Row>,
}

impl Report for Verification {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let mut table = Table::new(["result", "tallies or digest", "check"], &["result", "tallies or digest", "check"])
            .optional(&[1]);
        for row in &self.results {
            let result = if row.passed { "same" } else { "DIFFERS" };
            table.row([result.to_owned(), row.got.clone(), row.name.clone()]);
        }
        let missing: Vec<_> =
            Isa::ALL.iter().copied().filter(|isa| !isa.is_available()).map(|isa| isa.to_string()).collect();
        let skipped = match missing.len() {
            0 => String::new(),
            _ => format!("not checked, since this machine or build does not support them: {}\n", missing.join(", ")),
        };
        let limits = match &self.limited_by[..] {
            [] => String::new(),
            names => format!("{} excludes some checks\n", names.join(" and ")),
        };
        let failed = self.results.iter().filter(|row| !row.passed).count();
        let verdict = match failed {
            0 if self.stopped => format!("stopped: the first {} checks gave the same bits\n", self.results.len()),
            0 => format!("all {} checks gave the same bits\n", self.results.len()),
            _ => format!("{failed} of {} checks differ\n", self.results.len()),
        };
        let differences = self.results.iter().filter(|row| !row.passed);
        let differences = differences.map(|row| format!("{}: {} instead of {}", row.name, row.got, row.expected));
        let page = differences.fold(Page::new().table(table), Page::lines);
        page.lines(skipped).lines(limits).lines(verdict)
    }
}
