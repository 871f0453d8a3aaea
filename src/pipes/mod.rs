//! Communicating processes: children behind pipes, what is said to them, and how long that takes.

pub(crate) mod child;

/// Why an exchange ended before its time.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Who failed and why, in one line.
    Failed(String),
    /// Ctrl-C or a termination signal.
    Stopped,
}

/// The result of an exchange.
pub(crate) type Result<T> = std::result::Result<T, Trouble>;
