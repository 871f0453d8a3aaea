//! Statistics for the library and the program: exact tallies, estimates, digests.

mod binomial;
mod checked;
#[cfg(feature = "exact")]
mod chi_squared;
mod digest;
mod distribution;
mod estimate;
#[cfg(feature = "exact")]
mod model_choice;
mod order;
mod tally;
mod variance;

pub(crate) use binomial::share;
pub use binomial::share_z;
pub(crate) use checked::add_checked;
#[cfg(feature = "exact")]
pub use chi_squared::ChiSquared;
pub(crate) use digest::Digest;
pub use distribution::Distribution;
pub(crate) use estimate::if_exact;
pub use estimate::{Estimate, EstimateWithExact};
#[cfg(feature = "exact")]
pub(crate) use model_choice::Scatter;
pub use order::{COVERAGE, MedianInterval, median, median_interval, quantile};
pub(crate) use order::{quantile_rank, quantile_ranks};
pub use tally::Tally;
pub(crate) use tally::restricted_mean;
pub(crate) use variance::sample_variance;
