//! Plots: steps of the ladder as bars, time to accuracy, round trips and scaling as lines, laws of parallel time.

mod distribution;
mod field;
mod means;
mod model;
mod pipes;
mod returns;
mod scale;
mod schedule;

use anyhow::{Result, anyhow};
use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use super::significant;
use crate::ladder::result::{Ladder, Rung, Summary};

pub(crate) use distribution::{Bars, Distribution, Survival, distribution};
pub(crate) use field::field;
pub(crate) use means::{Means, Point, means};
pub(crate) use model::{Panel, curves, fits};
pub(crate) use pipes::round_trips;
pub(crate) use returns::{FirstReturn, Returned, returns};
pub(crate) use scale::scaling;
pub(crate) use schedule::schedule;

/// Distinguishable with any kind of colour vision (the first seven: Okabe and Ito, 2008), and readable on black and on
/// white.
const COLOURS: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(128, 128, 128),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(188, 189, 34),
];
/// Outlines in pixels around a point, one for each colour: distinguishable without colour.
const SHAPES: [&[(i32, i32)]; 10] = [
    &[(5, 2), (2, 5), (-2, 5), (-5, 2), (-5, -2), (-2, -5), (2, -5), (5, -2)],
    &[(0, -6), (6, 5), (-6, 5)],
    &[(-4, -4), (4, -4), (4, 4), (-4, 4)],
    &[(0, -7), (6, 0), (0, 7), (-6, 0)],
    &[(0, 6), (6, -5), (-6, -5)],
    &[(-2, -6), (2, -6), (2, -2), (6, -2), (6, 2), (2, 2), (2, 6), (-2, 6), (-2, 2), (-6, 2), (-6, -2), (-2, -2)],
    &[(-5, -5), (5, -5), (-5, 5), (5, 5)],
    &[(-7, -3), (7, -3), (7, 3), (-7, 3)],
    &[(-3, -7), (3, -7), (3, 7), (-3, 7)],
    &[(6, 0), (-5, 6), (-5, -6)],
];

/// A point of the series with this index, filled or hollow.
fn marker<'b, C: Clone + 'b>(place: usize, at: C, hollow: bool) -> DynElement<'b, SVGBackend<'b>, C> {
    coloured_marker(place, COLOURS[place % COLOURS.len()], at, hollow)
}

/// The same in another colour.
fn coloured_marker<'b, C: Clone + 'b>(
    place: usize,
    colour: RGBColor,
    at: C,
    hollow: bool,
) -> DynElement<'b, SVGBackend<'b>, C> {
    let shape = SHAPES[place % SHAPES.len()].to_vec();
    let inside = if hollow { WHITE } else { colour }.filled();
    let outline = shape.iter().chain(&shape[..1]).copied().collect::<Vec<_>>();
    let whole = EmptyElement::at(at) + Polygon::new(shape, inside) + PathElement::new(outline, colour.stroke_width(2));
    whole.into_dyn()
}

/// Grey: lines behind the data, and values without significance.
const FAINT: RGBColor = COLOURS[6];

const FONT: &str = "sans-serif";

/// Half the width of the 95 % interval of a normal estimate, in standard errors.
const NORMAL_95: f64 = 1.959_964;

/// A bar: a rung's speedup over the previous rung, with its interval.
struct Bar {
    name: String,
    step: f64,
    low: f64,
    high: f64,
    /// Grey: the step is not significant, or the noise allows no ratios.
    grey: bool,
    label: String,
}

/// The bars of a workload. Without ratios, they are the ratios of the medians, grey and without numbers.
fn bars(ladder: &Ladder, summary: &Summary) -> Vec<Bar> {
    let rungs: Vec<_> = ladder.rungs_of(&summary.workload).collect();
    let bar = |pair: &[&Rung]| {
        let (before, rung) = (pair[0], pair[1]);
        let measured = rung.step_speedup.zip(rung.step_low).zip(rung.step_high);
        let refused = summary.refusal.is_some();
        let medians = ((rung.rate / before.rate, rung.rate_low / before.rate_high), rung.rate_high / before.rate_low);
        let ((step, low), high) = measured.or(refused.then_some(medians))?;
        let label = if refused { String::new() } else { significant(step, 3) };
        Some(Bar { name: rung.name.clone(), step, low, high, grey: refused || rung.not_significant, label })
    };
    rungs.windows(2).filter_map(bar).collect()
}

/// Each rung's speedup over the previous rung, on a logarithmic axis; a thin line is the interval.
pub(crate) fn steps(ladder: &Ladder, summary: &Summary) -> Result<String> {
    let bars = bars(ladder, summary);
    let title = match (&summary.refusal, bars.iter().any(|bar| bar.grey)) {
        (Some(_), _) => "too noisy for factors",
        (None, true) => "each rung over the previous one (grey: not significant)",
        (None, false) => "each rung over the previous one",
    };
    let low = bars.iter().map(|bar| bar.low).fold(1.0, f64::min) / 1.5;
    let high = bars.iter().map(|bar| bar.high).fold(1.0, f64::max) * 2.5;
    let mut svg = String::new();
    {
        let count = bars.len().max(1);
        let area = SVGBackend::with_string(&mut svg, (760, 110 + 34 * count as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(format!("{}: {title}", summary.workload), (FONT, 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(130)
            .build_cartesian_2d((low..high).log_scale(), (0..count - 1).into_segmented())
            .map_err(failed)?;
        // The first rung stands at the top.
        let name = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(place) => {
                bars.get(count - 1 - place).map_or_else(String::new, |bar| bar.name.clone())
            }
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .x_desc("speedup")
            .x_labels(6)
            .x_label_formatter(&|value| plain(*value))
            .y_labels(count)
            .y_label_formatter(&name)
            .label_style((FONT, 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.3))
            .draw()
            .map_err(failed)?;
        for (place, Bar { step, low, high, grey, label, .. }) in bars.iter().enumerate() {
            let row = count - 1 - place;
            let bar = [(1.0, SegmentValue::Exact(row)), (*step, SegmentValue::Exact(row + 1))];
            let colour = if *grey { FAINT } else { COLOURS[usize::from(*step < 1.0)] };
            let mut bar = Rectangle::new(bar, colour.mix(0.6).filled());
            bar.set_margin(6, 6, 0, 0);
            chart.draw_series([bar]).map_err(failed)?;
            let middle = SegmentValue::CenterOf(row);
            let interval = [(*low, middle.clone()), (*high, middle.clone())];
            chart.draw_series([PathElement::new(interval, BLACK.stroke_width(1))]).map_err(failed)?;
            let label =
                EmptyElement::at((high.max(1.0), middle)) + Text::new(label.clone(), (6, -7), (FONT, 14).into_font());
            chart.draw_series([label]).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// Seconds against the relative error, a line for each method; extrapolated points are hollow.
pub(crate) fn accuracy(ladder: &Ladder, summary: &Summary) -> Result<String> {
    let rows: Vec<_> = ladder.accuracy_of(&summary.workload).collect();
    let times = || rows.iter().flat_map(|row| &row.times);
    let seconds = |fold: fn(f64, f64) -> f64, start| times().map(|time| time.seconds).fold(start, fold);
    let errors = |fold: fn(f64, f64) -> f64, start| times().map(|time| time.relative_error).fold(start, fold);
    let (fastest, slowest) = (seconds(f64::min, f64::MAX) / 2.0, seconds(f64::max, 0.0) * 2.0);
    let (fine, coarse) = (errors(f64::min, 1.0) / 1.5, errors(f64::max, 0.0) * 1.5);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 460 + 22 * rows.len() as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plot, key) = area.split_vertically(440);
        let mut chart = ChartBuilder::on(&plot)
            .caption(format!("{}: time to accuracy of {}", summary.workload, summary.target), (FONT, 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(84)
            .build_cartesian_2d((fine..coarse).log_scale(), (fastest..slowest).log_scale())
            .map_err(failed)?;
        chart
            .configure_mesh()
            .x_desc("relative error (hollow: extrapolated)")
            .y_desc("seconds")
            .x_label_formatter(&|value| format!("{value:.0e}"))
            .y_label_formatter(&|value| format!("{value:.0e}"))
            .label_style((FONT, 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.3))
            .draw()
            .map_err(failed)?;
        for (place, row) in rows.iter().enumerate() {
            let colour = COLOURS[place % COLOURS.len()];
            let line = row.times.iter().map(|time| (time.relative_error, time.seconds));
            chart.draw_series(LineSeries::new(line, colour.stroke_width(2))).map_err(failed)?;
            for time in &row.times {
                let marker = marker(place, (time.relative_error, time.seconds), time.extrapolated);
                chart.plotting_area().draw(&marker).map_err(failed)?;
            }
            // The key is below: inside it would hide lines, and it has up to ten entries.
            let y = 4 + 22 * place as i32;
            key.draw(&marker(place, (96, y + 8), false)).map_err(failed)?;
            key.draw(&Text::new(row.variant.clone(), (110, y), (FONT, 14).into_font())).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// A number on a speedup axis.
fn plain(value: f64) -> String {
    if value >= 1.0 { format!("{value:.0}") } else { format!("{value}") }
}

fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot draw the plot: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn both_plots_match_the_snapshots() {
        let found = fixture::ladder();
        insta::assert_snapshot!("steps", steps(&found, &found.summaries[0]).unwrap());
        insta::assert_snapshot!("accuracy", accuracy(&found, &found.summaries[0]).unwrap());
    }

    #[test]
    fn noise_turns_all_bars_grey_and_removes_their_numbers() {
        let grey = |ladder: &Ladder| bars(ladder, &ladder.summaries[0]).iter().map(|bar| bar.grey).collect::<Vec<_>>();
        assert_eq!(grey(&fixture::ladder()), [false, false, true], "the last step is not significant");
        let busy = fixture::busy_ladder();
        assert_eq!(grey(&busy), [true; 3]);
        let svg = steps(&busy, &busy.summaries[0]).unwrap();
        assert!(
            svg.contains("walk: too noisy for factors") && !svg.contains("116") && !svg.contains("#0072B2"),
            "{svg}"
        );
        assert!(scaling(&busy.scaling[0]).unwrap().contains("too noisy for speedups"));
    }

    #[test]
    fn single_rung_is_drawn() {
        let mut found = fixture::ladder();
        found.rungs.truncate(1);
        found.accuracy.truncate(1);
        assert!(steps(&found, &found.summaries[0]).is_ok());
        assert!(accuracy(&found, &found.summaries[0]).is_ok());
    }
}
