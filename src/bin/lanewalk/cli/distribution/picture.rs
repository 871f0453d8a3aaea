//! The data of a plot of the distribution.

use lanewalk::Distribution;

use super::counts::Counts;
use super::histogram::Histogram;
use super::quantiles::Quantile;
use crate::report::svg;

/// The number of intervals of a curve.
const CURVE: u32 = 240;

/// Bins of fewer steps are narrow, so the plot shows the exact density of each bin.
const MIN_WIDE_BIN: u64 = 16;

pub(super) fn of(
    counts: &Counts,
    title: String,
    histogram: Option<&Histogram>,
    survival: bool,
    quantiles: &[Quantile],
) -> svg::Distribution {
    svg::Distribution {
        title,
        bars: histogram.map(|histogram| bars(counts, histogram)),
        survival: survival.then(|| curve(counts, quantiles)),
    }
}

/// Numbers of steps for a curve up to `last`.
fn places(counts: &Counts, logarithmic: bool, last: u64) -> Vec<u64> {
    let (first, last) = (counts.first() as f64, last as f64);
    let place = |part: f64| if logarithmic { first * (last / first).powf(part) } else { last * part };
    let mut places: Vec<u64> = (0..=CURVE).map(|k| place(f64::from(k) / f64::from(CURVE)).round() as u64).collect();
    places.dedup();
    places
}

/// The share of the walks in each bin, divided by the width of the bin.
fn bars(counts: &Counts, histogram: &Histogram) -> svg::Bars {
    let n = counts.samples as f64;
    let boxes: Vec<_> = histogram
        .bins()
        .iter()
        .filter_map(|bin| {
            let (from, to) = (bin.from as f64 - 0.5, bin.to? as f64 + 0.5);
            Some((from, to, bin.walks as f64 / n / (to - from)))
        })
        .collect();
    let exact = exact(counts, histogram);
    svg::Bars { logarithmic: histogram.logarithmic, boxes, exact }
}

/// The exact density: the mean over each bin if the bins are narrow or logarithmic, otherwise a curve with more points
/// than there are bins.
fn exact(counts: &Counts, histogram: &Histogram) -> Vec<(f64, f64)> {
    let share = |before: u64, to: u64| Some((counts.after(before)? - counts.after(to)?) / (to - before) as f64);
    let ranges = histogram.bins().iter().filter_map(|bin| Some((bin.from, bin.to?)));
    let Some(last) = ranges.clone().map(|range| range.1).max() else { return Vec::new() };
    if histogram.logarithmic || ranges.clone().any(|(from, to)| to - from < MIN_WIDE_BIN) {
        let middle = |from: u64, to: u64| {
            let (from, to) = (from as f64 - 0.5, to as f64 + 0.5);
            if histogram.logarithmic { (from * to).sqrt() } else { from.midpoint(to) }
        };
        return ranges.filter_map(|(from, to)| Some((middle(from, to), share(from - 1, to)?))).collect();
    }
    let places = places(counts, false, last);
    let between = |two: &[u64]| Some((two[0].midpoint(two[1]) as f64 + 0.5, share(two[0], two[1])?));
    places.windows(2).filter_map(between).collect()
}

fn curve(counts: &Counts, quantiles: &[Quantile]) -> svg::Survival {
    let logarithmic = counts.is_heavy();
    let last = counts.last();
    // Without a horizon, the curve extends into the tail.
    let longest = counts.times.iter().last().map_or(last, |(time, _)| time);
    let last =
        if counts.times.censored() > 0 { last } else { counts.times.quantile(0.9995).unwrap_or(longest).max(last) };
    let places = places(counts, logarithmic, last);
    let mut counted = counts.times.iter().peekable();
    let mut left = counts.samples;
    let mut steps = Vec::new();
    for &place in &places {
        while let Some((_, walks)) = counted.next_if(|(time, _)| *time <= place) {
            left -= walks;
        }
        steps.push((place as f64, left as f64 / counts.samples as f64));
    }
    let exact = places.iter().filter_map(|place| Some((*place as f64, counts.after(*place)?)));
    let quantiles = quantiles.iter().filter_map(|row| Some((row.time? as f64, 1.0 - row.q)));
    svg::Survival {
        logarithmic,
        band: counts.times.band(0.95),
        exact: exact.collect(),
        quantiles: quantiles.collect(),
        steps,
    }
}
