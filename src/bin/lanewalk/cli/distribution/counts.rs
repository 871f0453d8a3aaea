//! What was counted of one problem, and what it is judged by.

use lanewalk::{SurvivalFunction, TimeDistribution};

/// What was counted, and what it is judged by.
pub(super) struct Counts<'a> {
    pub(super) times: &'a TimeDistribution,
    pub(super) samples: u64,
    pub(super) law: Option<&'a SurvivalFunction>,
    pub(super) horizon: Option<u64>,
}

impl Counts<'_> {
    /// The exact P(T > `steps`); none beyond the horizon, where nothing was walked.
    pub(super) fn after(&self, steps: u64) -> Option<f64> {
        let within = self.horizon.is_none_or(|horizon| steps <= horizon);
        self.law.filter(|_| within).map(|law| law(steps))
    }

    /// The least number of steps with P(T <= steps) >= `q`.
    pub(super) fn exact_quantile(&self, q: f64) -> Option<u64> {
        let reached = |steps: u64| self.after(steps).is_some_and(|after| after <= 1.0 - q);
        let limit = self.horizon.unwrap_or(1 << 62);
        let mut high = 1_u64;
        while !reached(high) {
            if high >= limit {
                return None;
            }
            high = high.saturating_mul(2).min(limit);
        }
        let mut low = 0;
        while high - low > 1 {
            let middle = low.midpoint(high);
            if reached(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// Where the plots and tables end: at the horizon, or where few walks are left.
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

    /// Whether times are of that many magnitudes that only a logarithmic axis shows them all.
    pub(super) fn is_heavy(&self) -> bool {
        let ended = self.samples - self.times.censored();
        let median = self.times.ranked(ended.div_ceil(2)).unwrap_or(1);
        self.last() > 30 * median
    }
}
