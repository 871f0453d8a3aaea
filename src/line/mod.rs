//! Walks on the line: distances, barriers, and their exact laws.

mod barriers;
pub(crate) mod boundary;
mod distances;
pub(crate) mod exact;
mod interchanged;
mod layer;
mod nested;
mod scalar;
mod simd;
mod wald;

pub use barriers::{Barriers, FirstExit, first_exit};
pub use distances::{Distances, FirstPassage, Method, exact_moments, first_passage, walk_ceiling};
pub use exact::{ExitMoments, Moments, Survival};
pub(crate) use layer::on_the_line;
pub use wald::Overshoot;
