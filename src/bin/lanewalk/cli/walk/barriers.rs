//! Walks between two barriers, or to a single barrier.

use lanewalk::{Barriers, FirstExit, Mergeable, Parts, Walk, first_exit};
use serde::Serialize;

use super::arguments::{Arguments, MORE_SAMPLES};
use crate::cli::distribution::{Distribution, Single};
use crate::cli::failure::Failure;
use crate::cli::one_sample::{Judgement, PILOT_STEPS, Part, Run};
use crate::cli::shard;
use crate::cli::significance::{self, Score};
use crate::report::{
    Head, Page, Report, Table, counted, dash, duration, interval, probability, scaled, signed, significant,
};

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let walkers = arguments.walkers(MORE_SAMPLES)?;
    let walk = problem(arguments, arguments.horizon).walkers(walkers.clone()).seed(arguments.running.seed);
    walk.check()?;
    let mut run = Run::open(&arguments.running, &arguments.distribution)?;
    let samples = walkers.end - walkers.start;
    let short = arguments.horizon.unwrap_or(u64::MAX).min(PILOT_STEPS);
    let pilot = problem(arguments, Some(short));
    let part = Part {
        walk: walk.clone(),
        steps: walk.expected_steps(),
        pilot_each: pilot.clone().samples(1).expected_steps(),
        pilot,
        slower: 1.0,
    };
    let walks = counted(samples, "walk");
    let title = match (arguments.lower, arguments.upper) {
        (Some(lower), Some(upper)) => format!("Distribution of T between {lower} and {upper}, {walks}"),
        (Some(lower), None) => format!("Distribution of T to {lower}, {walks}"),
        (_, upper) => format!("Distribution of T to {}, {walks}", upper.unwrap_or(f64::NAN)),
    };
    let single = Single { walk, horizon: arguments.horizon, title };
    let walked = run.walk(&[part], Some(&single), first_exit, |exit| exit)?;

    let exit = &walked.results[0];
    let report = ExitReport::new(arguments, exit, walked.elapsed_s, &run, walked.distribution, walked.walkers);
    run.warn_of_censored(exit.censored, samples, arguments.horizon);
    run.finish(&report, || report.distribution.as_ref().map_or_else(|| Ok(String::new()), Distribution::plot))
}

fn problem(arguments: &Arguments, horizon: Option<u64>) -> Walk<Barriers> {
    let walk = match (arguments.lower, arguments.upper) {
        (Some(lower), Some(upper)) => Walk::between(lower, upper),
        (Some(lower), None) => Walk::down_to(lower, 1),
        (None, Some(upper)) => Walk::up_to(upper, 1),
        (None, None) => unreachable!("a barrier was given"),
    };
    let walk = walk.start(arguments.start.unwrap_or(0.0));
    match horizon {
        Some(horizon) => walk.horizon(horizon),
        None => walk,
    }
}

/// A probability or a mean time.
#[derive(Serialize)]
struct Row {
    quantity: &'static str,
    #[serde(skip)]
    name: &'static str,
    /// The number of walks in the estimate.
    walks: u64,
    estimate: Option<f64>,
    std_error: Option<f64>,
    /// The 95 % interval.
    low: Option<f64>,
    high: Option<f64>,
    exact: Option<f64>,
    exact_relative_error: Option<f64>,
    z: Option<f64>,
    /// The reason why there is no z.
    missing_z: Option<String>,
}

#[derive(Serialize)]
struct ExitReport {
    #[serde(flatten)]
    head: Head,
    problem: &'static str,
    method: &'static str,
    lower: Option<f64>,
    upper: Option<f64>,
    start: f64,
    horizon: Option<u64>,
    shard: String,
    samples: u64,
    ended_lower: u64,
    ended_upper: u64,
    censored: u64,
    total_steps: u128,
    /// Bounds of E\[T\], without the standard error. An infinite bound is `None`.
    mean_lower_bound: Option<f64>,
    mean_upper_bound: Option<f64>,
    steps_per_second: f64,
    results: Vec<Row>,
    /// The exact integers that merging needs.
    parts: Parts,
    #[serde(skip_serializing_if = "Option::is_none")]
    distribution: Option<Distribution>,
    #[serde(skip)]
    steps: f64,
}

impl ExitReport {
    fn new(
        arguments: &Arguments,
        exit: &FirstExit,
        elapsed_s: f64,
        run: &Run,
        distribution: Option<Distribution>,
        walkers: std::ops::Range<u64>,
    ) -> Self {
        let horizon = arguments.horizon.unwrap_or(0);
        let total = exit.lower.total_steps + exit.upper.total_steps + u128::from(exit.censored) * u128::from(horizon);
        let bounds = exit.mean_bounds();
        Self {
            head: Head::new("walk", arguments.running.seed, &run.plan, exit.digest(), elapsed_s),
            problem: "between",
            method: "plain",
            lower: arguments.lower,
            upper: arguments.upper,
            start: arguments.start.unwrap_or(0.0),
            horizon: arguments.horizon,
            shard: shard::text(&walkers),
            samples: exit.samples(),
            ended_lower: exit.lower.samples,
            ended_upper: exit.upper.samples,
            censored: exit.censored,
            total_steps: total,
            mean_lower_bound: bounds.map(|bounds| bounds.0),
            mean_upper_bound: bounds.map(|bounds| bounds.1).filter(|to| to.is_finite()),
            steps_per_second: total as f64 / elapsed_s,
            results: rows(exit, arguments.lower.is_some(), arguments.upper.is_some(), arguments.horizon.is_some()),
            parts: exit.to_parts(),
            distribution,
            steps: total as f64,
        }
    }
}

impl ExitReport {
    /// A sentence on E\[T\] of a run with a horizon.
    fn bounds(&self) -> String {
        if self.lower.is_none() || self.upper.is_none() {
            return "with a single barrier, E[T] is infinite".to_owned();
        }
        match (self.mean_lower_bound, self.mean_upper_bound) {
            (Some(from), Some(to)) if to > from => {
                let (from, to) = (significant(from, 7), significant(to, 7));
                format!("by the estimate of E[min(T, h)], E[T] lies between {from} and {to}")
            }
            _ => "P(T > h) is so small that E[min(T, h)] is E[T] to all digits".to_owned(),
        }
    }
}

/// The rows for these barriers.
fn rows(exit: &FirstExit, lower: bool, upper: bool, horizon: bool) -> Vec<Row> {
    let (all, at_lower, at_upper) = (exit.samples(), exit.lower.samples, exit.upper.samples);
    let name = |free, limited| if horizon { limited } else { free };
    let mut rows = Vec::new();
    let mut row = |applies: bool, quantity, name, walks: u64, judged: &dyn Fn() -> lanewalk::EstimateWithExact| {
        if applies {
            let Judgement { estimate, std_error, low, high, exact, exact_relative_error, z, missing_z } =
                judged().into();
            rows.push(Row {
                quantity,
                name,
                walks,
                estimate,
                std_error,
                low,
                high,
                exact,
                exact_relative_error,
                z,
                missing_z,
            });
        }
    };
    let single = !(lower && upper);
    let first = |free, limited, one| if single { one } else { name(free, limited) };
    let lower_first = first("P(lower first)", "P(lower first, T <= h)", "P(T <= h)");
    let upper_first = first("P(upper first)", "P(upper first, T <= h)", "P(T <= h)");
    row(lower, "probability_lower", lower_first, all, &|| exit.probability_lower());
    row(upper, "probability_upper", upper_first, all, &|| exit.probability_upper());
    row(horizon, "probability_censored", "P(T > h)", all, &|| exit.probability_censored());
    row(true, if horizon { "mean_until_horizon" } else { "mean" }, name("E[T]", "E[min(T, h)]"), all, &|| exit.mean());
    let (lower_mean, upper_mean) = (
        first("E[T | lower]", "E[T | lower, T <= h]", "E[T | T <= h]"),
        first("E[T | upper]", "E[T | upper, T <= h]", "E[T | T <= h]"),
    );
    row(lower, "mean_lower", lower_mean, at_lower, &|| exit.mean_lower());
    row(upper, "mean_upper", upper_mean, at_upper, &|| exit.mean_upper());
    rows
}

impl Report for ExitReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let mut table = Table::new(["quantity", "walks", "estimate", "95 % interval", "exact", "z"], &["quantity"]);
        for row in &self.results {
            let is_probability = row.quantity.starts_with("probability");
            let digits = |value: f64| if is_probability { probability(value, 6) } else { significant(value, 7) };
            table.row([
                row.name.to_owned(),
                row.walks.to_string(),
                dash(row.estimate, digits),
                dash(row.low.zip(row.high), |(low, high)| interval(low, high)),
                dash(row.exact, digits),
                dash(row.z, signed),
            ]);
        }
        let barriers = match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => format!("barriers at {lower} and {upper}"),
            (Some(lower), None) => format!("a barrier at {lower}"),
            (_, upper) => format!("a barrier at {}", upper.unwrap_or(f64::NAN)),
        };
        let censored = match &self.horizon {
            Some(horizon) => {
                let (samples, censored) = (&self.samples, &self.censored);
                let bounds = self.bounds();
                format!("horizon h = {horizon} ({censored} of {samples} walks censored)\n{bounds}")
            }
            None => "no walk was censored".to_owned(),
        };
        let notes = format!("{barriers}, start at {}, {censored}", self.start);
        let (steps, time, rate) = (scaled(self.steps), duration(self.head.elapsed_s()), scaled(self.steps_per_second));
        let scores = |row: &Row| Score { name: row.name.to_owned(), z: row.z, missing: row.missing_z.clone() };
        Page::new()
            .table(table)
            .lines(notes)
            .lines(significance::notes(&self.results.iter().map(scores).collect::<Vec<_>>()))
            .append(self.distribution.as_ref().map(Distribution::tables).unwrap_or_default())
            .lines(format!("{steps}steps in {time}: {rate}steps/s"))
            .lines(self.head.footer(None))
    }
}
