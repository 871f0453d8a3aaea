//! Example curves: time, speedup and efficiency by Amdahl's law.

use lanewalk::model::{Amdahl, Model};
use serde::Serialize;

use crate::report::{Page, Report, Table, counted, significant};

/// The maximum number of rows of a table, so that it fits on a screen.
const MAX_ROWS: usize = 24;

#[derive(Serialize)]
pub(super) struct Curves {
    command: &'static str,
    version: &'static str,
    serial_s: f64,
    parallel_s: f64,
    /// Infinite without serial work. JSON has null for infinity.
    limit: f64,
    efficiency: f64,
    workers_for: f64,
    results: Vec<Row>,
    #[serde(skip)]
    law: Amdahl,
}

#[derive(Serialize)]
pub(super) struct Row {
    workers: u64,
    time_s: f64,
    log10_time: f64,
    speedup: f64,
    efficiency: f64,
}

impl Curves {
    pub(super) fn new(law: Amdahl, workers: &[u64], efficiency: f64) -> Self {
        let row = |workers: &u64| {
            let w = *workers as f64;
            let time_s = law.time(w);
            let (speedup, efficiency) = (law.speedup(w), law.efficiency(w));
            Row { workers: *workers, time_s, log10_time: time_s.log10(), speedup, efficiency }
        };
        Self {
            command: "model",
            version: env!("CARGO_PKG_VERSION"),
            serial_s: law.serial,
            parallel_s: law.parallel,
            limit: law.limit(),
            efficiency,
            workers_for: law.workers_for(efficiency),
            results: workers.iter().map(row).collect(),
            law,
        }
    }
}

impl Report for Curves {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let mut table = Table::new(["workers", "T / s", "log10 T", "speedup", "efficiency"], &[]);
        let shown = selected_rows(self.results.len(), MAX_ROWS);
        for row in shown.iter().map(|index| &self.results[*index]) {
            table.row([
                row.workers.to_string(),
                significant(row.time_s, 5),
                format!("{:.4}", row.log10_time),
                significant(row.speedup, 4),
                format!("{} %", significant(100.0 * row.efficiency, 3)),
            ]);
        }
        let limit = if self.limit.is_finite() {
            let (limit, least) = (significant(self.limit, 4), significant(self.serial_s, 4));
            format!("speedup at most (S + P) / S = {limit}, time at least {least} s")
        } else {
            "no limit of the speedup, because no work is serial".to_owned()
        };
        let most = self.workers_for;
        let reach = if most.is_finite() {
            let (time, speedup) = (significant(self.law.time(most), 4), significant(self.law.speedup(most), 4));
            format!("up to {} ({time} s, {speedup} times as fast as one worker)", counted(most as u64, "worker"))
        } else {
            "any number of workers".to_owned()
        };
        let (serial, parallel) = (significant(self.serial_s, 5), significant(self.parallel_s, 5));
        let wanted = significant(100.0 * self.efficiency, 3);
        Page::new()
            .table(table)
            .lines(omitted_rows(shown.len(), self.results.len()))
            .lines(format!("T(w) = S + P / w with S = {serial} s and P = {parallel} s"))
            .lines(limit)
            .lines(format!("efficiency of {wanted} % or more: {reach}"))
    }
}

/// The indices of at most `most` of the `rows` rows: the first few, then rows at increasing distances, and the last.
pub(super) fn selected_rows(rows: usize, most: usize) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    let ratio = (rows as f64).powf(1.0 / (most - 1) as f64);
    let mut indices: Vec<usize> = Vec::new();
    for term in 0..most {
        let number = (ratio.powi(term as i32).round() as usize).max(indices.last().map_or(0, |last| last + 2));
        indices.push(number.clamp(1, rows) - 1);
    }
    indices.dedup();
    if let Some(last) = indices.last_mut() {
        *last = rows - 1;
    }
    indices
}

/// The note about omitted rows; empty if all rows are shown.
pub(super) fn omitted_rows(shown: usize, rows: usize) -> String {
    if shown == rows { String::new() } else { format!("{shown} of {rows} rows; --format csv or json gives all rows\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_rows_include_the_first_and_the_last() {
        assert_eq!(selected_rows(3, 24), [0, 1, 2]);
        for rows in [25, 26, 40, 200, 10_000] {
            let indices = selected_rows(rows, 24);
            assert!(indices.len() <= 24 && indices.len() > 12, "{indices:?}");
            assert!(indices[0] == 0 && indices.last() == Some(&(rows - 1)));
            assert!(indices.windows(2).all(|pair| pair[0] < pair[1]), "{indices:?}");
        }
    }
}
