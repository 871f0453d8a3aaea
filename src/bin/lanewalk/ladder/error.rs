//! Errors of a ladder.

use lanewalk::Error;

/// The reason why a ladder ends early.
#[derive(Debug)]
pub(crate) enum LadderError {
    /// A rung's result differs from that of the previous one: a defect.
    Differs { rung: String, digest: String, other: String, expected: String },
    /// The reason why a baseline cannot run: its rung is left out.
    Baseline(String),
    /// Ctrl-C before the first result.
    Stopped,
    /// An error of the library.
    Library(Error),
}

impl From<Error> for LadderError {
    fn from(error: Error) -> Self {
        match error {
            Error::Stopped => Self::Stopped,
            other => Self::Library(other),
        }
    }
}
