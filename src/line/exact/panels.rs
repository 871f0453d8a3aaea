//! Panels and Gauss-Legendre nodes for functions that are smooth except at known points.
//!
//! On each panel a function is represented by its interpolant through `NODES` Gauss-Legendre nodes. Integrals over a
//! part of a panel are integrals of the interpolant (Atkinson, "The Numerical Solution of Integral Equations of the
//! Second Kind", 1997, chapter 3).

use gauss_quad::GaussLegendre;

/// The number of nodes in a panel.
pub(crate) const NODES: usize = 14;

/// The minimum width of a panel. Narrower panels occur only between points that are equal up to rounding.
const MIN_WIDTH: f64 = 1e-12;

/// Sorts the points and removes those that would give a panel narrower than `MIN_WIDTH`.
pub(crate) fn ends(points: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut ends: Vec<f64> = points.into_iter().collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup_by(|later, earlier| *later - *earlier < MIN_WIDTH);
    ends
}

/// The panels between consecutive `ends`.
pub(crate) fn between(ends: &[f64]) -> Vec<(f64, f64)> {
    ends.windows(2).map(|ends| (ends[0], ends[1])).collect()
}

/// Gauss-Legendre nodes on \[-1, 1\], and the coefficients that integrate their interpolant over a part of it.
pub(crate) struct Rule {
    pub(crate) nodes: [f64; NODES],
    /// w_j P_k(x_j) / 2 for node j and Legendre polynomial k.
    basis: [[f64; NODES]; NODES],
}

impl Rule {
    pub(crate) fn new() -> Self {
        let rule = GaussLegendre::new(NODES.try_into().expect("`NODES` is positive"));
        let (mut nodes, mut basis) = ([0.0; NODES], [[0.0; NODES]; NODES]);
        for (j, (node, weight)) in rule.as_node_weight_pairs().iter().enumerate() {
            nodes[j] = *node;
            let legendre = legendre(*node);
            for k in 0..NODES {
                basis[j][k] = weight * legendre[k] / 2.0;
            }
        }
        Self { nodes, basis }
    }

    /// The nodes of the panel from `a` to `b`.
    pub(crate) fn points(&self, a: f64, b: f64) -> [f64; NODES] {
        self.nodes.map(|node| f64::midpoint(a, b) + (b - a) / 2.0 * node)
    }

    /// For each node j, the integral of its Lagrange polynomial from `low` to `high`.
    ///
    /// The Lagrange polynomial is the sum over k of (2k+1)/2 w_j P_k(x_j) P_k, and the integral of P_k from -1 to t is
    /// (P_{k+1}(t) - P_{k-1}(t)) / (2k+1), with P_{-1} = -1.
    pub(crate) fn integrals(&self, low: f64, high: f64) -> [f64; NODES] {
        let (at_low, at_high) = (legendre(low), legendre(high));
        let antiderivative = |p: &[f64; NODES + 1], k: usize| p[k + 1] - if k == 0 { -1.0 } else { p[k - 1] };
        let mut parts = [0.0; NODES];
        for k in 0..NODES {
            let part = antiderivative(&at_high, k) - antiderivative(&at_low, k);
            for (sum, basis) in parts.iter_mut().zip(&self.basis) {
                *sum += basis[k] * part;
            }
        }
        parts
    }

    /// The weights of the values at all nodes of the panels that give 1/2 * the integral over \[x-1, x+1\] within the
    /// panels, summed over all x in `centres`.
    pub(crate) fn window(&self, panels: &[(f64, f64)], centres: &[f64]) -> Vec<f64> {
        let mut weights = vec![0.0; panels.len() * NODES];
        for (panel, &(a, b)) in panels.iter().enumerate() {
            for centre in centres {
                let (low, high) = ((centre - 1.0).max(a), (centre + 1.0).min(b));
                if low < high {
                    let local = |u: f64| (2.0 * u - a - b) / (b - a);
                    let partial = self.integrals(local(low), local(high));
                    for (weight, part) in weights[panel * NODES..].iter_mut().zip(partial) {
                        *weight += part * (b - a) / 4.0;
                    }
                }
            }
        }
        weights
    }
}

/// Legendre polynomials P_0 to P_NODES at t, by Bonnet's recursion.
fn legendre(t: f64) -> [f64; NODES + 1] {
    let mut p = [1.0; NODES + 1];
    p[1] = t;
    for k in 1..NODES {
        let n = k as f64;
        p[k + 1] = ((2.0 * n + 1.0) * t * p[k] - n * p[k - 1]) / (n + 1.0);
    }
    p
}
