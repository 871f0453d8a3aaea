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
    pub(crate) fn finish(&self) -> String {
        format!("{:016x}", self.0.digest())
    }
}
