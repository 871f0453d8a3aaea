//! Walks on the line: distances, barriers, and their exact distributions.

mod barriers;
pub(crate) mod boundary;
mod ceiling;
mod distances;
#[cfg(feature = "exact")]
pub(crate) mod exact;
mod exit;
mod interchanged;
mod layer;
mod nested;
mod passage;
mod scalar;
mod simd;
mod wald;

pub use barriers::Barriers;
pub use ceiling::walk_ceiling;
pub use distances::{Distances, Method};
#[cfg(feature = "exact")]
pub use exact::{ExitMoments, LineDistribution, Moments};
pub use exit::{FirstExit, first_exit};
pub(crate) use layer::on_the_line;
#[cfg(feature = "exact")]
pub use passage::exact_moments;
pub use passage::{FirstPassage, first_passage};
pub use wald::Overshoot;
