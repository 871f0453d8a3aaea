//! Streams as scalar generators, the reference for lanes and arrays.

use std::convert::Infallible;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{SeedableRng, TryRng};

use super::label::{Label, base};
use super::units::GAMMA;
use crate::error::{Error, Result};
use crate::merge::MAX_INDEX;

/// The number of streams in a family. Indices of walkers and points are below 2^62, so that no two streams of a family
/// share a word of state.
pub const MAX_STREAMS: u64 = 1 << 62;

// Merging has the same limit.
const _: () = assert!(MAX_STREAMS == MAX_INDEX);

/// One stream of random numbers. It is a generator xoshiro256++. A family of streams belongs to a seed and a purpose,
/// the [`Label`], and a stream to an index of the family. The page [`contract`](crate::contract) states how every
/// workload uses its streams: the order of coordinates, the rounding of barriers, the digits of lattice steps.
///
/// The four state words of stream i of (seed, label) are the outputs 4i, 4i + 1, 4i + 2 and 4i + 3 of SplitMix64,
/// started at [`base`]`(seed, label)`. Walker i of every walk draws only from stream i of [`Label::WALK`], so this type
/// reproduces exactly the same steps.
///
/// It implements the traits of [`rand_core`](crate::rand_core) 0.10, which `rand` 0.10 extends. The numbers are the
/// same on every machine. The start of a stream takes as long as about ten draws.
///
/// ```
/// use lanewalk::{Label, Stream};
/// use lanewalk::rand_core::Rng;
///
/// // Walker 0 of seed 1 first moves by the upper half of this draw, in units of 2^-31, then by the lower half.
/// let draw = Stream::new(1, Label::WALK, 0)?.next_u64();
/// assert_eq!(draw, 0x84CB_ABB9_245B_9B0F);
/// assert_eq!((draw >> 32) as u32 as i32, -2_067_027_015);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// Stream `index` of the streams of `seed` for the purpose `label`.
    ///
    /// # Errors
    /// [`Error::Argument`] for an index of [`MAX_STREAMS`] or more.
    pub fn new(seed: u64, label: Label, index: u64) -> Result<Self> {
        if index >= MAX_STREAMS {
            return Err(Error::invalid("index", index, "an index below 2^62"));
        }
        Ok(Self::of_base(base(seed, label), index))
    }

    /// Stream `index` of a family whose base is known.
    pub(crate) fn of_base(base: u64, index: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(base.wrapping_add(index.wrapping_mul(GAMMA.wrapping_mul(4)))))
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

/// Returns an error if a range of walkers or points, given as `argument`, exceeds the streams of a family.
pub(crate) fn check_streams(argument: &'static str, end: u64) -> Result<()> {
    if end > MAX_STREAMS {
        return Err(Error::invalid(argument, end, "a range that ends at or before 2^62"));
    }
    Ok(())
}
