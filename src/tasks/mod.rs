//! Tasks on a pool of workers: `map`, `imap` and `imap_unordered`, as Python's `multiprocessing.Pool` has them.
//!
//! [`Tasks`] says *what*: the tasks, their chunks and their order. [`Exec`](crate::Exec) says *how*: its threads are
//! the workers. Free workers take the next chunk, so no worker is idle while a task waits, and [`simulate`] predicts
//! the end of all tasks.
//!
//! Results never depend on chunk, order or number of workers, as long as each task's result depends on the task alone.
//! A task that panics is reported under its number, and the others finish. An error is a result like any other: the
//! work can return a `Result`.

mod done;
mod imap;
mod list;
mod makespan;
mod map;
mod order;

pub use done::{Done, Panicked};
pub use imap::{Results, imap, imap_unordered};
pub use list::Tasks;
pub use makespan::{Slot, Timeline, floor, simulate};
pub use map::map;
pub use order::Order;
