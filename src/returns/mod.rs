//! Walks that return: after how many steps, and with which probability?
//!
//! A continuous walk never hits its origin again, so a return has three kinds. Each uses a kernel of another folder: a
//! change of sign is a walk on the line, sent to 0 from where its first step led; a return to a ball is a walk in
//! space, sent out and back; a return on the lattice is a walk on the lattice.

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
