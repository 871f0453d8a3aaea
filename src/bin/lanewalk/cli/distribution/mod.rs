//! The distribution of T, with the exact one: quantiles, a histogram and the survival function.

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
use super::plot::{self, PlotFile};
use crate::report::{Page, svg};
use counts::Counts;
use histogram::Histogram;
use quantiles::Quantile;
pub(super) use single::Single;
use survival::Survival;

/// The flags of the distribution of T, and of the files for walkers and plots.
#[derive(Args)]
#[command(next_help_heading = "Distribution of one problem's T")]
pub(super) struct DistributionArgs {
    /// Histogram of T in about BINS bins, with a chi-squared test [default: 30 bins]
    #[arg(long, value_name = "BINS", num_args = 0..=1, default_missing_value = "30", value_parser = number::bins)]
    histogram: Option<usize>,

    /// Quantiles of T, such as 0.5,0.9,0.99, each with a 95 % interval where the sample has one
    #[arg(long, value_name = "LIST", value_parser = number::quantiles)]
    quantiles: Option<Quantiles>,

    /// P(T > n) for some n, with a band that contains the whole curve with a probability of 95 %
    #[arg(long)]
    survival: bool,

    /// Write the number, time and end position of every walker to FILE.csv or FILE.npy
    #[arg(long, value_name = "FILE")]
    pub(super) samples_out: Option<PathBuf>,

    /// Write a plot to FILE.svg, FILE.png or FILE.pdf: the estimates of a list, or the distribution of one problem
    #[arg(long, value_name = "FILE", help_heading = None, value_parser = plot::file())]
    pub(super) plot: Option<PlotFile>,
}

impl DistributionArgs {
    /// Refuses flags that require a single problem, if there are `count` problems instead.
    pub(super) fn check(&self, count: usize, what: &str, one: &str) -> Result<(), Failure> {
        let why = format!("requires a single problem, not {count} {what}: give {one}");
        if count == 1 { Ok(()) } else { refuse(&self.of_walks(), why) }
    }

    /// The flags that need sampled walks, and whether they are given.
    pub(super) fn of_walks(&self) -> [(&'static str, bool); 4] {
        [
            ("histogram", self.histogram.is_some()),
            ("quantiles", self.quantiles.is_some()),
            ("survival", self.survival),
            ("samples-out", self.samples_out.is_some()),
        ]
    }

    /// Whether the flags need the counted times of a single problem. A plot shows their distribution.
    pub(super) fn counts(&self) -> bool {
        self.histogram.is_some() || self.quantiles.is_some() || self.survival || self.plot.is_some()
    }
}

/// The distribution of one problem's T.
#[derive(Serialize)]
pub(super) struct Distribution {
    digest: String,
    /// Whether the exact distribution is known.
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
    /// Computes the parts of the distribution that the flags request.
    pub(super) fn new<P: Problem>(
        single: &Single<P>,
        args: &DistributionArgs,
        times: &TimeDistribution,
    ) -> lanewalk::Result<Self> {
        let exact = single.walk.distribution()?;
        let walkers = single.walk.walker_range();
        let steps_each = single.walk.expected_steps() / (walkers.end - walkers.start) as f64;
        let counts = Counts { times, samples: times.samples(), exact, horizon: single.horizon, steps_each };
        let quantiles = args.quantiles.as_ref().map_or(&[][..], |list| &list.0);
        let quantiles: Vec<Quantile> = quantiles.iter().map(|q| Quantile::new(&counts, *q)).collect();
        // A plot without other flags shows both.
        let both = args.histogram.is_none() && !args.survival && quantiles.is_empty();
        let bins = args.histogram.unwrap_or(histogram::BINS);
        let histogram = (both || args.histogram.is_some()).then(|| Histogram::new(&counts, bins));
        let survival = (both || args.survival || !quantiles.is_empty()).then(|| Survival::new(&counts));
        let drawn = args
            .plot
            .as_ref()
            .map(|_| picture::of(&counts, single.title.clone(), histogram.as_ref(), survival.is_some(), &quantiles));
        Ok(Self {
            digest: times.digest(),
            has_exact: exact.is_some(),
            quantiles,
            histogram: histogram.filter(|_| args.histogram.is_some()),
            survival: survival.filter(|_| args.survival),
            drawn,
        })
    }

    /// The tables, with an empty line above each.
    pub(super) fn tables(&self) -> Page {
        let mut page = Page::new();
        if !self.quantiles.is_empty() {
            page = page.append(quantiles::page(&self.quantiles));
        }
        if let Some(histogram) = &self.histogram {
            page = page.append(histogram.page());
        }
        if let Some(survival) = &self.survival {
            page = page.append(survival.page());
        }
        if page.is_empty() {
            return page;
        }
        if !self.has_exact {
            page = page.lines("no exact distribution is known");
        }
        page.blank()
    }

    /// The plot, or an empty text if the flags do not request one.
    pub(super) fn plot(&self) -> anyhow::Result<String> {
        let draw = |found| svg::distribution(found, &svg::Origin::here());
        self.drawn.as_ref().map_or_else(|| Ok(String::new()), draw)
    }
}

#[cfg(test)]
mod tests;
