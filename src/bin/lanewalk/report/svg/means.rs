//! Means against a distance or a number of dimensions, and below them their ratio to the exact values.

use anyhow::Result;
use plotters::style::RGBColor;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{INK, SERIES};
use super::picture::{Marker, Origin, Panel, Picture, Symbol, extent};
use super::{NORMAL_95, whole};
use crate::report::significant;

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

    /// Ratios to the exact values, with the ends of their intervals.
    fn ratios(&self) -> impl Iterator<Item = (f64, f64, f64, f64)> {
        self.points.iter().filter_map(|point| {
            let exact = point.exact.filter(|exact| exact.is_finite() && *exact > 0.0)?;
            let (ratio, error) = (point.mean / exact, NORMAL_95 * point.std_error / exact);
            Some((point.x, ratio, ratio - error, ratio + error))
        })
    }
}

const RULE: RGBColor = SERIES[1];

/// Two panels: the means, and their ratio to the exact values, if there are any.
pub(crate) fn means(means: &Means, origin: &Origin) -> Result<String> {
    let mut picture = Picture::new(&means.title, origin);
    picture.panel(estimates(means));
    if means.ratios().next().is_some() || means.rule.is_some() {
        picture.panel(ratios(means));
    }
    if !means.points.is_empty() {
        picture.entry(Symbol::Marker(Marker::of(0)), "mean of the walks, with 95 % intervals");
    }
    if !means.curve.is_empty() {
        picture.entry(Symbol::Line(INK, 1.5), means.curve_name);
    }
    if !means.marks.is_empty() {
        picture.entry(Symbol::Dash, means.marks_name);
    }
    if let Some(rule) = &means.rule {
        picture.entry(Symbol::Dashes(RULE), rule.name);
    }
    draw(&picture)
}

fn across(means: &Means) -> Axis {
    let lines = means.curve.iter().chain(&means.marks).map(|point| point.0);
    let places = means.points.iter().map(|point| point.x).chain(lines);
    if means.logarithmic {
        let (first, last) = extent(places);
        return Axis::log(means.across, first / 1.15..last * 1.15);
    }
    whole(means.across, places.map(|place| place as usize))
}

fn estimates(means: &Means) -> Panel {
    let ends = |point: &Point| {
        let half = NORMAL_95 * point.std_error;
        [point.mean - half, point.mean, point.mean + half]
    };
    let lines = means.curve.iter().chain(&means.marks).chain(means.rule.iter().flat_map(|rule| &rule.curve));
    let (lowest, highest) = extent(means.points.iter().flat_map(ends).chain(lines.map(|point| point.1)));
    let upwards = if means.logarithmic {
        Axis::log("E[T] in steps", lowest.max(highest * 1e-20) / 1.4..highest * 1.4)
    } else {
        Axis::linear("E[T] in steps", 0.0..highest * 1.08)
    };
    let mut panel = Panel::new(270.0, across(means), upwards);
    panel.line(means.curve.iter().copied(), INK, 1.5);
    if let Some(rule) = &means.rule {
        panel.dashes(rule.curve.iter().copied(), RULE, 2.0);
    }
    for point in &means.points {
        let [low, mean, high] = ends(point);
        panel.estimate(Marker::of(0), (point.x, mean), low, high);
        let exact = point.exact.filter(|exact| exact.is_finite());
        let exact = exact.map_or_else(String::new, |exact| format!(", exact {}", significant(exact, 6)));
        let (mean, error) = (significant(mean, 5), significant(high - mean, 2));
        panel.hover((point.x, point.mean), format!("{} = {}: {mean} ± {error}{exact}", means.across, point.x));
    }
    for mark in &means.marks {
        panel.dash(*mark);
    }
    panel
}

fn ratios(means: &Means) -> Panel {
    let rule = means.rule.as_ref().map_or(&[][..], |rule| &rule.ratio);
    let ends = means.ratios().flat_map(|(_, _, low, high)| [low, high]).chain(rule.iter().map(|point| point.1));
    let off = ends.filter(|ratio| ratio.is_finite()).map(|ratio| (ratio - 1.0).abs()).fold(1e-4, f64::max);
    let off = off.min(2.0) * 1.1;
    let upwards = Axis::linear(&format!("ratio to {}", means.reference), 1.0 - off..1.0 + off);
    let mut panel = Panel::new(150.0, across(means), upwards);
    let range = panel.x.ends();
    panel.line([(range.start, 1.0), (range.end, 1.0)], INK, 1.5);
    panel.dashes(rule.iter().copied(), RULE, 2.0);
    for (x, ratio, low, high) in means.ratios() {
        panel.estimate(Marker::of(0), (x, ratio), low, high);
        let percent = |ratio: f64| format!("{:+.2} %", 100.0 * (ratio - 1.0));
        panel.hover(
            (x, ratio),
            format!("{} = {x}: {} ({} to {})", means.across, percent(ratio), percent(low), percent(high)),
        );
    }
    panel
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
                let svg = means(&some(points, logarithmic), &Origin::fixed()).unwrap();
                assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
            }
        }
    }
}
