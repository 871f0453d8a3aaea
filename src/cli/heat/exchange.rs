//! Who computes the sub-domains.

use lanewalk::{Error, Evolution, Rod, Watch, evolve as in_this_process};

use super::Job;
use crate::cli::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Exchange {
    /// One thread, all sub-domains in turn.
    None,
    Threads,
    Processes,
}

impl Exchange {
    const ALL: [Self; 3] = [Self::None, Self::Threads, Self::Processes];
    pub(super) const NAMES: [&str; 3] = ["none", "threads", "processes"];

    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|exchange| exchange.name() == name);
        found.ok_or_else(|| "expected none, threads or processes".to_owned())
    }

    pub(super) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// All steps of `rod`, run as `job` is.
pub(super) fn evolve(job: &Job, rod: &Rod, watch: &Watch) -> Result<Evolution, Failure> {
    if job.exchange == Exchange::Processes {
        return Err(Failure::Check("processes are not there yet".to_owned()));
    }
    match in_this_process(rod, &job.exec.clone().watch(watch)) {
        Err(Error::Stopped) => Err(Failure::Stopped(String::new())),
        other => Ok(other?),
    }
}
