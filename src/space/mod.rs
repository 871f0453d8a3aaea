//! Walks in space: the first exit from a ball or a cube, in 1 to 16 dimensions, and the walk that returns to a ball.
//!
//! Each coordinate of a step is U[-1, 1) by itself.

pub(crate) mod boundary;
mod exact;
mod interchanged;
mod layer;
mod region;
mod scalar;
mod simd;

pub(crate) use layer::run;
pub use region::{Excess, Region, RegionExit, Shape, region_ceiling, region_exit};
