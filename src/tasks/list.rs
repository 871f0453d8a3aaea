//! Tasks, and the order and chunks in which they are assigned.

use std::iter::Enumerate;
use std::vec;

use super::order::Order;
use crate::error::{Error, Result};

/// Tasks, and the order and chunks in which they are assigned.
///
/// ```
/// use lanewalk::Exec;
/// use lanewalk::tasks::{Order, Tasks, map};
///
/// let distances = [10.0_f64, 20.0, 30.0];
/// // The longest first; the results are in the order of the list all the same.
/// let tasks = Tasks::arranged(distances, Order::Longest, 1, |y| y * y).chunk(2);
/// let squares = map(tasks, |y| y * y, &Exec::default())?;
/// assert_eq!(squares[0].result, Ok(100.0));
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tasks<I> {
    /// Each task with its number.
    pub(super) numbered: I,
    pub(super) chunk: usize,
    /// Whether this is a finite list out of its order. The first result may then belong to the last task, so results
    /// that wait for it do not count against the window.
    pub(super) arranged: bool,
}

impl<I: Iterator> Tasks<Enumerate<I>> {
    /// The tasks of an iterator, in its order, numbered from 0. It supplies a task only when a worker needs one, so it
    /// may be endless for [`imap`](crate::tasks::imap) and [`imap_unordered`](crate::tasks::imap_unordered).
    pub fn new(tasks: impl IntoIterator<IntoIter = I>) -> Self {
        Self { numbered: tasks.into_iter().enumerate(), chunk: 1, arranged: false }
    }
}

impl<T> Tasks<vec::IntoIter<(usize, T)>> {
    /// A list of tasks, assigned in this order of their costs and numbered by their places in the list. `seed` is that
    /// of [`Order::Random`].
    pub fn arranged(tasks: impl IntoIterator<Item = T>, order: Order, seed: u64, cost: impl FnMut(&T) -> f64) -> Self {
        let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
        let costs: Vec<f64> = tasks.iter().flatten().map(cost).collect();
        let take = |place: usize| Some((place, tasks[place].take()?));
        let numbered: Vec<_> = order.arrange(&costs, seed).into_iter().filter_map(take).collect();
        Self { numbered: numbered.into_iter(), chunk: 1, arranged: true }
    }
}

impl<I> Tasks<I> {
    /// The number of tasks that a worker takes at a time. Default: 1. Larger chunks have less overhead, but the workers
    /// finish less evenly.
    #[must_use]
    pub fn chunk(mut self, chunk: usize) -> Self {
        self.chunk = chunk;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.chunk {
            0 => Err(Error::invalid("chunk", 0, "at least 1")),
            _ => Ok(()),
        }
    }
}
