//! Communicating processes: child processes with pipes, the messages to them, and the times of round trips.

pub(crate) mod child;
pub(crate) mod error;
pub(crate) mod exchanges;
pub(crate) mod serve;
pub(crate) mod servers;
pub(crate) mod trips;
