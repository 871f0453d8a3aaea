//! A walk between two barriers on the ladder: a walk from 0 between a barrier at -20 and one at 80.

use std::sync::LazyLock;

use lanewalk::internal::walk_ceiling;
use lanewalk::{Error, Exec, ExitMoments, FirstExit, Walk, first_exit};

use crate::ladder::baseline::Baseline;
use crate::ladder::measure::Sample;
use crate::ladder::workload::{Algorithm, Law, Sampling, Workload};

const LOWER: f64 = -20.0;
const UPPER: f64 = 80.0;

pub(super) struct Exits;

impl Workload for Exits {
    fn name(&self) -> &'static str {
        "between"
    }

    fn title(&self) -> &'static str {
        "first exits from between -20 and 80"
    }

    fn unit(&self) -> &'static str {
        "steps"
    }

    fn sample_unit(&self) -> &'static str {
        "walks"
    }

    fn target(&self) -> &'static str {
        "P(-20 before 80)"
    }

    fn first_size(&self) -> u64 {
        1000
    }

    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        let exit = walk(samples, seed, exec)?;
        let work = (exit.lower.total_steps + exit.upper.total_steps) as f64;
        Ok(Sample { work, seconds: None, digest: Some(exit.digest()) })
    }

    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error> {
        let steps = samples as f64 * EXACT.as_ref().map_or(f64::NAN, |exact| exact.mean);
        Ok(Sample { work: walk_ceiling(steps as u64, exec)? as f64, seconds: None, digest: None })
    }

    fn baselines(&self) -> [Baseline; 2] {
        [
            Baseline {
                name: "Python",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/between.py")),
            },
            Baseline {
                name: "NumPy",
                script: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/between_numpy.py")),
            },
        ]
    }

    fn sampling(&self) -> Option<Sampling> {
        let exact = EXACT.as_ref()?;
        // Of a binomial with probability p: sqrt((1 - p) / p).
        Some(Sampling { deviation: (exact.upper / exact.lower).sqrt(), work: exact.mean })
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        vec![Algorithm {
            name: "exact",
            law: Law::Exact,
            run: |_, _, _| Ok(exact().map_or(f64::NAN, |exact| exact.relative_error)),
        }]
    }
}

static EXACT: LazyLock<Option<ExitMoments>> = LazyLock::new(exact);

fn walk(samples: u64, seed: u64, exec: &Exec) -> Result<FirstExit, Error> {
    first_exit(&Walk::between(LOWER, UPPER).samples(samples).seed(seed), exec)
}

/// The exact values, computed anew. They come with a result, so that a single walk is walked.
fn exact() -> Option<ExitMoments> {
    walk(1, 1, &Exec::default().threads(1)).ok()?.exact().copied()
}
