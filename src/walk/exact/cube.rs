//! stub
use super::Moments;
pub(crate) fn moments(_: usize, y: f64) -> Moments { super::moments(y) }
