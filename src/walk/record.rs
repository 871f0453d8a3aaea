//! Records: the results that a run keeps of its walks.

/// The results of walks, such as a tally.
pub(crate) trait Record<B>: Clone + Default + Send {
    /// Adds a walk to `boundary` that ended at `position` after `time` steps.
    fn record(&mut self, boundary: &B, time: u64, position: &[i64]);
    /// Adds a walk that the horizon ended at `position` after `time` steps.
    fn censor(&mut self, boundary: &B, time: u64, position: &[i64]) {
        _ = (boundary, time, position);
        unreachable!("a record of walks without a horizon");
    }
    /// Adds the walks of `other`.
    fn merge(&mut self, other: &Self);
}
