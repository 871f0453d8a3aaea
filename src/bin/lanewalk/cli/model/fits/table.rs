//! The fits as text: the timings with the predictions of each law, the parameters of the laws, and the notes.

use super::{Fits, Row};
use crate::cli::model::curves::{omitted_rows, selected_rows};
use crate::report::{Page, Report, Table, deviation, significant};

/// The maximum number of rows of the table of timings.
const MAX_ROWS: usize = 40;

impl Report for Fits {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.rows.iter().collect()
    }

    fn page(&self) -> Page {
        page(self)
    }
}

fn page(fits: &Fits) -> Page {
    let dash = || "-".to_owned();
    let fitted: Vec<_> = fits.results.iter().filter(|law| law.reason.is_none()).collect();
    let mut points = Table::new(["workers", "seconds", "speedup", "efficiency", "Karp-Flatt"], &[]);
    for law in &fitted {
        points.headings.push(law.model.to_owned());
        points.left.push(false);
    }
    // The last laws are left out first, and then the columns that follow from the time.
    let mut optional: Vec<usize> = (5..points.headings.len()).rev().collect();
    optional.extend([4, 3]);
    points = points.optional(&optional);
    let shown = selected_rows(fits.timings.len(), MAX_ROWS);
    for index in &shown {
        let point = &fits.timings[*index];
        let mut cells = vec![
            point.workers.to_string(),
            significant(point.seconds, 4),
            point.speedup.map_or_else(dash, |speedup| significant(speedup, 3)),
            point.efficiency.map_or_else(dash, |efficiency| format!("{:.1} %", 100.0 * efficiency)),
            point.karp_flatt.map_or_else(dash, |fraction| format!("{fraction:.4}")),
        ];
        for law in &fitted {
            let time = law.predicted_s[*index];
            cells.push(format!("{} ({})", significant(time, 4), deviation(time, point.seconds)));
        }
        points.rows.push(cells);
    }
    let mut laws = Table::new(["model", "parameter", "value", "95 % interval", "residual"], &["model", "parameter"])
        .optional(&[4]);
    for law in &fitted {
        for (index, number) in law.parameters.iter().enumerate() {
            let first = |cell: Option<String>| if index == 0 { cell.unwrap_or_else(dash) } else { String::new() };
            let unit = if number.unit.is_empty() { String::new() } else { format!(" {}", number.unit) };
            let interval = number.low.zip(number.high);
            let digits = interval.map_or(3, |(low, high)| digits(low, high));
            let bounds = |(low, high)| format!("{} to {}", significant(low, digits), significant(high, digits));
            laws.row([
                first(Some(law.model.to_owned())),
                number.name.replace('_', " "),
                significant(number.value, digits + 1) + &unit,
                interval.map_or_else(dash, bounds),
                first(law.relative_residual.map(|residual| format!("{} %", significant(100.0 * residual, 3)))),
            ]);
        }
    }
    let mut page = Page::new()
        .table(points)
        .lines(omitted_rows(shown.len(), fits.timings.len()))
        .lines("in brackets: predicted / measured - 1")
        .blank();
    if !fitted.is_empty() {
        page = page.table(laws);
    }
    fits.notes.iter().fold(page, Page::lines)
}

/// The number of significant digits of an interval: two digits of its width, and at least three.
fn digits(low: f64, high: f64) -> usize {
    let narrow = (high / (high - low)).log10().floor();
    if narrow.is_finite() { (narrow.max(1.0) as usize + 2).min(9) } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_an_interval_differ_in_their_digits() {
        for (low, high, expected) in [(0.0, 0.5, 3), (1.42, 6.51, 3), (1.9985, 2.0015, 4), (3.0, 3.0, 3), (0.0, 0.0, 3)]
        {
            assert_eq!(digits(low, high), expected, "{low} {high}");
        }
    }
}
