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
mod scalar;
mod simd;
mod wald;

pub use barriers::Barriers;
pub use ceiling::walk_ceiling;
#[cfg(feature = "exact")]
pub use distances::exact_moments;
pub use distances::{Distances, FirstPassage, Method, first_passage};
#[cfg(feature = "exact")]
pub use exact::{ExitMoments, LineDistribution, Moments};
pub use exit::{FirstExit, first_exit};
pub(crate) use layer::on_the_line;
pub use wald::Overshoot;
