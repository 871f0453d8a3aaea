//! The only problem of a run.

use lanewalk::Walk;

/// The only problem of a run: what can be asked of one alone.
pub(in crate::cli) struct Single<P> {
    pub(in crate::cli) walk: Walk<P>,
    pub(in crate::cli) horizon: Option<u64>,
    /// What is walked, for the title of a plot.
    pub(in crate::cli) title: String,
}
