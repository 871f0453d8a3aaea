//! Walks that return: the time of the first return, and its probability.
//!
//! A continuous walk never hits its origin again, so there are three kinds of return. Each uses a kernel of another
//! folder. A change of sign is a walk on the line: after the first step its target is 0. A return to a ball is a walk
//! in space, out of the ball and back. A return on the lattice is a walk on the lattice.

#[cfg(feature = "exact")]
mod distribution;
mod kind;
mod problem;
#[cfg(feature = "exact")]
mod sign;

#[cfg(feature = "exact")]
pub use distribution::ReturnDistribution;
pub use kind::ReturnKind;
pub use problem::{FirstReturn, Returning, first_return, lattice_ceiling};
