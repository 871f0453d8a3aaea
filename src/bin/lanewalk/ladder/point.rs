//! The points of a scaling curve.

use serde::{Deserialize, Serialize};

/// A number of threads, pinned in one way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) workload: String,
    pub(crate) threads: usize,
    /// "compact", "spread" or "none"
    pub(crate) pin: String,
    /// More threads than cores: they take turns, and no fit uses them.
    pub(crate) oversubscribed: bool,
    /// In weak scaling, of exactly that many times the work of one thread.
    pub(crate) time_s: f64,
    pub(crate) time_low_s: f64,
    pub(crate) time_high_s: f64,
    /// Of one thread, pinned alike: T(1)/T(w); in weak scaling w T(1)/T(w).
    pub(crate) speedup: f64,
    pub(crate) speedup_low: f64,
    pub(crate) speedup_high: f64,
    /// Speedup over threads.
    pub(crate) efficiency: f64,
    pub(crate) efficiency_low: f64,
    pub(crate) efficiency_high: f64,
    /// The serial fraction that would explain the speedup; of two threads or more up to
    /// the cores, in strong scaling.
    pub(crate) karp_flatt: Option<f64>,
    pub(crate) karp_flatt_low: Option<f64>,
    pub(crate) karp_flatt_high: Option<f64>,
    /// How many times as fast as that many threads that are not pinned.
    pub(crate) over_unpinned: Option<f64>,
    pub(crate) over_unpinned_low: Option<f64>,
    pub(crate) over_unpinned_high: Option<f64>,
    /// Whether that is within the noise floor.
    pub(crate) no_difference: Option<bool>,
    pub(crate) digest: Option<String>,
}
