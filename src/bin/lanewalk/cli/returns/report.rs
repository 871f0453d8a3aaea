//! The report of `lanewalk return`.

use lanewalk::{FirstReturn, ReturnKind};
use serde::Serialize;

use crate::cli::distribution::Distribution;
use crate::cli::one_sample::{Judgement, shared_walkers};
use crate::cli::significance::{self, Score};
use crate::report::{
    Head, Page, Report, Table, WithParts, as_sure, counted, dash, duration, interval, probability, scaled, signed,
    significant, svg,
};

/// The result for one number of dimensions.
#[derive(Serialize)]
pub(super) struct Row {
    kind: &'static str,
    dim: Option<usize>,
    radius: Option<f64>,
    horizon: u64,
    samples: u64,
    returned: u64,
    censored: u64,
    probability: Option<f64>,
    std_error: Option<f64>,
    /// The 95 % interval of the probability.
    low: Option<f64>,
    high: Option<f64>,
    exact: Option<f64>,
    exact_relative_error: Option<f64>,
    z: Option<f64>,
    /// The reason why there is no z.
    missing_z: Option<String>,
    /// The probability of ever returning.
    ever: Option<f64>,
    /// The probability of a return after the horizon.
    tail: Option<f64>,
    /// The mean T of the walks that returned.
    mean_returned: Option<f64>,
    mean_returned_std_error: Option<f64>,
    mean_returned_exact: Option<f64>,
    mean_returned_z: Option<f64>,
    mean_returned_missing_z: Option<String>,
    /// E\[min(T, h)\].
    mean_until_horizon: Option<f64>,
    mean_std_error: Option<f64>,
    mean_exact: Option<f64>,
    mean_exact_relative_error: Option<f64>,
    mean_z: Option<f64>,
    mean_missing_z: Option<String>,
    total_steps: u128,
    longest: u64,
}

impl Row {
    pub(super) fn new(returns: &FirstReturn, kind: &'static str) -> Self {
        let Judgement { estimate, std_error, low, high, exact, exact_relative_error, z, missing_z } =
            returns.probability().into();
        let (dim, radius) = match returns.kind {
            ReturnKind::Ball { dimensions, radius } => (Some(dimensions), Some(radius)),
            ReturnKind::Lattice { dimensions } => (Some(dimensions), None),
            _ => (None, None),
        };
        let (ever, tally) = (returns.ever(), &returns.tally);
        let mean = Judgement::from(returns.mean());
        let returned = Judgement::from(returns.mean_returned());
        Self {
            kind,
            dim,
            radius,
            horizon: returns.horizon,
            samples: returns.samples(),
            returned: tally.samples,
            censored: returns.censored,
            probability: estimate,
            std_error,
            low,
            high,
            exact,
            exact_relative_error,
            z,
            missing_z,
            ever,
            tail: returns.exact().map(|times| times.tail(returns.horizon)),
            mean_returned: returned.estimate,
            mean_returned_std_error: returned.std_error,
            mean_returned_exact: returned.exact,
            mean_returned_z: returned.z,
            mean_returned_missing_z: returned.missing_z,
            mean_until_horizon: mean.estimate,
            mean_std_error: mean.std_error,
            mean_exact: mean.exact,
            mean_exact_relative_error: mean.exact_relative_error,
            mean_z: mean.z,
            mean_missing_z: mean.missing_z,
            total_steps: tally.total_steps,
            longest: tally.longest,
        }
    }
}

#[derive(Serialize)]
pub(super) struct ReturnReport {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) kind: &'static str,
    pub(super) horizon: u64,
    pub(super) independent: bool,
    pub(super) shard: String,
    pub(super) steps_per_second: f64,
    pub(super) results: Vec<WithParts<Row>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) distribution: Option<Distribution>,
    #[serde(skip)]
    pub(super) steps: f64,
}

impl ReturnReport {
    /// The plot of the probability against the number of dimensions.
    pub(super) fn plot(&self) -> svg::FirstReturn {
        let point = |row: &WithParts<Row>| svg::Returned {
            dimensions: row.dim.unwrap_or(1),
            probability: row.probability.unwrap_or(0.0),
            std_error: row.std_error.unwrap_or(0.0),
            exact: row.exact,
            ever: row.ever,
        };
        let walks = counted(self.results.first().map_or(0, |row| row.samples), "walk");
        svg::FirstReturn {
            title: format!("Return within {} steps ({}), {walks} for each D", self.horizon, self.kind),
            points: self.results.iter().map(point).collect(),
        }
    }
}

impl Report for ReturnReport {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().map(|result| &**result).collect()
    }

    fn page(&self) -> Page {
        let headings = ["D", "returned", "P(T <= h)", "95 % interval", "exact", "z", "ever", "tail"];
        let mut table = Table::new(headings, &[]).optional(&[1, 7]);
        let mut means = Table::new(["D", "mean T", "std error", "exact", "z"], &[]);
        for row in &self.results {
            table.row([
                dash(row.dim, |dim| dim.to_string()),
                row.returned.to_string(),
                dash(row.probability, |probability| as_sure(probability, row.std_error)),
                dash(row.low.zip(row.high), |(low, high)| interval(low, high)),
                dash(row.exact, |exact| probability(exact, 7)),
                dash(row.z, signed),
                dash(row.ever, |ever| format!("{ever:.7}")),
                dash(row.tail, |tail| significant(tail, 3)),
            ]);
            means.row([
                dash(row.dim, |dim| dim.to_string()),
                dash(row.mean_returned, |mean| significant(mean, 6)),
                dash(row.mean_returned_std_error, |error| significant(error, 3)),
                dash(row.mean_returned_exact, |mean| significant(mean, 6)),
                dash(row.mean_returned_z, signed),
            ]);
        }
        let kind = match (self.kind, self.results.first().and_then(|row| row.radius)) {
            ("sign", _) => "return: the first change of sign after the first step".to_owned(),
            ("lattice", _) => "return: to the origin of the lattice".to_owned(),
            (_, radius) => format!("return: into the ball of radius {} after leaving it", radius.unwrap_or(0.0)),
        };
        let (steps, time, rate) = (scaled(self.steps), duration(self.head.elapsed_s()), scaled(self.steps_per_second));
        let horizon = &self.horizon;
        let shared = shared_walkers("D", self.results.len(), self.independent);
        let scores = |row: &WithParts<Row>| {
            let named = |what: &str| row.dim.map_or_else(|| what.to_owned(), |dim| format!("{what} in D = {dim}"));
            [
                Score { name: named("P(T <= h)"), z: row.z, missing: row.missing_z.clone() },
                Score { name: named("mean T"), z: row.mean_returned_z, missing: row.mean_returned_missing_z.clone() },
            ]
        };
        let scores = significance::notes(&self.results.iter().flat_map(scores).collect::<Vec<_>>());
        let walks = counted(self.results.first().map_or(0, |row| row.samples), "walk");
        Page::new()
            .table(table)
            .lines(kind)
            .lines(format!("{walks} each, horizon h = {horizon}; tail: P(h < T < infinity)"))
            .blank()
            .table(means)
            .lines("mean T: of the walks that returned, E[T | T <= h]")
            .lines(scores)
            .lines(shared)
            .append(self.distribution.as_ref().map(Distribution::tables).unwrap_or_default())
            .lines(format!("{steps}steps in {time}: {rate}steps/s"))
            .lines(self.head.footer(None))
    }
}
