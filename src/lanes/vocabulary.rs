//! The vector operations that kernels use.

/// A vector of 64-bit unsigned lanes and what kernels do with it. All arithmetic wraps.
pub(crate) trait Lanes: Copy {
    /// The lanes of one vector.
    const LANES: usize;
    /// How many vectors of walkers (each six registers) run side by side: enough to hide the latency of the generator, few
    /// enough to stay in the register file. Measured: with AVX-512 one to four differ by less than 10 %, two being the
    /// best; with AVX2, whose register file is half as large, three and four spill and are slower by a quarter.
    const INTERLEAVE: usize;
    /// How many vectors the register file holds. Kernels that keep many choose how many by it.
    const REGISTERS: usize;
    /// `LANES` unsigned 64-bit integers.
    type Vector: Copy;
    /// A truth value for each lane.
    type Mask: Copy;
    /// Eight 64-bit numbers to choose from.
    type Table: Copy;

    /// The same lanes, with the constants that the compiler is not to see hidden once more. For the top of a hot loop out of which it
    /// would carry half of a multiplication by one, and then not know what it has.
    #[inline(always)]
    fn afresh(self) -> Self {
        self
    }

    /// `value` in every lane.
    fn splat(self, value: u64) -> Self::Vector;
    /// The first `LANES` numbers of `from`, which must be that long.
    fn load(self, from: &[u64]) -> Self::Vector;
    /// Writes the lanes to the first `LANES` places of `into`, which must be that long.
    fn store(self, value: Self::Vector, into: &mut [u64]);
    /// a + b
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The low 64 bits of a * b.
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a ^ b
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a << BITS, for BITS in 1..=63
    fn shl<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// a >> BITS, zeros shifted in, for BITS in 1..=63
    fn shr<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// a rotated left by BITS, for BITS in 1..=63
    fn rotl<const BITS: u32>(self, a: Self::Vector) -> Self::Vector;
    /// The upper 32 bits of each lane as a signed number, widened to 64 bits.
    fn high(self, a: Self::Vector) -> Self::Vector;
    /// The lower 32 bits of each lane as a signed number, widened to 64 bits.
    fn low(self, a: Self::Vector) -> Self::Vector;
    /// The product of the lower 32 bits of both, read as unsigned.
    fn mul_low(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// These numbers as a table.
    fn table(self, entries: &[u64; 8]) -> Self::Table;
    /// The entry that the lower three bits of each lane number.
    fn pick(self, table: Self::Table, index: Self::Vector) -> Self::Vector;
    /// a < b, both read as signed
    fn lt(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Lanes that are true in both.
    fn and(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Whether every lane is true.
    fn all(self, mask: Self::Mask) -> bool;
    /// The truth values as bits, lane 0 lowest.
    fn bits(self, mask: Self::Mask) -> u64;
    /// The mask whose truth values are these bits, lane 0 lowest; bits beyond the last lane are ignored.
    fn mask(self, bits: u64) -> Self::Mask;
    /// `yes` in true lanes, `no` in the others.
    fn select(self, mask: Self::Mask, yes: Self::Vector, no: Self::Vector) -> Self::Vector;
    /// Each lane of `a` one lane up; lane 0 is that of `first`.
    fn shift_up(self, a: Self::Vector, first: Self::Vector) -> Self::Vector;
    /// Each lane of `a` one lane down; the last lane is that of `last`.
    fn shift_down(self, a: Self::Vector, last: Self::Vector) -> Self::Vector;

    // Each lane read as four unsigned fields of 16 bits.
    /// a + b
    fn add_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The upper 16 bits of a * a.
    fn square_u16(self, a: Self::Vector) -> Self::Vector;
    /// (a + b) / 2, rounded up; the sum does not wrap.
    fn average_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a >> 15: 1 where the highest bit is set, else 0
    fn top_u16(self, a: Self::Vector) -> Self::Vector;
    /// The smaller of a and b.
    fn min_u16(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Whether any field of a is below that of b.
    fn any_lt_u16(self, a: Self::Vector, b: Self::Vector) -> bool;

    // Each lane read as a double. Every result is the one that IEEE 754 prescribes, rounded to nearest, the same everywhere.
    /// a + b
    fn add_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a * b
    fn mul_f64(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Each lane read as a signed integer from -2^51 to 2^51 - 1, as the double that it is.
    fn to_f64(self, a: Self::Vector) -> Self::Vector;
    /// The square root of a.
    fn sqrt_f64(self, a: Self::Vector) -> Self::Vector;
}

/// A computation that is generic over the lanes it runs on.
pub(crate) trait Kernel {
    /// What it returns.
    type Output;
    /// Runs it. Implementations are `#[inline(always)]`.
    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}
