//! Laws fitted to timings, and the comparison of the fits.

mod table;

use anyhow::Result;
use lanewalk::model::{
    Amdahl, Comparison, Costs, CriticalPath, Fit, Gustafson, ListSchedule, Model, NotIdentifiable, Parameter, Timing,
    Usl, karp_flatt,
};
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::report::svg::Fitted;
use crate::report::{counted, duration, significant};

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
    laws: Vec<Fitted>,
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

/// The smallest efficiency that is printed as more than 100.0 %.
const MIN_SUPERLINEAR: f64 = 1.0005;

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
            laws: Vec::new(),
        };
        fits.notes.extend(superlinear(timings));
        let (amdahl, gustafson) = (Amdahl::fit(timings), Gustafson::fit(timings));
        let (usl, critical_path) = (Usl::fit(timings), CriticalPath::fit(timings));
        fits.add(timings, &amdahl, limit);
        fits.add(timings, &gustafson, |_| None);
        fits.add(timings, &usl, |fit| peak(fit, timings));
        fits.add(timings, &critical_path, |_| None);
        let compared = Comparison::new(
            amdahl.as_ref().ok(),
            gustafson.as_ref().ok(),
            critical_path.as_ref().ok(),
            usl.as_ref().ok(),
        );
        fits.notes.push(compared.to_string());
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

    pub(super) fn laws(&self) -> &[Fitted] {
        &self.laws
    }

    fn add<M: Model>(
        &mut self,
        timings: &[Timing],
        fit: &std::result::Result<Fit<M>, NotIdentifiable>,
        remark: impl Fn(&Fit<M>) -> Option<String>,
    ) {
        let fit = match fit {
            Ok(fit) => fit,
            Err(error) => return self.add_unidentified(error),
        };
        if let Some(remark) = remark(fit) {
            self.notes.push(format!("{}: {remark}", M::NAME));
        }
        let exact = fit.is_exact();
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
            ..Law::of(&fit.model, timings)
        });
        let band = |workers: f64| (!exact).then(|| fit.time_band(workers));
        self.laws.push(Fitted::new(
            M::NAME,
            timings,
            &Fitted::places(timings),
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
        let mut places: Vec<_> = Fitted::places(timings).into_iter().map(f64::round).collect();
        places.dedup();
        self.laws.push(Fitted::new(ListSchedule::NAME, timings, &places, |workers| schedule.time(workers), |_| None));
    }

    fn add_unidentified(&mut self, error: &NotIdentifiable) {
        self.notes.push(format!("{}: {error}", error.model));
        self.results.push(Law::unidentified(error));
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

/// The limit of the speedup, with its interval unless the fit is exact.
fn limit(fit: &Fit<Amdahl>) -> Option<String> {
    let times = |limit: f64| significant(limit, 3);
    let interval = fit.limit_interval();
    let limit = Some(fit.model.limit()).filter(|limit| limit.is_finite());
    match (limit, interval) {
        (Some(limit), None) => Some(format!("at most {} times as fast as one worker", times(limit))),
        (Some(limit), Some((low, high))) if high.is_finite() => Some(format!(
            "at most {} times as fast as one worker (95 % interval: {} to {})",
            times(limit),
            times(low),
            times(high)
        )),
        (_, Some((low, _))) => Some(format!(
            "the interval of the serial fraction contains 0, so no limit of the speedup is established (95 % interval: {} \
             times or more)",
            times(low)
        )),
        (None, None) => None,
    }
}

/// The fastest number of workers, if the coherency is above zero.
fn peak(fit: &Fit<Usl>, timings: &[Timing]) -> Option<String> {
    let peak = fit.model.peak();
    if fit.has_coherency() {
        let most = timings.iter().map(|timing| timing.workers).max()?;
        let remark = if peak > most as f64 {
            format!(", extrapolated from timings on up to {}", counted(most, "worker"))
        } else {
            String::new()
        };
        return Some(format!("fastest on about {peak:.0} workers and slower on more{remark}"));
    }
    (!fit.is_exact()).then(|| "the coherency may be 0, so no fastest number of workers is established".to_owned())
}

/// A note on timings that improve by more than the ratio of the workers. No law allows this.
fn superlinear(timings: &[Timing]) -> Option<String> {
    let fewest = timings.iter().map(|timing| timing.workers).min()?;
    let cost = |timing: &Timing| timing.workers as f64 * timing.seconds / timing.work;
    let first: Vec<_> = timings.iter().filter(|timing| timing.workers == fewest).map(cost).collect();
    let first = first.iter().sum::<f64>() / first.len() as f64;
    // Timings on the fewest workers differ from their mean by noise alone.
    let more = timings.iter().filter(|timing| timing.workers > fewest);
    let efficiencies = more.map(|timing| (timing.workers, first / cost(timing)));
    let above: Vec<_> = efficiencies.filter(|(_, efficiency)| *efficiency >= MIN_SUPERLINEAR).collect();
    let (workers, largest) = above.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let others = if above.len() > 1 { format!(", and in {} more timings", above.len() - 1) } else { String::new() };
    let than = if fewest == 1 { String::new() } else { format!(" relative to {fewest} workers") };
    Some(format!(
        "superlinear: the efficiency{than} is {:.1} % on {workers} workers{others}; no law here allows more than 100 %: \
         the timings are noisy, or more workers have more cache or a faster clock",
        100.0 * largest
    ))
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

    /// Timings by the law `time`, with noise of 2 %, alternately up and down.
    fn timings(time: impl Fn(f64) -> f64, counts: &[u64]) -> Vec<Timing> {
        let noise = |workers: u64| if workers.is_multiple_of(2) { 1.02 } else { 0.98 };
        counts.iter().map(|w| Timing::new(*w, time(*w as f64) * noise(*w)).unwrap()).collect()
    }

    fn notes(timings: &[Timing]) -> String {
        Fits::new(timings, None).ok().map(|fits| fits.notes.join("\n")).unwrap()
    }

    #[test]
    fn notes_agree_with_the_intervals() {
        let many: Vec<_> = (1..=12).collect();
        let slower = notes(&timings(|w| 2.0 + 30.0 / w + 0.5 * w, &many));
        assert!(slower.contains("fastest on about 8 workers and slower on more"), "{slower}");
        assert!(slower.contains("best: universal scalability: its coherency is above 0"), "{slower}");
        assert!(!slower.contains("extrapolated"), "{slower}");
        let beyond = notes(&timings(|w| 2.0 + 30.0 / w + 0.1 * w, &many));
        assert!(beyond.contains(" and slower on more, extrapolated from timings on up to 12 workers"), "{beyond}");
        let limited = notes(&timings(|w| 2.0 + 30.0 / w, &many));
        assert!(limited.contains("no fastest number of workers is established"), "{limited}");
        assert!(limited.contains("Amdahl: at most ") && limited.contains("(95 % interval: "), "{limited}");
        let few = notes(&timings(|w| 2.0 + 30.0 / w, &[1, 2, 4]));
        assert!(few.contains("too few timings") && few.contains("no limit of the speedup is established"), "{few}");
    }

    #[test]
    fn efficiencies_above_one_are_noted() {
        let note = |points: &[(u64, f64)]| {
            superlinear(&points.iter().map(|(w, time)| Timing::new(*w, *time).unwrap()).collect::<Vec<_>>())
        };
        let found = note(&[(1, 32.0), (2, 15.7), (4, 7.8), (15, 5.9)]).unwrap();
        assert!(
            found.starts_with("superlinear: the efficiency is 102.6 % on 4 workers, and in 1 more timing"),
            "{found}"
        );
        let found = note(&[(2, 16.0), (4, 7.9), (8, 5.0)]).unwrap();
        assert!(
            found.starts_with("superlinear: the efficiency relative to 2 workers is 101.3 % on 4 workers;"),
            "{found}"
        );
        // These timings are those of ideal workers, but for their last digit.
        assert_eq!(note(&[(1, 30.0), (7, 4.286), (8, 3.75), (9, 3.333)]), None);
    }
}
