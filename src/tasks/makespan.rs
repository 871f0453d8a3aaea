//! The predicted end of all tasks: list scheduling.
//!
//! Free workers take the next chunk of the list (list scheduling, Graham 1966). So the costs of all tasks determine all
//! start times: the worker that is free first takes the next chunk, and the lowest number among several.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::{Error, Result};

/// The time slot of one task on one worker.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Slot {
    /// The task's place in the list.
    pub task: usize,
    /// The number of the worker, from 0.
    pub worker: usize,
    /// The start, in the unit of the costs.
    pub start: f64,
    /// The end.
    pub end: f64,
}

impl Slot {
    /// The measured slot of a task.
    #[must_use]
    pub fn new(task: usize, worker: usize, start: f64, end: f64) -> Self {
        Self { task, worker, start, end }
    }
}

/// The slots of all tasks, predicted by [`simulate`] or measured.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Timeline {
    /// The number of workers, including idle ones.
    pub workers: usize,
    /// The tasks, in the order in which they were assigned.
    pub slots: Vec<Slot>,
}

impl Timeline {
    /// The slots of `workers` workers.
    #[must_use]
    pub fn new(workers: usize, slots: Vec<Slot>) -> Self {
        Self { workers, slots }
    }

    /// The time from 0 to the end of the last task.
    #[must_use]
    pub fn makespan(&self) -> f64 {
        self.slots.iter().map(|slot| slot.end).fold(0.0, f64::max)
    }

    /// The busy time of each worker. Slots of other workers do not count.
    #[must_use]
    pub fn busy(&self) -> Vec<f64> {
        let mut busy = vec![0.0; self.workers];
        for slot in &self.slots {
            if let Some(busy) = busy.get_mut(slot.worker) {
                *busy += slot.end - slot.start;
            }
        }
        busy
    }
}

/// Predicts the slots of all tasks, if `workers` take `chunk` tasks at a time from a list with these costs.
///
/// Each chunk goes to the worker that is free first. It starts when that worker is free and ends after the sum of its
/// costs. Costs are times in any unit, in the order of submission ([`Order::arrange`](super::Order::arrange) returns
/// them). The model has no overhead.
///
/// Deterministic. Cost: O(n log w) for n tasks on w workers.
///
/// # Errors
/// [`Error::Argument`] for zero workers, a chunk of zero, or a cost that is negative or not finite.
///
/// # Example
/// ```
/// use lanewalk::tasks::{floor, simulate};
///
/// // A long task at the end of the list: the other worker waits for it.
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
    // Workers beyond the number of tasks stay idle.
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

/// The lower bound for every order of indivisible tasks and every chunk: max(total / `workers`, largest cost).
///
/// Both terms are lower bounds: the total work, evenly shared, and the critical path. For independent tasks, the
/// critical path is the largest task.
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

    /// The same schedule by brute force: time advances in ticks. In each tick, every free worker takes the next chunk,
    /// in the order of their numbers.
    fn brute_force(costs: &[u32], workers: usize, chunk: usize) -> Vec<(usize, usize, u32, u32)> {
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
        fn simulation_equals_brute_force(
            costs in prop::collection::vec(1_u32..20, 0..30),
            workers in 1_usize..7,
            chunk in 1_usize..6,
        ) {
            let exact: Vec<f64> = costs.iter().map(|&cost| f64::from(cost)).collect();
            let timeline = simulate(&exact, workers, chunk).unwrap();
            let slots: Vec<_> =
                timeline.slots.iter().map(|slot| (slot.task, slot.worker, slot.start as u32, slot.end as u32)).collect();
            prop_assert_eq!(slots, brute_force(&costs, workers, chunk));
            let (span, floor) = (timeline.makespan(), floor(&exact, workers));
            prop_assert!(span >= floor - 1e-9);
            if chunk == 1 {
                // Graham's bound, which holds for every list schedule.
                let (total, largest) = (exact.iter().sum::<f64>(), exact.iter().copied().fold(0.0, f64::max));
                let share = 1.0 / workers as f64;
                prop_assert!(span <= total * share + largest * (1.0 - share) + 1e-9);
            }
            prop_assert!((timeline.busy().iter().sum::<f64>() - exact.iter().sum::<f64>()).abs() < 1e-9);
        }
    }

    #[test]
    fn invalid_arguments_are_refused() {
        assert!(simulate(&[1.0], 0, 1).is_err() && simulate(&[1.0], 1, 0).is_err());
        assert!(simulate(&[f64::NAN], 1, 1).is_err() && simulate(&[-1.0], 1, 1).is_err());
        assert!(simulate(&[], usize::MAX, usize::MAX).unwrap().slots.is_empty());
    }
}
