//! What a plot of the distribution shows.

use super::Counts;
use super::histogram::Histogram;
use super::quantiles::Quantile;
use crate::report::svg;

/// Points of a curve.
const CURVE: u32 = 240;

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

/// The share of the walks in each bin over its width.
fn bars(counts: &Counts, histogram: &Histogram) -> svg::Bars {
    let n = counts.samples as f64;
    let bars: Vec<_> = histogram
        .bins()
        .iter()
        .filter_map(|bin| {
            let (from, to) = (bin.range.0 as f64 - 0.5, bin.range.1? as f64 + 0.5);
            Some((from, to, bin.count as f64 / n / (to - from)))
        })
        .collect();
    // As wide as a bin, but not so wide that the curve loses its shape: about as many steps as lie between two points.
    let last = histogram.bins().iter().filter_map(|bin| bin.range.1).max().unwrap_or(1);
    let places = places(counts, histogram.logarithmic, last);
    let exact = places.windows(3).filter_map(|three| {
        let (low, high) = (three[0], three[2]);
        // Over an even number of steps, for walks that are back after even numbers only.
        let high = high + (high - low) % 2;
        let chance = counts.after(low)? - counts.after(high)?;
        Some((low.midpoint(high) as f64 + 0.5, chance / (high - low) as f64))
    });
    svg::Bars { logarithmic: histogram.logarithmic, bars, exact: exact.collect() }
}

fn curve(counts: &Counts, quantiles: &[Quantile]) -> svg::Survival {
    let logarithmic = counts.is_heavy();
    let last = counts.last();
    // Without a horizon somewhat farther: the tail is what a logarithmic axis is for.
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
    let quantiles = quantiles.iter().filter_map(|row| Some((row.time.as_ref()?.parse().ok()?, 1.0 - row.q)));
    svg::Survival {
        logarithmic,
        band: counts.times.band(0.95),
        exact: exact.collect(),
        quantiles: quantiles.collect(),
        steps,
    }
}
