//! Communicating processes: children behind pipes, what is said to them, and how long that takes.

#[cfg(unix)]
mod attendant;
pub(crate) mod child;
#[cfg(unix)]
pub(crate) mod coordinator;
pub(crate) mod course;
#[cfg(unix)]
mod frame;
pub(crate) mod servers;
pub(crate) mod trips;
#[cfg(unix)]
pub(crate) mod worker;

use std::process::Command;

/// Why an exchange ended before its time.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Who failed and why, in one line.
    Failed(String),
    /// Ctrl-C or a termination signal.
    Stopped,
    /// This process's own standard input or output.
    Standard(anyhow::Error),
}

/// The result of an exchange.
pub(crate) type Result<T> = std::result::Result<T, Trouble>;

/// This program as a server: `lanewalk serve NAME`.
pub(crate) fn serve(name: &str) -> Result<Command> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Trouble::Failed(format!("{name}: where this program is: {error}")))?;
    let mut command = Command::new(program);
    command.args(["serve", name]);
    Ok(command)
}
