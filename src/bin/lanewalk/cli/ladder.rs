//! `lanewalk ladder`: the layered speedup benchmark.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use lanewalk::{Exec, Machine};

use super::common::{Destination, Named};
use super::failure::Failure;
use super::output::Folder;
use super::{number, progress};
use crate::exit::ExitCode;
use crate::ladder::Settings;
use crate::ladder::result::{Ladder, Summary};
use crate::ladder::workload::Workload;
use crate::ladder::workloads::WORKLOADS;
use crate::report::{Format, Layout, counted, duration, html, markdown, render, svg};

/// The layered benchmark: the separate gains of algorithm, vector lanes and cores
///
/// Rungs: plain loops in Python and NumPy (if python3 is installed), the textbook loop in Rust, the interchanged loop,
/// each instruction set of this machine, all threads, and all threads pinned. All rungs run interleaved. All results
/// must have the same bits (otherwise the exit status is 1).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Workload to benchmark
    #[arg(default_value = "all", value_parser = Named::new(names(), workloads))]
    workload: Workloads,

    /// Take at most ten seconds in total; a busy machine completes fewer rounds
    #[arg(long)]
    quick: bool,

    /// Total seconds [default: 50]
    #[arg(long, value_name = "SECONDS", value_parser = number::seconds)]
    budget: Option<f64>,

    /// Write ladder.json, ladder.csv, ladder.md, plots and report.html to DIR after each workload; also measures time
    /// against threads
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,

    /// Seed of all random numbers
    #[arg(long, value_name = "U64", default_value = "1", value_parser = number::count)]
    seed: u64,

    /// Threads of the topmost rungs [default: LANEWALK_THREADS, RAYON_NUM_THREADS, OMP_NUM_THREADS or
    /// SLURM_CPUS_PER_TASK if set, otherwise one for each usable core]
    #[arg(long, value_name = "N", value_parser = number::threads)]
    threads: Option<usize>,

    #[command(flatten)]
    destination: Destination,
}

const EXAMPLES: &str = "Examples:
  lanewalk ladder                        all workloads in about a minute
  lanewalk ladder walk --quick           one workload in less than ten seconds
  lanewalk ladder all --report out       all workloads, with the report out/report.html
  lanewalk ladder pi --budget 300        more rounds, narrower intervals
  lanewalk compare before/ladder.json after/ladder.json";

/// The seconds of a run, by default and with `--quick`. The rest of the ten seconds of a quick run is for the start,
/// and for a last round that takes longer than the ones before it.
const BUDGET: f64 = 50.0;
const QUICK_BUDGET: f64 = 8.5;

/// With more threads per core, waking the threads takes longer than the work, and the run exceeds its budget.
const MAX_THREADS_PER_CORE: usize = 16;

/// Refuses too many threads for a measurement.
pub(super) fn check_threads(threads: usize) -> Result<(), Failure> {
    let most = MAX_THREADS_PER_CORE * Machine::detect().threads;
    if threads > most {
        let expected = format!("at most {most} for a measurement, {MAX_THREADS_PER_CORE} for each usable core");
        return Err(Failure::Usage(anyhow::anyhow!("--threads: got {threads}, expected {expected}")));
    }
    Ok(())
}

/// The workloads of a run.
#[derive(Clone)]
struct Workloads(Vec<&'static Workload>);

fn names() -> impl Iterator<Item = &'static str> {
    WORKLOADS.iter().map(|workload| workload.name).chain(["all"])
}

fn workloads(name: &str) -> Result<Workloads, String> {
    match WORKLOADS.iter().find(|workload| workload.name == name) {
        _ if name == "all" => Ok(Workloads(WORKLOADS.to_vec())),
        Some(workload) => Ok(Workloads(vec![*workload])),
        None => Err(format!("expected one of {}", names().collect::<Vec<_>>().join(" "))),
    }
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        self.destination.outside("--report", self.report.as_deref())?;
        let output = self.destination.output()?;
        let folder = self.report.as_deref().map(|path| Folder::open("--report", path)).transpose()?;
        let mut exec = Exec::from_env()?;
        if let Some(threads) = self.threads {
            exec = exec.threads(threads);
        }
        let threads = exec.plan()?.threads;
        check_threads(threads)?;
        let control = progress::stoppable()?;
        let budget = if self.quick { QUICK_BUDGET } else { self.budget.unwrap_or(BUDGET) };
        let settings = Settings {
            workloads: self.workload.0.clone(),
            seed: self.seed,
            exec,
            threads,
            scaling: folder.is_some(),
            budget: Duration::from_secs_f64(budget),
            control: &control,
        };
        let bar = progress::Parts::new(!self.destination.quiet);
        // An error of the report is returned only after the table is written.
        let mut written = Ok(());
        let climbed = settings.climb(
            |fraction| bar.set(fraction),
            |ladder| {
                if let (Some(folder), Ok(())) = (&folder, &written) {
                    written = write_report(folder, ladder);
                }
            },
        );
        bar.finish();
        let ladder = climbed.inspect_err(|_| {
            if let Some(folder) = &folder {
                folder.discard();
            }
        })?;
        self.destination.write(output, &ladder)?;
        written?;
        if ladder.stopped {
            let rounds =
                |summary: &Summary| format!("{} of {}", counted(summary.rounds, "complete round"), summary.workload);
            let rounds: Vec<_> = ladder.summaries.iter().map(rounds).collect();
            return Err(Failure::Stopped(format!("the report contains {}", rounds.join(" and "))));
        }
        if ladder.elapsed_s > 1.2 * budget {
            let (took, budget) = (duration(ladder.elapsed_s), duration(budget));
            self.destination.note(&format!("warning: --budget: one round of each workload took {took} of {budget}"));
        }
        if let Some(folder) = &folder {
            self.destination.note(&format!("report: {}", folder.path("report.html").display()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes all files of the report. Each file is complete or unchanged.
fn write_report(folder: &Folder, ladder: &Ladder) -> anyhow::Result<()> {
    let written = |format| render(ladder, format, &Layout::default());
    folder.write("ladder.json", &written(Format::Json)?)?;
    folder.write("ladder.csv", &written(Format::Csv)?)?;
    let origin = svg::Origin::of(&ladder.host);
    folder.write("ladder.md", &markdown::ladder(ladder))?;
    for summary in &ladder.summaries {
        let staircase = svg::staircase(ladder, summary, &origin)?;
        folder.write(&format!("{}-staircase.svg", summary.workload), &staircase)?;
        if ladder.accuracy_of(&summary.workload).next().is_some() {
            folder.write(&format!("{}-accuracy.svg", summary.workload), &svg::accuracy(ladder, summary, &origin)?)?;
        }
        if let Some(scaling) = ladder.scaling_of(&summary.workload) {
            folder.write(&format!("{}-scaling.svg", summary.workload), &svg::scaling(scaling, &origin)?)?;
        }
    }
    if let Some(section) = &ladder.schedule {
        let plot = svg::schedule(&section.schedule, Some(&section.compared), &origin)?;
        folder.write("walk-schedule.svg", &plot)?;
    }
    folder.write("report.html", &html::ladder(ladder)?)
}
