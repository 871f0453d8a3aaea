//! The textbook loop: one point at a time, in place. It is the reference for the generic kernel and shares no code with
//! it.

use super::grid::Update;
use super::poll::{GoOn, PIECE};

/// Takes `steps` time steps of a line of points between two walls at zero. Returns whether all steps were done.
pub(super) fn advance(field: &mut [f64], update: Update, steps: u64, go_on: GoOn) -> bool {
    for _ in 0..steps {
        let mut left = 0.0;
        for piece in (0..field.len()).step_by(PIECE) {
            if piece > 0 && !go_on() {
                return false;
            }
            for point in piece..field.len().min(piece + PIECE) {
                let here = field[point];
                let right = if point + 1 < field.len() { field[point + 1] } else { 0.0 };
                field[point] = update.centre * here + update.side * (left + right);
                left = here;
            }
        }
    }
    true
}
