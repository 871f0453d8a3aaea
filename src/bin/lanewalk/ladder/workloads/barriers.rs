//! A walk between two barriers on the ladder: a walk from 0 between barriers at -20 and 80.

use std::sync::LazyLock;

use lanewalk::internal::walk_ceiling;
use lanewalk::{Error, Exec, ExitMoments, FirstExit, Walk, first_exit};

use super::with_rand::rand_on_the_line;
use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const LOWER: f64 = -20.0;
const UPPER: f64 = 80.0;

pub(super) static BARRIERS: Workload = Workload {
    name: "barriers",
    title: "first exits from between -20 and 80",
    unit: "steps",
    sample_unit: "walks",
    target: "P(-20 before 80)",
    first_size: 1000,
    // Half a draw of 10 operations; widen, add, count, compare.
    operations: 9.0,
    bytes: 0.0,
    element_bits: 64,
    has_tasks: false,
    baselines: baselines!("between"),
    rand: Some(|samples, seed| rand_on_the_line(samples, seed, |position| position > LOWER && position < UPPER)),
    run: &run,
    ceiling,
    sampling,
    deterministic: None,
    algorithms: &ALGORITHMS,
};

fn run(times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
    let samples = samples.saturating_mul(times as u64);
    let exit = walk(samples, seed, exec)?;
    let work = (exit.lower.total_steps + exit.upper.total_steps) as f64;
    Ok(Sample { work, seconds: None, digest: Some(exit.digest()) })
}

fn ceiling(samples: u64, exec: &Exec) -> Result<Sample, Error> {
    let steps = samples as f64 * EXACT.as_ref().map_or(f64::NAN, |exact| exact.mean);
    Ok(Sample::of(walk_ceiling(steps as u64, exec)? as f64))
}

fn sampling() -> Option<Sampling> {
    let exact = EXACT.as_ref()?;
    // For a binomial with probability p: sqrt((1 - p) / p).
    Some(Sampling { deviation: (exact.upper / exact.lower).sqrt(), work: exact.mean })
}

const ALGORITHMS: [Algorithm; 1] = [Algorithm {
    name: "exact",
    law: Law::Exact,
    run: |_, _, _| Ok(exact().map_or(f64::NAN, |exact| exact.relative_error)),
}];

static EXACT: LazyLock<Option<ExitMoments>> = LazyLock::new(exact);

fn walk(samples: u64, seed: u64, exec: &Exec) -> Result<FirstExit, Error> {
    first_exit(&Walk::between(LOWER, UPPER).samples(samples).seed(seed), exec)
}

/// The exact values, computed anew. They are part of a result, so this runs a single walk.
fn exact() -> Option<ExitMoments> {
    walk(1, 1, &Exec::default().threads(1)).ok()?.exact().copied()
}
