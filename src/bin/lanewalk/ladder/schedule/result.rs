//! The results of a schedule: the rows of every table, file and plot.

use serde::{Deserialize, Serialize};

/// One run with its prediction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) order: String,
    pub(crate) chunk: usize,
    pub(crate) mode: String,
    pub(crate) workers: usize,
    pub(crate) makespan_s: f64,
    pub(crate) predicted_s: f64,
    /// The predicted lower bound for every order of indivisible tasks.
    pub(crate) floor_s: f64,
    /// The predicted end with the walk engine's own partition, which splits walks and not distances.
    pub(crate) split_s: f64,
    /// The predicted total of all tasks.
    pub(crate) total_s: f64,
    pub(crate) busy: Vec<Load>,
    pub(crate) tasks: Vec<Task>,
}

/// The example list on the ladder: one run in the order of the list, and the comparison with other variants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    /// The walks of each task.
    pub(crate) samples: u64,
    pub(crate) schedule: Schedule,
    pub(crate) compared: Vec<Compared>,
    pub(crate) rounds: usize,
    pub(crate) digest: String,
}

/// The busy and idle time of one worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) worker: usize,
    pub(crate) busy_s: f64,
    pub(crate) idle_s: f64,
}

/// One task, in the order of submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) y: f64,
    pub(crate) worker: usize,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) predicted_worker: usize,
    pub(crate) predicted_start_s: f64,
    pub(crate) predicted_end_s: f64,
}

/// One of the interleaved variants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Compared {
    pub(crate) mode: String,
    /// `None` for the walk engine, which has no tasks to order.
    pub(crate) order: Option<String>,
    pub(crate) chunk: Option<usize>,
    pub(crate) predicted_s: f64,
    pub(crate) makespan_s: f64,
    pub(crate) makespan_low_s: f64,
    pub(crate) makespan_high_s: f64,
    /// The ratio of the rate to that of the first variant.
    pub(crate) speedup: f64,
    pub(crate) not_significant: bool,
}

/// The prediction of an order for a number of workers, which may exceed this machine's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Simulated {
    pub(crate) workers: usize,
    pub(crate) order: String,
    pub(crate) chunk: usize,
    pub(crate) makespan_s: f64,
    pub(crate) floor_s: f64,
    pub(crate) split_s: f64,
    /// The total of all tasks, over this makespan.
    pub(crate) speedup: f64,
    pub(crate) efficiency: f64,
}
