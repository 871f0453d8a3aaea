//! The problem of a run with a single problem.

use lanewalk::Walk;

/// The problem of a run with a single problem, whose distribution can be reported.
pub(in crate::cli) struct Single<P> {
    pub(in crate::cli) walk: Walk<P>,
    pub(in crate::cli) horizon: Option<u64>,
    /// The title of a plot.
    pub(in crate::cli) title: String,
}
