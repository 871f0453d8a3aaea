//! Tasks on a pool of workers: `map`, `imap` and `imap_unordered`, as Python's `multiprocessing.Pool` has them.
//!
//! [`Tasks`] says *what*: the tasks, how many are handed out at a time, in which order. [`Exec`](crate::Exec)
//! says *how*: its threads are the workers. Workers take the next chunk when they fall free, so no worker is idle while
//! a task waits, and [`simulate`] can tell beforehand when all will be done.
//!
//! What comes out never depends on chunk, order or number of workers, as long as a task's result depends on the task
//! alone. A task that panics is reported under its number, and the others finish. An error is a result like any other:
//! let the work return a `Result`.

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
