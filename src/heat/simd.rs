//! Sub-domains in vector lanes, several time steps to a sweep: one body for every instruction set.
//!
//! # The algorithm
//!
//! The points lie as [`Seams`] has them: vector k holds the k-th point of every lane. A *pipe* of T levels passes over the
//! vectors once and takes every point T time steps further. It holds the last two values of each level in registers; where
//! it reads vector k, level 1 is made at k - 1 from the old k - 2, k - 1 and k, level 2 at k - 2 from level 1, and so on:
//!
//! ```text
//! newest = field[k]
//! for level in 0..T:
//!     next = centre * old[level] + side * (older[level] + newest)
//!     older[level], old[level], newest = old[level], newest, next
//! field[k - T] = newest
//! ```
//!
//! That is one load and one store for T updates of a vector. Several pipes follow each other through a block that fits into
//! the nearest cache, each as far behind the one before as that has written: so a large rod passes through memory once for
//! `T * MAX_PIPES` time steps (time skewing: Wonnacott, "Achieving scalable locality with time skewing", 2002; Malas
//! et al., "Multicore-optimized wavefront diamond blocking", 2015).
//!
//! Before a sweep each lane is given copies of what its neighbours have beyond the seams, as many vectors as there are levels:
//! the halo. The levels eat it up from outside, one vector a level.
//!
//! A rod that fits into the registers stays there for all its steps; what crosses a seam is then moved from lane to lane.
//!
//! # Where it departs from the textbook, and why it may
//!
//! 1. *Walls.* Beyond a wall the halo is the mirror image with the opposite sign. Then the wall stays at zero by itself:
//!    its neighbours' sum is x + (-x), which is exactly zero, and the mirror image of a rounded number is the rounded mirror
//!    image. So no step has to treat the walls apart.
//! 2. *Order.* Each new value is the same four roundings of the same three old values, in whichever order values are made.
//! 3. *What is at the edge of a pipe's reach* is made from numbers that are not there (zeros). It is overwritten, or
//!    outside of what is read later.

use crate::lanes::{AllLanes, Backend, DoubleLanes, Kernel, ShuffleLanes};

use super::grid::Update;
use super::overlap::Seams;

/// The most pipes that follow each other.
const MAX_PIPES: usize = 16;

/// The most levels of a sweep, hence the depth of the halo for which there is room.
const MAX_LEVELS: usize = 64;

/// Numbers in a block that the pipes pass one after the other: 16 KiB, half of the smallest first-level cache around.
const BLOCK: usize = 2048;

/// The highest lanes that are held in registers; where there are too few registers, the compiler uses the stack.
const MAX_HELD: usize = 16;

/// A cache line, to which vectors are aligned, in numbers.
const LINE: usize = 8;

/// A line of points between two walls at zero, in lanes.
pub(super) struct Line {
    backend: Backend,
    seams: Seams,
    /// The vectors, one number after the other, with a halo before and after them.
    memory: Vec<u64>,
    /// Where the first halo begins.
    start: usize,
}

impl Line {
    /// `None` for fewer than two points a lane.
    pub(super) fn new(backend: Backend, values: &[f64]) -> Option<Self> {
        let lanes = backend.run(Width);
        if values.len() < 2 * lanes {
            return None;
        }
        let seams = Seams::new(values.len(), lanes);
        let memory = vec![0; (seams.height + 2 * MAX_LEVELS) * lanes + LINE];
        let start = memory.as_ptr().align_offset(LINE * size_of::<u64>()).min(LINE);
        let mut line = Self { backend, seams, memory, start };
        let (first, starts) = (line.first(), line.starts());
        for (place, vector) in line.memory[first..].chunks_exact_mut(lanes).take(seams.height).enumerate() {
            for (lane, number) in vector.iter_mut().enumerate() {
                *number = values[starts[lane] + place].to_bits();
            }
        }
        Some(line)
    }

    /// Where vector 0 is.
    fn first(&self) -> usize {
        self.start + MAX_LEVELS * self.seams.lanes
    }

    /// The first point of each lane.
    fn starts(&self) -> Vec<usize> {
        (0..self.seams.lanes).map(|lane| self.seams.start(lane)).collect()
    }

    pub(super) fn values(&self) -> Vec<f64> {
        let (mut values, starts) = (vec![0.0; self.seams.points], self.starts());
        let vectors = self.memory[self.first()..].chunks_exact(self.seams.lanes).take(self.seams.height);
        for (place, vector) in vectors.enumerate() {
            for (lane, number) in vector.iter().enumerate() {
                values[starts[lane] + place] = f64::from_bits(*number);
            }
        }
        values
    }

    pub(super) fn get(&self, point: usize) -> f64 {
        let place = self.seams.places(point).next().map(|(lane, place)| self.first() + place * self.seams.lanes + lane);
        f64::from_bits(self.memory[place.expect("a point of the line")])
    }

    pub(super) fn set(&mut self, point: usize, value: f64) {
        let first = self.first();
        for (lane, place) in self.seams.places(point) {
            self.memory[first + place * self.seams.lanes + lane] = value.to_bits();
        }
    }

    pub(super) fn advance(&mut self, update: Update, steps: u64) {
        let (seams, end) = (self.seams, (self.seams.height + 2 * MAX_LEVELS) * self.seams.lanes);
        self.backend.run(Advance { memory: &mut self.memory[self.start..][..end], seams, update, steps });
    }
}

/// How many lanes a backend has.
struct Width;

impl Kernel for Width {
    type Output = usize;

    #[inline(always)]
    fn run<L: AllLanes>(self, _: L) -> usize {
        L::LANES
    }
}

struct Advance<'m> {
    memory: &'m mut [u64],
    seams: Seams,
    update: Update,
    steps: u64,
}

impl Kernel for Advance<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) {
        let Self { memory, seams, update, steps } = self;
        let middle = MAX_LEVELS * L::LANES..(MAX_LEVELS + seams.height) * L::LANES;
        let stencil = Stencil {
            lanes,
            centre: lanes.splat(update.centre.to_bits()),
            side: lanes.splat(update.side.to_bits()),
            shared_above: lanes.mask(seams.shared_above),
            shared_below: lanes.mask(seams.shared_below),
        };
        macro_rules! held {
            ($($height:literal)+) => {
                match seams.height {
                    $($height => return stencil.held::<$height>(&mut memory[middle], steps),)+
                    _ => {}
                }
            };
        }
        const { assert!(MAX_HELD == 16, "as many as are listed here") };
        held!(2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
        // As many levels as the registers hold two values of. With AVX-512 eight would fit too, but a chain of eight updates is
        // longer than the processor looks ahead: four are a third faster (998 and 99 998 points, Intel Xeon).
        if L::REGISTERS >= 16 {
            stencil.sweeps::<4>(memory, seams.height, steps);
        } else {
            stencil.sweeps::<3>(memory, seams.height, steps);
        }
    }
}

/// What every update needs.
#[derive(Clone, Copy)]
struct Stencil<L: DoubleLanes + ShuffleLanes> {
    lanes: L,
    centre: L::Vector,
    side: L::Vector,
    shared_above: L::Mask,
    shared_below: L::Mask,
}

/// The last two values of each of T levels.
#[derive(Clone, Copy)]
struct Pipe<L: DoubleLanes + ShuffleLanes, const T: usize> {
    older: [L::Vector; T],
    old: [L::Vector; T],
    /// The vector that it reads next.
    next: usize,
}

impl<L: DoubleLanes + ShuffleLanes> Stencil<L> {
    /// centre * here + side * (left + right), each operation rounded
    #[inline(always)]
    fn update(self, left: L::Vector, here: L::Vector, right: L::Vector) -> L::Vector {
        let Self { lanes, centre, side, .. } = self;
        lanes.add_f64(lanes.mul_f64(centre, here), lanes.mul_f64(side, lanes.add_f64(left, right)))
    }

    /// What lies below each lane: the last point of the lane before, or the last but one where the last is shared.
    #[inline(always)]
    fn below(self, last: L::Vector, last_but_one: L::Vector, wall: L::Vector) -> L::Vector {
        self.lanes.shift_up(self.lanes.select(self.shared_above, last_but_one, last), wall)
    }

    /// What lies above each lane: the first point of the lane after, or the second where the first is shared.
    #[inline(always)]
    fn above(self, first: L::Vector, second: L::Vector, wall: L::Vector) -> L::Vector {
        self.lanes.shift_down(self.lanes.select(self.shared_below, second, first), wall)
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
            let mut left = self.below(field[HEIGHT - 1], field[HEIGHT - 2], zero);
            let above = self.above(field[0], field[1], zero);
            for place in 0..HEIGHT - 1 {
                let here = field[place];
                field[place] = self.update(left, here, field[place + 1]);
                left = here;
            }
            field[HEIGHT - 1] = self.update(left, field[HEIGHT - 1], above);
        }
        for place in 0..HEIGHT {
            lanes.store(field[place], &mut memory[place * L::LANES..]);
        }
    }

    /// All steps of a larger rod, in sweeps of pipes of T levels, the rest in pipes of one.
    #[inline(always)]
    fn sweeps<const T: usize>(self, memory: &mut [u64], height: usize, steps: u64) {
        // A halo is made twice, by both neighbours: it should be thin against the height.
        let pipes = (height / (32 * T)).clamp(1, MAX_PIPES.min(MAX_LEVELS / T));
        let levels = (pipes * T) as u64;
        for _ in 0..steps / levels {
            self.sweep::<T>(memory, height, pipes);
        }
        let rest = (steps % levels) as usize;
        if rest >= T {
            self.sweep::<T>(memory, height, rest / T);
        }
        if !rest.is_multiple_of(T) {
            self.sweep::<1>(memory, height, rest % T);
        }
    }

    /// `pipes` pipes over the whole rod.
    #[inline(always)]
    fn sweep<const T: usize>(self, memory: &mut [u64], height: usize, pipes: usize) {
        let levels = pipes * T;
        let vectors = (MAX_LEVELS - levels) * L::LANES..(MAX_LEVELS + height + levels) * L::LANES;
        let field = &mut memory[vectors];
        self.halos(field, height, levels);
        let zero = self.lanes.splat(0);
        let mut following = [Pipe { older: [zero; T], old: [zero; T], next: 0 }; MAX_PIPES];
        for (place, pipe) in following.iter_mut().enumerate() {
            pipe.next = place * T;
        }
        let all = height + 2 * levels;
        let mut end = 0;
        while end < all {
            end = all.min(end + BLOCK / L::LANES);
            for place in 0..pipes {
                // Of what the pipe before has written; at first its T levels are made of nothing, and are not written.
                let (written, warm) = (end.saturating_sub(place * T), (place + 2) * T);
                let pipe = &mut following[place];
                self.run::<T, false>(pipe, field, written.min(warm));
                self.run::<T, true>(pipe, field, written);
            }
        }
    }

    /// A pipe's passage up to vector `end`.
    #[inline(always)]
    fn run<const T: usize, const WRITE: bool>(self, pipe: &mut Pipe<L, T>, field: &mut [u64], end: usize) {
        let Pipe { mut older, mut old, mut next } = *pipe;
        // Two vectors a round: where the older values were, the newest take their place.
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

    /// A pipe's passage of vector k.
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

    /// Gives each lane what its neighbours have beyond the seams: `levels` vectors before and after the field.
    #[inline(always)]
    fn halos(self, field: &mut [u64], height: usize, levels: usize) {
        let lanes = self.lanes;
        let zero = lanes.splat(0);
        let load = |field: &[u64], place: usize| lanes.load(&field[(levels + place) * L::LANES..]);
        for depth in 0..levels {
            // Beyond a wall: the wall itself, and then the mirror image with the opposite sign.
            let wall = |mirror| if depth == 0 { zero } else { lanes.sub_f64(zero, load(field, mirror)) };
            let mirrors = (wall(depth.wrapping_sub(1)), wall(height.wrapping_sub(depth)));
            let last = (load(field, height - 1 - depth), load(field, height - 2 - depth));
            let first = (load(field, depth), load(field, depth + 1));
            lanes.store(self.below(last.0, last.1, mirrors.0), &mut field[(levels - 1 - depth) * L::LANES..]);
            lanes.store(self.above(first.0, first.1, mirrors.1), &mut field[(levels + height + depth) * L::LANES..]);
        }
    }
}

/// Pipes over one block in the nearest cache, again and again, with no halos: what [`super::heat_ceiling`] runs.
pub(super) struct Ceiling<'f> {
    pub(super) field: &'f [f64],
    pub(super) update: Update,
    pub(super) steps: u64,
}

impl Kernel for Ceiling<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<L: AllLanes>(self, lanes: L) -> u64 {
        let Self { field, update, steps } = self;
        let stencil = Stencil {
            lanes,
            centre: lanes.splat(update.centre.to_bits()),
            side: lanes.splat(update.side.to_bits()),
            shared_above: lanes.mask(0),
            shared_below: lanes.mask(0),
        };
        let mut memory = vec![0; field.len() + LINE];
        let start = memory.as_ptr().align_offset(LINE * size_of::<u64>()).min(LINE);
        let memory = &mut memory[start..][..field.len()];
        for (number, value) in memory.iter_mut().zip(field) {
            *number = value.to_bits();
        }
        let steps =
            if L::REGISTERS >= 16 { stencil.passes::<4>(memory, steps) } else { stencil.passes::<3>(memory, steps) };
        std::hint::black_box(&memory);
        steps * field.len() as u64
    }
}

impl<L: DoubleLanes + ShuffleLanes> Stencil<L> {
    #[inline(always)]
    fn passes<const T: usize>(self, memory: &mut [u64], steps: u64) -> u64 {
        let zero = self.lanes.splat(0);
        let passes = steps.div_ceil(T as u64);
        for _ in 0..passes {
            let mut pipe = Pipe { older: [zero; T], old: [zero; T], next: T };
            self.run::<T, true>(&mut pipe, memory, memory.len() / L::LANES);
        }
        passes * T as u64
    }
}
