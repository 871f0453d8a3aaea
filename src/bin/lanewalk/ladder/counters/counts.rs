//! What counters have counted.

/// What the counters have counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) cycles: f64,
    pub(crate) instructions: f64,
    /// The seconds of processor time, of all threads together, in which cycles were counted.
    pub(crate) seconds: f64,
}

impl Counts {
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            cycles: self.cycles - before.cycles,
            instructions: self.instructions - before.instructions,
            seconds: self.seconds - before.seconds,
        }
    }
}
