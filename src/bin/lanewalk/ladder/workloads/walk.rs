//! The walk on the ladder: first passages to Y = 150, the farthest example distance.

use lanewalk::internal::walk_ceiling;
use lanewalk::{Error, Exec, FirstPassage, Method, Walk, exact_moments, first_passage};

use super::with_rand::rand_on_the_line;
use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const Y: f64 = 150.0;

pub(super) static WALK: Workload = Workload {
    name: "walk",
    title: "first passages to Y = 150",
    unit: "steps",
    sample_unit: "walks",
    target: "E[T] at Y = 150",
    first_size: 100,
    // Half a draw of 10 operations; widen, add, count, compare.
    operations: 9.0,
    bytes: 0.0,
    element_bits: 64,
    has_tasks: true,
    baselines: baselines!("walk"),
    rand: Some(|samples, seed| rand_on_the_line(samples, seed, |position| position.abs() < Y)),
    run: &run,
    ceiling,
    sampling,
    deterministic: None,
    algorithms: &ALGORITHMS,
};

fn run(times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
    let samples = samples.saturating_mul(times as u64);
    let crossings = first_passage(&Walk::to(Y).samples(samples).seed(seed), exec)?;
    let work = crossings[0].tally.total_steps as f64;
    Ok(Sample { work, seconds: None, digest: Some(FirstPassage::digest(&crossings)) })
}

fn ceiling(samples: u64, exec: &Exec) -> Result<Sample, Error> {
    let steps = walk_ceiling((samples as f64 * sampling().map_or(f64::NAN, |sampling| sampling.work)) as u64, exec)?;
    Ok(Sample::of(steps as f64))
}

fn sampling() -> Option<Sampling> {
    let exact = exact_moments(Y).ok()?;
    Some(Sampling { deviation: exact.std_dev / exact.mean, work: exact.mean })
}

const ALGORITHMS: [Algorithm; 4] = [
    Algorithm {
        name: "plain, 15 distances",
        law: Law::Sampling { factor: false },
        run: |n, s, e| list(Method::Plain, n, s, e),
    },
    Algorithm {
        name: "nested, the same 15 distances",
        law: Law::Sampling { factor: false },
        run: |n, s, e| list(Method::Nested, n, s, e),
    },
    Algorithm { name: "wald", law: Law::Sampling { factor: true }, run: |n, s, e| wald(n, s, e) },
    Algorithm { name: "exact", law: Law::Exact, run: |_, _, _| Ok(exact_moments(Y)?.relative_error) },
];

/// The whole example list, and the accuracy of its last entry.
fn list(method: Method, samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error> {
    let distances = (1..=15).map(|k| f64::from(10 * k));
    first_passage(&Walk::to_each(distances).samples(samples).seed(seed).method(method), exec)?;
    let exact = exact_moments(Y)?;
    Ok(exact.std_dev / exact.mean / (samples as f64).sqrt())
}

fn wald(samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error> {
    let crossings = first_passage(&Walk::to(Y).samples(samples).seed(seed).method(Method::Wald), exec)?;
    let estimate = crossings[0].estimate();
    Ok(estimate.and_then(|estimate| Some(estimate.std_error? / estimate.value)).unwrap_or(f64::NAN))
}
