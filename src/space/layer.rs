//! The selection of the layer that computes walks in space.

use super::boundary::{RegionBoundary, WalkKind};
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::source::WalkerSource;

/// Walks all walkers of `source` on the layer of `plan`. `boundary` is the first target of every walker. The source is
/// a trait object, because it is called only once per walk and a copy of the kernels for each type of source would be
/// large.
pub(crate) fn run(
    kind: WalkKind,
    boundary: RegionBoundary,
    plan: &Plan,
    source: &mut dyn WalkerSource<Boundary = RegionBoundary>,
) {
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => simd::run(kind, boundary, backend, source),
        (Layer::Interchanged, _) => interchanged::run(kind, boundary, source),
        (Layer::Scalar, _) | (Layer::Simd, None) => scalar::run(kind, boundary, source),
    }
}
