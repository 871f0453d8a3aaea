//! Labels and bases. A base determines one family of streams and is mixed from a seed and a purpose.

use super::units::{GAMMA, UNIT};

/// The purpose of a family of streams: up to 8 ASCII characters, or an integer.
///
/// Streams of one seed with two labels are as independent as streams of two seeds. The page
/// [`contract`](crate::contract) lists the labels that lanewalk uses; a label of your own gives streams that no run of
/// lanewalk draws from.
///
/// ```
/// use lanewalk::Label;
///
/// assert_eq!(Label::WALK.number(), 0x7761_6C6B);
/// assert_eq!(Label::ascii("walk"), Some(Label::WALK));
/// assert_eq!(Label::ascii("too long!"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(u64);

impl Label {
    /// Walkers of every kind: walker i takes stream i.
    pub const WALK: Self = Self::constant("walk");
    /// The points of Monte Carlo pi, by every method.
    pub const PI: Self = Self::constant("pi");
    /// The lower bits of points whose upper bits do not decide between hit and miss.
    pub const FINE: Self = Self::constant("fine");
    /// The second points of the stratified method, which estimate its error.
    pub const ERROR: Self = Self::constant("error");
    /// Leaps of distant walkers.
    pub const LEAP: Self = Self::constant("leap");
    /// The random order of tasks.
    pub const ORDER: Self = Self::constant("order");
    /// Resampling (reserved).
    pub const BOOT: Self = Self::constant("boot");
    /// The seeds of list entries with independent walkers.
    pub const EACH: Self = Self::constant("each");

    /// The label with this text: its ASCII bytes as one number, the first byte most significant. `None` for an empty
    /// text, for more than 8 bytes and for a byte that is not ASCII.
    #[must_use]
    pub const fn ascii(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || bytes.len() > 8 || !text.is_ascii() {
            return None;
        }
        let (mut number, mut index) = (0, 0);
        while index < bytes.len() {
            number = number << 8 | bytes[index] as u64;
            index += 1;
        }
        Some(Self(number))
    }

    /// The label with this number, a key that differs between the entries of a list.
    #[must_use]
    pub const fn key(number: u64) -> Self {
        Self(number)
    }

    /// The label's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    const fn constant(text: &str) -> Self {
        match Self::ascii(text) {
            Some(label) => label,
            None => panic!("a label has 1 to 8 ASCII characters"),
        }
    }
}

/// The base of the streams of `seed` for the purpose `label`: `mix(seed ^ mix(label + G))`.
///
/// `mix` is SplitMix64's output function, G = 0x9E3779B97F4A7C15 its increment; all arithmetic is modulo 2^64. A base
/// can be used as a seed: `base(base(seed, a), b)` identifies a family within a family.
///
/// The result is a function of the two arguments. Cost: a few nanoseconds.
///
/// ```
/// use lanewalk::{Label, base};
///
/// assert_eq!(base(1, Label::WALK), 0x9619_C02F_7E53_5970);
/// ```
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[must_use]
pub const fn base(seed: u64, label: Label) -> u64 {
    mix(seed ^ mix(label.0.wrapping_add(GAMMA)))
}

/// The seed of one entry of a list whose entries have independent walkers: `base(base(seed, "each"), key)`, and for two
/// keys `base(base(base(seed, "each"), first), second)`.
///
/// A key is the distance or radius in units of 2^-31 of the largest step, rounded up, or the number of dimensions. If
/// both vary in a list, the number of dimensions comes first. So an entry has the same walkers at every position in the
/// list. The result is deterministic. Cost: a few nanoseconds.
///
/// ```
/// use lanewalk::independent_seed;
///
/// assert_eq!(independent_seed(1, &[10 << 31]), 0xE5F2_EF51_53AB_BBFF);
/// assert_eq!(independent_seed(1, &[3, 20 << 31]), 0xCE1A_DA04_8547_9256);
/// ```
#[must_use]
pub fn independent_seed(seed: u64, keys: &[u64]) -> u64 {
    keys.iter().fold(base(seed, Label::EACH), |seed, &key| base(seed, Label::key(key)))
}

/// The key of a distance or radius for [`independent_seed`]: in units of 2^-31 of the largest step, rounded up.
///
/// ```
/// use lanewalk::distance_key;
///
/// assert_eq!(distance_key(20.0), 20 << 31);
/// ```
#[must_use]
pub fn distance_key(distance: f64) -> u64 {
    (distance * UNIT).ceil() as u64
}

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
