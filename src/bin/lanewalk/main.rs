//! The program `lanewalk`. It parses the command line, runs the command and returns an exit code.

mod cli;
mod exit;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(unix)]
mod heat_processes;
mod ladder;
mod pipes;
mod report;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments, of which the first one is its name, and returns its exit status.
///
/// A host program, such as the interpreter of a package for another language, passes in `restart` the command that
/// starts the program again; its arguments follow. The program itself passes nothing.
#[must_use]
pub fn run(arguments: &[OsString], restart: Option<Vec<OsString>>) -> u8 {
    if let Some(command) = restart {
        pipes::serve::set_restart(command);
    }
    cli::command::run(arguments).unwrap_or_else(cli::failure::Failure::report).number()
}

fn main() -> ExitCode {
    run(&std::env::args_os().collect::<Vec<_>>(), None).into()
}
