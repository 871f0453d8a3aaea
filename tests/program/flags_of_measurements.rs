//! All pairs of flags of the subcommands that measure time. Their results differ from run to run, so each flag says how
//! its effect shows in the JSON.

use std::fs;

use serde_json::Value;

use crate::common::{Folder, lanewalk, refused};

/// How the effect of a flag shows.
enum Effect {
    /// In the JSON.
    Json(fn(&Value) -> bool),
    /// In a file or a folder.
    File,
    /// Standard output is not JSON.
    Format,
    /// In the time, or on standard error.
    Unseen,
}
use Effect::{File, Format, Json, Unseen};

struct Flag {
    name: &'static str,
    value: String,
    effect: Effect,
}

fn flag(name: &'static str, value: &str, effect: Effect) -> Flag {
    Flag { name, value: value.to_owned(), effect }
}

fn seed() -> Flag {
    flag("seed", "9", Json(|report| report["seed"] == "9"))
}

fn threads(name: &'static str) -> Flag {
    flag(name, "1", Json(|report| report["exec"]["threads"] == 1))
}

/// The flags of every destination.
fn destination(folder: &Folder) -> [Flag; 3] {
    [flag("format", "csv", Format), flag("output", &folder.file("output"), File), flag("quiet", "", Unseen)]
}

/// Runs each pair. It is refused in one line that names one of the two flags, or both flags have their effects.
fn check(command: &[&str], base: &[(&str, &str)], flags: &[Flag]) {
    let mut accepted = 0;
    for (place, first) in flags.iter().enumerate() {
        for second in &flags[place + 1..] {
            let pair = [first, second];
            let is_given = |name: &str| pair.iter().any(|flag| flag.name == name);
            let mut arguments: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
            for (name, value) in base.iter().filter(|(name, _)| !is_given(name)) {
                arguments.extend([format!("--{name}"), (*value).to_owned()]);
            }
            for flag in pair {
                arguments.push(format!("--{}", flag.name));
                arguments.extend(Some(flag.value.clone()).filter(|value| !value.is_empty()));
                if matches!(flag.effect, File) {
                    _ = fs::remove_file(&flag.value).or_else(|_| fs::remove_dir_all(&flag.value));
                }
            }
            if !is_given("format") {
                arguments.extend(["--format", "json"].map(str::to_owned));
            }
            let output = lanewalk().args(&arguments).output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            if output.status.code() == Some(2) {
                let named = pair.iter().any(|flag| error.contains(&format!("--{}", flag.name)));
                assert!(named && error.lines().count() == 1 && output.stdout.is_empty(), "{arguments:?}: {error}");
                continue;
            }
            assert!(output.status.success(), "{arguments:?}: {error}");
            accepted += 1;
            let text = match pair.iter().find(|flag| flag.name == "output") {
                Some(flag) => fs::read_to_string(&flag.value).unwrap(),
                None => String::from_utf8(output.stdout).unwrap(),
            };
            let report: Option<Value> = serde_json::from_str(&text).ok();
            for flag in pair {
                let has_effect = match (&flag.effect, &report) {
                    (Json(shows), Some(report)) => shows(report),
                    // The CSV has only the results.
                    (Json(_), None) => is_given("format"),
                    (File, _) => fs::metadata(&flag.value).is_ok_and(|file| file.is_dir() || file.len() > 0),
                    (Format, report) => report.is_none() && !text.is_empty(),
                    (Unseen, _) => flag.name != "quiet" || error.is_empty(),
                };
                assert!(has_effect, "{arguments:?}: --{} has no effect: {text}", flag.name);
            }
        }
    }
    assert!(accepted > flags.len() / 2, "{command:?}: only {accepted} pairs are accepted");
}

#[test]
fn schedule() {
    let folder = Folder::new("flags-schedule");
    let mut flags = vec![
        flag("y", "3,7", Json(|report| report["tasks"].as_array().is_some_and(|tasks| tasks.len() == 2))),
        flag("samples", "400", Json(|report| report["samples"] == 400)),
        flag("order", "longest", Json(|report| report["order"] == "longest")),
        flag("mode", "imap", Json(|report| report["mode"] == "imap")),
        flag("chunk", "2", Json(|report| report["chunk"] == 2)),
        flag("simulate", "4", Json(|report| report["simulated"].as_array().is_some_and(|rows| !rows.is_empty()))),
        flag("plot", &folder.file("plot.svg"), File),
        seed(),
        threads("workers"),
        flag("pin", "none", Json(|report| report["exec"]["pinned"] == false)),
        flag("layer", "scalar", Json(|report| report["exec"]["layer"] == "scalar")),
    ];
    flags.extend(destination(&folder));
    check(&["schedule"], &[("y", "5"), ("samples", "300")], &flags);
    // A comparison takes its budget, so it is run with few other flags.
    flags.truncate(5);
    flags.push(flag("budget", "1", Json(|report| !report["compared"].is_null())));
    check(&["schedule", "--compare"], &[("y", "5"), ("samples", "300"), ("budget", "1")], &flags);
    for (name, value) in [("budget", "1"), ("y", "5"), ("samples", "5"), ("mode", "imap"), ("simulate", "4")] {
        let name = format!("--{name}");
        let task = if name == "--budget" { vec!["schedule"] } else { vec!["schedule", "--task", "sin"] };
        refused(&[&task[..], &[&name, value]].concat(), &name, "");
    }
}

#[test]
fn scale() {
    let folder = Folder::new("flags-scale");
    let mut flags = vec![
        seed(),
        threads("threads"),
        flag("weak", "", Json(|report| report["kind"] == "weak")),
        flag("plot", &folder.file("plot.svg"), File),
    ];
    flags.extend(destination(&folder));
    check(&["scale", "pi"], &[("budget", "1")], &flags);
    refused(&["scale", "--quick", "--budget", "1"], "--quick", "cannot be used with --budget");
}

#[test]
fn ladder() {
    let folder = Folder::new("flags-ladder");
    let mut flags = vec![seed(), threads("threads"), flag("report", &folder.file("report"), File)];
    flags.extend(destination(&folder));
    check(&["ladder", "pi"], &[("budget", "1")], &flags);
    refused(&["ladder", "--quick", "--budget", "1"], "--quick", "cannot be used with --budget");
}

#[cfg(unix)]
#[test]
fn pipes() {
    let folder = Folder::new("flags-pipes");
    let mut flags = vec![flag("timeout", "5", Unseen), flag("plot", &folder.file("plot.svg"), File)];
    flags.extend(destination(&folder));
    check(&["pipes"], &[("budget", "1")], &flags);
}
