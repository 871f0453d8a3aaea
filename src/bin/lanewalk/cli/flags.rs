//! Flags that cannot be combined.

use std::fmt::Display;

use super::failure::Failure;

/// The reason why `--independent` is refused for a single entry.
pub(super) const NOT_A_LIST: &str = "requires a list of at least two entries";

/// Refuses the first of `flags` that is given, for the reason `why`.
pub(super) fn refuse(flags: &[(&str, bool)], why: impl Display) -> Result<(), Failure> {
    match flags.iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Failure::usage(format!("--{flag} {why}"))),
        None => Ok(()),
    }
}
