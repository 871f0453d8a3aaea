//! lanewalk
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod cores;
mod error;
mod exec;
mod lanes;
mod stream;
mod tally;
mod walk;

pub use cores::Machine;
pub use error::{Error, Result};
pub use exec::{Exec, ISA_VARIABLE, Isa, Layer, Plan, Watch};
pub use stream::stream;
pub use tally::Tally;
pub use walk::{Crossing, Estimate, Method, Moments, Overshoot, Walk, ceiling, exact_moments, first_crossing, first_crossing_each};
