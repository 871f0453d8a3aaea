//! `lanewalk man`: a manual page for the program and for each subcommand.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::failure::Failure;
use super::output::Folder;
use crate::exit::ExitCode;

/// Write manual pages to a folder: lanewalk.1, and a page such as lanewalk-walk.1 for each subcommand
#[derive(Args)]
#[command(after_help = "Example:\n  lanewalk man ~/.local/share/man/man1    then 'man lanewalk' shows the first page")]
pub(super) struct Arguments {
    /// Folder of the pages, which is created if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Arguments {
    pub(super) fn run(&self, program: Command) -> Result<ExitCode, Failure> {
        let mut program = program.disable_help_subcommand(true);
        program.build();
        let folder = Folder::open("<DIR>", &self.folder)?;
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            let page = page(command, &program)?;
            folder.write(&format!("{}.1", name(command)), &page)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The name of a page: `lanewalk`, or `lanewalk-walk` for a subcommand.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of a command in the format of `man`.
fn page(command: &Command, program: &Command) -> anyhow::Result<String> {
    // The pages have no date, and roff drops an empty argument. So the title is written here.
    let version = program.get_version().unwrap_or_default();
    let title = format!(".TH {} 1 \"\" \"{} {version}\" \"User Commands\"\n", name(command), name(program));
    let mut page = title.into_bytes();
    let man = Man::new(command.clone());
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut end = Roff::new();
    if let Some(examples) = command.get_after_help() {
        add_examples(&mut end, &examples.to_string());
    }
    end.control("SH", ["SEE ALSO"]);
    let others = if command.has_subcommands() { command.get_subcommands().collect() } else { vec![program] };
    let others: Vec<String> = others.into_iter().map(|other| format!("{}(1)", name(other))).collect();
    end.text([roman(others.join(", "))]);
    end.to_writer(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// The text below the options: a line with an indent is a command with its description, all others are prose.
fn add_examples(page: &mut Roff, text: &str) {
    page.control("SH", ["EXAMPLES"]);
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("Example")) {
        if let Some(status) = line.strip_prefix("Exit status: ") {
            page.control("SH", ["EXIT STATUS"]);
            page.text([roman(status)]);
            continue;
        }
        page.control("PP", []);
        let Some(example) = line.strip_prefix("  ") else {
            page.text([roman(line)]);
            continue;
        };
        let (command, description) = example.split_once("  ").unwrap_or((example, ""));
        page.text([bold(command)]);
        if !description.is_empty() {
            page.control("RS", ["4"]);
            page.text([roman(description.trim_start())]);
            page.control("RE", []);
        }
    }
}
