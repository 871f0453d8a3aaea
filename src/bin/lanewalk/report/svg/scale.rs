//! Speedup and efficiency against threads.

use anyhow::Result;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::model::{Area, Chart, builder, grid, short};
use super::{COLOURS, FAINT, FONT, coloured_marker, failed};
use crate::ladder::budget::ROUNDS;
use crate::ladder::fits::Predicted;
use crate::ladder::point::Point;
use crate::ladder::scale::Scaling;
use crate::report::scale::title;

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

/// The colour of a series: grey, if the noise allows no ratios.
fn colour(scaling: &Scaling, place: usize) -> RGBColor {
    if scaling.refusal.is_some() { FAINT } else { COLOURS[place] }
}

/// A panel with the speedup on logarithmic axes, and one with the efficiency. Thin vertical lines are intervals. The
/// grey area is the band of the model, around its curve.
pub(crate) fn scaling(scaling: &Scaling) -> Result<String> {
    let mut series: Vec<Series> = Vec::new();
    for point in &scaling.points {
        match series.iter_mut().find(|series| series.pin == point.pin) {
            Some(series) => series.points.push(point),
            None => series.push(Series { pin: &point.pin, place: series.len(), points: vec![point] }),
        }
    }
    let most = scaling.points.iter().map(|point| point.threads).max().unwrap_or(1) as f64;
    let entries = series.len() + 1 + usize::from(!scaling.fits.predicted.is_empty());
    let speedups = || scaling.points.iter().map(|point| (speedup(scaling, point), point.threads as f64));
    let lowest = speedups().map(|([_, low, _], _)| low).fold(1.0, f64::min) / 1.2;
    let fastest = speedups().map(|([_, _, high], _)| high).fold(most, f64::max);
    let highest = speedups().map(|([_, _, high], threads)| high / threads).fold(1.0, f64::max);
    let noisy = if scaling.refusal.is_some() { ": too noisy for speedups" } else { "" };
    let weak = if scaling.kind == "weak" { "scaled " } else { "" };
    let threads = || (0.85..most * 1.18).log_scale().base(2.0);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 700 + 22 * entries as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plots, key) = area.split_vertically(680);
        let (above, below) = plots.split_vertically(400);
        let mut chart = builder(&above)
            .caption(title(scaling) + noisy, (FONT, 18))
            .build_cartesian_2d(threads(), (lowest..fastest * 1.25).log_scale().base(2.0))
            .map_err(failed)?;
        grid(&mut chart, "threads", &format!("{weak}speedup"), &|value| short(*value))?;
        draw(&mut chart, scaling, &series, most, |value, _| value)?;
        let mut chart = builder(&below).build_cartesian_2d(threads(), 0.0..highest * 1.1).map_err(failed)?;
        grid(&mut chart, "threads", "efficiency", &|value| format!("{:.0} %", 100.0 * value))?;
        draw(&mut chart, scaling, &series, most, |value, threads| value / threads)?;
        legend(&key, scaling, &series)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// The band, the ideal, the model's curve and the points. `of` maps a speedup and its threads to the vertical axis.
fn draw<Y>(
    chart: &mut Chart<Y>,
    scaling: &Scaling,
    series: &[Series],
    most: f64,
    of: impl Fn(f64, f64) -> f64,
) -> Result<()>
where
    Y: Ranged<ValueType = f64>,
{
    // Clipped to the panel: a band may be unbounded.
    let range = chart.y_range();
    let line = |value: fn(&Predicted) -> f64| {
        let cut = |point: &Predicted| of(value(point), point.threads).clamp(range.start, range.end);
        scaling.fits.predicted.iter().map(|point| (point.threads, cut(point))).collect::<Vec<_>>()
    };
    let mut band = line(|point| point.speedup_low);
    band.extend(line(|point| point.speedup_high.unwrap_or(f64::MAX)).into_iter().rev());
    chart.draw_series([Polygon::new(band, FAINT.mix(0.25).filled())]).map_err(failed)?;
    let ideal = [(1.0, of(1.0, 1.0)), (most, of(most, most))];
    chart.draw_series([DashedPathElement::new(ideal, 4, 4, FAINT.stroke_width(1))]).map_err(failed)?;
    chart.draw_series([PathElement::new(line(|point| point.speedup), BLACK.stroke_width(1))]).map_err(failed)?;
    for Series { place, points, .. } in series {
        let colour = colour(scaling, *place);
        let style = colour.stroke_width(2);
        // Some pixels apart, so that points do not hide each other.
        let aside = (most * 1.4).powf(0.014 * (*place as f64 - (series.len() - 1) as f64 / 2.0));
        for point in points {
            let threads = point.threads as f64;
            let at = |speedup| (threads * aside, of(speedup, threads));
            let [speedup, low, high] = speedup(scaling, point);
            let interval = [at(low), at(high)];
            chart.draw_series([PathElement::new(interval, style)]).map_err(failed)?;
            let marker = coloured_marker(*place, colour, at(speedup), point.oversubscribed);
            chart.plotting_area().draw(&marker).map_err(failed)?;
        }
    }
    Ok(())
}

/// The key, below the panels: inside them it would hide points.
fn legend(key: &Area, scaling: &Scaling, series: &[Series]) -> Result<()> {
    let line = |row: usize| 12 + 22 * row as i32;
    let text = |row: usize, text: String| Text::new(text, (130, line(row) - 8), (FONT, 14).into_font());
    let stroke = |row: usize| [(90, line(row)), (120, line(row))];
    let intervals = if scaling.rounds < *ROUNDS.start() { "ranges" } else { "95 % intervals" };
    for Series { pin, place, points } in series {
        key.draw(&coloured_marker(*place, colour(scaling, *place), (105, line(*place) - 2), false)).map_err(failed)?;
        let hollow = if points.iter().any(|point| point.oversubscribed) { "; hollow: time-sliced threads" } else { "" };
        key.draw(&text(*place, format!("pin {pin}, with {intervals}{hollow}"))).map_err(failed)?;
    }
    let row = series.len();
    key.draw(&DashedPathElement::new(stroke(row), 4, 4, FAINT.stroke_width(1))).map_err(failed)?;
    key.draw(&text(row, "ideal".to_owned())).map_err(failed)?;
    if let Some(first) = scaling.fits.predicted.first() {
        let row = row + 1;
        let [start, end] = stroke(row);
        let band = [(start.0, start.1 - 6), (end.0, end.1 + 6)];
        key.draw(&Rectangle::new(band, FAINT.mix(0.25).filled())).map_err(failed)?;
        key.draw(&PathElement::new(stroke(row), BLACK.stroke_width(1))).map_err(failed)?;
        let (count, pin) = (scaling.fits.fitted_points, &scaling.fits.fitted_pin);
        let line =
            format!("{}, fitted to the {count} points of pin {pin}; 95 % band of a further measurement", first.model);
        key.draw(&text(row, line)).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn three_pinnings_and_a_law_match_the_snapshot() {
        insta::assert_snapshot!(scaling(&fixture::scaling()).unwrap());
    }

    #[test]
    fn single_thread_is_drawn() {
        let mut found = fixture::scaling();
        found.points.truncate(1);
        found.fits.predicted.clear();
        assert!(scaling(&found).is_ok());
        // A band without an upper end extends to the edge.
        let mut found = fixture::scaling();
        found.fits.predicted[3].speedup_high = None;
        assert!(!scaling(&found).unwrap().contains("NaN"));
    }
}
