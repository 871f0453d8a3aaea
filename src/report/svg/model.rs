//! Amdahl's curves, and laws fitted to timings.

use anyhow::Result;
use lanewalk::model::{Amdahl, Model, Timing};
use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

use super::{COLOURS, FAINT, FONT, failed};
use crate::report::significant;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<LogCoord<f64>, Y>>;

/// Points of a curve: more would not be seen.
const CURVE: u32 = 200;

/// One law and the timings that it was fitted to, in seconds for the work of one worker.
pub(crate) struct Panel {
    title: &'static str,
    timings: Vec<(f64, f64)>,
    curve: Vec<(f64, f64)>,
    /// The lower and the upper end of the band at each point of the curve.
    band: Vec<(f64, f64, f64)>,
}

impl Panel {
    pub(crate) fn new(
        title: &'static str,
        timings: &[Timing],
        time: impl Fn(f64) -> f64,
        band: impl Fn(f64) -> Option<(f64, f64)>,
    ) -> Self {
        let timings: Vec<_> =
            timings.iter().map(|timing| (timing.workers as f64, timing.seconds / timing.work)).collect();
        // Beyond what was measured, to show what the law expects there.
        let most = 2.0 * timings.iter().map(|point| point.0).fold(1.0, f64::max);
        let places = || logarithmic(1.0, most);
        let ends = |workers| band(workers).map(|(low, high)| (workers, low, high));
        Self {
            title,
            timings,
            curve: places().map(|w| (w, time(w))).collect(),
            band: places().filter_map(ends).collect(),
        }
    }
}

/// Numbers from `first` to `last` in equal ratios.
fn logarithmic(first: f64, last: f64) -> impl Iterator<Item = f64> {
    (0..=CURVE).map(move |place| first * (last / first).powf(f64::from(place) / f64::from(CURVE)))
}

/// A panel for each law: the timings as dots, the law as a line, its 95 % band in grey.
pub(crate) fn fits(panels: &[Panel]) -> Result<String> {
    let rows = panels.len().div_ceil(2).max(1);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (900, 30 + 320 * rows as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plots, key) = area.split_vertically(320 * rows as u32);
        for (panel, part) in panels.iter().zip(plots.split_evenly((rows, 2))) {
            fit(panel, &part)?;
        }
        let text =
            "dots: measured; line: the fitted law; grey: where a further measurement would lie with 95 % probability";
        key.draw(&Text::new(text, (20, 4), (FONT, 14).into_font())).map_err(failed)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn fit(panel: &Panel, area: &Area) -> Result<()> {
    let times = || panel.timings.iter().chain(&panel.curve).map(|point| point.1);
    let (fastest, slowest) = (times().fold(f64::INFINITY, f64::min) / 1.5, times().fold(0.0, f64::max) * 1.5);
    let last = panel.curve.last().map_or(2.0, |point| point.0);
    let mut chart = ChartBuilder::on(area)
        .caption(panel.title, (FONT, 18))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((0.85..last).log_scale().base(2.0), (fastest..slowest).log_scale())
        .map_err(failed)?;
    mesh(&mut chart, "seconds", &|seconds| short(*seconds))?;
    // A band without a lower end reaches below every axis.
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
    let axis = || (first..last).log_scale();
    let curve = |value: &dyn Fn(f64) -> f64| logarithmic(first, last).map(|w| (w, value(w))).collect::<Vec<_>>();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 930)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let parts = area.split_evenly((3, 1));
        let (serial, parallel) = (significant(law.serial, 4), significant(law.parallel, 4));
        let caption = format!("Amdahl: {serial} s serial, {parallel} s parallel");

        let times = law.time(last) / 1.5..law.time(first) * 1.5;
        let mut chart = builder(&parts[0])
            .caption(caption, (FONT, 18))
            .build_cartesian_2d(axis(), times.clone().log_scale())
            .map_err(failed)?;
        mesh(&mut chart, "T(w) in seconds", &|seconds| short(*seconds))?;
        line(&mut chart, curve(&|w| law.time(w)), COLOURS[0].stroke_width(3))?;
        if times.contains(&law.serial) {
            dashes(&mut chart, vec![(first, law.serial), (last, law.serial)])?;
            label(&mut chart, "S", (first, law.serial), (4, -18))?;
        }

        let fastest = (law.limit() * 1.5).min(last * 1.5).max(law.speedup(last) * 1.2);
        let mut chart = builder(&parts[1])
            .build_cartesian_2d(axis(), (law.speedup(first) / 1.2..fastest).log_scale())
            .map_err(failed)?;
        mesh(&mut chart, "speedup T(1) / T(w)", &|speedup| short(*speedup))?;
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

        let mut chart = builder(&parts[2]).build_cartesian_2d(axis(), 0.0..1.05).map_err(failed)?;
        mesh(&mut chart, "efficiency", &|efficiency| format!("{:.0} %", 100.0 * efficiency))?;
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

fn builder<'a, 'b>(area: &'a Area<'b>) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder.margin(12).x_label_area_size(44).y_label_area_size(84);
    builder
}

fn mesh<Y>(chart: &mut Chart<Y>, what: &str, label: &dyn Fn(&f64) -> String) -> Result<()>
where
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .x_desc("workers")
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
fn short(value: f64) -> String {
    match value {
        value if (1e-3..1e5).contains(&value) => format!("{}", (value * 1e4).round() / 1e4),
        value => format!("{value:.0e}"),
    }
}
