//! What sub-domains cost and bring, predicted: from the time of an update, and from latency and bandwidth of an
//! exchange, all measured on the spot through the very code that runs.
//!
//! With p cores for D sub-domains, halos of K points and an update of u seconds, a step takes
//!
//! ```text
//! one domain      N u
//! D sub-domains   (D / p) ((N / D + K - 1) u' + (latency + 8 K / bandwidth) / K)
//! ```
//!
//! u' is that of a sub-domain, which takes K steps at a time. Where both are equal, sub-domains begin to pay.

use std::f64::consts::PI;
use std::time::Duration;

use lanewalk::{Machine, Pin, Rod, RunControl, Timings, evolve};
use serde::Serialize;

use super::backend;
use super::job::{Backend, Job};
use crate::cli::failure::Failure;

/// Updates of a measurement: some milliseconds.
const UPDATES: f64 = 1e7;

/// Steps of a measurement, at most: of few points each step is mostly overhead.
const MAX_STEPS: u64 = 10_000;

/// Points of a rod on which an update is measured, at most.
const MAX_POINTS: usize = 1 << 20;

/// Inner points of the rod that tells from how many points on sub-domains pay.
const LONG: usize = 1 << 14;

/// How often an exchange is made to be timed, and how many points it moves then.
const ROUNDS: u64 = 100;
const DEPTHS: [usize; 2] = [1, 256];

/// How often each measurement is repeated: the fastest counts, since whatever else happens only adds.
const REPEATS: usize = 3;

#[derive(Clone, Serialize)]
pub(super) struct Model {
    /// Seconds for an update of a point in one domain, and in a sub-domain.
    update_s: f64,
    domain_update_s: f64,
    /// Seconds for an exchange of nothing, and what each byte adds.
    latency_s: f64,
    bytes_per_second: Option<f64>,
    /// Seconds for a step.
    pub(super) predicted_one_s: f64,
    pub(super) predicted_s: f64,
    /// Points from which on these sub-domains pay; `None` if they never do.
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
        let a_byte = ((costs[1] - costs[0]) / (8 * (DEPTHS[1] - DEPTHS[0])) as f64).max(0.0);
        let latency_s = (costs[0] - 8.0 * a_byte).max(0.0);
        let halo = job.cut.halo as f64;
        let each = job.cut.domains as f64 / cores;
        let exchange = each * (latency_s + 8.0 * halo * a_byte) / halo;
        let repeated = each * (halo - 1.0);

        let points = job.grid.inner();
        let (update_s, domain_update_s) = (update(job, points, 1)?, update(job, points, job.cut.domains)?);
        // An update costs more on a short rod than on a long one: break-even is on a rod of neither kind.
        let (long, cut) = (update(job, LONG, 1)?, update(job, LONG, job.cut.domains)?);
        let gain = long - cut / cores;
        Ok(Self {
            update_s,
            domain_update_s,
            latency_s,
            bytes_per_second: (a_byte > 0.0).then(|| 1.0 / a_byte),
            predicted_one_s: points as f64 * update_s,
            predicted_s: (points as f64 / cores + repeated) * domain_update_s + exchange,
            break_even_points: (cores > 1.0 && gain > 0.0).then(|| (exchange + repeated * cut) / gain),
        })
    }
}

/// Updates per second of the whole job, from a short run of its first sub-domain's size.
pub(super) fn rate(job: &Job) -> Result<f64, Failure> {
    let cores = Machine::detect().threads.min(job.cut.domains) as f64;
    let alone = job.backend == Backend::None;
    Ok(if alone { 1.0 } else { cores } / update(job, job.grid.inner(), job.cut.domains)?)
}

/// Seconds for an update where that many inner points are cut into that many sub-domains, on one thread.
fn update(job: &Job, points: usize, domains: usize) -> Result<f64, Failure> {
    // Two are enough to see what a block of few steps costs.
    let pieces = domains.min(2);
    let points = (points / domains).max(job.cut.halo).min(MAX_POINTS) * pieces;
    let block = if pieces > 1 { job.cut.halo as u64 } else { 64 };
    let steps = ((UPDATES / points as f64) as u64).clamp(1, MAX_STEPS);
    // Whole blocks, if there is time for one.
    let steps = if steps > block { steps - steps % block } else { steps };
    let rod = Rod::new(points + 2).steps(steps).domains(pieces).halo(if pieces > 1 { job.cut.halo } else { 1 });
    // So small a step that the field does not decay: of numbers near zero an update may take far longer.
    let rod = rod.time_step(1e-3 * (PI / (points + 1) as f64).powi(2));
    let exec = job.exec.clone().threads(1).pin(Pin::None).control(&RunControl::default());
    let run = || -> Result<f64, Failure> {
        let evolution = evolve(&rod, &exec)?;
        let timings: Duration = evolution.timings.iter().map(|timings| timings.arithmetic).sum();
        Ok(timings.as_secs_f64() / (points as f64 * steps as f64))
    };
    fastest(job, run)
}

/// Seconds that an exchange of that many points takes, waiting included.
fn exchange_cost(job: &Job, depth: usize) -> Result<f64, Failure> {
    let rod = Rod::new(2 * depth.max(16) + 2).domains(2).halo(depth).steps(ROUNDS * depth as u64);
    let run = || -> Result<f64, Failure> {
        let evolution = backend::evolve(job, &rod, &RunControl::default())?;
        let cost = |timings: &Timings| (timings.exchange + timings.waiting).as_secs_f64() / timings.exchanges as f64;
        // Of the two, the one that waits less: the other also waits for its neighbour's arithmetic.
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
