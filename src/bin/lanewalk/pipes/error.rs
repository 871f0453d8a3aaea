//! Why an exchange ended early.

/// Why an exchange ended before its time.
#[derive(Debug)]
pub(crate) enum ExchangeError {
    /// Who failed and why, in one line.
    Failed(String),
    /// Ctrl-C or a termination signal.
    Stopped,
    /// This process's own standard input or output.
    Standard(anyhow::Error),
}

/// The result of an exchange.
pub(crate) type Result<T> = std::result::Result<T, ExchangeError>;
