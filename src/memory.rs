//! Memory that grows with a problem: asked for before the work, and never taken by an allocation that aborts.

use std::fmt::Display;

use crate::error::{Error, Result};

/// Refuses a call that will need about that many bytes in all, which grow with `argument`, where they cannot be had.
///
/// The bytes are reserved at once and given back. They are not touched, so that it takes microseconds.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check(argument: &'static str, given: impl Display, bytes: u128) -> Result<()> {
    let mut all: Vec<u8> = Vec::new();
    let reserved = usize::try_from(bytes).ok().and_then(|bytes| all.try_reserve_exact(bytes).ok());
    reserved.ok_or_else(|| Error::out_of_memory(argument, given, bytes))
}

/// A list with room for that many values; an error where there is none.
pub(crate) fn room<T>(argument: &'static str, count: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    match list.try_reserve_exact(count) {
        Ok(()) => Ok(list),
        Err(_) => Err(Error::out_of_memory(argument, count, size_of::<T>() as u128 * count as u128)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_had_is_refused() {
        assert_eq!(check("points", 1, 1 << 20), Ok(()));
        let refused = Err(Error::out_of_memory("points", 5, u128::MAX));
        assert_eq!(check("points", 5, u128::MAX), refused);
        assert!(room::<u64>("points", usize::MAX / 8).is_err());
        assert!(room::<u64>("points", 3).unwrap().capacity() >= 3);
    }
}
