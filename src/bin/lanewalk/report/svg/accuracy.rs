//! Seconds against the relative error.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::picture::{Marker, Origin, Panel, Picture, Symbol, extent};
use crate::ladder::result::{Accuracy, Ladder, Summary};
use crate::report::duration;

/// A line for each method; extrapolated points are hollow.
pub(crate) fn accuracy(ladder: &Ladder, summary: &Summary, origin: &Origin) -> Result<String> {
    let rows: Vec<_> = ladder.accuracy_of(&summary.workload).collect();
    let times = || rows.iter().flat_map(|row| &row.times);
    let (fastest, slowest) = extent(times().map(|time| time.seconds));
    let (fine, coarse) = extent(times().map(|time| time.relative_error));
    let title = format!("{}: time to accuracy of {}", summary.workload, summary.target);
    let mut picture = Picture::new(title, origin);
    if times().any(|time| time.extrapolated) {
        picture.note("hollow: extrapolated from a shorter run");
    }
    let across = Axis::log("relative error", fine / 1.5..coarse * 1.5);
    let mut panel = Panel::new(330.0, across, Axis::log_time("time", fastest / 2.0..slowest * 2.0));
    let place = |time: &crate::ladder::result::Time| (time.relative_error, time.seconds);
    // Lines of earlier rows are wider, so that rows that coincide are seen below the later ones.
    for (series, row) in rows.iter().enumerate() {
        panel.line(row.times.iter().map(place), Marker::of(series).ink, 1.5 + 2.0 * below(&rows, series) as f64);
    }
    for (series, row) in rows.iter().enumerate() {
        for time in &row.times {
            panel.marker(Marker::of(series).hollow(time.extrapolated), place(time));
            let (variant, seconds) = (&row.variant, duration(time.seconds));
            panel.hover(place(time), format!("{variant}: {seconds} to {:.0e}", time.relative_error));
        }
        picture.entry(Symbol::Series(Marker::of(series)), row.variant.clone());
    }
    picture.panel(panel);
    draw(&picture)
}

/// The number of later rows that this one would be hidden by.
fn below(rows: &[&Accuracy], series: usize) -> usize {
    let near = |other: &&&Accuracy| {
        let pairs = rows[series].times.iter().zip(&other.times);
        pairs.clone().count() > 0 && pairs.clone().all(|(one, other)| (one.seconds / other.seconds).ln().abs() < 0.2)
    };
    rows[series + 1..].iter().filter(near).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn lines_match_the_snapshot() {
        let mut found = fixture::ladder();
        insta::assert_snapshot!("accuracy", accuracy(&found, &found.summaries[0], &Origin::fixed()).unwrap());
        found.accuracy.truncate(1);
        assert!(accuracy(&found, &found.summaries[0], &Origin::fixed()).is_ok());
        found.accuracy.clear();
        assert!(accuracy(&found, &found.summaries[0], &Origin::fixed()).is_ok());
    }

    #[test]
    fn rows_that_coincide_have_lines_of_different_widths() {
        let found = fixture::ladder();
        let (one, other) = (&found.accuracy[0], &found.accuracy[1]);
        assert_eq!([below(&[one, other, one], 0), below(&[one, other, one], 1)], [1, 0]);
    }
}
