//! `lanewalk scale`: time against threads.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use clap::Args;
use lanewalk::Machine;
use serde::Serialize;

use super::common::{Destination, Named};
use super::failure::Failure;
use super::ladder::too_many;
use super::output::Output;
use super::{number, progress};
use crate::ladder::host::Host;
use crate::ladder::point::Point;
use crate::ladder::scale::{Scaling, Settings, usual};
use crate::ladder::workload::Workload;
use crate::ladder::workloads::WORKLOADS;
use crate::report::{Head, Report, duration, render, scale, svg};

/// Time against threads: strong scaling, or weak scaling with --weak
///
/// Every number of threads is interleaved with the others, pinned to cores and not, and every result is checked to be
/// the same to the last bit (exit status 1 if not). Speedup is T(1)/T(w), with --weak w T(1)/T(w); efficiency is
/// speedup over threads. Ratios are formed within rounds; intervals are of 95 %.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Workload to measure
    #[arg(default_value = "walk", value_parser = Named::new(names(), workload))]
    workload: OneWorkload,

    /// Numbers of threads, ascending; 1 is always among them [default: 1 to all; of more than 8, powers of two, all,
    /// and one for each physical core]
    #[arg(long, value_name = "LIST", value_parser = number::workers)]
    threads: Option<number::Workers>,

    /// Weak scaling: the work grows with the threads
    #[arg(long)]
    weak: bool,

    /// Some five seconds in all
    #[arg(long, conflicts_with = "budget")]
    quick: bool,

    /// Seconds to spend in all [default: 15]
    #[arg(long, value_name = "SECONDS", value_parser = number::seconds)]
    budget: Option<f64>,

    /// The one seed of all random numbers
    #[arg(long, value_name = "U64", default_value = "1", value_parser = number::count)]
    seed: u64,

    /// Plot speedup and efficiency against threads into FILE, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    destination: Destination,
}

const EXAMPLES: &str = "Examples:
  lanewalk scale                           first crossings, 1 thread to all
  lanewalk scale pi --plot pi.svg          points in a quarter of a disc, and a plot
  lanewalk scale heat --weak               a rod that is longer for more threads
  lanewalk scale walk --threads 1..=8      more threads than cores, too, if there are fewer";

/// Seconds of a run, by default and with `--quick`.
const BUDGET: f64 = 15.0;
const QUICK_BUDGET: f64 = 5.0;

/// The most numbers of threads in a list: the pool of each stays.
const MAX_POINTS: usize = 64;

/// What of the budget goes into rounds; the rest is for warming up.
const ROUNDS_SHARE: f64 = 0.9;

/// An alias, since clap would ask more of a reference.
type OneWorkload = &'static Workload;

fn names() -> impl Iterator<Item = &'static str> {
    WORKLOADS.iter().map(|workload| workload.name)
}

fn workload(name: &str) -> Result<OneWorkload, String> {
    let found = WORKLOADS.into_iter().find(|workload| workload.name == name);
    found.ok_or_else(|| format!("expected one of {}", names().collect::<Vec<_>>().join(" ")))
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        self.destination.distinct(&[("--plot", self.plot.as_deref())])?;
        let output = self.destination.output()?;
        let plot = self.plot.as_deref().map(|path| Output::open("--plot", Some(path))).transpose()?;
        let machine = Machine::detect();
        let threads = match &self.threads {
            Some(list) if list.0.len() > MAX_POINTS => {
                let given = list.0.len();
                return Err(anyhow!("--threads: got {given} numbers, expected at most {MAX_POINTS}").into());
            }
            Some(list) => list.0.iter().map(|threads| usize::try_from(*threads).unwrap_or(usize::MAX)).collect(),
            None => usual(machine.threads, machine.usable_physical_cores()),
        };
        let control = progress::stoppable()?;
        let budget = if self.quick { QUICK_BUDGET } else { self.budget.unwrap_or(BUDGET) };
        let settings = Settings {
            workload: self.workload,
            seed: self.seed,
            threads,
            weak: self.weak,
            budget: Duration::from_secs_f64(ROUNDS_SHARE * budget),
            control: &control,
        };
        let plan = settings.top()?;
        too_many(plan.threads)?;
        let (start, host) = (Instant::now(), Host::detect());
        let bar = progress::parts_bar(!self.destination.quiet);
        let measured = settings.measure(&host, |fraction| bar.set_position((1000.0 * fraction) as u64));
        bar.finish_and_clear();
        let scaling = measured?;
        let digest = scaling.points.first().and_then(|point| point.digest.clone()).unwrap_or_default();
        let elapsed = start.elapsed().as_secs_f64();
        let report = Scale { head: Head::new("scale", self.seed, &plan, digest, elapsed), host, scaling };
        output.write(&render(&report, self.destination.format)?)?;
        if let Some(plot) = plot {
            plot.write(&svg::scaling(&report.scaling)?)?;
        }
        if report.scaling.stopped {
            return Err(Failure::Stopped(format!("the report is of {} whole rounds", report.scaling.rounds)));
        }
        if elapsed > 1.2 * budget {
            let (took, budget) = (duration(elapsed), duration(budget));
            self.destination
                .note(&format!("warning: --budget: it took {took} instead of {budget}, for the fewest rounds"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Serialize)]
struct Scale {
    #[serde(flatten)]
    head: Head,
    host: Host,
    #[serde(flatten)]
    scaling: Scaling,
}

impl Report for Scale {
    type Row = Point;

    fn rows(&self) -> Vec<&Point> {
        self.scaling.points.iter().collect()
    }

    fn table(&self) -> String {
        let (host, scaling, how) = (self.host.line(), scale::text(&self.scaling), self.head.summary());
        format!("{host}\n\n{scaling}\n{how}, {}\n", duration(self.head.elapsed_s()))
    }
}
