//! The barrier in exact units of 2^-31.

use crate::error::{Error, Result};

/// The farthest barrier: 2^31, which is 2^62 units, so that positions never leave 64 bits.
const FARTHEST: f64 = 2_147_483_648.0;

/// A barrier at distance Y from the origin, as the whole number ceil(Y * 2^31) of position units: a walker has crossed
/// it when |position| is at least that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Barrier(u64);

impl Barrier {
    pub(super) const FARTHEST: Self = Self(1 << 62);

    /// Exact: scaling by a power of two and `ceil` round nothing.
    pub(super) fn new(y: f64) -> Result<Self> {
        if y > 0.0 && y <= FARTHEST {
            Ok(Self((y * FARTHEST).ceil() as u64))
        } else {
            Err(Error::argument("y", y, "a finite number above 0 and at most 2147483648 (2^31)"))
        }
    }

    /// ceil(Y * 2^31), in 1..=2^62.
    pub(super) fn units(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_the_ceiling() {
        for (y, units) in [
            (1.0, 1 << 31),
            (0.5, 1 << 30),
            (150.0, 150 << 31),
            (std::f64::consts::E, 5_837_465_778),
            (1e-300, 1),
            (f64::MIN_POSITIVE, 1),
            (FARTHEST, 1 << 62),
        ] {
            assert_eq!(Barrier::new(y).unwrap().units(), units, "{y}");
        }
        for y in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2_147_483_648.5] {
            assert!(Barrier::new(y).is_err(), "{y}");
        }
    }
}
