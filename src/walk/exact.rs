//! Exact.
/// Moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments { /// mean
 pub mean: f64, /// sd
 pub std_dev: f64 }
pub(crate) fn moments(_y: f64) -> Moments { Moments { mean: 0.0, std_dev: 0.0 } }
