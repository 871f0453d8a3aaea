//! `lanewalk pi`: Monte Carlo pi, in one run or in batches.

mod stream;

use std::f64::consts::PI;
use std::io::{self, IsTerminal};
use std::ops::Range;
use std::time::Instant;

use clap::Args;
use lanewalk::{
    BatchSummary, Batches, Error, EstimateWithExact, Exec, Finished, Mergeable, Parts, Pi, PiMethod, PiTally, Plan,
    RunControl, estimate_pi, estimate_pi_batches, run_in_shards,
};
use serde::Serialize;

use super::common::{Running, named};
use super::failure::Failure;
use super::output::Output;
use super::shard::{self, Shard};
use super::significance::{self, Score};
use super::{long_run, number, progress};
use crate::exit::ExitCode;
use crate::report::{Format, Head, Page, Report, Table, as_sure, duration, render, scaled, signed, significant};
use stream::Stream;

/// Monte Carlo pi: the share of random points of the unit square that lie in a quarter of a disc
///
/// The table gives the estimate with its standard error, and z = (estimate - pi) / standard error. With --batches B
/// --batch-points N, the same points are counted in B batches, each on one thread. Lines appear during the run: in a
/// table after 1, 2, 5, 10, 20, ... batches, in CSV after each batch.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Points [default: 1e9, or the end of the shard]
    #[arg(long, value_name = "N", value_parser = number::count, allow_negative_numbers = true)]
    points: Option<u64>,

    /// Count only a part of the points: FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Algorithm: plain, antithetic (with mirror images), stratified (one point in each cell of a grid), conditional
    /// (heights of the arc)
    #[arg(long, default_value = "plain", value_parser = named::<PiMethod>)]
    method: PiMethod,

    /// Number of batches of --batch-points points, instead of --points
    #[arg(long, value_name = "B",
        value_parser = number::count, allow_negative_numbers = true)]
    batches: Option<u64>,

    /// Points in each batch
    #[arg(long, value_name = "N", value_parser = number::count, allow_negative_numbers = true)]
    batch_points: Option<u64>,

    /// Number of batches that a thread takes at a time
    #[arg(long, value_name = "C", default_value = "4", value_parser = number::count,
        allow_negative_numbers = true)]
    chunk: u64,

    /// Record batches as they finish, not in order
    #[arg(long)]
    unordered: bool,

    #[command(flatten)]
    running: Running,
}

const EXAMPLES: &str = "Examples:
  lanewalk pi                                        a billion points
  lanewalk pi --points 1e11 --method stratified      eight digits of pi
  lanewalk pi --batches 1000 --batch-points 1e6      1000 batches, with intermediate results
  lanewalk pi --batches 1000 --batch-points 1e6 --unordered --chunk 1 --format csv    every batch as it finishes
  lanewalk pi --layer scalar --threads 1             the textbook loop on one thread
  lanewalk pi --points 2e9 --shard 1e9..2e9          the second half of a larger run";

/// The maximum number of batches of the pilot run, which measures the rate.
const MAX_PILOT_BATCHES: u64 = 20_000;

/// The default number of points, which takes a fraction of a second and gives four digits.
const POINTS: u64 = 1_000_000_000;

/// The number of points of a shard for each thread: a fraction of a second.
const SHARD: u64 = 1 << 31;

/// The run that the flags request, checked.
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
        // The output is opened before the signal handler is installed: opening a pipe waits for its reader, and without
        // a handler Ctrl-C ends the program at once.
        let output = self.running.destination.output()?;
        let control = progress::stoppable()?;
        let (exec, plan) = self.running.exec(&control)?;
        self.predict(&exec, &plan, job.points(), &control)?;
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

    /// The number of points that the whole run draws. The stratified method draws one in each cell of its grid.
    fn drawn_points(&self) -> u64 {
        let points = self.whole_points();
        if self.method == PiMethod::Stratified { points.isqrt().pow(2) } else { points }
    }

    /// The number of points of the whole run, of which a shard is a part.
    fn whole_points(&self) -> u64 {
        match &self.shard {
            // The indices of the cells of a grid depend on its size. Those of other points do not.
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
        // A part of a grid gives no estimate, so a grid is one shard. It takes less than a minute.
        let size = if self.method == PiMethod::Stratified { u64::MAX } else { SHARD * plan.threads as u64 };
        let finished = progress::with_bar(!destination.quiet, control, all, "points", || {
            run_in_shards(range.clone(), size, |points| estimate_pi(&pi.clone().shard(points), exec))
        });
        let elapsed_s = start.elapsed().as_secs_f64();
        let Finished { result, remaining, error, .. } = finished;
        let tally = match (result, error) {
            (Some(tally), None | Some(Error::Stopped)) => tally,
            (_, Some(Error::Stopped)) => {
                let (done, all) = (scaled(control.done() as f64), scaled(all));
                return Err(Failure::Stopped(format!("{done}points of {all}points were done; nothing was written")));
            }
            (_, Some(error)) => return Err(error.into()),
            (None, None) => unreachable!("a run has points"),
        };
        let missing = (!remaining.is_empty()).then(|| {
            let rest =
                format!("--points {} --shard {}..{} computes the rest", remaining.end, remaining.start, remaining.end);
            format!("the result contains {} of {} points; {rest}", tally.points, range.end - range.start)
        });
        let range = &(range.start..remaining.start.max(range.start));
        let head = Head::new("pi", self.running.seed, plan, tally.digest(), elapsed_s);
        let whole = self.whole_points();
        let (side, cells) = (whole.isqrt(), whole.isqrt().pow(2));
        let part = self.method == PiMethod::Stratified && *range != (0..cells);
        // A part of the columns does not cover the quarter disc, so it gives no estimate.
        let mut report = PiReport::new(head, &tally, (!part).then(|| tally.estimate_with_exact()), range);
        if part {
            report.grid = format!("a part of {side} by {side} cells gives no estimate: add the sums of all parts\n");
        } else if self.method == PiMethod::Stratified && cells != whole {
            report.grid = format!("a grid of {side} by {side} cells: {cells} points of the {whole}\n");
        }
        destination.write(output, &report)?;
        missing.map_or(Ok(ExitCode::SUCCESS), |missing| Err(Failure::Stopped(missing)))
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
        // Lines and a bar on the same terminal would overwrite each other.
        let shares_terminal = direct && io::stdout().is_terminal();
        let start = Instant::now();
        let summary =
            progress::with_bar(!destination.quiet && !shares_terminal, control, points as f64, "points", || {
                estimate_pi_batches(batches, exec, |batch, tally| stream.record(batch, tally))
            });
        let elapsed_s = start.elapsed().as_secs_f64();
        let (summary, missing) = match summary {
            Err(Error::Stopped) => {
                let summary = stream.summary().clone();
                let done = summary.batches;
                if done == 0 {
                    stream.finish()?;
                    return Err(Failure::Stopped(format!("no batch of {count} was done; nothing was written")));
                }
                (summary, Some(format!("the result contains {done} of {count} batches")))
            }
            other => (other?, None),
        };
        let points = summary.tally.points;
        let head = Head::new("pi", self.running.seed, plan, summary.tally.digest(), elapsed_s);
        let mut report = PiReport::new(head, &summary.tally, Some(summary.estimate_with_exact()), &(0..points));
        report.batched = Some(Batched::new(self, each, &summary));
        report.parts = summary.to_parts();
        let (text, _) = stream.finish()?;
        let layout = destination.layout(&output);
        let rest = match destination.format {
            Format::Table => report.footer().render(&layout),
            Format::Csv => String::new(),
            Format::Json => render(&report, Format::Json, &layout)?,
        };
        output.write(&(text + &rest))?;
        missing.map_or(Ok(ExitCode::SUCCESS), |missing| Err(Failure::Stopped(missing)))
    }

    /// Announces the time of the run, if it is more than a minute. A pilot run measures the rate.
    fn predict(&self, exec: &Exec, plan: &Plan, points: u64, control: &RunControl) -> Result<(), Failure> {
        // The work of a grid is proportional to its side, so every grid takes less than a minute.
        if long_run::is_short(points as f64, plan.threads) || self.method == PiMethod::Stratified {
            return Ok(());
        }
        let exec = exec.clone().control(&control.with_own_progress());
        let short = 20_000_000 * plan.threads as u64;
        let start = Instant::now();
        let done = match self.batch_points {
            Some(each) if each < short => {
                let batches = Batches::new((short / each).min(MAX_PILOT_BATCHES), each)
                    .method(self.method)
                    .unordered(self.unordered);
                estimate_pi_batches(&batches.chunk(self.chunk), &exec, |_, _| ())?.tally.points
            }
            _ => estimate_pi(&Pi::points(short).method(self.method), &exec)?.points,
        };
        let rate = done as f64 / start.elapsed().as_secs_f64();
        long_run::announce(
            &self.running.destination,
            points as f64,
            "points",
            points as f64 / rate,
            long_run::peak_memory(),
        );
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
    tally: PiTally,
    /// A line about the grid, if it differs from the requested points.
    #[serde(skip)]
    grid: String,
}

/// The result: the one line of the CSV, and part of the JSON object.
#[derive(Serialize)]
struct Row {
    method: String,
    points: u64,
    /// `None` for the method `conditional`, which does not count points.
    inside: Option<u128>,
    estimate: Option<f64>,
    std_error: Option<f64>,
    exact: f64,
    exact_relative_error: Option<f64>,
    z: Option<f64>,
    /// The reason why there is no z.
    missing_z: Option<String>,
    /// FIRST..END, in the format of the flag.
    shard: String,
}

/// The fields of a run in batches.
#[derive(Serialize)]
struct Batched {
    batches: u64,
    batch_points: u64,
    chunk: u64,
    unordered: bool,
    /// The standard error over batches, if there are enough of them. `std_error` is the exact one over points.
    batches_std_error: Option<f64>,
}

impl Batched {
    fn new(arguments: &Arguments, batch_points: u64, summary: &BatchSummary) -> Self {
        Self {
            batches: summary.batches,
            batch_points,
            chunk: arguments.chunk,
            unordered: arguments.unordered,
            batches_std_error: stream::error_over_batches(summary),
        }
    }
}

impl PiReport {
    fn new(head: Head, tally: &PiTally, judged: Option<EstimateWithExact>, range: &Range<u64>) -> Self {
        let estimate = judged.and_then(|judged| judged.estimate);
        let row = Row {
            method: tally.method.to_string(),
            points: tally.points,
            inside: tally.inside(),
            estimate: estimate.map(|estimate| estimate.value),
            std_error: estimate.and_then(|estimate| estimate.std_error),
            exact: PI,
            exact_relative_error: judged.and_then(|judged| judged.exact_relative_error),
            z: judged.and_then(|judged| judged.z()),
            missing_z: judged.as_ref().and_then(significance::reason),
            shard: shard::text(range),
        };
        let points_per_second = tally.points as f64 / head.elapsed_s();
        Self {
            head,
            row,
            points_per_second,
            batched: None,
            parts: tally.to_parts(),
            tally: tally.clone(),
            grid: String::new(),
        }
    }

    /// The text below the table.
    fn footer(&self) -> Page {
        let (points, time) = (scaled(self.tally.points as f64), duration(self.head.elapsed_s()));
        // The program counts points in cells that the arc does not cross, but never draws them.
        let nominally = if self.tally.method == PiMethod::Stratified { "nominally " } else { "" };
        let rate = scaled(self.points_per_second);
        let over_batches = match &self.batched {
            Some(batched) => match batched.batches_std_error {
                Some(error) => format!("over the batches, the standard error is {}\n", significant(error, 3)),
                None => format!("the standard error over batches needs {} batches\n", stream::MIN_BATCHES),
            },
            None => String::new(),
        };
        let scores = [Score { name: "pi".to_owned(), z: self.row.z, missing: self.row.missing_z.clone() }];
        Page::new()
            .lines(&self.grid)
            .lines(significance::notes(&scores))
            .lines(over_batches)
            .lines(format!("{points}points in {time}: {nominally}{rate}points/s"))
            .lines(self.head.footer(Some(&self.row.method)))
    }
}

impl Report for PiReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        vec![&self.row]
    }

    fn page(&self) -> Page {
        let row = &self.row;
        let dash = || "-".to_owned();
        let error = row.std_error;
        let last = match self.tally.method {
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
            row.z.map_or_else(dash, signed),
        ]);
        Page::new().table(table).append(self.footer())
    }
}
