//! Results one by one, while the tasks go on.
//!
//! No worker waits for another one; only the caller waits for results. The caller's own `next` takes tasks from the
//! iterator and sends them to the workers, as many chunks as the window holds; a worker sends what it has done through
//! a channel. So the iterator needs no lock and is never asked for more than the window, and a caller who stops asking
//! stops the supply: no thread is blocked meanwhile.

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

/// Chunks that are out at a time, for each worker: one in work, the rest so that it does not run dry while the caller
/// is busy elsewhere. When half of them are back, as many go out together: to wake a worker for each would take longer
/// than many a task.
const WINDOW: usize = 32;

/// What every job needs, behind one counter: to count each of them would take longer than many a task.
struct Shared<R, F> {
    work: F,
    control: RunControl,
    /// Raised when results are no longer wanted.
    called_off: AtomicBool,
    sender: Sender<Option<Done<R>>>,
}

/// The results of [`imap`] and [`imap_unordered`], an iterator. Dropping it calls off the tasks that have not begun.
pub struct Results<I, T, R, F> {
    numbered: I,
    chunk: usize,
    arranged: bool,
    ordered: bool,
    workers: WorkerPool,
    shared: Arc<Shared<R, F>>,
    /// Results; nothing from a worker that was stopped.
    receiver: Receiver<Option<Done<R>>>,
    /// The most tasks that are out, or back and not handed over.
    window: usize,
    /// Tasks that are out.
    out: usize,
    /// Results that may be handed over.
    ready: VecDeque<Done<R>>,
    /// Results that came before one with a lower number.
    early: BTreeMap<usize, Done<R>>,
    /// The number of the next result in order.
    next: usize,
    /// The iterator has no more.
    exhausted: bool,
    task: std::marker::PhantomData<fn(T)>,
}

/// Does tasks on the threads of `exec` and hands their results over in the order of their numbers, each as soon as it
/// and all before it are there.
///
/// Lazy at its input and with back-pressure: at most 32 chunks a worker are taken from the iterator beyond what was
/// handed over, so tasks without end need no more memory than those. (Of [`Tasks::arranged`], which is a list in memory
/// anyway, results that are early are kept whatever their number.) The work begins at once. Dropping the iterator calls
/// off what has not begun; a task that runs is not broken off.
///
/// Deterministic, as [`map`](super::map) is. The iterator ends early if the run of `exec` was stopped.
///
/// Cost beside the work: 0.3 to 0.7 us for each chunk on a 2-core machine (`cargo bench --bench tasks`).
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a chunk of 0, and as [`Exec::plan`] says.
///
/// # Example
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Tasks, imap};
///
/// // All whole numbers: there is no end to them, and none is needed.
/// let squares = imap(Tasks::new(0_u64..).chunk(4), |n| n * n, &Exec::default())?;
/// let first: Vec<_> = squares.take(5).map(|done| done.result.unwrap()).collect();
/// assert_eq!(first, [0, 1, 4, 9, 16]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: the interface is that of `Pool.imap`, Python Standard Library, `multiprocessing`; unlike it, this is lazy.
pub fn imap<I, T, R, F>(tasks: Tasks<I>, work: F, exec: &Exec) -> Result<Results<I, T, R, F>>
where
    I: Iterator<Item = (usize, T)>,
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    Results::new(tasks, work, exec, true)
}

/// As [`imap`], but hands results over as they finish.
///
/// The same results with the same numbers, in an order that may differ between runs.
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
        // The caller does a task when it sends it: only when its result is asked for, and one chunk at a time.
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

    /// Tasks that there is room for in the window.
    fn room(&self) -> usize {
        // What is back and waits for a lower number counts too, but in a list that is out of its order it must not: the
        // number that it waits for may be the last to go out.
        let held = if self.arranged { 0 } else { self.ready.len() + self.early.len() };
        self.window.saturating_sub(self.out + held)
    }

    /// Sends out as many chunks as the window holds, if that is half of it.
    fn send(&mut self) {
        if self.room() < self.window / 2 {
            return;
        }
        while !self.exhausted && self.room() >= self.chunk {
            // The first by itself: a chunk of one then takes no memory of its own.
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
                    // The receiver may be gone.
                    _ = sender.send(go_on.then(|| Done::by(worker, index, task, work)));
                    if !go_on {
                        return;
                    }
                }
                control.add(tasks as u64);
            });
        }
    }

    /// What may be handed over now.
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
            // Nothing comes from a worker only if all are to stop.
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
