//! The run that the flags request, checked.

use std::time::Duration;

use lanewalk::{Exec, Grid, Partition, Plan, Rod, RunControl};
use serde::Serialize;

/// The backend that computes the sub-domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum Backend {
    /// One thread computes all sub-domains in turn.
    None,
    Threads,
    Processes,
}

impl Backend {
    const ALL: [Self; 3] = [Self::None, Self::Threads, Self::Processes];
    pub(super) const NAMES: [&str; 3] = ["none", "threads", "processes"];

    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|backend| backend.name() == name);
        found.ok_or_else(|| "expected none, threads or processes".to_owned())
    }

    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// A rod, and its execution.
pub(super) struct Job {
    pub(super) rod: Rod,
    pub(super) grid: Grid,
    pub(super) cut: Partition,
    pub(super) backend: Backend,
    pub(super) exec: Exec,
    pub(super) plan: Plan,
    pub(super) timeout: Duration,
    pub(super) control: RunControl,
}
