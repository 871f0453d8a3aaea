//! The counted times of one problem, with the exact distribution.

use lanewalk::{Distribution, TimeDistribution};

/// The counted times of one problem, with the exact distribution if it is known.
pub(super) struct Counts<'a> {
    pub(super) times: &'a TimeDistribution,
    pub(super) samples: u64,
    pub(super) exact: Option<&'a dyn Distribution>,
    pub(super) horizon: Option<u64>,
    /// The approximate mean number of steps of a walk, which follows from the problem.
    pub(super) steps_each: f64,
}

/// The range of times of tables and plots if no exact distribution is known, in mean numbers of steps.
const RANGE: [f64; 2] = [0.05, 6.0];

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

    /// The last time of plots and tables: the horizon, or a time that few walks exceed. Like all times that rows and
    /// bins depend on, it follows from the problem alone. Times that follow from the sample would bias the z-scores.
    pub(super) fn last(&self) -> u64 {
        let rare = match self.exact {
            Some(exact) => exact.quantile(0.995),
            None => Some((RANGE[1] * self.steps_each).ceil() as u64),
        };
        let horizon = self.horizon.unwrap_or(u64::MAX);
        rare.unwrap_or(horizon).clamp(1, horizon)
    }

    /// A time that few walks are shorter than.
    pub(super) fn first(&self) -> u64 {
        let early = match self.exact {
            Some(exact) => exact.quantile(0.001),
            None => Some((RANGE[0] * self.steps_each).floor() as u64),
        };
        early.unwrap_or(1).clamp(1, self.last())
    }

    /// Whether the times cover so many orders of magnitude that they need a logarithmic axis.
    pub(super) fn is_heavy(&self) -> bool {
        let last = self.last();
        let half = match self.exact {
            // Half of the walks that end by then.
            Some(exact) => exact.quantile(exact.cdf(last) / 2.0).unwrap_or(last),
            // Only times of return have no exact distribution and no end.
            None if self.horizon.is_some_and(|horizon| last == horizon) => 1,
            None => last,
        };
        last > 30 * half
    }

    /// Whether all times are even, as for returns on the lattice.
    pub(super) fn is_even(&self) -> bool {
        self.exact.is_some_and(|exact| [1, 3, 5].iter().all(|odd| exact.pmf(*odd) <= 0.0) && exact.pmf(2) > 0.0)
    }
}
