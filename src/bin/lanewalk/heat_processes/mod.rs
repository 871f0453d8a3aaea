//! The sub-domains of a rod, each in its own process.

pub(crate) mod coordinator;
pub(crate) mod frame;
pub(crate) mod worker;
pub(crate) mod worker_link;
