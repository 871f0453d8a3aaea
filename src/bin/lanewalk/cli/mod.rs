//! The command line: one file a subcommand, and what they share.

mod common;
mod compare;
mod completions;
mod distribution;
mod heat;
mod info;
mod ladder;
mod model;
mod number;
mod one_sample;
mod output;
mod pi;
mod pipes;
mod progress;
mod returns;
mod scale;
mod schedule;
mod serve;
mod verify;
mod walk;
mod walker_file;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

/// The workloads of a parallel-programming course in SIMD lanes and pinned threads. One seed, one answer, and the exact
/// value beside it.
///
/// Without a subcommand: the quick ladder of the walk.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  lanewalk walk                                the course's table: Y = 10, 20, ..., 150, 300 walks each
  lanewalk walk --y 150 --samples 1e6          one distance, a million walks
  lanewalk walk --method wald --format json    a better estimator, for a program to read
  lanewalk walk --lower -20 --upper 80         which of two barriers is first
  lanewalk walk --dim 1..=8                    out of a ball in one to eight dimensions
  lanewalk return                              does a walk come back? Polya's constants
  lanewalk pi                                  a billion random points, and pi
  lanewalk pi --method stratified              the same question, asked better
  lanewalk ladder all --report out             what algorithm, lanes and cores each bring, with plots
  lanewalk scale walk --plot scaling.svg       time against threads, and the models that explain it
  lanewalk heat --domains 2 --exchange processes   the heat equation in two processes that exchange their edges
  lanewalk schedule --compare                  tasks that nobody splits: which order is done first
  lanewalk pipes                               processes and threads that talk, and what a round trip costs
  lanewalk model                               what Amdahl's law leaves of 200 workers; laws fitted to timings
  lanewalk verify                              every layer, instruction set and thread count gives the same bits
  lanewalk info                                what this machine has

FirstExit status: 0 done, 1 a self-check or a child process failed, 2 bad usage, 130 stopped by Ctrl-C or another signal.";

#[derive(Subcommand)]
enum Command {
    Walk(walk::Arguments),
    Return(returns::Arguments),
    Pi(pi::Arguments),
    Heat(heat::Arguments),
    Ladder(ladder::Arguments),
    Compare(compare::Arguments),
    Scale(scale::Arguments),
    Schedule(schedule::Arguments),
    Model(model::Arguments),
    Pipes(pipes::Arguments),
    Serve(serve::Arguments),
    Verify(verify::Arguments),
    Info(info::Arguments),
    Completions(completions::Arguments),
}

/// Why the program ends without having done what it was asked.
pub(crate) enum Failure {
    /// Bad usage: exit status 2.
    Usage(anyhow::Error),
    /// A check of the program's own failed: exit status 1.
    Check(String),
    /// Stopped by Ctrl-C or a termination signal: exit status 130.
    Stopped(String),
    /// Whoever read the output has gone away. That is no error: exit status 0.
    ReaderGone,
}

impl From<lanewalk::Error> for Failure {
    fn from(error: lanewalk::Error) -> Self {
        match error {
            // The library names arguments as the command line does, less the dashes.
            lanewalk::Error::Argument { .. } => Self::Usage(anyhow::anyhow!("--{error}")),
            _ => Self::Usage(error.into()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<io::Error>() {
            Some(io) if io.kind() == io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Usage(error),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<crate::pipes::error::ExchangeError> for Failure {
    fn from(trouble: crate::pipes::error::ExchangeError) -> Self {
        match trouble {
            crate::pipes::error::ExchangeError::Failed(why) => Self::Check(why),
            crate::pipes::error::ExchangeError::Stopped => Self::Stopped("nothing was written".to_owned()),
            crate::pipes::error::ExchangeError::Standard(error) => error.into(),
        }
    }
}

impl From<crate::ladder::LadderError> for Failure {
    fn from(trouble: crate::ladder::LadderError) -> Self {
        use crate::ladder::LadderError;
        match trouble {
            LadderError::Differs { rung, digest, other, expected } => {
                Self::Check(format!("{rung} gave the digest {digest}, but {other} gave {expected} for the same work"))
            }
            LadderError::Baseline(reason) => Self::Usage(anyhow::anyhow!("{reason}")),
            LadderError::Stopped => Self::Stopped("no round was whole; nothing was written".to_owned()),
            LadderError::Library(error) => error.into(),
        }
    }
}

impl Failure {
    /// One line on standard error, and the exit status.
    pub(crate) fn report(self) -> ExitCode {
        // A message that nobody can read any more is no reason to panic.
        match self {
            Self::Usage(error) => {
                _ = writeln!(io::stderr(), "error: {}", one_line(&format!("{error:#}")));
                ExitCode::from(2)
            }
            Self::Check(what) => {
                _ = writeln!(io::stderr(), "failed: {what}");
                ExitCode::from(1)
            }
            Self::Stopped(what) => {
                _ = writeln!(io::stderr(), "stopped: {what}");
                ExitCode::from(130)
            }
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

/// The longest message: what was given may be a whole file.
const MAX_MESSAGE: usize = 600;

/// A message that quotes what was given, without the control characters that may be in it, and of a length that can be read.
fn one_line(message: &str) -> String {
    let mut line = String::new();
    for letter in message.chars() {
        if line.len() > MAX_MESSAGE {
            return line + " ...";
        }
        if letter.is_control() { line.extend(letter.escape_default()) } else { line.push(letter) }
    }
    line
}

/// Parses the command line and runs the subcommand.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    if let Some(worker) = worker() {
        return worker;
    }
    let cli = match Cli::try_parse_from(arguments()) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let Some(command) = cli.command else { return bare() };
    match command {
        Command::Walk(arguments) => arguments.run(),
        Command::Return(arguments) => arguments.run(),
        Command::Pi(arguments) => arguments.run(),
        Command::Heat(arguments) => arguments.run(),
        Command::Ladder(arguments) => arguments.run(),
        Command::Compare(arguments) => arguments.run(),
        Command::Scale(arguments) => arguments.run(),
        Command::Schedule(arguments) => arguments.run(),
        Command::Model(arguments) => arguments.run(),
        Command::Pipes(arguments) => arguments.run(),
        Command::Serve(arguments) => arguments.run(),
        Command::Verify(arguments) => arguments.run(),
        Command::Info(arguments) => arguments.run(),
        Command::Completions(arguments) => arguments.run(&mut Cli::command()),
    }
}

/// A copy of this program that a run in several processes has started. It prints nothing, so it is no subcommand of the
/// parser's, whose help would list it.
#[cfg(unix)]
fn worker() -> Option<Result<ExitCode, Failure>> {
    use crate::heat_processes::worker::{COMMAND, run};
    let asked = std::env::args_os().nth(1).is_some_and(|first| first == COMMAND);
    asked.then(|| run().map_err(|_| Failure::Usage(anyhow::anyhow!("{COMMAND}: only lanewalk itself starts it"))))
}

#[cfg(not(unix))]
fn worker() -> Option<Result<ExitCode, Failure>> {
    None
}

/// What somebody sees who types the name and nothing else.
fn bare() -> Result<ExitCode, Failure> {
    let code = ladder::Arguments::quick_walk().run()?;
    io::stdout().write_all(NEXT.as_bytes())?;
    Ok(code)
}

const NEXT: &str = "
next: lanewalk walk                      the course's table, with the exact values beside it
      lanewalk ladder all --report out   the whole ladder, with plots, as a page
      lanewalk --help                    everything else
";

/// Flags whose values are numbers.
const NUMBERS: [&str; 30] = [
    "--simulate",
    "--steps",
    "--dt",
    "--domains",
    "--halo",
    "--y",
    "--samples",
    "--walkers",
    "--seed",
    "--threads",
    "--budget",
    "--timeout",
    "--points",
    "--shard",
    "--batches",
    "--batch-points",
    "--chunk",
    "--serial",
    "--parallel",
    "--workers",
    "--efficiency",
    "--costs",
    "--lower",
    "--upper",
    "--start",
    "--dim",
    "--horizon",
    "--radius",
    "--quantiles",
    "--histogram",
];

/// The arguments, with a number such as `-inf` joined to its flag: by itself clap would take it for a flag. It is refused
/// all the same, but by name.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    for argument in std::env::args_os() {
        let negative = argument.as_encoded_bytes().starts_with(b"-")
            && !argument.as_encoded_bytes().starts_with(b"--")
            && argument != "-q"
            && argument != "-h";
        match arguments.last_mut() {
            Some(flag) if negative && NUMBERS.iter().any(|name| flag == name) => {
                flag.push("=");
                flag.push(argument);
            }
            _ => arguments.push(argument),
        }
    }
    arguments
}

/// Prints help and version as they are, and an error as one line.
fn refuse(error: &clap::Error) -> Result<ExitCode, Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            error.print()?;
            Ok(ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            error.print()?;
            Ok(ExitCode::from(2))
        }
        _ => {
            let text = error.to_string();
            // The first paragraph says what is wrong; tips and usage follow it.
            let first: Vec<_> = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect();
            let line = first.join(" ");
            let line = line.strip_prefix("error: ").unwrap_or(&line);
            // The subcommand comes first: there are no flags before it but those of help and version.
            let (first, command) = (std::env::args_os().nth(1), Cli::command());
            let named = first.and_then(|name| command.find_subcommand(name));
            let named = named.map(|named| format!(" {}", named.get_name())).unwrap_or_default();
            Err(Failure::Usage(anyhow::anyhow!("{line} (see 'lanewalk{named} --help')")))
        }
    }
}
