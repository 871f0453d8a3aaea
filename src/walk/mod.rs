//! The engine of all walkers: problems, sources of walkers, refill, records and their merging.
//!
//! A walker moves by U[-1, 1) in each step, in each coordinate. Its time T is the number of steps until it first
//! crosses its boundary, the crossing step included.

mod distribution;
mod one_pass;
mod problem;
pub(crate) mod record;
pub(crate) mod refill;
mod run;
pub(crate) mod solved;
pub(crate) mod source;

pub use distribution::{TimeDistribution, check_times_memory, time_distribution};
pub use one_pass::{OnePass, WalkerBlock, walk_in_blocks, walk_once};
pub(crate) use problem::ProblemKernel;
pub use problem::{Problem, Walk};
pub use run::walk_each;
pub(crate) use run::{endless, records, records_by};
pub use source::{CENSORED, NOT_DONE};
