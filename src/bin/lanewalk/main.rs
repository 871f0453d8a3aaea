//! The program `lanewalk`: parse, run, exit code.

mod cli;
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
