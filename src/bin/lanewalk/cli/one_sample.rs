//! What all subcommands that walk have in common: their files, how long a run will take, and what a stop has lost.

use std::path::Path;
use std::time::Instant;

use lanewalk::{Exec, OnePass, Plan, Problem, RunControl, Walk, walk_once};

use super::common::{Destination, Running};
use super::distribution::{Distribution, DistributionArgs, Single};
use super::failure::Failure;
use super::output::Output;
use super::walker_file::Samples;
use super::{long_run, progress};
use crate::report::{Report, render, scaled};

/// Walks of the short run that measures the rate end after about this many steps.
pub(super) const SHORT: u64 = 10_000;

/// One problem, and how much work it is.
pub(super) struct Part<P> {
    pub(super) walk: Walk<P>,
    /// About how many steps all its walkers take.
    pub(super) steps: f64,
    /// A problem of that kind whose walkers take some [`SHORT`] steps at most: it tells the rate.
    pub(super) pilot: Walk<P>,
    /// About how many steps one of these takes.
    pub(super) pilot_each: f64,
    /// How many times as slow as the slowest walk on the line a step may be.
    pub(super) slower: f64,
}

/// What came of all parts.
pub(super) struct Walked<T> {
    /// A result of each part.
    pub(super) results: Vec<T>,
    /// Seconds that these took.
    pub(super) elapsed_s: f64,
    /// Of the one part, if it was asked for.
    pub(super) distribution: Option<Distribution>,
}

/// How a run is made, and where its results go.
pub(super) struct Run<'a> {
    pub(super) exec: Exec,
    pub(super) plan: Plan,
    pub(super) control: RunControl,
    destination: &'a Destination,
    asked: &'a DistributionArgs,
    output: Output,
    plot: Option<Output>,
    samples: Option<Samples>,
}

impl<'a> Run<'a> {
    /// Opens all files, which waits for the reader of a pipe; only then are signals caught, so that this is as easy to
    /// stop as anything.
    pub(super) fn open(running: &'a Running, asked: &'a DistributionArgs) -> Result<Self, Failure> {
        let destination = &running.destination;
        let files = [("--samples-out", asked.samples_out.as_deref()), ("--plot", asked.plot.as_deref())];
        destination.distinct(&files)?;
        let output = destination.output()?;
        let open = |path: &Path| Output::open("--plot", Some(path));
        let plot = asked.plot.as_deref().map(open).transpose()?;
        let samples = asked.samples_out.as_deref().map(Samples::open).transpose()?;
        let control = progress::stoppable()?;
        let (exec, plan) = running.exec(&control)?;
        Ok(Self { exec, plan, control, destination, asked, output, plot, samples })
    }

    /// Walks all parts, each once. A `single` problem is walked in one pass for its result, its distribution and its
    /// file.
    pub(super) fn walk<P: Problem + Clone, T>(
        &mut self,
        parts: &[Part<P>],
        single: Option<&Single<P>>,
        result: impl Fn(&Walk<P>, &Exec) -> lanewalk::Result<T>,
        of_pass: impl Fn(P::Result) -> T,
    ) -> Result<Walked<T>, Failure> {
        let samples = self.samples.take();
        let steps = parts.iter().map(|part| part.steps).sum::<f64>();
        self.predict(parts, &result)?;
        let one_pass = single.filter(|_| self.asked.counts() || samples.is_some());
        progress::with_bar(!self.destination.quiet, &self.control, steps, "steps", || {
            let start = Instant::now();
            let Some(single) = one_pass else {
                let results = parts.iter().map(|part| result(&part.walk, &self.exec)).collect::<Result<Vec<_>, _>>();
                let results = results?;
                return Ok(Walked { results, elapsed_s: start.elapsed().as_secs_f64(), distribution: None });
            };
            let pass = match samples {
                Some(samples) => samples.write(&single.walk, &self.exec)?,
                None => walk_once(&single.walk, &self.exec)?,
            };
            let elapsed_s = start.elapsed().as_secs_f64();
            let OnePass { result, times, .. } = pass;
            let distribution = self.asked.counts().then(|| Distribution::new(single, self.asked, &times));
            Ok(Walked { results: vec![of_pass(result)], elapsed_s, distribution })
        })
        .map_err(|failure| self.stopped(failure, steps))
    }

    /// Says how long the run will take, if that is more than a minute: the rate from short runs.
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
            let control = RunControl::default();
            let pilot = part.pilot.clone().samples((2e7 * threads / part.pilot_each.max(1.0)) as u64 + 1);
            let start = Instant::now();
            result(&pilot, &self.exec.clone().control(&control))?;
            steps += part.steps;
            seconds += part.steps / (control.done().max(1) as f64 / start.elapsed().as_secs_f64());
        }
        long_run::announce(self.destination, steps, "steps", seconds);
        Ok(())
    }

    /// What a stop has lost.
    fn stopped(&self, failure: Failure, steps: f64) -> Failure {
        match failure {
            Failure::Stopped(_) => {
                let (done, all) = (scaled(self.control.done() as f64), scaled(steps));
                let lost = "their tallies are lost and nothing was written";
                Failure::Stopped(format!("{done}steps of about {all}steps were done; {lost}"))
            }
            other => other,
        }
    }

    /// A line on standard error, unless quiet.
    pub(super) fn note(&self, line: &str) {
        self.destination.note(line);
    }

    /// Warns of an estimate that rests on few walks or none.
    pub(super) fn warn_of_censored(&self, censored: u64, samples: u64, horizon: Option<u64>) {
        let Some(horizon) = horizon else { return };
        if censored as f64 > 0.99 * samples as f64 {
            let share = if censored == samples {
                "all".to_owned()
            } else {
                format!("{:.2} % of", 100.0 * censored as f64 / samples as f64)
            };
            self.note(&format!("warning: {share} {samples} walks were ended by --horizon {horizon}"));
        }
    }

    /// Writes the plot, if there is to be one, and then the report.
    pub(super) fn finish<R: Report>(
        self,
        report: &R,
        plot: impl FnOnce() -> anyhow::Result<String>,
    ) -> Result<(), Failure> {
        if let Some(file) = self.plot {
            file.write(plot()?)?;
        }
        self.output.write(render(report, self.destination.format)?)?;
        Ok(())
    }
}

/// An estimate and what it is judged by, as rows have it.
#[derive(Clone, Copy)]
pub(super) struct Judgement {
    pub(super) estimate: Option<f64>,
    pub(super) std_error: Option<f64>,
    pub(super) exact: Option<f64>,
    pub(super) z: Option<f64>,
}

impl From<lanewalk::EstimateWithExact> for Judgement {
    fn from(judged: lanewalk::EstimateWithExact) -> Self {
        let estimate = judged.estimate;
        Self {
            estimate: estimate.map(|estimate| estimate.value),
            std_error: estimate.and_then(|estimate| estimate.std_error),
            exact: judged.exact,
            z: judged.z(),
        }
    }
}

/// The note under a table whose `entries`, one for each `column`, were walked by the same walkers.
pub(super) fn shared_walkers(column: &str, entries: usize, independent: bool) -> String {
    if entries < 2 || independent {
        return String::new();
    }
    format!("the same walkers for every {column}: the estimates are correlated (--independent undoes that)\n")
}
