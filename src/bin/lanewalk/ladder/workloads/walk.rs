//! The walk on the ladder: first crossings of Y = 150, the course's farthest distance.

use lanewalk::internal::walk_ceiling;
use lanewalk::{Error, Exec, FirstPassage, Method, Walk, exact_moments, first_passage};

use crate::ladder::baseline::Baseline;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const Y: f64 = 150.0;

pub(super) struct Walks;

impl Workload for Walks {
    fn name(&self) -> &'static str {
        "walk"
    }

    fn title(&self) -> &'static str {
        "first crossings of Y = 150"
    }

    fn unit(&self) -> &'static str {
        "steps"
    }

    fn sample_unit(&self) -> &'static str {
        "walks"
    }

    fn target(&self) -> &'static str {
        "E[T] at Y = 150"
    }

    fn first_size(&self) -> u64 {
        100
    }

    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        let crossings = first_passage(&Walk::to(Y).samples(samples).seed(seed), exec)?;
        let work = crossings[0].tally.total_steps as f64;
        Ok(Sample { work, seconds: None, digest: Some(FirstPassage::digest(&crossings)) })
    }

    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error> {
        let steps =
            walk_ceiling((samples as f64 * self.sampling().map_or(f64::NAN, |sampling| sampling.work)) as u64, exec)?;
        Ok(Sample { work: steps as f64, seconds: None, digest: None })
    }

    fn baselines(&self) -> [Baseline; 2] {
        [
            Baseline {
                name: "Python",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/walk.py")),
            },
            Baseline {
                name: "NumPy",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/walk_numpy.py")),
            },
        ]
    }

    fn has_tasks(&self) -> bool {
        true
    }

    fn sampling(&self) -> Option<Sampling> {
        let exact = exact_moments(Y).ok()?;
        Some(Sampling { deviation: exact.std_dev / exact.mean, work: exact.mean })
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        let sampling = Law::Sampling { factor: false };
        vec![
            Algorithm {
                name: "plain, the course's 15 distances",
                law: sampling,
                run: |n, s, e| list(Method::Plain, n, s, e),
            },
            Algorithm {
                name: "nested, the same 15 distances",
                law: sampling,
                run: |n, s, e| list(Method::Nested, n, s, e),
            },
            Algorithm { name: "wald", law: Law::Sampling { factor: true }, run: |n, s, e| wald(n, s, e) },
            Algorithm { name: "exact", law: Law::Exact, run: |_, _, _| Ok(exact_moments(Y)?.relative_error) },
        ]
    }
}

/// The course's whole list, and how accurate its last entry is.
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
