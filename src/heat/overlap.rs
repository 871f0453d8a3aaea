//! Sub-domains as lanes: the points of each lane, and the seams between lanes.
//!
//! Lane j of every vector belongs to sub-domain j. Vector k holds the k-th point of each sub-domain, so the neighbours
//! of all its points are in the vectors before and after it. Values move between lanes at the seams only:
//!
//! ```text
//! points    0 1 2 3 4 5 6 7 8 9 10              4 lanes of 3 points; one point is shared
//! lane 0    0 1 2                  vector 0     0 2 5 8      lane j starts at point j (points - height) / 3
//! lane 1        2 3 4              vector 1     1 3 6 9
//! lane 2              5 6 7        vector 2     2 4 7 10
//! lane 3                    8 9 10
//! ```
//!
//! All lanes have the same height. If the points do not divide evenly, some neighbours share a point. Both lanes
//! compute it from the same numbers in the same order, so they get the same bits.

/// The layout of `points` points in `lanes` lanes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seams {
    pub(super) points: usize,
    pub(super) lanes: usize,
    /// The number of points of a lane, which is the number of vectors.
    pub(super) height: usize,
    /// Bit j: lane j shares its last point with lane j + 1.
    pub(super) shared_above: u64,
    /// Bit j: lane j shares its first point with lane j - 1.
    pub(super) shared_below: u64,
}

impl Seams {
    /// The layout of `points` points in `lanes` lanes. There must be at least two lanes.
    pub(super) fn new(points: usize, lanes: usize) -> Self {
        let mut seams = Self { points, lanes, height: points.div_ceil(lanes), shared_above: 0, shared_below: 0 };
        for lane in 1..lanes {
            if seams.start(lane) < seams.start(lane - 1) + seams.height {
                seams.shared_above |= 1 << (lane - 1);
                seams.shared_below |= 1 << lane;
            }
        }
        seams
    }

    /// The first point of `lane`.
    pub(super) fn start(&self, lane: usize) -> usize {
        lane * (self.points - self.height) / (self.lanes - 1)
    }

    /// The one or two lanes that hold `point`, and its place in each of them.
    pub(super) fn places(&self, point: usize) -> impl Iterator<Item = (usize, usize)> {
        let guess = (point / self.height.max(1)).saturating_sub(1);
        (guess..self.lanes)
            .map(move |lane| (lane, self.start(lane)))
            .skip_while(move |(_, start)| start + self.height <= point)
            .take_while(move |(_, start)| *start <= point)
            .map(move |(lane, start)| (lane, point - start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_in_a_lane_and_neighbours_share_at_most_one() {
        for lanes in [2, 4, 8] {
            for points in 2 * lanes..300 {
                let seams = Seams::new(points, lanes);
                let mut held = vec![0; points];
                for lane in 0..lanes {
                    for place in 0..seams.height {
                        held[seams.start(lane) + place] += 1;
                    }
                }
                assert!(held.iter().all(|times| (1..=2).contains(times)), "{points} in {lanes}: {held:?}");
                let shared = held.iter().filter(|times| **times == 2).count();
                assert_eq!(shared, seams.shared_above.count_ones() as usize);
                assert_eq!(seams.shared_above << 1, seams.shared_below);
                for (point, times) in held.iter().enumerate() {
                    let places: Vec<_> = seams.places(point).collect();
                    assert_eq!(places.len(), *times, "point {point} of {points} in {lanes}");
                    for (lane, place) in places {
                        assert!(place < seams.height && seams.start(lane) + place == point);
                    }
                }
            }
        }
    }
}
