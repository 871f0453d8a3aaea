//! Time to accuracy: seconds until the relative error (for estimates: relative standard error) is below a bound.
//! Algorithms are rungs here too.

use std::time::{Duration, Instant};

use lanewalk::{Exec, RunControl};

use super::budget::part;
use super::error::LadderError;
use super::result::{Accuracy, Time};
use super::rungs::{Measured, Variant, Variants};
use super::workload::{Algorithm, Law, Workload};
use lanewalk::internal::median;

/// Relative errors.
pub(crate) const TARGETS: [f64; 3] = [1e-3, 1e-4, 1e-6];

/// The minimum time of a run that is extrapolated.
const LONG_ENOUGH: f64 = 0.02;

/// The algorithms of `workload` that need no samples, each run once: their names, relative errors and seconds.
pub(super) fn without_samples(
    workload: &Workload,
    seed: u64,
    control: &RunControl,
) -> Result<Vec<(&'static str, f64, f64)>, LadderError> {
    let exact = workload.algorithms.iter().copied().filter(|algorithm| algorithm.law == Law::Exact);
    let run = |algorithm: Algorithm| {
        let start = Instant::now();
        let error = (algorithm.run)(0, seed, &Exec::default().control(control))?;
        Ok((algorithm.name, error, start.elapsed().as_secs_f64()))
    };
    exact.map(run).collect()
}

/// The share of the time of a row that one of its runs may take: a row has several.
const RUN_SHARE: f64 = 0.2;

/// The settings of the rows.
pub(super) struct Settings<'a> {
    pub(super) workload: &'a Workload,
    pub(super) variants: &'a Variants,
    pub(super) measured: &'a Measured<'a>,
    pub(super) seed: u64,
    /// The time that is left.
    pub(super) left: &'a dyn Fn() -> Duration,
}

impl Settings<'_> {
    /// All methods for the workload's number, slowest first, and the names of those for which there was no time. Short
    /// times are measured, the others extrapolated.
    pub(super) fn rows(
        &self,
        first: &[(&'static str, f64, f64)],
        mut progress: impl FnMut(f64),
    ) -> Result<(Vec<Accuracy>, Vec<&'static str>), LadderError> {
        let Self { workload, variants, measured, .. } = self;
        let algorithms = workload.algorithms;
        let row = |variant: String, times| Accuracy { workload: workload.name.to_owned(), variant, times };
        let (mut rows, mut skipped) = (Vec::new(), Vec::new());
        // If the accuracy depends on the size of the problem, the baselines' rate at this size does not predict others.
        let baselines = if (workload.sampling)().is_some() { &measured.baselines[..] } else { &[] };
        for (name, rates) in baselines {
            let rate = median(rates.to_vec());
            rows.push(row((*name).to_owned(), TARGETS.map(|target| plain(workload, rate, target)).into()));
        }
        let mut plain_ways = vec![(variants.scalar(), measured.scalar()), (variants.best(), measured.best())];
        if variants.top().name != variants.best().name {
            plain_ways.push((variants.top(), measured.top()));
        }
        let with_samples = algorithms.iter().filter(|algorithm| algorithm.law.powers().is_some());
        let count = plain_ways.len() + with_samples.clone().count();
        let mut done = 0;
        let mut limit = || {
            let remaining = (self.left)().as_secs_f64();
            done += 1;
            progress(done as f64 / count as f64);
            RUN_SHARE * part(remaining, (count + 1).saturating_sub(done))
        };
        for (variant, rates) in plain_ways {
            let (limit, rate) = (limit(), median(rates.rates.to_vec()));
            let mut times = Vec::new();
            for target in TARGETS {
                let predicted = plain(workload, rate, target);
                times.push(if predicted.seconds < limit {
                    let seconds = repeat(limit, || Ok(workload.run_plain(target, self.seed, &variant.exec)?))?;
                    Time { relative_error: target, seconds, extrapolated: false }
                } else {
                    predicted
                });
            }
            rows.push(row(format!("plain, {}", variant.name), times));
        }
        for algorithm in with_samples {
            let limit = limit();
            if limit <= 0.0 {
                skipped.push(algorithm.name);
                continue;
            }
            let times = run_algorithm(algorithm, workload, variants.top(), self.seed, limit)?;
            // An algorithm without samples has no kernel with layers and threads.
            let variant =
                if (workload.sampling)().is_some() { format!(", {}", variants.top().name) } else { String::new() };
            rows.push(row(format!("{}{variant}", algorithm.name), times));
        }
        for &(name, error, seconds) in first {
            let time = |target| Time { relative_error: target, seconds, extrapolated: error > target };
            rows.push(row(format!("{name}, no samples"), TARGETS.map(time).into()));
        }
        Ok((rows, skipped))
    }
}

fn plain(workload: &Workload, rate: f64, target: f64) -> Time {
    Time { relative_error: target, seconds: workload.plain_work(target) / rate, extrapolated: true }
}

/// The median time of repeated runs: as many as fit into `limit`, at least one and at most seven.
fn repeat(limit: f64, mut run: impl FnMut() -> Result<(), LadderError>) -> Result<f64, LadderError> {
    let mut seconds = Vec::new();
    while seconds.is_empty() || (seconds.len() < 7 && seconds.iter().sum::<f64>() + seconds[0] < limit) {
        let start = Instant::now();
        run()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(median(seconds))
}

fn run_algorithm(
    algorithm: &Algorithm,
    workload: &Workload,
    variant: &Variant,
    seed: u64,
    limit: f64,
) -> Result<Vec<Time>, LadderError> {
    let (error_power, time_power) = algorithm.law.powers().unwrap_or((0.5, 1.0));
    let run = |samples: u64| -> Result<(f64, f64), LadderError> {
        let start = Instant::now();
        let error = (algorithm.run)(samples, seed, &variant.exec)?;
        Ok((error, start.elapsed().as_secs_f64()))
    };
    // A run that is long enough for extrapolation.
    let mut samples = workload.first_size;
    let (mut error, mut seconds) = run(samples)?;
    let long_enough = LONG_ENOUGH.min(limit);
    while seconds < long_enough && samples < 1 << 50 {
        samples *= if seconds < long_enough / 16.0 { 16 } else { 2 };
        (error, seconds) = run(samples)?;
    }
    let seconds = repeat(limit.min(5.0 * seconds), || run(samples).map(|_| ()))?;
    let mut times = Vec::new();
    for target in TARGETS {
        let more = (error / target).powf(1.0 / error_power);
        let predicted = seconds * more.powf(time_power);
        let needed = samples as f64 * more;
        times.push(if predicted < limit && needed < 2_f64.powi(56) {
            // Two samples would give a standard error, but an inaccurate one.
            let seconds = repeat(limit, || run((needed.ceil() as u64).max(2)).map(|_| ()))?;
            Time { relative_error: target, seconds, extrapolated: false }
        } else {
            Time { relative_error: target, seconds: predicted, extrapolated: true }
        });
    }
    Ok(times)
}

impl Law {
    /// The powers of the number of samples with which the error falls and the time grows; `None` without samples.
    fn powers(self) -> Option<(f64, f64)> {
        match self {
            Self::Sampling { .. } => Some((0.5, 1.0)),
            Self::Powers { error, time } => Some((error, time)),
            Self::Exact => None,
        }
    }

    /// Whether this algorithm is the one of the algorithm's factor.
    pub(super) fn is_factor(self) -> bool {
        self == Self::Sampling { factor: true }
    }
}
