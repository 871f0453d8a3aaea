//! Walkers on the line in vector lanes: one body for every instruction set.
//!
//! # The algorithm
//!
//! Each lane holds one walker: four words of generator state and a position. A *round* draws once in every lane and
//! takes both steps; rounds go on until some lane has crossed. What happens then is in `refill.rs`.
//!
//! ```text
//! repeat                                    -- `advance`, the hot loop
//!     draw                                  -- xoshiro256++ in each lane
//!     first    = position + high(draw)
//!     position = first + low(draw)
//! until some lane has first or position at a barrier or beyond
//! ```
//!
//! # Where the code departs from that, and why it may
//!
//! 1. Positions are stored shifted: p = position + (A - 1) - 2^63, modulo 2^64, for a barrier A units below the origin and one
//!    B units above. The positions between them are then the signed numbers from -2^63 to A + B - 2 - 2^63, and "has
//!    crossed" is the one signed comparison p >= A + B - 1 - 2^63 for both sides: a walker below -A wraps round to the far
//!    positive end. No position leaves 64 bits, since A and B are at most 2^62 and a step at most 2^31.
//! 2. Far barriers are guarded one step ahead: as long as the position after the second step of a draw is within them by more than
//!    the largest step, the first step cannot have crossed, and one comparison a draw suffices. An alarm is then only a
//!    reason to look. Near barriers would raise too many, so both steps are compared there (`FINE`).
//! 3. The position after the first step is not kept for the rare round that needs it: the generator's step is undone, and
//!    its last draw taken back.
//! 4. A new walker is blended into the registers by mask: nothing goes through memory but what is broadcast from it.
//! 5. A lane without a walker has a generator of zeros, which gives zeros: it stands still, and needs no mask.

use super::boundary::Bounds;
use crate::lanes::{AllLanes, Kernel, Lanes};
use crate::stream::StateBlock;
use crate::stream::UNIT;
use crate::stream::lanes::{draw, last_draw, seed_in_lanes};
use crate::walk::refill::{MAX_SLOTS, Stepper, run};
use crate::walk::source::{Target, WalkerSource};

/// Walks all that the feed has, on whatever lanes the dispatch chose.
pub(super) struct Simd<'f, F: ?Sized> {
    pub(super) source: &'f mut F,
    /// Test both steps of a draw (near barriers) rather than the second alone with a margin (far ones): see [`fine`].
    pub(super) fine: bool,
}

/// Whether walkers to these goals spend more than 1/560 of their time within the last step before their barrier.
///
/// To Y they take about 3 Y^2 steps, some five of them there: the share is 1.6 / Y^2 for one goal, and over all goals their
/// number times 1.6 over the sum of Y^2. At the threshold, Y = 30, testing both steps and looking twice cost the same.
/// Of two barriers the nearer one counts.
pub(super) fn fine(targets: &[Target<Bounds>]) -> bool {
    let squares: f64 = targets.iter().map(|target| (target.barrier.nearer() as f64 / UNIT).powi(2)).sum();
    squares < 900.0 * targets.len() as f64
}

impl<F: WalkerSource<Boundary = Bounds> + ?Sized> Kernel for Simd<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        match (L::INTERLEAVE, self.fine) {
            (1, false) => run(Line::<L, 1, false>(lanes), self.source),
            (1, true) => run(Line::<L, 1, true>(lanes), self.source),
            (2, false) => run(Line::<L, 2, false>(lanes), self.source),
            (2, true) => run(Line::<L, 2, true>(lanes), self.source),
            (_, false) => run(Line::<L, 4, false>(lanes), self.source),
            (_, true) => run(Line::<L, 4, true>(lanes), self.source),
        }
    }
}

/// Walkers on the line in N vectors of lanes.
#[derive(Clone, Copy)]
struct Line<L: Lanes, const N: usize, const FINE: bool>(L);

/// What moves.
#[derive(Clone, Copy)]
struct LaneState<L: Lanes, const N: usize> {
    state: [[L::Vector; 4]; N],
    /// Shifted positions.
    position: [L::Vector; N],
    /// The first shifted position that raises an alarm.
    end: [L::Vector; N],
}

/// What the last round left.
struct Trace {
    /// Shifted positions after the first and after the second step.
    landings: [[u64; MAX_SLOTS]; 2],
    /// Places that raised no alarm after either of them, a bit each; meaningful in `FINE` alone.
    inside: [u64; 2],
}

/// The largest step, in units.
const LARGEST_STEP: u64 = 1 << 31;

/// The shifted position of the origin, and the first one that raises an alarm.
#[inline(always)]
fn shifted<const FINE: bool>(barrier: Bounds) -> (u64, u64) {
    let Bounds { mut below, mut above } = barrier;
    if !FINE {
        below = below.saturating_sub(LARGEST_STEP);
        above = above.saturating_sub(LARGEST_STEP);
        if below == 0 || above == 0 {
            // Both steps of any draw may cross: every round is looked at.
            (below, above) = (1, 0);
        }
    }
    let lowest = i64::MIN as u64;
    (lowest.wrapping_add(below - 1), lowest.wrapping_add(below + above - 1))
}

impl<L: Lanes, const N: usize, const FINE: bool> Line<L, N, FINE> {
    /// Blends a shifted position, its alarm and, if given, a generator's state into lane `place`.
    #[inline(always)]
    fn blend(
        self,
        mut flock: LaneState<L, N>,
        place: usize,
        (position, end): (u64, u64),
        state: Option<[u64; 4]>,
    ) -> LaneState<L, N> {
        let lanes = self.0;
        let (position, end) = (lanes.splat(position), lanes.splat(end));
        for v in 0..N {
            let only = lanes.only(v, place);
            flock.position[v] = lanes.select(only, position, flock.position[v]);
            flock.end[v] = lanes.select(only, end, flock.end[v]);
            if let Some(words) = state {
                for word in 0..4 {
                    flock.state[v][word] = lanes.select(only, lanes.splat(words[word]), flock.state[v][word]);
                }
            }
        }
        flock
    }

    /// The hot loop; returns the shifted positions after the first step too, meaningful in `FINE` alone.
    #[inline(always)]
    fn walk(self, mut flock: LaneState<L, N>, mut rounds: u64, stop: u64) -> (LaneState<L, N>, [L::Vector; N], u64) {
        let lanes = self.0;
        loop {
            let mut first = flock.position;
            for v in 0..N {
                let draw = draw(lanes, &mut flock.state[v]);
                first[v] = lanes.add(flock.position[v], lanes.high(draw));
                flock.position[v] = lanes.add(first[v], lanes.low(draw));
            }
            // Two chains of comparisons: with both steps of a vector side by side the compiler would compare their maximum
            // instead, which has no fast instruction.
            let mut inside = lanes.lt(flock.position[0], flock.end[0]);
            for v in 1..N {
                inside = lanes.and(inside, lanes.lt(flock.position[v], flock.end[v]));
            }
            if FINE {
                let mut after_first = lanes.lt(first[0], flock.end[0]);
                for v in 1..N {
                    after_first = lanes.and(after_first, lanes.lt(first[v], flock.end[v]));
                }
                inside = lanes.and(inside, after_first);
            }
            rounds += 1;
            if !lanes.all(inside) || rounds == stop {
                return (flock, first, rounds);
            }
        }
    }

    /// Where the walker at `place` stood, in units, after each step of the round.
    #[inline(always)]
    fn landing(trace: &Trace, place: usize, seated: Bounds) -> [i64; 2] {
        let origin = shifted::<FINE>(seated).0;
        trace.landings.each_ref().map(|landing| landing[place].wrapping_sub(origin) as i64)
    }
}

impl<L: Lanes, const N: usize, const FINE: bool> Stepper for Line<L, N, FINE> {
    type Boundary = Bounds;
    type LaneState = LaneState<L, N>;
    type Trace = Trace;
    type Position = [i64; 1];

    const PLACES: usize = N * L::LANES;

    #[inline(always)]
    fn steps(self) -> u64 {
        2
    }

    #[inline(always)]
    fn draws(self) -> u64 {
        1
    }

    #[inline(always)]
    fn empty(self) -> (LaneState<L, N>, Trace) {
        let lanes = self.0;
        let (position, end) = shifted::<FINE>(Bounds::FARTHEST);
        let flock = LaneState {
            state: [[lanes.splat(0); 4]; N],
            position: [lanes.splat(position); N],
            end: [lanes.splat(end); N],
        };
        (flock, Trace { landings: [[0; MAX_SLOTS]; 2], inside: [0; 2] })
    }

    #[inline(always)]
    fn seed(self, seed: u64, first: u64, count: usize, words: &mut StateBlock) {
        seed_in_lanes(self.0, seed, first, count, words);
    }

    #[inline(always)]
    fn advance(self, flock: LaneState<L, N>, trace: &mut Trace, rounds: u64, stop: u64) -> (LaneState<L, N>, u64, u64) {
        let lanes = self.0;
        let (flock, mut first, rounds) = self.walk(flock, rounds, stop);
        trace.inside = [0; 2];
        for v in 0..N {
            if FINE {
                trace.inside[0] |= lanes.slot_bits(v, lanes.lt(first[v], flock.end[v]));
            } else {
                first[v] = lanes.sub(flock.position[v], lanes.low(last_draw(lanes, &flock.state[v])));
            }
            trace.inside[1] |= lanes.slot_bits(v, lanes.lt(flock.position[v], flock.end[v]));
            let places = L::slots(v);
            lanes.store(first[v], &mut trace.landings[0][places.clone()]);
            lanes.store(flock.position[v], &mut trace.landings[1][places]);
        }
        let inside = if FINE { trace.inside[0] & trace.inside[1] } else { trace.inside[1] };
        (flock, (u64::MAX >> (MAX_SLOTS - Self::PLACES)) ^ inside, rounds)
    }

    #[inline(always)]
    fn seat(self, flock: LaneState<L, N>, place: usize, barrier: Bounds, state: [u64; 4]) -> LaneState<L, N> {
        self.blend(flock, place, shifted::<FINE>(barrier), Some(state))
    }

    #[inline(always)]
    fn clear(self, flock: LaneState<L, N>, place: usize) -> LaneState<L, N> {
        self.blend(flock, place, shifted::<FINE>(Bounds::FARTHEST), Some([0; 4]))
    }

    #[inline(always)]
    fn retarget(
        self,
        flock: LaneState<L, N>,
        trace: &Trace,
        place: usize,
        from: Bounds,
        to: Bounds,
    ) -> LaneState<L, N> {
        let (origin, end) = shifted::<FINE>(to);
        let position = Self::landing(trace, place, from)[1] as u64;
        self.blend(flock, place, (position.wrapping_add(origin), end), None)
    }

    /// Which of the two steps crossed is as random as a bit can be: it is counted with, and never branched on.
    #[inline(always)]
    fn find(self, trace: &Trace, place: usize, seated: Bounds, barrier: Bounds, first: u64) -> Option<u64> {
        if FINE && first == 0 {
            // An alarm is a crossing.
            let inside = trace.inside.map(|inside| inside >> place & 1);
            return (inside[0] & inside[1] == 0).then_some(inside[0]);
        }
        let landing = Self::landing(trace, place, seated);
        let crossed = [0, 1].map(|step: usize| u64::from(barrier.is_crossed(landing[step])));
        if first == 0 {
            (crossed[0] | crossed[1] != 0).then_some(1 - crossed[0])
        } else {
            (first == 1 && crossed[1] != 0).then_some(1)
        }
    }

    #[inline(always)]
    fn position(self, trace: &Trace, place: usize, seated: Bounds, step: u64) -> [i64; 1] {
        [Self::landing(trace, place, seated)[step as usize & 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_leave_no_crossing_out() {
        // Shifted positions compare as the barrier does, at both sides of either edge; a guard is a step wide.
        let near = [1, 2, 7, LARGEST_STEP - 1, LARGEST_STEP];
        let far = [LARGEST_STEP + 1, 3 * LARGEST_STEP, 1 << 62];
        for below in near.into_iter().chain(far) {
            for above in near.into_iter().chain(far) {
                let barrier = Bounds { below, above };
                let alarm = |fine: bool, position: i64| {
                    let (origin, end) = if fine { shifted::<true>(barrier) } else { shifted::<false>(barrier) };
                    origin.wrapping_add(position as u64) as i64 >= end as i64
                };
                let edges = [0, 1, below as i64, above as i64];
                for position in edges.iter().flat_map(|edge| [-edge - 1, -edge, -edge + 1, edge - 1, *edge, edge + 1]) {
                    assert_eq!(alarm(true, position), barrier.is_crossed(position), "{barrier:?} {position}");
                    let step = LARGEST_STEP as i64;
                    let may = [-step, 0, step].iter().any(|step| barrier.is_crossed(position + step));
                    assert!(alarm(false, position) || !may, "{barrier:?} {position}");
                }
            }
        }
    }
}
