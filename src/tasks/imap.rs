//! Results one by one, while tasks still run.
//!
//! No worker waits for another one; only the caller waits for results. The caller's own `next` takes tasks from the
//! iterator and sends them to the workers, as many chunks as the window holds. A worker sends its results through a
//! channel. So the iterator needs no lock and never supplies more than the window. If the caller stops calling `next`,
//! the supply stops, and no thread is blocked.

use std::collections::{BTreeMap, VecDeque};
use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use super::done::Done;
use super::list::Tasks;
use crate::cores::{WorkerPool, receive};
use crate::error::Result;
use crate::exec::Exec;
use crate::run_control::RunControl;

/// Chunks in flight for each worker: one that runs and the rest in the queue, so that the worker stays busy while the
/// caller does not call `next`. When half of them have finished, as many are sent together: waking a worker for each
/// chunk would take longer than many tasks.
const WINDOW: usize = 32;

/// The state that every job needs, behind one reference count: counting references to each part would take longer than
/// many tasks.
struct Shared<R, F> {
    work: F,
    control: RunControl,
    /// Set when results are no longer needed.
    called_off: AtomicBool,
    sender: Sender<Option<Done<R>>>,
}

/// The iterator over the results of [`imap`] and [`imap_unordered`]. Dropping it cancels the tasks that have not begun.
pub struct Results<I, T, R, F> {
    numbered: I,
    chunk: usize,
    arranged: bool,
    ordered: bool,
    workers: WorkerPool,
    shared: Arc<Shared<R, F>>,
    /// Results; `None` from a worker that was stopped.
    receiver: Receiver<Option<Done<R>>>,
    /// The maximum number of tasks in flight, or finished and not yet returned.
    window: usize,
    /// Tasks in flight.
    out: usize,
    /// Results that are ready to return.
    ready: VecDeque<Done<R>>,
    /// Results that arrived before one with a lower number.
    early: BTreeMap<usize, Done<R>>,
    /// The number of the next result in order.
    next: usize,
    /// Whether the iterator has ended.
    exhausted: bool,
    task: std::marker::PhantomData<fn(T)>,
}

/// Runs tasks on the threads of `exec` and returns their results in the order of their numbers, each as soon as it and
/// all before it have finished.
///
/// It is lazy at its input and has back-pressure: it takes at most 32 chunks a worker from the iterator beyond the
/// returned results. So the memory for an endless iterator of tasks is bounded. (A list of [`Tasks::arranged`] is in
/// memory anyway, so all early results are kept.) The work begins at once. Dropping the iterator cancels the tasks that
/// have not begun; a running task continues to its end.
///
/// Deterministic, as [`map`](super::map) is. The iterator ends early if the run of `exec` was stopped.
///
/// Each chunk has a cost beside the work (`cargo bench --bench tasks` measures it), so give tiny tasks a larger chunk.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a chunk of 0, and as [`Exec::plan`] says.
///
/// # Example
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Tasks, imap};
///
/// // All whole numbers: the iterator is endless.
/// let squares = imap(Tasks::new(0_u64..).chunk(4), |n| n * n, &Exec::default())?;
/// let first: Vec<_> = squares.take(5).map(|done| done.result.unwrap()).collect();
/// assert_eq!(first, [0, 1, 4, 9, 16]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: the interface is that of `Pool.imap`, Python Standard Library, `multiprocessing`; this one is lazy.
pub fn imap<I, T, R, F>(tasks: Tasks<I>, work: F, exec: &Exec) -> Result<Results<I, T, R, F>>
where
    I: Iterator<Item = (usize, T)>,
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    Results::new(tasks, work, exec, true)
}

/// As [`imap`], but returns results as they finish.
///
/// The results and their numbers are the same. Their order may differ between runs.
///
/// # Errors
/// As [`imap`].
///
/// # Example
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Tasks, imap_unordered};
///
/// let done = imap_unordered(Tasks::new(1..=100), |n| n * n, &Exec::default())?;
/// assert_eq!(done.map(|done| done.result.unwrap()).sum::<u32>(), 338_350);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn imap_unordered<I, T, R, F>(tasks: Tasks<I>, work: F, exec: &Exec) -> Result<Results<I, T, R, F>>
where
    I: Iterator<Item = (usize, T)>,
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    Results::new(tasks, work, exec, false)
}

impl<I, T, R, F> Results<I, T, R, F>
where
    I: Iterator<Item = (usize, T)>,
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    fn new(tasks: Tasks<I>, work: F, exec: &Exec, ordered: bool) -> Result<Self> {
        tasks.check()?;
        let plan = exec.plan()?;
        let known = tasks.numbered.size_hint();
        plan.control.begin(if known.1 == Some(known.0) { known.0 as f64 } else { 0.0 });
        let workers = WorkerPool::new(plan.threads, plan.pin)?;
        // The caller makes a task when it sends it: only when its result is requested, and one chunk at a time.
        let alone = workers.is_the_caller();
        let chunks = if alone { 1 } else { WINDOW * plan.threads };
        let (sender, receiver) = mpsc::channel();
        let mut results = Self {
            numbered: tasks.numbered,
            chunk: tasks.chunk,
            arranged: tasks.arranged,
            ordered,
            workers,
            shared: Arc::new(Shared { work, control: plan.control, called_off: AtomicBool::new(false), sender }),
            receiver,
            window: chunks.saturating_mul(tasks.chunk),
            out: 0,
            ready: VecDeque::new(),
            early: BTreeMap::new(),
            next: 0,
            exhausted: false,
            task: std::marker::PhantomData,
        };
        if !alone {
            results.send();
        }
        Ok(results)
    }

    /// The number of tasks that still fit into the window.
    fn room(&self) -> usize {
        // Finished results that wait for a lower number count, too. In a list that is out of order they must not: the
        // number that they wait for may be the last one sent.
        let held = if self.arranged { 0 } else { self.ready.len() + self.early.len() };
        self.window.saturating_sub(self.out + held)
    }

    /// Sends as many chunks as the window holds, if that is at least half of it.
    fn send(&mut self) {
        if self.room() < self.window / 2 {
            return;
        }
        while !self.exhausted && self.room() >= self.chunk {
            // The first task is separate: a chunk of one then allocates no memory.
            let Some(first) = self.numbered.next() else {
                self.exhausted = true;
                return;
            };
            let rest: Vec<_> = self.numbered.by_ref().take(self.chunk - 1).collect();
            let tasks = 1 + rest.len();
            self.exhausted = tasks < self.chunk;
            self.out += tasks;
            let shared = Arc::clone(&self.shared);
            self.workers.spawn(move |worker| {
                let Shared { work, control, called_off, sender } = &*shared;
                for (index, task) in iter::once(first).chain(rest) {
                    let go_on = !called_off.load(Ordering::Relaxed) && !control.is_stopped();
                    // The receiver may have been dropped.
                    _ = sender.send(go_on.then(|| Done::by(worker, index, task, work)));
                    if !go_on {
                        return;
                    }
                }
                control.add(tasks as u64);
            });
        }
    }

    /// Collects the results that are ready to return.
    fn sort_in(&mut self, done: Done<R>) {
        self.out -= 1;
        if self.ordered && done.index != self.next {
            self.early.insert(done.index, done);
            return;
        }
        self.next += 1;
        self.ready.push_back(done);
        while let Some(done) = self.early.remove(&self.next) {
            self.next += 1;
            self.ready.push_back(done);
        }
    }
}

impl<I, T, R, F> Iterator for Results<I, T, R, F>
where
    I: Iterator<Item = (usize, T)>,
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    type Item = Done<R>;

    fn next(&mut self) -> Option<Done<R>> {
        loop {
            if self.shared.control.is_stopped() {
                return None;
            }
            if let Some(done) = self.ready.pop_front() {
                self.send();
                return Some(done);
            }
            self.send();
            if self.out == 0 {
                return None;
            }
            // A worker returns `None` only if all workers are to stop.
            let done = receive(&self.receiver, &self.shared.control)??;
            self.sort_in(done);
        }
    }
}

impl<I, T, R, F> Drop for Results<I, T, R, F> {
    fn drop(&mut self) {
        self.shared.called_off.store(true, Ordering::Relaxed);
    }
}

impl<I, T, R, F> std::fmt::Debug for Results<I, T, R, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Results").field("out", &self.out).field("next", &self.next).finish_non_exhaustive()
    }
}
