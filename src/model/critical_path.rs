//! The critical path: no number of workers is faster than the longest chain of steps.

use nalgebra::{DMatrix, DVector};

use super::checks::{magnitude, positive};
use super::fit::{Fit, Fitted, Quantity, enough, quantile, same_work};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::Result;

/// T(w) = max(work / w, span): a lower bound for every schedule.
///
/// ```
/// use lanewalk::model::{CriticalPath, Model};
///
/// // The 15 example tasks: 32 seconds of work, the longest 5.8 of them.
/// let law = CriticalPath::new(32.0, 5.8)?;
/// assert_eq!((law.time(4.0), law.time(15.0)), (8.0, 5.8));
/// // List scheduling ends between these bounds.
/// let (least, most) = law.bounds(4.0);
/// assert!(least == 8.0 && (most - 12.35).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Graham, "Bounds on multiprocessing timing anomalies", 1969.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CriticalPath {
    /// Seconds on one worker.
    pub work: f64,
    /// Seconds on any number of workers: the longest chain of steps, or the longest task.
    pub span: f64,
}

impl Model for CriticalPath {
    const NAME: &'static str = "critical path";

    fn time(&self, workers: f64) -> f64 {
        (self.work / workers).max(self.span)
    }
}

impl CriticalPath {
    /// The law of this work and span, in seconds.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) for work that is not above zero and finite, or a span that is
    /// negative or longer than the work.
    pub fn new(work: f64, span: f64) -> Result<Self> {
        let (work, span) = (positive("work", work)?, magnitude("span", span)?);
        if span > work {
            return Err(crate::Error::invalid("span", span, format!("at most the work, {work}")));
        }
        Ok(Self { work, span })
    }

    /// Graham's bounds on the time of any schedule in which no worker idles while a task waits: max(work / w, span),
    /// and work / w + span (1 - 1 / w).
    #[must_use]
    pub fn bounds(&self, workers: f64) -> (f64, f64) {
        (self.time(workers), self.work / workers + self.span * (1.0 - 1.0 / workers))
    }

    /// Fits the law to these timings: the work from the smaller worker counts and the span from the larger ones, each
    /// by least squares of relative residuals. Of all splits, the best fit is returned.
    ///
    /// Cost: a pass over the timings for each worker count.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than three worker counts, and if the time does not fall to a level at the largest
    /// counts: the span is visible only where more workers bring no gain.
    pub fn fit(timings: &[Timing]) -> std::result::Result<Fit<Self>, NotIdentifiable> {
        enough::<Self>(timings, 2)?;
        same_work::<Self>(timings)?;
        let mut points: Vec<_> = timings.iter().map(|timing| (timing.workers, timing.seconds / timing.work)).collect();
        points.sort_by_key(|point| point.0);
        let mut counts: Vec<_> = points.iter().map(|point| point.0).collect();
        counts.dedup();
        // The span needs at least two counts: a fit would reproduce a single one exactly.
        let splits = (1..counts.len() - 1).filter_map(|split| Self::split(&points, counts[split]));
        let best = splits.min_by(|a, b| a.1.total_cmp(&b.1));
        let flat = best.filter(|(_, flat_misfit, _, _)| {
            // Otherwise the work alone explains the timings as well, by an F test at 5 %.
            let degrees = timings.len() - 2;
            let work = mean(&points, |workers, time| workers * time);
            let gain = 1.0 + quantile(degrees).powi(2) / degrees as f64;
            misfit(&points, |workers| work / workers) > gain * flat_misfit
        });
        let Some((law, _, sloped, level)) = flat else {
            let reason = "not identifiable: at no number of workers does the time fall to a level and stay there, which would show the span";
            return Err(NotIdentifiable::new(Self::NAME, reason));
        };
        let measured: Vec<_> = timings.iter().map(|timing| timing.seconds / timing.work).collect();
        let predicted = timings.iter().map(|timing| law.time(timing.workers as f64)).collect();
        // For a mean of relative residuals: the square of the value over the number of timings.
        let variances = [law.work.powi(2) / sloped as f64, law.span.powi(2) / level as f64];
        let covariance = DMatrix::from_diagonal(&DVector::from_row_slice(&variances));
        let quantity = |name, value, gradient| Quantity { name, unit: "s", value, gradient, most: f64::INFINITY };
        let quantities = vec![quantity("work", law.work, vec![1.0, 0.0]), quantity("span", law.span, vec![0.0, 1.0])];
        let fitted = Fitted { model: law, predicted, measured, shift: DVector::zeros(2) };
        Ok(Fit::new(fitted, covariance, Self::sensitivity, quantities))
    }

    /// The work from the timings below `first` workers and the span from the others, with the misfit and both numbers
    /// of timings. `None` if the two contradict the split.
    fn split(points: &[(u64, f64)], first: u64) -> Option<(Self, f64, usize, usize)> {
        let (sloped, level) = points.split_at(points.partition_point(|point| point.0 < first));
        let law = Self { work: mean(sloped, |workers, time| workers * time), span: mean(level, |_, time| time) };
        let last = sloped.last()?.0 as f64;
        let bends_here = law.work / last >= law.span && law.work / first as f64 <= law.span;
        bends_here.then(|| (law, misfit(points, |workers| law.time(workers)), sloped.len(), level.len()))
    }

    fn sensitivity(&self, workers: f64) -> Vec<f64> {
        if self.work / workers > self.span { vec![1.0 / self.work, 0.0] } else { vec![0.0, 1.0 / self.span] }
    }
}

fn mean(points: &[(u64, f64)], value: impl Fn(f64, f64) -> f64) -> f64 {
    points.iter().map(|(workers, time)| value(*workers as f64, *time)).sum::<f64>() / points.len() as f64
}

fn misfit(points: &[(u64, f64)], time: impl Fn(f64) -> f64) -> f64 {
    points.iter().map(|(workers, measured)| (measured / time(*workers as f64) - 1.0).powi(2)).sum()
}
