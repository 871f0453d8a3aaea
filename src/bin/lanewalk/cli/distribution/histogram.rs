//! A histogram of T, with a chi-squared test.

use lanewalk::internal::{ChiSquared, share_z};
use serde::Serialize;

use super::counts::Counts;
use crate::cli::significance;
use crate::report::{Page, Table, dash, signed, significant};

/// The note about bins without z.
const RARE: &str = "bins have no z if n p (1 - p) is below 10 for their exact probability p\n";

/// The default number of bins.
pub(super) const BINS: usize = 30;

#[derive(Serialize)]
pub(super) struct Histogram {
    /// Whether the bins have equal widths on a logarithmic axis.
    pub(super) logarithmic: bool,
    chi_squared: Option<f64>,
    degrees_of_freedom: Option<usize>,
    p_value: Option<f64>,
    bins: Vec<Bin>,
}

#[derive(Serialize)]
pub(super) struct Bin {
    pub(super) from: u64,
    /// The last number of steps in the bin; `None` for the last bin, which has no end and contains the censored walks.
    pub(super) to: Option<u64>,
    pub(super) walks: u64,
    expected: Option<f64>,
    z: Option<f64>,
}

impl Histogram {
    pub(super) fn new(counts: &Counts, bins: usize) -> Self {
        let logarithmic = counts.is_heavy();
        let ends = ends(counts, bins, logarithmic);
        let mut found: Vec<u64> = vec![0; ends.len() + 1];
        for (time, walks) in counts.times.iter() {
            found[ends.partition_point(|end| *end < time)] += walks;
        }
        found[ends.len()] += counts.times.censored();
        let starts = std::iter::once(1).chain(ends.iter().map(|end| end + 1));
        let limits = ends.iter().copied().map(Some).chain([None]);
        let bins: Vec<Bin> =
            starts.zip(limits).zip(found).map(|((from, to), walks)| Bin::new(counts, from, to, walks)).collect();
        let classes: Option<Vec<_>> = bins.iter().map(|bin| Some((bin.walks as f64, bin.expected?))).collect();
        let test = classes.and_then(ChiSquared::of);
        let (chi_squared, p_value) = (test.map(|test| test.value), test.map(|test| test.p_value));
        let degrees_of_freedom = test.map(|test| test.degrees_of_freedom);
        Self { logarithmic, chi_squared, degrees_of_freedom, p_value, bins }
    }

    pub(super) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    pub(super) fn page(&self) -> Page {
        let mut table = Table::new(["from", "to", "walks", "expected", "z", ""], &[""]);
        let share = |bin: &Bin| bin.walks as f64 / bin.to.map_or(1.0, |to| (to - bin.from + 1) as f64);
        let height = |bin: &Bin| if self.logarithmic { bin.walks as f64 } else { share(bin) };
        let highest = self.bins.iter().filter(|bin| bin.to.is_some()).map(height).fold(0.0, f64::max);
        for bin in &self.bins {
            let length = if bin.to.is_some() && highest > 0.0 { height(bin) / highest } else { 0.0 };
            table.row([
                bin.from.to_string(),
                bin.to.map_or_else(|| "...".to_owned(), |to| to.to_string()),
                bin.walks.to_string(),
                dash(bin.expected, |expected| significant(expected, 6)),
                dash(bin.z, signed),
                "█".repeat((24.0 * length).round() as usize),
            ]);
        }
        let test = match (self.chi_squared, self.degrees_of_freedom) {
            (Some(value), Some(degrees)) => {
                let p = dash(self.p_value, |p| significant(p, 3));
                let value = significant(value, 4);
                format!("chi-squared {value} with {degrees} degrees of freedom: p = {p}\n")
            }
            _ => String::new(),
        };
        let scores = self.bins.iter().filter(|bin| bin.z.is_some()).count();
        let rare = if self.bins.iter().any(|bin| bin.expected.is_some() && bin.z.is_none()) { RARE } else { "" };
        Page::new().blank().table(table).lines(significance::expected(scores)).lines(rare).lines(test)
    }
}

impl Bin {
    fn new(counts: &Counts, from: u64, to: Option<u64>, walks: u64) -> Self {
        let chance = counts
            .after(from - 1)
            .and_then(|before| Some((before - to.map_or(Some(0.0), |to| counts.after(to))?).max(0.0)));
        Self {
            from,
            to,
            walks,
            expected: chance.map(|chance| chance * counts.samples as f64),
            z: chance.and_then(|chance| share_z(walks, counts.samples, chance)),
        }
    }
}

/// The last number of steps of each bin, except the last bin, which has no end.
fn ends(counts: &Counts, bins: usize, logarithmic: bool) -> Vec<u64> {
    let (first, last) = (counts.first(), counts.last());
    // If all times are even, bins of odd width would contain alternately more and fewer.
    let unit = if counts.is_even() { 2 } else { 1 };
    let mut ends: Vec<u64> = if logarithmic {
        let ratio = last as f64 / first as f64;
        let end = |bin: usize| first as f64 * ratio.powf(bin as f64 / bins as f64);
        (0..=bins).map(|bin| (end(bin) / unit as f64).round() as u64 * unit).collect()
    } else {
        let width = last.div_ceil(bins as u64).div_ceil(unit) * unit;
        (1..=last.div_ceil(width)).map(|bin| bin * width).collect()
    };
    if let Some(horizon) = counts.horizon {
        for end in &mut ends {
            *end = (*end).min(horizon);
        }
    }
    ends.dedup();
    ends.retain(|end| *end > 0);
    ends
}
