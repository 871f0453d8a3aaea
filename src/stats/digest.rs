//! Digests of exact integers.

use xxhash_rust::xxh64::Xxh64;

/// A 64-bit hash (XXH64) of exact integers. Equal results have equal hashes.
pub(crate) struct Digest(Xxh64);

impl Digest {
    pub(crate) fn new() -> Self {
        Self(Xxh64::new(0))
    }
    pub(crate) fn add(&mut self, number: u128) {
        self.0.update(&number.to_le_bytes());
    }

    /// Adds many numbers. It is several times as fast as adding each alone, and gives the same hash.
    pub(crate) fn add_all(&mut self, numbers: impl Iterator<Item = u128>) {
        const BLOCK: usize = 256;
        let mut bytes = [0; 16 * BLOCK];
        let mut filled = 0;
        for number in numbers {
            bytes[filled..filled + 16].copy_from_slice(&number.to_le_bytes());
            filled += 16;
            if filled == bytes.len() {
                self.0.update(&bytes);
                filled = 0;
            }
        }
        self.0.update(&bytes[..filled]);
    }

    pub(crate) fn finish(&self) -> String {
        format!("{:016x}", self.0.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_numbers_have_the_hash_of_each_in_turn() {
        for count in [0_u128, 1, 255, 256, 257, 1000] {
            let (mut all, mut each) = (Digest::new(), Digest::new());
            all.add_all((0..count).map(|number| number << 60));
            (0..count).for_each(|number| each.add(number << 60));
            assert_eq!(all.finish(), each.finish(), "{count}");
        }
    }
}
