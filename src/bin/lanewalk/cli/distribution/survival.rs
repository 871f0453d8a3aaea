//! The survival function P(T > n).

use lanewalk::Distribution;
use lanewalk::internal::share_z;
use serde::Serialize;

use super::counts::Counts;
use crate::cli::significance;
use crate::report::{Page, Table, dash, probability, signed, significant};

/// The approximate number of rows.
const ROWS: u32 = 20;

/// The values of P(T > n) in the rows, if the times do not cover many orders of magnitude.
const LEVELS: [f64; 20] = [
    0.999, 0.99, 0.975, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.025, 0.01, 0.005, 0.002, 0.001,
];

#[derive(Serialize)]
pub(super) struct Survival {
    /// Half of the width of the band.
    band: f64,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    steps: u64,
    survival: f64,
    low: f64,
    high: f64,
    exact: Option<f64>,
    z: Option<f64>,
}

impl Survival {
    pub(super) fn new(counts: &Counts) -> Self {
        let band = counts.times.band(0.95);
        let row = |steps: u64| {
            let survival = counts.times.sf(steps);
            let exact = counts.after(steps);
            let left = (survival * counts.samples as f64).round() as u64;
            Row {
                steps,
                survival,
                low: (survival - band).max(0.0),
                high: (survival + band).min(1.0),
                exact,
                z: exact.and_then(|exact| share_z(left, counts.samples, exact)),
            }
        };
        Self { band, rows: row_times(counts).into_iter().map(row).collect() }
    }

    pub(super) fn page(&self) -> Page {
        let mut table = Table::new(["n", "P(T > n)", "band from", "to", "exact", "z"], &[]);
        for row in &self.rows {
            let digits = |value: f64| probability(value, 5);
            table.row([
                row.steps.to_string(),
                digits(row.survival),
                digits(row.low),
                digits(row.high),
                dash(row.exact, digits),
                dash(row.z, signed),
            ]);
        }
        let band = significant(self.band, 3);
        let scores = significance::expected(self.rows.iter().filter(|row| row.z.is_some()).count());
        let rare = self.rows.iter().any(|row| row.exact.is_some() && row.z.is_none());
        let rare = if rare { "rows have no z if n p (1 - p) is below 10 for the exact p" } else { "" };
        Page::new()
            .blank()
            .table(table)
            .lines(scores)
            .lines(format!("with a probability of 95 %, the band of +-{band} contains P(T > n) for all n"))
            .lines(rare)
    }
}

/// The n of the rows, ascending.
fn row_times(counts: &Counts) -> Vec<u64> {
    let mut times: Vec<u64> = if counts.is_heavy() || counts.horizon.is_some() {
        let (first, last) = (counts.first().max(1) as f64, counts.last() as f64);
        (0..ROWS)
            .map(|row| (first * (last / first).powf(f64::from(row) / f64::from(ROWS - 1))).round() as u64)
            .collect()
    } else {
        let exact = |exact: &dyn Distribution| LEVELS.iter().filter_map(|level| exact.quantile(1.0 - level)).collect();
        let last = counts.last();
        // Without an exact distribution, the rows are evenly spaced.
        let even = || (1..=u64::from(ROWS)).map(|row| (row * last).div_ceil(u64::from(ROWS))).collect();
        counts.exact.map_or_else(even, exact)
    };
    times.sort_unstable();
    times.dedup();
    times
}
