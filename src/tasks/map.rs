//! All results at once.

use std::hint;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::done::Done;
use super::list::Tasks;
use crate::clock::Stopwatch;
use crate::cores;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::run_control::RunControl;

/// One worker's count of tasks, which reaches the run control often enough for a progress bar: for tiny tasks a counter
/// that all workers write to would cost more than they do.
pub(super) struct Progress<'w> {
    control: &'w RunControl,
    tasks: u64,
    /// That many are kept back.
    most: u64,
    since: Stopwatch,
}

impl<'w> Progress<'w> {
    pub(super) fn new(control: &'w RunControl) -> Self {
        Self { control, tasks: 0, most: 1, since: Stopwatch::start() }
    }

    pub(super) fn add(&mut self, tasks: u64) {
        self.tasks += tasks;
        if self.tasks >= self.most {
            self.control.add(std::mem::take(&mut self.tasks));
            self.most = if self.since.elapsed() < Duration::from_millis(1) { 2 * self.most } else { 1 };
            self.since = Stopwatch::start();
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.control.add(self.tasks);
    }
}

/// The lock, for which a worker waits longer each time that another has it. Of two who want it for tiny tasks the one
/// that has it then takes some dozens in a row, while their cache line stays where it is: to hand it to and fro takes
/// twice as long.
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

/// Does all tasks on the threads of `exec` and returns their results in the order of their numbers, when all are done.
///
/// r_i = work(t_i), i = 0, 1, ...
///
/// Deterministic if the work is: only [`Done::worker`] may differ between runs. The control of `exec` counts tasks.
///
/// Cost beside the work: some tens of nanoseconds a task, less with chunks (`cargo bench --bench tasks`); memory for
/// the results, and for one chunk a worker of an iterator's tasks. Work that calls a kernel runs it on the worker's own
/// thread alone, whatever its `Exec` says: the other threads have tasks of their own.
///
/// # Errors
/// [`Error::Argument`] for a chunk of 0, and as [`Exec::plan`] says; [`Error::Stopped`] if the run was stopped.
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
    let known = tasks.numbered.size_hint();
    plan.control.begin(if known.1 == Some(known.0) { known.0 as f64 } else { 0.0 });
    let (chunk, left) = (tasks.chunk, Mutex::new(tasks.numbered));
    let shares = cores::run_numbered(plan.threads, plan.pin, &plan.control, |worker| {
        let (mut hand, mut done) = (Vec::new(), Vec::new());
        let mut progress = Progress::new(&plan.control);
        while !plan.control.is_stopped() {
            hand.extend(patiently(&left).by_ref().take(chunk));
            if hand.is_empty() {
                break;
            }
            progress.add(hand.len() as u64);
            done.extend(hand.drain(..).map(|(index, task)| Done::by(worker, index, task, &work)));
        }
        done
    })?;
    if plan.control.is_stopped() {
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
