//! Speedup and efficiency against threads.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{FAINT, INK};
use super::picture::{BAND, Marker, Origin, Panel, Picture, Symbol, extent};
use crate::ladder::budget::ROUNDS;
use crate::ladder::fits::Predicted;
use crate::ladder::point::Point;
use crate::ladder::scale::Scaling;
use crate::report::scale::title;
use crate::report::{duration, significant};

/// The points of one kind of pinning: distinguishable by shape and by colour.
struct Series<'s> {
    pin: &'s str,
    place: usize,
    points: Vec<&'s Point>,
}

/// The speedup of a point and its interval. Without ratios, it is the ratio of the medians of the times.
fn speedup(scaling: &Scaling, point: &Point) -> [f64; 3] {
    let one = scaling.points.iter().find(|one| one.threads == 1 && one.pin == point.pin).unwrap_or(&scaling.points[0]);
    let work = if scaling.kind == "weak" { point.threads as f64 } else { 1.0 };
    let times = [(one.time_s, point.time_s), (one.time_low_s, point.time_high_s), (one.time_high_s, point.time_low_s)];
    let measured = [point.speedup, point.speedup_low, point.speedup_high];
    [0, 1, 2].map(|part| measured[part].unwrap_or(work * times[part].0 / times[part].1))
}

/// The factor by which points of a series are moved aside, so that they do not hide each other.
fn aside(series: &[Series], place: usize, most: f64) -> f64 {
    (most * 1.4).powf(0.016 * (place as f64 - (series.len() - 1) as f64 / 2.0))
}

/// A panel with the speedup on logarithmic axes, and one with the efficiency. Vertical lines are intervals. The grey
/// area is the band of the model, around its curve.
pub(crate) fn scaling(scaling: &Scaling, origin: &Origin) -> Result<String> {
    let mut series: Vec<Series> = Vec::new();
    for point in &scaling.points {
        match series.iter_mut().find(|series| series.pin == point.pin) {
            Some(series) => series.points.push(point),
            None => series.push(Series { pin: &point.pin, place: series.len(), points: vec![point] }),
        }
    }
    let most = scaling.points.iter().map(|point| point.threads).max().unwrap_or(1) as f64;
    let mut counts: Vec<usize> = scaling.points.iter().map(|point| point.threads).collect();
    counts.sort_unstable();
    counts.dedup();
    let counts: Vec<_> = counts.into_iter().map(|threads| (threads as f64, threads.to_string())).collect();
    let threads = || Axis::log("threads", 0.85..most * 1.18).with_ticks(counts.clone());
    let mut picture = Picture::new(title(scaling), origin);
    if scaling.refusal.is_some() {
        picture.note("Too noisy for speedups: medians of the times, in grey.");
        picture.panel(times(scaling, &series, most, threads()));
        legend(&mut picture, scaling, &series, false);
        return draw(&picture);
    }
    let name = if scaling.kind == "weak" { "scaled speedup" } else { "speedup" };
    let speedups = || scaling.points.iter().map(|point| (speedup(scaling, point), point.threads as f64));
    let lowest = speedups().map(|([_, low, _], _)| low).fold(1.0, f64::min) / 1.2;
    let fastest = speedups().map(|([_, _, high], _)| high).fold(most, f64::max) * 1.2;
    let highest = speedups().map(|([_, _, high], threads)| high / threads).fold(1.0, f64::max) * 1.1;
    // A band without an upper end is clipped at the edge.
    let useless = scaling.fits.predicted.iter().any(|point| point.speedup_high.is_none())
        && scaling.fits.predicted.iter().all(|point| point.speedup_low <= lowest);
    let mut panel = Panel::new(260.0, threads(), Axis::log(name, lowest..fastest));
    content(&mut panel, scaling, &series, most, useless, |value, _| value);
    picture.panel(panel);
    let mut panel = Panel::new(180.0, threads(), Axis::percent("efficiency: speedup / threads", 0.0..highest));
    content(&mut panel, scaling, &series, most, useless, |value, threads| value / threads);
    picture.panel(panel);
    legend(&mut picture, scaling, &series, useless);
    draw(&picture)
}

/// The medians of the times, without any ratios.
fn times(scaling: &Scaling, series: &[Series], most: f64, threads: Axis) -> Panel {
    let (fastest, slowest) = extent(scaling.points.iter().flat_map(|point| [point.time_low_s, point.time_high_s]));
    let mut panel = Panel::new(260.0, threads, Axis::log_time("time", fastest / 1.2..slowest * 1.2));
    for each in series {
        let marker = Marker::of(each.place).ink(FAINT);
        for point in &each.points {
            let at = (point.threads as f64 * aside(series, each.place, most), point.time_s);
            panel.estimate(marker.hollow(point.oversubscribed), at, point.time_low_s, point.time_high_s);
            panel.hover(at, format!("{} threads, pin {}: {}", point.threads, each.pin, duration(point.time_s)));
        }
    }
    panel
}

/// The band, the ideal, the model's curve and the points. `of` maps a speedup and its threads to the vertical axis.
fn content(
    panel: &mut Panel,
    scaling: &Scaling,
    series: &[Series],
    most: f64,
    useless: bool,
    of: impl Fn(f64, f64) -> f64,
) {
    let predicted = &scaling.fits.predicted;
    let ends = |point: &Predicted| {
        let end = |value: f64| of(value, point.threads);
        (point.threads, end(point.speedup_low), end(point.speedup_high.unwrap_or(f64::MAX)))
    };
    if !useless {
        panel.band(&predicted.iter().map(ends).collect::<Vec<_>>(), FAINT, 0.25);
    }
    panel.dashes([(1.0, of(1.0, 1.0)), (most, of(most, most))], FAINT, 1.5);
    panel.line(predicted.iter().map(|point| (point.threads, of(point.speedup, point.threads))), INK, 1.0);
    for each in series {
        for point in &each.points {
            let threads = point.threads as f64;
            let [middle, low, high] = speedup(scaling, point).map(|value| of(value, threads));
            let at = (threads * aside(series, each.place, most), middle);
            panel.estimate(Marker::of(each.place).hollow(point.oversubscribed), at, low, high);
            let [middle, low, high] = [middle, low, high].map(|value| significant(value, 3));
            panel.hover(at, format!("{threads} threads, pin {}: {middle} ({low} to {high})", each.pin));
        }
    }
}

fn legend(picture: &mut Picture, scaling: &Scaling, series: &[Series], useless: bool) {
    let intervals = if scaling.rounds < *ROUNDS.start() { "ranges" } else { "95 % intervals" };
    let marker = |series: &Series| {
        let marker = Marker::of(series.place);
        if scaling.refusal.is_some() { marker.ink(FAINT) } else { marker }
    };
    for each in series {
        picture.entry(Symbol::Marker(marker(each)), format!("pin {}, with {intervals}", each.pin));
    }
    if let Some(sliced) = series.iter().find(|series| series.points.iter().any(|point| point.oversubscribed)) {
        picture.entry(Symbol::Marker(marker(sliced).hollow(true)), "hollow: more threads than cores");
    }
    if scaling.refusal.is_some() {
        return;
    }
    picture.entry(Symbol::Dashes(FAINT), "ideal");
    if let Some(first) = scaling.fits.predicted.first() {
        let (count, pin) = (scaling.fits.fitted_points, &scaling.fits.fitted_pin);
        picture.entry(Symbol::Line(INK, 1.0), format!("{}, fitted to the {count} points of pin {pin}", first.model));
        if useless {
            picture.note("The 95 % band of the law covers the whole plot, so it is not drawn.");
        } else {
            picture.entry(BAND, "95 % band of a further measurement");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn three_pinnings_and_a_law_match_the_snapshot() {
        insta::assert_snapshot!(scaling(&fixture::scaling(), &Origin::fixed()).unwrap());
    }

    #[test]
    fn single_thread_is_drawn() {
        let mut found = fixture::scaling();
        found.points.truncate(1);
        found.fits.predicted.clear();
        assert!(scaling(&found, &Origin::fixed()).is_ok());
        // A band without an upper end extends to the edge.
        let mut found = fixture::scaling();
        found.fits.predicted[3].speedup_high = None;
        assert!(!scaling(&found, &Origin::fixed()).unwrap().contains("NaN"));
    }
}
