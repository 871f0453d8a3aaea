//! The return into an interval around the start, after the walk has left it.
//!
//! The walk starts in the middle of (-R, R). Let v_n(y) be the probability that a walker outside, at distance y from
//! the interval, has not returned within n steps. Let w_n(x) be the probability that a walker inside, which has not yet
//! left, does not leave and return within n steps. With v_0 = w_0 = 1,
//!
//! ```text
//! w_n = K w_{n-1} + s_n      s_n(x) = 1/2 * integral of v_{n-1}(y) dy over the part of [x-1, x+1] outside
//! ```
//!
//! If the interval has at least the length of the largest step, no step passes over it. Then v_n is the survival above
//! one barrier: see [`super::half_line`]. It is needed for y up to 1 only, where it is smooth.

use super::cells::Cells;
use super::half_line::{MIN_STEPS, Mode, REACH, Start};
use super::panels::{NODES, Rule};
use crate::error::Result;
use crate::memory;
use crate::run_control::RunControl;

/// The maximum number of steps times the number of unit panels of the interval.
const MAX_ITERATION: f64 = 1e6;

/// The number of steps between two polls of the control.
const PIECE: usize = 1 << 10;

/// The ratio of the last to the first step of an integral over the modes.
const RATIO: u64 = 4;

/// P(T > n) for n = 0 to `horizon`, for the interval from -`radius` to `radius`. `None` if the interval is shorter than
/// the largest step, or if the computation takes more than about two seconds.
pub(crate) fn round_trip(radius: f64, horizon: u64, control: &RunControl) -> Result<Option<Vec<f64>>> {
    if radius < 0.5 || (2.0 * radius + 1.0) * horizon as f64 > MAX_ITERATION {
        return Ok(None);
    }
    let mut survival = memory::room("horizon", horizon as usize + 1)?;
    survival.push(1.0);
    let (mut inside, mut outside) = (Cells::new(2.0 * radius, radius), Outside::new());
    for n in 0..horizon {
        if n.is_multiple_of(PIECE as u64) {
            control.check()?;
        }
        outside.advance_to(n);
        inside.set_sources(|distance| outside.integral(1.0 - distance) / 2.0);
        survival.push(inside.step());
    }
    Ok(Some(survival))
}

/// v_n at the nodes of the first unit panel.
struct Outside {
    rule: Rule,
    starts: Vec<Start>,
    /// The values for the first steps, by iteration. The other end of these panels is out of reach.
    cells: Cells,
    /// The modes of each start, for steps below `end`.
    modes: Vec<Vec<Mode>>,
    end: u64,
    values: [f64; NODES],
}

impl Outside {
    fn new() -> Self {
        let rule = Rule::new();
        let starts = rule.points(0.0, 1.0).map(Start::new).into();
        let cells = Cells::new((REACH * (MIN_STEPS as f64).sqrt()).ceil() + 2.0, 0.0);
        Self { rule, starts, cells, modes: Vec::new(), end: MIN_STEPS, values: [1.0; NODES] }
    }

    /// Computes v_n. The first n is 0, and each n is one more than the one before it.
    fn advance_to(&mut self, n: u64) {
        if n < MIN_STEPS {
            self.values = *self.cells.first_panel();
            self.cells.step();
            return;
        }
        if n == self.end {
            self.end = RATIO * n;
            let (first, last) = (n as f64, self.end as f64);
            self.modes = self.starts.iter().map(|start| start.quadrature(first, last).collect()).collect();
        }
        for (value, modes) in self.values.iter_mut().zip(&self.modes) {
            *value = modes.iter().map(|mode| mode.after(n as f64)).sum();
        }
    }

    /// The integral of v_n from 0 to `end`, at most 1.
    fn integral(&self, end: f64) -> f64 {
        let weights = self.rule.integrals(-1.0, 2.0 * end - 1.0);
        self.values.iter().zip(weights).map(|(value, weight)| value * weight / 2.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(T > n) from the densities of walkers inside and outside, on cells of the width 1 / `per_unit`. The walk is
    /// symmetric, so only one side is followed.
    fn by_density(radius: f64, per_unit: usize, steps: usize) -> Vec<f64> {
        let (size, half) = ((2.0 * radius * per_unit as f64).round() as usize, per_unit);
        let beyond = steps.min(40) * per_unit;
        let mut inside = vec![0.0; size];
        let (middle, width) = (size / 2, 1.0 / per_unit as f64);
        let mut outside = vec![0.0; beyond];
        // The first step.
        for cell in middle.saturating_sub(half)..(middle + half).min(size) {
            inside[cell] = 0.5;
        }
        for cell in 0..(middle + half).saturating_sub(size) {
            outside[cell] = 0.5;
        }
        let mut survival = vec![1.0, 1.0];
        for _ in 1..steps {
            // A step from the middle of a cell reaches the cells within `half`, and half of the two at the ends.
            let mean = |values: &[f64], place: isize| -> f64 {
                let value = |at: isize| usize::try_from(at).ok().and_then(|at| values.get(at)).copied().unwrap_or(0.0);
                let (low, high) = (place - half as isize, place + half as isize);
                let within = low.max(-1) + 1..high.min(values.len() as isize);
                let sum: f64 = within.map(value).sum();
                (sum + f64::midpoint(value(low), value(high))) * width / 2.0
            };
            let next_outside: Vec<f64> = (0..beyond as isize)
                .map(|place| mean(&outside, place) + mean(&inside, size as isize + place))
                .collect();
            inside = (0..size as isize).map(|place| mean(&inside, place)).collect();
            outside = next_outside;
            let mass = |values: &[f64]| values.iter().sum::<f64>() * width;
            survival.push(mass(&inside) + 2.0 * mass(&outside));
        }
        survival
    }

    #[test]
    fn densities_on_a_grid_agree() {
        for radius in [0.5, 0.75, 1.5, 2.0, 4.25] {
            let exact = round_trip(radius, 150, &RunControl::new()).unwrap().unwrap();
            let [coarse, fine] = [20, 40].map(|per_unit| by_density(radius, per_unit, 150));
            for n in 0..=150 {
                let grid = (4.0 * fine[n] - coarse[n]) / 3.0;
                assert!((exact[n] - grid).abs() < 2e-5, "{radius} {n}: {} on the grid {grid}", exact[n]);
            }
        }
    }

    #[test]
    fn late_returns_follow_the_square_root() {
        // E[overshoot + k] 2 sqrt(3 / (2 pi n)) is the probability of surviving n steps above one barrier.
        let survival = round_trip(1.0, 40_000, &RunControl::new()).unwrap().unwrap();
        let ratio = survival[40_000] / survival[10_000];
        assert!((ratio - 0.5).abs() < 1e-4, "{ratio}");
        assert!(survival.windows(2).all(|pair| pair[1] <= pair[0] + 1e-15));
    }

    #[test]
    fn first_steps_by_hand() {
        // From 0, a step leaves (-1/2, 1/2) with probability 1/2, to a distance y that is uniform below 1/2. From
        // there, the next step returns with probability (1 - y) / 2, on average 3/8.
        let survival = round_trip(0.5, 2, &RunControl::new()).unwrap().unwrap();
        assert!((survival[1] - 1.0).abs() < 1e-15 && (survival[2] - 0.8125).abs() < 1e-14, "{survival:?}");
        assert!(round_trip(0.4, 2, &RunControl::new()).unwrap().is_none());
        assert!(round_trip(2.0, 1 << 30, &RunControl::new()).unwrap().is_none());
    }
}
