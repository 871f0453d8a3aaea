//! Eight lanes in AVX-512: rotates, mask registers and 64-bit multiplication are single instructions.

use pulp::x86::V4;
use std::arch::x86_64::__m512i;
use std::hint::black_box;

use super::vocabulary::{DoubleLanes, FieldLanes, Kernel, Lanes, ShuffleLanes};

/// Proof that the machine has AVX-512 F, BW, CD, DQ and VL.
#[derive(Clone, Copy)]
pub(crate) struct Avx512 {
    v4: V4,
    /// 1, hidden from the compiler: see [`Lanes::low`].
    one: u64,
}

impl Avx512 {
    pub(super) fn new() -> Option<Self> {
        V4::try_new().map(|v4| Self { v4, one: black_box(1) })
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        struct Call<K>(Avx512, K);
        impl<K: Kernel> pulp::NullaryFnOnce for Call<K> {
            type Output = K::Output;
            #[inline(always)]
            fn call(self) -> K::Output {
                self.1.run(self.0)
            }
        }
        self.v4.vectorize(Call(self, kernel))
    }
}

impl Lanes for Avx512 {
    const LANES: usize = 8;
    const INTERLEAVE: usize = 2;
    const REGISTERS: usize = 32;
    type Vector = __m512i;
    type Mask = u8;

    #[inline(always)]
    fn with_hidden_constants(self) -> Self {
        Self { one: black_box(self.one), ..self }
    }
    #[inline(always)]
    fn splat(self, value: u64) -> __m512i {
        self.v4.avx512f._mm512_set1_epi64(value as i64)
    }
    #[inline(always)]
    fn load(self, from: &[u64]) -> __m512i {
        let lanes: [u64; 8] = from[..8].try_into().expect("eight lanes");
        pulp::cast(lanes)
    }
    #[inline(always)]
    fn store(self, value: __m512i, into: &mut [u64]) {
        let lanes: [u64; 8] = pulp::cast(value);
        into[..8].copy_from_slice(&lanes);
    }
    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512f._mm512_add_epi64(a, b)
    }
    #[inline(always)]
    fn sub(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512f._mm512_sub_epi64(a, b)
    }
    #[inline(always)]
    fn mul(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512dq._mm512_mullo_epi64(a, b)
    }
    #[inline(always)]
    fn mul_low(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512f._mm512_mul_epu32(a, b)
    }
    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512f._mm512_xor_si512(a, b)
    }
    #[inline(always)]
    fn shl<const BITS: u32>(self, a: __m512i) -> __m512i {
        self.v4.avx512f._mm512_slli_epi64::<BITS>(a)
    }
    #[inline(always)]
    fn shr<const BITS: u32>(self, a: __m512i) -> __m512i {
        self.v4.avx512f._mm512_srli_epi64::<BITS>(a)
    }
    #[inline(always)]
    fn rotl<const BITS: u32>(self, a: __m512i) -> __m512i {
        // The immediate form requires an i32 parameter. The compiler replaces this call with the immediate form.
        self.v4.avx512f._mm512_rolv_epi64(a, self.splat(u64::from(BITS)))
    }
    #[inline(always)]
    fn high(self, a: __m512i) -> __m512i {
        self.v4.avx512f._mm512_srai_epi64::<32>(a)
    }
    #[inline(always)]
    fn low(self, a: __m512i) -> __m512i {
        // A multiplication by one widens the lower half in one instruction. If the compiler knew that the factor is
        // one, it would use two shifts, on the port that the generator's rotates need.
        self.v4.avx512f._mm512_mul_epi32(a, self.splat(self.one))
    }
    #[inline(always)]
    fn lt(self, a: __m512i, b: __m512i) -> u8 {
        self.v4.avx512f._mm512_cmplt_epi64_mask(a, b)
    }
    #[inline(always)]
    fn and(self, a: u8, b: u8) -> u8 {
        a & b
    }
    #[inline(always)]
    fn all(self, mask: u8) -> bool {
        mask == u8::MAX
    }
    #[inline(always)]
    fn bits(self, mask: u8) -> u64 {
        u64::from(mask)
    }
    #[inline(always)]
    fn mask(self, bits: u64) -> u8 {
        bits as u8
    }
    #[inline(always)]
    fn select(self, mask: u8, yes: __m512i, no: __m512i) -> __m512i {
        self.v4.avx512f._mm512_mask_blend_epi64(mask, no, yes)
    }
}

impl FieldLanes for Avx512 {
    #[inline(always)]
    fn add_u16(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_add_epi16(a, b)
    }
    #[inline(always)]
    fn sub_u16(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_sub_epi16(a, b)
    }
    #[inline(always)]
    fn square_u16(self, a: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_mulhi_epu16(a, a)
    }
    #[inline(always)]
    fn average_u16(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_avg_epu16(a, b)
    }
    #[inline(always)]
    fn top_u16(self, a: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_srli_epi16::<15>(a)
    }
    #[inline(always)]
    fn min_u16(self, a: __m512i, b: __m512i) -> __m512i {
        self.v4.avx512bw._mm512_min_epu16(a, b)
    }
    #[inline(always)]
    fn any_lt_u16(self, a: __m512i, b: __m512i) -> bool {
        self.v4.avx512bw._mm512_cmplt_epu16_mask(a, b) != 0
    }
}

impl DoubleLanes for Avx512 {
    #[inline(always)]
    fn add_f64(self, a: __m512i, b: __m512i) -> __m512i {
        pulp::cast(self.v4.avx512f._mm512_add_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sub_f64(self, a: __m512i, b: __m512i) -> __m512i {
        pulp::cast(self.v4.avx512f._mm512_sub_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn mul_f64(self, a: __m512i, b: __m512i) -> __m512i {
        pulp::cast(self.v4.avx512f._mm512_mul_pd(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sqrt_f64(self, a: __m512i) -> __m512i {
        pulp::cast(self.v4.avx512f._mm512_sqrt_pd(pulp::cast(a)))
    }
    #[inline(always)]
    fn to_f64(self, a: __m512i) -> __m512i {
        pulp::cast(self.v4.avx512dq._mm512_cvtepi64_pd(a))
    }
}

impl ShuffleLanes for Avx512 {
    type Table = __m512i;

    #[inline(always)]
    fn table(self, entries: &[u64; 8]) -> __m512i {
        self.load(entries)
    }
    #[inline(always)]
    fn lookup(self, table: __m512i, index: __m512i) -> __m512i {
        self.v4.avx512f._mm512_permutexvar_epi64(index, table)
    }
    #[inline(always)]
    fn shift_up(self, a: __m512i, first: __m512i) -> __m512i {
        self.v4.avx512f._mm512_mask_alignr_epi64::<7>(first, 0b1111_1110, a, a)
    }
    #[inline(always)]
    fn shift_down(self, a: __m512i, last: __m512i) -> __m512i {
        self.v4.avx512f._mm512_mask_alignr_epi64::<1>(last, 0b0111_1111, a, a)
    }
}
