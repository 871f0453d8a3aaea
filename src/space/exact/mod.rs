//! Exact and asymptotic moments of walks in space.

pub(crate) mod asymptotic;
pub(crate) mod cube;
mod distribution;

pub use distribution::RegionDistribution;
