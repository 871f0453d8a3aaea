//! The example list as indivisible tasks: predicted and measured schedules, in several orders.

mod cost;
mod job;
mod result;

pub(crate) use job::{Job, Mode, Variant, example};
pub(crate) use result::{Compared, Load, Schedule, Section, Simulated, Task};
