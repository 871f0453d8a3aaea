//! What a workload brings to the ladder: data and functions. Everything else is written once for all of them.

use lanewalk::{Error, Exec};

use super::baseline::Baseline;
use super::measure::Sample;

/// A problem that every rung solves alike.
pub(crate) struct Workload {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What is computed, for a heading.
    pub(crate) title: &'static str,
    /// What a rate counts.
    pub(crate) unit: &'static str,
    /// What its samples are.
    pub(crate) sample_unit: &'static str,
    /// What relative accuracies are of.
    pub(crate) target: &'static str,
    /// A number of samples that the scalar layer does in some ten milliseconds.
    pub(crate) first_size: u64,
    /// Operations of one item of the rate in the textbook loop, and bytes that it moves to and from memory.
    pub(crate) operations: f64,
    pub(crate) bytes: f64,
    /// Whether the ladder runs it as a list of tasks too.
    pub(crate) has_tasks: bool,
    /// The plain Python loop, and its NumPy counterpart.
    pub(crate) baselines: [Baseline; 2],
    /// What a Rust user writes with the crate `rand`: about as much work as this many samples are, from this seed, on
    /// one thread. `None` for a workload that draws no random numbers.
    pub(crate) rand: Option<fn(samples: u64, seed: u64) -> Sample>,
    /// The work of the ladder: this many samples by the plain method, `times` as much for weak scaling.
    pub(crate) run: &'static Run,
    /// The kernel of `run` alone, for about as much work as this many samples are.
    pub(crate) ceiling: fn(samples: u64, exec: &Exec) -> Result<Sample, Error>,
    /// What a plain sample is; `None` for a workload that samples nothing.
    pub(crate) sampling: fn() -> Option<Sampling>,
    /// The plain method at a relative error, where it samples nothing.
    pub(crate) deterministic: Option<Deterministic>,
    /// The better algorithms, fastest run first: this many samples give the relative (standard) error that is returned.
    pub(crate) algorithms: &'static [Algorithm],
}

/// Runs `times` as much work as this many samples, from this seed.
pub(crate) type Run = dyn Fn(usize, u64, u64, &Exec) -> Result<Sample, Error> + Sync;

/// The plain method of a workload that samples nothing.
pub(crate) struct Deterministic {
    /// The work by which it comes this near to its target.
    pub(crate) work: fn(relative_error: f64) -> f64,
    pub(crate) run: fn(relative_error: f64, exec: &Exec) -> Result<(), Error>,
}

impl Workload {
    /// The work of the ladder.
    pub(crate) fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        (self.run)(1, samples, seed, exec)
    }

    /// The work by which the plain method comes this near to its target.
    pub(crate) fn plain_work(&self, relative_error: f64) -> f64 {
        match &self.deterministic {
            Some(plain) => (plain.work)(relative_error),
            None => (self.sampling)().map_or(f64::NAN, |sampling| sampling.samples(relative_error) * sampling.work),
        }
    }

    /// The plain method's run that comes this near to its target.
    pub(crate) fn run_plain(&self, relative_error: f64, seed: u64, exec: &Exec) -> Result<(), Error> {
        if let Some(plain) = &self.deterministic {
            return (plain.run)(relative_error, exec);
        }
        let samples = (self.sampling)().map_or(0.0, |sampling| sampling.samples(relative_error));
        self.run(samples as u64, seed, exec).map(|_| ())
    }
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
    /// Runs it with this many samples; the relative (standard) error that they give.
    pub(crate) run: fn(samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error>,
}

/// How error and time of an algorithm go with the number of samples.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// The error falls with the square root, the time grows in proportion. The one that is compared with `plain` for
    /// the algorithm's factor is marked.
    Sampling { factor: bool },
    /// Error and time go with these powers.
    Powers { error: f64, time: f64 },
    /// No samples: the same time for any accuracy.
    Exact,
}

/// A workload that does nothing but what a test asks of it.
#[cfg(test)]
pub(super) fn fake(
    run: impl Fn(u64, &Exec) -> Result<Sample, Error> + Sync + 'static,
    algorithms: &'static [Algorithm],
) -> &'static Workload {
    Box::leak(Box::new(Workload {
        name: "fake",
        title: "nothing",
        unit: "steps",
        sample_unit: "samples",
        target: "nothing",
        first_size: 1,
        operations: 1.0,
        bytes: 0.0,
        has_tasks: false,
        baselines: [Baseline { name: "Python", script: "exit(1)" }; 2],
        rand: None,
        run: Box::leak(Box::new(move |times: usize, samples: u64, _: u64, exec: &Exec| {
            run(times as u64 * samples, exec)
        })),
        ceiling: |samples, _| Ok(Sample { work: samples as f64, seconds: Some(samples as f64), digest: None }),
        sampling: || Some(Sampling { deviation: 1.0, work: 1.0 }),
        deterministic: None,
        algorithms,
    }))
}
