//! The program `lanewalk`: parse, run, exit code.

mod cli;
mod ladder;
#[allow(dead_code, reason = "the servers come next")]
mod pipes;
mod report;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
