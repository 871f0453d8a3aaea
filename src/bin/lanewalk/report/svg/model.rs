//! Amdahl's curves, and laws fitted to timings.

use anyhow::Result;
use lanewalk::model::{Amdahl, Model, Timing};

use super::axis::Axis;
use super::draw::draw;
use super::palette::{FAINT, INK, SERIES};
use super::picture::{Anchor, BAND, Marker, Origin, Panel, Picture, Symbol, extent};
use crate::report::{duration, significant};

/// The number of intervals of a curve.
const CURVE: u32 = 64;

/// One law and the fitted timings, in seconds for the work of one worker.
pub(crate) struct Fitted {
    title: &'static str,
    /// The unit of the times.
    unit: &'static str,
    timings: Vec<(f64, f64)>,
    curve: Vec<(f64, f64)>,
    /// The lower and the upper end of the band at each point of the curve.
    band: Vec<(f64, f64, f64)>,
}

impl Fitted {
    /// The law at these places, each a number of workers.
    pub(crate) fn new(
        title: &'static str,
        timings: &[Timing],
        places: &[f64],
        time: impl Fn(f64) -> f64,
        band: impl Fn(f64) -> Option<(f64, f64)>,
    ) -> Self {
        let ends = |workers: &f64| band(*workers).map(|(low, high)| (*workers, low, high));
        Self {
            title,
            unit: if timings.iter().all(|timing| (timing.work - 1.0).abs() < f64::EPSILON) {
                "seconds"
            } else {
                "seconds for work 1"
            },
            timings: timings.iter().map(|timing| (timing.workers as f64, timing.seconds / timing.work)).collect(),
            curve: places.iter().map(|workers| (*workers, time(*workers))).collect(),
            band: places.iter().filter_map(ends).collect(),
        }
    }

    /// The places of a curve, to beyond the measured ones: the plot includes the predictions of the law.
    pub(crate) fn places(timings: &[Timing]) -> Vec<f64> {
        let most = timings.iter().map(|timing| timing.workers).max().unwrap_or(1);
        logarithmic(1.0, 2.0 * most as f64).collect()
    }
}

/// Numbers from `first` to `last` with equal ratios.
fn logarithmic(first: f64, last: f64) -> impl Iterator<Item = f64> {
    (0..=CURVE).map(move |place| first * (last / first).powf(f64::from(place) / f64::from(CURVE)))
}

/// A band is useful if it leaves out most of a plot.
const MAX_BAND: f64 = 0.5;

/// A panel for each law: the timings as dots, the law as a line, its 95 % band in grey.
pub(crate) fn fits(laws: &[Fitted], origin: &Origin) -> Result<String> {
    let times = laws.iter().flat_map(|law| law.timings.iter().chain(&law.curve)).map(|point| point.1);
    let (fastest, slowest) = extent(times);
    let range = fastest / 1.5..slowest * 1.5;
    let mut picture = Picture::new("Laws of parallel time, fitted to timings", origin);
    let mut banded = false;
    for law in laws {
        let last = law.curve.last().map_or(2.0, |point| point.0);
        let decades = |(_, low, high): &(f64, f64, f64)| {
            (high.clamp(range.start, range.end) / low.clamp(range.start, range.end)).log10()
        };
        let share = law.band.iter().map(decades).sum::<f64>()
            / (law.band.len().max(1) as f64 * (range.end / range.start).log10());
        let useless = share > MAX_BAND;
        let name = format!("{}: {}", law.title, law.unit);
        let mut panel = Panel::new(150.0, Axis::log("workers", 0.85..last), Axis::log(&name, range.clone()));
        if !useless && !law.band.is_empty() {
            panel.band(&law.band, FAINT, 0.25);
            banded = true;
        }
        if useless {
            let text = "95 % band not drawn: it covers most of the plot";
            panel.coloured_label((last, range.end), text, (-4.0, 10.0), Anchor::End, FAINT);
        }
        panel.line(law.curve.iter().copied(), SERIES[0], 2.0);
        for (workers, seconds) in &law.timings {
            panel.marker(DOT, (*workers, *seconds));
            panel.hover((*workers, *seconds), format!("{workers} workers: {}", duration(*seconds)));
        }
        picture.panel(panel);
    }
    picture.entry(Symbol::Marker(DOT), "measured");
    picture.entry(Symbol::Line(SERIES[0], 2.0), "fitted law");
    if banded {
        picture.entry(BAND, "95 % band of a further measurement");
    }
    draw(&picture)
}

/// A measured time.
const DOT: Marker = Marker { outline: 0, ink: INK, hollow: false };

/// Time, speedup and efficiency of a law, one below the other.
pub(crate) fn curves(law: &Amdahl, workers: &[u64], wanted: f64, origin: &Origin) -> Result<String> {
    let first = workers.first().map_or(1.0, |first| *first as f64);
    let last = workers.last().map_or(2.0, |last| *last as f64).max(1.2 * first);
    let across = || Axis::log("workers", first..last);
    let curve = |value: &dyn Fn(f64) -> f64| logarithmic(first, last).map(|w| (w, value(w))).collect::<Vec<_>>();
    let (serial, parallel) = (significant(law.serial, 3), significant(law.parallel, 3));
    let title = format!("Amdahl's law: S = {serial} s serial, P = {parallel} s parallel");
    let mut picture = Picture::new(title, origin);

    // Down to the limit for any number of workers, unless it is far below.
    let floor = if law.serial > law.time(last) / 10.0 { law.serial } else { law.time(last) };
    let times = floor / 1.5..law.time(first) * 1.5;
    let mut panel = Panel::new(200.0, across(), Axis::log("time T(w) in seconds", times.clone()));
    panel.line(curve(&|w| law.time(w)), SERIES[0], 2.5);
    if times.contains(&law.serial) {
        panel.dashes([(first, law.serial), (last, law.serial)], INK, 1.0);
        panel.label((first, law.serial), format!("S = {serial} s"), (6.0, -9.0), Anchor::Start);
    }
    picture.panel(panel);

    let fastest = (law.limit() * 1.5).min(last * 1.5).max(law.speedup(last) * 1.2);
    let upwards = Axis::log("speedup T(1) / T(w)", law.speedup(first) / 1.2..fastest);
    let mut panel = Panel::new(200.0, across(), upwards);
    let top = last.min(fastest);
    panel.dashes([(first, first), (top, top)], FAINT, 1.0);
    // Beside the middle of the line on both logarithmic axes.
    let middle = (first * top).sqrt();
    panel.label((middle, middle), "ideal: w", (-8.0, -8.0), Anchor::End);
    if law.limit() < fastest {
        panel.dashes([(first, law.limit()), (last, law.limit())], INK, 1.0);
        let text = format!("limit (S + P) / S = {}", significant(law.limit(), 3));
        panel.label((first, law.limit()), text, (6.0, -9.0), Anchor::Start);
    }
    panel.line(curve(&|w| law.speedup(w)), SERIES[0], 2.5);
    picture.panel(panel);

    let mut panel = Panel::new(200.0, across(), Axis::percent("efficiency: speedup / w", 0.0..1.05));
    let most = law.workers_for(wanted);
    if (first..=last).contains(&most) {
        panel.dashes([(first, wanted), (most, wanted), (most, 0.0)], INK, 1.0);
        let text = format!("{} %: up to {most} workers", significant(100.0 * wanted, 2));
        panel.label((first, wanted), text, (6.0, 11.0), Anchor::Start);
    }
    panel.line(curve(&|w| law.efficiency(w)), SERIES[0], 2.5);
    picture.panel(panel);
    draw(&picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_curves_match_the_snapshot() {
        let law = Amdahl::new(100.0, 10_000.0).unwrap();
        insta::assert_snapshot!(curves(&law, &(1..=200).collect::<Vec<_>>(), 0.5, &Origin::fixed()).unwrap());
    }

    #[test]
    fn all_kinds_of_curves_are_drawn() {
        for (serial, parallel) in [(0.0, 5.0), (5.0, 0.0), (1e-12, 1e12), (1e12, 1e-12), (0.0, 1e-12)] {
            let law = Amdahl::new(serial, parallel).unwrap();
            for workers in [vec![1], vec![7], vec![1, 1 << 31], vec![1 << 31], vec![2, 3]] {
                for wanted in [1e-9, 0.5, 1.0] {
                    assert!(curves(&law, &workers, wanted, &Origin::fixed()).is_ok());
                }
            }
        }
    }

    #[test]
    fn fits_of_the_login_node_match_the_snapshot() {
        let timings = [(1, 32.0), (2, 15.7), (4, 9.6), (15, 5.9)].map(|(w, time)| Timing::new(w, time).unwrap());
        let fit = Amdahl::fit(&timings).unwrap();
        let places = Fitted::places(&timings);
        let law = |workers: f64| fit.model.time(workers);
        let panel = Fitted::new("Amdahl", &timings, &places, law, |workers| Some(fit.time_band(workers)));
        insta::assert_snapshot!(fits(&[panel], &Origin::fixed()).unwrap());
        let far = Fitted::new("far", &timings, &[1.0, 1e9], |workers| 1e12 / workers, |_| Some((0.0, 1e300)));
        assert!(fits(&[far], &Origin::fixed()).is_ok());
    }
}
