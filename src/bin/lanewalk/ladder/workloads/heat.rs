//! The heat equation on the ladder: a rod that is larger than the nearest caches and smaller than memory.

use lanewalk::internal::heat_ceiling;
use lanewalk::{Error, Exec, Rod, RodMethod, evolve};

use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Deterministic, Law, Sampling, Workload};

/// Points of the rod.
const POINTS: usize = 100_001;

pub(super) static HEAT: Workload = Workload {
    name: "heat",
    title: "the heat equation on 100 001 points",
    unit: "updates",
    sample_unit: "time steps",
    target: "the eigenvalue 1",
    first_size: 100,
    // Two sums and two products; one value read and one value written.
    operations: 4.0,
    bytes: 16.0,
    element_bits: 64,
    has_tasks: false,
    baselines: baselines!("heat"),
    rand: None,
    run: &run,
    ceiling,
    sampling,
    deterministic: Some(Deterministic { work: plain_work, run: run_plain }),
    algorithms: &ALGORITHMS,
};

/// A longer rod: threads share its points, and steps are sequential.
fn run(times: usize, steps: u64, _: u64, exec: &Exec) -> Result<Sample, Error> {
    let points = times * (POINTS - 1) + 1;
    let evolution = evolve(&Rod::new(points).steps(steps), exec)?;
    // The time of the steps alone: a round has few steps, so the setup of a rod would distort it.
    let seconds =
        evolution.timings.iter().map(|timings| (timings.arithmetic + timings.exchange + timings.waiting).as_secs_f64());
    Ok(Sample {
        work: evolution.grid.updates(),
        seconds: Some(seconds.fold(0.0, f64::max)),
        digest: Some(evolution.digest()),
    })
}

fn ceiling(steps: u64, exec: &Exec) -> Result<Sample, Error> {
    let (updates, time) = heat_ceiling(POINTS, steps, exec)?;
    // As for `run`: the time of the steps alone.
    Ok(Sample { work: updates as f64, seconds: Some(time.as_secs_f64()), digest: None })
}

fn sampling() -> Option<Sampling> {
    None
}

fn plain_work(relative_error: f64) -> f64 {
    Rod::new(points(relative_error)).check().map_or(f64::NAN, |grid| grid.updates())
}

fn run_plain(relative_error: f64, exec: &Exec) -> Result<(), Error> {
    evolve(&Rod::new(points(relative_error)), exec).map(|_| ())
}

fn spectral(points: u64, _: u64, exec: &Exec) -> Result<f64, Error> {
    let rod = Rod::new((points as usize).max(3)).method(RodMethod::Spectral);
    let evolution = evolve(&rod, exec)?;
    Ok(1.0 - evolution.discrete_eigenvalue())
}

// On one core: the transforms come from a library without threads.
const ALGORITHMS: [Algorithm; 1] =
    [Algorithm { name: "spectral", law: Law::Powers { error: 2.0, time: 1.0 }, run: spectral }];

/// The number of points whose lowest eigenvalue has this relative distance from 1: it is smaller by h^2 / 12.
fn points(relative_error: f64) -> usize {
    (std::f64::consts::PI / (12.0 * relative_error).sqrt()).ceil() as usize + 1
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// The ceiling steps a rod of the same length as the rung, and both report the time of the steps alone.
    #[test]
    fn rung_and_ceiling_are_timed_alike() {
        let exec = Exec::default().threads(1);
        let around = Instant::now();
        let (rung, bare) = (run(1, 40, 1, &exec).unwrap(), ceiling(40, &exec).unwrap());
        let around = around.elapsed().as_secs_f64();
        assert_eq!(rung.work.to_bits(), bare.work.to_bits());
        let (rung, bare) = (rung.seconds.unwrap(), bare.seconds.unwrap());
        assert!(rung > 0.0 && bare > 0.0 && rung + bare < around, "{rung} {bare} {around}");
    }

    #[test]
    fn number_of_points_gives_the_requested_accuracy() {
        for error in [1e-3, 1e-4, 1e-6] {
            let evolution = evolve(&Rod::new(points(error)).steps(0), &Exec::default()).unwrap();
            let found = 1.0 - evolution.discrete_eigenvalue();
            assert!(found <= error && found > 0.8 * error, "{found} for {error}");
        }
    }
}
