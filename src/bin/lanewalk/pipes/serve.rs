//! This program as a server process.

use std::process::Command;

use super::error::{ExchangeError, Result};

/// The command that runs this program as a server: `lanewalk serve NAME`.
pub(crate) fn serve(name: &str) -> Result<Command> {
    let program = std::env::current_exe();
    let program = program
        .map_err(|error| ExchangeError::Failed(format!("{name}: could not find the path of this program: {error}")))?;
    let mut command = Command::new(program);
    command.args(["serve", name]);
    Ok(command)
}
