//! Failures of a subcommand: one line on standard error, and the exit status.

use std::fmt::Display;
use std::io;

use anyhow::anyhow;
use lanewalk::Error;

use super::streams::note;
use crate::exit::ExitCode;
use crate::ladder::error::LadderError;
use crate::pipes::error::ExchangeError;

/// The reason why a subcommand did not complete.
pub(crate) enum Failure {
    /// Bad usage: exit status 2.
    Usage(anyhow::Error),
    /// A self-check or a child process failed: exit status 1.
    Check(String),
    /// Stopped by Ctrl-C or a termination signal: exit status 130.
    Stopped(String),
    /// The reader of the output has closed the pipe. This is not an error: exit status 0.
    ReaderGone,
}

/// The arguments of the library whose flags have other names. For all others, underscores become dashes.
const FLAGS: [(&str, &str); 6] = [
    ("dimensions", "dim"),
    ("distance", "y"),
    ("distances", "y"),
    ("mode", "start mode:K"),
    ("time_step", "dt"),
    ("walkers", "samples"),
];

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::with_flags(&error, &[])
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<io::Error>() {
            Some(io) if io.kind() == io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Usage(error),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<ExchangeError> for Failure {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Failed(why) => Self::Check(why),
            ExchangeError::Stopped => Self::Stopped("nothing was written".to_owned()),
            ExchangeError::Standard(error) => error.into(),
        }
    }
}

impl From<LadderError> for Failure {
    fn from(error: LadderError) -> Self {
        match error {
            LadderError::Differs { rung, digest, other, expected } => {
                Self::Check(format!("{rung} gave the digest {digest}, but {other} gave {expected} for the same work"))
            }
            LadderError::Baseline(reason) => Self::usage(reason),
            LadderError::Stopped => Self::Stopped("no round was complete; nothing was written".to_owned()),
            LadderError::Library(error) => error.into(),
        }
    }
}

impl Failure {
    /// Bad usage, described by `message`.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(anyhow!(message.into()))
    }

    /// Bad usage: the value of a flag is invalid.
    pub(crate) fn value(flag: &str, given: impl Display, expected: impl Display) -> Self {
        Self::usage(format!("--{flag}: got {given}, expected {expected}"))
    }

    /// An error of the library, with its argument replaced by the name of the flag. `flags` are additional names for
    /// this call.
    pub(crate) fn with_flags(error: &Error, flags: &[(&str, &str)]) -> Self {
        if *error == Error::Stopped {
            return Self::Stopped(String::new());
        }
        let message = error.to_string();
        let Some(argument) = error.argument() else { return Self::usage(message) };
        let named = flags.iter().chain(&FLAGS).find(|(name, _)| *name == argument);
        let flag = named.map_or_else(|| argument.replace('_', "-"), |(_, flag)| (*flag).to_owned());
        Self::usage(format!("--{flag}{}", &message[argument.len()..]))
    }

    /// Writes one line to standard error. Returns the exit status.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Usage(error) => {
                note(&format!("error: {}", one_line(&format!("{error:#}"))));
                ExitCode::from(2)
            }
            Self::Check(what) => {
                note(&format!("failed: {what}"));
                ExitCode::from(1)
            }
            Self::Stopped(what) => {
                note(&format!("stopped: {what}"));
                ExitCode::from(130)
            }
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

/// The maximum length of a message in bytes. A bad value may be as long as a file.
const MAX_MESSAGE: usize = 600;

/// The message with control characters escaped, cut off after [`MAX_MESSAGE`]. Messages quote values of the user, which
/// may contain anything.
fn one_line(message: &str) -> String {
    let mut line = String::new();
    for letter in message.chars() {
        if line.len() > MAX_MESSAGE {
            return line + " ...";
        }
        if letter.is_control() { line.extend(letter.escape_default()) } else { line.push(letter) }
    }
    line
}
