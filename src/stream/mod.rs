//! Streams: the only source of random numbers, as scalar generators, in vector lanes and in plain arrays.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, 2021), seeded by SplitMix64 (Steele, Lea and Flood, 2014) from a
//! base that mixes the user's seed with the purpose of the numbers. This is the contract of randomness, version 2;
//! `docs/determinism.md` states it in full.

pub(crate) mod arrays;
pub(crate) mod generator;
pub(crate) mod label;
pub(crate) mod lanes;
pub(crate) mod units;

pub use generator::{MAX_STREAMS, Stream};
pub use label::{Label, base, distance_key, independent_seed};

pub(crate) use generator::check_streams;
pub use units::UNIT;
pub(crate) use units::{SEED_BLOCK, StateBlock};
