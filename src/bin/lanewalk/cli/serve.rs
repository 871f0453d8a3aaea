//! `lanewalk serve`: two line servers on standard input and output.

use std::fs::File;
use std::io::{self, BufReader};
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValue;

use super::common::Named;
use super::failure::Failure;
use super::progress;
use crate::pipes::servers::Server;

/// A server on standard input and output: one line in, one line out, until asked to stop
///
/// echo answers each line with X appended, and ends after having answered stop. hello answers hello with yes, and bye
/// with no before it ends; anything else ends it with an error and exit status 1.
///
/// Lines are bytes. They need not be UTF-8: echo sends them back as they came, hello shows them escaped in its error. A
/// line ends with LF or CRLF, and so does its answer; the last one may lack its end. An empty line is a line like any
/// other. Lines of more than 64 MiB are refused with exit status 1. Every answer is sent at once. A client that goes
/// away, at either end, is no error.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// What is served
    #[arg(value_parser = Named::new(servers(), str::parse::<Server>))]
    server: Server,
}

const EXAMPLES: &str = "Examples:
  printf 'hello\\nbye\\n' | lanewalk serve hello
  printf 'a\\nfred\\nstop\\n' | lanewalk serve echo";

fn servers() -> [PossibleValue; 3] {
    [Server::Echo.name().into(), Server::Hello.name().into(), PossibleValue::new(Server::Bounce.name()).hide(true)]
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        // A server waits where the control is not polled.
        progress::exit_on_signal("a signal ended the server")?;
        let (requests, answers) = standard_pipes()?;
        self.server.serve(BufReader::new(requests), answers)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Standard input and output as they are: the standard library's own would send a block that holds a line feed in
/// pieces.
#[cfg(unix)]
fn standard_pipes() -> io::Result<(File, File)> {
    use std::os::fd::AsFd;
    Ok((io::stdin().as_fd().try_clone_to_owned()?.into(), io::stdout().as_fd().try_clone_to_owned()?.into()))
}

/// As above.
#[cfg(windows)]
fn standard_pipes() -> io::Result<(File, File)> {
    use std::os::windows::io::AsHandle;
    Ok((io::stdin().as_handle().try_clone_to_owned()?.into(), io::stdout().as_handle().try_clone_to_owned()?.into()))
}
