//! `lanewalk scale`: time against threads.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use clap::Args;
use lanewalk::{Exec, Machine};
use serde::Serialize;

use super::common::{Destination, Named};
use super::failure::Failure;
use super::ladder::check_threads;
use super::plot::{self, PlotFile};
use super::{number, progress};
use crate::exit::ExitCode;
use crate::ladder::host::Host;
use crate::ladder::point::Point;
use crate::ladder::result::SCHEMA;
use crate::ladder::scale::{Scaling, Settings, usual};
use crate::ladder::workload::Workload;
use crate::ladder::workloads::WORKLOADS;
use crate::report::{Head, Page, Report, counted, duration, scale, svg};

/// Time against threads: strong scaling, or weak scaling with --weak
///
/// All numbers of threads run interleaved, pinned to cores and unpinned. All results must have the same bits (otherwise
/// the exit status is 1). Speedup is T(1)/T(w), with --weak w T(1)/T(w). Efficiency is speedup / threads. Ratios are
/// formed within rounds, and have 95 % intervals.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Workload to measure
    #[arg(default_value = "walk", value_parser = Named::new(names(), workload))]
    workload: OneWorkload,

    /// Numbers of threads, ascending; 1 is always included [default: 1 to all, or to the number in LANEWALK_THREADS,
    /// RAYON_NUM_THREADS, OMP_NUM_THREADS or SLURM_CPUS_PER_TASK; with more than 8, powers of two, all, and one for
    /// each physical core]
    #[arg(long, value_name = "LIST", value_parser = number::workers)]
    threads: Option<number::Workers>,

    /// Weak scaling: the work grows with the number of threads
    #[arg(long)]
    weak: bool,

    /// Take about five seconds in total; a busy machine completes fewer rounds
    #[arg(long)]
    quick: bool,

    /// Total seconds [default: 15]
    #[arg(long, value_name = "SECONDS", value_parser = number::seconds)]
    budget: Option<f64>,

    /// Seed of all random numbers
    #[arg(long, value_name = "U64", default_value = "1", value_parser = number::count)]
    seed: u64,

    /// Write a plot of speedup and efficiency against threads to FILE.svg, FILE.png or FILE.pdf
    #[arg(long, value_name = "FILE", value_parser = plot::file())]
    plot: Option<PlotFile>,

    #[command(flatten)]
    destination: Destination,
}

const EXAMPLES: &str = "Examples:
  lanewalk scale                           the walk, on 1 thread up to all threads
  lanewalk scale pi --plot pi.svg          Monte Carlo pi, with a plot
  lanewalk scale heat --weak               a rod whose length grows with the threads
  lanewalk scale walk --threads 1..=8      also more threads than cores";

/// The seconds of a run, by default and with `--quick`.
const BUDGET: f64 = 15.0;
const QUICK_BUDGET: f64 = 5.0;

/// The maximum length of the list of threads, since the pool of each entry stays alive.
const MAX_POINTS: usize = 64;

/// The share of the budget for the warm-up and the rounds. The rest is for the start and the fits.
const ROUNDS_SHARE: f64 = 0.95;

/// An alias, because clap would require more of a reference.
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
        let plot = self.plot.as_ref().map(PlotFile::open).transpose()?;
        let (machine, exec) = (Machine::detect(), Exec::from_env()?);
        let threads = match &self.threads {
            Some(list) if list.0.len() > MAX_POINTS => {
                let given = list.0.len();
                return Err(anyhow!("--threads: got {given} numbers, expected at most {MAX_POINTS}").into());
            }
            Some(list) => list.0.iter().map(|threads| usize::try_from(*threads).unwrap_or(usize::MAX)).collect(),
            None => usual(exec.plan()?.threads, machine.usable_physical_cores()),
        };
        let control = progress::stoppable()?;
        let budget = if self.quick { QUICK_BUDGET } else { self.budget.unwrap_or(BUDGET) };
        let settings = Settings {
            workload: self.workload,
            seed: self.seed,
            exec,
            threads,
            weak: self.weak,
            budget: Duration::from_secs_f64(ROUNDS_SHARE * budget),
            control: &control,
        };
        let plan = settings.top()?;
        check_threads(plan.threads)?;
        let (start, host) = (Instant::now(), Host::detect());
        let bar = progress::Parts::new(!self.destination.quiet);
        let measured = settings.measure(&host, |fraction| bar.set(fraction));
        bar.finish();
        let scaling = measured?;
        let digest = scaling.points.first().and_then(|point| point.digest.clone()).unwrap_or_default();
        let elapsed = start.elapsed().as_secs_f64();
        let report =
            Scale { schema: SCHEMA, head: Head::new("scale", self.seed, &plan, digest, elapsed), host, scaling };
        self.destination.write(output, &report)?;
        if let Some(plot) = plot {
            plot.write(svg::scaling(&report.scaling, &svg::Origin::of(&report.host))?)?;
        }
        if report.scaling.stopped {
            return Err(Failure::Stopped(format!(
                "the report contains {}",
                counted(report.scaling.rounds, "complete round")
            )));
        }
        if elapsed > 1.2 * budget {
            let (took, budget) = (duration(elapsed), duration(budget));
            self.destination.note(&format!("warning: --budget: one round of all points took {took} of {budget}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Serialize)]
struct Scale {
    schema: u32,
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

    fn page(&self) -> Page {
        let warning = scale::warning(&self.scaling).map(|line| Page::new().lines(line).blank()).unwrap_or_default();
        let host = [vec![self.host.line()], self.host.details().into()].concat();
        host.iter()
            .fold(warning, Page::lines)
            .blank()
            .append(scale::page(&self.scaling))
            .lines(format!("in {}", duration(self.head.elapsed_s())))
            .lines(self.head.footer(Some(&self.scaling.workload)))
    }
}
