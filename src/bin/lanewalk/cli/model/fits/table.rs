//! Fits for people: the timings with what each law predicts, the laws' parameters, the notes.

use super::{Fits, Row};
use crate::cli::model::curves::{left_out, spread};
use crate::report::{Report, Table, significant};

/// Rows of the table of timings, at most.
const MAX_ROWS: usize = 40;

impl Report for Fits {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.rows.iter().collect()
    }

    fn table(&self) -> String {
        render(self)
    }
}

fn render(fits: &Fits) -> String {
    let dash = || "-".to_owned();
    let fitted: Vec<_> = fits.results.iter().filter(|law| law.reason.is_none()).collect();
    let mut points = Table::new(["workers", "seconds", "speedup", "efficiency", "Karp-Flatt"], &[]);
    for law in &fitted {
        points.headings.push(law.model.to_owned());
        points.left.push(false);
    }
    let shown = spread(fits.timings.len(), MAX_ROWS);
    for place in &shown {
        let point = &fits.timings[*place];
        let mut cells = vec![
            point.workers.to_string(),
            significant(point.seconds, 4),
            point.speedup.map_or_else(dash, |speedup| significant(speedup, 3)),
            point.efficiency.map_or_else(dash, |efficiency| format!("{:.1} %", 100.0 * efficiency)),
            point.karp_flatt.map_or_else(dash, |fraction| format!("{fraction:.4}")),
        ];
        for law in &fitted {
            let time = law.predicted_s[*place];
            cells.push(format!("{} ({:+.1} %)", significant(time, 4), 100.0 * (time / point.seconds - 1.0)));
        }
        points.rows.push(cells);
    }
    let mut laws =
        Table::new(["model", "parameter", "value", "95 % interval", "residual", "AICc"], &["model", "parameter"]);
    for law in &fitted {
        for (place, number) in law.parameters.iter().enumerate() {
            let first = |cell: Option<String>| if place == 0 { cell.unwrap_or_else(dash) } else { String::new() };
            let unit = if number.unit.is_empty() { String::new() } else { format!(" {}", number.unit) };
            let interval = number.low.zip(number.high);
            let digits = interval.map_or(3, |(low, high)| digits(low, high));
            let ends = |(low, high)| format!("{} to {}", significant(low, digits), significant(high, digits));
            laws.row([
                first(Some(law.model.to_owned())),
                number.name.replace('_', " "),
                significant(number.value, digits + 1) + &unit,
                interval.map_or_else(dash, ends),
                first(law.relative_residual.map(|residual| format!("{} %", significant(100.0 * residual, 3)))),
                first(law.aicc.map(|value| format!("{value:.1}"))),
            ]);
        }
    }
    let mut text = points.render() + &left_out(shown.len(), fits.timings.len());
    text += "in brackets: predicted over measured, less 1\n\n";
    if !fitted.is_empty() {
        text += &laws.render();
    }
    text + &fits.notes.iter().map(|note| note.clone() + "\n").collect::<String>()
}

/// Significant digits that tell the ends of an interval apart: two of its width, and three at least.
fn digits(low: f64, high: f64) -> usize {
    let narrow = (high / (high - low)).log10().floor();
    if narrow.is_finite() { (narrow.max(1.0) as usize + 2).min(9) } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_an_interval_are_told_apart() {
        for (low, high, expected) in [(0.0, 0.5, 3), (1.42, 6.51, 3), (1.9985, 2.0015, 4), (3.0, 3.0, 3), (0.0, 0.0, 3)]
        {
            assert_eq!(digits(low, high), expected, "{low} {high}");
        }
    }
}
