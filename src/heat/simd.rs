//! The heat equation in vector lanes, several time steps in one pass over memory: one kernel for every instruction set.
//!
//! # The algorithm
//!
//! Points are laid out as [`Seams`] describes: lane j of every vector belongs to sub-domain j, and vector k holds the
//! k-th point of each. A *pipe* of T levels passes over the vectors once and advances every point by T time steps. It
//! keeps the last two values of each level in registers. When it reads vector k, level 1 is computed at k - 1 from the
//! old vectors k - 2, k - 1 and k. Level 2 is computed at k - 2 from level 1, and so on:
//!
//! ```text
//! newest = field[k]
//! for level in 0..T:
//!     next = centre * old[level] + side * (older[level] + newest)
//!     older[level], old[level], newest = old[level], newest, next
//! field[k - T] = newest
//! ```
//!
//! This is one load and one store for T updates of a vector. Several pipes follow each other through a block that fits
//! into the first-level cache; each pipe reads what the one before it has written. So one pass over a large rod is up
//! to `T * MAX_PIPES` time steps (time skewing: Wonnacott, "Achieving scalable locality with time skewing", 2002; Malas
//! et al., "Multicore-optimized wavefront diamond blocking", 2015).
//!
//! Each lane has a *halo* on both sides: copies of its neighbours' points, one vector for each level of a sweep. The
//! halo is copied before a sweep, and each level uses up one vector of it.
//!
//! A rod that fits into the registers stays there for all its steps. Its values cross the seams by moves between lanes.
//!
//! # Differences from the textbook loop, and why they are exact
//!
//! 1. *Walls.* The halo beyond a wall is the mirror image with the opposite sign. The sum of a wall's neighbours is
//!    then x + (-x), exactly zero, and the mirror image of a rounded number is the rounded mirror image. So the wall
//!    stays at zero, and no step treats walls separately.
//! 2. *Order.* Each new value is the same four rounded operations on the same three old values, in any order of
//!    the values.
//! 3. *Ends of a pipe.* A pipe starts with zeros in place of values that do not exist. The results computed from
//!    them are overwritten, or never read.

use crate::lanes::{AllLanes, Backend, DoubleLanes, Kernel, ShuffleLanes};

use super::grid::Update;
use super::overlap::Seams;
use super::poll::{GoOn, PIECE};
use crate::error::{Error, Result};
use crate::memory;

/// The maximum number of pipes that follow each other.
const MAX_PIPES: usize = 16;

/// The maximum number of levels of a sweep, which is the depth of the halo in memory.
const MAX_LEVELS: usize = 64;

/// The numbers in a block that the pipes pass one after the other: 16 KiB, half of a small first-level cache.
const BLOCK: usize = 2048;

/// The maximum height, in vectors, of a rod that is kept in registers. With few registers the compiler uses the stack.
const MAX_HELD: usize = 16;

/// The numbers in a cache line, to which vectors are aligned.
const LINE: usize = 8;

/// Points between two walls at zero, in lanes.
pub(super) struct Line {
    backend: Backend,
    seams: Seams,
    /// The vectors, with a halo before and after them.
    memory: Vec<u64>,
    /// The index of the first halo.
    start: usize,
}

impl Line {
    /// Whether there are enough points, at least two per lane.
    pub(super) fn has_room(backend: Backend, points: usize) -> bool {
        points >= 2 * backend.run(Width)
    }

    /// The line with these values.
    pub(super) fn new(backend: Backend, values: &[f64], go_on: GoOn) -> Result<Self> {
        let lanes = backend.run(Width);
        let seams = Seams::new(values.len(), lanes);
        let numbers = (seams.height + 2 * MAX_LEVELS) * lanes + LINE;
        let mut memory = memory::room("points", numbers)?;
        memory.resize(numbers, 0);
        let start = memory.as_ptr().align_offset(LINE * size_of::<u64>()).min(LINE);
        let mut line = Self { backend, seams, memory, start };
        let (first, starts) = (line.first(), line.starts());
        for (place, vector) in line.memory[first..].chunks_exact_mut(lanes).take(seams.height).enumerate() {
            if place % PIECE == PIECE - 1 && !go_on() {
                return Err(Error::Stopped);
            }
            for (lane, number) in vector.iter_mut().enumerate() {
                *number = values[starts[lane] + place].to_bits();
            }
        }
        Ok(line)
    }

    /// The index of vector 0.
    fn first(&self) -> usize {
        self.start + MAX_LEVELS * self.seams.lanes
    }

    /// The first point of each lane.
    fn starts(&self) -> Vec<usize> {
        (0..self.seams.lanes).map(|lane| self.seams.start(lane)).collect()
    }

    /// Copies the values of the points from `first` on. Returns whether the copy is complete.
    pub(super) fn copy(&self, first: usize, into: &mut [f64], go_on: GoOn) -> bool {
        let starts = self.starts();
        let vectors = self.memory[self.first()..].chunks_exact(self.seams.lanes).take(self.seams.height);
        for (place, vector) in vectors.enumerate() {
            if place % PIECE == PIECE - 1 && !go_on() {
                return false;
            }
            for (lane, number) in vector.iter().enumerate() {
                // Ghosts before the first point and after the last are left out.
                if let Some(value) = (starts[lane] + place).checked_sub(first).and_then(|place| into.get_mut(place)) {
                    *value = f64::from_bits(*number);
                }
            }
        }
        true
    }

    pub(super) fn get(&self, point: usize) -> f64 {
        let place = self.seams.places(point).next().map(|(lane, place)| self.first() + place * self.seams.lanes + lane);
        f64::from_bits(self.memory[place.expect("the point must be on the line")])
    }

    pub(super) fn set(&mut self, point: usize, value: f64) {
        let first = self.first();
        for (lane, place) in self.seams.places(point) {
            self.memory[first + place * self.seams.lanes + lane] = value.to_bits();
        }
    }

    pub(super) fn advance(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        self.run::<true>(update, steps, go_on)
    }

    /// The same sweeps without halos: see [`super::heat_ceiling`]. The values near the ends of the lanes are wrong.
    pub(super) fn advance_bare(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        self.run::<false>(update, steps, go_on)
    }

    fn run<const HALOS: bool>(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        let (seams, end) = (self.seams, (self.seams.height + 2 * MAX_LEVELS) * self.seams.lanes);
        let memory = &mut self.memory[self.start..][..end];
        self.backend.run(Advance::<HALOS> { memory, seams, update, steps, go_on })
    }
}

/// Returns the number of lanes of a backend.
struct Width;

impl Kernel for Width {
    type Output = usize;

    #[inline(always)]
    fn run<L: AllLanes>(self, _: L) -> usize {
        L::LANES
    }
}

/// All steps. Without `HALOS`, lanes do not exchange their ends.
struct Advance<'m, const HALOS: bool> {
    memory: &'m mut [u64],
    seams: Seams,
    update: Update,
    steps: u64,
    go_on: GoOn<'m>,
}

impl<const HALOS: bool> Kernel for Advance<'_, HALOS> {
    /// Whether all steps were done.
    type Output = bool;

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) -> bool {
        let Self { memory, seams, update, steps, go_on } = self;
        let middle = MAX_LEVELS * L::LANES..(MAX_LEVELS + seams.height) * L::LANES;
        let stencil = Stencil {
            lanes,
            centre: lanes.splat(update.centre.to_bits()),
            side: lanes.splat(update.side.to_bits()),
            shares_last: lanes.mask(seams.shared_above),
            shares_first: lanes.mask(seams.shared_below),
        };
        macro_rules! held {
            ($($height:literal)+) => {
                match seams.height {
                    $($height => {
                        stencil.held::<$height>(&mut memory[middle], steps);
                        return true;
                    })+
                    _ => {}
                }
            };
        }
        const { assert!(MAX_HELD == 16, "the list of heights below ends at MAX_HELD") };
        held!(2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
        // The registers hold two values of each level. With AVX-512 eight levels would fit, but out-of-order execution
        // does not reach across a chain of eight updates. Four are faster by a third (998 and 99 998 points, Intel
        // Xeon).
        if L::REGISTERS >= 16 {
            stencil.sweeps::<4, HALOS>(memory, seams.height, steps, go_on)
        } else {
            stencil.sweeps::<3, HALOS>(memory, seams.height, steps, go_on)
        }
    }
}

/// The constants of an update.
#[derive(Clone, Copy)]
struct Stencil<L: DoubleLanes + ShuffleLanes> {
    lanes: L,
    centre: L::Vector,
    side: L::Vector,
    /// The lanes that share their last point with the next lane.
    shares_last: L::Mask,
    /// The lanes that share their first point with the lane before.
    shares_first: L::Mask,
}

/// The last two values of each of T levels.
#[derive(Clone, Copy)]
struct Pipe<L: DoubleLanes + ShuffleLanes, const T: usize> {
    older: [L::Vector; T],
    old: [L::Vector; T],
    /// The next vector to read.
    next: usize,
}

impl<L: DoubleLanes + ShuffleLanes> Stencil<L> {
    /// centre * here + side * (left + right), each operation rounded
    #[inline(always)]
    fn update(self, left: L::Vector, here: L::Vector, right: L::Vector) -> L::Vector {
        let Self { lanes, centre, side, .. } = self;
        lanes.add_f64(lanes.mul_f64(centre, here), lanes.mul_f64(side, lanes.add_f64(left, right)))
    }

    /// The point before each lane: the last point of the lane before, or its second to last point if the last is
    /// shared.
    #[inline(always)]
    fn before_lanes(self, last: L::Vector, second_to_last: L::Vector, wall: L::Vector) -> L::Vector {
        self.lanes.shift_up(self.lanes.select(self.shares_last, second_to_last, last), wall)
    }

    /// The point after each lane: the first point of the next lane, or its second point if the first is shared.
    #[inline(always)]
    fn after_lanes(self, first: L::Vector, second: L::Vector, wall: L::Vector) -> L::Vector {
        self.lanes.shift_down(self.lanes.select(self.shares_first, second, first), wall)
    }

    /// All steps of a rod of `HEIGHT` vectors, which stay in registers.
    #[inline(always)]
    fn held<const HEIGHT: usize>(self, memory: &mut [u64], steps: u64) {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let mut field = [zero; HEIGHT];
        for place in 0..HEIGHT {
            field[place] = lanes.load(&memory[place * L::LANES..]);
        }
        for _ in 0..steps {
            let mut left = self.before_lanes(field[HEIGHT - 1], field[HEIGHT - 2], zero);
            let after = self.after_lanes(field[0], field[1], zero);
            for place in 0..HEIGHT - 1 {
                let here = field[place];
                field[place] = self.update(left, here, field[place + 1]);
                left = here;
            }
            field[HEIGHT - 1] = self.update(left, field[HEIGHT - 1], after);
        }
        for place in 0..HEIGHT {
            lanes.store(field[place], &mut memory[place * L::LANES..]);
        }
    }

    /// All steps of a larger rod, in sweeps of pipes of T levels. The remaining steps use pipes of one level.
    #[inline(always)]
    fn sweeps<const T: usize, const HALOS: bool>(
        self,
        memory: &mut [u64],
        height: usize,
        steps: u64,
        go_on: GoOn,
    ) -> bool {
        // Both neighbours compute the points of a halo, so it should be thin compared with the height.
        let pipes = (height / (32 * T)).clamp(1, MAX_PIPES.min(MAX_LEVELS / T));
        let levels = (pipes * T) as u64;
        for _ in 0..steps / levels {
            if !self.sweep::<T, HALOS>(memory, height, pipes, go_on) {
                return false;
            }
        }
        let rest = (steps % levels) as usize;
        (rest < T || self.sweep::<T, HALOS>(memory, height, rest / T, go_on))
            && (rest.is_multiple_of(T) || self.sweep::<1, HALOS>(memory, height, rest % T, go_on))
    }

    /// Runs `pipes` pipes over the whole rod. Returns whether they reached its end.
    #[inline(always)]
    fn sweep<const T: usize, const HALOS: bool>(
        self,
        memory: &mut [u64],
        height: usize,
        pipes: usize,
        go_on: GoOn,
    ) -> bool {
        let levels = if HALOS { pipes * T } else { 0 };
        let vectors = (MAX_LEVELS - levels) * L::LANES..(MAX_LEVELS + height + levels) * L::LANES;
        let field = &mut memory[vectors];
        if HALOS {
            self.halos(field, height, levels);
        }
        let zero = self.lanes.splat(0);
        let mut following = [Pipe { older: [zero; T], old: [zero; T], next: 0 }; MAX_PIPES];
        for (place, pipe) in following.iter_mut().enumerate() {
            pipe.next = place * T;
        }
        let all = height + 2 * levels;
        let mut end = 0;
        while end < all {
            if end > 0 && !go_on() {
                return false;
            }
            end = all.min(end + BLOCK / L::LANES);
            for place in 0..pipes {
                // A pipe reads what the one before it has written. Its first vectors are computed from zeros that stand
                // for missing values, and are not written.
                let (written, warm) = (end.saturating_sub(place * T), (place + 2) * T);
                let pipe = &mut following[place];
                self.run::<T, false>(pipe, field, written.min(warm));
                self.run::<T, true>(pipe, field, written);
            }
        }
        true
    }

    /// Advances a pipe up to vector `end`.
    #[inline(always)]
    fn run<const T: usize, const WRITE: bool>(self, pipe: &mut Pipe<L, T>, field: &mut [u64], end: usize) {
        let Pipe { mut older, mut old, mut next } = *pipe;
        // Two vectors per round: the newest values replace the older ones, so no value is moved.
        while next + 1 < end {
            self.pass::<T, WRITE>(&mut older, &old, field, next);
            self.pass::<T, WRITE>(&mut old, &older, field, next + 1);
            next += 2;
        }
        if next < end {
            self.pass::<T, WRITE>(&mut older, &old, field, next);
            (older, old, next) = (old, older, next + 1);
        }
        *pipe = Pipe { older, old, next };
    }

    /// Advances a pipe by vector k.
    #[inline(always)]
    fn pass<const T: usize, const WRITE: bool>(
        self,
        older: &mut [L::Vector; T],
        old: &[L::Vector; T],
        field: &mut [u64],
        k: usize,
    ) {
        let mut newest = self.lanes.load(&field[k * L::LANES..]);
        for level in 0..T {
            let next = self.update(older[level], old[level], newest);
            older[level] = newest;
            newest = next;
        }
        if WRITE {
            self.lanes.store(newest, &mut field[(k - T) * L::LANES..]);
        }
    }

    /// Copies the points beyond the seams to the halos of each lane: `levels` vectors before and after the field.
    #[inline(always)]
    fn halos(self, field: &mut [u64], height: usize, levels: usize) {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let load = |field: &[u64], place: usize| lanes.load(&field[(levels + place) * L::LANES..]);
        for depth in 0..levels {
            // Beyond the last point is the wall, then the mirror image with the opposite sign.
            let wall = |mirror| if depth == 0 { zero } else { lanes.sub_f64(zero, load(field, mirror)) };
            let mirrors = (wall(depth.wrapping_sub(1)), wall(height.wrapping_sub(depth)));
            let last = (load(field, height - 1 - depth), load(field, height - 2 - depth));
            let first = (load(field, depth), load(field, depth + 1));
            lanes.store(self.before_lanes(last.0, last.1, mirrors.0), &mut field[(levels - 1 - depth) * L::LANES..]);
            lanes.store(
                self.after_lanes(first.0, first.1, mirrors.1),
                &mut field[(levels + height + depth) * L::LANES..],
            );
        }
    }
}
