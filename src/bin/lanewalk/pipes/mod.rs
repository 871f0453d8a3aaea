//! Communicating processes: child processes behind pipes, the messages to them, and the time of a round trip.

pub(crate) mod child;
pub(crate) mod error;
pub(crate) mod exchanges;
mod serve;
pub(crate) mod servers;
pub(crate) mod trips;
