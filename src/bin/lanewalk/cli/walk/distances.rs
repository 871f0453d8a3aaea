//! Walks to distances from the start on the line.

use std::time::Instant;

use lanewalk::{FirstPassage, Method, Moments, Walk, exact_moments, first_passage};
use serde::Serialize;

use super::arguments::{Arguments, SAMPLES};
use super::means::{self, Mean};
use crate::cli::distribution::{Distribution, Single};
use crate::cli::failure::Failure;
use crate::cli::one_sample::{Judgement, PILOT_STEPS, Part, Run, shared_walkers};
use crate::cli::shard;
use crate::cli::significance::{self, Score};
use crate::report::{Head, Page, Report, Table, WithParts, counted, dash, duration, scaled, signed, significant, svg};

/// The default distances.
fn example() -> Vec<f64> {
    (1..=15).map(|tens| 10.0 * f64::from(tens)).collect()
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (y, walkers) = (arguments.y(&example()), arguments.walkers(SAMPLES)?);
    let walk = Walk::to_each(y.iter().copied())
        .walkers(walkers.clone())
        .seed(arguments.running.seed)
        .method(arguments.method)
        .independent(arguments.independent);
    walk.check()?;
    arguments.distribution.check(y.len(), "distances", "--y Y")?;
    let mut run = Run::open(&arguments.running, &arguments.distribution)?;

    let start = Instant::now();
    if arguments.method == Method::Exact {
        walk.exact()?;
    }
    let steps = walk.expected_steps();
    let exact_s = start.elapsed().as_secs_f64();
    let near = y.iter().copied().fold(0.0, f64::max).min((PILOT_STEPS as f64 / 3.0).sqrt());
    let part = Part {
        steps,
        pilot: Walk::to(near).method(arguments.method),
        pilot_each: exact_moments(near)?.mean,
        slower: 1.0,
        walk: walk.clone(),
    };
    let single = (y.len() == 1 && arguments.method != Method::Exact).then(|| Single {
        walk,
        horizon: None,
        title: format!("Distribution of T to Y = {}, {}", y[0], counted(walkers.end - walkers.start, "walk")),
    });
    let mut walked = run.walk(&[part], single.as_ref(), first_passage, |passage| vec![passage])?;

    let passages = walked.results.swap_remove(0);
    let elapsed_s = walked.elapsed_s + if arguments.method == Method::Exact { exact_s } else { 0.0 };
    let steps = passages.iter().map(|passage| passage.tally.total_steps as f64);
    let steps = if arguments.method == Method::Nested { steps.fold(0.0, f64::max) } else { steps.sum() };
    let digest = FirstPassage::digest(&passages);
    let report = WalkReport {
        head: Head::new("walk", arguments.running.seed, &run.plan, digest, elapsed_s),
        problem: "distances",
        method: arguments.method.to_string(),
        independent: arguments.independent,
        shard: shard::text(&walked.walkers),
        steps_per_second: steps / elapsed_s,
        walked: steps,
        results: passages.iter().map(|passage| WithParts::new(Row::new(passage, passage.exact()), passage)).collect(),
        distribution: walked.distribution,
    };
    run.finish(&report, || match &report.distribution {
        Some(distribution) => distribution.plot(),
        None => svg::means(&report.means(), &svg::Origin::here()),
    })
}

/// One distance.
#[derive(Serialize)]
struct Row {
    y: f64,
    samples: u64,
    total_steps: u128,
    longest: u64,
    ended_lower: u64,
    mean: Option<f64>,
    std_error: Option<f64>,
    exact: f64,
    exact_std_dev: f64,
    exact_relative_error: f64,
    z: Option<f64>,
    /// The reason why there is no z.
    missing_z: Option<String>,
    /// The number of censored walks: always 0, since walks to distances have no horizon.
    censored: u64,
    /// The number of plain walks that would give the same standard error.
    plain_walks: Option<f64>,
}

impl Row {
    fn new(passage: &FirstPassage, exact: &Moments) -> Self {
        let tally = &passage.tally;
        let Judgement { estimate, std_error, z, missing_z, .. } = passage.mean().into();
        let plain_walks = match (passage.method, std_error) {
            (Method::Wald, Some(error)) if error > 0.0 => Some((exact.std_dev / error).powi(2)),
            _ => None,
        };
        Self {
            y: passage.distance,
            samples: tally.samples,
            total_steps: tally.total_steps,
            longest: tally.longest,
            ended_lower: tally.lower,
            mean: estimate,
            std_error,
            exact: exact.mean,
            exact_std_dev: exact.std_dev,
            exact_relative_error: exact.relative_error,
            z,
            missing_z: missing_z.filter(|_| passage.method != Method::Exact),
            censored: 0,
            plain_walks,
        }
    }
}

impl Row {
    fn score(&self) -> Score {
        Score { name: format!("Y = {}", self.y), z: self.z, missing: self.missing_z.clone() }
    }
}

#[derive(Serialize)]
struct WalkReport {
    #[serde(flatten)]
    head: Head,
    problem: &'static str,
    method: String,
    independent: bool,
    shard: String,
    steps_per_second: f64,
    #[serde(skip)]
    walked: f64,
    results: Vec<WithParts<Row>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distribution: Option<Distribution>,
}

impl WalkReport {
    /// The plot of T against Y, and of the error of the approximation pi Y^2.
    fn means(&self) -> svg::Means {
        let point =
            |row: &WithParts<Row>| Mean { x: row.y, value: row.mean, std_error: row.std_error, exact: Some(row.exact) };
        let points: Vec<Mean> = self.results.iter().map(point).collect();
        let exact = |y: f64| exact_moments(y).ok().map(|exact| exact.mean);
        let walks = self.results.first().map_or(0, |row| row.samples);
        let title = if self.method == Method::Exact.to_string() {
            "Steps to the distance Y".to_owned()
        } else {
            format!("Steps to the distance Y, {} to each, method {}", counted(walks, "walk"), self.method)
        };
        means::against_distance(title, &points, exact, "exact, from the integral equation")
            .rule("πY²", |y| std::f64::consts::PI * y * y)
    }
}

impl Report for WalkReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().map(|result| &**result).collect()
    }

    fn page(&self) -> Page {
        if self.method == Method::Exact.to_string() {
            let mut table = Table::new(["Y", "exact mean T", "exact std dev", "relative error below"], &[]);
            for row in &self.results {
                let error = format!("{:.0e}", row.exact_relative_error);
                table.row([row.y.to_string(), significant(row.exact, 12), significant(row.exact_std_dev, 12), error]);
            }
            let computed = format!("computed in {}, without sampling", duration(self.head.elapsed_s()));
            return Page::new().table(table).lines(computed);
        }
        let maybe = |value: Option<f64>, digits| dash(value, |value| significant(value, digits));
        let wald = self.method == Method::Wald.to_string();
        let mut table = if wald {
            Table::new(["Y", "walks", "mean T", "std error", "exact", "z", "equivalent plain walks"], &[])
                .optional(&[6])
        } else {
            Table::new(["Y", "walks", "mean T", "std error", "exact", "z", "longest"], &[])
        };
        for row in &self.results {
            table.row([
                row.y.to_string(),
                row.samples.to_string(),
                maybe(row.mean, 7),
                maybe(row.std_error, 3),
                significant(row.exact, 7),
                dash(row.z, signed),
                if wald { dash(row.plain_walks, scaled) } else { row.longest.to_string() },
            ]);
        }
        let (steps, time, rate) = (scaled(self.walked), duration(self.head.elapsed_s()), scaled(self.steps_per_second));
        let scores: Vec<Score> = self.results.iter().map(|row| row.score()).collect();
        Page::new()
            .table(table)
            .lines(significance::notes(&scores))
            .lines(shared_walkers("Y", self.results.len(), self.independent))
            .append(self.distribution.as_ref().map(Distribution::tables).unwrap_or_default())
            .lines(format!("{steps}steps in {time}: {rate}steps/s"))
            .lines(self.head.footer(Some(&self.method)))
    }
}
