//! A walk on the cubic lattice on the ladder: until the first return to the origin, at most 1000 steps.

use std::hint::black_box;
use std::sync::LazyLock;

use lanewalk::internal::lattice_ceiling;
use lanewalk::{Distribution, Error, Exec, ReturnDistribution, ReturnKind, Walk, first_return};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::ladder::baseline::baselines;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const DIMENSIONS: usize = 3;
const HORIZON: u64 = 1000;

pub(super) static LATTICE: Workload = Workload {
    name: "lattice",
    title: "returns to the origin of the cubic lattice within 1000 steps",
    unit: "steps",
    sample_unit: "walks",
    target: "P(T <= 1000)",
    first_size: 3000,
    // A 20th of a draw; multiply, shift, narrow; find, sign and add the coordinate; three to compare; count.
    operations: 11.0,
    bytes: 0.0,
    element_bits: 64,
    has_tasks: false,
    baselines: baselines!("lattice"),
    rand: Some(with_rand),
    run: &run,
    ceiling,
    sampling,
    deterministic: None,
    algorithms: &ALGORITHMS,
};

fn run(times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
    let samples = samples.saturating_mul(times as u64);
    let returns = first_return(&Walk::returning(RETURN_KIND, HORIZON).samples(samples).seed(seed), exec)?;
    // Walks that did not return count, too.
    let work = returns.tally.total_steps + u128::from(returns.censored) * u128::from(HORIZON);
    Ok(Sample { work: work as f64, seconds: None, digest: Some(returns.digest()) })
}

/// The loop as a Rust user writes it with the crate `rand`.
fn with_rand(samples: u64, seed: u64) -> Sample {
    let mut rng = SmallRng::seed_from_u64(seed);
    let (mut steps, mut returned) = (0_u64, 0_u64);
    for _ in 0..samples {
        let mut position = [0_i64; DIMENSIONS];
        for _ in 0..HORIZON {
            let direction = rng.random_range(0..2 * DIMENSIONS);
            position[direction / 2] += if direction % 2 == 0 { 1 } else { -1 };
            steps += 1;
            if position == [0; DIMENSIONS] {
                returned += 1;
                break;
            }
        }
    }
    black_box(returned);
    Sample::of(steps as f64)
}

fn ceiling(samples: u64, exec: &Exec) -> Result<Sample, Error> {
    let steps = samples as f64 * SAMPLING.map_or(f64::NAN, |sampling| sampling.work);
    let steps = lattice_ceiling(DIMENSIONS, steps as u64, exec)?;
    Ok(Sample::of(steps as f64))
}

fn sampling() -> Option<Sampling> {
    *SAMPLING
}

const ALGORITHMS: [Algorithm; 1] =
    [Algorithm { name: "exact", law: Law::Exact, run: |_, _, _| Ok(exact().map_or(f64::NAN, |_| ACCURACY)) }];

const RETURN_KIND: ReturnKind = ReturnKind::Lattice { dimensions: DIMENSIONS };

/// A bound of the relative error of exact values: about 14 digits are correct.
const ACCURACY: f64 = 1e-13;

static SAMPLING: LazyLock<Option<Sampling>> = LazyLock::new(|| {
    let times = ReturnDistribution::new(RETURN_KIND, HORIZON).ok()??;
    let back = times.cdf(HORIZON);
    // For a binomial with probability p: sqrt((1 - p) / p). E[min(T, h)] is the sum of P(T > n) over n < h.
    let work = times.mean_until(HORIZON)?;
    Some(Sampling { deviation: ((1.0 - back) / back).sqrt(), work })
});

/// The exact value, computed anew.
fn exact() -> Option<f64> {
    Some(ReturnDistribution::new(RETURN_KIND, HORIZON).ok()??.cdf(HORIZON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_matches_a_run() {
        let sample = run(1, 20_000, 1, &Exec::default()).unwrap();
        let work = sample.work / 20_000.0;
        let expected = sampling().unwrap().work;
        // The standard error is half a percent.
        assert!((work / expected - 1.0).abs() < 0.025, "{work} {expected}");
    }
}
