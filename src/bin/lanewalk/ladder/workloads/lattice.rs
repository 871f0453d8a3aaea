//! A walk on the cubic lattice on the ladder: until back at the origin, or for 1000 steps.

use std::sync::LazyLock;

use lanewalk::internal::lattice_ceiling;
use lanewalk::{Error, Exec, ReturnDistribution, ReturnKind, Walk, first_return};

use crate::ladder::baseline::Baseline;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const DIMENSIONS: usize = 3;
const HORIZON: u64 = 1000;

pub(super) struct Returners;

impl Workload for Returners {
    fn name(&self) -> &'static str {
        "lattice"
    }

    fn title(&self) -> &'static str {
        "returns to the origin of the cubic lattice within 1000 steps"
    }

    fn unit(&self) -> &'static str {
        "steps"
    }

    fn sample_unit(&self) -> &'static str {
        "walks"
    }

    fn target(&self) -> &'static str {
        "P(T <= 1000)"
    }

    fn first_size(&self) -> u64 {
        3000
    }

    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        let returns = first_return(&Walk::returning(MEANING, HORIZON).samples(samples).seed(seed), exec)?;
        // Who is not back has walked, too.
        let work = returns.tally.total_steps + u128::from(returns.censored) * u128::from(HORIZON);
        Ok(Sample { work: work as f64, seconds: None, digest: Some(returns.digest()) })
    }

    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error> {
        let steps = samples as f64 * SAMPLING.map_or(f64::NAN, |sampling| sampling.work);
        let steps = lattice_ceiling(DIMENSIONS, steps as u64, exec)?;
        Ok(Sample { work: steps as f64, seconds: None, digest: None })
    }

    fn baselines(&self) -> [Baseline; 2] {
        [
            Baseline {
                name: "Python",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/lattice.py")),
            },
            Baseline {
                name: "NumPy",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/lattice_numpy.py")),
            },
        ]
    }

    fn sampling(&self) -> Option<Sampling> {
        *SAMPLING
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        vec![Algorithm { name: "exact", law: Law::Exact, run: |_, _, _| Ok(exact().map_or(f64::NAN, |_| ACCURACY)) }]
    }
}

const MEANING: ReturnKind = ReturnKind::Lattice { dimensions: DIMENSIONS };

/// A bound of the relative error of exact values: some 14 digits are right.
const ACCURACY: f64 = 1e-13;

static SAMPLING: LazyLock<Option<Sampling>> = LazyLock::new(|| {
    let times = ReturnDistribution::new(MEANING, HORIZON)?;
    let back = times.by(HORIZON);
    // Of a binomial with probability p: sqrt((1 - p) / p). E[min(T, h)] is the sum of P(T > n) over n < h.
    let work = (0..HORIZON).map(|steps| 1.0 - times.by(steps)).sum();
    Some(Sampling { deviation: ((1.0 - back) / back).sqrt(), work })
});

/// The exact value, computed anew.
fn exact() -> Option<f64> {
    Some(ReturnDistribution::new(MEANING, HORIZON)?.by(HORIZON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_so_much_work() {
        let sample = Returners.run(20_000, 1, &Exec::default()).unwrap();
        let work = sample.work / 20_000.0;
        let expected = Returners.sampling().unwrap().work;
        // The standard error is half a percent.
        assert!((work / expected - 1.0).abs() < 0.025, "{work} {expected}");
    }
}
