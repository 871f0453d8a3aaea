//! The simple random walk on the lattice of D dimensions: each step moves one coordinate, chosen at random, by 1 up or
//! down. After how many steps is the walker back at the origin?
//!
//! A step needs the logarithm of 2 D in random bits and uses hardly more: a draw of 64 bits gives 64 steps in one
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

pub(crate) use layer::run;
#[cfg(feature = "exact")]
pub(crate) use steps::DIMENSIONS;
pub(crate) use steps::{Digits, MAX_DIMENSIONS};
