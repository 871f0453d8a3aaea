//! Walks in space: the one place where their layer is chosen.

use super::boundary::{RegionBoundary, WalkKind};
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::source::WalkerSource;

/// Walks all walkers of `source`, which are all sent to `boundary` first, on the layer of `plan`. The source is behind
/// a pointer: it is called once in a walk, and a copy of the kernels for each kind of source would be large.
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
