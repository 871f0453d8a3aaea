//! Fits of laws to measured points, if there are enough of them.

use std::collections::BTreeMap;

use lanewalk::model::{Amdahl, Comparison, Fit, Gustafson, Model, NotIdentifiable, Timing, Usl};
use serde::{Deserialize, Serialize};

use super::point::Point;

/// The fit of each law, or the reason why there is none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Fits {
    /// The pinning and the number of the fitted points: those with at most as many threads as usable cores.
    pub(crate) fitted_pin: String,
    pub(crate) fitted_points: usize,
    pub(crate) amdahl: Option<Law>,
    pub(crate) amdahl_reason: Option<String>,
    pub(crate) gustafson: Option<Law>,
    pub(crate) gustafson_reason: Option<String>,
    pub(crate) usl: Option<Law>,
    pub(crate) usl_reason: Option<String>,
    /// The comparison of the laws, as a sentence; `None` without a law.
    pub(crate) verdict: Option<String>,
    /// The predictions of the simplest law that the points do not contradict; empty without one.
    pub(crate) predicted: Vec<Predicted>,
}

/// A fitted law.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Law {
    /// The value under its name and unit, "serial_s"; its 95 % interval, "serial_low_s" and "serial_high_s".
    #[serde(flatten)]
    pub(crate) parameters: BTreeMap<String, f64>,
    /// The root mean square of measured / predicted - 1.
    pub(crate) relative_residual: f64,
}

/// A law's speedup on this number of threads, with the 95 % prediction band of a further measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Predicted {
    pub(crate) model: String,
    pub(crate) threads: f64,
    pub(crate) speedup: f64,
    pub(crate) speedup_low: f64,
    /// `None` if the points give no upper bound.
    pub(crate) speedup_high: Option<f64>,
}

/// The number of intervals of a drawn curve.
const PLACES: u32 = 24;

impl Fits {
    /// No fits, for this reason.
    pub(crate) fn refused(reason: &str) -> Self {
        let reason = || Some(reason.to_owned());
        Self { amdahl_reason: reason(), gustafson_reason: reason(), usl_reason: reason(), ..Self::default() }
    }

    /// Fits the points with the pinning of the first one and at most as many threads as usable cores.
    pub(crate) fn of(points: &[Point], weak: bool) -> Self {
        let Some(first) = points.first() else { return Self::default() };
        let fitted = || points.iter().filter(|point| point.pin == first.pin && !point.oversubscribed);
        let timing = |point: &Point| {
            let timing = Timing::new(point.threads as u64, point.time_s)?;
            timing.work(if weak { point.threads as f64 } else { 1.0 })
        };
        // Times are above zero, so this drops none.
        let timings: Vec<_> = fitted().filter_map(|point| timing(point).ok()).collect();
        let most = points.iter().map(|point| point.threads).max().unwrap_or(1) as f64;
        let mut fits = Self { fitted_pin: first.pin.clone(), fitted_points: timings.len(), ..Self::default() };
        let (amdahl, gustafson) = if weak {
            fits.amdahl_reason = Some("a law of work that does not grow with the threads".to_owned());
            (None, Some(Gustafson::fit(&timings)))
        } else {
            fits.gustafson_reason = Some("a law of work that grows with the threads (--weak)".to_owned());
            (Some(Amdahl::fit(&timings)), None)
        };
        let usl = Usl::fit(&timings);
        let fitted = (amdahl.as_ref().and_then(fit), gustafson.as_ref().and_then(fit), fit(&usl));
        let compared = Comparison::new(fitted.0, fitted.1, None, fitted.2);
        if let Some(law) = compared.possible.first() {
            fits.verdict = Some(compared.to_string());
            let curves = [curve(fitted.0, most), curve(fitted.1, most), curve(fitted.2, most)];
            let simplest = |curve: &Vec<Predicted>| curve.first().is_some_and(|point| point.model == *law);
            fits.predicted = curves.into_iter().find(simplest).unwrap_or_default();
        }
        if let Some(amdahl) = amdahl {
            (fits.amdahl, fits.amdahl_reason) = describe(amdahl);
        }
        if let Some(gustafson) = gustafson {
            (fits.gustafson, fits.gustafson_reason) = describe(gustafson);
        }
        (fits.usl, fits.usl_reason) = describe(usl);
        fits
    }
}

/// The fit, if the points identify the law.
fn fit<M>(fit: &Result<Fit<M>, NotIdentifiable>) -> Option<&Fit<M>> {
    fit.as_ref().ok()
}

/// A fit in the form of the report, or the reason why the timings have no fit.
fn describe<M: Model>(fit: Result<Fit<M>, NotIdentifiable>) -> (Option<Law>, Option<String>) {
    let fit = match fit {
        Ok(fit) => fit,
        Err(refusal) => return (None, Some(refusal.to_string())),
    };
    let mut parameters = BTreeMap::new();
    for parameter in &fit.parameters {
        let unit = match parameter.unit {
            "" => "",
            "s" => "_s",
            _ => "_per_s",
        };
        for (part, value) in [("", parameter.value), ("_low", parameter.low), ("_high", parameter.high)] {
            // JSON has no infinite numbers, so an infinite bound is left out.
            if value.is_finite() {
                parameters.insert(format!("{}{part}{unit}", parameter.name), value);
            }
        }
    }
    (Some(Law { parameters, relative_residual: fit.relative_residual }), None)
}

/// The curve of a law for up to `most` threads; empty without a fit.
fn curve<M: Model>(fit: Option<&Fit<M>>, most: f64) -> Vec<Predicted> {
    let Some(fit) = fit else { return Vec::new() };
    let one = fit.model.time(1.0);
    let place = |place: u32| {
        let threads = most.powf(f64::from(place) / f64::from(PLACES));
        let (low, high) = fit.time_band(threads);
        Predicted {
            model: M::NAME.to_owned(),
            threads,
            speedup: fit.model.speedup(threads),
            speedup_low: one / high,
            speedup_high: Some(one / low).filter(|speedup| speedup.is_finite()),
        }
    };
    (0..=PLACES).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The points of an exact law, and two that do not follow it: one with more threads than cores, one not pinned.
    fn points(counts: &[usize], time: impl Fn(f64) -> f64) -> Vec<Point> {
        let mut points: Vec<Point> = counts.iter().map(|&threads| Point::of(threads, time(threads as f64))).collect();
        points.push(Point { oversubscribed: true, ..Point::of(99, 1.0) });
        points.push(Point { pin: "none".to_owned(), ..Point::of(2, 5.0) });
        points
    }

    #[test]
    fn fit_recovers_an_exact_law() {
        let fits = Fits::of(&points(&[1, 2, 4, 8], |w| 2.0 + 30.0 / w), false);
        assert_eq!((fits.fitted_pin.as_str(), fits.fitted_points), ("compact", 4));
        let amdahl = fits.amdahl.unwrap();
        for (name, expected) in [("serial_s", 2.0), ("parallel_s", 30.0), ("serial_fraction", 2.0 / 32.0)] {
            assert!((amdahl.parameters[name] - expected).abs() < 1e-9, "{name}: {}", amdahl.parameters[name]);
        }
        assert!(amdahl.parameters["serial_low_s"] <= 2.0 && amdahl.parameters["serial_high_s"] >= 2.0 - 1e-9);
        assert!(fits.gustafson.is_none() && fits.gustafson_reason.unwrap().contains("--weak"));
        assert!(fits.usl.is_some() && fits.usl_reason.is_none());
        let last = fits.predicted.last().unwrap();
        assert!(fits.verdict.unwrap().starts_with("Amdahl suffices"));
        assert!((last.threads - 99.0).abs() < 1e-9 && (last.speedup - 32.0 / (2.0 + 30.0 / 99.0)).abs() < 1e-6);
    }

    #[test]
    fn weak_scaling_fits_gustafson() {
        let fits = Fits::of(&points(&[1, 2, 3, 4], |w| 5.0 * w / (0.1 + 0.9 * w)), true);
        let gustafson = fits.gustafson.unwrap();
        assert!((gustafson.parameters["serial_fraction"] - 0.1).abs() < 1e-9);
        assert!((gustafson.parameters["rate_per_s"] - 0.2).abs() < 1e-9);
        assert!(fits.amdahl.is_none() && fits.amdahl_reason.is_some());
        assert!((fits.predicted[PLACES as usize].speedup - (0.1 + 0.9 * 99.0)).abs() < 1e-6);
    }

    #[test]
    fn verdict_and_curve_agree_with_the_interval() {
        // Six points with noise of 1 %, of a law with coherency: AICc would prefer Amdahl's law by 10.
        let noise = |w: f64| if (w as u64).is_multiple_of(3) { 0.99 } else { 1.005 };
        let fits = Fits::of(&points(&[1, 2, 3, 4, 6, 8], |w| noise(w) * (2.0 + 30.0 / w + 0.5 * w)), false);
        assert!(fits.usl.unwrap().parameters["coherency_low"] > 0.0);
        let verdict = fits.verdict.unwrap();
        assert_eq!(verdict, "best: universal scalability: its coherency is above 0; contradicted: Amdahl");
        assert!(fits.predicted.iter().all(|point| point.model == "universal scalability"));
    }

    #[test]
    fn two_points_identify_no_law() {
        let fits = Fits::of(&points(&[1, 2], |w| 2.0 + 30.0 / w), false);
        for (law, reason) in [(fits.amdahl, fits.amdahl_reason), (fits.usl, fits.usl_reason)] {
            assert!(law.is_none() && reason.unwrap().starts_with("not identifiable from 2 points"));
        }
        assert!(fits.predicted.is_empty() && fits.verdict.is_none());
        assert!(Fits::of(&[], false).amdahl.is_none());
    }

    #[test]
    fn fits_survive_a_round_trip_through_json() {
        let fits = Fits::of(&points(&[1, 2, 4, 8], |w| 2.0 + 30.0 / w), false);
        let again: Fits = serde_json::from_str(&serde_json::to_string(&fits).unwrap()).unwrap();
        let names = |law: Option<Law>| law.unwrap().parameters.into_keys().collect::<Vec<_>>();
        assert_eq!(names(again.amdahl), names(fits.amdahl));
        assert_eq!((again.gustafson_reason, again.predicted.len()), (fits.gustafson_reason, fits.predicted.len()));
    }
}
