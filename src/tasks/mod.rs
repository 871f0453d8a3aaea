//! Tasks on a pool of workers: `map`, `imap` and `imap_unordered`, as Python's `multiprocessing.Pool` has them.
//!
//! [`Tasks`] says *what*: the tasks, how many are handed out at a time, in which order. [`Exec`] says *how*: its threads are
//! the workers. Workers take the next chunk when they fall free, so no worker is idle while a task waits, and [`simulate`]
//! can tell beforehand when all will be done.
//!
//! What comes out never depends on chunk, order or number of workers, as long as a task's result depends on the task alone.
//! A task that panics is told of under its number, and the others finish. An error is a result like any other: let the work
//! return a `Result`.

mod imap;
mod makespan;
mod order;

use std::any::Any;
use std::hint;
use std::iter::Enumerate;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};
use std::vec;

use crate::cores;
use crate::error::{Error, Result};
use crate::exec::{Exec, Watch};
pub use imap::{Results, imap, imap_unordered};
pub use makespan::{Slot, Timeline, floor, simulate};
pub use order::Order;

/// Tasks, and how they are handed out.
///
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Order, Tasks, map};
///
/// let distances = [10.0_f64, 20.0, 30.0];
/// // The longest first; what comes out is in the order of the list all the same.
/// let tasks = Tasks::arranged(distances, Order::Longest, 1, |y| y * y).chunk(2);
/// let squares = map(tasks, |y| y * y, &Exec::default())?;
/// assert_eq!(squares[0].result, Ok(100.0));
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tasks<I> {
    /// Each task with its number.
    numbered: I,
    chunk: usize,
    /// A finite list, out of its order: the result that is wanted first may be of the task that goes out last, so results that
    /// wait for it are not counted against a window.
    arranged: bool,
}

impl<I: Iterator> Tasks<Enumerate<I>> {
    /// The tasks of an iterator, in its order, numbered from 0. It is asked for a task when a worker is to have one, so it
    /// may be without end for [`imap`] and [`imap_unordered`].
    pub fn new(tasks: impl IntoIterator<IntoIter = I>) -> Self {
        Self { numbered: tasks.into_iter().enumerate(), chunk: 1, arranged: false }
    }
}

impl<T> Tasks<vec::IntoIter<(usize, T)>> {
    /// A list of tasks, handed out in this order of their costs and numbered by their places in the list. `seed` is that of
    /// [`Order::Random`].
    pub fn arranged(tasks: impl IntoIterator<Item = T>, order: Order, seed: u64, cost: impl FnMut(&T) -> f64) -> Self {
        let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
        let costs: Vec<f64> = tasks.iter().flatten().map(cost).collect();
        let take = |place: usize| Some((place, tasks[place].take()?));
        let numbered: Vec<_> = order.arrange(&costs, seed).into_iter().filter_map(take).collect();
        Self { numbered: numbered.into_iter(), chunk: 1, arranged: true }
    }
}

impl<I> Tasks<I> {
    /// So many tasks are handed to a worker at a time. Default: 1. More make handing out cheaper and the end more uneven.
    #[must_use]
    pub fn chunk(mut self, chunk: usize) -> Self {
        self.chunk = chunk;
        self
    }

    fn check(&self) -> Result<()> {
        match self.chunk {
            0 => Err(Error::argument("chunk", 0, "at least 1")),
            _ => Ok(()),
        }
    }
}

/// What became of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done<R> {
    /// The task's number, from 0.
    pub index: usize,
    /// The number of the worker that did it, from 0.
    pub worker: usize,
    /// What the work returned, or that it panicked.
    pub result: std::result::Result<R, Panicked>,
}

/// A task that panicked. The others are not disturbed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task {index} panicked: {message}")]
#[non_exhaustive]
pub struct Panicked {
    /// The task's number, from 0.
    pub index: usize,
    /// What it said.
    pub message: String,
}

impl<R> Done<R> {
    /// Does one task.
    fn by<T>(worker: usize, index: usize, task: T, work: &impl Fn(T) -> R) -> Self {
        // A task that was broken off is dropped and nobody looks at it again; what the work shares with others is its own
        // to keep whole, as with any thread.
        let result = catch_unwind(AssertUnwindSafe(|| work(task)));
        Self { index, worker, result: result.map_err(|panic| Panicked { index, message: message(&*panic) }) }
    }
}

/// One worker's count of tasks, which reaches the watch as often as somebody could look: for tiny tasks a counter that all
/// workers write to would cost more than they do.
struct Progress<'w> {
    watch: &'w Watch,
    tasks: u64,
    /// So many are kept back.
    most: u64,
    since: Instant,
}

impl<'w> Progress<'w> {
    fn new(watch: &'w Watch) -> Self {
        Self { watch, tasks: 0, most: 1, since: Instant::now() }
    }

    fn add(&mut self, tasks: u64) {
        self.tasks += tasks;
        if self.tasks >= self.most {
            self.watch.add(std::mem::take(&mut self.tasks));
            let now = Instant::now();
            self.most = if now.duration_since(self.since) < Duration::from_millis(1) { 2 * self.most } else { 1 };
            self.since = now;
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.watch.add(self.tasks);
    }
}

/// The lock, for which a worker waits longer each time that another has it. Of two who want it for tiny tasks the one that has
/// it then takes some dozens in a row, while their cache line stays where it is: to hand it to and fro takes twice as long.
fn patiently<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    for round in 5..10 {
        match lock.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => (0..1 << round).for_each(|_| hint::spin_loop()),
        }
    }
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a message".to_owned())
}

/// Does all tasks on the threads of `exec` and returns their results in the order of their numbers, when all are done.
///
/// r_i = work(t_i), i = 0, 1, ...
///
/// Deterministic if the work is: only [`Done::worker`] may differ between runs. The watch of `exec` counts tasks.
///
/// Cost beside the work: some tens of nanoseconds a task, less with chunks (`cargo bench --bench tasks`); memory for
/// the results, and for one chunk a worker of an iterator's tasks. Work that calls a kernel best lets it have one thread and no
/// pin, which is the worker itself: to spread it further over threads that have tasks of their own gains nothing.
///
/// # Errors
/// [`Error::Argument`] for a chunk of 0, and as [`Exec::plan`] says; [`Error::Stopped`] if the watch was told to stop.
///
/// # Panics
/// If the iterator of the tasks does. A task that panics is no panic of this function.
///
/// # Example
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Tasks, map};
///
/// let done = map(Tasks::new([4, 0, 2]), |divisor| 8 / divisor, &Exec::default())?;
/// assert_eq!((&done[0].result, &done[2].result), (&Ok(2), &Ok(4)));
/// let panicked = done[1].result.as_ref().unwrap_err();
/// assert_eq!(panicked.to_string(), "task 1 panicked: attempt to divide by zero");
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: the interface is that of `Pool.map`, Python Standard Library, `multiprocessing`.
pub fn map<I, T, R>(tasks: Tasks<I>, work: impl Fn(T) -> R + Sync, exec: &Exec) -> Result<Vec<Done<R>>>
where
    I: Iterator<Item = (usize, T)> + Send,
    R: Send,
{
    tasks.check()?;
    let plan = exec.plan()?;
    let (chunk, left) = (tasks.chunk, Mutex::new(tasks.numbered));
    let shares = cores::run_numbered(&plan, |worker| {
        let (mut hand, mut done) = (Vec::new(), Vec::new());
        let mut progress = Progress::new(&plan.watch);
        while !plan.watch.is_stopped() {
            hand.extend(patiently(&left).by_ref().take(chunk));
            if hand.is_empty() {
                break;
            }
            progress.add(hand.len() as u64);
            done.extend(hand.drain(..).map(|(index, task)| Done::by(worker, index, task, &work)));
        }
        done
    })?;
    if plan.watch.is_stopped() {
        return Err(Error::Stopped);
    }
    let mut shares = shares.into_iter();
    let mut done = shares.next().unwrap_or_default();
    shares.for_each(|share| done.extend(share));
    // Each number is there once, so each swap brings one to its place. Sorting would cost more than all the rest.
    for place in 0..done.len() {
        while done[place].index != place {
            let other = done[place].index;
            done.swap(place, other);
        }
    }
    Ok(done)
}
