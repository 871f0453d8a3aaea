//! The error type of the crate.

use std::fmt::{self, Display, Formatter};

/// The reason why a call was refused or ended early.
///
/// The variants are the kinds of errors; [`Error::argument`] names the invalid argument, if there is one.
///
/// ```
/// use lanewalk::{Error, Exec, Walk, first_passage};
///
/// let error = first_passage(&Walk::to(-1.0), &Exec::default()).unwrap_err();
/// assert_eq!(error.to_string(), "distance: got -1, expected a finite number above 0 and at most 2147483648 (2^31)");
/// assert_eq!(error.argument(), Some("distance"));
/// assert!(matches!(error, Error::Argument { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An argument is outside its range.
    #[non_exhaustive]
    Argument {
        /// The argument's name in the library.
        argument: &'static str,
        /// The value that was given.
        given: String,
        /// The values that are accepted.
        expected: String,
    },
    /// This build or this machine does not support the requested value.
    #[non_exhaustive]
    Unavailable {
        /// The argument's name in the library.
        argument: &'static str,
        /// The value that was given.
        given: String,
        /// The missing feature, or the values that are available instead.
        reason: String,
    },
    /// The memory that the call needs cannot be allocated.
    #[non_exhaustive]
    OutOfMemory {
        /// The argument that determines the size of the memory.
        argument: &'static str,
        /// The value that was given.
        given: String,
        /// The approximate number of bytes that the whole call needs.
        bytes: u128,
    },
    /// The operating system did not start the threads.
    #[non_exhaustive]
    Threads {
        /// The number of threads that were requested.
        threads: usize,
        /// The operating system's reason.
        reason: String,
    },
    /// The run was stopped through its [`RunControl`](crate::RunControl) before it finished.
    Stopped,
    /// Two results cannot be merged.
    #[non_exhaustive]
    Merge {
        /// The reason why they cannot be merged.
        reason: String,
    },
}

impl Error {
    pub(crate) fn invalid(argument: &'static str, given: impl Display, expected: impl Into<String>) -> Self {
        Self::Argument { argument, given: given.to_string(), expected: expected.into() }
    }

    pub(crate) fn unavailable(argument: &'static str, given: impl Display, reason: impl Into<String>) -> Self {
        Self::Unavailable { argument, given: given.to_string(), reason: reason.into() }
    }

    pub(crate) fn out_of_memory(argument: &'static str, given: impl Display, bytes: u128) -> Self {
        Self::OutOfMemory { argument, given: given.to_string(), bytes }
    }

    pub(crate) fn merge(reason: impl Into<String>) -> Self {
        Self::Merge { reason: reason.into() }
    }

    /// The same error about another argument, such as the environment variable that the value comes from.
    #[must_use]
    pub(crate) fn about(mut self, name: &'static str) -> Self {
        if let Self::Argument { argument, .. }
        | Self::Unavailable { argument, .. }
        | Self::OutOfMemory { argument, .. } = &mut self
        {
            *argument = name;
        }
        self
    }

    /// The name of the invalid argument, which is the start of the message; `None` if no argument is invalid.
    #[must_use]
    pub fn argument(&self) -> Option<&'static str> {
        match self {
            Self::Argument { argument, .. }
            | Self::Unavailable { argument, .. }
            | Self::OutOfMemory { argument, .. } => Some(argument),
            Self::Threads { .. } => Some("threads"),
            Self::Stopped | Self::Merge { .. } => None,
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { argument, given, expected } => write!(f, "{argument}: got {given}, expected {expected}"),
            Self::Unavailable { argument, given, reason } => {
                write!(f, "{argument}: {given} is not available: {reason}")
            }
            Self::OutOfMemory { argument, given, bytes } => {
                write!(f, "{argument}: {given} needs about {} of memory, which cannot be allocated", amount(*bytes))
            }
            Self::Threads { threads, reason } => write!(f, "threads: {threads} cannot be started: {reason}"),
            Self::Stopped => f.write_str("the run was stopped before it finished"),
            Self::Merge { reason } => write!(f, "the results do not merge: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

/// A number of bytes with a unit.
fn amount(bytes: u128) -> String {
    match bytes {
        0..1_000_000 => format!("{bytes} bytes"),
        1_000_000..1_000_000_000 => format!("{:.0} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_starts_with_its_argument() {
        let errors = [
            Error::invalid("distance", -1, "a number above 0"),
            Error::unavailable("isa", "neon", "this machine has wide, avx2"),
            Error::out_of_memory("points", 268_435_456, 10_737_418_240),
            Error::Threads { threads: 70_000, reason: "no room".to_owned() },
        ];
        for error in &errors {
            assert!(error.to_string().starts_with(&format!("{}: ", error.argument().unwrap())), "{error}");
        }
        assert_eq!(errors[2].to_string(), "points: 268435456 needs about 10.7 GB of memory, which cannot be allocated");
        assert_eq!(Error::merge("the seeds are 1 and 2").argument(), None);
    }
}
