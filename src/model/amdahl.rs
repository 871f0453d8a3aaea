//! Amdahl's law: a part of the work is not shared out.

use super::checks::magnitude;
use super::fit::{Fit, Link, Quantity, ScalingLaw, same_work};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::{Error, Result};

/// T(w) = S + P / w: of S + P seconds of work, P are shared out among w workers.
///
/// ```text
/// speedup(w) = (S + P) / (S + P / w)     at most (S + P) / S
/// efficiency(w) = (S + P) / (w S + P)
/// ```
///
/// ```
/// use lanewalk::model::{Amdahl, Model};
///
/// let example = Amdahl::new(100.0, 10_000.0)?;
/// assert_eq!((example.time(200.0), example.limit()), (150.0, 101.0));
/// assert_eq!((example.efficiency(102.0), example.workers_for(0.5)), (0.5, 102.0));
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities", 1967.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Amdahl {
    /// S, in seconds.
    pub serial: f64,
    /// P, in seconds on one worker.
    pub parallel: f64,
}

impl Model for Amdahl {
    const NAME: &'static str = "Amdahl";

    fn time(&self, workers: f64) -> f64 {
        self.serial + self.parallel / workers
    }

    /// (S + P) / (w S + P): rounded once less than the quotient of times, so that whole numbers stay whole.
    fn efficiency(&self, workers: f64) -> f64 {
        (self.serial + self.parallel) / (workers * self.serial + self.parallel)
    }
}

impl Amdahl {
    /// The law of S and P, in seconds.
    ///
    /// # Errors
    /// [`Error::Argument`] if either is negative or not finite, or both are zero.
    pub fn new(serial: f64, parallel: f64) -> Result<Self> {
        let law = Self { serial: magnitude("serial", serial)?, parallel: magnitude("parallel", parallel)? };
        if law.time(1.0) > 0.0 && law.time(1.0).is_finite() {
            return Ok(law);
        }
        Err(Error::invalid("parallel", parallel, "a finite sum of serial and parallel work above 0"))
    }

    /// (S + P) / S, which no number of workers exceeds: infinite without serial work.
    #[must_use]
    pub fn limit(&self) -> f64 {
        (self.serial + self.parallel) / self.serial
    }

    /// The most workers that still have this efficiency e, (S + P - e P) / (e S) in whole workers; infinite without
    /// serial work, 0 if not even one worker has it.
    #[must_use]
    pub fn workers_for(&self, efficiency: f64) -> f64 {
        if efficiency > 1.0 {
            return 0.0;
        }
        let Self { serial, parallel } = *self;
        if efficiency <= 0.0 || serial == 0.0 {
            return f64::INFINITY;
        }
        let most = ((serial + parallel - efficiency * parallel) / (efficiency * serial)).floor();
        // The quotient may have been rounded to the other side of a whole number.
        let whole = [most + 1.0, most, most - 1.0].into_iter().find(|workers| self.efficiency(*workers) >= efficiency);
        whole.unwrap_or(most).max(1.0)
    }

    /// The law of these timings, by least squares of relative residuals, neither S nor P below zero.
    ///
    /// Cost: some ten passes over the timings.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than three worker counts, and from timings whose work differs: of work that grows
    /// with the workers the law does not say which part of it grows.
    pub fn fit(timings: &[Timing]) -> std::result::Result<Fit<Self>, NotIdentifiable> {
        same_work::<Self>(timings)?;
        LAW.fit(timings)
    }
}

const LAW: ScalingLaw<Amdahl> = ScalingLaw {
    basis: |workers| vec![1.0, 1.0 / workers],
    link: Link::Time,
    model: |c| Amdahl { serial: c[0], parallel: c[1] },
    sensitivity: |law, workers| {
        let time = law.time(workers);
        vec![1.0 / time, 1.0 / (workers * time)]
    },
    quantities: |c| {
        let (whole, square) = (c[0] + c[1], (c[0] + c[1]).powi(2));
        vec![
            Quantity { name: "serial", unit: "s", value: c[0], gradient: vec![1.0, 0.0], most: f64::INFINITY },
            Quantity { name: "parallel", unit: "s", value: c[1], gradient: vec![0.0, 1.0], most: f64::INFINITY },
            Quantity {
                name: "serial_fraction",
                unit: "",
                value: c[0] / whole,
                gradient: vec![c[1] / square, -c[0] / square],
                most: 1.0,
            },
        ]
    },
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_curves() {
        let law = Amdahl::new(100.0, 10_000.0).unwrap();
        for workers in 1..=200 {
            let w = f64::from(workers);
            assert!((law.speedup(w) - 10_100.0 / (100.0 + 10_000.0 / w)).abs() < 1e-12);
            assert!((law.efficiency(w) - 10_100.0 / (100.0 * w + 10_000.0)).abs() < 1e-14);
        }
        for (wanted, most) in [(1.0, 1.0), (0.9, 12.0), (0.5, 102.0), (0.1, 910.0), (1.1, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Some(law.workers_for(wanted)), Some(most), "{wanted}");
        }
        let ideal = Amdahl::new(0.0, 5.0).unwrap();
        assert_eq!((ideal.limit(), ideal.workers_for(0.5)), (f64::INFINITY, f64::INFINITY));
        assert_eq!(Some(Amdahl::new(5.0, 0.0).unwrap().limit()), Some(1.0));
        for (serial, parallel) in [(-1.0, 1.0), (1.0, -1.0), (0.0, 0.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert!(Amdahl::new(serial, parallel).is_err());
        }
        assert!(Amdahl::new(f64::MAX, f64::MAX).is_err());
    }

    proptest! {
        #[test]
        fn the_last_worker_that_is_efficient(serial in 0.01..100.0_f64, parallel in 0.0..1e4_f64, wanted in 0.01..1.0_f64) {
            let law = Amdahl::new(serial, parallel).unwrap();
            let most = law.workers_for(wanted);
            prop_assert!(law.efficiency(most) >= wanted || most < 2.0);
            prop_assert!(law.efficiency(most + 1.0) < wanted);
        }
    }

    #[test]
    fn work_that_grows_is_refused() {
        let weak = |workers: u64| Timing::new(workers, 1.0).unwrap().work(workers as f64).unwrap();
        let refused = Amdahl::fit(&[1, 2, 4, 8].map(weak)).unwrap_err();
        assert!(refused.reason.contains("work differs"), "{refused}");
        assert!(Amdahl::fit(&[]).is_err());
    }
}
