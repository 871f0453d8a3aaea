//! Plots of means against the distance or the number of dimensions.

use crate::report::svg;

/// One mean.
pub(super) struct Mean {
    pub(super) x: f64,
    pub(super) value: Option<f64>,
    pub(super) std_error: Option<f64>,
    pub(super) exact: Option<f64>,
}

/// The number of intervals of a curve between the smallest and the largest distance.
const CURVE: u32 = 48;

/// Means against Y on logarithmic axes, with an exact curve over the range of Y.
pub(super) fn against_distance(
    title: String,
    points: &[Mean],
    exact: impl Fn(f64) -> Option<f64>,
    name: &'static str,
) -> svg::Means {
    let distances = || points.iter().map(|point| point.x);
    let (nearest, farthest) = (distances().fold(f64::INFINITY, f64::min), distances().fold(0.0, f64::max));
    let distance = |k: u32| nearest * (farthest / nearest).powf(f64::from(k) / f64::from(CURVE));
    let curve = (0..=CURVE).map(distance);
    svg::Means {
        title,
        across: "distance Y",
        logarithmic: true,
        points: points.iter().filter_map(point).collect(),
        curve: curve.filter_map(|y| Some((y, exact(y)?))).collect(),
        curve_name: name,
        marks: Vec::new(),
        marks_name: "",
        reference: "exact",
        rule: None,
    }
}

/// Means against the number of dimensions, with a mark for each known value.
pub(super) fn against_dimensions(title: String, points: &[Mean], marks_name: &'static str) -> svg::Means {
    svg::Means {
        title,
        across: "dimensions D",
        logarithmic: false,
        points: points.iter().filter_map(point).collect(),
        curve: Vec::new(),
        curve_name: "",
        marks: points.iter().filter_map(|point| Some((point.x, point.exact?))).collect(),
        marks_name,
        reference: "exact",
        rule: None,
    }
}

fn point(mean: &Mean) -> Option<svg::Point> {
    Some(svg::Point { x: mean.x, mean: mean.value?, std_error: mean.std_error.unwrap_or(0.0), exact: mean.exact })
}
