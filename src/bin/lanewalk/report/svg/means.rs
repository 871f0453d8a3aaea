//! Means against a distance or a number of dimensions, and below them their ratio to the exact values.

use std::ops::Range;

use anyhow::Result;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::model::{Area, short};
use super::{COLOURS, FAINT, FONT, NORMAL_95, failed, marker};

/// One estimate.
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) mean: f64,
    pub(crate) std_error: f64,
    pub(crate) exact: Option<f64>,
}

/// The data of the plot.
pub(crate) struct Means {
    pub(crate) title: String,
    /// The quantity on the horizontal axis.
    pub(crate) across: &'static str,
    pub(crate) logarithmic: bool,
    pub(crate) points: Vec<Point>,
    /// The exact (or nearly exact) values, as a line ...
    pub(crate) curve: Vec<(f64, f64)>,
    pub(crate) curve_name: &'static str,
    /// ... or at single places.
    pub(crate) marks: Vec<(f64, f64)>,
    pub(crate) marks_name: &'static str,
    /// The denominator of the lower panel.
    pub(crate) reference: &'static str,
    /// An approximate rule: its name, its values along the curve, and their ratio to the exact ones.
    pub(crate) rule: Option<Rule>,
}

pub(crate) struct Rule {
    name: &'static str,
    curve: Vec<(f64, f64)>,
    ratio: Vec<(f64, f64)>,
}

impl Means {
    /// Adds a rule, which is drawn along the curve.
    pub(crate) fn rule(mut self, name: &'static str, value: impl Fn(f64) -> f64) -> Self {
        let curve = self.curve.iter().map(|(x, _)| (*x, value(*x))).collect();
        let ratio = self.curve.iter().map(|(x, exact)| (*x, value(*x) / exact)).collect();
        self.rule = Some(Rule { name, curve, ratio });
        self
    }

    /// The entries of the key, each with its kind of marker.
    fn entries(&self) -> Vec<(Drawn, String)> {
        let mut entries = Vec::new();
        if !self.points.is_empty() {
            entries.push((Drawn::Marker, "mean of the walks, with 95 % intervals".to_owned()));
        }
        if !self.curve.is_empty() {
            entries.push((Drawn::Line, self.curve_name.to_owned()));
        }
        if !self.marks.is_empty() {
            entries.push((Drawn::Mark, self.marks_name.to_owned()));
        }
        if let Some(rule) = &self.rule {
            entries.push((Drawn::Dashes, rule.name.to_owned()));
        }
        entries
    }

    /// Ratios to the exact values, with the ends of their intervals.
    fn ratios(&self) -> impl Iterator<Item = (f64, f64, f64, f64)> {
        self.points.iter().filter_map(|point| {
            let exact = point.exact.filter(|exact| exact.is_finite() && *exact > 0.0)?;
            let (ratio, error) = (point.mean / exact, NORMAL_95 * point.std_error / exact);
            Some((point.x, ratio, ratio - error, ratio + error))
        })
    }
}

enum Drawn {
    Marker,
    Line,
    Mark,
    Dashes,
}

const RULE: RGBColor = COLOURS[1];

/// Two panels: the means, and their ratio to the exact values, if there are any.
pub(crate) fn means(means: &Means) -> Result<String> {
    let entries = means.entries();
    let below = if means.ratios().next().is_some() || means.rule.is_some() { 250 } else { 0 };
    let mut svg = String::new();
    {
        let size = (760, 420 + below + 22 * entries.len() as u32);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plots, key) = area.split_vertically(405 + below);
        let (above, lower) = plots.split_vertically(400);
        let finite = |value: &f64| value.is_finite() && *value > 0.0;
        let values = means.points.iter().flat_map(|point| {
            [point.mean - NORMAL_95 * point.std_error, point.mean, point.mean + NORMAL_95 * point.std_error]
        });
        let lines = means
            .curve
            .iter()
            .chain(&means.marks)
            .chain(means.rule.iter().flat_map(|rule| &rule.curve))
            .map(|point| point.1);
        let values: Vec<f64> = values.chain(lines).filter(finite).collect();
        let highest = values.iter().copied().fold(1e-300, f64::max);
        let lowest = values.iter().copied().fold(highest, f64::min);
        let x = horizontal(means);
        if means.logarithmic {
            let y = lowest.max(highest * 1e-9) / 1.4..highest * 1.4;
            let base = if y.end < 100.0 * y.start { 2.0 } else { 10.0 };
            let x_base = if x.end < 100.0 * x.start { 2.0 } else { 10.0 };
            panel(&above, means, x.clone().log_scale().base(x_base), y.clone().log_scale().base(base), &y)?;
            if below > 0 {
                ratios(&lower, means, x.log_scale().base(x_base))?;
            }
        } else {
            let y = 0.0..highest * 1.08;
            panel(&above, means, x.clone(), y.clone(), &y)?;
            if below > 0 {
                ratios(&lower, means, x)?;
            }
        }
        legend(&key, &entries)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// The range of the horizontal axis, never empty.
fn horizontal(means: &Means) -> Range<f64> {
    let places =
        || means.points.iter().map(|point| point.x).chain(means.curve.iter().chain(&means.marks).map(|point| point.0));
    let (first, last) = (places().fold(f64::INFINITY, f64::min).min(1e300), places().fold(0.0, f64::max));
    if means.logarithmic { first / 1.15..last.max(first) * 1.15 } else { first - 0.5..last.max(first) + 0.5 }
}

fn panel<X, Y>(area: &Area, means: &Means, x: X, y: Y, range: &Range<f64>) -> Result<()>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .caption(&means.title, (FONT, 18))
        .margin(12)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d(x, y)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .x_desc(means.across)
        .y_desc("E[T] in steps")
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|value| short(*value))
        .y_label_formatter(&|value| if *value == 0.0 { "0".to_owned() } else { short(*value) })
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)?;
    let inside = |value: f64| value.clamp(range.start, range.end);
    let drawn = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (*x, inside(*y))).collect::<Vec<_>>();
    chart.draw_series([PathElement::new(drawn(&means.curve), BLACK.stroke_width(1))]).map_err(failed)?;
    if let Some(rule) = &means.rule {
        chart.draw_series([DashedPathElement::new(drawn(&rule.curve), 6, 4, RULE.stroke_width(2))]).map_err(failed)?;
    }
    for point in &means.points {
        let (low, high) = (point.mean - NORMAL_95 * point.std_error, point.mean + NORMAL_95 * point.std_error);
        let interval = [(point.x, inside(low)), (point.x, inside(high))];
        chart.draw_series([PathElement::new(interval, COLOURS[0].stroke_width(2))]).map_err(failed)?;
        chart.plotting_area().draw(&marker(0, (point.x, inside(point.mean)), false)).map_err(failed)?;
    }
    for (x, y) in drawn(&means.marks) {
        chart.plotting_area().draw(&mark((x, y))).map_err(failed)?;
    }
    Ok(())
}

fn ratios<X>(area: &Area, means: &Means, x: X) -> Result<()>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
{
    let found: Vec<_> = means.ratios().collect();
    let rule = means.rule.as_ref().map_or(&[][..], |rule| &rule.ratio);
    let ends = found.iter().flat_map(|(_, _, low, high)| [*low, *high]).chain(rule.iter().map(|point| point.1));
    let off =
        ends.filter(|ratio| ratio.is_finite()).map(|ratio| (ratio - 1.0).abs()).fold(1e-4, f64::max).min(2.0) * 1.1;
    let range = 1.0 - off..1.0 + off;
    // As many digits as distinguish the labels.
    let digits = (1.0 - off.log10()).ceil().clamp(2.0, 6.0) as usize;
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d(x, range.clone())
        .map_err(failed)?;
    chart
        .configure_mesh()
        .x_desc(means.across)
        .y_desc(format!("ratio to {}", means.reference))
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|value| short(*value))
        .y_label_formatter(&|value| format!("{value:.digits$}"))
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)?;
    let inside = |value: f64| value.clamp(range.start, range.end);
    let x = horizontal(means);
    chart.draw_series([PathElement::new([(x.start, 1.0), (x.end, 1.0)], BLACK.stroke_width(1))]).map_err(failed)?;
    let rule: Vec<_> = rule.iter().map(|(x, ratio)| (*x, inside(*ratio))).collect();
    chart.draw_series([DashedPathElement::new(rule, 6, 4, RULE.stroke_width(2))]).map_err(failed)?;
    for (x, ratio, low, high) in found {
        let interval = [(x, inside(low)), (x, inside(high))];
        chart.draw_series([PathElement::new(interval, COLOURS[0].stroke_width(2))]).map_err(failed)?;
        chart.plotting_area().draw(&marker(0, (x, inside(ratio)), false)).map_err(failed)?;
    }
    Ok(())
}

/// A horizontal bar, which leaves a marker at the same place visible.
pub(super) fn mark<'b, C: Clone + 'b>(at: C) -> DynElement<'b, SVGBackend<'b>, C> {
    let bar = vec![(-12, 0), (12, 0)];
    (EmptyElement::at(at) + PathElement::new(bar, BLACK.stroke_width(2))).into_dyn()
}

/// The key, below the panels: inside them it would hide points.
fn legend(key: &Area, entries: &[(Drawn, String)]) -> Result<()> {
    for (row, (drawn, name)) in entries.iter().enumerate() {
        let y = 8 + 22 * row as i32;
        let line = [(90, y), (120, y)];
        match drawn {
            Drawn::Marker => key.draw(&marker(0, (105, y), false)),
            Drawn::Line => key.draw(&PathElement::new(line, BLACK.stroke_width(1))),
            Drawn::Mark => key.draw(&mark((105, y))),
            Drawn::Dashes => key.draw(&DashedPathElement::new(line, 6, 4, RULE.stroke_width(2))),
        }
        .map_err(failed)?;
        key.draw(&Text::new(name.clone(), (130, y - 8), (FONT, 14).into_font())).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(points: Vec<Point>, logarithmic: bool) -> Means {
        let curve: Vec<_> = points.iter().filter_map(|point| Some((point.x, point.exact?))).collect();
        Means {
            title: "a title".to_owned(),
            across: "x",
            logarithmic,
            marks: curve.clone(),
            marks_name: "marks",
            reference: "exact",
            points,
            curve,
            curve_name: "curve",
            rule: None,
        }
        .rule("rule", |x| x * x)
    }

    #[test]
    fn extreme_means_are_drawn() {
        for logarithmic in [true, false] {
            let point = |x, mean, std_error, exact| Point { x, mean, std_error, exact };
            for points in [
                vec![],
                vec![point(10.0, 300.0, 5.0, Some(318.0))],
                vec![point(1.0, 1.0, 0.0, None), point(16.0, 1.0, 0.0, Some(f64::NAN))],
                vec![point(1e-9, 1.0, 0.0, Some(1.0)), point(2e9, 1e19, 1e19, Some(1.2e19))],
            ] {
                let svg = means(&some(points, logarithmic)).unwrap();
                assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
            }
        }
    }
}
