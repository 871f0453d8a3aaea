//! `lanewalk walk`: first-crossing times of a one-dimensional random walk.

use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{Crossing, Error, Exec, Method, Moments, Walk, exact_moments, first_crossing};
use serde::Serialize;

use super::Failure;
use super::common::{Named, Running, named};
use super::number::{self, Distances};
use super::progress;
use crate::report::{Head, Report, Table, duration, render, scaled, significant};

/// First-crossing times of a random walk: how many steps until |position| >= Y
///
/// A walker starts at 0 and moves by U[-1, 1) in each step. The table gives the mean number of steps to each distance Y
/// with its standard error, the exact mean from an integral equation, and z = (mean - exact) / standard error. Walker i is
/// the same for every Y, so estimates at different Y are correlated unless --independent is given.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Distances: a list such as 10,20,30 or 10..=150:10
    #[arg(long, value_name = "LIST", default_value = "10..=150:10", value_parser = number::distances)]
    y: Distances,

    /// Walks to each distance [default: 300]
    #[arg(long, value_name = "N", value_parser = number::count)]
    samples: Option<u64>,

    /// Walkers of these indices, a shard of a larger run, instead of 0..SAMPLES
    #[arg(long, value_name = "FIRST..END", conflicts_with = "samples", value_parser = number::range)]
    walkers: Option<Range<u64>>,

    /// Algorithm
    #[arg(long, default_value = "plain", value_parser = Named::new(Method::ALL.map(described), named::<Method>))]
    method: Method,

    /// Give every Y a seed of its own
    #[arg(long)]
    independent: bool,

    #[command(flatten)]
    running: Running,
}

const EXAMPLES: &str = "Examples:
  lanewalk walk                                      the course's table
  lanewalk walk --y 150 --samples 1e6                a million walks to 150
  lanewalk walk --method nested --samples 1e5        the whole list for the work of its farthest distance
  lanewalk walk --y 0.5,1,7.25 --method exact        no sampling
  lanewalk walk --layer scalar --threads 1           the textbook loop
  lanewalk walk --format json --output walk.json     for a program to read";

/// A method's name and what it does, for help and completions.
fn described(method: Method) -> PossibleValue {
    PossibleValue::new(method.to_string()).help(match method {
        Method::Plain => "every walker to every Y by itself",
        Method::Nested => "one pass for all Y",
        Method::Wald => "from the overshoot",
        Method::Exact => "no sampling",
    })
}

/// The course's number of walks.
const SAMPLES: u64 = 300;

/// Rates no machine falls below; a run that is short even at this one needs no prediction.
const SLOWEST_RATE: f64 = 1e8;

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        self.check_flags()?;
        let walkers = self.walkers.clone().unwrap_or(0..self.samples.unwrap_or(SAMPLES));
        let walk = Walk::to_each(self.y.0.iter().copied())
            .walkers(walkers.clone())
            .seed(self.running.seed)
            .method(self.method)
            .independent(self.independent);
        walk.check()?;
        // Before signals are caught: opening a pipe waits for its reader, and must be as easy to stop as anything.
        let output = self.running.destination.output()?;
        let watch = progress::stoppable()?;
        let (exec, plan) = self.running.exec(&watch)?;

        let start = Instant::now();
        let exact = |&y: &f64| if watch.is_stopped() { Err(Error::Stopped) } else { exact_moments(y) };
        let exact: Vec<Moments> = match self.y.0.iter().map(exact).collect() {
            Err(Error::Stopped) => return Err(Failure::Stopped("nothing was written".to_owned())),
            other => other?,
        };
        let exact_s = start.elapsed().as_secs_f64();
        let each = (walkers.end - walkers.start) as f64;
        let means = exact.iter().map(|exact| exact.mean);
        let expected_steps = match self.method {
            Method::Exact => 0.0,
            Method::Nested => each * means.fold(0.0, f64::max),
            Method::Plain | Method::Wald => each * means.sum::<f64>(),
        };
        self.predict(&exec, plan.threads, expected_steps)?;

        let start = Instant::now();
        let destination = &self.running.destination;
        let crossings =
            progress::with_bar(!destination.quiet, &watch, expected_steps, "steps", || first_crossing(&walk, &exec));
        let elapsed_s = start.elapsed().as_secs_f64() + if self.method == Method::Exact { exact_s } else { 0.0 };
        let crossings = match crossings {
            Err(Error::Stopped) => {
                let (done, all) = (scaled(watch.done() as f64), scaled(expected_steps));
                let lost = format!(
                    "{done}steps of about {all}steps were done; their tallies are lost and nothing was written"
                );
                return Err(Failure::Stopped(lost));
            }
            other => other?,
        };
        let rows: Vec<Row> = crossings.iter().zip(&exact).map(|(crossing, exact)| Row::new(crossing, exact)).collect();
        let steps = crossings.iter().map(|crossing| crossing.tally.total_steps as f64);
        let walked = if self.method == Method::Nested { steps.fold(0.0, f64::max) } else { steps.sum() };
        let report = WalkReport {
            head: Head::new("walk", self.running.seed, &plan, Crossing::digest(&crossings), elapsed_s),
            method: self.method.to_string(),
            independent: self.independent,
            walkers: [walkers.start.to_string(), walkers.end.to_string()],
            steps_per_second: walked / elapsed_s,
            walked,
            results: rows,
        };
        output.write(&render(&report, destination.format)?)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses flags of sampling with the method that samples nothing: whoever gave them expected something else.
    fn check_flags(&self) -> Result<(), Error> {
        let flags = [
            ("samples", self.samples.map(|samples| samples.to_string())),
            ("walkers", self.walkers.as_ref().map(|walkers| format!("{}..{}", walkers.start, walkers.end))),
            ("independent", self.independent.then(|| "set".to_owned())),
        ];
        match flags.into_iter().find_map(|(argument, given)| Some((argument, given?))) {
            Some((argument, given)) if self.method == Method::Exact => Err(Error::Argument {
                argument,
                given,
                expected: "not set with method exact: it samples nothing".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Says how long the run will take, if that is more than a minute: steps from E\[T\], the rate from a short run.
    fn predict(&self, exec: &Exec, threads: usize, expected_steps: f64) -> Result<(), Failure> {
        if expected_steps < 60.0 * SLOWEST_RATE * threads as f64 {
            return Ok(());
        }
        let y = self.y.0.iter().copied().fold(0.0, f64::max).min(100.0);
        let sample = Walk::to(y).samples((2e7 * threads as f64 / exact_moments(y)?.mean) as u64 + 1);
        let exec = exec.clone().watch(&lanewalk::Watch::default());
        let start = Instant::now();
        let steps: u128 = first_crossing(&sample, &exec)?.iter().map(|crossing| crossing.tally.total_steps).sum();
        let rate = steps as f64 / start.elapsed().as_secs_f64();
        if expected_steps / rate > 60.0 {
            let (length, steps, rate) = (duration(expected_steps / rate), scaled(expected_steps), scaled(rate));
            self.running.destination.note(&format!("this will take about {length}: {steps}steps at {rate}steps/s"));
        }
        Ok(())
    }
}

/// One distance.
#[derive(Serialize)]
struct Row {
    y: f64,
    samples: String,
    total_steps: String,
    sum_squares: String,
    longest: String,
    below: String,
    mean: Option<f64>,
    std_error: Option<f64>,
    exact: f64,
    exact_std_dev: f64,
    exact_relative_error: f64,
    z: Option<f64>,
    /// Walks that ended before they crossed: none, since no walk has a horizon.
    censored: String,
    /// How many plain walks give the mean this standard error.
    plain_walks: Option<f64>,
}

impl Row {
    fn new(crossing: &Crossing, exact: &Moments) -> Self {
        let tally = &crossing.tally;
        let estimate = crossing.estimate();
        let std_error = estimate.and_then(|estimate| estimate.std_error);
        let plain_walks = match (crossing.method, std_error) {
            (Method::Wald, Some(error)) if error > 0.0 => Some((exact.std_dev / error).powi(2)),
            _ => None,
        };
        Self {
            y: crossing.y,
            samples: tally.samples.to_string(),
            total_steps: tally.total_steps.to_string(),
            sum_squares: tally.sum_squares.to_string(),
            longest: tally.longest.to_string(),
            below: tally.below.to_string(),
            mean: estimate.map(|estimate| estimate.value),
            std_error,
            exact: exact.mean,
            exact_std_dev: exact.std_dev,
            exact_relative_error: exact.relative_error,
            z: estimate.and_then(|estimate| estimate.z(exact.mean)),
            censored: "0".to_owned(),
            plain_walks,
        }
    }
}

#[derive(Serialize)]
struct WalkReport {
    #[serde(flatten)]
    head: Head,
    method: String,
    independent: bool,
    /// The first walker's index, and one beyond the last one's.
    walkers: [String; 2],
    steps_per_second: f64,
    #[serde(skip)]
    walked: f64,
    results: Vec<Row>,
}

impl Report for WalkReport {
    type Row = Row;

    fn rows(&self) -> &[Row] {
        &self.results
    }

    fn table(&self) -> String {
        if self.method == Method::Exact.to_string() {
            let mut table = Table::new(["Y", "exact mean T", "exact std dev", "relative error below"], &[]);
            for row in &self.results {
                let error = format!("{:.0e}", row.exact_relative_error);
                table.row([row.y.to_string(), significant(row.exact, 12), significant(row.exact_std_dev, 12), error]);
            }
            return format!("{}in {}, without sampling\n", table.render(), duration(self.head.elapsed_s()));
        }
        let maybe =
            |value: Option<f64>, digits| value.map_or_else(|| "-".to_owned(), |value| significant(value, digits));
        let wald = self.method == Method::Wald.to_string();
        let mut table = if wald {
            Table::new(["Y", "walks", "mean T", "std error", "exact", "z", "as good as plain walks"], &[])
        } else {
            Table::new(["Y", "walks", "mean T", "std error", "exact", "z", "longest"], &[])
        };
        for row in &self.results {
            table.row([
                row.y.to_string(),
                row.samples.clone(),
                maybe(row.mean, 7),
                maybe(row.std_error, 3),
                significant(row.exact, 7),
                row.z.map_or_else(|| "-".to_owned(), |z| format!("{z:+.2}")),
                if wald { row.plain_walks.map_or_else(|| "-".to_owned(), scaled) } else { row.longest.clone() },
            ]);
        }
        let (steps, time, rate) = (scaled(self.walked), duration(self.head.elapsed_s()), scaled(self.steps_per_second));
        let (method, summary) = (&self.method, self.head.summary());
        let correlated = if self.results.len() > 1 && !self.independent {
            "the same walkers for every Y: the estimates are correlated (--independent undoes that)\n"
        } else {
            ""
        };
        format!("{}{steps}steps in {time}: {rate}steps/s\n{method}, {summary}\n{correlated}", table.render())
    }
}
