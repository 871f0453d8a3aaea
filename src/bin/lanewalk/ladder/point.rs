//! The points of a scaling curve.

use serde::{Deserialize, Serialize};

/// A number of threads with one kind of pinning.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) workload: String,
    pub(crate) threads: usize,
    /// "compact", "spread" or "none"
    pub(crate) pin: String,
    /// More threads than cores: the system time-slices them, and no fit uses them.
    pub(crate) oversubscribed: bool,
    /// The time; in weak scaling, of exactly as many times the work of one thread as there are threads.
    pub(crate) time_s: f64,
    pub(crate) time_low_s: f64,
    pub(crate) time_high_s: f64,
    /// The speedup over one thread with the same pinning: T(1)/T(w); in weak scaling w T(1)/T(w). `None`, like every
    /// ratio below, if the noise allows no ratios.
    pub(crate) speedup: Option<f64>,
    pub(crate) speedup_low: Option<f64>,
    pub(crate) speedup_high: Option<f64>,
    /// Speedup over threads.
    pub(crate) efficiency: Option<f64>,
    pub(crate) efficiency_low: Option<f64>,
    pub(crate) efficiency_high: Option<f64>,
    /// The serial fraction that explains the speedup; in strong scaling, from two threads to the number of cores.
    pub(crate) karp_flatt: Option<f64>,
    pub(crate) karp_flatt_low: Option<f64>,
    pub(crate) karp_flatt_high: Option<f64>,
    /// The ratio of the rate to that of as many threads without pinning.
    pub(crate) over_unpinned: Option<f64>,
    pub(crate) over_unpinned_low: Option<f64>,
    pub(crate) over_unpinned_high: Option<f64>,
    /// Whether that ratio is not significant.
    pub(crate) not_significant: Option<bool>,
    pub(crate) digest: Option<String>,
}
