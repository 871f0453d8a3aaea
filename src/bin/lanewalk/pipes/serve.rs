//! This program as a server process.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{ExchangeError, Result};

/// The path of this program, also if its file was replaced or deleted after the start.
pub(crate) fn this_program() -> Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    match std::env::current_exe() {
        Ok(path) if path.exists() => Ok(path),
        _ if running.exists() => Ok(running.to_owned()),
        Ok(path) => Err(ExchangeError::Failed(format!("this program is no longer at {}", path.display()))),
        Err(error) => Err(ExchangeError::Failed(format!("could not find the path of this program: {error}"))),
    }
}

/// The command that runs this program as a server: `lanewalk serve NAME`.
pub(crate) fn serve(name: &str) -> Result<Command> {
    let mut command = Command::new(this_program()?);
    command.args(["serve", name]);
    Ok(command)
}
