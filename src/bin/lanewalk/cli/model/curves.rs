//! Example curves: time, speedup and efficiency by Amdahl's law.

use lanewalk::model::{Amdahl, Model};
use serde::Serialize;

use crate::report::{Report, Table, significant};

/// Rows of a table, at most: what a screen shows.
const MAX_ROWS: usize = 24;

#[derive(Serialize)]
pub(super) struct Curves {
    command: &'static str,
    version: &'static str,
    serial_s: f64,
    parallel_s: f64,
    /// Infinite without serial work, which JSON shows as null.
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

    fn table(&self) -> String {
        let mut table = Table::new(["workers", "T / s", "log10 T", "speedup", "efficiency"], &[]);
        let shown = spread(self.results.len(), MAX_ROWS);
        for row in shown.iter().map(|place| &self.results[*place]) {
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
            format!("speedup at most (S + P) / S = {limit}, in no less than {least} s")
        } else {
            "speedup without a limit, since no work is serial".to_owned()
        };
        let most = self.workers_for;
        let reach = if most.is_finite() {
            let (time, speedup) = (significant(self.law.time(most), 4), significant(self.law.speedup(most), 4));
            let plural = if most <= 1.0 { "" } else { "s" };
            format!("up to {most} worker{plural}, in {time} s, {speedup} times as fast as one")
        } else {
            "any number of workers".to_owned()
        };
        let (serial, parallel) = (significant(self.serial_s, 5), significant(self.parallel_s, 5));
        let wanted = significant(100.0 * self.efficiency, 3);
        let (rows, left_out) = (table.render(), left_out(shown.len(), self.results.len()));
        format!(
            "{rows}{left_out}T(w) = S + P / w with S = {serial} s and P = {parallel} s\n{limit}\n\
             efficiency of {wanted} % or more: {reach}\n"
        )
    }
}

/// Places of that many rows, at most, of a list: the first few, then ever farther apart, and the last.
pub(super) fn spread(rows: usize, most: usize) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    let ratio = (rows as f64).powf(1.0 / (most - 1) as f64);
    let mut places: Vec<usize> = Vec::new();
    for term in 0..most {
        let place = (ratio.powi(term as i32).round() as usize).max(places.last().map_or(0, |last| last + 2));
        places.push(place.clamp(1, rows) - 1);
    }
    places.dedup();
    if let Some(last) = places.last_mut() {
        *last = rows - 1;
    }
    places
}

pub(super) fn left_out(shown: usize, rows: usize) -> String {
    if shown == rows { String::new() } else { format!("{shown} of {rows} rows; --format csv or json has all\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_screen() {
        assert_eq!(spread(3, 24), [0, 1, 2]);
        for rows in [25, 26, 40, 200, 10_000] {
            let places = spread(rows, 24);
            assert!(places.len() <= 24 && places.len() > 12, "{places:?}");
            assert!(places[0] == 0 && places.last() == Some(&(rows - 1)));
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        }
    }
}
