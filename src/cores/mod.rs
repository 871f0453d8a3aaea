//! The cores of the machine, pinning of threads to cores, and the thread pools.

mod core_kinds;
#[cfg(test)]
mod fixtures;
pub mod kernel_text;
mod limits;
mod pinning;
#[cfg(feature = "threads")]
mod pool;
mod process;
mod quota;
mod ranges;
mod run;
mod sysfs;
mod topology;
mod workers;

pub(crate) use limits::{MAX_THREADS, available};
pub use pinning::Pin;
pub(crate) use ranges::{Ranges, share};
pub(crate) use run::{is_pinned, is_pool_thread, run, run_numbered};
pub use topology::{LogicalCore, Machine, NumaNode};
pub(crate) use workers::{WorkerPool, receive};
