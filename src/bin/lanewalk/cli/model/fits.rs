//! Laws fitted to timings, and the comparison of the fits.

mod table;

use anyhow::Result;
use lanewalk::internal::{INDISTINGUISHABLE, best_models};
use lanewalk::model::{
    Amdahl, Costs, CriticalPath, Fit, Gustafson, ListSchedule, Model, NotIdentifiable, Parameter, Timing, Usl,
    karp_flatt,
};
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::report::svg::Panel;
use crate::report::{duration, significant};

/// Residuals below this come from rounding.
const ROUNDING: f64 = 1e-9;

#[derive(Serialize)]
pub(super) struct Fits {
    command: &'static str,
    version: &'static str,
    timings: Vec<Point>,
    results: Vec<Law>,
    notes: Vec<String>,
    #[serde(skip)]
    rows: Vec<Row>,
    #[serde(skip)]
    panels: Vec<Panel>,
}

#[derive(Serialize)]
struct Point {
    workers: u64,
    work: f64,
    seconds: f64,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    karp_flatt: Option<f64>,
}

#[derive(Serialize)]
struct Law {
    model: &'static str,
    parameters: Vec<Number>,
    degrees_of_freedom: Option<usize>,
    relative_residual: Option<f64>,
    aicc: Option<f64>,
    largest_deviation: Option<f64>,
    predicted_s: Vec<f64>,
    reason: Option<String>,
}

#[derive(Clone, Serialize)]
struct Number {
    name: &'static str,
    unit: &'static str,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

/// A line of the CSV.
#[derive(Serialize)]
pub(super) struct Row {
    model: &'static str,
    parameter: Option<&'static str>,
    unit: Option<&'static str>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    relative_residual: Option<f64>,
    largest_deviation: Option<f64>,
    reason: Option<String>,
}

impl Fits {
    pub(super) fn new(timings: &[Timing], tasks: Option<&Costs>) -> Result<Self, Failure> {
        let distinct: std::collections::BTreeSet<_> = timings.iter().map(|timing| timing.workers).collect();
        if distinct.len() < 3 && tasks.is_none() || distinct.len() < 2 {
            let (given, least) = (distinct.len(), if tasks.is_none() { 3 } else { 2 });
            let wrong = format!(
                "--fit: got timings at {given} worker counts, expected at least {least}, since fewer identify no law"
            );
            return Err(anyhow::anyhow!(wrong).into());
        }
        let mut fits = Self {
            command: "model",
            version: env!("CARGO_PKG_VERSION"),
            timings: points(timings),
            results: Vec::new(),
            notes: Vec::new(),
            rows: Vec::new(),
            panels: Vec::new(),
        };
        fits.add(timings, Amdahl::fit(timings), |law| {
            let limit = law.limit();
            limit.is_finite().then(|| format!("at most {} times as fast as one worker", significant(limit, 3)))
        });
        fits.add(timings, Gustafson::fit(timings), |_| None);
        fits.add(timings, Usl::fit(timings), |law| {
            // A coherency below the rounding error counts as 0.
            let peak = Some(law.peak()).filter(|_| law.coherency > ROUNDING)?;
            Some(format!(
                "fastest on about {peak:.0} workers and slower on more, if the coherency is above 0 (see its interval)"
            ))
        });
        fits.add(timings, CriticalPath::fit(timings), |_| None);
        fits.notes.push(fits.verdict());
        if let Some(tasks) = tasks {
            fits.add_tasks(timings, tasks);
        }
        if fits.results.iter().all(|law| law.reason.is_some()) {
            let reason = fits.results.iter().find_map(|law| law.reason.clone()).unwrap_or_default();
            return Err(anyhow::anyhow!("--fit: {reason}").into());
        }
        fits.rows = fits.results.iter().flat_map(Law::rows).collect();
        Ok(fits)
    }

    pub(super) fn panels(&self) -> &[Panel] {
        &self.panels
    }

    fn add<M: Model>(
        &mut self,
        timings: &[Timing],
        fit: std::result::Result<Fit<M>, NotIdentifiable>,
        remark: impl Fn(&M) -> Option<String>,
    ) {
        let fit = match fit {
            Ok(fit) => fit,
            Err(error) => return self.add_unidentified(&error),
        };
        if let Some(remark) = remark(&fit.model) {
            self.notes.push(format!("{}: {remark}", M::NAME));
        }
        let exact = fit.relative_residual < ROUNDING;
        if exact {
            self.notes.push(format!("{}: fits every timing exactly, so it has no intervals", M::NAME));
        }
        let number = |Parameter { name, unit, value, low, high, .. }: &Parameter| {
            let bound = |bound: f64| (!exact).then_some(bound);
            Number { name, unit, value: *value, low: bound(*low), high: bound(*high) }
        };
        self.results.push(Law {
            parameters: fit.parameters.iter().map(number).collect(),
            degrees_of_freedom: Some(fit.degrees_of_freedom),
            relative_residual: Some(fit.relative_residual),
            aicc: fit.aicc(),
            ..Law::of(&fit.model, timings)
        });
        let band = |workers: f64| (!exact).then(|| fit.time_band(workers));
        self.panels.push(Panel::new(
            M::NAME,
            timings,
            &Panel::places(timings),
            |workers| fit.model.time(workers),
            band,
        ));
    }

    fn add_tasks(&mut self, timings: &[Timing], tasks: &Costs) {
        let schedule = match tasks.fit(timings) {
            Ok(schedule) => schedule,
            Err(error) => return self.add_unidentified(&error),
        };
        let floor = duration(schedule.work * tasks.largest());
        self.notes.push(format!(
            "{}: within {:.2} % of every timing; the largest of {} tasks is {:.1} % of the work and takes {floor}",
            ListSchedule::NAME,
            100.0 * schedule.deviation,
            tasks.tasks(),
            100.0 * tasks.largest(),
        ));
        let work = Number { name: "work", unit: "s", value: schedule.work, low: None, high: None };
        self.results.push(Law { parameters: vec![work], ..Law::of(&schedule, timings) });
        // A schedule needs a whole number of workers.
        let mut places: Vec<_> = Panel::places(timings).into_iter().map(f64::round).collect();
        places.dedup();
        self.panels.push(Panel::new(ListSchedule::NAME, timings, &places, |workers| schedule.time(workers), |_| None));
    }

    fn add_unidentified(&mut self, error: &NotIdentifiable) {
        self.notes.push(format!("{}: {error}", error.model));
        self.results.push(Law::unidentified(error));
    }

    /// The best law, if the timings distinguish the laws.
    fn verdict(&self) -> String {
        let ranked: Vec<_> = self.results.iter().filter_map(|law| law.aicc.map(|value| (value, law.model))).collect();
        let best = best_models(&ranked.iter().map(|law| law.0).collect::<Vec<_>>());
        let fitted = self.results.iter().filter(|law| law.reason.is_none()).count();
        if ranked.len() < 2 {
            return match fitted {
                0 => "no law could be fitted to these timings".to_owned(),
                1 => "only one law could be fitted, so there is no comparison".to_owned(),
                _ => {
                    let residual = |law: &&Law| law.relative_residual.unwrap_or(f64::INFINITY);
                    let least = self.results.iter().min_by(|a, b| residual(a).total_cmp(&residual(b)));
                    let least = least.map_or("", |law| law.model);
                    format!("cannot be distinguished: too few timings to compare laws (smallest residual: {least})")
                }
            };
        }
        match best.as_slice() {
            [only] => {
                let others = ranked.iter().enumerate().filter(|(place, _)| place != only);
                let next = others.map(|(_, law)| law.0).fold(f64::INFINITY, f64::min);
                format!("best: {}, by {:.1} in AICc", ranked[*only].1, next - ranked[*only].0)
            }
            several => {
                let names: Vec<_> = several.iter().map(|place| ranked[*place].1).collect();
                format!("cannot be distinguished: {} (AICc within {INDISTINGUISHABLE})", names.join(", "))
            }
        }
    }
}

impl Law {
    fn of<M: Model>(model: &M, timings: &[Timing]) -> Self {
        let predicted_s: Vec<_> =
            timings.iter().map(|timing| timing.work * model.time(timing.workers as f64)).collect();
        let deviations = timings.iter().zip(&predicted_s).map(|(timing, time)| (time / timing.seconds - 1.0).abs());
        Self {
            model: M::NAME,
            parameters: Vec::new(),
            degrees_of_freedom: None,
            relative_residual: None,
            aicc: None,
            largest_deviation: Some(deviations.fold(0.0, f64::max)),
            predicted_s,
            reason: None,
        }
    }

    fn unidentified(error: &NotIdentifiable) -> Self {
        Self {
            model: error.model,
            parameters: Vec::new(),
            degrees_of_freedom: None,
            relative_residual: None,
            aicc: None,
            largest_deviation: None,
            predicted_s: Vec::new(),
            reason: Some(error.reason.clone()),
        }
    }

    /// One line for each parameter, or one line with the reason if the law could not be fitted.
    fn rows(&self) -> Vec<Row> {
        let row = |number: Option<&Number>| Row {
            model: self.model,
            parameter: number.map(|number| number.name),
            unit: number.map(|number| number.unit),
            value: number.map(|number| number.value),
            low: number.and_then(|number| number.low),
            high: number.and_then(|number| number.high),
            relative_residual: self.relative_residual,
            largest_deviation: self.largest_deviation,
            reason: self.reason.clone(),
        };
        if self.parameters.is_empty() {
            vec![row(None)]
        } else {
            self.parameters.iter().map(|n| row(Some(n))).collect()
        }
    }
}

/// The timings with their speedups over the mean timing on one worker, if there is one.
fn points(timings: &[Timing]) -> Vec<Point> {
    let one: Vec<_> = timings.iter().filter(|timing| timing.workers == 1).map(|t| t.seconds / t.work).collect();
    let alone = (!one.is_empty()).then(|| one.iter().sum::<f64>() / one.len() as f64);
    let point = |timing: &Timing| {
        let speedup = alone.map(|alone| alone * timing.work / timing.seconds).filter(|speedup| speedup.is_finite());
        Point {
            workers: timing.workers,
            work: timing.work,
            seconds: timing.seconds,
            speedup,
            efficiency: speedup.map(|speedup| speedup / timing.workers as f64),
            karp_flatt: speedup.and_then(|speedup| karp_flatt(speedup, timing.workers)),
        }
    };
    timings.iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_best_only_if_the_timings_distinguish_it() {
        let timings = |time: fn(f64) -> f64, counts: &[u64]| -> Vec<_> {
            // Noise of 2 %, alternately up and down.
            let noise = |workers: u64| if workers.is_multiple_of(2) { 1.02 } else { 0.98 };
            counts.iter().map(|w| Timing::new(*w, time(*w as f64) * noise(*w)).unwrap()).collect()
        };
        let verdict = |timings: &[Timing]| Fits::new(timings, None).ok().map(|fits| fits.verdict()).unwrap();
        let many: Vec<_> = (1..=12).collect();
        assert!(verdict(&timings(|w| 2.0 + 30.0 / w + 0.5 * w, &many)).starts_with("best: universal scalability, by "));
        assert!(verdict(&timings(|w| 2.0 + 30.0 / w, &many)).contains("Amdahl"));
        assert!(
            verdict(&timings(|w| 2.0 + 30.0 / w, &[1, 2, 4])).starts_with("cannot be distinguished: too few timings")
        );
    }
}
