//! The grid of the stratified method, and the cells that the arc crosses.

use std::ops::Range;

/// A grid of `side` by `side` cells over the unit square. Cell i * side + j lies in column i, row j.
#[derive(Clone, Copy)]
pub(super) struct StratifiedGrid {
    pub(super) side: u64,
}

impl StratifiedGrid {
    /// The maximum for the lanes' arithmetic: the side is at most 2^28.
    pub(super) const MAX_POINTS: u64 = 1 << 56;

    pub(super) fn new(points: u64) -> Self {
        Self { side: points.isqrt() }
    }

    /// The cells of `columns` that are in `whole`.
    pub(super) fn crossed(self, columns: Range<u64>, whole: Range<u64>) -> Crossed {
        Crossed { side: self.side, columns, whole, inside: 0, rows: 0..0, column: 0 }
    }
}

/// A cell that the arc crosses, as the corner nearest to the origin.
#[derive(Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) index: u64,
    pub(super) i: u64,
    pub(super) j: u64,
    /// side^2 - i^2 - j^2: the depth of that corner inside the circle, as a difference of squares.
    pub(super) depth: u64,
}

/// The crossed cells of some columns, in ascending order. The iterator also counts the cells inside that it passes.
pub(super) struct Crossed {
    pub(super) side: u64,
    columns: Range<u64>,
    whole: Range<u64>,
    /// Cells inside, in the columns passed so far.
    pub(super) inside: u64,
    column: u64,
    rows: Range<u64>,
}

impl Iterator for Crossed {
    type Item = Cell;

    #[inline]
    fn next(&mut self) -> Option<Cell> {
        loop {
            let (i, side) = (self.column, self.side);
            if let Some(j) = self.rows.next() {
                return Some(Cell { index: i * side + j, i, j, depth: side * side - i * i - j * j });
            }
            let i = self.columns.next()?;
            let base = i * side;
            let first = self.whole.start.saturating_sub(base).min(side);
            let end = (self.whole.end - base).min(side);
            let some = floor_sqrt(side * side - (i + 1) * (i + 1)).clamp(first, end);
            let none = (floor_sqrt(side * side - i * i - 1) + 1).clamp(first, end);
            self.inside += some - first;
            self.column = i;
            self.rows = some..none;
        }
    }
}

/// The integer square root of a number up to 2^56. A rounded square root is off by at most one.
#[inline]
fn floor_sqrt(number: u64) -> u64 {
    let root = (number as f64).sqrt() as u64;
    root + u64::from((root + 1) * (root + 1) <= number) - u64::from(root * root > number)
}

impl Cell {
    /// Whether a draw's point is inside: the point (f + 1/2, g + 1/2) of the cell's 2^32 by 2^32 places. f is the
    /// draw's upper half and g its lower half.
    ///
    /// With the depth D, u = (f + 1/2) / 2^32 and v likewise, the test is 2 i u + 2 j v + u^2 + v^2 < D: here times
    /// 2^66, in integers.
    pub(super) fn is_inside(&self, draw: u64) -> bool {
        let (f, g) = (2 * u128::from(draw >> 32) + 1, 2 * u128::from(draw & 0xFFFF_FFFF) + 1);
        let linear = u128::from(self.i) * f + u128::from(self.j) * g;
        (linear << 34) + f * f + g * g < u128::from(self.depth) << 66
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_square_roots_are_exact() {
        let near = (0..62).map(|bits| 1_u64 << bits >> 6).flat_map(|root| [root.saturating_sub(1), root, root + 1]);
        for root in near.filter(|root| *root < 1 << 28) {
            for number in [(root * root).saturating_sub(1), root * root, root * root + 1] {
                assert_eq!(floor_sqrt(number), number.isqrt(), "{number}");
            }
        }
    }
}
