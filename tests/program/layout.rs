//! The layout of tables and of the help: the width of the terminal, 80 columns where it is unknown, and colours.

use predicates::prelude::*;
use predicates::str::contains;

use crate::common::{lanewalk, refused};

/// Commands with the widest tables, short runs of them.
const COMMANDS: &[&str] = &[
    "walk",
    "walk --dim 1..=3",
    "walk --y 20 --samples 300 --quantiles 0.5 --histogram --survival",
    "walk --y 10,20 --samples 300 --method wald",
    "walk --y 10,20 --method exact",
    "walk --lower -20 --upper 80 --samples 300",
    "walk --lower -5 --horizon 100 --samples 300",
    "walk --dim 1..=3 --y 5,10 --samples 300",
    "return --samples 300",
    "return --kind sign --samples 300",
    "pi --points 1e15 --shard 0..1000",
    "pi --batches 20 --batch-points 100",
    "heat --domains 2 --steps 5",
    "heat --domains 2 --backend processes --steps 5",
    "model --workers 20",
    "model --fit docs/timings/windows.csv",
    "model --fit docs/timings/seawulf.csv --costs example",
    "schedule --samples 30",
    "schedule --samples 30 --compare --budget 1",
    "schedule --task sin",
    "ladder pi --budget 1",
    "scale pi --budget 1",
    "pipes --budget 1",
    "verify",
    "info",
    "--help",
    "walk --help",
    "ladder --help",
    "schedule --help",
];

fn longest(text: &str) -> usize {
    text.lines().map(|line| line.trim_end().chars().count()).max().unwrap_or(0)
}

/// Words that cannot be wrapped, such as the path of a file, may be longer.
fn has_long_word(line: &str) -> bool {
    line.split_whitespace().any(|word| word.chars().count() > 60)
}

fn output(command: &str) -> String {
    let mut words: Vec<&str> = command.split(' ').collect();
    if words[0].starts_with("heat") && cfg!(not(unix)) {
        words.retain(|word| *word != "processes" && *word != "--backend");
    }
    let run = lanewalk().current_dir(env!("CARGO_MANIFEST_DIR")).args(words).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn every_table_and_help_fits_80_columns() {
    for command in COMMANDS {
        let text = output(command);
        for line in text.lines().filter(|line| !has_long_word(line) || line.starts_with('─')) {
            assert!(longest(line) <= 80, "{command}: {} columns\n{line}\n{text}", longest(line));
        }
        assert!(!text.contains('\u{1b}'), "{command}: no colours outside of a terminal");
    }
}

#[test]
fn wide_tables_have_all_columns() {
    let command = "walk --dim 1..=3 --y 5.125,20.125";
    let narrow = output(command);
    assert!(narrow.contains("--wide adds columns: censored") && !narrow.lines().next().unwrap().contains("censored"));
    let wide = output(&format!("{command} --wide"));
    assert!(wide.lines().next().unwrap().ends_with("censored") && !wide.contains("--wide"), "{wide}");
    for format in ["json", "csv"] {
        let expected = format!("--wide cannot be used with --format {format}");
        refused(&["walk", "--wide", "--format", format], "--wide", &expected);
    }
}

/// The last line of every run names the command, the execution, the seed and the digest.
#[test]
fn the_last_line_names_the_run() {
    for (command, expected) in [
        ("walk --y 10 --samples 300 --quantiles 0.5 --threads 1", "walk, plain, scalar, 1 thread not pinned, seed 1"),
        ("walk --lower -5 --upper 5 --threads 1 --seed 7", "walk, scalar, 1 thread not pinned, seed 7"),
        ("walk --dim 2 --samples 300 --threads 1", "walk, plain, scalar, 1 thread not pinned, seed 1"),
        ("return --samples 300 --threads 1", "return, scalar, 1 thread not pinned, seed 1"),
        ("pi --points 1e4 --threads 1", "pi, plain, scalar, 1 thread not pinned, seed 1"),
        ("heat --steps 5 --threads 1", "heat, stepping, scalar, 1 thread not pinned, seed 1"),
        ("schedule --samples 30 --threads 1", "schedule, map, scalar, 1 thread not pinned, seed 1"),
    ] {
        let text = output(&format!("{command} --layer scalar"));
        let digest =
            text.lines().last().unwrap().strip_prefix(expected).and_then(|rest| rest.strip_prefix(", digest "));
        let is_digest = |digest: &str| digest.len() == 16 && digest.chars().all(|letter| letter.is_ascii_hexdigit());
        assert!(
            digest.is_some_and(is_digest),
            "{command}
{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn the_last_line_counts_processes() {
    let text = output("heat --domains 2 --backend processes --steps 5");
    assert!(text.lines().last().unwrap().contains(", 2 processes, seed 1, digest "), "{text}");
}

#[test]
fn z_is_defined_below_the_first_table() {
    for command in ["walk --samples 300 --y 10", "pi --points 1e4", "walk --lower -5 --upper 5 --samples 3000"] {
        assert_eq!(output(command).matches("z = (estimate - exact) / standard error").count(), 1, "{command}");
    }
    lanewalk().args(["walk", "--method", "exact", "--y", "10"]).assert().stdout(contains("z = (").not());
}

/// `script` of util-linux runs a command on a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_its_own_width_and_colours() {
    use std::process::Command;

    let on_terminal = |columns: u16, variable: &str| {
        let program = env!("CARGO_BIN_EXE_lanewalk");
        let command =
            format!("stty rows 40 cols {columns}; {variable} {program} walk --dim 1..=3 --y 5.125,20.125 --quiet");
        let run = Command::new("script").args(["-qec", &command, "/dev/null"]).env("TERM", "xterm").output();
        run.ok().filter(|run| run.status.success()).map(|run| String::from_utf8(run.stdout).unwrap())
    };
    let (Some(wide), Some(narrow)) = (on_terminal(150, "env"), on_terminal(50, "env")) else {
        println!("skipped: tables on a terminal, which need `script` of util-linux");
        return;
    };
    assert!(wide.contains("censored") && !wide.contains("--wide"), "{wide}");
    assert!(narrow.contains("--wide adds columns") && longest(&narrow) <= 80, "{narrow}");
    assert!(wide.contains("\u{1b}[1m"), "headings are bold: {wide}");
    let plain = on_terminal(150, "env NO_COLOR=1").unwrap();
    assert!(!plain.contains('\u{1b}'), "{plain}");
}
