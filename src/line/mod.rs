//! Walks on the line: distances, barriers, and their exact distributions.

mod barriers;
pub(crate) mod boundary;
mod distances;
#[cfg(feature = "exact")]
pub(crate) mod exact;
mod interchanged;
mod layer;
mod nested;
mod scalar;
mod simd;
mod wald;

pub use barriers::{Barriers, FirstExit, first_exit};
#[cfg(feature = "exact")]
pub use distances::exact_moments;
pub use distances::{Distances, FirstPassage, Method, first_passage, walk_ceiling};
#[cfg(feature = "exact")]
pub use exact::{ExitMoments, Moments, Survival};
pub(crate) use layer::on_the_line;
pub use wald::Overshoot;
