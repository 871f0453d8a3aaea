//! The simple random walk on the lattice of D dimensions. Each step moves one coordinate, chosen at random, up or down
//! by 1. The kernels compute the number of steps after which a walker returns to the origin.
//!
//! A step needs log2(2 D) random bits, and the kernels use only a few more: a draw of 64 bits gives 64 steps in one
//! dimension and 20 in three.

#[cfg(feature = "exact")]
pub(crate) mod central;
#[cfg(feature = "exact")]
pub(crate) mod exact;
mod interchanged;
mod layer;
mod recheck;
mod scalar;
mod simd;
pub(crate) mod steps;
#[cfg(feature = "exact")]
mod tail;

pub(crate) use layer::run;
#[cfg(feature = "exact")]
pub(crate) use steps::DIMENSIONS;
pub(crate) use steps::{Digits, MAX_DIMENSIONS};
