//! One piece of a run; the only place that chooses its layer.

use std::ops::Range;

use super::bases::Bases;
use super::grid::StratifiedGrid;
use super::problem::{Pi, PiMethod};
use super::sums::{STREAM_POINTS, Sums};
use super::{interchanged, scalar, simd};
use crate::exec::{Layer, Plan};

/// The minimum number of points of a thread: enough streams to fill the lanes of every instruction set.
pub(super) const SLAB: u64 = 64 * STREAM_POINTS;

/// The number of parts that a thread counts between two polls of the control: a few milliseconds on the slowest layer.
pub(super) const PARTS_PER_POLL: u64 = 16;

/// A problem with all choices made.
#[derive(Clone, Copy)]
pub(super) struct Task {
    pub(super) method: PiMethod,
    pub(super) bases: Bases,
    pub(super) grid: StratifiedGrid,
}

impl Task {
    pub(super) fn new(pi: &Pi) -> Self {
        Self { method: pi.method, bases: Bases::new(pi.seed), grid: StratifiedGrid::new(pi.points) }
    }

    /// The numbers of the parts that threads share: slabs of points, or columns of the grid.
    pub(super) fn parts(&self, points: &Range<u64>) -> Range<u64> {
        let size = self.part();
        points.start / size..points.end.div_ceil(size)
    }

    /// Points in a part.
    pub(super) fn part(&self) -> u64 {
        if self.method == PiMethod::Stratified { self.grid.side } else { SLAB }
    }

    /// The points (or columns) of these parts, without those outside the run, and the number of these points.
    pub(super) fn clip(&self, parts: Range<u64>, whole: &Range<u64>) -> (Range<u64>, u64) {
        let size = self.part();
        let points = (parts.start * size).max(whole.start)..parts.end.saturating_mul(size).min(whole.end);
        let count = points.end - points.start;
        (if self.method == PiMethod::Stratified { parts } else { points }, count)
    }

    /// The only place that chooses a layer. `range` is a range of columns for the stratified method, otherwise of
    /// points.
    pub(super) fn run(&self, plan: &Plan, range: Range<u64>, whole: &Range<u64>) -> Sums {
        let Self { method, bases, grid } = *self;
        match (plan.layer, plan.backend()) {
            (Layer::Simd, Some(backend)) => match method {
                PiMethod::Plain => whole_streams(bases, range, scalar::points::<false>, |streams| {
                    backend.run(simd::Points::<false> { bases, streams })
                }),
                PiMethod::Antithetic => whole_streams(bases, range, scalar::points::<true>, |streams| {
                    backend.run(simd::Points::<true> { bases, streams })
                }),
                PiMethod::Conditional => whole_streams(bases, range, scalar::heights, |streams| {
                    backend.run(simd::Heights { bases, streams })
                }),
                PiMethod::Stratified => backend.run(simd::Cells { bases, crossed: grid.crossed(range, whole.clone()) }),
            },
            (Layer::Interchanged, _) => match method {
                PiMethod::Plain => whole_streams(bases, range, scalar::points::<false>, |streams| {
                    interchanged::points::<false>(bases, streams)
                }),
                PiMethod::Antithetic => whole_streams(bases, range, scalar::points::<true>, |streams| {
                    interchanged::points::<true>(bases, streams)
                }),
                PiMethod::Conditional => {
                    whole_streams(bases, range, scalar::heights, |streams| interchanged::heights(bases, streams))
                }
                PiMethod::Stratified => interchanged::cells(bases, grid.crossed(range, whole.clone())),
            },
            (Layer::Scalar, _) | (Layer::Simd, None) => match method {
                PiMethod::Plain => scalar::points::<false>(bases, range),
                PiMethod::Antithetic => scalar::points::<true>(bases, range),
                PiMethod::Conditional => scalar::heights(bases, range),
                PiMethod::Stratified => scalar::cells(bases, grid.side, range, whole),
            },
        }
    }
}

/// Counts whole streams by one kernel, and partial streams at both ends one point at a time.
fn whole_streams(
    bases: Bases,
    points: Range<u64>,
    ends: impl Fn(Bases, Range<u64>) -> Sums,
    kernel: impl FnOnce(Range<u64>) -> Sums,
) -> Sums {
    let streams = points.start.div_ceil(STREAM_POINTS)..points.end / STREAM_POINTS;
    if streams.is_empty() {
        return ends(bases, points);
    }
    let mut sums = ends(bases, points.start..streams.start * STREAM_POINTS);
    sums += ends(bases, streams.end * STREAM_POINTS..points.end);
    sums += kernel(streams);
    sums
}
