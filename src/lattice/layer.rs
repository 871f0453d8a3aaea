//! Lattice walks on the layer of a plan. The layer is selected only here.

use super::recheck::ExactRecheck;
use super::steps::Packing;
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::source::WalkerSource;

/// Walks all walkers of `source` until they return to the origin, on the layer of `plan`. All walkers have the same
/// seed.
pub(crate) fn run(dimensions: usize, plan: &Plan, source: &mut dyn WalkerSource<Boundary = ()>) {
    if plan.layer == Layer::Scalar {
        return scalar::run(dimensions, source);
    }
    let mut recheck = ExactRecheck { source, dimensions, safe_steps: Packing::new(dimensions).safe_steps(), base: 0 };
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { dimensions, source: &mut recheck }),
        _ => interchanged::run(dimensions, &mut recheck),
    }
}
