//! Monte Carlo pi on the ladder.

use std::f64::consts::PI;

use lanewalk::internal::pi_ceiling;
use lanewalk::{Error, Exec, Pi, PiMethod, estimate_pi};

use crate::ladder::baseline::Baseline;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

pub(super) struct Points;

impl Workload for Points {
    fn name(&self) -> &'static str {
        "pi"
    }

    fn title(&self) -> &'static str {
        "points in a quarter of a disc"
    }

    fn unit(&self) -> &'static str {
        "points"
    }

    fn sample_unit(&self) -> &'static str {
        "points"
    }

    fn target(&self) -> &'static str {
        "pi"
    }

    fn first_size(&self) -> u64 {
        4 << 20
    }

    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        let score = estimate_pi(&Pi::points(samples).seed(seed), exec)?;
        Ok(Sample { work: score.points as f64, seconds: None, digest: Some(score.digest()) })
    }

    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error> {
        Ok(Sample { work: pi_ceiling(samples, exec)? as f64, seconds: None, digest: None })
    }

    fn baselines(&self) -> [Baseline; 2] {
        [
            Baseline {
                name: "Python",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/pi.py")),
            },
            Baseline {
                name: "NumPy",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/pi_numpy.py")),
            },
        ]
    }

    fn sampling(&self) -> Option<Sampling> {
        // Of a binomial with probability p = pi / 4: sqrt((1 - p) / p).
        Some(Sampling { deviation: ((4.0 - PI) / PI).sqrt(), work: 1.0 })
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        vec![
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
        ]
    }
}

fn estimate(method: PiMethod, points: u64, seed: u64, exec: &Exec) -> Result<f64, Error> {
    let estimate = estimate_pi(&Pi::points(points).method(method).seed(seed), exec)?.estimate();
    Ok(estimate.and_then(|estimate| Some(estimate.std_error? / estimate.value)).unwrap_or(f64::NAN))
}
