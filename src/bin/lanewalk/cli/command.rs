//! The subcommands, and the parser that selects one of them.

use std::any::TypeId;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use lanewalk::Environment;

use super::failure::Failure;
use super::progress::prepare_signals;
use super::streams::{self, note, stderr, stdout};
use super::{
    compare, completions, heat, info, ladder, man_pages, model, pi, pipes, returns, rules, scale, schedule, serve,
    verify, walk,
};
use crate::exit::ExitCode;

/// Random walks, Monte Carlo pi, the heat equation and scheduled tasks in SIMD lanes and threads: one seed, one answer,
/// and an exact value beside every estimate
#[derive(Parser)]
#[command(name = "lanewalk", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "To begin:
  lanewalk walk              first-passage times to Y = 10, 20, ..., 150, with the exact values
  lanewalk ladder --quick    the gain of loops, vector lanes and threads on this machine
  lanewalk verify            check that layers, instruction sets and threads give the same bits

'lanewalk SUBCOMMAND --help' has more examples.
Exit status: 0 success, 1 a self-check or a child process failed, 2 bad usage, 130 stopped by a signal such as Ctrl-C.";

/// The help is not wider than this, in characters: longer lines are hard to read.
const MAX_HELP_WIDTH: usize = 100;

/// The parser. The argument after a flag that needs a value is its value, even if it begins with a dash, such as -20.
/// The message about a bad value then names the flag. File names are the exception.
pub(super) fn parser() -> clap::Command {
    let values = |arg: Arg| {
        let needs_value = arg.get_num_args().is_none_or(|values| values.min_values() > 0);
        let flag = arg.get_action().takes_values() && !arg.is_positional();
        let file = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        arg.allow_hyphen_values(flag && needs_value && !file).allow_negative_numbers(flag && !needs_value)
    };
    Cli::command().term_width(streams::width().min(MAX_HELP_WIDTH)).mut_subcommands(|command| command.mut_args(values))
}

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
    Man(man_pages::Arguments),
}

/// Parses the command line and runs the subcommand.
pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode, Failure> {
    let first = arguments.get(1);
    if let Some(worker) = worker(first) {
        return worker;
    }
    prepare_signals()?;
    let warnings = check_environment()?;
    let (cli, flags) = match parse(parser(), arguments.iter().cloned()) {
        Ok(parsed) => parsed,
        Err(error) => return report(&error, first),
    };
    if let Some((command, flags)) = flags.subcommand() {
        rules::check(command, flags)?;
        warn(command, flags, &warnings);
    }
    let Some(command) = cli.command else {
        stdout().write_all(parser().render_help().to_string().as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
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
        Command::Completions(arguments) => arguments.run(&mut parser()),
        Command::Man(arguments) => arguments.run(parser()),
    }
}

fn parse(
    parser: clap::Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<(Cli, ArgMatches), clap::Error> {
    let flags = parser.try_get_matches_from(arguments)?;
    Ok((Cli::from_arg_matches(&flags)?, flags))
}

/// Refuses, for every subcommand, an environment variable of lanewalk whose value is invalid. Warns of such variables
/// of other programs.
fn check_environment() -> Result<Vec<String>, Failure> {
    match Environment::read() {
        Ok(environment) => Ok(environment.warnings),
        Err(error) => Err(Failure::usage(error.to_string())),
    }
}

/// The subcommands that run on threads.
const THREADED: [&str; 9] = ["walk", "return", "pi", "heat", "ladder", "scale", "schedule", "verify", "info"];

/// Writes the warnings about the environment, unless a flag makes them void.
fn warn(command: &str, flags: &ArgMatches, warnings: &[String]) {
    let has_threads = flags.try_contains_id("threads").unwrap_or(false);
    let is_quiet = flags.try_get_one::<bool>("quiet").ok().flatten().is_some_and(|quiet| *quiet);
    if THREADED.contains(&command) && !has_threads && !is_quiet {
        for warning in warnings {
            note(&format!("warning: {warning}"));
        }
    }
}

/// Runs this process as a worker of `heat --backend processes`, if it was started as one. The parser does not know this
/// command, so the help does not list it.
#[cfg(unix)]
fn worker(first: Option<&OsString>) -> Option<Result<ExitCode, Failure>> {
    use crate::heat_processes::worker::{COMMAND, run};
    let is_worker = first.is_some_and(|first| first == COMMAND);
    is_worker.then(|| run().map_err(|_| Failure::Usage(anyhow::anyhow!("{COMMAND}: only lanewalk itself starts it"))))
}

#[cfg(not(unix))]
fn worker(_: Option<&OsString>) -> Option<Result<ExitCode, Failure>> {
    None
}

/// Prints help and version unchanged. Returns an error as one line.
fn report(error: &clap::Error, first: Option<&OsString>) -> Result<ExitCode, Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            stdout().write_all(error.render().to_string().as_bytes()).context("standard output")?;
            Ok(ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            stderr().write_all(error.render().to_string().as_bytes())?;
            Ok(ExitCode::from(2))
        }
        _ => {
            let line = one_line(error);
            // The subcommand is the first argument: only the flags of help and version can precede it.
            let command = parser();
            let named = first.and_then(|name| command.find_subcommand(name));
            let named = named.map(|named| format!(" {}", named.get_name())).unwrap_or_default();
            Err(Failure::Usage(anyhow::anyhow!("{line} (see 'lanewalk{named} --help')")))
        }
    }
}

/// The description of an error, without its tips and usage.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    // The first paragraph describes the error.
    let first: Vec<_> = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect();
    let line = shortened(&first.join(" "));
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

/// See [`crate::fuzzing`]. The input has one argument in each line. A message is one line that is not empty.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    static PARSER: std::sync::OnceLock<clap::Command> = std::sync::OnceLock::new();
    let parser = PARSER.get_or_init(|| {
        let mut parser = parser();
        parser.build();
        parser
    });
    let arguments = String::from_utf8_lossy(input);
    let arguments = ["lanewalk"].into_iter().chain(arguments.lines()).map(OsString::from);
    match parse(parser.clone(), arguments) {
        Ok((_, flags)) => flags.subcommand().is_none_or(|(command, flags)| rules::check(command, flags).is_ok()),
        Err(error) => {
            let line = one_line(&error);
            assert!(line.lines().count() == 1, "{line:?}");
            false
        }
    }
}

/// The message with long quoted values cut, so that the name of the flag behind the value is seen.
fn shortened(message: &str) -> String {
    const MOST: usize = 80;
    let cut = |(place, part): (usize, &str)| {
        // Every second part is in quotes.
        let is_long = place % 2 == 1 && part.chars().count() > MOST;
        if is_long { part.chars().take(MOST).chain("...".chars()).collect() } else { part.to_owned() }
    };
    let parts: Vec<String> = message.split('\'').enumerate().map(cut).collect();
    parts.join("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut() {
        let message = format!("invalid value '{}' for '--y <LIST>': expected numbers", "9".repeat(5000));
        let short = shortened(&message);
        assert!(short.len() < 200 && short.ends_with("...' for '--y <LIST>': expected numbers"), "{short}");
        let long = format!("a 'b' {}", "c".repeat(500));
        assert_eq!(shortened(&long), long);
    }
}
