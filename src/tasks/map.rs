//! All results at once.

use std::hint;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::done::Done;
use super::list::Tasks;
use crate::clock::Stopwatch;
use crate::cores;
use crate::error::Result;
use crate::exec::Exec;
use crate::memory;
use crate::run_control::RunControl;

/// One worker's count of tasks. It reaches the run control often enough for a progress bar. For tiny tasks, a counter
/// that all workers write to would cost more than the tasks.
pub(super) struct Progress<'w> {
    control: &'w RunControl,
    tasks: u64,
    /// The number of tasks to hold back before the next report.
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

/// Locks with an exponentially growing wait. With tiny tasks, the worker that holds the lock then takes it dozens of
/// times in a row, and the cache line stays with its core. Without the wait the lock alternates between workers, which
/// takes twice as long.
fn lock_with_backoff<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    for round in 5..10 {
        match lock.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => (0..1 << round).for_each(|_| hint::spin_loop()),
        }
    }
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs all tasks on the threads of `exec` and returns their results in the order of their numbers, when all are done.
///
/// r_i = work(t_i), i = 0, 1, ...
///
/// Deterministic if the work is: only [`Done::worker`] may differ between runs. The control of `exec` counts tasks.
///
/// Cost beside the work: tens of nanoseconds a task, less with chunks (`cargo bench --bench tasks`); memory for the
/// results, and for one chunk of an iterator's tasks a worker. Work that calls a kernel runs it on the worker's own
/// thread alone, for every `Exec`: the other threads run other tasks.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a chunk of 0, and under the conditions of [`Exec::plan`];
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory) if the results do not fit, beforehand if the number of tasks is
/// known; [`Error::Stopped`](crate::Error::Stopped) if the run was stopped.
///
/// # Panics
/// If the iterator of the tasks panics. A panic in a task is reported as its result.
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
    let known = if known.1 == Some(known.0) { known.0 } else { 0 };
    memory::check("tasks", known, size_of::<Done<R>>() as u128 * known as u128)?;
    plan.control.begin(known as f64);
    let (chunk, left) = (tasks.chunk, Mutex::new(tasks.numbered));
    let shares = cores::run_numbered(plan.threads, plan.pin, &plan.control, |worker| {
        let (mut hand, mut done) = (Vec::new(), Vec::new());
        let mut progress = Progress::new(&plan.control);
        while !plan.control.is_stopped() {
            hand.extend(lock_with_backoff(&left).by_ref().take(chunk));
            if hand.is_empty() {
                break;
            }
            progress.add(hand.len() as u64);
            memory::grow("tasks", &mut done, hand.len())?;
            done.extend(hand.drain(..).map(|(index, task)| Done::by(worker, index, task, &work)));
        }
        Ok(done)
    })?;
    plan.control.check()?;
    let mut done = Vec::new();
    for share in shares {
        let share = share?;
        memory::grow("tasks", &mut done, share.len())?;
        done.extend(share);
    }
    // Each number occurs once, so each swap moves one result to its place. Sorting would take longer than everything
    // else.
    for place in 0..done.len() {
        while done[place].index != place {
            let other = done[place].index;
            done.swap(place, other);
        }
    }
    Ok(done)
}
