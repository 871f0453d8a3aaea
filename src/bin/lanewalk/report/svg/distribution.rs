//! The distribution of T: a histogram with the exact density on it, and the survival with its band.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{FAINT, FILL, INK, SERIES};
use super::picture::{BAND, BAR, Marker, Origin, Panel, Picture, Symbol, extent};
use crate::report::significant;

/// The data of the plot.
pub(crate) struct Distribution {
    pub(crate) title: String,
    pub(crate) bars: Option<Bars>,
    pub(crate) survival: Option<Survival>,
}

pub(crate) struct Bars {
    pub(crate) logarithmic: bool,
    /// The lower and the upper end, and the share of the walks divided by the width.
    pub(crate) boxes: Vec<(f64, f64, f64)>,
    pub(crate) exact: Vec<(f64, f64)>,
}

pub(crate) struct Survival {
    pub(crate) logarithmic: bool,
    /// n and the share of the walks with T > n.
    pub(crate) steps: Vec<(f64, f64)>,
    /// Half the width of the band around it.
    pub(crate) band: f64,
    pub(crate) exact: Vec<(f64, f64)>,
    /// T and the share of the walks beyond it.
    pub(crate) quantiles: Vec<(f64, f64)>,
}

/// A wider band contains almost every curve.
const MAX_BAND: f64 = 0.5;

/// A panel for each of the two that has data.
pub(crate) fn distribution(found: &Distribution, origin: &Origin) -> Result<String> {
    let mut picture = Picture::new(&found.title, origin);
    if let Some(bars) = &found.bars {
        picture.panel(histogram(bars));
        picture.entry(BAR, "share of the walks");
    }
    if let Some(survival) = &found.survival {
        picture.panel(curve(survival));
        picture.entry(Symbol::Line(SERIES[0], 2.5), "P(T > n) of the walks");
        if survival.band < MAX_BAND {
            picture.entry(BAND, "95 % band of the whole curve");
        } else {
            picture.note("The 95 % band of so few walks contains almost every curve, so it is not drawn.");
        }
        if !survival.quantiles.is_empty() {
            picture.entry(Symbol::Marker(Marker::of(1)), "quantiles of the walks");
        }
    }
    let exact = |points: Option<&Vec<(f64, f64)>>| points.is_some_and(|points| !points.is_empty());
    if exact(found.bars.as_ref().map(|bars| &bars.exact)) || exact(found.survival.as_ref().map(|curve| &curve.exact)) {
        picture.entry(Symbol::Line(INK, 1.5), "exact");
    }
    draw(&picture)
}

fn histogram(bars: &Bars) -> Panel {
    let (low, high) = extent(bars.boxes.iter().map(|bar| bar.2).chain(bars.exact.iter().map(|point| point.1)));
    let filled = |bar: &&(f64, f64, f64)| bar.2 > 0.0;
    let first = bars.boxes.first().map_or(0.5, |bar| bar.0);
    let last = bars.boxes.last().map_or(1.0, |bar| bar.1).max(first + 1.0);
    let density = "share of the walks per step";
    let mut panel = if bars.logarithmic {
        let first = bars.boxes.iter().find(filled).map_or(first, |bar| bar.0).max(0.5);
        let across = Axis::log("T in steps", first..last.max(2.0 * first));
        Panel::new(270.0, across, Axis::log(density, low / 1.5..high * 1.5))
    } else {
        Panel::new(270.0, Axis::linear("T in steps", first.min(0.0)..last), Axis::linear(density, 0.0..high * 1.08))
    };
    let (across, upwards) = (panel.x.ends(), panel.y.ends());
    for (from, to, share) in bars.boxes.iter().filter(filled).filter(|bar| bar.0 >= across.start) {
        panel.rectangle((*from, upwards.start), (*to, *share), FILL, 0.7);
        let (width, steps) = ((to - from) * share, format!("{} to {}", from.ceil(), to.floor()));
        panel.hover(
            (from.midpoint(*to), *share),
            format!("T = {steps}: {} % of the walks", significant(100.0 * width, 3)),
        );
    }
    let exact =
        bars.exact.iter().filter(|(x, y)| *x >= across.start && y.is_finite() && (*y > 0.0 || !bars.logarithmic));
    panel.line(exact.copied(), INK, 1.5);
    panel
}

fn curve(survival: &Survival) -> Panel {
    let (low, _) = extent(survival.steps.iter().chain(&survival.exact).map(|point| point.1));
    let upwards = Axis::log("P(T > n)", low.clamp(1e-9, 0.5) / 1.5..1.1);
    let first = survival.steps.first().map_or(1.0, |point| point.0);
    let last = survival.steps.last().map_or(1.0, |point| point.0);
    let across = if survival.logarithmic {
        let first = first.max(0.5);
        Axis::log("n in steps", first..last.max(2.0 * first))
    } else {
        Axis::linear("n in steps", 0.0..last.max(first + 1.0))
    };
    let mut panel = Panel::new(270.0, across, upwards);
    let steps = stepped(&survival.steps);
    if survival.band < MAX_BAND {
        let ends = |(n, part): &(f64, f64)| (*n, part - survival.band, (part + survival.band).min(1.0));
        panel.band(&steps.iter().map(ends).collect::<Vec<_>>(), FAINT, 0.25);
    }
    // The exact curve is thin, so that both are visible where they coincide.
    panel.line(steps, SERIES[0], 3.0);
    panel.line(stepped(&survival.exact).into_iter().filter(|point| point.1.is_finite()), INK, 1.0);
    for (time, part) in &survival.quantiles {
        panel.marker(Marker::of(1), (*time, *part));
        let share = significant(100.0 * (1.0 - part), 4);
        panel.hover((*time, *part), format!("{share} % of the walks take at most {time} steps"));
    }
    panel
}

/// A corner at each whole number: P(T > n) is constant in between.
fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let corner = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0 <= 1.0).then_some((pair[1].0, pair[0].1));
    let rest = points.windows(2).flat_map(|pair| corner(pair).into_iter().chain([pair[1]]));
    points.first().copied().into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_distributions_are_drawn() {
        for logarithmic in [true, false] {
            for points in [vec![], vec![(1.0, 0.5)], vec![(1.0, 1.0), (1e15, 0.0)], vec![(0.0, 1.0), (5.0, f64::NAN)]] {
                let boxes = points.iter().map(|(x, y)| (x - 0.5, x + 0.5, *y)).collect();
                let quantiles = points.clone();
                let found = Distribution {
                    title: "title".to_owned(),
                    bars: Some(Bars { logarithmic, boxes, exact: points.clone() }),
                    survival: Some(Survival {
                        logarithmic,
                        steps: points.clone(),
                        band: 0.1,
                        exact: points,
                        quantiles,
                    }),
                };
                let svg = distribution(&found, &Origin::fixed()).unwrap();
                assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
            }
        }
        let none = Distribution { title: "title".to_owned(), bars: None, survival: None };
        assert!(distribution(&none, &Origin::fixed()).unwrap().starts_with("<svg"));
    }
}
