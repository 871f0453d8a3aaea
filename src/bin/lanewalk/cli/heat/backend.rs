//! The evolution of a rod by the chosen backend.

use lanewalk::{Evolution, Rod, RunControl, evolve as in_this_process};

use super::job::{Backend, Job};
use crate::cli::failure::Failure;
#[cfg(unix)]
use crate::heat_processes::coordinator;

/// Computes all steps of `rod` with the backend and the execution of `job`.
pub(super) fn evolve(job: &Job, rod: &Rod, control: &RunControl) -> Result<Evolution, Failure> {
    if job.backend == Backend::Processes {
        return by_processes(job, rod, control);
    }
    Ok(in_this_process(rod, &job.exec.clone().control(control))?)
}

#[cfg(unix)]
fn by_processes(job: &Job, rod: &Rod, control: &RunControl) -> Result<Evolution, Failure> {
    let (grid, cut) = rod.layout(&job.exec)?;
    let (field, timings) = coordinator::solve(rod, &grid, cut, &job.plan, job.timeout, control)?;
    Ok(Evolution::from_field(rod, field, timings)?)
}

#[cfg(not(unix))]
fn by_processes(_: &Job, _: &Rod, _: &RunControl) -> Result<Evolution, Failure> {
    Err(Failure::value("backend", "processes", "none or threads on this system"))
}
