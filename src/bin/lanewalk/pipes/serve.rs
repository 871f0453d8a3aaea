//! This program as a server process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::error::{ExchangeError, Result};

/// The command that starts this program again, if a host program runs it.
static RESTART: OnceLock<Vec<OsString>> = OnceLock::new();

/// Sets the command that starts this program again. Only the first call has an effect.
pub(crate) fn set_restart(command: Vec<OsString>) {
    _ = RESTART.set(command);
}

/// The command that starts this program again, without arguments.
pub(crate) fn this_program() -> Result<Command> {
    match RESTART.get().map(Vec::as_slice) {
        Some([program, arguments @ ..]) => {
            let mut command = Command::new(program);
            command.args(arguments);
            Ok(command)
        }
        _ => Ok(Command::new(path()?)),
    }
}

/// The path of this program, also if its file was replaced or deleted after the start.
fn path() -> Result<PathBuf> {
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
    let mut command = this_program()?;
    command.args(["serve", name]);
    Ok(command)
}
