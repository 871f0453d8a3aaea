//! Four lanes in AVX2, which has no 64-bit rotate, arithmetic shift or multiplication. Masks are vectors.

use pulp::x86::V3;
use std::arch::x86_64::__m256i;
use std::hint::black_box;

use super::vocabulary::{DoubleLanes, FieldLanes, Kernel, Lanes, ShuffleLanes};

/// Proof that the machine has AVX2 and the other instructions of x86-64-v3.
#[derive(Clone, Copy)]
pub(crate) struct Avx2 {
    v3: V3,
    /// This field and the next are 1, hidden from the compiler: see [`Lanes::low`] and [`Lanes::high`].
    one: u64,
    another: u64,
}

impl Avx2 {
    pub(super) fn new() -> Option<Self> {
        V3::try_new().map(|v3| Self { v3, one: black_box(1), another: black_box(1) })
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        struct Call<K>(Avx2, K);
        impl<K: Kernel> pulp::NullaryFnOnce for Call<K> {
            type Output = K::Output;
            #[inline(always)]
            fn call(self) -> K::Output {
                self.1.run(self.0)
            }
        }
        self.v3.vectorize(Call(self, kernel))
    }
}

impl Lanes for Avx2 {
    const LANES: usize = 4;
    const INTERLEAVE: usize = 2;
    const REGISTERS: usize = 16;
    type Vector = __m256i;
    type Mask = __m256i;

    #[inline(always)]
    fn with_hidden_constants(self) -> Self {
        Self { one: black_box(self.one), another: black_box(self.another), ..self }
    }
    #[inline(always)]
    fn splat(self, value: u64) -> __m256i {
        self.v3.avx._mm256_set1_epi64x(value as i64)
    }
    #[inline(always)]
    fn load(self, from: &[u64]) -> __m256i {
        let lanes: [u64; 4] = from[..4].try_into().expect("four lanes");
        pulp::cast(lanes)
    }
    #[inline(always)]
    fn store(self, value: __m256i, into: &mut [u64]) {
        let lanes: [u64; 4] = pulp::cast(value);
        into[..4].copy_from_slice(&lanes);
    }
    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_add_epi64(a, b)
    }
    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_sub_epi64(a, b)
    }
    #[inline(always)]
    fn mul(self, a: __m256i, b: __m256i) -> __m256i {
        // Multiplies 32-bit halves. The product of the upper halves lies above bit 63, so it is omitted.
        let cross = self.add(
            self.v3.avx2._mm256_mul_epu32(self.shr::<32>(a), b),
            self.v3.avx2._mm256_mul_epu32(a, self.shr::<32>(b)),
        );
        self.add(self.v3.avx2._mm256_mul_epu32(a, b), self.shl::<32>(cross))
    }
    #[inline(always)]
    fn mul_low(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_mul_epu32(a, b)
    }
    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_xor_si256(a, b)
    }
    #[inline(always)]
    fn shl<const BITS: u32>(self, a: __m256i) -> __m256i {
        self.v3.avx2._mm256_sllv_epi64(a, self.splat(u64::from(BITS)))
    }
    #[inline(always)]
    fn shr<const BITS: u32>(self, a: __m256i) -> __m256i {
        self.v3.avx2._mm256_srlv_epi64(a, self.splat(u64::from(BITS)))
    }
    #[inline(always)]
    fn rotl<const BITS: u32>(self, a: __m256i) -> __m256i {
        let up = self.v3.avx2._mm256_sllv_epi64(a, self.splat(u64::from(BITS)));
        let down = self.v3.avx2._mm256_srlv_epi64(a, self.splat(u64::from(64 - BITS)));
        self.v3.avx2._mm256_or_si256(up, down)
    }
    #[inline(always)]
    fn high(self, a: __m256i) -> __m256i {
        // This factor is not the same variable as in `low`. If it were, the compiler would turn h * 1 + l * 1 into
        // (h + l) * 1, a full 64-bit multiplication.
        self.v3.avx2._mm256_mul_epi32(self.shr::<32>(a), self.splat(self.another))
    }
    #[inline(always)]
    fn low(self, a: __m256i) -> __m256i {
        // AVX2 has no arithmetic 64-bit shift. A signed multiplication by one widens the lower half. If the compiler
        // knew that the factor is one, it would emulate the shift in four instructions.
        self.v3.avx2._mm256_mul_epi32(a, self.splat(self.one))
    }
    #[inline(always)]
    fn lt(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_cmpgt_epi64(b, a)
    }
    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_and_si256(a, b)
    }
    #[inline(always)]
    fn all(self, mask: __m256i) -> bool {
        self.v3.avx._mm256_movemask_pd(pulp::cast(mask)) == 0b1111
    }
    #[inline(always)]
    fn bits(self, mask: __m256i) -> u64 {
        self.v3.avx._mm256_movemask_pd(pulp::cast(mask)) as u64
    }
    #[inline(always)]
    fn mask(self, bits: u64) -> __m256i {
        let places = self.v3.avx._mm256_setr_epi64x(1, 2, 4, 8);
        self.v3.avx2._mm256_cmpeq_epi64(self.v3.avx2._mm256_and_si256(places, self.splat(bits)), places)
    }
    #[inline(always)]
    fn select(self, mask: __m256i, yes: __m256i, no: __m256i) -> __m256i {
        self.v3.avx2._mm256_blendv_epi8(no, yes, mask)
    }
}

impl FieldLanes for Avx2 {
    #[inline(always)]
    fn add_u16(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_add_epi16(a, b)
    }
    #[inline(always)]
    fn sub_u16(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_sub_epi16(a, b)
    }
    #[inline(always)]
    fn square_u16(self, a: __m256i) -> __m256i {
        self.v3.avx2._mm256_mulhi_epu16(a, a)
    }
    #[inline(always)]
    fn average_u16(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_avg_epu16(a, b)
    }
    #[inline(always)]
    fn top_u16(self, a: __m256i) -> __m256i {
        self.v3.avx2._mm256_srli_epi16::<15>(a)
    }
    #[inline(always)]
    fn min_u16(self, a: __m256i, b: __m256i) -> __m256i {
        self.v3.avx2._mm256_min_epu16(a, b)
    }
    #[inline(always)]
    fn any_lt_u16(self, a: __m256i, b: __m256i) -> bool {
        // AVX2 has no unsigned comparison: a >= b exactly if min(a, b) is b.
        let not_below = self.v3.avx2._mm256_cmpeq_epi16(self.min_u16(a, b), b);
        self.v3.avx2._mm256_movemask_epi8(not_below) != -1
    }
}

impl DoubleLanes for Avx2 {
    #[inline(always)]
    fn add_f64(self, a: __m256i, b: __m256i) -> __m256i {
        pulp::cast(self.v3.avx._mm256_add_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sub_f64(self, a: __m256i, b: __m256i) -> __m256i {
        pulp::cast(self.v3.avx._mm256_sub_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn mul_f64(self, a: __m256i, b: __m256i) -> __m256i {
        pulp::cast(self.v3.avx._mm256_mul_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sqrt_f64(self, a: __m256i) -> __m256i {
        pulp::cast(self.v3.avx._mm256_sqrt_pd(pulp::cast(a)))
    }
    #[inline(always)]
    fn to_f64(self, a: __m256i) -> __m256i {
        // The lowest bits of the double 1.5 * 2^52 can hold a.
        let middle = self.splat(0x4338_0000_0000_0000);
        self.sub_f64(self.add(a, middle), middle)
    }
}

impl ShuffleLanes for Avx2 {
    /// The lower, then the upper halves of the eight numbers.
    type Table = [__m256i; 2];

    #[inline(always)]
    fn table(self, entries: &[u64; 8]) -> [__m256i; 2] {
        [entries.map(|entry| entry as u32), entries.map(|entry| (entry >> 32) as u32)].map(pulp::cast)
    }
    #[inline(always)]
    fn lookup(self, table: [__m256i; 2], index: __m256i) -> __m256i {
        // AVX2 permutes 32-bit numbers only, so both halves are looked up by the same index.
        let twice = self.v3.avx2._mm256_shuffle_epi32::<0b10_10_00_00>(index);
        let low = self.v3.avx2._mm256_permutevar8x32_epi32(table[0], twice);
        let high = self.v3.avx2._mm256_permutevar8x32_epi32(table[1], twice);
        self.v3.avx2._mm256_blend_epi32::<0b1010_1010>(low, high)
    }
    #[inline(always)]
    fn shift_up(self, a: __m256i, first: __m256i) -> __m256i {
        let moved = self.v3.avx2._mm256_permute4x64_epi64::<0b10_01_00_00>(a);
        self.v3.avx2._mm256_blend_epi32::<0b0000_0011>(moved, first)
    }
    #[inline(always)]
    fn shift_down(self, a: __m256i, last: __m256i) -> __m256i {
        let moved = self.v3.avx2._mm256_permute4x64_epi64::<0b11_11_10_01>(a);
        self.v3.avx2._mm256_blend_epi32::<0b1100_0000>(moved, last)
    }
}
