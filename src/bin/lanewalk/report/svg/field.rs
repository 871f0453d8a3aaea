//! A plot of a rod: the scaled field and sin(x), and their difference on a second axis.

use anyhow::Result;
use lanewalk::Evolution;
use plotters::prelude::*;

use super::{COLOURS, FAINT, FONT, failed};

/// The maximum number of points of a line: more than a screen has.
const MOST: usize = 2000;

pub(crate) fn field(evolution: &Evolution) -> Result<String> {
    let (grid, scale) = (evolution.grid, evolution.scale());
    let each = grid.points.div_ceil(MOST);
    let points = || (0..grid.points).step_by(each).map(|index| (grid.x(index), scale * evolution.deviation(index)));
    // The difference from the mode at each point.
    let differences = || {
        let indices = (0..grid.points).step_by(each);
        indices.zip(points()).map(|(index, (x, value))| (x, value - evolution.sine(index)))
    };
    let mode = evolution.mode() as f64;
    let name = if evolution.mode() == 1 { "sin(x)".to_owned() } else { format!("sin({mode} x)") };
    let held = evolution.ends() != (0.0, 0.0);
    let scaled_field = if held { "f(x) minus its steady state, scaled" } else { "f(x), scaled" };
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    let top = points().map(|(_, value)| finite(value.abs())).fold(1.0, f64::max) * 1.05;
    let bottom = points().map(|(_, value)| finite(value)).fold(0.0, f64::min) * 1.05;
    let error = round_up(differences().map(|(_, difference)| finite(difference.abs())).fold(1e-16, f64::max));
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 500)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plot, key) = area.split_vertically(440);
        let end = std::f64::consts::PI;
        let mut chart = ChartBuilder::on(&plot)
            .caption(format!("heat: {} points after {} steps", grid.points, grid.steps), (FONT, 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .right_y_label_area_size(84)
            .build_cartesian_2d(0.0..end, bottom..top)
            .map_err(failed)?
            .set_secondary_coord(0.0..end, -error..error);
        chart
            .configure_mesh()
            .x_desc("x")
            .y_desc(scaled_field)
            .label_style((FONT, 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.3))
            .draw()
            .map_err(failed)?;
        chart
            .configure_secondary_axes()
            .y_desc(format!("f(x) - {name}"))
            .label_style((FONT, 14))
            .y_label_formatter(&|value| {
                if value.abs() < 1e-3 * error { "0".to_owned() } else { format!("{value:.0e}") }
            })
            .draw()
            .map_err(failed)?;
        let difference = differences().map(|(x, difference)| (x, finite(difference)));
        chart.draw_secondary_series(LineSeries::new(difference, COLOURS[1].stroke_width(1))).map_err(failed)?;
        let sine = (0..=400).map(|place| f64::from(place) * end / 400.0).map(|x| (x, (mode * x).sin()));
        chart.draw_series(LineSeries::new(sine, BLACK.stroke_width(1))).map_err(failed)?;
        // Dots if they can be distinguished, so that the line of sin(x) is visible between them.
        let values = points().map(|(x, value)| (x, finite(value)));
        if grid.points <= 101 {
            chart.draw_series(values.map(|point| Circle::new(point, 3, COLOURS[0].filled()))).map_err(failed)?;
        } else {
            chart.draw_series(LineSeries::new(values, COLOURS[0].stroke_width(3))).map_err(failed)?;
        }
        let keys = [(scaled_field, COLOURS[0]), (name.as_str(), BLACK), ("difference, right axis", COLOURS[1])];
        for (x, (name, colour)) in [70, if held { 340 } else { 270 }, 470].into_iter().zip(keys) {
            key.draw(&Circle::new((x, 20), 5, colour.filled())).map_err(failed)?;
            key.draw(&Text::new(name, (x + 14, 12), (FONT, 14).into_font())).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// The next even multiple of its power of ten, so that the axis has whole marks at its ends.
fn round_up(value: f64) -> f64 {
    let unit = 2.0 * 10_f64.powf(value.log10().floor());
    (value / unit).ceil() * unit
}

#[cfg(test)]
mod tests {
    use lanewalk::{Exec, Rod, evolve};

    use super::*;

    #[test]
    fn all_kinds_of_rods_are_drawn() {
        // Few points and many, a field that cannot be scaled, and a field that is far from sin(x).
        for rod in [
            Rod::new(3),
            Rod::new(51).steps(0),
            Rod::new(30_001).steps(1),
            Rod::new(51).start(vec![0.0; 51]),
            Rod::new(51).start(vec![5.0; 51]),
        ] {
            let svg = field(&evolve(&rod, &Exec::default()).unwrap()).unwrap();
            assert!(svg.starts_with("<svg") && svg.len() < 300_000 && !svg.contains("NaN"), "{}", svg.len());
        }
        let rounded = [1.0, 2.0, 0.7, 5e-16].map(|value| format!("{:.1e}", round_up(value)));
        assert_eq!(rounded, ["2.0e0", "2.0e0", "8.0e-1", "6.0e-16"]);
    }
}
