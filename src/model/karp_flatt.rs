//! The serial fraction of Karp and Flatt.

/// The serial fraction that corresponds to a measured speedup, (1 / speedup - 1 / w) / (1 - 1 / w). `None` for a single
/// worker or a speedup that is not above zero and finite.
///
/// If it stays constant as workers are added, Amdahl's law holds. If it grows, there are costs that grow with the
/// workers. A negative fraction means a superlinear speedup.
///
/// ```
/// use lanewalk::model::karp_flatt;
///
/// assert!((karp_flatt(101.0 / 50.5, 101).unwrap() - 0.495).abs() < 1e-12);
/// assert_eq!((karp_flatt(4.0, 4), karp_flatt(1.0, 1)), (Some(0.0), None));
/// ```
///
/// Source: Karp and Flatt, "Measuring parallel processor performance", 1990.
#[must_use]
pub fn karp_flatt(speedup: f64, workers: u64) -> Option<f64> {
    let share = 1.0 / workers as f64;
    (workers > 1 && speedup > 0.0 && speedup.is_finite()).then(|| (1.0 / speedup - share) / (1.0 - share))
}
