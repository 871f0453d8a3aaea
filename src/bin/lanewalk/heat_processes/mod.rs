//! A rod's sub-domains in processes of their own.

pub(crate) mod coordinator;
mod frame;
pub(crate) mod worker;
mod worker_link;
