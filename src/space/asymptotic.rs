//! stub
pub(crate) fn ball(d: usize, r: f64) -> (f64, f64) {
    (3.0 * r * r / d as f64, 1.0)
}
