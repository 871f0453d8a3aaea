//! The time of a round trip against the size of the message.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::picture::{Marker, Origin, Panel, Picture, Symbol, extent};
use crate::pipes::trips::RoundTrips;
use crate::report::{bytes, duration};

/// A line with markers for the medians of each kind and a dashed one for its 99 % quantiles.
pub(crate) fn round_trips(rows: &[RoundTrips], origin: &Origin) -> Result<String> {
    let mut kinds = Vec::new();
    for row in rows {
        if !kinds.contains(&row.kind) {
            kinds.push(row.kind);
        }
    }
    let mut sizes: Vec<usize> = rows.iter().map(|row| row.bytes).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let (smallest, largest) = extent(sizes.iter().map(|size| *size as f64));
    let (fastest, slowest) = extent(rows.iter().flat_map(|row| [row.median_s, row.p99_s]));
    let across = Axis::log("size of the message", smallest / 1.5..largest * 1.5)
        .with_ticks(sizes.iter().map(|size| (*size as f64, bytes(*size))).collect());
    let mut picture = Picture::new("Time of a round trip of a message", origin);
    picture.note("with markers: median; dashed: 99 % quantile");
    let mut panel = Panel::new(320.0, across, Axis::log_time("round trip", fastest / 1.5..slowest * 1.5));
    for (place, kind) in kinds.into_iter().enumerate() {
        let marker = Marker::of(place);
        let of_kind = || rows.iter().filter(|row| row.kind == kind);
        let line = |value: fn(&RoundTrips) -> f64| of_kind().map(move |row| (row.bytes as f64, value(row)));
        panel.dashes(line(|row| row.p99_s), marker.ink, 1.0);
        panel.line(line(|row| row.median_s), marker.ink, 2.0);
        for row in of_kind() {
            let at = (row.bytes as f64, row.median_s);
            panel.marker(marker, at);
            let (median, p99) = (duration(row.median_s), duration(row.p99_s));
            panel.hover(at, format!("{kind}, {}: median {median}, 99 % quantile {p99}", bytes(row.bytes)));
        }
        picture.entry(Symbol::Series(marker), kind);
    }
    picture.panel(panel);
    draw(&picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &'static str, bytes: usize, median_s: f64) -> RoundTrips {
        let p99_s = 3.0 * median_s;
        RoundTrips { kind, bytes, count: 100, median_s, p99_s, bytes_per_second: 2.0 * bytes as f64 / median_s }
    }

    #[test]
    fn two_kinds_match_the_snapshot() {
        let rows = [
            row("process pipe", 8, 1e-5),
            row("shared memory", 8, 2e-7),
            row("process pipe", 1 << 20, 5e-4),
            row("shared memory", 1 << 20, 4e-4),
        ];
        insta::assert_snapshot!(round_trips(&rows, &Origin::fixed()).unwrap());
        assert!(round_trips(&rows[..1], &Origin::fixed()).is_ok());
    }
}
