//! Quantiles of T.

use lanewalk::Distribution;
use lanewalk::internal::share_z;
use serde::Serialize;

use super::counts::Counts;
use crate::cli::significance;
use crate::report::{Page, Table, dash, signed};

/// The notes about open intervals and about rows without z.
const OPEN: &str = "-: the sample is too small for this end of a 95 % interval, or the end is beyond the horizon\n";
const RARE: &str = "quantiles have no z if n p (1 - p) is below 10 for p = P(T <= exact)\n";

/// One quantile. An end of the interval that is beyond the horizon, or for which no order statistic of the sample has
/// the confidence, is `None`.
#[derive(Serialize)]
pub(super) struct Quantile {
    pub(super) q: f64,
    pub(super) time: Option<u64>,
    low: Option<u64>,
    high: Option<u64>,
    exact: Option<u64>,
    /// z of the share of walks that end by the exact quantile.
    z: Option<f64>,
}

impl Quantile {
    pub(super) fn new(counts: &Counts, q: f64) -> Self {
        let interval = counts.times.quantile_interval(q);
        let exact = counts.exact_quantile(q);
        let below = |exact: u64| share_z(counts.times.count(0..=exact), counts.samples, 1.0 - counts.after(exact)?);
        Self {
            q,
            time: counts.times.quantile(q),
            low: interval.and_then(|interval| interval.0),
            high: interval.and_then(|interval| interval.1),
            exact,
            z: exact.and_then(below),
        }
    }
}

pub(super) fn page(quantiles: &[Quantile]) -> Page {
    let mut table = Table::new(["quantile", "T", "95 % from", "to", "exact", "z of P(T <= exact)"], &[]);
    for row in quantiles {
        let text = |value: Option<u64>| dash(value, |value| value.to_string());
        table.row([
            row.q.to_string(),
            text(row.time),
            text(row.low),
            text(row.high),
            text(row.exact),
            dash(row.z, signed),
        ]);
    }
    let open = quantiles.iter().any(|row| row.low.is_none() || row.high.is_none());
    let open = if open { OPEN } else { "" };
    let rare = if quantiles.iter().any(|row| row.exact.is_some() && row.z.is_none()) { RARE } else { "" };
    let scores = significance::expected(quantiles.iter().filter(|row| row.z.is_some()).count());
    Page::new().blank().table(table).lines(scores).lines(open).lines(rare)
}
