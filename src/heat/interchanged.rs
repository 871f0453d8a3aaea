//! Plain slices: each step computes the whole new field from the whole old field, as in array languages. The compiler
//! may vectorise the loop.

use super::grid::Update;
use super::poll::{GoOn, PIECE};

/// Takes `steps` time steps of a line of points between two walls at zero. `spare` has the length of `field`. Returns
/// whether all steps were done.
pub(super) fn advance(field: &mut Vec<f64>, spare: &mut Vec<f64>, update: Update, steps: u64, go_on: GoOn) -> bool {
    let Update { centre, side } = update;
    let last = field.len() - 1;
    for _ in 0..steps {
        if last == 0 {
            spare[0] = centre * field[0] + side * (0.0 + 0.0);
        } else {
            spare[0] = centre * field[0] + side * (0.0 + field[1]);
            for first in (1..last).step_by(PIECE) {
                if first > 1 && !go_on() {
                    return false;
                }
                let piece = first..last.min(first + PIECE);
                let neighbours = field[piece.start - 1..].iter().zip(&field[piece.start + 1..]);
                for ((new, here), (left, right)) in spare[piece.clone()].iter_mut().zip(&field[piece]).zip(neighbours) {
                    *new = centre * here + side * (left + right);
                }
            }
            spare[last] = centre * field[last] + side * (field[last - 1] + 0.0);
        }
        std::mem::swap(field, spare);
    }
    true
}
