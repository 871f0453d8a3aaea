//! Shared code of all subcommands that sample walks: files, the predicted time of a run, and the message after a stop.

use std::ops::Range;
use std::time::Instant;

use lanewalk::internal::check_times_memory;
use lanewalk::{Exec, Finished, OnePass, Plan, Problem, RunControl, ShardResult, Walk, run_in_shards, walk_once};

use super::common::{Destination, Running};
use super::distribution::{Distribution, DistributionArgs, Single};
use super::failure::Failure;
use super::output::Output;
use super::plot::{Plot, PlotFile};
use super::walker_file::Samples;
use super::{long_run, progress, significance};
use crate::report::{Report, scaled};

/// The approximate maximum number of steps of a walk in the pilot run, which measures the rate.
pub(super) const PILOT_STEPS: u64 = 10_000;

/// The minimum number of steps of a shard for each thread: a fraction of a second.
const SHARD_STEPS: u64 = 1 << 30;

/// The minimum number of walkers of a shard for each thread. With fewer, the lanes would be empty for a notable part of
/// the time, while the longest walks end.
const MIN_SHARD_WALKERS: u64 = 1 << 16;

/// The approximate memory of the counted times of a thread, and of three blocks of the file of the walkers.
const COUNTS_BYTES: f64 = 8_388_608.0;
const FILE_BYTES: f64 = 6_291_456.0;

/// One problem, and its amount of work.
pub(super) struct Part<P> {
    pub(super) walk: Walk<P>,
    /// The expected number of steps of all walkers.
    pub(super) steps: f64,
    /// A problem of the same kind whose walks take at most about [`PILOT_STEPS`] steps. It measures the rate.
    pub(super) pilot: Walk<P>,
    /// The expected number of steps of a walk of the pilot.
    pub(super) pilot_each: f64,
    /// An upper bound of the time of a step, relative to a step of the slowest walk on the line.
    pub(super) slower: f64,
}

/// The results of all parts, or those that were finished when the run was stopped.
pub(super) struct Walked<T> {
    /// One result for each part; never empty.
    pub(super) results: Vec<T>,
    /// The walkers in each result.
    pub(super) walkers: Range<u64>,
    /// The seconds for all parts.
    pub(super) elapsed_s: f64,
    /// The distribution of a single part, if the flags request it.
    pub(super) distribution: Option<Distribution>,
}

/// The result of the finished walks, and what is missing after a stop. Other errors lose the result.
fn kept<T>(
    result: Option<T>,
    remaining: &Range<u64>,
    error: Option<lanewalk::Error>,
    all: Range<u64>,
) -> Result<(T, Option<String>), Failure> {
    match (result, error) {
        (Some(result), None) => Ok((result, None)),
        (Some(result), Some(lanewalk::Error::Stopped)) => {
            let (done, count) = (remaining.start - all.start, all.end - all.start);
            let rest = format!("--shard {}..{} computes the rest", remaining.start, remaining.end);
            Ok((result, Some(format!("{done} of {count} walks; {rest}"))))
        }
        (_, Some(error)) => Err(error.into()),
        (None, None) => unreachable!("a run has walkers"),
    }
}

/// The execution of a run, and the destinations of its results.
pub(super) struct Run<'a> {
    pub(super) exec: Exec,
    pub(super) plan: Plan,
    pub(super) control: RunControl,
    running: &'a Running,
    destination: &'a Destination,
    distribution: &'a DistributionArgs,
    output: Output,
    plot: Option<Plot>,
    samples: Option<Samples>,
    /// What is missing from the results after a stop.
    missing: Option<String>,
}

impl<'a> Run<'a> {
    /// Opens all files, and then installs the signal handler. Opening a pipe waits for its reader, and without a
    /// handler Ctrl-C ends the program at once.
    pub(super) fn open(running: &'a Running, distribution: &'a DistributionArgs) -> Result<Self, Failure> {
        let destination = &running.destination;
        let files = [("--samples-out", distribution.samples_out.as_deref()), ("--plot", distribution.plot.as_deref())];
        destination.distinct(&files)?;
        let output = destination.output()?;
        let plot = distribution.plot.as_ref().map(PlotFile::open).transpose()?;
        let samples = distribution.samples_out.as_deref().map(Samples::open).transpose()?;
        let control = progress::stoppable()?;
        let (exec, plan) = running.planned("threads", &control)?;
        Ok(Self { exec, plan, control, running, destination, distribution, output, plot, samples, missing: None })
    }

    /// Runs all parts, each once. A `single` problem gives its result, its distribution and its file in one pass. After
    /// a stop, the results are those of the finished walks of a single part, or of the finished parts of a list.
    pub(super) fn walk<P: Problem + Clone, T: ShardResult>(
        &mut self,
        parts: &[Part<P>],
        single: Option<&Single<P>>,
        result: impl Fn(&Walk<P>, &Exec) -> lanewalk::Result<T>,
        of_pass: impl Fn(P::Result) -> T,
    ) -> Result<Walked<T>, Failure> {
        let samples = self.samples.take();
        let steps = parts.iter().map(|part| part.steps).sum::<f64>();
        // Exact values need no threads.
        if steps > 0.0 {
            self.running.warn("threads", &self.plan);
        }
        // The exact values come first, so that the predicted memory contains them.
        for part in parts {
            part.walk.solve(&self.exec).map_err(|failure| self.stopped(failure.into(), steps))?;
        }
        self.predict(parts, &result).map_err(|failure| self.stopped(failure, steps))?;
        let one_pass = single.filter(|_| self.distribution.counts() || samples.is_some());
        let mut missing = None;
        let walked = progress::with_bar(!self.destination.quiet, &self.control, steps, "steps", || {
            let walked;
            (walked, missing) = match one_pass {
                Some(single) => self.in_one_pass(single, &parts[0], samples, &of_pass)?,
                None => self.finished(parts, &result)?,
            };
            Ok(walked)
        });
        self.missing = missing;
        walked.map_err(|failure| self.stopped(failure, steps))
    }

    /// The result, the distribution and the file of a single problem, or those of the finished walks after a stop.
    fn in_one_pass<P: Problem + Clone, T>(
        &self,
        single: &Single<P>,
        part: &Part<P>,
        samples: Option<Samples>,
        of_pass: &impl Fn(P::Result) -> T,
    ) -> Result<(Walked<T>, Option<String>), Failure> {
        let start = Instant::now();
        check_times_memory(&single.walk)?;
        let has_file = samples.is_some();
        let Finished { result, remaining, error, .. } = if let Some(samples) = samples {
            samples.write(&single.walk, &self.exec)?
        } else {
            let run = |walkers| walk_once(&single.walk.clone().walkers(walkers), &self.exec);
            run_in_shards(single.walk.walker_range(), self.shard_size(part), run)
        };
        let (OnePass { result, times, .. }, missing) = kept(result, &remaining, error, single.walk.walker_range())?;
        let also = if has_file { "the result and the file of --samples-out contain" } else { "the result contains" };
        let missing = missing.map(|missing| format!("{also} {missing}"));
        let elapsed_s = start.elapsed().as_secs_f64();
        let distribution =
            self.distribution.counts().then(|| Distribution::new(single, self.distribution, &times)).transpose()?;
        let walkers = single.walk.walker_range().start..remaining.start;
        Ok((Walked { results: vec![of_pass(result)], walkers, elapsed_s, distribution }, missing))
    }

    /// The number of walkers of a shard, which keeps the lanes full and takes a fraction of a second or more.
    fn shard_size<P>(&self, part: &Part<P>) -> u64 {
        let (threads, all) = (self.plan.threads as u64, part.walk.walker_range());
        let each = (part.steps / (all.end - all.start) as f64).max(1.0);
        ((SHARD_STEPS as f64 * threads as f64 / each) as u64).max(MIN_SHARD_WALKERS * threads)
    }

    /// The finished results of all parts, and what is missing after a stop.
    fn finished<P: Problem + Clone, T: ShardResult>(
        &self,
        parts: &[Part<P>],
        result: &impl Fn(&Walk<P>, &Exec) -> lanewalk::Result<T>,
    ) -> Result<(Walked<T>, Option<String>), Failure> {
        let start = Instant::now();
        let walked = |results, walkers| {
            let elapsed_s = start.elapsed().as_secs_f64();
            Walked { results, walkers, elapsed_s, distribution: None }
        };
        let all = parts[0].walk.walker_range();
        if let [part] = parts {
            let run = |walkers| result(&part.walk.clone().walkers(walkers), &self.exec);
            let Finished { result, remaining, error, .. } = run_in_shards(all.clone(), self.shard_size(part), run);
            let (result, missing) = kept(result, &remaining, error, all.clone())?;
            let missing = missing.map(|missing| format!("the result contains {missing}"));
            return Ok((walked(vec![result], all.start..remaining.start), missing));
        }
        let mut results = Vec::new();
        for part in parts {
            match result(&part.walk, &self.exec) {
                Ok(result) => results.push(result),
                Err(lanewalk::Error::Stopped) if !results.is_empty() => {
                    let missing = format!("the result contains {} of {} entries", results.len(), parts.len());
                    return Ok((walked(results, all), Some(missing)));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((walked(results, all), None))
    }

    /// Announces the time of the run, if it is more than a minute. Pilot runs measure the rate.
    fn predict<P: Clone, T>(
        &self,
        parts: &[Part<P>],
        result: impl Fn(&Walk<P>, &Exec) -> lanewalk::Result<T>,
    ) -> Result<(), Failure> {
        let threads = self.plan.threads as f64;
        if long_run::is_short(parts.iter().map(|part| part.steps * part.slower).sum(), self.plan.threads) {
            return Ok(());
        }
        let (mut steps, mut seconds) = (0.0, 0.0);
        for part in parts {
            let control = self.control.with_own_progress();
            let pilot = part.pilot.clone().samples((2e7 * threads / part.pilot_each.max(1.0)) as u64 + 1);
            let start = Instant::now();
            result(&pilot, &self.exec.clone().control(&control))?;
            steps += part.steps;
            seconds += part.steps / (control.done().max(1) as f64 / start.elapsed().as_secs_f64());
        }
        // The counted times, of which each thread has its own, and the blocks of the file.
        let counts = if self.distribution.counts() { COUNTS_BYTES * (threads + 1.0) } else { 0.0 }
            + if self.distribution.samples_out.is_some() { FILE_BYTES } else { 0.0 };
        long_run::announce(
            self.destination,
            steps,
            "steps",
            seconds,
            long_run::peak_memory().map(|peak| peak + counts),
        );
        Ok(())
    }

    /// Adds the number of finished steps to the message after a stop.
    fn stopped(&self, failure: Failure, steps: f64) -> Failure {
        match failure {
            Failure::Stopped(_) => {
                let (done, all) = (scaled(self.control.done() as f64), scaled(steps));
                let lost = "nothing was written";
                Failure::Stopped(format!("the walks that had ended took {done}steps of about {all}steps; {lost}"))
            }
            other => other,
        }
    }

    /// Writes a line to standard error, unless `--quiet` is given.
    pub(super) fn note(&self, line: &str) {
        self.destination.note(line);
    }

    /// Warns if the horizon ended more than 99 % of the walks.
    pub(super) fn warn_of_censored(&self, censored: u64, samples: u64, horizon: Option<u64>) {
        let Some(horizon) = horizon else { return };
        if censored as f64 > 0.99 * samples as f64 {
            let share = if censored == samples {
                "all".to_owned()
            } else {
                format!("{:.2} % of", 100.0 * censored as f64 / samples as f64)
            };
            self.note(&format!("warning: --horizon {horizon} ended {share} {samples} walks"));
        }
    }

    /// Writes the plot, if the flags request one, and then the report.
    pub(super) fn finish<R: Report>(
        self,
        report: &R,
        plot: impl FnOnce() -> anyhow::Result<String>,
    ) -> Result<(), Failure> {
        if let Some(file) = self.plot {
            file.write(plot()?)?;
        }
        self.destination.write(self.output, report)?;
        self.missing.map_or(Ok(()), |missing| Err(Failure::Stopped(missing)))
    }
}

/// The columns of an estimate: its value, its standard error and its 95 % interval, the exact value and z.
#[derive(Clone)]
pub(super) struct Judgement {
    pub(super) estimate: Option<f64>,
    pub(super) std_error: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) exact: Option<f64>,
    pub(super) exact_relative_error: Option<f64>,
    pub(super) z: Option<f64>,
    pub(super) missing_z: Option<String>,
}

impl From<lanewalk::EstimateWithExact> for Judgement {
    fn from(judged: lanewalk::EstimateWithExact) -> Self {
        let estimate = judged.estimate;
        let interval = estimate.and_then(|estimate| estimate.interval());
        Self {
            estimate: estimate.map(|estimate| estimate.value),
            std_error: estimate.and_then(|estimate| estimate.std_error),
            low: interval.map(|interval| interval.0),
            high: interval.map(|interval| interval.1),
            exact: judged.exact,
            exact_relative_error: judged.exact_relative_error,
            z: judged.z(),
            missing_z: significance::reason(&judged),
        }
    }
}

/// The note below a table whose `entries`, one for each `column`, share their walkers.
pub(super) fn shared_walkers(column: &str, entries: usize, independent: bool) -> String {
    if entries < 2 || independent {
        return String::new();
    }
    format!("every {column} uses the same walkers, so the estimates are correlated (--independent avoids this)\n")
}
