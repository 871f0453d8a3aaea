//! Quantiles of T.

use lanewalk::Distribution;
use lanewalk::internal::share_z;
use serde::Serialize;

use super::counts::Counts;
use crate::report::{Table, dash, signed};

/// One quantile. A bound of the interval beyond the horizon or the sample is `None`.
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
            low: interval.map(|interval| interval.0),
            high: interval.and_then(|interval| interval.1),
            exact,
            z: exact.and_then(below),
        }
    }
}

pub(super) fn table(quantiles: &[Quantile]) -> String {
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
    format!("\n{}", table.render())
}
