//! Exact and asymptotic laws of walks in space.

pub(crate) mod asymptotic;
pub(crate) mod cube;
