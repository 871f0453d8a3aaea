//! Polls for a stop within a step of a long rod.

/// Returns whether to go on. It is called within a step of a long rod, so that a stop takes effect within milliseconds.
pub(super) type GoOn<'a> = &'a dyn Fn() -> bool;

/// The number of points between two calls.
pub(super) const PIECE: usize = 1 << 16;
