//! Memory that grows with the problem. It is reserved before the work starts, and a failed reservation is an error, not
//! an abort.

use std::fmt::Display;

use crate::error::{Error, Result};
use crate::run_control::RunControl;

/// Checks that a call which needs about `bytes` bytes in total can allocate them. The number of bytes grows with
/// `argument`.
///
/// The bytes are reserved in one piece and released. They are not written to, so the check takes microseconds.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check(argument: &'static str, given: impl Display, bytes: u128) -> Result<()> {
    let mut all: Vec<u8> = Vec::new();
    let reserved = usize::try_from(bytes).ok().and_then(|bytes| all.try_reserve_exact(bytes).ok());
    reserved.ok_or_else(|| Error::out_of_memory(argument, given, bytes))
}

/// An empty list with capacity for `count` values, or an error if the memory cannot be allocated.
pub(crate) fn room<T>(argument: &'static str, count: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    match list.try_reserve_exact(count) {
        Ok(()) => Ok(list),
        Err(_) => Err(Error::out_of_memory(argument, count, size_of::<T>() as u128 * count as u128)),
    }
}

/// Makes room for `count` more values at the end of a list.
pub(crate) fn grow<T>(argument: &'static str, list: &mut Vec<T>, count: usize) -> Result<()> {
    let whole = list.len() as u128 + count as u128;
    list.try_reserve(count).map_err(|_| Error::out_of_memory(argument, whole, size_of::<T>() as u128 * whole))
}

/// A list of `count` default values, such as zeros. The control is polled, because the operating system takes a tenth
/// of a second to provide the memory for 10^7 complex numbers.
pub(crate) fn zeros<T: Clone + Default>(argument: &'static str, count: usize, control: &RunControl) -> Result<Vec<T>> {
    /// The number of values between two polls.
    const PIECE: usize = 1 << 16;
    let mut list = room(argument, count)?;
    while list.len() < count {
        control.check()?;
        list.resize(count.min(list.len() + PIECE), T::default());
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_allocations_are_errors() {
        assert_eq!(check("points", 1, 1 << 20), Ok(()));
        let refused = Err(Error::out_of_memory("points", 5, u128::MAX));
        assert_eq!(check("points", 5, u128::MAX), refused);
        assert!(room::<u64>("points", usize::MAX / 8).is_err());
        assert!(room::<u64>("points", 3).unwrap().capacity() >= 3);
    }
}
