//! The predicted time of a step in sub-domains. Its parameters are the time of an update, and the latency and bandwidth
//! of an exchange. Short runs measure them with the same code as the run itself.
//!
//! With p cores for D sub-domains, halos of K points and u seconds for an update, a step takes
//!
//! ```text
//! one domain      N u
//! D sub-domains   (D / p) ((N / D + K - 1) u' + (latency + 8 K / bandwidth) / K)
//! ```
//!
//! u' is the time of an update in a sub-domain, which computes K steps at a time. Sub-domains are faster beyond the N
//! for which both times are equal.

use std::f64::consts::PI;
use std::time::Duration;

use lanewalk::{Machine, Pin, Rod, Timings, evolve};
use serde::Serialize;

use super::backend;
use super::job::{Backend, Job};
use crate::cli::failure::Failure;

/// The number of updates of a measurement, which takes some milliseconds.
const UPDATES: f64 = 1e7;

/// The maximum number of steps of a measurement. With few points, a step is mostly overhead.
const MAX_STEPS: u64 = 10_000;

/// The maximum number of points of a rod for the measurement of an update.
const MAX_POINTS: usize = 1 << 20;

/// The number of inner points of the rod that measures the update for the break-even.
const BREAK_EVEN_ROD: usize = 1 << 14;

/// The number of timed exchanges, and the numbers of points that they move.
const ROUNDS: u64 = 100;
const DEPTHS: [usize; 2] = [1, 256];

/// The number of repetitions of each measurement. The fastest one counts, since disturbances only add time.
const REPEATS: usize = 3;

#[derive(Clone, Serialize)]
pub(super) struct Model {
    /// Seconds for an update of a point in one domain, and in a sub-domain.
    update_s: f64,
    domain_update_s: f64,
    /// Seconds for an empty exchange, and the bytes per second of a larger one.
    latency_s: f64,
    bytes_per_second: Option<f64>,
    /// Predicted seconds for a step in one domain, and in the sub-domains.
    pub(super) predicted_one_s: f64,
    pub(super) predicted_s: f64,
    /// The number of points from which these sub-domains are faster; `None` if they never are.
    pub(super) break_even_points: Option<f64>,
}

impl Model {
    pub(super) fn measure(job: &Job) -> Result<Self, Failure> {
        let cores = match job.backend {
            Backend::None => 1,
            Backend::Threads => job.plan.threads,
            Backend::Processes => usize::MAX,
        };
        let cores = cores.min(Machine::detect().threads).min(job.cut.domains) as f64;
        let costs = [exchange_cost(job, DEPTHS[0])?, exchange_cost(job, DEPTHS[1])?];
        let s_per_byte = ((costs[1] - costs[0]) / (8 * (DEPTHS[1] - DEPTHS[0])) as f64).max(0.0);
        let latency_s = (costs[0] - 8.0 * s_per_byte).max(0.0);
        let halo = job.cut.halo as f64;
        let each = job.cut.domains as f64 / cores;
        let exchange = each * (latency_s + 8.0 * halo * s_per_byte) / halo;
        let repeated = each * (halo - 1.0);

        let points = job.grid.inner();
        let (update_s, domain_update_s) = (update(job, points, 1)?, update(job, points, job.cut.domains)?);
        // An update takes longer on a short rod than on a long one. The break-even uses a rod of medium length.
        let (long, cut) = (update(job, BREAK_EVEN_ROD, 1)?, update(job, BREAK_EVEN_ROD, job.cut.domains)?);
        let gain = long - cut / cores;
        Ok(Self {
            update_s,
            domain_update_s,
            latency_s,
            bytes_per_second: (s_per_byte > 0.0).then(|| 1.0 / s_per_byte),
            predicted_one_s: points as f64 * update_s,
            predicted_s: (points as f64 / cores + repeated) * domain_update_s + exchange,
            break_even_points: (cores > 1.0 && gain > 0.0).then(|| (exchange + repeated * cut) / gain),
        })
    }
}

/// The updates per second of the whole job, from a short run with the size of a sub-domain.
pub(super) fn rate(job: &Job) -> Result<f64, Failure> {
    let cores = Machine::detect().threads.min(job.cut.domains) as f64;
    let alone = job.backend == Backend::None;
    Ok(if alone { 1.0 } else { cores } / update(job, job.grid.inner(), job.cut.domains)?)
}

/// The seconds for an update of `points` inner points in `domains` sub-domains on one thread.
fn update(job: &Job, points: usize, domains: usize) -> Result<f64, Failure> {
    // Two sub-domains are enough to measure the time of a block of few steps.
    let pieces = domains.min(2);
    let points = (points / domains).max(job.cut.halo).min(MAX_POINTS) * pieces;
    let block = if pieces > 1 { job.cut.halo as u64 } else { 64 };
    let steps = ((UPDATES / points as f64) as u64).clamp(1, MAX_STEPS);
    // Complete blocks only, if there is time for one.
    let steps = if steps > block { steps - steps % block } else { steps };
    let rod = Rod::new(points + 2).steps(steps).domains(pieces).halo(if pieces > 1 { job.cut.halo } else { 1 });
    // The time step is small, so the field does not decay: updates of numbers near zero may take much longer.
    let rod = rod.time_step(1e-3 * (PI / (points + 1) as f64).powi(2));
    let exec = job.exec.clone().threads(1).pin(Pin::None).control(&job.control.with_own_progress());
    let run = || -> Result<f64, Failure> {
        let evolution = evolve(&rod, &exec)?;
        let timings: Duration = evolution.timings.iter().map(|timings| timings.arithmetic).sum();
        Ok(timings.as_secs_f64() / (points as f64 * steps as f64))
    };
    fastest(job, run)
}

/// The seconds for an exchange of `depth` points, including the waiting time.
fn exchange_cost(job: &Job, depth: usize) -> Result<f64, Failure> {
    let rod = Rod::new(2 * depth.max(16) + 2).domains(2).halo(depth).steps(ROUNDS * depth as u64);
    let run = || -> Result<f64, Failure> {
        let evolution = backend::evolve(job, &rod, &job.control.with_own_progress())?;
        let cost = |timings: &Timings| (timings.exchange + timings.waiting).as_secs_f64() / timings.exchanges as f64;
        // The smaller of the two costs: the other sub-domain also waits for the arithmetic of its neighbour.
        Ok(evolution.timings.iter().map(cost).fold(f64::MAX, f64::min))
    };
    fastest(job, run)
}

fn fastest(job: &Job, mut run: impl FnMut() -> Result<f64, Failure>) -> Result<f64, Failure> {
    let mut best = f64::MAX;
    for _ in 0..REPEATS {
        if job.control.is_stopped() {
            return Err(Failure::Stopped(String::new()));
        }
        best = best.min(run()?);
    }
    Ok(best)
}
