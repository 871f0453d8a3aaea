//! Estimates: a value with its standard error and, where it is known, the exact value.

use std::fmt;

/// The half-width of a 95 % interval of a normal value, in standard errors.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// A value and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The estimate: of E\[T\] in steps, of a probability, or of pi.
    pub value: f64,
    /// Its standard error, in the same unit. `None` for fewer than two samples, for equal samples, and where the
    /// samples are too few for an error bar of 95 % to have this coverage.
    pub std_error: Option<f64>,
    /// The interval of a probability.
    interval: Option<(f64, f64)>,
}

impl Estimate {
    /// A standard error of zero means that all samples are equal. They give no error then.
    pub(crate) fn new(value: f64, std_error: Option<f64>) -> Self {
        Self { value, std_error: std_error.filter(|error| *error > 0.0), interval: None }
    }

    pub(crate) fn with_interval(self, interval: (f64, f64)) -> Self {
        Self { interval: Some(interval), ..self }
    }

    pub(crate) fn with_std_error(self, std_error: Option<f64>) -> Self {
        Self { std_error: std_error.filter(|error| *error > 0.0), ..self }
    }

    /// The number of standard errors by which the estimate is above `exact`; `None` without a standard error.
    #[must_use]
    pub fn z(&self, exact: f64) -> Option<f64> {
        self.std_error.map(|error| (self.value - exact) / error)
    }

    /// A 95 % interval: of a probability the exact binomial interval (Clopper and Pearson, 1934), which covers at least
    /// 95 % for every number of samples; of other values 1.96 standard errors to both sides; `None` without an error.
    ///
    /// ```
    /// use lanewalk::{Exec, Walk, first_exit};
    ///
    /// // No walk has reached the far barrier, which does not mean that its probability is 0.
    /// let exit = first_exit(&Walk::between(-1.0, 1e5).samples(100), &Exec::default())?;
    /// let upper = exit.probability_upper().estimate.unwrap();
    /// assert_eq!(upper.value, 0.0);
    /// let (low, high) = upper.interval().unwrap();
    /// assert!(low == 0.0 && (0.036..0.037).contains(&high));
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let around = |error: f64| (self.value - NORMAL_95 * error, self.value + NORMAL_95 * error);
        self.interval.or_else(|| self.std_error.map(around))
    }
}

/// The value and its standard error: `123.4 +- 5.6`, or only the value if there is no standard error. A precision such
/// as `{:.2}` applies to both.
///
/// ```
/// use lanewalk::{Exec, Walk, first_passage};
///
/// let passage = &first_passage(&Walk::to(10.0).samples(300), &Exec::default())?[0];
/// assert_eq!(format!("{:.1}", passage.estimate().unwrap()), "310.6 +- 14.5");
/// # Ok::<(), lanewalk::Error>(())
/// ```
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)?;
        match self.std_error {
            Some(error) => {
                f.write_str(" +- ")?;
                fmt::Display::fmt(&error, f)
            }
            None => Ok(()),
        }
    }
}

/// The exact value in a build with exact values, and `None` in other builds.
macro_rules! if_exact {
    ($value:expr) => {{
        #[cfg(feature = "exact")]
        let exact = $value;
        #[cfg(not(feature = "exact"))]
        let exact = None;
        exact
    }};
}
pub(crate) use if_exact;
