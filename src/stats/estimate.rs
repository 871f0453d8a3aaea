//! Estimates: a value with its standard error and, where it is known, the exact value.

use std::fmt;

/// A value and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The estimate: of E\[T\] in steps, or of pi.
    pub value: f64,
    /// Its standard error, in the same unit; `None` for fewer than two samples.
    pub std_error: Option<f64>,
}

impl Estimate {
    /// The number of standard errors by which the estimate is above `exact`; `None` without a standard error above
    /// zero.
    #[must_use]
    pub fn z(&self, exact: f64) -> Option<f64> {
        self.std_error.filter(|error| *error > 0.0).map(|error| (self.value - exact) / error)
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

/// An estimate and its exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct EstimateWithExact {
    /// The estimate, if there is one.
    pub estimate: Option<Estimate>,
    /// The exact value, where it is known.
    pub exact: Option<f64>,
}

impl EstimateWithExact {
    /// (estimate - exact) / standard error; `None` without one of these, or without a standard error above zero.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.estimate?.z(self.exact?)
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
