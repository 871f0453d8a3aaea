//! The probability of a return against the number of dimensions.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::picture::{Marker, Origin, Panel, Picture, Symbol};
use super::{NORMAL_95, whole};
use crate::report::significant;

/// One number of dimensions.
pub(crate) struct Returned {
    pub(crate) dimensions: usize,
    pub(crate) probability: f64,
    pub(crate) std_error: f64,
    pub(crate) exact: Option<f64>,
    pub(crate) ever: Option<f64>,
}

pub(crate) struct FirstReturn {
    pub(crate) title: String,
    pub(crate) points: Vec<Returned>,
}

pub(crate) fn returns(returns: &FirstReturn, origin: &Origin) -> Result<String> {
    let mut picture = Picture::new(&returns.title, origin);
    let mut panel = Panel::new(
        280.0,
        whole("dimensions D", returns.points.iter().map(|point| point.dimensions)),
        Axis::linear("probability of a return", 0.0..1.05),
    );
    let (walks, for_ever) = (Marker::of(0), Marker::of(1).hollow(true));
    for point in &returns.points {
        let dimensions = point.dimensions as f64;
        if let Some(ever) = point.ever.filter(|ever| ever.is_finite()) {
            // Moved aside, so that markers do not hide each other.
            panel.marker(for_ever, (dimensions + 0.22, ever));
            panel.hover((dimensions + 0.22, ever), format!("D = {dimensions}, ever: {}", significant(ever, 6)));
        }
        if let Some(exact) = point.exact.filter(|exact| exact.is_finite()) {
            panel.dash((dimensions, exact));
        }
        let (share, error) = (point.probability, NORMAL_95 * point.std_error);
        panel.estimate(walks, (dimensions, share), share - error, share + error);
        let (share, error) = (significant(share, 4), significant(error, 2));
        panel.hover((dimensions, point.probability), format!("D = {dimensions}: {share} ± {error}"));
    }
    picture.panel(panel);
    picture.entry(Symbol::Marker(walks), "by the horizon: share of the walks, with 95 % intervals");
    picture.entry(Symbol::Dash, "by the horizon: exact, where known");
    picture.entry(Symbol::Marker(for_ever), "without a horizon, where known (on the lattice Polya's constants)");
    draw(&picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_dimensions_are_drawn() {
        let point = |dimensions, exact, ever| Returned { dimensions, probability: 0.5, std_error: 0.9, exact, ever };
        for points in
            [vec![], vec![point(3, None, None)], vec![point(1, Some(0.5), Some(1.0)), point(8, Some(f64::NAN), None)]]
        {
            let svg = returns(&FirstReturn { title: "title".to_owned(), points }, &Origin::fixed()).unwrap();
            assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
        }
    }
}
