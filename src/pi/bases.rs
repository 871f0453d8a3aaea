//! The families of streams of the methods for pi.

use crate::stream::{Label, base};

/// The bases of one seed, as a kernel needs them.
#[derive(Clone, Copy)]
pub(super) struct Bases {
    /// The points.
    pub(super) points: u64,
    /// The lower bits of undecided points.
    pub(super) fine: u64,
    /// The second points of the stratified method.
    pub(super) error: u64,
}

impl Bases {
    pub(super) fn new(seed: u64) -> Self {
        Self { points: base(seed, Label::PI), fine: base(seed, Label::FINE), error: base(seed, Label::ERROR) }
    }
}
