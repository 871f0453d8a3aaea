//! Eight lanes through the crate `wide`, on the instruction set that the program is compiled for: SSE2 in a default
//! build for x86-64. `RUSTFLAGS="-C target-cpu=native"` selects the instruction set of the build machine.

use bytemuck::cast;
use wide::{f64x8, i64x8, u16x32, u64x8};

use super::vocabulary::{DoubleLanes, FieldLanes, Lanes, ShuffleLanes};

/// The token of this backend. It needs no proof, because the whole program uses the same instructions.
#[derive(Clone, Copy)]
pub(crate) struct Wide;

impl Lanes for Wide {
    const LANES: usize = 8;
    // Without 512-bit registers, one `u64x8` occupies two or four registers.
    const INTERLEAVE: usize = if cfg!(target_feature = "avx512f") { 4 } else { 1 };
    // A vector has eight lanes, so sixteen registers of 128 or 256 bits hold four or eight vectors.
    const REGISTERS: usize = if cfg!(target_feature = "avx512f") {
        32
    } else if cfg!(target_feature = "avx") {
        8
    } else {
        4
    };
    type Vector = u64x8;
    type Mask = i64x8;

    #[inline(always)]
    fn splat(self, value: u64) -> u64x8 {
        u64x8::splat(value)
    }
    #[inline(always)]
    fn load(self, from: &[u64]) -> u64x8 {
        let lanes: [u64; 8] = from[..8].try_into().expect("eight lanes");
        u64x8::new(lanes)
    }
    #[inline(always)]
    fn store(self, value: u64x8, into: &mut [u64]) {
        into[..8].copy_from_slice(value.as_array());
    }
    #[inline(always)]
    fn add(self, a: u64x8, b: u64x8) -> u64x8 {
        a + b
    }
    #[inline(always)]
    fn sub(self, a: u64x8, b: u64x8) -> u64x8 {
        a - b
    }
    #[inline(always)]
    fn mul(self, a: u64x8, b: u64x8) -> u64x8 {
        a * b
    }
    #[inline(always)]
    fn mul_low(self, a: u64x8, b: u64x8) -> u64x8 {
        let low = u64x8::splat(0xFFFF_FFFF);
        (a & low) * (b & low)
    }
    #[inline(always)]
    fn xor(self, a: u64x8, b: u64x8) -> u64x8 {
        a ^ b
    }
    #[inline(always)]
    fn shl<const BITS: u32>(self, a: u64x8) -> u64x8 {
        a << BITS
    }
    #[inline(always)]
    fn shr<const BITS: u32>(self, a: u64x8) -> u64x8 {
        a >> BITS
    }
    #[inline(always)]
    fn rotl<const BITS: u32>(self, a: u64x8) -> u64x8 {
        (a << BITS) | (a >> (64 - BITS))
    }
    #[inline(always)]
    fn high(self, a: u64x8) -> u64x8 {
        let signed: i64x8 = cast(a);
        cast(signed >> 32_u32)
    }
    #[inline(always)]
    fn low(self, a: u64x8) -> u64x8 {
        self.high(a << 32_u32)
    }
    #[inline(always)]
    fn lt(self, a: u64x8, b: u64x8) -> i64x8 {
        let (a, b): (i64x8, i64x8) = (cast(a), cast(b));
        a.simd_lt(b)
    }
    #[inline(always)]
    fn and(self, a: i64x8, b: i64x8) -> i64x8 {
        a & b
    }
    #[inline(always)]
    fn all(self, mask: i64x8) -> bool {
        mask.all()
    }
    #[inline(always)]
    fn bits(self, mask: i64x8) -> u64 {
        u64::from(mask.to_bitmask())
    }
    #[inline(always)]
    fn mask(self, bits: u64) -> i64x8 {
        let places = i64x8::new([1, 2, 4, 8, 16, 32, 64, 128]);
        (places & i64x8::splat(bits as i64)).simd_eq(places)
    }
    #[inline(always)]
    fn select(self, mask: i64x8, yes: u64x8, no: u64x8) -> u64x8 {
        let mask: u64x8 = cast(mask);
        mask.bitselect(yes, no)
    }
}

impl FieldLanes for Wide {
    #[inline(always)]
    fn add_u16(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (u16x32, u16x32) = (cast(a), cast(b));
        cast(a + b)
    }
    #[inline(always)]
    fn sub_u16(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (u16x32, u16x32) = (cast(a), cast(b));
        cast(a - b)
    }
    #[inline(always)]
    fn square_u16(self, a: u64x8) -> u64x8 {
        let a: u16x32 = cast(a);
        cast(a.mul_keep_high(a))
    }
    #[inline(always)]
    fn average_u16(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (u16x32, u16x32) = (cast(a), cast(b));
        cast((a | b) - ((a ^ b) >> 1_u32))
    }
    #[inline(always)]
    fn top_u16(self, a: u64x8) -> u64x8 {
        let a: u16x32 = cast(a);
        cast(a >> 15_u32)
    }
    #[inline(always)]
    fn min_u16(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (u16x32, u16x32) = (cast(a), cast(b));
        cast(a.min(b))
    }
    #[inline(always)]
    fn any_lt_u16(self, a: u64x8, b: u64x8) -> bool {
        // The saturating difference is zero exactly if b <= a.
        let (a, b): (u16x32, u16x32) = (cast(a), cast(b));
        b.saturating_sub(a) != u16x32::splat(0)
    }
}

impl DoubleLanes for Wide {
    #[inline(always)]
    fn add_f64(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (f64x8, f64x8) = (cast(a), cast(b));
        cast(a + b)
    }
    #[inline(always)]
    fn sub_f64(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (f64x8, f64x8) = (cast(a), cast(b));
        cast(a - b)
    }
    #[inline(always)]
    fn mul_f64(self, a: u64x8, b: u64x8) -> u64x8 {
        let (a, b): (f64x8, f64x8) = (cast(a), cast(b));
        cast(a * b)
    }
    #[inline(always)]
    fn sqrt_f64(self, a: u64x8) -> u64x8 {
        let a: f64x8 = cast(a);
        cast(a.sqrt())
    }
    #[inline(always)]
    fn to_f64(self, a: u64x8) -> u64x8 {
        // The lowest bits of the double 1.5 * 2^52 can hold a.
        let middle = self.splat(0x4338_0000_0000_0000);
        self.sub_f64(self.add(a, middle), middle)
    }
}

impl ShuffleLanes for Wide {
    type Table = [u64; 8];

    #[inline(always)]
    fn table(self, entries: &[u64; 8]) -> [u64; 8] {
        *entries
    }
    #[inline(always)]
    fn lookup(self, table: [u64; 8], index: u64x8) -> u64x8 {
        u64x8::new(index.to_array().map(|index| table[index as usize % 8]))
    }
    #[inline(always)]
    fn shift_up(self, a: u64x8, first: u64x8) -> u64x8 {
        let ([b, ..], [a0, a1, a2, a3, a4, a5, a6, _]) = (first.to_array(), a.to_array());
        u64x8::new([b, a0, a1, a2, a3, a4, a5, a6])
    }
    #[inline(always)]
    fn shift_down(self, a: u64x8, last: u64x8) -> u64x8 {
        let ([_, a1, a2, a3, a4, a5, a6, a7], [.., b]) = (a.to_array(), last.to_array());
        u64x8::new([a1, a2, a3, a4, a5, a6, a7, b])
    }
}
