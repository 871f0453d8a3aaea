//! Walks in space; the one place where their layer is chosen.

use super::boundary::{Kind, RegionBoundary};
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::source::WalkerSource;

/// Walks in space; the one place where their layer is chosen. All walkers are sent to `edge` first. The feed is behind a pointer: it
/// is called once in a walk, and kernels for each kind of feed would be many.
pub(crate) fn run(
    kind: Kind,
    edge: RegionBoundary,
    plan: &Plan,
    source: &mut dyn WalkerSource<Boundary = RegionBoundary>,
) {
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { kind, edge, source }),
        (Layer::Interchanged, _) => interchanged::run(kind, edge, source),
        (Layer::Scalar, _) | (Layer::Simd, None) => scalar::run(kind, edge, source),
    }
}
