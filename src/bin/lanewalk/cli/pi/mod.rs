//! `lanewalk pi`: Monte Carlo pi, in one piece or in batches.

mod stream;

use std::f64::consts::PI;
use std::io::{self, IsTerminal};
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use lanewalk::{
    BatchSummary, Batches, Error, Estimate, Exec, Mergeable, Parts, Pi, PiMethod, PiTally, Plan, RunControl,
    estimate_pi, estimate_pi_batches,
};
use serde::Serialize;

use super::common::{Running, named};
use super::failure::Failure;
use super::output::Output;
use super::shard::{self, Shard};
use super::{long_run, number, progress};
use crate::report::{Format, Head, Report, Table, as_sure, duration, render, scaled, significant};
use stream::Stream;

/// Monte Carlo pi: random points in the unit square, a quarter of a disc in it
///
/// The table gives the estimate with its standard error, and z = (estimate - pi) / standard error. With --batches B
/// --batch-points N the same points are counted in B batches, each on one thread; the standard error is then that of
/// the mean over batches (of few batches it is itself uncertain), and lines come while the run goes on: a table's after
/// 1, 2, 5, 10, 20, ... batches, a CSV's after each.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Points [default: 1e9, or the end of the shard]
    #[arg(long, value_name = "N", value_parser = number::count, allow_negative_numbers = true)]
    points: Option<u64>,

    /// Count a part of the run: points FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Algorithm: plain, antithetic (with mirror images), stratified (a point in each cell of a grid), conditional
    /// (heights)
    #[arg(long, default_value = "plain", value_parser = named::<PiMethod>)]
    method: PiMethod,

    /// Batches of --batch-points points each, instead of --points
    #[arg(long, value_name = "B", requires = "batch_points", conflicts_with_all = ["points", "shard"],
        value_parser = number::count, allow_negative_numbers = true)]
    batches: Option<u64>,

    /// Points of each batch
    #[arg(long, value_name = "N", requires = "batches", value_parser = number::count, allow_negative_numbers = true)]
    batch_points: Option<u64>,

    /// Batches handed to a thread at a time
    #[arg(long, value_name = "C", default_value = "4", requires = "batches", value_parser = number::count,
        allow_negative_numbers = true)]
    chunk: u64,

    /// Take batches as they finish, not in their order
    #[arg(long, requires = "batches")]
    unordered: bool,

    #[command(flatten)]
    running: Running,
}

const EXAMPLES: &str = "Examples:
  lanewalk pi                                        a billion points
  lanewalk pi --points 1e11 --method stratified      eight digits, at once
  lanewalk pi --batches 1000 --batch-points 1e6      1000 batches, line by line
  lanewalk pi --batches 1000 --batch-points 1e6 --unordered --chunk 1 --format csv    every batch as it finishes
  lanewalk pi --layer scalar --threads 1             the textbook loop
  lanewalk pi --points 2e9 --shard 1e9..2e9          the second half of a larger run";

/// Batches of the short run that tells the rate: of small ones a few tell it as well.
const SHORT_BATCHES: u64 = 20_000;

/// Points when nothing is said: a blink of an eye, and four digits.
const POINTS: u64 = 1_000_000_000;

/// What the flags ask for, checked.
enum Job {
    Whole(Pi, Range<u64>),
    Batches(Batches, u64),
}

impl Job {
    fn points(&self) -> u64 {
        match self {
            Self::Whole(_, range) => range.end - range.start,
            Self::Batches(_, points) => *points,
        }
    }
}

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        let job = self.job()?;
        // Before signals are caught: opening a pipe waits for its reader, and must be as easy to stop as anything.
        let output = self.running.destination.output()?;
        let control = progress::stoppable()?;
        let (exec, plan) = self.running.exec(&control)?;
        self.predict(&exec, &plan, job.points())?;
        match job {
            Job::Whole(pi, range) => self.whole(&pi, &range, &exec, &plan, output, &control),
            Job::Batches(batches, points) => self.in_batches(&batches, points, &exec, &plan, output, &control),
        }
    }

    fn job(&self) -> Result<Job, Failure> {
        let seed = self.running.seed;
        if let (Some(batches), Some(points)) = (self.batches, self.batch_points) {
            let batches = Batches::new(batches, points).seed(seed).method(self.method);
            let batches = batches.chunk(self.chunk).unordered(self.unordered);
            let points = batches.check()?;
            return Ok(Job::Batches(batches, points));
        }
        let mut pi = Pi::points(self.whole_points()).seed(seed).method(self.method);
        if let Some(shard) = &self.shard {
            pi = pi.shard(shard.of(self.drawn_points())?);
        }
        let range = pi.check()?;
        Ok(Job::Whole(pi, range))
    }

    /// The points that a whole run draws: one in each cell of the stratified method's grid.
    fn drawn_points(&self) -> u64 {
        let points = self.whole_points();
        if self.method == PiMethod::Stratified { points.isqrt().pow(2) } else { points }
    }

    /// The points of which a shard is a part.
    fn whole_points(&self) -> u64 {
        match &self.shard {
            // The indices of a grid's cells depend on its size, those of other points on nothing.
            Some(Shard::Range(range)) if self.method != PiMethod::Stratified => self.points.unwrap_or(range.end),
            _ => self.points.unwrap_or(POINTS),
        }
    }

    fn whole(
        &self,
        pi: &Pi,
        range: &Range<u64>,
        exec: &Exec,
        plan: &Plan,
        output: Output,
        control: &RunControl,
    ) -> Result<ExitCode, Failure> {
        let destination = &self.running.destination;
        let all = (range.end - range.start) as f64;
        let start = Instant::now();
        let score = progress::with_bar(!destination.quiet, control, all, "points", || estimate_pi(pi, exec));
        let elapsed_s = start.elapsed().as_secs_f64();
        let score = match score {
            Err(Error::Stopped) => {
                let (done, all) = (scaled(control.done() as f64), scaled(all));
                let lost =
                    format!("{done}points of {all}points were done; their sums are lost and nothing was written");
                return Err(Failure::Stopped(lost));
            }
            other => other?,
        };
        let head = Head::new("pi", self.running.seed, plan, score.digest(), elapsed_s);
        let whole = self.whole_points();
        let (side, cells) = (whole.isqrt(), whole.isqrt().pow(2));
        let part = self.method == PiMethod::Stratified && *range != (0..cells);
        // The arc's share of some columns is not that of the grid.
        let mut report = PiReport::new(head, &score, if part { None } else { score.estimate() }, range);
        if part {
            report.grid = format!("a part of {side} by {side} cells gives no estimate: add up all parts' sums\n");
        } else if self.method == PiMethod::Stratified && cells != whole {
            report.grid = format!("a grid of {side} by {side} cells: {cells} points of the {whole}\n");
        }
        output.write(&render(&report, destination.format)?)?;
        Ok(ExitCode::SUCCESS)
    }

    fn in_batches(
        &self,
        batches: &Batches,
        points: u64,
        exec: &Exec,
        plan: &Plan,
        output: Output,
        control: &RunControl,
    ) -> Result<ExitCode, Failure> {
        let destination = &self.running.destination;
        let (count, each) = (self.batches.unwrap_or(0), self.batch_points.unwrap_or(0));
        let direct = output.is_standard() && destination.format != Format::Json;
        let mut stream = Stream::new(destination.format, direct, batches, count, control);
        // A bar between lines on one terminal would spoil both.
        let spoilt = direct && io::stdout().is_terminal();
        let start = Instant::now();
        let summary = progress::with_bar(!destination.quiet && !spoilt, control, points as f64, "points", || {
            estimate_pi_batches(batches, exec, |batch, score| stream.take(batch, score))
        });
        let elapsed_s = start.elapsed().as_secs_f64();
        let summary = match summary {
            Err(Error::Stopped) => {
                let done = stream.close()?.batches;
                let kept = if direct { "no more lines follow" } else { "nothing was written" };
                return Err(Failure::Stopped(format!("{done} batches of {count} were done; {kept}")));
            }
            other => other?,
        };
        let head = Head::new("pi", self.running.seed, plan, summary.score.digest(), elapsed_s);
        let mut report = PiReport::new(head, &summary.score, summary.estimate(), &(0..points));
        report.row.z = stream::z_over_batches(&summary);
        report.batched = Some(Batched::new(self, each, &summary));
        report.parts = summary.to_parts();
        let (text, _) = stream.finish()?;
        let rest = match destination.format {
            Format::Table => report.footer(),
            Format::Csv => String::new(),
            Format::Json => render(&report, Format::Json)?,
        };
        output.write(&(text + &rest))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Says how long the run will take, if that is more than a minute: the rate from a short run.
    fn predict(&self, exec: &Exec, plan: &Plan, points: u64) -> Result<(), Failure> {
        // The work of a grid goes with its side, and no grid is a minute's work.
        if long_run::is_short(points as f64, plan.threads) || self.method == PiMethod::Stratified {
            return Ok(());
        }
        let exec = exec.clone().control(&RunControl::default());
        let short = 20_000_000 * plan.threads as u64;
        let start = Instant::now();
        let done = match self.batch_points {
            Some(each) if each < short => {
                let batches =
                    Batches::new((short / each).min(SHORT_BATCHES), each).method(self.method).unordered(self.unordered);
                estimate_pi_batches(&batches.chunk(self.chunk), &exec, |_, _| ())?.score.points
            }
            _ => estimate_pi(&Pi::points(short).method(self.method), &exec)?.points,
        };
        let rate = done as f64 / start.elapsed().as_secs_f64();
        long_run::announce(&self.running.destination, points as f64, "points", points as f64 / rate);
        Ok(())
    }
}

#[derive(Serialize)]
struct PiReport {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    row: Row,
    points_per_second: f64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    batched: Option<Batched>,
    /// The exact integers that merging needs.
    parts: Parts,
    #[serde(skip)]
    score: PiTally,
    /// How the grid differs from what was asked for, a line.
    #[serde(skip)]
    grid: String,
}

/// The result: the one line of the CSV, and part of the JSON object.
#[derive(Serialize)]
struct Row {
    method: String,
    points: u64,
    /// None for heights, which are not inside anything.
    inside: Option<u128>,
    estimate: Option<f64>,
    std_error: Option<f64>,
    exact: f64,
    z: Option<f64>,
    /// FIRST..END, as the flag takes it.
    shard: String,
}

/// What only batches have.
#[derive(Serialize)]
struct Batched {
    batches: u64,
    batch_points: u64,
    chunk: u64,
    unordered: bool,
    /// The standard error over points; `std_error` is that over batches.
    points_std_error: Option<f64>,
}

impl Batched {
    fn new(arguments: &Arguments, batch_points: u64, summary: &BatchSummary) -> Self {
        Self {
            batches: summary.batches,
            batch_points,
            chunk: arguments.chunk,
            unordered: arguments.unordered,
            points_std_error: summary.score.estimate().and_then(|estimate| estimate.std_error),
        }
    }
}

impl PiReport {
    fn new(head: Head, score: &PiTally, estimate: Option<Estimate>, range: &Range<u64>) -> Self {
        let row = Row {
            method: score.method.to_string(),
            points: score.points,
            inside: score.inside(),
            estimate: estimate.map(|estimate| estimate.value),
            std_error: estimate.and_then(|estimate| estimate.std_error),
            exact: PI,
            z: estimate.and_then(|estimate| estimate.z(PI)),
            shard: shard::text(range),
        };
        let points_per_second = score.points as f64 / head.elapsed_s();
        Self {
            head,
            row,
            points_per_second,
            batched: None,
            parts: score.to_parts(),
            score: score.clone(),
            grid: String::new(),
        }
    }

    /// What stands below the table.
    fn footer(&self) -> String {
        let (points, time) = (scaled(self.score.points as f64), duration(self.head.elapsed_s()));
        // Points in cells that the arc does not cross are counted and never drawn.
        let nominally = if self.score.method == PiMethod::Stratified { "nominally " } else { "" };
        let rate = scaled(self.points_per_second);
        let over_points =
            self.batched.as_ref().and_then(|batched| batched.points_std_error).map_or_else(String::new, |error| {
                format!("standard errors are those over batches; over points it is {}\n", significant(error, 3))
            });
        let grid = &self.grid;
        let (method, summary) = (&self.row.method, self.head.summary());
        format!("{grid}{over_points}{points}points in {time}: {nominally}{rate}points/s\n{method}, {summary}\n")
    }
}

impl Report for PiReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        vec![&self.row]
    }

    fn table(&self) -> String {
        let row = &self.row;
        let dash = || "-".to_owned();
        let error = row.std_error;
        let last = match self.score.method {
            PiMethod::Antithetic => "inside, with images",
            _ => "inside",
        };
        let mut table = Table::new(["points", last, "estimate", "std error", "pi", "z"], &[]);
        table.row([
            row.points.to_string(),
            row.inside.map_or_else(dash, |inside| inside.to_string()),
            row.estimate.map_or_else(dash, |estimate| as_sure(estimate, error)),
            error.map_or_else(dash, |error| significant(error, 3)),
            as_sure(row.exact, error),
            row.z.map_or_else(dash, |z| format!("{z:+.2}")),
        ]);
        table.render() + &self.footer()
    }
}
