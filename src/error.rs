//! The one error type: which argument, what was given, what was expected.

use std::fmt::Display;

/// Why a call was refused, or ended early.
///
/// ```
/// use lanewalk::{Exec, Walk, first_passage};
///
/// let error = first_passage(&Walk::to(-1.0), &Exec::default()).unwrap_err();
/// assert_eq!(error.to_string(), "y: got -1, expected a finite number above 0 and at most 2147483648 (2^31)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument is outside its range, or cannot be had on this machine or in this build.
    #[error("{argument}: got {given}, expected {expected}")]
    Argument {
        /// The argument's name, as in the library and, with dashes before it, on the command line.
        argument: &'static str,
        /// The value that was given.
        given: String,
        /// What would have been accepted.
        expected: String,
    },
    /// The run was stopped through its [`RunControl`](crate::RunControl) before it was done; its partial tallies are
    /// dropped.
    #[error("stopped before the end")]
    Stopped,
}

impl Error {
    pub(crate) fn argument(argument: &'static str, given: impl Display, expected: impl Into<String>) -> Self {
        Self::Argument { argument, given: given.to_string(), expected: expected.into() }
    }
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
