//! All pairs of flags of a subcommand: each flag of a pair has an effect, or the pair is refused in one line that names
//! one of the two.
//!
//! The pairs of `walk`, `return`, `pi`, `heat` and `model` are run here, and those of the subcommands that measure time
//! in `flags_of_measurements.rs`. A unit test checks that all rules name existing flags.

use std::collections::BTreeMap;
use std::fs;

use lanewalk::Isa;
use serde_json::Value;

use crate::common::{Folder, lanewalk};

/// How the effect of a flag shows.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    /// In the results.
    Result,
    /// In the JSON alone: how a run was made.
    Exec,
    /// In a file.
    File,
    /// In the format of standard output.
    Format,
    /// In the order of lines, in the schedule, or in notes.
    Unseen,
}
use Effect::{Exec, File, Format, Result, Unseen};

/// A flag, a value that is not its default (empty for a switch), and its effect.
type Flag = (&'static str, String, Effect);

fn flags(of: &[(&'static str, &str, Effect)]) -> Vec<Flag> {
    of.iter().map(|(name, value, effect)| (*name, (*value).to_owned(), *effect)).collect()
}

/// The flags of every run.
fn running(folder: &Folder, seed: bool) -> Vec<Flag> {
    let threads = if lanewalk::Machine::detect().threads == 1 { "2" } else { "1" };
    let mut running = flags(&[
        ("threads", threads, Exec),
        ("pin", "spread", Exec),
        ("layer", "interchanged", Exec),
        ("format", "csv", Format),
        ("output", &folder.file("output"), File),
        ("quiet", "", Unseen),
    ]);
    if seed {
        running.extend(flags(&[("seed", "9", Result)]));
    }
    // An instruction set that is not the default.
    let other = Isa::available().into_iter().find(|isa| Some(*isa) != Isa::best());
    running.extend(other.map(|isa| ("isa", isa.to_string(), Exec)));
    running
}

/// The output of a run: the parts that do not depend on time, or `None` if it is refused.
fn run(command: &str, base: &[Flag], flags: &[&Flag]) -> Option<String> {
    let mut arguments = vec![command.to_owned()];
    let is_given = |name: &str| flags.iter().any(|(given, ..)| *given == name);
    for (name, value, effect) in base.iter().filter(|(name, ..)| !is_given(name)).chain(flags.iter().copied()) {
        arguments.push(format!("--{name}"));
        arguments.extend(Some(value.clone()).filter(|value| !value.is_empty()));
        if *effect == File {
            _ = fs::remove_file(value);
        }
    }
    let is_json = !is_given("format");
    if is_json {
        arguments.extend(["--format", "json"].map(str::to_owned));
    }
    let output = lanewalk().args(&arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        let named = flags.iter().any(|(name, ..)| error.contains(&format!("--{name}")));
        assert!(error.lines().count() == 1 && (named || flags.len() == 1), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        return None;
    }
    let text = match flags.iter().find(|(name, ..)| *name == "output") {
        Some((_, file, _)) => fs::read_to_string(file).unwrap(),
        None => String::from_utf8(output.stdout).unwrap(),
    };
    Some(if is_json { without_times(serde_json::from_str(&text).unwrap()).to_string() } else { text })
}

/// The report without its times.
fn without_times(mut report: Value) -> Value {
    match &mut report {
        Value::Object(keys) => {
            keys.retain(|key, _| !["elapsed", "second", "timings", "model"].iter().any(|time| key.contains(time)));
            for value in keys.values_mut() {
                *value = without_times(value.take());
            }
        }
        Value::Array(values) => {
            for value in values {
                *value = without_times(value.take());
            }
        }
        _ => {}
    }
    report
}

/// Whether the effect of `flag` shows in a pair whose output is `both`; `without` is the output of the other flag
/// alone.
fn has_effect((_, value, effect): &Flag, other: &Flag, both: &str, without: &str) -> bool {
    match effect {
        Result => both != without,
        // The CSV has only the results.
        Exec => other.2 == Format || both != without,
        File => fs::metadata(value).is_ok_and(|file| file.len() > 0),
        Format => !both.starts_with('{'),
        Unseen => true,
    }
}

fn check(command: &str, base: &[Flag], flags: &[Flag]) {
    let alone: BTreeMap<&str, Option<String>> =
        flags.iter().map(|flag| (flag.0, run(command, base, &[flag]))).collect();
    let again = run(command, base, &[]);
    assert_eq!(run(command, base, &[]), again, "{command}: the output has times");
    let mut accepted = 0;
    for (place, first) in flags.iter().enumerate() {
        for second in &flags[place + 1..] {
            let Some(both) = run(command, base, &[first, second]) else { continue };
            accepted += 1;
            for (flag, other) in [(first, second), (second, first)] {
                if let Some(without) = &alone[other.0] {
                    let effect = has_effect(flag, other, &both, without);
                    assert!(effect, "{command}: --{} has no effect beside --{} {}", flag.0, other.0, other.1);
                }
            }
        }
    }
    assert!(accepted > flags.len(), "{command}: only {accepted} pairs are accepted");
}

#[test]
fn walk() {
    let folder = Folder::new("flags-walk");
    let mut all = running(&folder, true);
    all.extend(flags(&[
        ("y", "3,7", Result),
        ("lower", "-4", Result),
        ("upper", "5", Result),
        ("start", "1", Result),
        ("dim", "2", Result),
        ("shape", "cube", Result),
        ("horizon", "50", Result),
        ("samples", "77", Result),
        ("shard", "2/3", Result),
        ("method", "exact", Result),
        ("independent", "", Result),
        ("plot", &folder.file("plot.svg"), File),
        ("histogram", "7", Result),
        ("quantiles", "0.3", Result),
        ("survival", "", Result),
        ("samples-out", &folder.file("walkers.csv"), File),
    ]));
    check("walk", &[], &all);
    for method in ["nested", "wald"] {
        let flag = ("method", method.to_owned(), Result);
        for other in &all {
            run("walk", &[], &[&flag, other]);
        }
    }
}

#[test]
fn returns() {
    let folder = Folder::new("flags-return");
    let mut all = running(&folder, true);
    all.extend(flags(&[
        ("kind", "ball", Result),
        ("dim", "2", Result),
        ("radius", "1.5", Result),
        ("horizon", "70", Result),
        ("samples", "77", Result),
        ("shard", "2/3", Result),
        ("independent", "", Result),
        ("plot", &folder.file("plot.svg"), File),
        ("histogram", "7", Result),
        ("quantiles", "0.3", Result),
        ("survival", "", Result),
        ("samples-out", &folder.file("walkers.csv"), File),
    ]));
    check("return", &flags(&[("samples", "300", Result), ("horizon", "1000", Result)]), &all);
}

#[test]
fn pi() {
    let folder = Folder::new("flags-pi");
    let mut all = running(&folder, true);
    all.extend(flags(&[
        ("points", "2000", Result),
        ("shard", "2/3", Result),
        ("method", "antithetic", Result),
        ("batches", "3", Result),
        ("batch-points", "50", Result),
        ("chunk", "2", Unseen),
        ("unordered", "", Unseen),
    ]));
    check("pi", &[], &all);
    // The rule that clap drops: the flag that --batch-points requires conflicts with --points.
    for arguments in [["--points", "1e12"], ["--shard", "1/2"], ["--chunk", "2"]] {
        crate::common::refused(&[&["pi", "--batch-points", "0"][..], &arguments].concat(), "--", "requires --batches");
    }
}

#[test]
fn heat() {
    let folder = Folder::new("flags-heat");
    let mut all = running(&folder, false);
    all.extend(flags(&[
        ("points", "40", Result),
        ("steps", "30", Result),
        ("dt", "1e-4", Result),
        ("start", "mode:2", Result),
        ("method", "spectral", Result),
        ("domains", "3", Exec),
        ("backend", "processes", Exec),
        ("halo", "2", Exec),
        ("timeout", "5", Unseen),
        ("field", &folder.file("field.csv"), File),
        ("plot", &folder.file("plot.svg"), File),
    ]));
    // A short rod has one sub-domain, so only its pinning and its layer show.
    for flag in all.iter_mut().filter(|flag| flag.0 == "threads") {
        flag.2 = Unseen;
    }
    check("heat", &[], &all);
    crate::common::refused(&["heat", "--threads", "2"], "--threads", "at most 1, the number of sub-domains");
    crate::common::refused(&["heat", "--halo", "2"], "--halo", "requires several sub-domains");
}

#[test]
fn model() {
    let folder = Folder::new("flags-model");
    let timings = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/timings/seawulf.csv");
    let all = flags(&[
        ("serial", "5", Result),
        ("parallel", "50", Result),
        ("workers", "1..=4", Result),
        ("efficiency", "0.7", Result),
        ("fit", timings, Result),
        ("costs", "1,2,3,4", Result),
        ("chunk", "2", Result),
        ("order", "longest", Result),
        ("plot", &folder.file("plot.svg"), File),
        ("format", "csv", Format),
        ("output", &folder.file("output"), File),
        ("quiet", "", Unseen),
    ]);
    check("model", &[], &all);
    let fit = flags(&[("fit", timings, Result), ("costs", "1,2,3,4", Result)]);
    check("model", &fit, &all[7..]);
}
