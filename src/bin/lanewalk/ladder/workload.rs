//! The interface of a workload: data and functions. Everything else is written once for all of them.

use lanewalk::{Error, Exec, Isa};

use super::baseline::Baseline;
use super::measure::Sample;

/// A problem that every rung solves in the same way.
pub(crate) struct Workload {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The computed quantity, for a heading.
    pub(crate) title: &'static str,
    /// The unit of a rate's numerator.
    pub(crate) unit: &'static str,
    /// The unit of its samples.
    pub(crate) sample_unit: &'static str,
    /// The quantity of the relative accuracies.
    pub(crate) target: &'static str,
    /// A number of samples that takes the scalar layer about ten milliseconds.
    pub(crate) first_size: u64,
    /// Operations of one item of the rate in the textbook loop, and the bytes that it moves to and from memory.
    pub(crate) operations: f64,
    pub(crate) bytes: f64,
    /// The bits of an element of the vector kernel. Its lanes are counted by it.
    pub(crate) element_bits: usize,
    /// Whether the ladder also runs it as a list of tasks.
    pub(crate) has_tasks: bool,
    /// The plain Python loop, and its NumPy counterpart.
    pub(crate) baselines: [Baseline; 2],
    /// The loop as a Rust user writes it with the crate `rand`: about as much work as this number of samples, from this
    /// seed, on one thread. `None` for a workload without random numbers.
    pub(crate) rand: Option<fn(samples: u64, seed: u64) -> Sample>,
    /// The work of the ladder: this number of samples by the plain method, `times` as much for weak scaling.
    pub(crate) run: &'static Run,
    /// The kernel of `run` alone, for about as much work as this number of samples.
    pub(crate) ceiling: fn(samples: u64, exec: &Exec) -> Result<Sample, Error>,
    /// The properties of a plain sample; `None` for a workload without samples.
    pub(crate) sampling: fn() -> Option<Sampling>,
    /// The plain method at a relative error, for a workload without samples.
    pub(crate) deterministic: Option<Deterministic>,
    /// The better algorithms, fastest run first. They return the relative (standard) error of this number of samples.
    pub(crate) algorithms: &'static [Algorithm],
}

/// Runs `times` as much work as this number of samples, from this seed.
pub(crate) type Run = dyn Fn(usize, u64, u64, &Exec) -> Result<Sample, Error> + Sync;

/// The plain method of a workload without samples.
pub(crate) struct Deterministic {
    /// The work that reaches this relative error.
    pub(crate) work: fn(relative_error: f64) -> f64,
    pub(crate) run: fn(relative_error: f64, exec: &Exec) -> Result<(), Error>,
}

impl Workload {
    /// The elements of the vector kernel in one register.
    pub(super) fn lanes(&self, isa: Isa) -> usize {
        isa.lanes() * 64 / self.element_bits
    }

    /// The work of the ladder.
    pub(crate) fn run(&self, samples: u64, seed: u64, exec: &Exec) -> Result<Sample, Error> {
        (self.run)(1, samples, seed, exec)
    }

    /// The work with which the plain method reaches this relative error.
    pub(crate) fn plain_work(&self, relative_error: f64) -> f64 {
        match &self.deterministic {
            Some(plain) => (plain.work)(relative_error),
            None => (self.sampling)().map_or(f64::NAN, |sampling| sampling.samples(relative_error) * sampling.work),
        }
    }

    /// The run of the plain method that reaches this relative error.
    pub(crate) fn run_plain(&self, relative_error: f64, seed: u64, exec: &Exec) -> Result<(), Error> {
        if let Some(plain) = &self.deterministic {
            return (plain.run)(relative_error, exec);
        }
        let samples = (self.sampling)().map_or(0.0, |sampling| sampling.samples(relative_error));
        self.run(samples as u64, seed, exec).map(|_| ())
    }
}

/// The properties of one plain sample of a Monte Carlo workload.
#[derive(Clone, Copy)]
pub(crate) struct Sampling {
    /// Its relative standard deviation: known, not estimated.
    pub(crate) deviation: f64,
    /// Its mean work, in the workload's unit.
    pub(crate) work: f64,
}

impl Sampling {
    /// Samples that give this relative standard error: (deviation / error)^2.
    fn samples(&self, relative_error: f64) -> f64 {
        (self.deviation / relative_error).powi(2).ceil()
    }
}

/// An algorithm for the same number.
#[derive(Clone, Copy)]
pub(crate) struct Algorithm {
    /// The method's name on the command line, and its description.
    pub(crate) name: &'static str,
    /// The dependence of its error on the number of samples.
    pub(crate) law: Law,
    /// Runs it with this number of samples. Returns their relative (standard) error.
    pub(crate) run: fn(samples: u64, seed: u64, exec: &Exec) -> Result<f64, Error>,
}

/// The dependence of an algorithm's error and time on the number of samples.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// The error falls with the square root, and the time grows in proportion. `factor` marks the algorithm that is
    /// compared with `plain` for the algorithm's factor.
    Sampling { factor: bool },
    /// Error and time follow these powers.
    Powers { error: f64, time: f64 },
    /// No samples: the same time for any accuracy.
    Exact,
}

/// A workload that only runs the functions of a test.
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
        element_bits: 64,
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
