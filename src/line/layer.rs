//! The selection of the layer that computes walks on the line.

use super::boundary::Bounds;
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};
use crate::walk::refill;
use crate::walk::source::WalkerSource;

/// Walks all walkers of `source` on the layer of `plan`.
pub(crate) fn on_the_line<F: WalkerSource<Boundary = Bounds> + ?Sized>(every_step: bool, plan: &Plan, source: &mut F) {
    match (plan.layer, plan.backend()) {
        (Layer::Simd, Some(backend)) => backend.run(simd::Simd { source, every_step }),
        (Layer::Interchanged, _) => refill::run(interchanged::Line, source),
        (Layer::Scalar, _) | (Layer::Simd, None) => scalar::run(source),
    }
}
