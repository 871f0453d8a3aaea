//! Steps from draws, and positions packed into one number.

#[cfg(feature = "exact")]
use std::ops::RangeInclusive;

/// The maximum number of dimensions.
pub(crate) const MAX_DIMENSIONS: usize = 8;

/// The steps from a half of a draw, as the contract of randomness defines them.
///
/// A step has s = 2 D choices, and half h gives `steps` of them. The first choice is the digit floor(s h / 2^32). Then
/// h becomes s h mod 2^32, which gives the next digit, and so on. Choice 2 j moves coordinate j up, choice 2 j + 1
/// moves it down. A draw is skipped if for one of its halves h s^steps mod 2^32 is less than 2^32 mod s^steps. Among
/// the remaining draws, all sequences of choices are equally likely, exactly (Brackett-Rozinsky and Lemire, "Batched
/// ranged random integer generation", 2024).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digits {
    /// s.
    pub(crate) choices: u32,
    /// The number of steps of a half: even, because a walker can return only after an even number of steps.
    pub(crate) steps: u32,
    /// s^steps, modulo 2^32.
    pub(crate) power: u32,
    /// 2^32 mod s^steps; zero if no draw is skipped.
    pub(crate) skipped: u32,
}

impl Digits {
    /// The largest even number of steps of a half for which fewer than one draw in 650 is skipped.
    const STEPS: [u32; MAX_DIMENSIONS] = [32, 16, 10, 10, 6, 6, 6, 8];

    pub(crate) fn new(dimensions: usize) -> Self {
        let (choices, steps) = (2 * dimensions as u32, Self::STEPS[dimensions - 1]);
        let power = u64::from(choices).pow(steps);
        Self { choices, steps, power: power as u32, skipped: ((1 << 32) % power) as u32 }
    }
}

/// A position packed into one number, with a field for each coordinate. One comparison tests whether all are zero.
#[derive(Clone, Copy)]
pub(crate) struct Packing {
    /// The number of bits of a field.
    bits: u32,
}

impl Packing {
    pub(crate) fn new(dimensions: usize) -> Self {
        Self { bits: 64 / dimensions as u32 }
    }

    /// The number that each choice adds to a packed position; zero for choices that do not exist.
    pub(crate) fn moves(self, dimensions: usize) -> [u64; 16] {
        let mut moves = [0; 16];
        for choice in 0..2 * dimensions {
            let up = 1_u64 << (self.bits * (choice as u32 / 2));
            moves[choice] = if choice % 2 == 0 { up } else { up.wrapping_neg() };
        }
        moves
    }

    /// Before this number of steps no coordinate can leave its field, so a packed position of zero is the origin.
    pub(crate) fn safe_steps(self) -> u64 {
        1 << (self.bits - 1)
    }
}

#[cfg(feature = "exact")]
/// The supported numbers of dimensions.
pub(crate) const DIMENSIONS: RangeInclusive<usize> = 1..=MAX_DIMENSIONS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sequences_of_choices_are_equally_likely() {
        // Counts the sequences of all halves, for halves of a few bits.
        for (bits, choices, steps) in [(12_u32, 6_u64, 3_u32), (12, 10, 2), (11, 14, 2), (12, 4, 5), (13, 12, 3)] {
            let size = 1_u64 << bits;
            let power = choices.pow(steps);
            let mut counts = vec![0; power as usize];
            for half in 0..size {
                if (half * power) % size < size % power {
                    continue;
                }
                let (mut rest, mut sequence) = (half, 0);
                for _ in 0..steps {
                    sequence = sequence * choices + rest * choices / size;
                    rest = rest * choices % size;
                }
                counts[sequence as usize] += 1;
            }
            assert!(counts.iter().all(|count| *count == size / power), "{bits} bits, {steps} of {choices}");
        }
    }

    #[test]
    fn few_draws_are_skipped() {
        for dimensions in 1..=MAX_DIMENSIONS {
            let digits = Digits::new(dimensions);
            assert_eq!(digits.steps % 2, 0);
            let power = u128::from(digits.choices).pow(digits.steps);
            assert!(power <= 1 << 32);
            assert_eq!(u128::from(digits.skipped), (1 << 32) % power);
            assert!(2.0 * f64::from(digits.skipped) / 2_f64.powi(32) < 1.0 / 650.0, "{dimensions}");
        }
    }

    #[test]
    fn moves_come_in_opposite_pairs() {
        for dimensions in 1..=MAX_DIMENSIONS {
            let moves = Packing::new(dimensions).moves(dimensions);
            for pair in moves.chunks(2) {
                assert_eq!(pair[0].wrapping_add(pair[1]), 0);
            }
            assert_eq!(moves.iter().filter(|step| **step != 0).count(), 2 * dimensions);
        }
    }
}
