//! A plot of a rod: the scaled field and sin(x), and below them their difference.

use std::f64::consts::PI;

use anyhow::Result;
use lanewalk::Evolution;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{INK, SERIES};
use super::picture::{Origin, Panel, Picture, Symbol};
use crate::report::{counted, significant};

/// The maximum number of points of a line: more than a screen has.
const MAX_POINTS: usize = 2000;

/// The maximum number of points whose values a reader can see one by one.
const MAX_HOVERS: usize = 101;

pub(crate) fn field(evolution: &Evolution, origin: &Origin) -> Result<String> {
    let (grid, scale) = (evolution.grid, evolution.scale());
    let indices = || (0..grid.points).step_by(grid.points.div_ceil(MAX_POINTS));
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    let value = |index: usize| finite(scale * evolution.deviation(index));
    let points: Vec<_> = indices().map(|index| (grid.x(index), value(index))).collect();
    let differences: Vec<_> = indices().map(|index| (grid.x(index), value(index) - evolution.sine(index))).collect();
    let mode = evolution.mode() as f64;
    let name = if evolution.mode() == 1 { "sin(x)".to_owned() } else { format!("sin({mode} x)") };
    let scaled = if evolution.ends() == (0.0, 0.0) { "f(x), scaled" } else { "f(x) minus its steady state, scaled" };
    let top = points.iter().map(|point| point.1.abs()).fold(1.0, f64::max) * 1.05;
    let bottom = points.iter().map(|point| point.1).fold(0.0, f64::min) * 1.05;
    let error = differences.iter().map(|point| point.1.abs()).fold(1e-16, f64::max) * 1.05;
    let across = || {
        let ticks = ["0", "π/4", "π/2", "3π/4", "π"].iter().zip(0_u8..);
        let ticks = ticks.map(|(label, quarter)| (f64::from(quarter) * PI / 4.0, (*label).to_owned()));
        Axis::linear("x", 0.0..PI).with_ticks(ticks.collect())
    };
    let (points_text, steps) = (counted(grid.points, "point"), counted(grid.steps, "step"));
    let mut picture = Picture::new(format!("Heat equation: {points_text} after {steps}"), origin);

    let mut panel = Panel::new(260.0, across(), Axis::linear(scaled, bottom..top));
    // The line of sin(x) is thin and above, so that both are visible where they coincide.
    panel.line(points.iter().copied(), SERIES[0], 4.0);
    panel.line((0..=400).map(|k| f64::from(k) * PI / 400.0).map(|x| (x, (mode * x).sin())), INK, 1.0);
    if grid.points <= MAX_HOVERS {
        for (x, value) in points {
            panel.hover((x, value), format!("x = {}: {}", significant(x, 4), significant(value, 6)));
        }
    }
    picture.panel(panel);

    let mut panel = Panel::new(130.0, across(), Axis::linear(&format!("{scaled}, minus {name}"), -error..error));
    panel.line([(0.0, 0.0), (PI, 0.0)], INK, 1.0);
    panel.line(differences, SERIES[1], 1.5);
    picture.panel(panel);

    picture.entry(Symbol::Line(SERIES[0], 4.0), scaled);
    picture.entry(Symbol::Line(INK, 1.0), name);
    picture.entry(Symbol::Line(SERIES[1], 1.5), "difference");
    draw(&picture)
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
            let svg = field(&evolve(&rod, &Exec::default()).unwrap(), &Origin::fixed()).unwrap();
            assert!(svg.starts_with("<svg") && svg.len() < 300_000 && !svg.contains("NaN"), "{}", svg.len());
        }
    }
}
