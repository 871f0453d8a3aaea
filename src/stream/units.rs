//! The grid that steps and positions lie on, and blocks of streams.

/// The number of units in a step of length 1. A position is an integer multiple of 2^-31.
pub const UNIT: f64 = 2_147_483_648.0;

/// The number of streams that are seeded at a time.
pub(crate) const SEED_BLOCK: usize = 16;

/// The first states of up to [`SEED_BLOCK`] streams, an array for each word of the generator's state.
pub(crate) type StateBlock = [[u64; SEED_BLOCK]; 4];

/// The increment of SplitMix64's counter, 2^64 divided by the golden ratio.
pub(super) const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;
