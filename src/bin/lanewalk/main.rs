//! The program `lanewalk`. It parses the command line, runs the command and returns an exit code.

mod cli;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(unix)]
mod heat_processes;
mod ladder;
mod pipes;
mod report;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::command::run() {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
