//! Two lanes in NEON, which every 64-bit Arm processor supports.

use pulp::aarch64::Neon as Token;
use std::arch::aarch64::{int64x2_t, uint16x8_t, uint32x2_t, uint64x2_t};

use super::vocabulary::{DoubleLanes, FieldLanes, Kernel, Lanes, ShuffleLanes};

/// Proof that the machine has NEON.
#[derive(Clone, Copy)]
pub(crate) struct Neon(Token);

impl Neon {
    pub(super) fn new() -> Option<Self> {
        Token::try_new().map(Self)
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        struct Call<K>(Neon, K);
        impl<K: Kernel> pulp::NullaryFnOnce for Call<K> {
            type Output = K::Output;
            #[inline(always)]
            fn call(self) -> K::Output {
                self.1.run(self.0)
            }
        }
        self.0.vectorize(Call(self, kernel))
    }

    #[inline(always)]
    fn narrow(self, a: uint64x2_t) -> uint32x2_t {
        self.0.neon.vmovn_u64(a)
    }
}

impl Lanes for Neon {
    const LANES: usize = 2;
    // The value comes from a static model of several cores, not from a measurement. Wide cores gain from four vectors:
    // some registers spill, but not on the critical path.
    const INTERLEAVE: usize = 4;
    const REGISTERS: usize = 32;
    type Vector = uint64x2_t;
    type Mask = uint64x2_t;

    #[inline(always)]
    fn splat(self, value: u64) -> uint64x2_t {
        self.0.neon.vdupq_n_u64(value)
    }
    #[inline(always)]
    fn load(self, from: &[u64]) -> uint64x2_t {
        let lanes: [u64; 2] = from[..2].try_into().expect("two lanes");
        pulp::cast(lanes)
    }
    #[inline(always)]
    fn store(self, value: uint64x2_t, into: &mut [u64]) {
        let lanes: [u64; 2] = pulp::cast(value);
        into[..2].copy_from_slice(&lanes);
    }
    #[inline(always)]
    fn add(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.vaddq_u64(a, b)
    }
    #[inline(always)]
    fn sub(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.vsubq_u64(a, b)
    }
    #[inline(always)]
    fn mul(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        // Multiplies 32-bit halves. The product of the upper halves lies above bit 63, so it is omitted.
        let (a_low, b_low) = (self.narrow(a), self.narrow(b));
        let (a_high, b_high) = (self.narrow(self.shr::<32>(a)), self.narrow(self.shr::<32>(b)));
        let cross = self.add(self.0.neon.vmull_u32(a_high, b_low), self.0.neon.vmull_u32(a_low, b_high));
        self.add(self.0.neon.vmull_u32(a_low, b_low), self.shl::<32>(cross))
    }
    #[inline(always)]
    fn mul_low(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.vmull_u32(self.narrow(a), self.narrow(b))
    }
    #[inline(always)]
    fn xor(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.veorq_u64(a, b)
    }
    #[inline(always)]
    fn shl<const BITS: u32>(self, a: uint64x2_t) -> uint64x2_t {
        self.0.neon.vshlq_u64(a, pulp::cast([i64::from(BITS); 2]))
    }
    #[inline(always)]
    fn shr<const BITS: u32>(self, a: uint64x2_t) -> uint64x2_t {
        self.0.neon.vshlq_u64(a, pulp::cast([-i64::from(BITS); 2]))
    }
    #[inline(always)]
    fn rotl<const BITS: u32>(self, a: uint64x2_t) -> uint64x2_t {
        self.0.neon.vorrq_u64(
            self.0.neon.vshlq_u64(a, pulp::cast([i64::from(BITS); 2])),
            self.0.neon.vshlq_u64(a, pulp::cast([i64::from(BITS) - 64; 2])),
        )
    }
    #[inline(always)]
    fn high(self, a: uint64x2_t) -> uint64x2_t {
        let signed: int64x2_t = pulp::cast(a);
        pulp::cast(self.0.neon.vshrq_n_s64::<32>(signed))
    }
    #[inline(always)]
    fn low(self, a: uint64x2_t) -> uint64x2_t {
        let signed = self.0.neon.vmovn_s64(pulp::cast(a));
        pulp::cast(self.0.neon.vmovl_s32(signed))
    }
    #[inline(always)]
    fn lt(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.vcltq_s64(pulp::cast(a), pulp::cast(b))
    }
    #[inline(always)]
    fn and(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        self.0.neon.vandq_u64(a, b)
    }
    #[inline(always)]
    fn all(self, mask: uint64x2_t) -> bool {
        self.0.neon.vminvq_u32(pulp::cast(mask)) == u32::MAX
    }
    #[inline(always)]
    fn bits(self, mask: uint64x2_t) -> u64 {
        let lanes: [u64; 2] = pulp::cast(mask);
        (lanes[0] & 1) | (lanes[1] & 2)
    }
    #[inline(always)]
    fn mask(self, bits: u64) -> uint64x2_t {
        self.0.neon.vtstq_u64(pulp::cast([1_u64, 2]), self.splat(bits))
    }
    #[inline(always)]
    fn select(self, mask: uint64x2_t, yes: uint64x2_t, no: uint64x2_t) -> uint64x2_t {
        self.0.neon.vbslq_u64(mask, yes, no)
    }
}

impl FieldLanes for Neon {
    #[inline(always)]
    fn add_u16(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vaddq_u16(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sub_u16(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vsubq_u16(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn square_u16(self, a: uint64x2_t) -> uint64x2_t {
        let a: uint16x8_t = pulp::cast(a);
        let (low, high) = (self.0.neon.vget_low_u16(a), self.0.neon.vget_high_u16(a));
        let squares = (self.0.neon.vmull_u16(low, low), self.0.neon.vmull_u16(high, high));
        pulp::cast(self.0.neon.vuzp2q_u16(pulp::cast(squares.0), pulp::cast(squares.1)))
    }
    #[inline(always)]
    fn average_u16(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vrhaddq_u16(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn top_u16(self, a: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vshrq_n_u16::<15>(pulp::cast(a)))
    }
    #[inline(always)]
    fn min_u16(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vminq_u16(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn any_lt_u16(self, a: uint64x2_t, b: uint64x2_t) -> bool {
        self.0.neon.vmaxvq_u16(self.0.neon.vcltq_u16(pulp::cast(a), pulp::cast(b))) != 0
    }
}

impl DoubleLanes for Neon {
    #[inline(always)]
    fn add_f64(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vaddq_f64(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sub_f64(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vsubq_f64(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn mul_f64(self, a: uint64x2_t, b: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vmulq_f64(pulp::cast(a), pulp::cast(b)))
    }
    #[inline(always)]
    fn sqrt_f64(self, a: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vsqrtq_f64(pulp::cast(a)))
    }
    #[inline(always)]
    fn to_f64(self, a: uint64x2_t) -> uint64x2_t {
        pulp::cast(self.0.neon.vcvtq_f64_s64(pulp::cast(a)))
    }
}

impl ShuffleLanes for Neon {
    type Table = [u64; 8];

    #[inline(always)]
    fn table(self, entries: &[u64; 8]) -> [u64; 8] {
        *entries
    }
    #[inline(always)]
    fn lookup(self, table: [u64; 8], index: uint64x2_t) -> uint64x2_t {
        let index: [u64; 2] = pulp::cast(index);
        pulp::cast([table[index[0] as usize % 8], table[index[1] as usize % 8]])
    }
    #[inline(always)]
    fn shift_up(self, a: uint64x2_t, first: uint64x2_t) -> uint64x2_t {
        self.0.neon.vzip1q_u64(first, a)
    }
    #[inline(always)]
    fn shift_down(self, a: uint64x2_t, last: uint64x2_t) -> uint64x2_t {
        self.0.neon.vzip2q_u64(a, last)
    }
}
