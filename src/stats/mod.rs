//! Statistics, once for the library and the program: exact tallies, estimates, digests.

mod digest;
mod estimate;
mod tally;
mod variance;

pub(crate) use digest::Digest;
pub(crate) use estimate::binomial;
pub use estimate::{Estimate, EstimateWithExact};
pub use tally::Tally;
pub(crate) use tally::restricted_mean;
pub(crate) use variance::sample_variance;
