//! Why a subcommand ends early: one line on standard error, and the exit status.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::ladder::LadderError;
use crate::pipes::error::ExchangeError;

/// Why the program ends without having done what it was asked.
pub(crate) enum Failure {
    /// Bad usage: exit status 2.
    Usage(anyhow::Error),
    /// A check of the program's own failed: exit status 1.
    Check(String),
    /// Stopped by Ctrl-C or a termination signal: exit status 130.
    Stopped(String),
    /// The reader of the output has gone away. That is no error: exit status 0.
    ReaderGone,
}

impl From<lanewalk::Error> for Failure {
    fn from(error: lanewalk::Error) -> Self {
        match error {
            // The library names arguments as the command line does, less the dashes.
            lanewalk::Error::Argument { .. } => Self::Usage(anyhow::anyhow!("--{error}")),
            _ => Self::Usage(error.into()),
        }
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
            LadderError::Baseline(reason) => Self::Usage(anyhow::anyhow!("{reason}")),
            LadderError::Stopped => Self::Stopped("no round was whole; nothing was written".to_owned()),
            LadderError::Library(error) => error.into(),
        }
    }
}

impl Failure {
    /// One line on standard error, and the exit status.
    pub(crate) fn report(self) -> ExitCode {
        // Standard error may be closed: that is no reason to panic.
        match self {
            Self::Usage(error) => {
                _ = writeln!(io::stderr(), "error: {}", one_line(&format!("{error:#}")));
                ExitCode::from(2)
            }
            Self::Check(what) => {
                _ = writeln!(io::stderr(), "failed: {what}");
                ExitCode::from(1)
            }
            Self::Stopped(what) => {
                _ = writeln!(io::stderr(), "stopped: {what}");
                ExitCode::from(130)
            }
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

/// The longest message: what was given may be a whole file.
const MAX_MESSAGE: usize = 600;

/// A message that quotes what was given, without the control characters that may be in it, and of a length that can be
/// read.
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
