//! What a workload brings to the ladder. Everything else is written once for all of them.

use lanewalk::{Error, Exec};

use super::baseline::Baseline;
use super::measure::Sample;

/// A problem that every rung solves alike.
pub(crate) trait Workload: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What is computed, for a heading.
    fn title(&self) -> &'static str;
    /// What a rate counts.
    fn unit(&self) -> &'static str;
    /// What its samples are.
    fn sample_unit(&self) -> &'static str;
    /// What relative accuracies are of.
    fn target(&self) -> &'static str;
    /// A number of samples that the scalar layer does in some ten milliseconds.
    fn first_size(&self) -> u64;
    /// The work of the ladder: so many samples by the plain method.
    fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error>;
    /// `times` as much work: what so many threads are given in weak scaling.
    fn run_times(&self, times: usize, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        self.run(samples.saturating_mul(times as u64), seed, exec)
    }
    /// The kernel of [`Workload::run`] with nothing in its way, for about as much work as so many samples are.
    fn ceiling(&self, samples: u64, exec: &Exec) -> Result<Sample, Error>;
    /// The course's Python loop, and its NumPy counterpart.
    fn baselines(&self) -> [Baseline; 2];
    /// Whether the course has it as a list of tasks.
    fn has_tasks(&self) -> bool {
        false
    }
    /// What a plain sample is; `None` for a workload that samples nothing.
    fn sampling(&self) -> Option<Sampling>;
    /// The work by which the plain method comes so near to its target.
    fn plain_work(&self, relative_error: f64) -> f64 {
        self.sampling().map_or(f64::NAN, |sampling| sampling.samples(relative_error) * sampling.work)
    }
    /// The plain method's run that comes so near to its target.
    fn run_plain(&self, relative_error: f64, seed: u64, exec: &Exec) -> Result<(), Error> {
        let samples = self.sampling().map_or(0.0, |sampling| sampling.samples(relative_error));
        self.run(samples as u64, seed, exec).map(|_| ())
    }
    /// The better algorithms, fastest run: so many samples give the relative (standard) error that is returned.
    fn algorithms(&self) -> Vec<Algorithm>;
}

/// What one plain sample of a Monte Carlo workload is.
#[derive(Clone, Copy)]
pub(crate) struct Sampling {
    /// Its relative standard deviation: known, not estimated.
    pub(crate) deviation: f64,
    /// The work that it is on the average, in the workload's unit.
    pub(crate) work: f64,
}

impl Sampling {
    /// Samples that give this relative standard error: (deviation / error)^2.
    fn samples(&self, relative_error: f64) -> f64 {
        (self.deviation / relative_error).powi(2).ceil()
    }
}

/// A way to the same number.
#[derive(Clone, Copy)]
pub(crate) struct Algorithm {
    /// The method's name on the command line, and what it is.
    pub(crate) name: &'static str,
    /// How its error falls with the samples.
    pub(crate) law: Law,
    /// Runs it with so many samples; the relative (standard) error that they give.
    pub(crate) run: fn(samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error>,
}

/// How error and time of an algorithm go with the number of samples.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// The error falls with the square root, the time grows in proportion. The one that is compared with `plain` for the
    /// algorithm's factor is marked.
    Sampling { factor: bool },
    /// Error and time go with these powers.
    Powers { error: f64, time: f64 },
    /// No samples: the same time for any accuracy.
    Exact,
}

#[cfg(test)]
type Run = dyn Fn(u64, &Exec) -> Result<Sample, Error> + Sync;

/// A workload that does nothing but what a test asks of it.
#[cfg(test)]
pub(super) struct Fake {
    pub(super) run: Box<Run>,
    pub(super) algorithms: Vec<Algorithm>,
}

#[cfg(test)]
impl Workload for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }
    fn title(&self) -> &'static str {
        "nothing"
    }
    fn unit(&self) -> &'static str {
        "steps"
    }
    fn sample_unit(&self) -> &'static str {
        "samples"
    }
    fn target(&self) -> &'static str {
        "nothing"
    }
    fn first_size(&self) -> u64 {
        1
    }
    fn run(&self, samples: u64, _: u64, exec: &Exec) -> Result<Sample, Error> {
        (self.run)(samples, exec)
    }
    fn ceiling(&self, samples: u64, _: &Exec) -> Result<Sample, Error> {
        Ok(Sample { work: samples as f64, seconds: Some(samples as f64), digest: None })
    }
    fn baselines(&self) -> [Baseline; 2] {
        [Baseline { name: "Python", script: "exit(1)" }; 2]
    }
    fn sampling(&self) -> Option<Sampling> {
        Some(Sampling { deviation: 1.0, work: 1.0 })
    }
    fn algorithms(&self) -> Vec<Algorithm> {
        self.algorithms.clone()
    }
}
