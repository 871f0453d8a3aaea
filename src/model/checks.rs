//! Checks of the numbers that laws are made of.

use crate::error::{Error, Result};

/// A number that a law needs: finite, and zero at least.
pub(super) fn magnitude(argument: &'static str, value: f64) -> Result<f64> {
    if value >= 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "a finite number, at least 0"))
}

/// A number that a law divides by.
pub(super) fn positive(argument: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "a finite number above 0"))
}

/// From zero to one.
pub(super) fn fraction(argument: &'static str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(Error::invalid(argument, value, "0 to 1"))
}
