//! The distribution of T, beside the exact one: quantiles, a histogram, the survival.

mod counts;
mod histogram;
mod picture;
mod quantiles;
mod single;
mod survival;

use std::path::PathBuf;

use clap::Args;
use lanewalk::{Problem, TimeDistribution};
use serde::Serialize;

use super::failure::Failure;
use super::flags::refuse;
use super::number::{self, Quantiles};
use crate::report::svg;
use counts::Counts;
use histogram::Histogram;
use quantiles::Quantile;
pub(super) use single::Single;
use survival::Survival;

/// What else is asked of walks than their mean.
#[derive(Args)]
#[command(next_help_heading = "Distribution of one problem's T")]
pub(super) struct DistributionArgs {
    /// Histogram of T in about that many bins, with a chi-squared test [default: 30 bins]
    #[arg(long, value_name = "BINS", num_args = 0..=1, default_missing_value = "30", value_parser = number::bins)]
    histogram: Option<usize>,

    /// Quantiles of T, such as 0.5,0.9,0.99, each with a 95 % interval
    #[arg(long, value_name = "LIST", value_parser = number::quantiles)]
    quantiles: Option<Quantiles>,

    /// P(T > n) at some n, with a band that holds all of it with the probability 95 %
    #[arg(long)]
    survival: bool,

    /// Write walker, time and end position of every single walker to FILE.csv or FILE.npy
    #[arg(long, value_name = "FILE")]
    pub(super) samples_out: Option<PathBuf>,

    /// Plot into FILE, as SVG: of a list the estimates, of one problem the distribution
    #[arg(long, value_name = "FILE", help_heading = None)]
    pub(super) plot: Option<PathBuf>,
}

impl DistributionArgs {
    /// Refuses what can be asked of one problem only, where there are `count` of them.
    pub(super) fn check(&self, count: usize, what: &str, one: &str) -> Result<(), Failure> {
        let why = format!("requires a single problem, not {count} {what}: give {one}");
        if count == 1 { Ok(()) } else { refuse(&self.of_walks(), why) }
    }

    /// What walks are needed for, and whether it is asked for.
    pub(super) fn of_walks(&self) -> [(&'static str, bool); 4] {
        [
            ("histogram", self.histogram.is_some()),
            ("quantiles", self.quantiles.is_some()),
            ("survival", self.survival),
            ("samples-out", self.samples_out.is_some()),
        ]
    }

    /// Whether times are to be counted, of a single problem: a plot shows its distribution.
    pub(super) fn counts(&self) -> bool {
        self.histogram.is_some() || self.quantiles.is_some() || self.survival || self.plot.is_some()
    }
}

/// The distribution of one problem's T.
#[derive(Serialize)]
pub(super) struct Distribution {
    digest: String,
    /// Whether there is an exact distribution to compare with.
    has_exact: bool,
    quantiles: Vec<Quantile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    histogram: Option<Histogram>,
    #[serde(skip_serializing_if = "Option::is_none")]
    survival: Option<Survival>,
    #[serde(skip)]
    drawn: Option<svg::Distribution>,
}

impl Distribution {
    /// What is asked of the times of one problem's walks.
    pub(super) fn new<P: Problem>(single: &Single<P>, asked: &DistributionArgs, times: &TimeDistribution) -> Self {
        let law = single.walk.survival();
        let counts = Counts { times, samples: times.samples(), law: law.as_ref(), horizon: single.horizon };
        let quantiles = asked.quantiles.as_ref().map_or(&[][..], |list| &list.0);
        let quantiles: Vec<Quantile> = quantiles.iter().map(|q| Quantile::new(&counts, *q)).collect();
        // A plot for which nothing is chosen shows both.
        let both = asked.histogram.is_none() && !asked.survival && quantiles.is_empty();
        let bins = asked.histogram.unwrap_or(histogram::BINS);
        let histogram = (both || asked.histogram.is_some()).then(|| Histogram::new(&counts, bins));
        let survival = (both || asked.survival || !quantiles.is_empty()).then(|| Survival::new(&counts));
        let drawn = asked
            .plot
            .as_ref()
            .map(|_| picture::of(&counts, single.title.clone(), histogram.as_ref(), survival.is_some(), &quantiles));
        Self {
            digest: times.digest(),
            has_exact: law.is_some(),
            quantiles,
            histogram: histogram.filter(|_| asked.histogram.is_some()),
            survival: survival.filter(|_| asked.survival),
            drawn,
        }
    }

    /// The tables, each below an empty line.
    pub(super) fn tables(&self) -> String {
        let mut text = String::new();
        if !self.quantiles.is_empty() {
            text += &quantiles::table(&self.quantiles);
        }
        if let Some(histogram) = &self.histogram {
            text += &histogram.table();
        }
        if let Some(survival) = &self.survival {
            text += &survival.table();
        }
        if !text.is_empty() && !self.has_exact {
            text += "no exact distribution is known\n";
        }
        text
    }

    /// The plot, if there is to be one.
    pub(super) fn plot(&self) -> anyhow::Result<String> {
        self.drawn.as_ref().map_or_else(|| Ok(String::new()), svg::distribution)
    }
}

#[cfg(test)]
mod tests;
