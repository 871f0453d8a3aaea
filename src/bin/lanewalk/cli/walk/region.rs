//! Walks out of a ball or a cube, in any number of dimensions.

use std::ops::Range;

use lanewalk::{Method, Region, RegionExit, Shape, Walk, distance_key, independent_seed, region_exit};
use serde::Serialize;

use super::arguments::{Arguments, MORE_SAMPLES};
use super::means::{self, Mean};
use crate::cli::distribution::{Distribution, Single};
use crate::cli::failure::Failure;
use crate::cli::flags::refuse;
use crate::cli::one_sample::{Judgement, PILOT_STEPS, Part, Run, shared_walkers};
use crate::cli::shard;
use crate::cli::significance::{self, Score};
use crate::report::{Head, Page, Report, Table, WithParts, counted, dash, duration, scaled, signed, significant, svg};

/// The default radius.
const RADIUS: f64 = 20.0;

pub(super) fn run(arguments: &Arguments, dimensions: &[usize]) -> Result<(), Failure> {
    let (radii, shape) = (arguments.y(&[RADIUS]), arguments.shape.unwrap_or_default());
    let two_lists = radii.len() > 1 && dimensions.len() > 1;
    refuse(&[("plot", two_lists && arguments.distribution.plot.is_some())], "requires one --dim or one --y")?;
    let walkers = arguments.walkers(MORE_SAMPLES)?;
    let samples = walkers.end - walkers.start;
    let each = dimensions.iter().flat_map(|dimension| radii.iter().map(|radius| (*dimension, *radius)));
    let parts: Vec<Part<Region>> = each
        .map(|(dimension, radius)| {
            // The keys of an entry are the values that differ between entries.
            let varied = [(dimensions.len() > 1, dimension as u64), (radii.len() > 1, distance_key(radius))];
            let keys: Vec<u64> = varied.iter().filter(|(varies, _)| *varies).map(|(_, key)| *key).collect();
            let seed = arguments.running.seed;
            let seed = if arguments.independent { independent_seed(seed, &keys) } else { seed };
            part(arguments, shape, dimension, radius, walkers.clone(), seed)
        })
        .collect();
    for part in &parts {
        part.walk.check().map_err(|error| Failure::with_flags(&error, &[("radius", "y")]))?;
    }
    arguments.distribution.check(parts.len(), "regions", "one --dim and one --y")?;
    let mut run = Run::open(&arguments.running, &arguments.distribution)?;
    let single = match &parts[..] {
        [part] => Some(Single {
            walk: part.walk.clone(),
            horizon: arguments.horizon,
            title: format!(
                "Distribution of T, exit from a {shape}, D = {}, Y = {}, {}",
                dimensions[0],
                radii[0],
                counted(samples, "walk")
            ),
        }),
        _ => None,
    };
    let walked = run.walk(&parts, single.as_ref(), region_exit, |exit| exit)?;

    for exit in &walked.results {
        run.warn_of_censored(exit.censored, samples, arguments.horizon);
    }
    let wald = arguments.method == Method::Wald;
    if wald && walked.results.iter().any(|exit| exit.censored > 0) {
        run.note("warning: --method wald gives no estimate if --horizon ends walks");
    }
    let digests: Vec<String> = walked.results.iter().map(RegionExit::digest).collect();
    let horizon = arguments.horizon.unwrap_or(0);
    let total = |exit: &RegionExit| exit.tally.total_steps + u128::from(exit.censored) * u128::from(horizon);
    let steps = walked.results.iter().map(total).sum::<u128>() as f64;
    let report = RegionReport {
        head: Head::new("walk", arguments.running.seed, &run.plan, Head::joined(&digests), walked.elapsed_s),
        problem: shape.to_string(),
        method: arguments.method.to_string(),
        horizon: arguments.horizon,
        independent: arguments.independent,
        shard: shard::text(&walked.walkers),
        steps_per_second: steps / walked.elapsed_s,
        results: walked.results.iter().map(|exit| WithParts::new(Row::new(exit, wald), exit)).collect(),
        distribution: walked.distribution,
        steps,
    };
    run.finish(&report, || match &report.distribution {
        Some(distribution) => distribution.plot(),
        None => svg::means(&report.means(), &svg::Origin::here()),
    })
}

fn part(
    arguments: &Arguments,
    shape: Shape,
    dimensions: usize,
    radius: f64,
    walkers: Range<u64>,
    seed: u64,
) -> Part<Region> {
    let walk = |horizon: Option<u64>| {
        let walk = match shape {
            Shape::Ball => Walk::in_ball(dimensions, radius),
            Shape::Cube => Walk::in_cube(dimensions, radius),
            _ => unreachable!("--shape accepts only balls and cubes"),
        };
        match horizon {
            Some(horizon) => walk.horizon(horizon),
            None => walk,
        }
    };
    let whole = walk(arguments.horizon).walkers(walkers).seed(seed);
    let short = arguments.horizon.unwrap_or(u64::MAX).min(PILOT_STEPS);
    let pilot = walk(Some(short));
    Part {
        steps: whole.expected_steps(),
        walk: whole,
        pilot_each: pilot.clone().samples(1).expected_steps(),
        pilot,
        slower: dimensions as f64,
    }
}

/// One region.
#[derive(Serialize)]
struct Row {
    dim: usize,
    y: f64,
    samples: u64,
    total_steps: u128,
    longest: u64,
    /// The estimate of the method.
    mean: Option<f64>,
    std_error: Option<f64>,
    exact: Option<f64>,
    exact_relative_error: Option<f64>,
    z: Option<f64>,
    /// The reason why there is no z.
    missing_z: Option<String>,
    asymptotic: Option<f64>,
    /// The approximate relative error of `asymptotic`.
    asymptotic_error: Option<f64>,
    plain_mean: Option<f64>,
    plain_std_error: Option<f64>,
    wald_mean: Option<f64>,
    wald_std_error: Option<f64>,
    /// z of the mean of T - 3 |S|^2 / D, whose expectation is 0.
    wald_z: Option<f64>,
    censored: u64,
}

impl Row {
    fn new(exit: &RegionExit, wald: bool) -> Self {
        let (plain, identity) = (Judgement::from(exit.mean()), Judgement::from(exit.wald_mean()));
        let chosen = if wald { &identity } else { &plain };
        let asymptotic = exit.asymptotic();
        let tally = &exit.tally;
        Self {
            dim: exit.dimensions,
            y: exit.radius,
            samples: exit.samples(),
            total_steps: tally.total_steps,
            longest: tally.longest,
            mean: chosen.estimate,
            std_error: chosen.std_error,
            exact: plain.exact,
            exact_relative_error: chosen.exact_relative_error,
            z: chosen.z,
            missing_z: chosen.missing_z.clone(),
            asymptotic: asymptotic.map(|asymptotic| asymptotic.0),
            asymptotic_error: asymptotic.map(|asymptotic| asymptotic.1),
            plain_mean: plain.estimate,
            plain_std_error: plain.std_error,
            wald_mean: identity.estimate,
            wald_std_error: identity.std_error,
            wald_z: exit.wald_z(),
            censored: exit.censored,
        }
    }
}

#[derive(Serialize)]
struct RegionReport {
    #[serde(flatten)]
    head: Head,
    problem: String,
    method: String,
    horizon: Option<u64>,
    independent: bool,
    shard: String,
    steps_per_second: f64,
    results: Vec<WithParts<Row>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distribution: Option<Distribution>,
    #[serde(skip)]
    steps: f64,
}

impl RegionReport {
    fn has_radii(&self) -> bool {
        self.results.windows(2).any(|pair| pair[0].y.to_bits() != pair[1].y.to_bits())
    }

    fn has_dimensions(&self) -> bool {
        self.results.windows(2).any(|pair| pair[0].dim != pair[1].dim)
    }

    /// The plot of T against Y for a list of radii, otherwise against D.
    fn means(&self) -> svg::Means {
        let first = &self.results[0];
        let radii = self.has_radii();
        let point = |row: &WithParts<Row>| Mean {
            x: if radii { row.y } else { row.dim as f64 },
            value: row.mean,
            std_error: row.std_error,
            exact: row.exact.or(row.asymptotic),
        };
        let points: Vec<Mean> = self.results.iter().map(point).collect();
        let (problem, walks) = (&self.problem, counted(first.samples, "walk"));
        let quantity = if self.horizon.is_some() { "min(T, h)" } else { "Steps" };
        let ball = self.results.iter().any(|row| row.asymptotic.is_some());
        if radii {
            let title = format!("{quantity}, exit from a {problem} of radius Y, D = {}, {walks} each", first.dim);
            let name = if ball { "3 ((Y + k)² + c) / D, for large Y" } else { "exact" };
            // The curve joins the known values at these radii, since values between them would hardly change it.
            let known = |y: f64| points.iter().find(|point| point.x.to_bits() == y.to_bits())?.exact;
            let mut means = means::against_distance(title, &points, known, name);
            means.curve = points.iter().filter_map(|point| Some((point.x, point.exact?))).collect();
            means.curve.sort_by(|a, b| a.0.total_cmp(&b.0));
            means.reference = if ball { "the line" } else { "exact" };
            return means;
        }
        let title = format!("{quantity}, exit from a {problem} of radius {}, {walks} each", first.y);
        let name = if ball { "exact where known, else 3 ((Y + k)² + c) / D" } else { "exact" };
        let mut means = means::against_dimensions(title, &points, name);
        means.reference = if ball { "the bars" } else { "exact" };
        means
    }
}

impl Report for RegionReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().map(|result| &**result).collect()
    }

    fn page(&self) -> Page {
        let (first, radii, dimensions) = (&self.results[0], self.has_radii(), self.has_dimensions());
        let (entry, entries) = match (dimensions, radii) {
            (true, true) => ("D, Y", "D and Y"),
            (_, false) => ("D", "D"),
            (false, true) => ("Y", "Y"),
        };
        let mean = if self.horizon.is_some() { "mean min(T, h)" } else { "mean T" };
        let mut table =
            Table::new([entry, "walks", mean, "std error", "exact", "z", "z of Wald's identity", "censored"], &[])
                .optional(&[7, 6]);
        for row in &self.results {
            let exact = match (row.exact, row.asymptotic) {
                (None, Some(value)) => {
                    // As many digits as the approximation has.
                    let digits = 1.0 - row.asymptotic_error.unwrap_or(1.0).log10().floor();
                    format!("~{}", significant(value, digits.clamp(2.0, 7.0) as usize))
                }
                (exact, _) => dash(exact, |exact| significant(exact, 7)),
            };
            table.row([
                match (dimensions, radii) {
                    (true, true) => format!("{}, {}", row.dim, row.y),
                    (_, false) => row.dim.to_string(),
                    (false, true) => row.y.to_string(),
                },
                row.samples.to_string(),
                dash(row.mean, |mean| significant(mean, 7)),
                dash(row.std_error, |error| significant(error, 3)),
                exact,
                dash(row.z, signed),
                dash(row.wald_z, signed),
                row.censored.to_string(),
            ]);
        }
        let problem = &self.problem;
        let regions = match (dimensions, radii) {
            (true, true) => format!("{problem}s in D dimensions, of radius Y"),
            (_, false) => format!("{problem}s of radius {}", first.y),
            (false, true) => {
                format!("{problem}s in {} dimension{}", first.dim, if first.dim == 1 { "" } else { "s" })
            }
        };
        let horizon = self.horizon.as_ref().map(|horizon| format!(", horizon h = {horizon}")).unwrap_or_default();
        let worst = self.results.iter().filter_map(|row| row.asymptotic_error).reduce(f64::max);
        let footnote = worst.map_or_else(String::new, |worst| {
            let worst = significant(worst, 1);
            format!("~: not exact: 3 ((Y + k)^2 + c) / D for large Y, with a relative error of at most about {worst}\n")
        });
        let shared = shared_walkers(entries, self.results.len(), self.independent);
        let score = |row: &WithParts<Row>| {
            let name = match (dimensions, radii) {
                (false, true) => format!("Y = {}", row.y),
                (true, true) => format!("D = {} and Y = {}", row.dim, row.y),
                (_, false) => format!("D = {}", row.dim),
            };
            Score { name, z: row.z, missing: row.missing_z.clone() }
        };
        let scores = significance::notes(&self.results.iter().map(score).collect::<Vec<_>>());
        let few = self.results.iter().any(|row| row.wald_z.is_none() && row.censored == 0);
        let few = if few { "z of Wald's identity needs 80 (1 + g^2) walks, 400 or more for most radii\n" } else { "" };
        let (steps, time, rate) = (scaled(self.steps), duration(self.head.elapsed_s()), scaled(self.steps_per_second));
        Page::new()
            .table(table)
            .lines(format!("{regions}{horizon}"))
            .lines(footnote)
            .lines(scores)
            .lines(few)
            .lines(shared)
            .append(self.distribution.as_ref().map(Distribution::tables).unwrap_or_default())
            .lines(format!("{steps}steps in {time}: {rate}steps/s"))
            .lines(self.head.footer(Some(&self.method)))
    }
}
