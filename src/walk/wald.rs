//! Wald's identity.
use super::barrier::Barrier;
use super::feed::{Goal, Record};
use super::{Estimate, Walk};
use crate::error::Result;
use crate::tally::{Digest, Tally};

/// Overshoot sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overshoot {}
impl Overshoot {
    pub(super) fn estimate(&self) -> Option<Estimate> { None }
    pub(super) fn digest(&self, _d: &mut Digest) {}
}
#[derive(Clone, Default)]
pub(super) struct Both { pub(super) tally: Tally, pub(super) overshoot: Overshoot }
impl Record for Both {
    fn record(&mut self, _barrier: Barrier, time: u64, position: i64) { self.tally.record(time, position); }
    fn merge(&mut self, other: &Self) { self.tally.merge(&other.tally); }
}
pub(super) fn check(_walk: &Walk, _goals: &[Goal]) -> Result<()> { Ok(()) }
