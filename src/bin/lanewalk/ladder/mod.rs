//! The ladder: the same work on every rung, from plain Python to all lanes and cores. Rungs are interleaved, and each
//! gain is measured separately.

mod accuracy;
pub(crate) mod baseline;
pub(crate) mod budget;
#[cfg(test)]
mod build_flags;
pub(crate) mod compare;
mod counters;
pub(crate) mod error;
mod factors;
pub(crate) mod fits;
pub(crate) mod host;
pub(crate) mod measure;
pub(crate) mod noise;
pub(crate) mod point;
pub(crate) mod result;
mod rungs;
pub(crate) mod scale;
pub(crate) mod schedule;
pub(crate) mod statistics;
pub(crate) mod workload;
pub(crate) mod workloads;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use lanewalk::{Machine, Pin, RunControl};

use baseline::PATIENCE;
use counters::{Counters, Recorder};
use error::LadderError;
use host::Host;
use measure::{calibrate, interleave};
use noise::largest;
use result::{Efficiency, Ladder, SCHEMA, Summary};
use rungs::{TimedBaseline, Variants};
use workload::Workload;

use crate::report::{Exec, counted};

/// The settings of a ladder.
pub(crate) struct Settings<'a> {
    pub(crate) workloads: Vec<&'static Workload>,
    pub(crate) seed: u64,
    /// The execution of the topmost rung, without its pinning.
    pub(crate) exec: lanewalk::Exec,
    /// The threads of `exec`.
    pub(crate) threads: usize,
    /// Whether to measure scaling, too.
    pub(crate) scaling: bool,
    /// The time budget of everything.
    pub(crate) budget: Duration,
    pub(crate) control: &'a RunControl,
}

/// The share of the time of a workload that is kept for the time to accuracy. The rest is for the warm-up and the
/// rounds.
const ACCURACY_SHARE: f64 = 0.2;

/// The share of the whole that scaling takes, if it is measured.
const SCALING_SHARE: f64 = 0.15;

/// The share of the whole that the schedule of the example list takes, and the walks of each task: hundredths of a
/// second.
const SCHEDULE_SHARE: f64 = 0.05;
const SCHEDULE_WALKS: u64 = 600;

/// A baseline works for this share of the budget in each round, at most this number of seconds.
const BASELINE_SHARE: f64 = 0.02;
const MAX_BASELINE_SECONDS: f64 = 0.3;

/// The share of the budget that a baseline has to start in, and the shortest time.
const PATIENCE_SHARE: f64 = 0.25;
const MIN_PATIENCE: Duration = Duration::from_secs(2);

impl Settings<'_> {
    /// Climbs one workload after another. Passes the ladder so far to `after` each time.
    pub(crate) fn climb(
        &self,
        mut progress: impl FnMut(f64),
        mut after: impl FnMut(&Ladder),
    ) -> Result<Ladder, LadderError> {
        let start = Instant::now();
        let count = self.workloads.len() as f64;
        // Before the threads start: only threads that start later are counted.
        let counters = Counters::open().map(RefCell::new);
        let variants = Variants::new(&self.exec, self.control)?;
        let mut ladder = self.empty(&variants);
        ladder.no_counters = counters.as_ref().err().cloned();
        let mut missing = Vec::new();
        for (place, workload) in self.workloads.iter().enumerate() {
            let mut part = |fraction: f64| progress((place as f64 + fraction) / count);
            let tasks = self.scaling && self.workloads[place..].iter().any(|workload| workload.has_tasks);
            let kept = if tasks { self.budget.mul_f64(SCHEDULE_SHARE) } else { Duration::ZERO };
            let remaining = self.budget.saturating_sub(start.elapsed() + kept).as_secs_f64();
            let whole = Duration::from_secs_f64(budget::part(remaining, self.workloads.len() - place));
            let recorder = Recorder::new(counters.as_ref().ok());
            match self.climb_one(workload, whole, (&variants, &recorder), &mut missing, &mut ladder, &mut part) {
                // The finished parts stay.
                Err(LadderError::Stopped) if !ladder.rungs.is_empty() => {}
                other => other?,
            }
            if self.scaling && workload.has_tasks && !self.control.is_stopped() {
                match self.tasks().section(self.budget.mul_f64(SCHEDULE_SHARE), |_| ()) {
                    Err(LadderError::Stopped) => {}
                    section => ladder.schedule = Some(section?),
                }
            }
            ladder.elapsed_s = start.elapsed().as_secs_f64();
            ladder.stopped = self.control.is_stopped();
            after(&ladder);
            if ladder.stopped {
                break;
            }
        }
        Ok(ladder)
    }

    fn empty(&self, variants: &Variants) -> Ladder {
        let plan = &variants.top().plan;
        let names: Vec<_> = self.workloads.iter().map(|workload| workload.name).collect();
        Ladder {
            schema: SCHEMA,
            command: "ladder".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: self.seed.to_string(),
            exec: Exec::new(plan),
            digest: String::new(),
            elapsed_s: 0.0,
            workload: if let [one] = names[..] { one } else { "all" }.to_owned(),
            stopped: false,
            host: Host::detect(),
            rungs: Vec::new(),
            efficiency: Vec::new(),
            factors: Vec::new(),
            accuracy: Vec::new(),
            summaries: Vec::new(),
            scaling: Vec::new(),
            schedule: None,
            round_times: Vec::new(),
            no_counters: None,
        }
    }

    /// The example list as tasks.
    fn tasks(&self) -> schedule::Job {
        schedule::Job {
            distances: schedule::example(),
            samples: SCHEDULE_WALKS,
            seed: self.seed,
            exec: self.exec.clone().pin(Pin::Compact).control(self.control),
            workers: self.threads,
            control: self.control.clone(),
        }
    }

    /// Measures one workload in about the time `whole` and adds the results. `missing` names the baselines that do not
    /// work here, or take too long.
    fn climb_one(
        &self,
        workload: &'static Workload,
        whole: Duration,
        (variants, recorder): (&Variants, &Recorder),
        missing: &mut Vec<(String, String)>,
        ladder: &mut Ladder,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), LadderError> {
        let start = Instant::now();
        let threads = scale::usual(self.threads, Machine::detect().usable_physical_cores());
        let share = if self.scaling && threads.len() > 1 { SCALING_SHARE } else { 0.0 };
        let budget = whole.mul_f64(1.0 - share);
        let left = || budget.saturating_sub(start.elapsed());
        let mut ladder_progress = |part: f64| progress((1.0 - share) * part);
        // This runs before the results that are computed once and cached.
        let first = accuracy::without_samples(workload, self.seed, &self.exec, self.control)?;
        let baselines = timed(workload, budget, missing);
        let better = workload.algorithms.iter().copied().find(|algorithm| algorithm.law.is_factor());
        let mut cases = variants.cases(workload, &baselines, better, self.seed, recorder, self.control);
        let rounds_budget = left().saturating_sub(budget.mul_f64(ACCURACY_SHARE));
        let (size, rounds_budget) = calibrate(&mut cases, workload.first_size, rounds_budget, self.control)?;
        let rounds =
            interleave(&mut cases, size, rounds_budget, self.control, |part| ladder_progress(0.1 + 0.7 * part))?;
        if rounds == 0 {
            return Err(LadderError::Stopped);
        }
        let mut notes: Vec<String> = missing.iter().map(|(name, why)| format!("no rung {name}: {why}")).collect();
        for (case, why) in cases.iter().filter_map(|case| Some((case, case.dropped.clone()?))) {
            notes.push(format!("no rung {}: {why}", case.name));
            // It would also fail, or take as long, in the other workloads.
            missing.push((case.name.clone(), why));
        }
        ladder.round_times.extend(cases.iter().map(|case| case.round_times(workload.name)));
        let measured = variants.measured(workload, &baselines, better.as_ref(), rounds, recorder, &cases);
        if self.control.is_stopped() {
            notes.push(format!("stopped after {}", counted(rounds, "complete round")));
        }
        let cores = ladder.host.usable_threads;
        if self.threads > cores {
            notes.push(format!("{} threads share {cores} cores and are not pinned", self.threads));
        }
        notes.extend(measured.notes(ladder.host.load, cores));
        let rungs = measured.rungs();
        if ladder.digest.is_empty() {
            ladder.digest = rungs.iter().find_map(|rung| rung.digest.clone()).unwrap_or_default();
        }
        let most = |values: Vec<Option<f64>>| values.into_iter().flatten().reduce(f64::max);
        ladder.efficiency.push(Efficiency {
            workload: workload.name.to_owned(),
            vector: rungs.iter().rev().find_map(|rung| rung.vector_efficiency),
            core: most(rungs.iter().map(|rung| rung.core_efficiency).collect()),
        });
        ladder.rungs.extend(rungs);
        ladder.summaries.push(Summary {
            workload: workload.name.to_owned(),
            title: workload.title.to_owned(),
            unit: workload.unit.to_owned(),
            target: workload.target.to_owned(),
            samples: size,
            sample_unit: workload.sample_unit.to_owned(),
            operations_per_item: workload.operations,
            bytes_per_item: workload.bytes,
            element_bits: workload.element_bits,
            baseline_rounds: measured.baselines.iter().map(|(_, rates)| rates.len()).max(),
            rounds,
            noise_floor: largest(&measured.noise_floors),
            noise_floors: measured.noise_floors.clone(),
            refusal: measured.refusal.clone(),
            notes,
        });
        // The finished parts are in the ladder: from here on, a stop loses nothing.
        ladder_progress(0.8);
        if let Some(better) = better {
            let found = factors::factors(workload, &better, variants, &measured, size, self.seed, left())?;
            ladder.factors.extend(found);
        }
        let settings = accuracy::Settings { workload, variants, measured: &measured, seed: self.seed, left: &left };
        let (rows, skipped) = settings.rows(&first, |part| ladder_progress(0.8 + 0.2 * part))?;
        ladder.accuracy.extend(rows);
        if let (false, Some(summary)) = (skipped.is_empty(), ladder.summaries.last_mut()) {
            summary.notes.push(format!("time to accuracy: the budget leaves no time for {}", skipped.join(", ")));
        }
        if share > 0.0 {
            let budget = whole.saturating_sub(start.elapsed());
            let settings = scale::Settings {
                workload,
                seed: self.seed,
                exec: self.exec.clone(),
                threads,
                weak: false,
                budget,
                control: self.control,
            };
            let scaling = settings.measure(&ladder.host, |part| progress(1.0 - share + share * part))?;
            ladder.scaling.push(scaling);
        }
        Ok(())
    }
}

/// The baselines of a workload that are not missing, with the seconds of each in a round.
fn timed(workload: &Workload, budget: Duration, missing: &[(String, String)]) -> Vec<TimedBaseline> {
    let seconds = (budget.as_secs_f64() * BASELINE_SHARE).min(MAX_BASELINE_SECONDS);
    // In whole tenths, since a message names it.
    let tenths = (10.0 * PATIENCE_SHARE * budget.as_secs_f64()) as u64;
    let patience = Duration::from_millis(100 * tenths).clamp(MIN_PATIENCE, PATIENCE);
    let known = workload.baselines.iter().filter(|known| missing.iter().all(|(name, _)| name != known.name));
    known.map(|&baseline| TimedBaseline { baseline, seconds, patience }).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::measure::Sample;
    use super::workload::{Algorithm, Law, fake};
    use super::*;
    use lanewalk::Error;

    static WATCH: LazyLock<RunControl> = LazyLock::new(RunControl::default);

    #[test]
    fn stop_in_the_first_workload_keeps_whole_rounds() {
        let control = &*WATCH;
        // Each of these and the best once more: two runs for the calibration, then three complete rounds and a part of
        // one.
        let variants = Variants::new(&lanewalk::Exec::default().threads(1), control).unwrap().len() + 1;
        let left = AtomicUsize::new(2 * variants + 3 * variants + 2);
        let run = move |samples: u64, _: &lanewalk::Exec| {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                WATCH.stop();
            }
            Ok(Sample { work: samples as f64, seconds: Some(samples as f64), digest: Some("same".to_owned()) })
        };
        let better = |_, _, _: &lanewalk::Exec| if WATCH.is_stopped() { Err(Error::Stopped) } else { Ok(0.5) };
        let better = Algorithm { name: "better", law: Law::Sampling { factor: true }, run: better };
        let workload = fake(run, Box::leak(Box::new([better])));
        let budget = Duration::from_secs(3600);
        let settings = Settings {
            workloads: vec![workload, workload],
            seed: 1,
            exec: lanewalk::Exec::default().threads(1),
            threads: 1,
            scaling: false,
            budget,
            control,
        };
        let mut written = 0;
        let ladder = settings.climb(|_| (), |ladder| written = ladder.rungs.len()).unwrap();
        assert!(ladder.stopped);
        assert_eq!((ladder.rungs.len(), written), (variants - 1, variants - 1));
        assert_eq!(ladder.summaries.len(), 1);
        assert_eq!(ladder.summaries[0].rounds, 3);
        assert!(ladder.summaries[0].notes.iter().any(|note| note == "stopped after 3 complete rounds"));
        assert!(ladder.rungs.iter().all(|rung| rung.digest.as_deref() == Some("same")));
    }
}
