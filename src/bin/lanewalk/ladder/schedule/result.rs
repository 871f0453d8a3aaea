//! What a schedule came to: the rows of every table, file and plot.

use serde::{Deserialize, Serialize};

/// One run, beside what was said of it before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub(crate) order: String,
    pub(crate) chunk: usize,
    pub(crate) mode: String,
    pub(crate) workers: usize,
    pub(crate) makespan_s: f64,
    pub(crate) predicted_s: f64,
    /// No order of whole tasks can go below this: predicted, as the next is.
    pub(crate) floor_s: f64,
    /// Where the walk engine's own way would end, which shares out walks and not distances.
    pub(crate) split_s: f64,
    /// All tasks one after another, predicted.
    pub(crate) total_s: f64,
    pub(crate) busy: Vec<Load>,
    pub(crate) tasks: Vec<Task>,
}

/// The example list on the ladder: one run in the order of the list, and what other ways come to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    /// Walks of each task.
    pub(crate) samples: u64,
    pub(crate) schedule: Schedule,
    pub(crate) compared: Vec<Compared>,
    pub(crate) rounds: usize,
    pub(crate) digest: String,
}

/// How one worker spent the makespan.
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

/// One way among others, interleaved with them.
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
    /// How often as fast as the first way.
    pub(crate) speedup: f64,
    pub(crate) no_difference: bool,
}

/// What an order would come to on a number of workers that need not be there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Simulated {
    pub(crate) workers: usize,
    pub(crate) order: String,
    pub(crate) chunk: usize,
    pub(crate) makespan_s: f64,
    pub(crate) floor_s: f64,
    pub(crate) split_s: f64,
    /// All tasks one after another, over this makespan.
    pub(crate) speedup: f64,
    pub(crate) efficiency: f64,
}
