//! A walk in space on the ladder: from the centre of a ball of radius 50, in three dimensions.

use lanewalk::internal::region_ceiling;
use lanewalk::{Error, Exec, RegionExit, Shape, Walk, region_exit};

use crate::ladder::baseline::Baseline;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const DIMENSIONS: usize = 3;
const RADIUS: f64 = 50.0;

/// E\[T\], by Wald's identity and ten million walks; good to five digits.
const MEAN: f64 = 2531.8;

pub(super) struct Escapes;

impl Workload for Escapes {
    fn name(&self) -> &'static str {
        "ball"
    }

    fn title(&self) -> &'static str {
        "first escapes from a ball of radius 50 in 3 dimensions"
    }

    fn unit(&self) -> &'static str {
        "steps"
    }

    fn sample_unit(&self) -> &'static str {
        "walks"
    }

    fn target(&self) -> &'static str {
        "E[T] at radius 50"
    }

    fn first_size(&self) -> u64 {
        400
    }

    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        let escape = walk(samples, seed, exec)?;
        Ok(Sample { work: escape.tally.total_steps as f64, seconds: None, digest: Some(escape.digest()) })
    }

    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error> {
        let steps = region_ceiling(Shape::Ball, DIMENSIONS, (samples as f64 * MEAN) as u64, exec)?;
        Ok(Sample { work: steps as f64, seconds: None, digest: None })
    }

    fn baselines(&self) -> [Baseline; 2] {
        [
            Baseline {
                name: "Python",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/ball.py")),
            },
            Baseline {
                name: "NumPy",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/ball_numpy.py")),
            },
        ]
    }

    fn sampling(&self) -> Option<Sampling> {
        // Of diffusion out of a ball in D dimensions: sqrt(2 / (D + 2)). That of these walks is 0.05 % less.
        Some(Sampling { deviation: (2.0 / (DIMENSIONS as f64 + 2.0)).sqrt(), work: MEAN })
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        vec![Algorithm { name: "wald", law: Law::Sampling { factor: true }, run: |n, s, e| wald(n, s, e) }]
    }
}

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
    fn what_is_said_of_a_sample_is_so() {
        let escape = walk(20_000, 1, &Exec::default()).unwrap();
        let Sampling { deviation, work } = Escapes.sampling().unwrap();
        // The standard errors are 1e-4 and 5e-3.
        assert!((escape.wald().unwrap().value / work - 1.0).abs() < 5e-4, "{:?}", escape.wald());
        let found = escape.tally.std_dev().unwrap() / work;
        assert!((found / deviation - 1.0).abs() < 0.025, "{found}");
    }
}
