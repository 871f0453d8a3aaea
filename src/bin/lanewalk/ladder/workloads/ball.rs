//! A walk in space on the ladder: from the centre of a ball of radius 50, in three dimensions.

use lanewalk::internal::region_ceiling;
use lanewalk::{Error, Exec, RegionExit, Shape, Walk, region_exit};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const DIMENSIONS: usize = 3;
const RADIUS: f64 = 50.0;

/// E\[T\], by Wald's identity and ten million walks; accurate to five digits.
const MEAN: f64 = 2531.8;

pub(super) static BALL: Workload = Workload {
    name: "ball",
    title: "first exits from a ball of radius 50 in 3 dimensions",
    unit: "steps",
    sample_unit: "walks",
    target: "E[T] at radius 50",
    first_size: 400,
    // One and a half draws of 10 operations; three times widen and add; three products and two sums for the squared
    // distance; count; compare in two words.
    operations: 29.0,
    bytes: 0.0,
    element_bits: 64,
    has_tasks: false,
    baselines: baselines!("ball"),
    rand: Some(with_rand),
    run: &run,
    ceiling,
    sampling,
    deterministic: None,
    algorithms: &ALGORITHMS,
};

fn run(times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
    let samples = samples.saturating_mul(times as u64);
    let escape = walk(samples, seed, exec)?;
    Ok(Sample { work: escape.tally.total_steps as f64, seconds: None, digest: Some(escape.digest()) })
}

/// The loop as a Rust user writes it with the crate `rand`.
fn with_rand(samples: u64, seed: u64) -> Sample {
    let mut rng = SmallRng::seed_from_u64(seed);
    let mut steps = 0_u64;
    for _ in 0..samples {
        let mut position = [0.0_f64; DIMENSIONS];
        while position.iter().map(|x| x * x).sum::<f64>() < RADIUS * RADIUS {
            for x in &mut position {
                *x += rng.random_range(-1.0..1.0);
            }
            steps += 1;
        }
    }
    Sample::of(steps as f64)
}

fn ceiling(samples: u64, exec: &Exec) -> Result<Sample, Error> {
    let steps = region_ceiling(Shape::Ball, DIMENSIONS, (samples as f64 * MEAN) as u64, exec)?;
    Ok(Sample::of(steps as f64))
}

#[allow(clippy::unnecessary_wraps, reason = "the type of every workload's function")]
fn sampling() -> Option<Sampling> {
    // For diffusion out of a ball in D dimensions: sqrt(2 / (D + 2)). The value for these walks is 0.05 % smaller.
    Some(Sampling { deviation: (2.0 / (DIMENSIONS as f64 + 2.0)).sqrt(), work: MEAN })
}

const ALGORITHMS: [Algorithm; 1] =
    [Algorithm { name: "wald", law: Law::Sampling { factor: true }, run: |n, s, e| wald(n, s, e) }];

fn walk(samples: u64, seed: u64, exec: &Exec) -> Result<RegionExit, Error> {
    region_exit(&Walk::in_ball(DIMENSIONS, RADIUS).samples(samples).seed(seed), exec)
}

fn wald(samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error> {
    let estimate = walk(samples, seed, exec)?.wald();
    Ok(estimate.and_then(|estimate| Some(estimate.std_error? / estimate.value)).unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_matches_a_run() {
        let escape = walk(20_000, 1, &Exec::default()).unwrap();
        let Sampling { deviation, work } = sampling().unwrap();
        // The standard errors are 1e-4 and 5e-3.
        assert!((escape.wald().unwrap().value / work - 1.0).abs() < 5e-4, "{:?}", escape.wald());
        let found = escape.tally.std_dev().unwrap() / work;
        assert!((found / deviation - 1.0).abs() < 0.025, "{found}");
    }
}
