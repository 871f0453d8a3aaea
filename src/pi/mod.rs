//! Monte Carlo pi: random points in the unit square and a quarter of a disc in it.
//!
//! A point is inside if x^2 + y^2 < 1; the probability is pi / 4.

mod bases;
mod batches;
mod grid;
mod interchanged;
mod layer;
mod problem;
mod refinement;
mod run;
mod scalar;
mod simd;
mod sums;
mod tally;
mod wide_sum;

pub use batches::{BatchSummary, Batches, estimate_pi_batches};
pub use problem::{Pi, PiMethod};
pub use run::{estimate_pi, pi_ceiling};
pub use tally::PiTally;
