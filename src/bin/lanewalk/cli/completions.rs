//! `lanewalk completions`: a script that completes subcommands and flags in a shell.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use super::failure::Failure;
use super::streams::stdout;
use crate::exit::ExitCode;

/// Print a shell completion script for bash, zsh, fish, elvish or powershell
#[derive(Args)]
#[command(after_help = "Example:\n  lanewalk completions bash > ~/.local/share/bash-completion/completions/lanewalk")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

impl Arguments {
    pub(super) fn run(&self, command: &mut clap::Command) -> Result<ExitCode, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "lanewalk", &mut script);
        stdout().write_all(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
