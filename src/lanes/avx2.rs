//! Four lanes in AVX2: no 64-bit rotate, arithmetic shift or multiplication, and masks are vectors.

use pulp::x86::V3;
use std::arch::x86_64::__m256i;

use super::{Kernel, Lanes};

/// Proof that the machine has AVX2 (and what x86-64-v3 brings with it).
#[derive(Clone, Copy)]
pub(crate) struct Avx2(V3);

impl Avx2 {
    pub(super) fn new() -> Option<Self> {
        V3::try_new().map(Self)
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
        self.0.vectorize(Call(self, kernel))
    }
}

impl Lanes for Avx2 {
    const LANES: usize = 4;
    const INTERLEAVE: usize = 2;
    type Vector = __m256i;
    type Mask = __m256i;

    #[inline(always)]
    fn splat(self, value: u64) -> __m256i {
        self.0.avx._mm256_set1_epi64x(value as i64)
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
        self.0.avx2._mm256_add_epi64(a, b)
    }
    #[inline(always)]
    fn mul(self, a: __m256i, b: __m256i) -> __m256i {
        // Schoolbook in 32-bit halves: the product of the upper halves lies above bit 63.
        let cross = self.add(
            self.0.avx2._mm256_mul_epu32(self.shr::<32>(a), b),
            self.0.avx2._mm256_mul_epu32(a, self.shr::<32>(b)),
        );
        self.add(self.0.avx2._mm256_mul_epu32(a, b), self.shl::<32>(cross))
    }
    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_xor_si256(a, b)
    }
    #[inline(always)]
    fn shl<const BITS: u32>(self, a: __m256i) -> __m256i {
        self.0.avx2._mm256_sllv_epi64(a, self.splat(u64::from(BITS)))
    }
    #[inline(always)]
    fn shr<const BITS: u32>(self, a: __m256i) -> __m256i {
        self.0.avx2._mm256_srlv_epi64(a, self.splat(u64::from(BITS)))
    }
    #[inline(always)]
    fn rotl<const BITS: u32>(self, a: __m256i) -> __m256i {
        let up = self.0.avx2._mm256_sllv_epi64(a, self.splat(u64::from(BITS)));
        let down = self.0.avx2._mm256_srlv_epi64(a, self.splat(u64::from(64 - BITS)));
        self.0.avx2._mm256_or_si256(up, down)
    }
    #[inline(always)]
    fn high(self, a: __m256i) -> __m256i {
        self.low(self.shr::<32>(a))
    }
    #[inline(always)]
    fn low(self, a: __m256i) -> __m256i {
        // AVX2 has no arithmetic 64-bit shift; a signed multiplication by one widens the lower half.
        self.0.avx2._mm256_mul_epi32(a, self.splat(1))
    }
    #[inline(always)]
    fn lt(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_cmpgt_epi64(b, a)
    }
    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        self.0.avx2._mm256_and_si256(a, b)
    }
    #[inline(always)]
    fn all(self, mask: __m256i) -> bool {
        self.0.avx._mm256_movemask_pd(pulp::cast(mask)) == 0b1111
    }
    #[inline(always)]
    fn bits(self, mask: __m256i) -> u64 {
        self.0.avx._mm256_movemask_pd(pulp::cast(mask)) as u64
    }
    #[inline(always)]
    fn only(self, lane: usize) -> __m256i {
        self.0.avx2._mm256_cmpeq_epi64(self.0.avx._mm256_setr_epi64x(0, 1, 2, 3), self.splat(lane as u64))
    }
    #[inline(always)]
    fn select(self, mask: __m256i, yes: __m256i, no: __m256i) -> __m256i {
        self.0.avx2._mm256_blendv_epi8(no, yes, mask)
    }
}
