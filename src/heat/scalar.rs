//! The textbook loop: one point at a time, in place. Shares nothing with the generic kernel, which it judges.

use super::grid::Update;

/// `steps` time steps of a line of points between two walls at zero.
pub(super) fn advance(field: &mut [f64], update: Update, steps: u64) {
    for _ in 0..steps {
        let mut left = 0.0;
        for point in 0..field.len() {
            let here = field[point];
            let right = if point + 1 < field.len() { field[point + 1] } else { 0.0 };
            field[point] = update.centre * here + update.side * (left + right);
            left = here;
        }
    }
}
