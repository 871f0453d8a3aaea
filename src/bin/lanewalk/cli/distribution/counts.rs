//! The counted times of one problem, with the exact distribution.

use lanewalk::{Distribution, TimeDistribution};

/// The counted times of one problem, with the exact distribution if it is known.
pub(super) struct Counts<'a> {
    pub(super) times: &'a TimeDistribution,
    pub(super) samples: u64,
    pub(super) exact: Option<&'a dyn Distribution>,
    pub(super) horizon: Option<u64>,
}

impl Counts<'_> {
    /// The exact P(T > `steps`); `None` beyond the horizon, since no walk is longer.
    pub(super) fn after(&self, steps: u64) -> Option<f64> {
        let within = self.horizon.is_none_or(|horizon| steps <= horizon);
        self.exact.filter(|_| within).map(|exact| exact.sf(steps))
    }

    /// The smallest number of steps with P(T <= steps) >= `q`.
    pub(super) fn exact_quantile(&self, q: f64) -> Option<u64> {
        self.exact?.quantile(q).filter(|steps| self.horizon.is_none_or(|horizon| *steps <= horizon))
    }

    /// The last time of plots and tables: the horizon, or a time that few walks exceed.
    pub(super) fn last(&self) -> u64 {
        let longest = self.times.iter().last().map_or(1, |(time, _)| time);
        match self.horizon {
            Some(horizon) if self.times.censored() > 0 => horizon,
            _ => self.times.quantile(0.995).unwrap_or(longest),
        }
    }

    /// The shortest time.
    pub(super) fn first(&self) -> u64 {
        self.times.iter().next().map_or(1, |(time, _)| time)
    }

    /// Whether the times cover so many orders of magnitude that they need a logarithmic axis.
    pub(super) fn is_heavy(&self) -> bool {
        let ended = self.samples - self.times.censored();
        let median = self.times.ranked(ended.div_ceil(2)).unwrap_or(1);
        self.last() > 30 * median
    }
}
