//! Flags that several subcommands share.

use std::ffi::OsStr;
use std::iter;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::anyhow;
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command};
use lanewalk::{Error, Exec, Isa, Layer, Machine, Pin, Plan, RunControl};

use super::failure::Failure;
use super::number;
use super::output::{Output, target_of_links};
use super::streams::{self, note};
use crate::report::{DEFAULT_WIDTH, Format, Layout, Report, render};

/// The destination and the format of the result.
#[derive(Args)]
pub(super) struct Destination {
    /// Format of the result
    #[arg(long, default_value = "table", value_parser = Named::new(["table", "json", "csv"], Format::from_str))]
    pub(super) format: Format,

    /// Show every column of a table, even if it is wider than the terminal
    #[arg(long)]
    wide: bool,

    /// Write the result to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Hide the progress bar and notes
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// The flags of execution.
#[derive(Args)]
pub(super) struct Running {
    /// Seed of all random numbers
    #[arg(long, value_name = "U64", default_value = "1", value_parser = number::count)]
    pub(super) seed: u64,

    /// Threads [default: LANEWALK_THREADS, RAYON_NUM_THREADS, OMP_NUM_THREADS or SLURM_CPUS_PER_TASK if set, otherwise
    /// one for each usable core]
    #[arg(long, value_name = "N", value_parser = number::threads)]
    threads: Option<usize>,

    /// Pinning of threads to cores: compact (close together), spread (over sockets and NUMA nodes) or none; the default
    /// is compact if there is one thread for each usable core, otherwise none
    #[arg(long, value_parser = Named::new(Pin::ALL.iter().copied().map(|pin| pin.to_string()), named::<Pin>))]
    pin: Option<Pin>,

    /// Layer; the default is simd if this build has it
    #[arg(long, value_parser = Named::new(Layer::ALL.iter().copied().map(|layer| layer.to_string()), named::<Layer>))]
    layer: Option<Layer>,

    /// Instruction set of the simd layer [default: LANEWALK_ISA if set, otherwise auto, the best one]
    #[arg(long, value_parser = Named::new(isas(), isa))]
    isa: Option<AutoIsa>,

    #[command(flatten)]
    pub(super) destination: Destination,
}

/// A parser of named values. Help and completions list the names. Error messages come from `parse`, because they say
/// more than the list.
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

/// Parses a value by its name. The error has only the expected values of the library's error, since clap adds the rest.
pub(super) fn named<T: FromStr<Err = Error>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error| match error {
        Error::Argument { expected, .. } => format!("expected {expected}"),
        other => other.to_string(),
    })
}

/// `None` is `auto`. A newtype, because clap would treat an `Option` as an optional argument.
#[derive(Clone, Copy)]
struct AutoIsa(Option<Isa>);

/// The names of the instruction sets in this build. [`isa`] checks whether the machine supports the chosen one.
fn isas() -> impl Iterator<Item = String> {
    iter::once("auto".to_owned()).chain(Isa::compiled().into_iter().map(|isa| isa.to_string()))
}

fn isa(name: &str) -> Result<AutoIsa, String> {
    if name == "auto" {
        return Ok(AutoIsa(None));
    }
    let here: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
    let expected = expected_isas(&here);
    match name.parse::<Isa>() {
        Ok(isa) if isa.is_available() => Ok(AutoIsa(Some(isa))),
        Ok(_) => Err(format!("this machine or this build does not support it; {expected}")),
        Err(_) => Err(expected),
    }
}

/// The values of `--isa` that this build accepts here.
fn expected_isas(here: &[String]) -> String {
    if here.is_empty() {
        return "expected auto: this build has no layer simd".to_owned();
    }
    format!("expected auto or one available here: {}", here.join(", "))
}

impl Running {
    /// Whether `--threads` is given.
    pub(super) fn has_threads(&self) -> bool {
        self.threads.is_some()
    }

    /// The execution that the flags request, checked. Warns if threads cannot be pinned.
    pub(super) fn exec(&self, control: &RunControl) -> Result<(Exec, Plan), Failure> {
        self.exec_with("threads", control)
    }

    /// Like [`Running::exec`], for a subcommand with another name for `--threads`.
    pub(super) fn exec_with(&self, threads: &'static str, control: &RunControl) -> Result<(Exec, Plan), Failure> {
        let (exec, plan) = self.planned(threads, control)?;
        self.warn(threads, &plan);
        Ok((exec, plan))
    }

    /// Like [`Running::exec_with`], but without warnings: the run may use fewer threads.
    pub(super) fn planned(&self, threads: &'static str, control: &RunControl) -> Result<(Exec, Plan), Failure> {
        let mut exec = Exec::from_env()?.pin(self.pin.unwrap_or_default()).control(control);
        if let Some(layer) = self.layer {
            exec = exec.layer(layer);
        }
        if let Some(isa) = self.isa {
            exec = isa.0.or_else(Isa::best).map_or_else(|| exec.clone(), |isa| exec.clone().isa(isa));
        }
        if let Some(threads) = self.threads {
            exec = exec.threads(threads);
        }
        let cores = Machine::detect().threads;
        let mut plan = exec.plan().map_err(|error| Failure::with_flags(&error, &[("threads", threads)]))?;
        // By default, a run is pinned only if it uses every core: two runs with fewer threads would share the first
        // cores.
        if self.pin.is_none() && plan.threads == cores && cores > 1 {
            exec = exec.pin(Pin::Compact);
            plan = exec.plan()?;
        }
        Ok((exec, plan))
    }

    /// Warns of threads that are not pinned although there are reasons to pin them.
    pub(super) fn warn(&self, threads: &str, plan: &Plan) {
        let cores = Machine::detect().threads;
        if plan.threads > cores {
            let flag = plan.threads_from.map_or_else(|| format!("--{threads}"), str::to_owned);
            let count = plan.threads;
            self.destination.note(&format!("warning: {flag}: {count} threads share {cores} cores and are not pinned"));
        } else if plan.pin != Pin::None && !plan.is_pinned() && cfg!(feature = "threads") {
            self.destination.note("warning: the threads could not be pinned to cores");
        }
    }
}

/// The path without links. The file need not exist.
fn resolved(path: &Path) -> PathBuf {
    let path = target_of_links(path);
    let absolute = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let from_folder = || Some(absolute.parent()?.canonicalize().ok()?.join(absolute.file_name()?));
    path.canonicalize().ok().or_else(from_folder).unwrap_or(absolute)
}

impl Default for Destination {
    fn default() -> Self {
        Self { format: Format::Table, wide: false, output: None, quiet: false }
    }
}

impl Destination {
    /// Opens the destination of the result.
    pub(super) fn output(&self) -> Result<Output, Failure> {
        Ok(Output::open("--output", self.output.as_deref())?)
    }

    /// The layout of a table that is written to `output`.
    pub(super) fn layout(&self, output: &Output) -> Layout {
        let width = if output.is_standard() { streams::width() } else { DEFAULT_WIDTH };
        Layout { width: (!self.wide).then_some(width), colours: output.is_standard() && streams::has_colours() }
    }

    /// Writes a report in its format.
    pub(super) fn write(&self, output: Output, report: &impl Report) -> anyhow::Result<()> {
        let text = self.text(&output, report)?;
        output.write(text)
    }

    /// The text of a report for `output`.
    pub(super) fn text(&self, output: &Output, report: &impl Report) -> anyhow::Result<String> {
        render(report, self.format, &self.layout(output))
    }

    /// Refuses the same file for two flags, since one result would overwrite the other.
    pub(super) fn distinct(&self, others: &[(&'static str, Option<&Path>)]) -> Result<(), Failure> {
        let all = iter::once(("--output", self.output.as_deref())).chain(others.iter().copied());
        let mut seen: Vec<(&str, PathBuf)> = Vec::new();
        for (flag, path) in all {
            let Some(path) = path else { continue };
            let file = resolved(path);
            // Several flags may write to the same device.
            if let Some((other, _)) = seen.iter().find(|(_, other)| *other == file && !file.starts_with("/dev")) {
                let given = path.display();
                return Err(anyhow!("{flag}: got {given}, expected another file than that of {other}").into());
            }
            seen.push((flag, file));
        }
        Ok(())
    }

    /// Refuses an output file in the folder of a report, since it and the report could overwrite each other.
    pub(super) fn outside(&self, flag: &str, folder: Option<&Path>) -> Result<(), Failure> {
        let (Some(output), Some(folder)) = (self.output.as_deref(), folder) else { return Ok(()) };
        if resolved(output).parent() == Some(&resolved(folder)) {
            return Err(
                anyhow!("--output: got {}, expected a file outside the folder of {flag}", output.display()).into()
            );
        }
        Ok(())
    }

    /// Writes a line to standard error, unless `--quiet` is given.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            note(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_instruction_sets_are_named() {
        let named = expected_isas(&["wide".to_owned(), "avx2".to_owned()]);
        assert_eq!(named, "expected auto or one available here: wide, avx2");
        assert_eq!(expected_isas(&[]), "expected auto: this build has no layer simd");
    }
}
