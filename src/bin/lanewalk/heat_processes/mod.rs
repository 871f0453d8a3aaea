//! The sub-domains of a rod, each in its own process.

pub(crate) mod coordinator;
mod frame;
pub(crate) mod worker;
mod worker_link;
