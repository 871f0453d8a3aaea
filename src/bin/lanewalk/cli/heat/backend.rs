//! Who computes the sub-domains.

use lanewalk::{Error, Evolution, Rod, RunControl, evolve as in_this_process};
use serde::Serialize;

use super::Job;
use crate::cli::failure::Failure;
#[cfg(unix)]
use crate::heat_processes::coordinator;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum Backend {
    /// One thread, all sub-domains in turn.
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

/// All steps of `rod`, run as `job` is.
pub(super) fn evolve(job: &Job, rod: &Rod, control: &RunControl) -> Result<Evolution, Failure> {
    if job.backend == Backend::Processes {
        return by_processes(job, rod, control);
    }
    match in_this_process(rod, &job.exec.clone().control(control)) {
        Err(Error::Stopped) => Err(Failure::Stopped(String::new())),
        other => Ok(other?),
    }
}

#[cfg(unix)]
fn by_processes(job: &Job, rod: &Rod, control: &RunControl) -> Result<Evolution, Failure> {
    let (grid, cut) = rod.layout(&job.exec)?;
    let (field, timings) = coordinator::solve(rod, &grid, cut, &job.plan, job.timeout, control)?;
    Ok(Evolution::from_field(rod, field, timings)?)
}

#[cfg(not(unix))]
fn by_processes(_: &Job, _: &Rod, _: &RunControl) -> Result<Evolution, Failure> {
    let (argument, given, expected) = ("backend", "processes".to_owned(), "none or threads on this system".to_owned());
    Err(Error::Argument { argument, given, expected }.into())
}
