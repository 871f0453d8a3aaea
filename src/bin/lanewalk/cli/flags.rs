//! Flags that do not go together.

use std::fmt::Display;

use super::failure::Failure;

/// Why `--independent` is refused for one entry.
pub(super) const NOT_A_LIST: &str = "requires a list: a single entry has nothing to be independent of";

/// Refuses the first of `flags` that is given, and says why.
pub(super) fn refuse(flags: &[(&str, bool)], why: impl Display) -> Result<(), Failure> {
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Failure::usage(format!("--{flag} {why}"))),
        None => Ok(()),
    }
}
