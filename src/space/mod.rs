//! Walks in space: the first exit from a ball or a cube, in 1 to 16 dimensions, and the return to a ball.
//!
//! The coordinates of a step are independent, each U[-1, 1).

pub(crate) mod boundary;
mod candidates;
mod ceiling;
#[cfg(feature = "exact")]
mod exact;
mod exit;
mod interchanged;
mod layer;
mod region;
mod scalar;
mod simd;

pub use ceiling::region_ceiling;
#[cfg(feature = "exact")]
pub use exact::RegionDistribution;
pub use exit::{Excess, RegionExit, region_exit};
pub(crate) use layer::run;
pub use region::{Region, Shape};
