//! Amdahl's curves, and laws fitted to timings.

use std::ops::Range;

use anyhow::Result;
use lanewalk::model::{Amdahl, Model, Timing};
use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

use super::{COLOURS, FAINT, FONT, failed};
use crate::report::significant;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Chart<'a, 'b, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<LogCoord<f64>, Y>>;

/// The points of a curve. With more, the lines between them would be so short that rounding to pixels is visible.
const CURVE: u32 = 64;

/// One law and the fitted timings, in seconds for the work of one worker.
pub(crate) struct Panel {
    title: &'static str,
    /// The unit of the times.
    unit: &'static str,
    timings: Vec<(f64, f64)>,
    curve: Vec<(f64, f64)>,
    /// The lower and the upper end of the band at each point of the curve.
    band: Vec<(f64, f64, f64)>,
}

impl Panel {
    /// The law at these places, each a number of workers.
    pub(crate) fn new(
        title: &'static str,
        timings: &[Timing],
        places: &[f64],
        time: impl Fn(f64) -> f64,
        band: impl Fn(f64) -> Option<(f64, f64)>,
    ) -> Self {
        let ends = |workers: &f64| band(*workers).map(|(low, high)| (*workers, low, high));
        Self {
            title,
            unit: if timings.iter().all(|timing| (timing.work - 1.0).abs() < f64::EPSILON) {
                "seconds"
            } else {
                "seconds for work 1"
            },
            timings: timings.iter().map(|timing| (timing.workers as f64, timing.seconds / timing.work)).collect(),
            curve: places.iter().map(|workers| (*workers, time(*workers))).collect(),
            band: places.iter().filter_map(ends).collect(),
        }
    }

    /// The places of a curve, to beyond the measured ones: the plot includes the predictions of the law.
    pub(crate) fn places(timings: &[Timing]) -> Vec<f64> {
        let most = timings.iter().map(|timing| timing.workers).max().unwrap_or(1);
        logarithmic(1.0, 2.0 * most as f64).collect()
    }
}

/// Numbers from `first` to `last` with equal ratios.
fn logarithmic(first: f64, last: f64) -> impl Iterator<Item = f64> {
    (0..=CURVE).map(move |place| first * (last / first).powf(f64::from(place) / f64::from(CURVE)))
}

/// A panel for each law: the timings as dots, the law as a line, its 95 % band in grey.
pub(crate) fn fits(panels: &[Panel]) -> Result<String> {
    let rows = panels.len().div_ceil(2).max(1);
    let times = || panels.iter().flat_map(|panel| panel.timings.iter().chain(&panel.curve)).map(|point| point.1);
    let range = times().fold(f64::INFINITY, f64::min) / 1.5..times().fold(0.0, f64::max) * 1.5;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (900, 30 + 320 * rows as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plots, key) = area.split_vertically(320 * rows as u32);
        for (panel, part) in panels.iter().zip(plots.split_evenly((rows, 2))) {
            fit(panel, &part, &range)?;
        }
        let text =
            "dots: measured; line: the fitted law; grey: where a further measurement would lie with 95 % probability";
        key.draw(&Text::new(text, (20, 4), (FONT, 14).into_font())).map_err(failed)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn fit(panel: &Panel, area: &Area, range: &Range<f64>) -> Result<()> {
    let (fastest, slowest) = (range.start, range.end);
    let last = panel.curve.last().map_or(2.0, |point| point.0);
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, (FONT, 18))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(axis(&(0.85..last)), axis(range))
        .map_err(failed)?;
    grid(&mut chart, "workers", panel.unit, &|seconds| short(*seconds))?;
    // A band without a lower end extends below every axis.
    let within = |time: f64| time.clamp(fastest, slowest);
    let lower = panel.band.iter().map(|(workers, low, _)| (*workers, within(*low)));
    let upper = panel.band.iter().rev().map(|(workers, _, high)| (*workers, within(*high)));
    let outline: Vec<_> = lower.chain(upper).collect();
    if !outline.is_empty() {
        chart.draw_series([Polygon::new(outline, FAINT.mix(0.25))]).map_err(failed)?;
    }
    chart.draw_series(LineSeries::new(panel.curve.iter().copied(), COLOURS[0].stroke_width(2))).map_err(failed)?;
    chart.draw_series(panel.timings.iter().map(|point| Circle::new(*point, 4, BLACK.filled()))).map_err(failed)?;
    Ok(())
}

/// Time, speedup and efficiency of a law, one below the other.
pub(crate) fn curves(law: &Amdahl, workers: &[u64], wanted: f64) -> Result<String> {
    let first = workers.first().map_or(1.0, |first| *first as f64);
    let last = workers.last().map_or(2.0, |last| *last as f64).max(1.2 * first);
    let across = first..last;
    let curve = |value: &dyn Fn(f64) -> f64| logarithmic(first, last).map(|w| (w, value(w))).collect::<Vec<_>>();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 930)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let parts = area.split_evenly((3, 1));
        let (serial, parallel) = (significant(law.serial, 4), significant(law.parallel, 4));
        let caption = format!("Amdahl: {serial} s serial, {parallel} s parallel");

        // Down to the limit for any number of workers, unless it is far below.
        let floor = if law.serial > law.time(last) / 10.0 { law.serial } else { law.time(last) };
        let times = floor / 1.5..law.time(first) * 1.5;
        let mut chart = builder(&parts[0])
            .caption(caption, (FONT, 18))
            .build_cartesian_2d(axis(&across), axis(&times))
            .map_err(failed)?;
        grid(&mut chart, "workers", "T(w) in seconds", &|seconds| short(*seconds))?;
        line(&mut chart, curve(&|w| law.time(w)), COLOURS[0].stroke_width(3))?;
        if times.contains(&law.serial) {
            dashes(&mut chart, vec![(first, law.serial), (last, law.serial)])?;
            label(&mut chart, &format!("S = {serial} s"), (first, law.serial), (4, -18))?;
        }

        let fastest = (law.limit() * 1.5).min(last * 1.5).max(law.speedup(last) * 1.2);
        let mut chart = builder(&parts[1])
            .build_cartesian_2d(axis(&across), axis(&(law.speedup(first) / 1.2..fastest)))
            .map_err(failed)?;
        grid(&mut chart, "workers", "speedup T(1) / T(w)", &|speedup| short(*speedup))?;
        let top = last.min(fastest);
        dashes(&mut chart, vec![(first, first), (top, top)])?;
        // Beside the middle of the line on both logarithmic axes.
        let middle = (first * top).sqrt();
        label(&mut chart, "ideal: w", (middle, middle), (-70, -14))?;
        if law.limit() < fastest {
            dashes(&mut chart, vec![(first, law.limit()), (last, law.limit())])?;
            let text = format!("limit (S + P) / S = {}", significant(law.limit(), 4));
            label(&mut chart, &text, (first, law.limit()), (4, -18))?;
        }
        line(&mut chart, curve(&|w| law.speedup(w)), COLOURS[0].stroke_width(3))?;

        let mut chart = builder(&parts[2]).build_cartesian_2d(axis(&across), 0.0..1.05).map_err(failed)?;
        grid(&mut chart, "workers", "efficiency", &|efficiency| format!("{:.0} %", 100.0 * efficiency))?;
        let most = law.workers_for(wanted);
        if (first..=last).contains(&most) {
            dashes(&mut chart, vec![(first, wanted), (most, wanted), (most, 0.0)])?;
            let text = format!("{} %: up to {most} workers", significant(100.0 * wanted, 3));
            label(&mut chart, &text, (first, wanted), (4, 4))?;
        }
        line(&mut chart, curve(&|w| law.efficiency(w)), COLOURS[0].stroke_width(3))?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// A logarithmic axis with more than one mark.
fn axis(range: &Range<f64>) -> LogCoord<f64> {
    range.clone().log_scale().base(if range.end < 100.0 * range.start { 2.0 } else { 10.0 }).into()
}

pub(super) fn builder<'a, 'b>(area: &'a Area<'b>) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder.margin(12).x_label_area_size(44).y_label_area_size(84);
    builder
}

/// With `across` and `what` on the axes.
pub(super) fn grid<Y>(chart: &mut Chart<Y>, across: &str, what: &str, label: &dyn Fn(&f64) -> String) -> Result<()>
where
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .x_desc(across)
        .y_desc(what)
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|workers| short(*workers))
        .y_label_formatter(label)
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)
}

fn line<Y: Ranged<ValueType = f64>>(chart: &mut Chart<Y>, points: Vec<(f64, f64)>, style: ShapeStyle) -> Result<()> {
    chart.draw_series(LineSeries::new(points, style)).map_err(failed)?;
    Ok(())
}

fn dashes<Y: Ranged<ValueType = f64>>(chart: &mut Chart<Y>, points: Vec<(f64, f64)>) -> Result<()> {
    chart.draw_series(DashedLineSeries::new(points, 6, 4, BLACK.stroke_width(1))).map_err(failed)?;
    Ok(())
}

fn label<Y: Ranged<ValueType = f64>>(
    chart: &mut Chart<Y>,
    text: &str,
    at: (f64, f64),
    shift: (i32, i32),
) -> Result<()> {
    let text = EmptyElement::at(at) + Text::new(text.to_owned(), shift, (FONT, 14).into_font());
    chart.draw_series([text]).map_err(failed)?;
    Ok(())
}

/// A number on an axis.
pub(super) fn short(value: f64) -> String {
    match value {
        value if (1e-3..1e5).contains(&value) => format!("{}", (value * 1e4).round() / 1e4),
        value => format!("{value:.0e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_curves_match_the_snapshot() {
        let law = Amdahl::new(100.0, 10_000.0).unwrap();
        insta::assert_snapshot!(curves(&law, &(1..=200).collect::<Vec<_>>(), 0.5).unwrap());
    }

    #[test]
    fn all_kinds_of_curves_are_drawn() {
        for (serial, parallel) in [(0.0, 5.0), (5.0, 0.0), (1e-12, 1e12), (1e12, 1e-12), (0.0, 1e-12)] {
            let law = Amdahl::new(serial, parallel).unwrap();
            for workers in [vec![1], vec![7], vec![1, 1 << 31], vec![1 << 31], vec![2, 3]] {
                for wanted in [1e-9, 0.5, 1.0] {
                    assert!(curves(&law, &workers, wanted).is_ok());
                }
            }
        }
    }

    #[test]
    fn fits_of_the_login_node_match_the_snapshot() {
        let timings = [(1, 32.0), (2, 15.7), (4, 9.6), (15, 5.9)].map(|(w, time)| Timing::new(w, time).unwrap());
        let fit = Amdahl::fit(&timings).unwrap();
        let places = Panel::places(&timings);
        let law = |workers: f64| fit.model.time(workers);
        let panel = Panel::new("Amdahl", &timings, &places, law, |workers| Some(fit.time_band(workers)));
        insta::assert_snapshot!(fits(&[panel]).unwrap());
        let far = Panel::new("far", &timings, &[1.0, 1e9], |workers| 1e12 / workers, |_| Some((0.0, 1e300)));
        assert!(fits(&[far]).is_ok());
    }
}
