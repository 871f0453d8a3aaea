//! Checks of the parameters of laws.

use crate::error::{Error, Result};

/// Checks a parameter that must be finite and at least 0.
pub(super) fn magnitude(argument: &'static str, value: f64) -> Result<f64> {
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "a finite number, at least 0"))
}

/// Checks a parameter that a law divides by.
pub(super) fn positive(argument: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "a finite number above 0"))
}

/// Checks a parameter between 0 and 1.
pub(super) fn fraction(argument: &'static str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "0 to 1"))
}
