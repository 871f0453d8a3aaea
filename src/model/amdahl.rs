//! Amdahl's law: a part of the work is serial.

use super::checks::magnitude;
use super::fit::{Fit, Link, Quantity, ScalingLaw, same_work};
use super::timing::{Model, NotIdentifiable, Timing};
use crate::error::{Error, Result};

/// T(w) = S + P / w: of S + P seconds of work, w workers share P.
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

    /// (S + P) / S, the limit of the speedup for any number of workers: infinite without serial work.
    #[must_use]
    pub fn limit(&self) -> f64 {
        (self.serial + self.parallel) / self.serial
    }

    /// The largest number of whole workers that still has this efficiency e, (S + P - e P) / (e S): infinite without
    /// serial work, 0 if even one worker has a smaller efficiency.
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
        // Rounding may have moved the quotient to the other side of a whole number.
        let whole = [most + 1.0, most, most - 1.0].into_iter().find(|workers| self.efficiency(*workers) >= efficiency);
        whole.unwrap_or(most).max(1.0)
    }

    /// Fits the law to these timings by least squares of relative residuals, with S and P not negative.
    ///
    /// Cost: about ten passes over the timings.
    ///
    /// # Errors
    /// [`NotIdentifiable`] from fewer than three worker counts, and from timings whose work differs: for work that
    /// grows with the workers, the law does not say which part grows.
    pub fn fit(timings: &[Timing]) -> std::result::Result<Fit<Self>, NotIdentifiable> {
        same_work::<Self>(timings)?;
        LAW.fit(timings)
    }
}

impl Fit<Amdahl> {
    /// The 95 % interval of the limit of the speedup, the inverse of the serial fraction. The upper end is infinite if
    /// the serial part may be zero. `None` if the fit is exact and has no intervals.
    #[must_use]
    pub fn limit_interval(&self) -> Option<(f64, f64)> {
        let fraction = self.parameters.iter().find(|parameter| parameter.name == "serial_fraction")?;
        (!self.is_exact()).then_some((1.0 / fraction.high, 1.0 / fraction.low))
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
    fn example_curves_are_exact() {
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
        fn workers_for_is_maximal(serial in 0.01..100.0_f64, parallel in 0.0..1e4_f64, wanted in 0.01..1.0_f64) {
            let law = Amdahl::new(serial, parallel).unwrap();
            let most = law.workers_for(wanted);
            prop_assert!(law.efficiency(most) >= wanted || most < 2.0);
            prop_assert!(law.efficiency(most + 1.0) < wanted);
        }
    }

    #[test]
    fn timings_of_growing_work_are_refused() {
        let weak = |workers: u64| Timing::new(workers, 1.0).unwrap().work(workers as f64).unwrap();
        let refused = Amdahl::fit(&[1, 2, 4, 8].map(weak)).unwrap_err();
        assert!(refused.reason.contains("work differs"), "{refused}");
        assert!(Amdahl::fit(&[]).is_err());
    }
}
