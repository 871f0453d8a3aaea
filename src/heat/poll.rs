//! Questions within a step of a long rod.

/// Whether to go on: asked within a step of a long rod, so that a stop takes effect within milliseconds.
pub(super) type GoOn<'a> = &'a dyn Fn() -> bool;

/// Points between two such questions.
pub(super) const PIECE: usize = 1 << 16;
