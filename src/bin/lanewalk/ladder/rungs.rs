//! The rungs, the same for every workload, and the evaluation of their timings.

use lanewalk::{Error, Exec, Isa, Layer, Pin, Plan, RunControl};

use super::baseline::Baseline;
use super::measure::{Case, Sample, disturbances, rates};
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

/// The share of a slow rung's work that its ceiling does: it needs no exact result. Fast rungs are short enough.
const CEILING_SHARE: f64 = 0.25;

impl Variants {
    /// `exec` is the execution of the topmost rung, without its pinning.
    pub(super) fn new(exec: &Exec, control: &RunControl) -> Result<Self, Error> {
        let top = exec.plan()?;
        let mut variants = Vec::new();
        let mut add = |name: String, variant: Exec| -> Result<(), Error> {
            let variant = variant.control(control);
            variants.push(Variant { name, plan: variant.plan()?, exec: variant });
            Ok(())
        };
        // A ladder has the machine to itself.
        let one = || exec.clone().threads(1).pin(Pin::Compact);
        add("scalar".to_owned(), one().layer(Layer::Scalar))?;
        add("interchanged".to_owned(), one().layer(Layer::Interchanged))?;
        let chosen = top.isa.filter(|_| top.isa_from.is_some());
        for isa in Isa::available().into_iter().filter(|isa| chosen.is_none_or(|chosen| chosen == *isa)) {
            add(isa.to_string(), one().isa(isa))?;
        }
        let (fastest, threads) = (exec.clone(), top.threads);
        let name = top.isa.map_or_else(|| "interchanged".to_owned(), |isa| isa.to_string());
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

    /// The cases of a round: baselines, rungs, the best rung once more, each rung's ceiling, and the better algorithm
    /// on the scalar and on the topmost rung.
    pub(super) fn cases<'a>(
        &'a self,
        workload: &'a Workload,
        baselines: &'a [(Baseline, f64)],
        baseline_rounds: usize,
        better: Option<Algorithm>,
        seed: u64,
        control: &'a RunControl,
    ) -> Vec<Case<'a>> {
        let mut cases = Vec::new();
        for (baseline, seconds) in baselines {
            let run = move |_| baseline.run(*seconds, control);
            cases.push(Case::new(baseline.name, run).most_rounds(baseline_rounds));
        }
        if let Some(run) = workload.rand {
            cases.push(Case::new(RAND, move |size| Ok(run(size, seed))));
        }
        let rung = |name: String, variant: &'a Variant| {
            Case::new(name, move |size| Ok(workload.run(size, seed, &variant.exec)?))
        };
        cases.extend(self.variants.iter().map(|variant| rung(variant.name.clone(), variant)));
        cases.push(rung(format!("{} again", self.best().name), self.best()));
        for variant in &self.variants {
            let run = move |size| Ok((workload.ceiling)(size, &variant.exec)?);
            let share = if variant.plan.layer == Layer::Simd { 1.0 } else { CEILING_SHARE };
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
        baselines: &'c [(Baseline, f64)],
        better: Option<&Algorithm>,
        cases: &'c [Case],
    ) -> Measured<'c> {
        let place = |name: &str| cases.iter().position(|case| case.name == name);
        let of = |name: &str| rates(cases, place(name));
        let again = Interval::of_ratio(of(&format!("{} again", self.best().name)), of(&self.best().name));
        let rungs = self.variants.iter().map(|variant| VariantRates {
            variant,
            rates: of(&variant.name),
            ceiling: of(&format!("{} ceiling", variant.name)),
            digest: place(&variant.name).and_then(|place| cases[place].digest.clone()),
        });
        Measured {
            workload,
            baselines: baselines
                .iter()
                .map(|(baseline, _)| (baseline.name, of(baseline.name)))
                .filter(|(_, rates)| !rates.is_empty())
                .collect(),
            rand: Some(of(RAND)).filter(|rates| !rates.is_empty()),
            rungs: rungs.collect(),
            best: self.best,
            better: better.map(|better| {
                [self.scalar(), self.top()].map(|variant| of(&format!("{} {}", variant.name, better.name)))
            }),
            noise_floor: again.map_or(f64::NAN, |again| again.floor()),
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
    pub(super) noise_floor: f64,
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
        let scalar = self.scalar().rates;
        let mut rows = Vec::new();
        let mut before: Option<&[f64]> = None;
        for &(name, rates) in &self.baselines {
            rows.push(self.row(name, 1, rates, before, scalar));
            before = Some(rates);
        }
        if let Some(rates) = self.rand {
            rows.push(self.row(RAND, 1, rates, before, scalar));
            before = Some(rates);
        }
        for rung in &self.rungs {
            let plan = &rung.variant.plan;
            let mut row = self.row(&rung.variant.name, plan.threads, rung.rates, before, scalar);
            row.layer = Some(plan.layer.to_string());
            row.isa = plan.isa.map(|isa| isa.to_string());
            row.pinned = plan.is_pinned();
            row.digest.clone_from(&rung.digest);
            if let (Some(isa), 1) = (plan.isa, plan.threads) {
                row.vector_efficiency = row.speedup.map(|speedup| speedup / isa.lanes() as f64);
            }
            if plan.threads > 1 {
                let speedup = Interval::of_ratio(rung.rates, self.best().rates);
                row.core_efficiency = speedup.map(|speedup| speedup.median / plan.threads as f64);
            }
            let share = Interval::of_ratio(rung.rates, rung.ceiling);
            row.ceiling_share = share.map(|share| share.median);
            row.ceiling_failed = share.is_some_and(|share| share.low > 1.0 && share.median > 1.0 + self.noise_floor);
            rows.push(row);
            before = Some(rung.rates);
        }
        rows
    }

    fn row(&self, name: &str, threads: usize, rates: &[f64], before: Option<&[f64]>, scalar: &[f64]) -> Rung {
        let rate = Interval::of(rates).unwrap_or(Interval { median: f64::NAN, low: f64::NAN, high: f64::NAN });
        let step = before.and_then(|before| Interval::of_ratio(rates, before));
        let speedup = Interval::of_ratio(rates, scalar);
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
            not_significant: step.is_some_and(|step| step.is_not_significant(self.noise_floor)),
            speedup: speedup.map(|speedup| speedup.median),
            speedup_low: speedup.map(|speedup| speedup.low),
            speedup_high: speedup.map(|speedup| speedup.high),
            vector_efficiency: None,
            core_efficiency: None,
            ceiling_share: None,
            ceiling_failed: false,
            digest: None,
        }
    }

    /// Notes about the machine that qualify the figures.
    pub(super) fn notes(&self, load: Option<f64>, threads: usize) -> Vec<String> {
        let mut notes = Vec::new();
        for (name, rates) in &self.baselines {
            if let Some(ratio) = Interval::of_ratio(self.top().rates, rates) {
                let (median, low, high) = (whole(ratio.median), whole(ratio.low), whole(ratio.high));
                notes.push(format!("the topmost rung is {median} times as fast as {name} ({low} to {high})"));
            }
        }
        notes.extend(disturbances(load, threads, self.rungs.iter().map(|rung| rung.rates)));
        notes
    }
}
