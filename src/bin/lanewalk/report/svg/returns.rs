//! The probability of a return against the number of dimensions.

use anyhow::Result;
use plotters::prelude::*;

use super::means::mark;
use super::{FAINT, FONT, NORMAL_95, failed, marker};

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

pub(crate) fn returns(returns: &FirstReturn) -> Result<String> {
    let dimensions = || returns.points.iter().map(|point| point.dimensions as f64);
    let (first, last) = (dimensions().fold(f64::INFINITY, f64::min).min(1e9), dimensions().fold(1.0, f64::max));
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 490)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plot, key) = area.split_vertically(415);
        let mut chart = ChartBuilder::on(&plot)
            .caption(&returns.title, (FONT, 18))
            .margin(12)
            .margin_right(24)
            .x_label_area_size(44)
            .y_label_area_size(84)
            .build_cartesian_2d(first.min(last) - 0.5..last + 0.5, 0.0..1.05)
            .map_err(failed)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_desc("dimensions D")
            .y_desc("probability of a return")
            .x_labels(returns.points.len().clamp(2, 16))
            .x_label_formatter(&|value| if value.fract() == 0.0 { value.to_string() } else { String::new() })
            .label_style((FONT, 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.3))
            .draw()
            .map_err(failed)?;
        for point in &returns.points {
            let at = |probability: f64| (point.dimensions as f64, probability.clamp(0.0, 1.05));
            if let Some(ever) = point.ever.filter(|ever| ever.is_finite()) {
                // Moved aside, so that markers do not hide each other.
                let aside = (point.dimensions as f64 + 0.22, at(ever).1);
                chart.plotting_area().draw(&marker(EVER, aside, true)).map_err(failed)?;
            }
            if let Some(exact) = point.exact.filter(|exact| exact.is_finite()) {
                chart.plotting_area().draw(&mark(at(exact))).map_err(failed)?;
            }
            let error = NORMAL_95 * point.std_error;
            let interval = [at(point.probability - error), at(point.probability + error)];
            chart.draw_series([PathElement::new(interval, super::COLOURS[0].stroke_width(2))]).map_err(failed)?;
            chart.plotting_area().draw(&marker(0, at(point.probability), false)).map_err(failed)?;
        }
        let text = |row: i32, text: &'static str| Text::new(text, (130, 22 * row), (FONT, 14).into_font());
        key.draw(&marker(0, (105, 8), false)).map_err(failed)?;
        key.draw(&text(0, "by the horizon: share of the walks, with 95 % intervals")).map_err(failed)?;
        key.draw(&mark((105, 30))).map_err(failed)?;
        key.draw(&text(1, "by the horizon: exact, where known")).map_err(failed)?;
        key.draw(&marker(EVER, (105, 52), true)).map_err(failed)?;
        key.draw(&text(2, "ever, where known (on the lattice Polya's constants)")).map_err(failed)?;
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// The marker of values without a horizon.
const EVER: usize = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_dimensions_are_drawn() {
        let point = |dimensions, exact, ever| Returned { dimensions, probability: 0.5, std_error: 0.9, exact, ever };
        for points in
            [vec![], vec![point(3, None, None)], vec![point(1, Some(0.5), Some(1.0)), point(8, Some(f64::NAN), None)]]
        {
            let svg = returns(&FirstReturn { title: "title".to_owned(), points }).unwrap();
            assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
        }
    }
}
