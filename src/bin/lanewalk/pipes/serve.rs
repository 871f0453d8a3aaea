//! This program as a server of its own.

use std::process::Command;

use super::error::{ExchangeError, Result};

/// This program as a server: `lanewalk serve NAME`.
pub(crate) fn serve(name: &str) -> Result<Command> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| ExchangeError::Failed(format!("{name}: where this program is: {error}")))?;
    let mut command = Command::new(program);
    command.args(["serve", name]);
    Ok(command)
}
