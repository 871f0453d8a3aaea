//! The vector operations that kernels use, grouped by purpose.
//!
//! | trait | operations | used by |
//! | --- | --- | --- |
//! | [`Lanes`] | 64-bit integers, comparisons and masks | every kernel |
//! | [`FieldLanes`] | four 16-bit fields in each lane | Monte Carlo pi |
//! | [`DoubleLanes`] | doubles | walks in space, pi, heat |
//! | [`ShuffleLanes`] | table lookups and moves between lanes | lattice walks, heat |
//!
//! A kernel is generic over [`AllLanes`]; its functions require only the traits that they need.

use std::ops::Range;

/// A vector of 64-bit unsigned lanes. All arithmetic wraps.
pub(crate) trait Lanes: Copy {
    /// The number of lanes of one vector.
    const LANES: usize;
    /// The number of vectors of walkers that a kernel interleaves. Each walker vector needs six registers. The number
    /// must be large enough to hide the latency of the generator, and small enough for the register file. In
    /// measurements with AVX-512, the rates of one to four vectors differ little, and two are the fastest. AVX2 has
    /// half as many registers: three or four vectors spill, and are slower.
    const INTERLEAVE: usize;
    /// The number of vectors that fit into the register file. It determines the size of kernels with a large state.
    const REGISTERS: usize;
    /// `LANES` unsigned 64-bit integers.
    type Vector: Copy;
    /// One truth value for each lane.
    type Mask: Copy;

    /// The same token, whose hidden constants are hidden from the compiler again.
    ///
    /// Some backends multiply by a 1 that is unknown to the compiler. At the top of a hot loop, this call prevents the
    /// compiler from moving half of such a multiplication out of the loop.
    #[inline(always)]
    fn with_hidden_constants(self) -> Self {
        self
    }

    /// `value` in every lane.
    fn splat(self, value: u64) -> Self::Vector;
    /// The first `LANES` numbers of `from`, which has at least that length.
    fn load(self, from: &[u64]) -> Self::Vector;
    /// Writes the lanes to the first `LANES` numbers of `into`, which has at least that length.
    fn store(self, value: Self::Vector, into: &mut [u64]);
    /// a + b
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The low 64 bits of a * b.
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The product of the lower 32 bits of a and b, read as unsigned.
    fn mul_low(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a ^ b
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a << BITS, for BITS in 1..=63
    fn shl<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// a >> BITS, filled with zeros, for BITS in 1..=63
    fn shr<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// a rotated left by BITS, for BITS in 1..=63
    fn rotl<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// The upper 32 bits of each lane as a signed number, widened to 64 bits.
    fn high(self, a: Self::Vector) -> Self::Vector;
    /// The lower 32 bits of each lane as a signed number, widened to 64 bits.
    fn low(self, a: Self::Vector) -> Self::Vector;

    /// a < b, for a and b read as signed
    fn lt(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// The lanes that are true in both masks.
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Whether every lane is true.
    fn all(self, mask: Self::Mask) -> bool;
    /// The truth values as bits, lane 0 lowest.
    fn bits(self, mask: Self::Mask) -> u64;
    /// The mask with these bits as truth values, lane 0 lowest. Bits beyond the last lane are ignored.
    fn mask(self, bits: u64) -> Self::Mask;
    /// `yes` in true lanes, `no` in the others.
    fn select(self, mask: Self::Mask, yes: Self::Vector, no: Self::Vector) -> Self::Vector;

    // Several vectors side by side: slot `v * LANES + lane` is that lane of vector v. There are at most 64 slots.

    /// The slots of vector `v`.
    #[inline(always)]
    fn slots(v: usize) -> Range<usize> {
        v * Self::LANES..(v + 1) * Self::LANES
    }
    /// The mask of vector `v` that is true only in the lane of `slot`. It is false everywhere if another vector holds
    /// the slot.
    #[inline(always)]
    fn only(self, v: usize, slot: usize) -> Self::Mask {
        self.mask(1 << slot >> (v * Self::LANES))
    }
    /// The truth values of vector `v` as one bit for each slot.
    #[inline(always)]
    fn slot_bits(self, v: usize, mask: Self::Mask) -> u64 {
        self.bits(mask) << (v * Self::LANES)
    }
}

/// Lanes read as four unsigned fields of 16 bits each.
pub(crate) trait FieldLanes: Lanes {
    /// a + b
    fn add_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The upper 16 bits of a * a.
    fn square_u16(self, a: Self::Vector) -> Self::Vector;
    /// (a + b) / 2, rounded up; the sum does not wrap.
    fn average_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a >> 15: 1 if the highest bit is set, else 0
    fn top_u16(self, a: Self::Vector) -> Self::Vector;
    /// The smaller of a and b.
    fn min_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Whether any field of a is less than the same field of b.
    fn any_lt_u16(self, a: Self::Vector, b: Self::Vector) -> bool;
}

/// Lanes read as doubles. Every result is rounded to nearest as IEEE 754 prescribes, so all backends agree to the last
/// bit.
pub(crate) trait DoubleLanes: Lanes {
    /// a + b
    fn add_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a * b
    fn mul_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The square root of a.
    fn sqrt_f64(self, a: Self::Vector) -> Self::Vector;
    /// Each lane read as a signed integer from -2^51 to 2^51 - 1, converted to a double.
    fn to_f64(self, a: Self::Vector) -> Self::Vector;
}

/// Lookups in a small table, and moves between lanes.
pub(crate) trait ShuffleLanes: Lanes {
    /// A table of eight 64-bit numbers.
    type Table: Copy;

    /// The table of these numbers.
    fn table(self, entries: &[u64; 8]) -> Self::Table;
    /// In each lane, the table entry with the index given by the lane's lower three bits.
    fn lookup(self, table: Self::Table, index: Self::Vector) -> Self::Vector;
    /// Each lane of `a` moved one lane up; lane 0 comes from `first`.
    fn shift_up(self, a: Self::Vector, first: Self::Vector) -> Self::Vector;
    /// Each lane of `a` moved one lane down; the last lane comes from `last`.
    fn shift_down(self, a: Self::Vector, last: Self::Vector) -> Self::Vector;
}

/// All operations of a backend.
pub(crate) trait AllLanes: FieldLanes + DoubleLanes + ShuffleLanes {}
impl<L: FieldLanes + DoubleLanes + ShuffleLanes> AllLanes for L {}

/// A computation that is generic over the lanes that it runs on.
pub(crate) trait Kernel {
    /// The result of the computation.
    type Output;
    /// Runs the computation. Implementations are `#[inline(always)]`.
    fn run<L: AllLanes>(self, lanes: L) -> Self::Output;
}
