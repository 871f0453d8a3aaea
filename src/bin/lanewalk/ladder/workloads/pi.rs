//! Monte Carlo pi on the ladder.

use std::f64::consts;
use std::hint::black_box;

use lanewalk::internal::pi_ceiling;
use lanewalk::{Error, Exec, Pi, PiMethod, estimate_pi};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

pub(super) static PI: Workload = Workload {
    name: "pi",
    title: "points in a quarter of a disc",
    unit: "points",
    sample_unit: "points",
    target: "pi",
    first_size: 4 << 20,
    // Half a draw; shift and mask twice; three and five for the nearest and farthest corner; two comparisons, one sum.
    operations: 20.0,
    bytes: 0.0,
    // Coordinates are fields of 16 bits.
    element_bits: 16,
    has_tasks: false,
    baselines: baselines!("pi"),
    rand: Some(with_rand),
    run: &run,
    ceiling,
    sampling,
    deterministic: None,
    algorithms: &ALGORITHMS,
};

fn run(times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
    let samples = samples.saturating_mul(times as u64);
    let score = estimate_pi(&Pi::points(samples).seed(seed), exec)?;
    Ok(Sample { work: score.points as f64, seconds: None, digest: Some(score.digest()) })
}

/// The loop as a Rust user writes it with the crate `rand`.
fn with_rand(samples: u64, seed: u64) -> Sample {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut inside = 0_u64;
    for _ in 0..samples {
        let (x, y) = (rng.random_range(0.0..1.0_f64), rng.random_range(0.0..1.0_f64));
        inside += u64::from(x * x + y * y < 1.0);
    }
    black_box(inside);
    Sample::of(samples as f64)
}

fn ceiling(samples: u64, exec: &Exec) -> Result<Sample, Error> {
    Ok(Sample::of(pi_ceiling(samples, exec)? as f64))
}

#[allow(clippy::unnecessary_wraps, reason = "the type of every workload's function")]
fn sampling() -> Option<Sampling> {
    // For a binomial with probability p = pi / 4: sqrt((1 - p) / p).
    Some(Sampling { deviation: ((4.0 - consts::PI) / consts::PI).sqrt(), work: 1.0 })
}

const ALGORITHMS: [Algorithm; 3] = [
    Algorithm {
        name: "antithetic",
        law: Law::Sampling { factor: true },
        run: |n, s, e| estimate(PiMethod::Antithetic, n, s, e),
    },
    Algorithm {
        name: "conditional",
        law: Law::Sampling { factor: false },
        run: |n, s, e| estimate(PiMethod::Conditional, n, s, e),
    },
    Algorithm {
        name: "stratified",
        law: Law::Powers { error: 0.75, time: 0.5 },
        run: |n, s, e| estimate(PiMethod::Stratified, n, s, e),
    },
];

fn estimate(method: PiMethod, points: u64, seed: u64, exec: &Exec) -> Result<f64, Error> {
    let estimate = estimate_pi(&Pi::points(points).method(method).seed(seed), exec)?.estimate();
    Ok(estimate.and_then(|estimate| Some(estimate.std_error? / estimate.value)).unwrap_or(f64::NAN))
}
