//! Walks on the lattice; the one place where their layer is chosen.

use super::recheck::ExactRecheck;
use super::steps::Packing;
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::source::WalkerSource;

/// Walks all that the feed has until back at the origin; the one place where the layer is chosen. All walkers are of one seed.
pub(crate) fn run(dimensions: usize, plan: &Plan, source: &mut dyn WalkerSource<Boundary = ()>) {
    if plan.layer == Layer::Scalar {
        return scalar::run(dimensions, source);
    }
    let mut certain = ExactRecheck { source, dimensions, sure: Packing::new(dimensions).sure(), base: 0 };
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { dimensions, source: &mut certain }),
        _ => interchanged::run(dimensions, &mut certain),
    }
}
