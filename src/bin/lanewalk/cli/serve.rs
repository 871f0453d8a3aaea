//! `lanewalk serve`: two line servers on standard input and output.

use std::fs::File;
use std::io::{self, BufReader};

use clap::Args;
use clap::builder::PossibleValue;

use super::common::Named;
use super::failure::Failure;
use super::progress;
use crate::exit::ExitCode;
use crate::pipes::servers::Server;

/// A server on standard input and output that answers each line until it is asked to stop
///
/// echo appends X to each line, and ends after its answer to stop. hello answers hello with yes. It answers bye with no
/// and ends. Any other line ends hello with an error and exit status 1.
///
/// Lines are bytes and need not be UTF-8: echo returns them unchanged, and hello escapes them in its error. A line ends
/// with LF or CRLF, and its answer has the same ending. The last line may lack an ending. An empty line is a valid
/// line. Lines of more than 64 MiB are refused with exit status 1. Every answer is sent at once. It is not an error if
/// the client closes standard input or output.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Server to run
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
        // A waiting server does not poll a run control.
        progress::exit_on_signal("a signal ended the server")?;
        let (requests, answers) = standard_pipes()?;
        self.server.serve(BufReader::new(requests), answers)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Unbuffered standard input and output. The standard library's output would send a block with a line feed in pieces.
#[cfg(unix)]
fn standard_pipes() -> io::Result<(File, File)> {
    use std::os::fd::AsFd;
    Ok((io::stdin().as_fd().try_clone_to_owned()?.into(), io::stdout().as_fd().try_clone_to_owned()?.into()))
}

/// Unbuffered standard input and output.
#[cfg(windows)]
fn standard_pipes() -> io::Result<(File, File)> {
    use std::os::windows::io::AsHandle;
    Ok((io::stdin().as_handle().try_clone_to_owned()?.into(), io::stdout().as_handle().try_clone_to_owned()?.into()))
}
