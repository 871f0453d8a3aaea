//! Why a ladder ends early.

use lanewalk::Error;

/// Why a ladder ends early.
#[derive(Debug)]
pub(crate) enum LadderError {
    /// A rung gave another result than the one before it: a defect.
    Differs { rung: String, digest: String, other: String, expected: String },
    /// A baseline that cannot be run, and why: its rung is left out.
    Baseline(String),
    /// Ctrl-C before there was anything to report.
    Stopped,
    /// What the library refused.
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
