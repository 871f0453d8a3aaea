//! The example list as indivisible tasks: predicted and measured schedules, in several orders.

mod cost;
mod job;
mod result;

pub(crate) use job::{Job, Mode, Variant, example};
#[cfg(test)]
pub(crate) use result::Load;
pub(crate) use result::{Compared, Schedule, Section, Simulated, Task};
