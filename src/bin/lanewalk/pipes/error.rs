//! The errors of an exchange with a child process.

/// The reason why an exchange ended early.
#[derive(Debug)]
pub(crate) enum ExchangeError {
    /// A failure: the name of the failed part and the reason, in one line.
    Failed(String),
    /// The user or a termination signal stopped the run.
    Stopped,
    /// An error of this process's own standard input or output.
    Standard(anyhow::Error),
}

/// The result of an exchange.
pub(crate) type Result<T> = std::result::Result<T, ExchangeError>;
