//! Sums of squares of 128-bit numbers in 256 bits: the squared heights of a batch overflow 128 bits.

/// The lower half of a 128-bit number.
const LOW: u128 = u64::MAX as u128;

/// A number of 256 bits: its upper and its lower 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Long(pub(super) [u128; 2]);

impl Long {
    pub(super) fn square(of: u128) -> Self {
        let (high, low) = (of >> 64, of & LOW);
        let cross = high * low;
        Self([high * high + (cross >> 63), cross << 65]).plus(Self([0, low * low]))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let (low, carry) = self.0[1].overflowing_add(other.0[1]);
        Self([self.0[0] + other.0[0] + u128::from(carry), low])
    }

    /// `other` must not be larger.
    pub(super) fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.0[1].overflowing_sub(other.0[1]);
        Self([self.0[0] - other.0[0] - u128::from(borrow), low])
    }

    pub(super) fn times(self, factor: u64) -> Self {
        let factor = u128::from(factor);
        let low = (self.0[1] & LOW) * factor;
        let middle = (self.0[1] >> 64) * factor + (low >> 64);
        Self([self.0[0] * factor + (middle >> 64), middle << 64 | low & LOW])
    }

    pub(super) fn to_f64(self) -> f64 {
        self.0[0] as f64 * 2_f64.powi(128) + self.0[1] as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn largest_square_is_exact() {
        // (2^128 - 1)^2 = 2^256 - 2^129 + 1
        assert_eq!(Long::square(u128::MAX), Long([u128::MAX - 1, 1]));
        assert_eq!(Long::square(1 << 100), Long([1 << 72, 0]));
        assert_eq!(Long::square(1 << 100).to_f64().to_bits(), 2_f64.powi(200).to_bits());
    }

    proptest! {
        #[test]
        fn square_of_a_sum_is_exact(a: u64, b: u64, c in 1_u64..) {
            let (long_a, long_b) = (u128::from(a) << 60, u128::from(b) << 57);
            // (a + b)^2 - a^2 - b^2 = 2 a b, of which the lower 117 bits are zero
            let both = Long::square(long_a + long_b).minus(Long::square(long_a)).minus(Long::square(long_b));
            let product = u128::from(a) * u128::from(b);
            prop_assert_eq!(both, Long([product >> 10, product << 118]));
            let repeated = Long::square(u128::from(a)).times(c);
            prop_assert_eq!(Long::square(u128::from(c)).times(a).times(a), repeated.times(c));
        }
    }
}
