//! The rungs, the same for every workload, and the evaluation of their timings.

use std::time::Duration;

use lanewalk::{Error, Exec, Isa, Layer, Pin, Plan, RunControl};

use super::baseline::Baseline;
use super::counters::{Counted, Recorder};
use super::measure::{Case, Sample, disturbances, rates};
use super::noise::{Floor, floor_of, floors, refusal};
use super::result::Rung;
use super::statistics::Interval;
use super::workload::{Algorithm, Workload};

/// A configuration that is a rung.
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) exec: Exec,
    pub(super) plan: Plan,
}

/// All configurations of this build on this machine, slowest first.
pub(super) struct Variants {
    variants: Vec<Variant>,
    /// The best one on one thread.
    best: usize,
}

/// The rung of a loop with the crate `rand`. It has its own random numbers, so it has no digest.
const RAND: &str = "rand";

/// A baseline, the seconds of its work in each round, and the time that it has to start.
pub(super) struct TimedBaseline {
    pub(super) baseline: Baseline,
    pub(super) seconds: f64,
    pub(super) patience: Duration,
}

/// The name of the twin of a rung.
fn twin(name: &str) -> String {
    format!("{name} again")
}

/// The share of a slow rung's work that its ceiling does: the rate of a walk's kernel does not depend on the amount of
/// work. Fast rungs are short enough, and the steps of a rod are few.
const CEILING_SHARE: f64 = 0.25;

impl Variants {
    pub(super) fn new(threads: usize, control: &RunControl) -> Result<Self, Error> {
        let mut variants = Vec::new();
        let mut add = |name: String, exec: Exec| -> Result<(), Error> {
            let exec = exec.control(control);
            variants.push(Variant { name, plan: exec.plan()?, exec });
            Ok(())
        };
        // A ladder has the machine to itself.
        let one = || Exec::default().threads(1).pin(Pin::Compact);
        add("scalar".to_owned(), one().layer(Layer::Scalar))?;
        add("interchanged".to_owned(), one().layer(Layer::Interchanged))?;
        for isa in Isa::available() {
            add(isa.to_string(), one().isa(isa))?;
        }
        let fastest = Exec::default().threads(threads);
        let name = Isa::best().map_or_else(|| "interchanged".to_owned(), |isa| isa.to_string());
        if threads > 1 {
            add(format!("{threads} threads"), fastest.clone())?;
            // With more threads than cores, threads are not pinned, and there is no such rung.
            let pinned = fastest.pin(Pin::Compact);
            if pinned.plan()?.is_pinned() {
                add(format!("{threads} threads pinned"), pinned)?;
            }
        }
        let best = variants.iter().position(|variant| variant.name == name).unwrap_or(0);
        Ok(Self { variants, best })
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.variants.len()
    }

    /// The topmost rung.
    pub(super) fn top(&self) -> &Variant {
        &self.variants[self.variants.len() - 1]
    }

    /// The best rung on one thread.
    pub(super) fn best(&self) -> &Variant {
        &self.variants[self.best]
    }

    pub(super) fn scalar(&self) -> &Variant {
        &self.variants[0]
    }

    /// Whether the rung has a twin: the best rung on one thread, and all rungs on several.
    fn has_twin(&self, variant: &Variant) -> bool {
        variant.plan.threads > 1 || variant.name == self.best().name
    }

    /// The cases of a round: baselines, rungs, each rung's ceiling, and the better algorithm on the scalar and on the
    /// topmost rung. The twin of a rung, which is the same rung once more, stands beside it.
    pub(super) fn cases<'a>(
        &'a self,
        workload: &'a Workload,
        baselines: &'a [TimedBaseline],
        better: Option<Algorithm>,
        seed: u64,
        recorder: &'a Recorder,
        control: &'a RunControl,
    ) -> Vec<Case<'a>> {
        let mut cases = Vec::new();
        for TimedBaseline { baseline, seconds, patience } in baselines {
            let run = move |_| baseline.run_within(*seconds, *patience, control);
            cases.push(Case::new(baseline.name, run).baseline());
        }
        if let Some(run) = workload.rand {
            cases.push(Case::new(RAND, move |size| Ok(run(size, seed))));
        }
        let rung = |name: String, variant: &'a Variant| {
            let counted = name.clone();
            let run = move |size| {
                recorder.count(&counted, || Ok(workload.run(size, seed, &variant.exec)?), |sample: &Sample| sample.work)
            };
            Case::new(name, run)
        };
        for variant in &self.variants {
            cases.push(rung(variant.name.clone(), variant));
            if self.has_twin(variant) {
                cases.push(rung(twin(&variant.name), variant));
            }
        }
        for variant in &self.variants {
            let run = move |size| Ok((workload.ceiling)(size, &variant.exec)?);
            let is_whole = variant.plan.layer == Layer::Simd || workload.deterministic.is_some();
            let share = if is_whole { 1.0 } else { CEILING_SHARE };
            cases.push(Case::new(format!("{} ceiling", variant.name), run).share(share));
        }
        if let Some(better) = better {
            for variant in [self.scalar(), self.top()] {
                let run = move |size| {
                    (better.run)(size, seed, &variant.exec)?;
                    Ok(Sample::of(size as f64))
                };
                cases.push(Case::new(format!("{} {}", variant.name, better.name), run));
            }
        }
        cases
    }

    /// The rates of the cases that [`Variants::cases`] returned, under their names.
    pub(super) fn measured<'c>(
        &'c self,
        workload: &'c Workload,
        baselines: &'c [TimedBaseline],
        better: Option<&Algorithm>,
        rounds: usize,
        recorder: &Recorder,
        cases: &'c [Case],
    ) -> Measured<'c> {
        let place = |name: &str| cases.iter().position(|case| case.name == name);
        let of = |name: &str| rates(cases, place(name));
        let twins = self.variants.iter().filter(|variant| self.has_twin(variant));
        let noise_floors = floors(twins.map(|one| (one.plan.threads, of(&one.name), of(&twin(&one.name)))));
        let rungs = self.variants.iter().map(|variant| VariantRates {
            variant,
            rates: of(&variant.name),
            ceiling: of(&format!("{} ceiling", variant.name)),
            digest: place(&variant.name).and_then(|place| cases[place].digest.clone()),
            counted: recorder.counted(&variant.name).unwrap_or_default(),
        });
        Measured {
            workload,
            baselines: baselines
                .iter()
                .map(|timed| (timed.baseline.name, of(timed.baseline.name)))
                .filter(|(_, rates)| !rates.is_empty())
                .collect(),
            rand: Some(of(RAND)).filter(|rates| !rates.is_empty()),
            rungs: rungs.collect(),
            best: self.best,
            better: better.map(|better| {
                [self.scalar(), self.top()].map(|variant| of(&format!("{} {}", variant.name, better.name)))
            }),
            refusal: refusal(rounds, &noise_floors),
            noise_floors,
        }
    }
}

fn whole(ratio: f64) -> String {
    crate::report::significant(ratio, 3)
}

/// A rung and its rates, one number for each round.
pub(super) struct VariantRates<'c> {
    pub(super) variant: &'c Variant,
    pub(super) rates: &'c [f64],
    ceiling: &'c [f64],
    digest: Option<String>,
    counted: Counted,
}

/// The measurements of the rounds of one workload.
pub(super) struct Measured<'c> {
    workload: &'c Workload,
    pub(super) baselines: Vec<(&'static str, &'c [f64])>,
    rand: Option<&'c [f64]>,
    rungs: Vec<VariantRates<'c>>,
    best: usize,
    /// Samples per second of the better algorithm, on the scalar rung and on the topmost one.
    pub(super) better: Option<[&'c [f64]; 2]>,
    pub(super) noise_floors: Vec<Floor>,
    /// The reason why there are no ratios.
    pub(super) refusal: Option<String>,
}

impl<'c> Measured<'c> {
    pub(super) fn scalar(&self) -> &VariantRates<'c> {
        &self.rungs[0]
    }
    pub(super) fn best(&self) -> &VariantRates<'c> {
        &self.rungs[self.best]
    }
    pub(super) fn top(&self) -> &VariantRates<'c> {
        &self.rungs[self.rungs.len() - 1]
    }

    /// The rows of the ladder.
    pub(super) fn rungs(&self) -> Vec<Rung> {
        let mut rows = Vec::new();
        let mut before: Option<(usize, &[f64])> = None;
        let others = self.baselines.iter().copied().chain(self.rand.map(|rates| (RAND, rates)));
        for (name, rates) in others {
            rows.push(self.row(name, 1, rates, before));
            before = Some((1, rates));
        }
        for rung in &self.rungs {
            let plan = &rung.variant.plan;
            let mut row = self.row(&rung.variant.name, plan.threads, rung.rates, before);
            row.layer = Some(plan.layer.to_string());
            row.isa = plan.isa.map(|isa| isa.to_string());
            row.pinned = plan.is_pinned();
            row.digest.clone_from(&rung.digest);
            row.cycles_per_item = rung.counted.cycles_per_item();
            row.instructions_per_item = rung.counted.instructions_per_item();
            row.clock_hz = rung.counted.clock_hz();
            if self.refusal.is_none() {
                self.add_shares(&mut row, rung);
            }
            rows.push(row);
            before = Some((plan.threads, rung.rates));
        }
        rows
    }

    /// Adds the efficiencies and the share of the ceiling.
    fn add_shares(&self, row: &mut Rung, rung: &VariantRates) {
        let plan = &rung.variant.plan;
        if let (Some(isa), 1) = (plan.isa, plan.threads) {
            row.vector_efficiency = row.speedup.map(|speedup| speedup / self.workload.lanes(isa) as f64);
        }
        if plan.threads > 1 {
            let speedup = Interval::of_ratio(rung.rates, self.best().rates);
            row.core_efficiency = speedup.map(|speedup| speedup.median / plan.threads as f64);
        }
        let share = Interval::of_ratio(rung.rates, rung.ceiling);
        let floor = floor_of(&self.noise_floors, plan.threads);
        row.ceiling_share = share.map(|share| share.median);
        row.ceiling_failed = share.is_some_and(|share| share.low > 1.0 && share.median > 1.0 + floor);
    }

    /// The rates of a rung, and its ratios to the rung before and to the scalar one, if the noise allows ratios.
    fn row(&self, name: &str, threads: usize, rates: &[f64], before: Option<(usize, &[f64])>) -> Rung {
        let rate = Interval::of(rates).unwrap_or(Interval { median: f64::NAN, low: f64::NAN, high: f64::NAN });
        let ratio = |below: &[f64]| Interval::of_ratio(rates, below).filter(|_| self.refusal.is_none());
        let step = before.and_then(|(_, before)| ratio(before));
        let floor = |threads: usize| floor_of(&self.noise_floors, threads);
        let floor = before.map_or(0.0, |(before, _)| floor(before).max(floor(threads)));
        let speedup = ratio(self.scalar().rates);
        Rung {
            workload: self.workload.name.to_owned(),
            name: name.to_owned(),
            layer: None,
            isa: None,
            threads,
            pinned: false,
            rate: rate.median,
            rate_low: rate.low,
            rate_high: rate.high,
            step_speedup: step.map(|step| step.median),
            step_low: step.map(|step| step.low),
            step_high: step.map(|step| step.high),
            not_significant: step.is_some_and(|step| step.is_not_significant(floor)),
            speedup: speedup.map(|speedup| speedup.median),
            speedup_low: speedup.map(|speedup| speedup.low),
            speedup_high: speedup.map(|speedup| speedup.high),
            vector_efficiency: None,
            core_efficiency: None,
            ceiling_share: None,
            ceiling_failed: false,
            cycles_per_item: None,
            instructions_per_item: None,
            clock_hz: None,
            digest: None,
        }
    }

    /// Notes about the machine that qualify the figures.
    pub(super) fn notes(&self, load: Option<f64>, threads: usize) -> Vec<String> {
        let mut notes = Vec::new();
        for (name, rates) in &self.baselines {
            let ratio = Interval::of_ratio(self.top().rates, rates).filter(|_| self.refusal.is_none());
            if let Some(ratio) = ratio {
                let (median, low, high) = (whole(ratio.median), whole(ratio.low), whole(ratio.high));
                notes.push(format!("the topmost rung is {median} times as fast as {name} ({low} to {high})"));
            }
        }
        notes.extend(disturbances(load, threads, self.rungs.iter().map(|rung| rung.rates)));
        notes
    }
}
