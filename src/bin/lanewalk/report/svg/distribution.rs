//! The distribution of T: a histogram with the exact density on it, and the survival with its band.

use std::ops::Range;

use anyhow::Result;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

use super::model::{Area, short};
use super::{COLOURS, FAINT, FONT, failed, marker};

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

const HEIGHT: u32 = 380;

/// A panel for each of the two that has data.
pub(crate) fn distribution(found: &Distribution) -> Result<String> {
    let panels = u32::from(found.bars.is_some()) + u32::from(found.survival.is_some());
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 40 + (HEIGHT + 26) * panels)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (title, mut rest) = area.split_vertically(36);
        title.margin(8, 0, 0, 0).titled(&found.title, (FONT, 18)).map_err(failed)?;
        if let Some(bars) = &found.bars {
            let (panel, below) = rest.split_vertically(HEIGHT + 26);
            histogram(&panel, bars)?;
            rest = below;
        }
        if let Some(survival) = &found.survival {
            curve(&rest.split_vertically(HEIGHT + 26).0, survival)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

/// The smallest and the largest finite number above zero.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite() && *value > 0.0)
        .fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
    if low <= high { (low, high) } else { (1.0, 1.0) }
}

fn histogram(area: &Area, bars: &Bars) -> Result<()> {
    let (area, key) = area.split_vertically(HEIGHT);
    let (low, high) = extent(bars.boxes.iter().map(|bar| bar.2).chain(bars.exact.iter().map(|point| point.1)));
    let first = bars.boxes.first().map_or(0.5, |bar| bar.0);
    let last = bars.boxes.last().map_or(1.0, |bar| bar.1).max(first + 1.0);
    if bars.logarithmic {
        let first = bars.boxes.iter().find(|bar| bar.2 > 0.0).map_or(first, |bar| bar.0).max(0.5);
        let y = low / 1.5..high * 1.5;
        let x = (first..last.max(2.0 * first)).log_scale();
        histogram_on(&area, bars, x, y.clone().log_scale(), &y, first)?;
    } else {
        let y = 0.0..high * 1.08;
        histogram_on(&area, bars, first.min(0.0)..last, y.clone(), &y, first)?;
    }
    let y = 8;
    key.draw(&Rectangle::new([(90, y - 6), (120, y + 6)], COLOURS[5].mix(0.6).filled())).map_err(failed)?;
    key.draw(&Text::new("share of the walks", (130, y - 8), (FONT, 14).into_font())).map_err(failed)?;
    if !bars.exact.is_empty() {
        key.draw(&PathElement::new([(340, y), (370, y)], BLACK.stroke_width(2))).map_err(failed)?;
        key.draw(&Text::new("exact", (380, y - 8), (FONT, 14).into_font())).map_err(failed)?;
    }
    Ok(())
}

fn histogram_on<X, Y>(area: &Area, bars: &Bars, x: X, y: Y, range: &Range<f64>, first: f64) -> Result<()>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut chart = chart(area, x, y, "T in steps", "share of the walks a step")?;
    let inside = |value: f64| value.clamp(range.start, range.end);
    let boxes = bars.boxes.iter().filter(|bar| bar.2 > 0.0 && bar.0 >= first);
    // Slightly apart, if there is room for it.
    let style = COLOURS[5].mix(0.6).filled();
    let gap = u32::from(bars.boxes.len() < 100);
    chart
        .draw_series(boxes.map(|(from, to, share)| {
            let mut bar = Rectangle::new([(*from, range.start), (*to, inside(*share))], style);
            bar.set_margin(0, 0, gap, 0);
            bar
        }))
        .map_err(failed)?;
    let curve = bars.exact.iter().filter(|(x, y)| *x >= first && y.is_finite() && (*y > 0.0 || range.start <= 0.0));
    let curve: Vec<_> = curve.map(|(x, y)| (*x, inside(*y))).collect();
    chart.draw_series([PathElement::new(curve, BLACK.stroke_width(2))]).map_err(failed)?;
    Ok(())
}

fn curve(area: &Area, survival: &Survival) -> Result<()> {
    let (area, key) = area.split_vertically(HEIGHT);
    let (low, _) = extent(survival.steps.iter().chain(&survival.exact).map(|point| point.1));
    let y = low.clamp(1e-9, 0.5) / 1.5..1.25;
    let base = if y.start > 0.05 { 2.0 } else { 10.0 };
    let log = y.clone().log_scale().base(base);
    let first = survival.steps.first().map_or(1.0, |point| point.0);
    let last = survival.steps.last().map_or(1.0, |point| point.0);
    if survival.logarithmic {
        let first = first.max(0.5);
        curve_on(&area, survival, (first..last.max(2.0 * first)).log_scale(), log, &y)?;
    } else {
        curve_on(&area, survival, 0.0..last.max(first + 1.0), log, &y)?;
    }
    let line = |x: i32| [(x, 8), (x + 30, 8)];
    let text = |x: i32, text: &'static str| Text::new(text, (x, 0), (FONT, 14).into_font());
    key.draw(&Rectangle::new([(90, 1), (120, 15)], COLOURS[5].mix(0.35).filled())).map_err(failed)?;
    key.draw(&PathElement::new(line(90), COLOURS[0].stroke_width(2))).map_err(failed)?;
    key.draw(&text(130, "walks, with the 95 % band")).map_err(failed)?;
    if !survival.exact.is_empty() {
        key.draw(&PathElement::new(line(340), BLACK.stroke_width(1))).map_err(failed)?;
        key.draw(&text(380, "exact")).map_err(failed)?;
    }
    if !survival.quantiles.is_empty() {
        key.draw(&marker(1, (475, 8), false)).map_err(failed)?;
        key.draw(&text(490, "quantiles of the walks")).map_err(failed)?;
    }
    Ok(())
}

fn curve_on<X, Y>(area: &Area, survival: &Survival, x: X, y: Y, range: &Range<f64>) -> Result<()>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut chart = chart(area, x, y, "n in steps", "P(T > n)")?;
    let inside = |value: f64| value.clamp(range.start, range.end);
    let steps = stepped(&survival.steps);
    let line = |shift: f64| steps.iter().map(move |(n, part)| (*n, inside((part + shift).min(1.0))));
    let mut band: Vec<_> = line(-survival.band).collect();
    band.extend(line(survival.band).collect::<Vec<_>>().into_iter().rev());
    if band.len() > 2 {
        chart.draw_series([Polygon::new(band, COLOURS[5].mix(0.35).filled())]).map_err(failed)?;
    }
    chart.draw_series([PathElement::new(line(0.0).collect::<Vec<_>>(), COLOURS[0].stroke_width(3))]).map_err(failed)?;
    let exact = stepped(&survival.exact);
    let exact: Vec<_> = exact.iter().filter(|point| point.1.is_finite()).map(|(n, part)| (*n, inside(*part))).collect();
    chart.draw_series([PathElement::new(exact, BLACK.stroke_width(1))]).map_err(failed)?;
    for (time, part) in &survival.quantiles {
        chart.plotting_area().draw(&marker(1, (*time, inside(*part)), false)).map_err(failed)?;
    }
    Ok(())
}

type Chart<'a, 'b, X, Y> = ChartContext<
    'a,
    SVGBackend<'b>,
    Cartesian2d<<X as AsRangedCoord>::CoordDescType, <Y as AsRangedCoord>::CoordDescType>,
>;

/// A corner at each whole number: P(T > n) is constant in between.
fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let corner = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0 <= 1.0).then_some((pair[1].0, pair[0].1));
    let rest = points.windows(2).flat_map(|pair| corner(pair).into_iter().chain([pair[1]]));
    points.first().copied().into_iter().chain(rest).collect()
}

fn chart<'a, 'b, X, Y>(area: &'a Area<'b>, x: X, y: Y, across: &str, what: &str) -> Result<Chart<'a, 'b, X, Y>>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_right(36)
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d(x, y)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .x_desc(across)
        .y_desc(what)
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|value| if *value == 0.0 { "0".to_owned() } else { short(*value) })
        .y_label_formatter(&|value| if *value == 0.0 { "0".to_owned() } else { short(*value) })
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)?;
    Ok(chart)
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
                let svg = distribution(&found).unwrap();
                assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{svg}");
            }
        }
        let none = Distribution { title: "title".to_owned(), bars: None, survival: None };
        assert!(distribution(&none).unwrap().starts_with("<svg"));
    }
}
