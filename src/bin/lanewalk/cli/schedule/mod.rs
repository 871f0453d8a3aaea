//! `lanewalk schedule`: schedules of indivisible tasks on workers.

mod report;
mod sin;

use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::Walk;
use lanewalk::tasks::Order;

use super::common::{Named, Running, named};
use super::failure::Failure;
use super::number::{self, Distances, Workers};
use super::plot::{self, PlotFile};
use super::{long_run, progress};
use crate::exit::ExitCode;
use crate::ladder::schedule::{Job, Mode, Variant, example};
use crate::report::{Format, Head, counted, duration, svg};
use report::{Advice, Scheduled};

/// Schedule indivisible tasks on workers: predicted and measured makespan, by order and mode
///
/// A task is one distance Y with all its walks, as in Python's pool.map(mean_length, distances). Tasks are not split.
/// Before the run, the time of each task is predicted from the exact E[T] and a measured rate. List scheduling (the
/// first free worker takes the next chunk) predicts the makespan. No order of indivisible tasks has a predicted
/// makespan below the floor, the larger of total / workers and the largest task. The walk engine can be faster, because
/// it splits the tasks.
#[derive(Args)]
#[command(after_help = EXAMPLES, mut_arg("threads", |threads| threads.long("workers").alias("threads")
    .help("Workers [default: LANEWALK_THREADS, RAYON_NUM_THREADS, OMP_NUM_THREADS or SLURM_CPUS_PER_TASK if set, \
        otherwise one for each usable core]")))]
pub(super) struct Arguments {
    /// Distances, one task for each: a list such as 10,20,30 or 10..=150:10 [default: 10..=150:10]
    #[arg(long, value_name = "LIST", value_parser = number::distances)]
    y: Option<Distances>,

    /// Walks to each distance [default: 3000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    samples: Option<u64>,

    /// Delivery of results [default: map]
    #[arg(long, value_parser = Named::new(Mode::ALL.map(mode_described), mode))]
    mode: Option<Mode>,

    /// Number of tasks that a worker takes at a time
    #[arg(long, value_name = "N", default_value = "1", value_parser = number::threads)]
    chunk: usize,

    /// Order of submission
    #[arg(long, default_value = "given", value_parser = Named::new(Order::ALL.iter().copied().map(order_described), named::<Order>))]
    order: Order,

    /// Compare every order in every mode and the walk engine, interleaved
    #[arg(long)]
    compare: bool,

    /// Seconds for the comparison: at most 21 rounds, and at least one [default: 15]
    #[arg(long, value_name = "SECONDS", value_parser = number::seconds)]
    budget: Option<f64>,

    /// Also predict the makespan for other numbers of workers: a list such as 4,15 or 1..=32
    #[arg(long, value_name = "LIST", value_parser = number::workers)]
    simulate: Option<Workers>,

    /// Kind of tasks: walks, or the sines of five numbers, which show the overhead of a task
    #[arg(long, default_value = "walk", value_parser = ["walk", "sin"])]
    task: String,

    /// Write a chart of the tasks of each worker, measured and predicted, to FILE.svg, FILE.png or FILE.pdf
    #[arg(long, value_name = "FILE", value_parser = plot::file())]
    plot: Option<PlotFile>,

    #[command(flatten)]
    running: Running,
}

const EXAMPLES: &str = "Examples:
  lanewalk schedule                                the example list in its own order
  lanewalk schedule --order longest --plot s.svg   the longest task first, with a plot
  lanewalk schedule --compare                      all orders and modes
  lanewalk schedule --simulate 4,15                predictions for other worker counts
  lanewalk schedule --chunk 4 --workers 2          larger chunks leave workers idle at the end
  lanewalk schedule --task sin                     the overhead of tiny tasks";

fn mode_described(mode: Mode) -> PossibleValue {
    PossibleValue::new(mode.name()).help(match mode {
        Mode::Map => "all results when the last task is done",
        Mode::Imap => "one result at a time, in the order of the list",
        Mode::ImapUnordered => "one result at a time, as the tasks finish",
    })
}

fn order_described(order: Order) -> PossibleValue {
    PossibleValue::new(order.to_string()).help(match order {
        Order::Given => "order of the list",
        Order::Longest => "the most costly first",
        Order::Shortest => "the least costly first",
        Order::Random => "shuffled by the seed",
        _ => "",
    })
}

fn mode(name: &str) -> Result<Mode, String> {
    let names = Mode::ALL.map(Mode::name).join(" ");
    Mode::ALL.into_iter().find(|mode| mode.name() == name).ok_or_else(|| format!("expected one of {names}"))
}

/// The default number of walks for each distance: ten times that of `lanewalk walk`, about a tenth of a second.
const SAMPLES: u64 = 3000;

/// The default seconds of a comparison.
const BUDGET: f64 = 15.0;

/// With fewer walks, the time of a task depends mainly on its longest walk, so it is hard to predict.
const MIN_PREDICTABLE_SAMPLES: u64 = 300;

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        if self.task == "sin" {
            return sin::run(&self.running, self.chunk, self.order);
        }
        let destination = &self.running.destination;
        destination.distinct(&[("--plot", self.plot.as_deref())])?;
        let distances = match &self.y {
            Some(list) => list.0.clone(),
            None => example(),
        };
        let samples = self.samples.unwrap_or(SAMPLES);
        Walk::to_each(distances.iter().copied()).samples(samples).check()?;
        let output = destination.output()?;
        let plot = self.plot.as_ref().map(PlotFile::open).transpose()?;
        let control = progress::stoppable()?;
        let (exec, plan) = self.running.exec_with("workers", &control)?;
        let start = Instant::now();
        let job =
            Job { distances, samples, seed: self.running.seed, exec, workers: plan.threads, control: control.clone() };
        let stopped = |error| match error {
            lanewalk::Error::Stopped => Failure::Stopped("nothing was written".to_owned()),
            other => other.into(),
        };
        let costs = job.costs().map_err(stopped)?;
        let variant = Variant { mode: self.mode.unwrap_or(Mode::Map), order: self.order, chunk: self.chunk };
        let predicted = job.predict(&costs, variant, job.workers)?.makespan();
        if destination.format == Format::Table {
            destination.note(&format!("predicted before the run: {}", duration(predicted)));
        }
        if samples < MIN_PREDICTABLE_SAMPLES {
            let reason = "the longest walk determines the time of a task, and predictions may be wrong by half";
            destination.note(&format!("note: with --samples below {MIN_PREDICTABLE_SAMPLES}, {reason}"));
        }
        let steps = job.steps()?;
        long_run::announce(destination, steps, "steps", predicted, long_run::peak_memory());
        let run = || job.schedule(&costs, variant);
        let (schedule, digest) =
            progress::with_bar(!destination.quiet, &control, steps, "steps", run).map_err(stopped)?;
        let compared = if self.compare {
            let bar = progress::Parts::new(!destination.quiet);
            let budget = Duration::from_secs_f64(self.budget.unwrap_or(BUDGET));
            let found = job.compare(&costs, self.chunk, budget, |part| bar.set(part));
            bar.finish();
            Some(found?)
        } else {
            None
        };
        let mut simulated = Vec::new();
        for &workers in self.simulate.iter().flat_map(|list| &list.0) {
            let workers = usize::try_from(workers).unwrap_or(usize::MAX);
            simulated.extend(job.simulate(&costs, workers, self.chunk)?);
        }
        let (best, predicted_s) = job.best(&costs)?;
        let advice = Advice { order: best.order.to_string(), chunk: best.chunk, predicted_s };
        let head = Head::new("schedule", self.running.seed, &plan, digest, start.elapsed().as_secs_f64());
        let report = Scheduled::new(head, samples, schedule, advice, compared, simulated, control.is_stopped());
        destination.write(output, &report)?;
        if let Some(plot) = plot {
            plot.write(svg::schedule(&report.schedule, report.compared.as_deref(), &svg::Origin::here())?)?;
        }
        if control.is_stopped() {
            let rounds = counted(report.rounds.unwrap_or(0), "complete round");
            return Err(Failure::Stopped(format!("the comparison contains {rounds}")));
        }
        Ok(ExitCode::SUCCESS)
    }
}
