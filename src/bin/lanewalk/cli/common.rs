//! Flags that several subcommands share.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::anyhow;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command};
use lanewalk::{Error, Exec, ISA_VARIABLE, Isa, Layer, Machine, Pin, Plan, RunControl};

use super::failure::Failure;
use super::number;
use super::output::Output;
use crate::report::Format;

/// Where the result goes, and in which form.
#[derive(Args)]
pub(super) struct Destination {
    /// Format of the result
    #[arg(long, default_value = "table", value_parser = Named::new(["table", "json", "csv"], Format::from_str))]
    pub(super) format: Format,

    /// Write the result to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// No progress bar, no notes
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// How to run.
#[derive(Args)]
pub(super) struct Running {
    /// The one seed of all random numbers
    #[arg(long, value_name = "U64", default_value = "1", value_parser = number::count)]
    pub(super) seed: u64,

    /// Threads; the default is all that this process may use
    #[arg(long, value_name = "N", value_parser = number::threads)]
    threads: Option<usize>,

    /// How threads are pinned to cores: compact (near together), spread (over sockets and NUMA nodes) or none; the
    /// default is compact with as many threads as usable cores, else none
    #[arg(long, value_parser = Named::new(Pin::ALL.iter().copied().map(|pin| pin.to_string()), named::<Pin>))]
    pin: Option<Pin>,

    /// Layer; the default is simd where this build has it
    #[arg(long, value_parser = Named::new(Layer::ALL.iter().copied().map(|layer| layer.to_string()), named::<Layer>))]
    layer: Option<Layer>,

    /// Instruction set of the simd layer
    #[arg(long, default_value = "auto", env = isa_variable(), value_parser = Named::new(isas(), isa))]
    isa: AutoIsa,

    #[command(flatten)]
    pub(super) destination: Destination,
}

/// A parser of values by their names, which help and completions list. The refusal is the parser's own: it says more
/// than the list.
#[derive(Clone)]
pub(super) struct Named<T> {
    values: Vec<PossibleValue>,
    parse: fn(&str) -> Result<T, String>,
}

impl<T> Named<T> {
    pub(super) fn new(
        values: impl IntoIterator<Item = impl Into<PossibleValue>>,
        parse: fn(&str) -> Result<T, String>,
    ) -> Self {
        Self { values: values.into_iter().map(Into::into).collect(), parse }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.values.iter().cloned()))
    }
}

/// A value by its name. Of the library's refusal only what it expected is kept: clap tells the rest.
pub(super) fn named<T: FromStr<Err = Error>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error| match error {
        Error::Argument { expected, .. } => format!("expected {expected}"),
        other => other.to_string(),
    })
}

/// `None` is `auto`. An alias, since clap would take an `Option` for an optional argument.
#[derive(Clone, Copy)]
struct AutoIsa(Option<Isa>);

/// The variable's name, unless it is set to nothing, which counts as not set.
fn isa_variable() -> Option<&'static str> {
    std::env::var_os(ISA_VARIABLE).is_none_or(|value| !value.is_empty()).then_some(ISA_VARIABLE)
}

/// The names that this build knows; which of them this machine can use is seen when one is chosen.
fn isas() -> impl Iterator<Item = String> {
    iter::once("auto".to_owned()).chain(Isa::compiled().into_iter().map(|isa| isa.to_string()))
}

fn isa(name: &str) -> Result<AutoIsa, String> {
    if name == "auto" {
        return Ok(AutoIsa(None));
    }
    let here: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
    let expected = format!("expected auto or one available here: {}", here.join(", "));
    match name.parse::<Isa>() {
        Ok(isa) if isa.is_available() => Ok(AutoIsa(Some(isa))),
        Ok(_) => Err(format!("not on this machine or not in this build; {expected}")),
        Err(_) => Err(expected),
    }
}

impl Running {
    /// The execution that the flags ask for, checked; warns of what will not be as asked.
    pub(super) fn exec(&self, control: &RunControl) -> Result<(Exec, Plan), Failure> {
        self.exec_with("threads", control)
    }

    /// As [`Running::exec`], for a subcommand that has another name for threads.
    pub(super) fn exec_with(&self, threads: &'static str, control: &RunControl) -> Result<(Exec, Plan), Failure> {
        let mut exec = Exec::default().pin(self.pin.unwrap_or_default()).control(control);
        if let Some(layer) = self.layer {
            exec = exec.layer(layer);
        }
        if let Some(isa) = self.isa.0 {
            exec = exec.isa(isa);
        }
        if let Some(threads) = self.threads {
            exec = exec.threads(threads);
        }
        let cores = Machine::detect().threads;
        let mut plan = exec.plan().map_err(|error| Failure::with_flags(&error, &[("threads", threads)]))?;
        // By default a run is pinned that has every core to itself: two of fewer threads would share the first cores.
        if self.pin.is_none() && plan.threads == cores && cores > 1 {
            exec = exec.pin(Pin::Compact);
            plan = exec.plan()?;
        }
        if plan.threads > cores {
            self.destination.note(&format!(
                "warning: --{threads}: {} threads share {cores} cores and are not pinned",
                plan.threads
            ));
        } else if plan.pin != Pin::None && !plan.is_pinned() && cfg!(feature = "threads") {
            self.destination.note("warning: the threads could not be pinned to cores");
        }
        Ok((exec, plan))
    }
}

/// The path without links, of a file that need not be there yet.
fn whole(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let beside = || Some(absolute.parent()?.canonicalize().ok()?.join(absolute.file_name()?));
    path.canonicalize().ok().or_else(beside).unwrap_or(absolute)
}

impl Default for Destination {
    fn default() -> Self {
        Self { format: Format::Table, output: None, quiet: false }
    }
}

impl Destination {
    /// The place of the result, known to be writable.
    pub(super) fn output(&self) -> Result<Output, Failure> {
        Ok(Output::open("--output", self.output.as_deref())?)
    }

    /// Refuses two flags with one file: the one would overwrite the other.
    pub(super) fn distinct(&self, others: &[(&'static str, Option<&Path>)]) -> Result<(), Failure> {
        let all = iter::once(("--output", self.output.as_deref())).chain(others.iter().copied());
        let mut seen: Vec<(&str, PathBuf)> = Vec::new();
        for (flag, path) in all {
            let Some(path) = path else { continue };
            let whole = whole(path);
            // Devices may be written to by several.
            if let Some((other, _)) = seen.iter().find(|(_, other)| *other == whole && !whole.starts_with("/dev")) {
                let given = path.display();
                return Err(anyhow!("{flag}: got {given}, expected another file than that of {other}").into());
            }
            seen.push((flag, whole));
        }
        Ok(())
    }

    /// Refuses a file in the folder of a report, whose files would overwrite it, or it them.
    pub(super) fn outside(&self, flag: &str, folder: Option<&Path>) -> Result<(), Failure> {
        let (Some(output), Some(folder)) = (self.output.as_deref(), folder) else { return Ok(()) };
        if whole(output).parent() == Some(&whole(folder)) {
            return Err(
                anyhow!("--output: got {}, expected a file outside the folder of {flag}", output.display()).into()
            );
        }
        Ok(())
    }

    /// A line on standard error, unless quiet.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            _ = writeln!(io::stderr(), "{line}");
        }
    }
}
