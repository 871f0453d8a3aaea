//! The step operator of the walk between two barriers, applied repeatedly to functions of the start.
//!
//! # The operator on panels
//!
//! Let W = m + r with an integer m and 0 <= r < 1. The functions are smooth between the points j and W - j, so the
//! points j and j + r from the lower barrier are the ends of the panels. Panels of the lengths r and 1 - r alternate
//! (for r = 0 all lengths are 1). So x - 1 and x + 1 have the same relative positions in the panels `stride` before and
//! after as x has in its own panel:
//!
//! ```text
//! K f(x) = 1/2 * (integral of f over the rest of the panel there, the panels between, and the first part of the other)
//! ```
//!
//! One matrix suffices: it contains the integrals from the lower end of a panel to each node. Collocation at
//! Gauss-Legendre nodes is then the Galerkin projection of K: the matrix of the projection is symmetric with the
//! weights of the quadrature, by integration by parts of polynomials that the quadrature integrates exactly. So its
//! norm is below 1, like the norm of K, and steps do not amplify errors.

use super::panels::{self, NODES, Rule};

/// A remainder of the width below this value is a rounding error.
const ROUNDING: f64 = 1e-13;

/// P_x(T > n) or the probability of having left through the lower barrier, at all starts x between two barriers, for
/// consecutive n.
pub(super) struct Cells {
    /// The number of panels from x to x + 1.
    stride: usize,
    /// Half the lengths of the even and of the odd panels.
    halves: [f64; 2],
    /// `parts[j][i]` is the integral of the Lagrange polynomial of node j from -1 to node i.
    parts: [[f64; NODES]; NODES],
    /// The integrals of the Lagrange polynomials from -1 to 1.
    weights: [f64; NODES],
    /// The survival at the nodes of each panel.
    values: Vec<[f64; NODES]>,
    /// The integrals over each panel from its lower end to each node.
    partial: Vec<[f64; NODES]>,
    /// The integrals over each whole panel.
    full: Vec<f64>,
    /// The first panel that one step from the start reaches, and the weights of the panels from there on.
    window: (usize, Vec<[f64; NODES]>),
    /// The distances from the lower barrier, at the nodes of the first two panels and at the start.
    distances: (Vec<[f64; NODES]>, f64),
    /// What each step adds at the nodes of some panels, and at the start.
    sources: (Vec<(usize, [f64; NODES])>, f64),
}

impl Cells {
    /// The survival after 0 steps, for barriers at distance `width` and a start at distance `start` from the lower one.
    pub(super) fn new(width: f64, start: f64) -> Self {
        let rule = Rule::new();
        let (mut cells, mut rest) = (width.floor(), width.fract());
        if rest > 1.0 - ROUNDING {
            (cells, rest) = (cells + 1.0, 0.0);
        }
        let whole = rest < ROUNDING && cells > 0.0;
        let (stride, halves) = if whole { (1, [0.5; 2]) } else { (2, [rest / 2.0, (1.0 - rest) / 2.0]) };
        let ends: Vec<f64> =
            (0..=cells as u32).map(f64::from).flat_map(|j| if whole { vec![j] } else { vec![j, j + rest] }).collect();
        let panels = panels::between(&ends);
        let window = rule.window(&panels, &[start]);
        let window: Vec<[f64; NODES]> =
            window.chunks(NODES).map(|chunk| chunk.try_into().expect("one panel")).collect();
        let reached = |panel: &[f64; NODES]| panel.iter().any(|weight| *weight != 0.0);
        let first = window.iter().position(reached).expect("the start is in a panel");
        let last = window.iter().rposition(reached).expect("the start is in a panel");
        let mut parts = [[0.0; NODES]; NODES];
        for (i, node) in rule.nodes.iter().enumerate() {
            for (j, part) in rule.integrals(-1.0, *node).into_iter().enumerate() {
                parts[j][i] = part;
            }
        }
        Self {
            stride,
            halves,
            parts,
            weights: rule.integrals(-1.0, 1.0),
            values: vec![[1.0; NODES]; panels.len()],
            partial: vec![[0.0; NODES]; panels.len()],
            full: vec![0.0; panels.len()],
            window: (first, window[first..=last].to_vec()),
            distances: (panels.iter().take(2).map(|(low, high)| rule.points(*low, *high)).collect(), start),
            sources: (Vec::new(), 0.0),
        }
    }

    /// Instead of the survival, the probability of having left through the lower barrier within n steps.
    pub(super) fn leaving(width: f64, start: f64) -> Self {
        let mut cells = Self::new(width, start);
        cells.values.fill([0.0; NODES]);
        // From x, a step passes the barrier with the probability (1 - x) / 2.
        let passes = |x: f64| ((1.0 - x) / 2.0).max(0.0);
        let panels = cells.distances.0.iter().enumerate();
        cells.sources = (panels.map(|(panel, nodes)| (panel, nodes.map(passes))).collect(), passes(start));
        cells
    }

    /// From the next step on, each step adds `source` of the distance from each barrier if that is below 1. The start
    /// is in the middle.
    pub(super) fn set_sources(&mut self, source: impl Fn(f64) -> f64) {
        let near = |x: f64| if x < 1.0 { source(x) } else { 0.0 };
        let last = self.values.len() - 1;
        self.sources.0.clear();
        for (panel, nodes) in self.distances.0.iter().enumerate() {
            let values = nodes.map(near);
            let mirrored = std::array::from_fn(|node| values[NODES - 1 - node]);
            self.sources.0.extend([(panel, values), (last - panel, mirrored)]);
        }
        self.sources.1 = 2.0 * near(self.distances.1);
    }

    /// The values at the nodes of the first panel.
    pub(super) fn first_panel(&self) -> &[f64; NODES] {
        &self.values[0]
    }

    /// Advances the values from n to n + 1 and returns that of the start.
    pub(super) fn step(&mut self) -> f64 {
        let (first, weights) = &self.window;
        let products = self.values[*first..].iter().flatten().zip(weights.iter().flatten());
        let at_start = products.map(|(value, weight)| value * weight).sum::<f64>() + self.sources.1;
        for (panel, values) in self.values.iter().enumerate() {
            let half = self.halves[panel % 2];
            let (mut partial, mut full) = ([0.0; NODES], 0.0);
            for (j, value) in values.iter().enumerate() {
                let value = value * half;
                full += self.weights[j] * value;
                for (sum, part) in partial.iter_mut().zip(&self.parts[j]) {
                    *sum += part * value;
                }
            }
            (self.partial[panel], self.full[panel]) = (partial, full);
        }
        let count = self.values.len();
        for (panel, values) in self.values.iter_mut().enumerate() {
            let between = (panel + 1).saturating_sub(self.stride)..(panel + self.stride).min(count);
            let middle: f64 = self.full[between].iter().sum();
            *values = [middle / 2.0; NODES];
            if let Some(before) = panel.checked_sub(self.stride) {
                for (value, partial) in values.iter_mut().zip(&self.partial[before]) {
                    *value += (self.full[before] - partial) / 2.0;
                }
            }
            if let Some(after) = self.partial.get(panel + self.stride) {
                for (value, partial) in values.iter_mut().zip(after) {
                    *value += partial / 2.0;
                }
            }
        }
        for (panel, source) in &self.sources.0 {
            for (value, source) in self.values[*panel].iter_mut().zip(source) {
                *value += source;
            }
        }
        at_start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_sparre_andersen() {
        // The other barrier, at 40, cannot be reached in 39 steps.
        let mut cells = Cells::new(40.0, 0.0);
        let mut expected = 1.0;
        for n in 0..39_u32 {
            expected *= (2.0 * f64::from(n) + 1.0) / (2.0 * f64::from(n) + 2.0);
            let value = cells.step();
            assert!((value - expected).abs() < 1e-14, "{n}: {value} is not {expected}");
        }
    }

    #[test]
    fn first_steps_by_hand() {
        // One step leaves with the probability (1 - 0.4) / 2 below and (1 - 0.9) / 2 above.
        assert!((Cells::new(1.3, 0.4).step() - 0.65).abs() < 1e-15);
        // The survival is geometric if the window covers the whole interval.
        let mut cells = Cells::new(0.8, 0.1);
        for n in 1..20 {
            assert!((cells.step() - 0.4_f64.powi(n)).abs() < 1e-15);
        }
        let mut cells = Cells::new(1e-14, 5e-15);
        assert!((cells.step() / 5e-15 - 1.0).abs() < 1e-14);
    }
}
