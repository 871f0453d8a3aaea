//! When everything will be done: list scheduling, before anything runs.
//!
//! Workers take the next chunk of the list when they fall free (list scheduling, Graham 1966). So with the costs of all
//! tasks all start times are known: the worker that is free first takes the next chunk, and of several the one with the
//! lowest number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::{Error, Result};

/// One task's time on one worker.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Slot {
    /// The task's place in the list.
    pub task: usize,
    /// Who does it, from 0.
    pub worker: usize,
    /// When it begins, in the unit of the costs.
    pub start: f64,
    /// When it is done.
    pub end: f64,
}

impl Slot {
    /// A task's time as it was measured.
    #[must_use]
    pub fn new(task: usize, worker: usize, start: f64, end: f64) -> Self {
        Self { task, worker, start, end }
    }
}

/// Who does what and when, predicted by [`simulate`] or measured.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Timeline {
    /// How many workers there are, whether or not they have anything to do.
    pub workers: usize,
    /// The tasks, in the order in which they were handed out.
    pub slots: Vec<Slot>,
}

impl Timeline {
    /// The slots of that many workers.
    #[must_use]
    pub fn new(workers: usize, slots: Vec<Slot>) -> Self {
        Self { workers, slots }
    }

    /// The time from 0 to the end of the last task.
    #[must_use]
    pub fn makespan(&self) -> f64 {
        self.slots.iter().map(|slot| slot.end).fold(0.0, f64::max)
    }

    /// How long each worker has something to do.
    #[must_use]
    pub fn busy(&self) -> Vec<f64> {
        let mut busy = vec![0.0; self.workers];
        for slot in &self.slots {
            busy[slot.worker] += slot.end - slot.start;
        }
        busy
    }
}

/// Who will do what and when, if `workers` take `chunk` tasks at a time from a list with these costs.
///
/// Each chunk goes to the worker that is free first: start = min over workers of the time when it is free, end =
/// start + cost. Costs are times in any unit, in the order of submission ([`Order::arrange`](super::Order::arrange)
/// gives it); handing out costs nothing.
///
/// Deterministic. Cost: O(n log w) for n tasks on w workers.
///
/// # Errors
/// [`Error::Argument`] for no workers, a chunk of none, or a cost that is negative or not finite.
///
/// # Example
/// ```
/// use lanewalk::tasks::{floor, simulate};
///
/// // A long task that comes last: the others wait for it.
/// assert_eq!(simulate(&[1.0, 1.0, 1.0, 3.0], 2, 1)?.makespan(), 4.0);
/// assert_eq!(simulate(&[3.0, 1.0, 1.0, 1.0], 2, 1)?.makespan(), 3.0);
/// assert_eq!(floor(&[3.0, 1.0, 1.0, 1.0], 2), 3.0);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Graham, "Bounds for Certain Multiprocessing Anomalies", 1966.
pub fn simulate(costs: &[f64], workers: usize, chunk: usize) -> Result<Timeline> {
    for (argument, given) in [("workers", workers), ("chunk", chunk)] {
        if given == 0 {
            return Err(Error::invalid(argument, 0, "at least 1"));
        }
    }
    if let Some(cost) = costs.iter().find(|cost| !(**cost >= 0.0 && cost.is_finite())) {
        return Err(Error::invalid("costs", cost, "finite times, not below 0"));
    }
    // More workers than tasks never get one.
    let mut free: BinaryHeap<_> = (0..workers.min(costs.len())).map(|worker| Reverse((Time(0.0), worker))).collect();
    let mut slots = Vec::with_capacity(costs.len());
    for (number, costs) in costs.chunks(chunk).enumerate() {
        let Some(Reverse((Time(mut time), worker))) = free.pop() else { break };
        for (place, cost) in costs.iter().enumerate() {
            let (task, start) = (number * chunk + place, time);
            time += cost;
            slots.push(Slot { task, worker, start, end: time });
        }
        free.push(Reverse((Time(time), worker)));
    }
    Ok(Timeline { workers, slots })
}

/// The time that no order of whole tasks and no chunk can go below: max(total / `workers`, largest cost).
///
/// Either term is a path that has to be gone: the work of all, evenly shared, and the critical path, which of
/// independent tasks is the largest alone.
#[must_use]
pub fn floor(costs: &[f64], workers: usize) -> f64 {
    (costs.iter().sum::<f64>() / workers as f64).max(costs.iter().copied().fold(0.0, f64::max))
}

/// A finite time, so that times have an order.
#[derive(PartialEq)]
struct Time(f64);

impl Eq for Time {}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by brute force: time goes on in ticks, and in each of them every worker that is free, lowest number
    /// first, takes what comes next.
    fn ticking(costs: &[u32], workers: usize, chunk: usize) -> Vec<(usize, usize, u32, u32)> {
        let mut queues: Vec<Vec<usize>> = vec![Vec::new(); workers];
        let mut since = vec![0; workers];
        let (mut next, mut done, mut tick) = (0, Vec::new(), 0);
        while done.len() < costs.len() {
            for worker in 0..workers {
                loop {
                    if queues[worker].is_empty() && next < costs.len() {
                        queues[worker] = (next..costs.len().min(next + chunk)).rev().collect();
                        next += chunk;
                        since[worker] = tick;
                    }
                    match queues[worker].last() {
                        Some(&task) if since[worker] + costs[task] == tick => {
                            queues[worker].pop();
                            done.push((task, worker, since[worker], tick));
                            since[worker] = tick;
                        }
                        _ => break,
                    }
                }
            }
            tick += 1;
        }
        done.sort_unstable();
        done
    }

    proptest! {
        #[test]
        fn as_by_brute_force(
            costs in prop::collection::vec(1_u32..20, 0..30),
            workers in 1_usize..7,
            chunk in 1_usize..6,
        ) {
            let exact: Vec<f64> = costs.iter().map(|&cost| f64::from(cost)).collect();
            let timeline = simulate(&exact, workers, chunk).unwrap();
            let slots: Vec<_> =
                timeline.slots.iter().map(|slot| (slot.task, slot.worker, slot.start as u32, slot.end as u32)).collect();
            prop_assert_eq!(slots, ticking(&costs, workers, chunk));
            let (span, floor) = (timeline.makespan(), floor(&exact, workers));
            prop_assert!(span >= floor - 1e-9);
            if chunk == 1 {
                // Graham's bound, which no list schedule passes.
                let (total, largest) = (exact.iter().sum::<f64>(), exact.iter().copied().fold(0.0, f64::max));
                let share = 1.0 / workers as f64;
                prop_assert!(span <= total * share + largest * (1.0 - share) + 1e-9);
            }
            prop_assert!((timeline.busy().iter().sum::<f64>() - exact.iter().sum::<f64>()).abs() < 1e-9);
        }
    }

    #[test]
    fn what_is_refused() {
        assert!(simulate(&[1.0], 0, 1).is_err() && simulate(&[1.0], 1, 0).is_err());
        assert!(simulate(&[f64::NAN], 1, 1).is_err() && simulate(&[-1.0], 1, 1).is_err());
        assert!(simulate(&[], usize::MAX, usize::MAX).unwrap().slots.is_empty());
    }
}
