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
mod possible;
#[cfg(feature = "exact")]
mod restricted;
mod tally;
mod variance;
mod z_score;

pub(crate) use checked::add_checked;
#[cfg(feature = "exact")]
pub use chi_squared::ChiSquared;
pub(crate) use digest::Digest;
pub use distribution::Distribution;
pub use estimate::Estimate;
pub(crate) use estimate::if_exact;
#[cfg(feature = "exact")]
pub(crate) use model_choice::Scatter;
pub use order::{COVERAGE, MedianInterval, median, median_interval, quantile};
pub(crate) use order::{quantile_rank, quantile_ranks};
pub(crate) use possible::sums_exist;
#[cfg(feature = "exact")]
pub(crate) use restricted::{spread_until, spread_within};
pub use tally::Tally;
pub(crate) use tally::restricted;
pub(crate) use variance::sample_variance;
pub(crate) use z_score::Spread;
pub use z_score::{EstimateWithExact, MissingZ, share_z};
