//! The program: output, errors, and files that remain.

use std::fs;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

#[cfg(unix)]
use crate::common::stop_after_note;
use crate::common::{Folder, json, lanewalk, refused, skip};
#[cfg(target_os = "linux")]
use crate::common::{ignores, wait_for_signal_handlers};
use lanewalk::Isa;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

#[test]
fn the_example_table() {
    let report = json(&["walk"]);
    assert_eq!(report["command"], "walk");
    assert_eq!(report["seed"], "1");
    assert_eq!(report["method"], "plain");
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert!(report["exec"]["threads"].as_u64().unwrap() >= 1);
    assert!(report["exec"]["pinned"].is_boolean());
    assert!(report["elapsed_s"].as_f64().unwrap() > 0.0 && report["steps_per_second"].as_f64().unwrap() > 0.0);
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 15);
    let first = &results[0];
    assert_eq!((&first["y"], &first["samples"]), (&10.0.into(), &300.into()));
    assert_eq!((&first["total_steps"], &first["parts"]["sums"]["sum_squares"]), (&93_166.into(), &"47884376".into()));
    assert_eq!(first["censored"], 0);
    assert!((first["mean"].as_f64().unwrap() - 93_166.0 / 300.0).abs() < 1e-9);
    assert!((first["exact"].as_f64().unwrap() - 318.293_457_939_9).abs() < 1e-8);
    let z = (first["mean"].as_f64().unwrap() - first["exact"].as_f64().unwrap()) / first["std_error"].as_f64().unwrap();
    assert!((first["z"].as_f64().unwrap() - z).abs() < 1e-12);
    lanewalk()
        .arg("walk")
        .assert()
        .success()
        .stdout(contains("310.5533").and(contains("318.2935")).and(contains("digest")));
}

#[test]
fn the_digest_does_not_depend_on_layer_isa_or_threads() {
    let digest =
        |more: &[&str]| json(&[&["walk", "--y", "1,7.25,20", "--samples", "101"], more].concat())["digest"].clone();
    let expected = digest(&[]);
    assert_eq!(digest(&["--layer", "scalar", "--threads", "1"]), expected);
    assert_eq!(digest(&["--layer", "interchanged", "--pin", "none"]), expected);
    assert_ne!(digest(&["--seed", "2"]), expected);
    for isa in Isa::available() {
        assert_eq!(digest(&["--isa", &isa.to_string()]), expected, "{isa}");
        let output = lanewalk()
            .args(["walk", "--y", "1,7.25,20", "--samples", "101", "--format", "json"])
            .env("LANEWALK_ISA", isa.to_string())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["exec"]["isa"], &report["digest"]), (&isa.to_string().into(), &expected));
    }
}

#[test]
fn pinning() {
    let run = |more: &[&str]| json(&[&["walk", "--y", "1,7.25,20", "--samples", "101"], more].concat());
    let usual = run(&[]);
    assert_eq!(usual["exec"]["pin"], "compact");
    for (flags, pin) in
        [(&["--pin", "compact"][..], "compact"), (&["--pin", "spread"], "spread"), (&["--pin", "none"], "none")]
    {
        let report = run(flags);
        assert_eq!((&report["exec"]["pin"], &report["digest"]), (&pin.into(), &usual["digest"]));
        // The machine determines whether pinning works, but the result is the same for both orders.
        assert_eq!(
            report["exec"]["pinned"].as_bool(),
            usual["exec"]["pinned"].as_bool().map(|held| held && pin != "none")
        );
    }
    // Two runs of one thread each would share the first core.
    let one = run(&["--threads", "1"]);
    let expected = if lanewalk::Machine::detect().threads == 1 { &usual["exec"]["pin"] } else { &"none".into() };
    assert_eq!((&one["exec"]["pin"], &one["exec"]["pinned"]), (expected, &false.into()));
}

#[test]
fn methods() {
    let plain = json(&["walk", "--y", "10,20,30", "--samples", "97"]);
    let nested = json(&["walk", "--y", "10,20,30", "--samples", "97", "--method", "nested"]);
    assert_eq!(plain["digest"], nested["digest"]);
    for (plain, nested) in plain["results"].as_array().unwrap().iter().zip(nested["results"].as_array().unwrap()) {
        assert_eq!((&plain["mean"], &plain["parts"]["sums"]), (&nested["mean"], &nested["parts"]["sums"]));
    }
    let wald = json(&["walk", "--y", "150", "--method", "wald"]);
    assert!(wald["results"][0]["plain_walks"].as_f64().unwrap() > 1e6);
    let exact = json(&["walk", "--y", "0.5", "--method", "exact"]);
    assert_eq!((&exact["results"][0]["exact"], &exact["results"][0]["mean"]), (&2.0.into(), &Value::Null));
    assert_eq!(exact["results"][0]["samples"], 0);
}

#[test]
fn shards_add_up() {
    let steps = |walkers: &str| {
        let report = json(&["walk", "--y", "10", "--shard", walkers]);
        report["results"][0]["total_steps"].as_u64().unwrap()
    };
    assert_eq!(steps("0..120") + steps("120..300"), 93_166);
    assert_eq!(steps("1/3") + steps("2/3") + steps("3/3"), 93_166);
}

#[test]
fn csv_has_a_heading_and_a_line_for_each_distance() {
    let output = lanewalk().args(["walk", "--y", "1,2", "--format", "csv"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("y,samples,total_steps,longest,ended_lower,mean,std_error,exact"));
    assert!(lines[1].starts_with("1.0,300,"));
}

#[test]
fn one_walk_has_no_standard_error() {
    let report = json(&["walk", "--y", "10", "--samples", "1"]);
    assert_eq!((&report["results"][0]["std_error"], &report["results"][0]["z"]), (&Value::Null, &Value::Null));
    lanewalk().args(["walk", "--y", "10", "--samples", "1"]).assert().success().stdout(contains(" - "));
}

#[test]
fn verify_and_info() {
    lanewalk().arg("verify").assert().success().stdout(
        contains("gave the same bits").and(contains("walk: scalar, 1 thread")).and(contains("pi: scalar, 1 thread")),
    );
    let verified = json(&["verify"]);
    assert_eq!(verified["passed"], true);
    for isa in Isa::available() {
        for workload in ["walk", "between", "space", "return", "pi", "heat"] {
            let name = format!("{workload}: simd {isa}, 1 thread");
            assert!(verified["results"].as_array().unwrap().iter().any(|row| row["name"] == name.as_str()), "{name}");
        }
    }
    let info = json(&["info"]);
    assert!(info["usable_threads"].is_string() && info["isas_usable_here"].is_string());
    for key in ["sockets", "numa_nodes", "kinds_of_core", "usable_cores", "last_level_caches", "pinning_order"] {
        assert!(info[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
fn every_key_of_the_json_is_documented() {
    fn keys(value: &Value) -> Vec<String> {
        match value {
            Value::Object(map) => {
                // The keys in `parts` are documented at the top of the page.
                let inner = |key: &str, value| if key == "parts" { Vec::new() } else { keys(value) };
                map.iter().flat_map(|(key, value)| [vec![key.clone()], inner(key, value)].concat()).collect()
            }
            Value::Array(list) => list.iter().flat_map(keys).collect(),
            _ => Vec::new(),
        }
    }
    let page = include_str!("../../docs/json.md");
    let commands: [&[&str]; 16] = [
        &["walk"],
        &["walk", "--lower", "-3", "--upper", "4", "--horizon", "9"],
        &["walk", "--dim", "1..=3"],
        &["walk", "--y", "3", "--histogram", "--quantiles", "0.5", "--survival"],
        &["return", "--samples", "99"],
        &["pi", "--batches", "3", "--batch-points", "9"],
        &["heat", "--domains", "2"],
        &["pipes", "--budget", "1"],
        &["scale", "--budget", "1"],
        &["ladder", "heat", "--budget", "1"],
        &["schedule", "--samples", "9", "--compare", "--budget", "1", "--simulate", "4"],
        &["schedule", "--task", "sin"],
        &["model"],
        &["model", "--fit", concat!(env!("CARGO_MANIFEST_DIR"), "/docs/timings/seawulf.csv"), "--costs", "example"],
        &["verify"],
        &["info"],
    ];
    for command in commands {
        let (name, sections) = (command[0], page.split("\n## "));
        let section = |name: &str| {
            let found = sections.clone().find(|section| section.starts_with(&format!("`lanewalk {name}`")));
            found.expect(name).to_owned()
        };
        // A ladder contains the keys of a host, which are documented for `scale`.
        let section = section(name) + &if name == "ladder" { section("scale") } else { String::new() };
        for key in keys(&json(command)) {
            // The keys in `exec` are documented for the walk.
            let reported = ["layer", "isa", "threads", "pinned", "pin", "isa_from", "threads_from", "parts"]
                .contains(&key.as_str());
            assert!(reported || section.contains(&format!("`{key}`")), "{name}: {key}");
        }
    }
}

#[test]
fn completions_and_help() {
    for shell in ["bash", "zsh", "fish"] {
        let output = lanewalk().args(["completions", shell]).assert().success().get_output().stdout.clone();
        let script = String::from_utf8(output).unwrap();
        for value in ["scalar", "interchanged", "nested", "wald", "table", "csv", "auto", "spread"] {
            assert!(script.contains(value), "{shell}: {value} is missing");
        }
        for isa in Isa::compiled() {
            assert!(script.contains(&isa.to_string()), "{shell}: {isa} is missing");
        }
    }
    lanewalk().args(["walk", "--help"]).assert().success().stdout(contains("Examples:").and(contains("--method")));
    lanewalk().arg("--version").assert().success().stdout(contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let folder = Folder::new("man");
    let pages = folder.file("share/man1");
    lanewalk().args(["man", &pages]).assert().success().stdout("").stderr("");
    let help = String::from_utf8(lanewalk().assert().success().get_output().stdout.clone()).unwrap();
    let listed = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    // A name has an indent of two, and the rest of its description a deeper one.
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let subcommands = names.map(|line| line.split_whitespace().next().unwrap()).filter(|name| *name != "help");
    let mut expected: Vec<String> = subcommands.map(|name| format!("lanewalk-{name}.1")).collect();
    expected.push("lanewalk.1".to_owned());
    expected.sort_unstable();
    let mut written: Vec<_> =
        fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    written.sort_unstable();
    assert!(written == expected && written.len() > 12, "{written:?}, expected {expected:?}");
    let walk = fs::read_to_string(format!("{pages}/lanewalk-walk.1")).unwrap();
    for text in [".SH NAME", "\\-\\-method", "nested", ".SH EXAMPLES", "lanewalk(1)"] {
        assert!(walk.contains(text), "{text}\n{walk}");
    }
    assert!(fs::read_to_string(format!("{pages}/lanewalk.1")).unwrap().contains(".SH \"EXIT STATUS\""));
    // A second run replaces the pages.
    lanewalk().args(["man", &pages]).assert().success();
    if Process::new("groff").arg("--version").output().is_err() {
        skip("the format of the manual pages: groff is not installed");
        return;
    }
    for name in written {
        let groff = Process::new("groff").args(["-man", "-ww", "-z", &format!("{pages}/{name}")]).output().unwrap();
        assert!(
            groff.status.success() && groff.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&groff.stderr)
        );
    }
}

#[test]
fn a_folder_that_cannot_have_the_manual_pages_is_refused() {
    let folder = Folder::new("no-man");
    let file = folder.file("file");
    fs::write(&file, "").unwrap();
    refused(&["man", &file], "<DIR>", "expected a folder that can be written");
    refused(&["man", &format!("{file}/man1")], "<DIR>", "expected a folder that can be written");
    refused(&["man", ""], "<DIR>", "");
    refused(&["man"], "<DIR>", "required");
    fs::create_dir(folder.file("lanewalk.1")).unwrap();
    refused(&["man", folder.0.to_str().unwrap()], "lanewalk.1", "names a folder");
}

#[test]
fn prints_help_without_a_subcommand() {
    let begin = contains("To begin:").and(contains("lanewalk ladder --quick")).and(contains("Usage: lanewalk"));
    lanewalk().assert().success().stdout(begin).stderr("");
}

#[test]
fn bad_input_gives_one_clear_line() {
    for y in ["0", "-1", "nan", "inf", "1e10", "", "10,,20", "ten", "30..=10", "1..=2:0", "1..5", "1e-9..=1e9:1e-9"] {
        refused(&["walk", &format!("--y={y}")], "--y", "expected");
    }
    // A value may start with a dash, also as a separate word. The message names the value as the error.
    for (flag, value) in [("--y", "-inf"), ("--y", "-.5"), ("--samples", "-many"), ("--shard", "-1..5")] {
        refused(&["walk", flag, value], flag, &format!("invalid value '{value}'"));
        refused(&["walk", flag, value], flag, "expected");
    }
    refused(&["walk", "--seed", "-x"], "--seed", "expected");
    refused(&["walk", "--threads", "-x"], "--threads", "expected");
    for next in ["--samples", "-q"] {
        refused(&["walk", "--y", next], "--y", &format!("invalid value '{next}'"));
    }
    for samples in ["0", "-5", "1.5", "1e20", "many", ""] {
        refused(&["walk", &format!("--samples={samples}")], "--samples", "expected");
    }
    refused(&["walk", "--samples", "18446744073709551615"], "--samples", "2^62");
    refused(&["walk", "--y", "2e9", "--samples", "100", "--method", "wald"], "--samples", "at most");
    refused(&["walk", "--shard", "5..5"], "--shard", "expected");
    refused(&["walk", "--shard", "0..8", "--samples", "7"], "--shard", "within 0..7");
    for shard in ["0/3", "4/3", "1/0", "half", "-1..5", "1.5/2"] {
        refused(&["walk", "--shard", shard], "--shard", "expected FIRST..END");
    }
    refused(&["walk", "--samples", "2", "--shard", "3/10"], "--shard", "there are 2 in all");
    refused(&["walk", "--output", "--quiet"], "--output", "a value is required");
    refused(&["walk", "--seed", "-1"], "--seed", "expected");
    refused(&["walk", "--threads", "0"], "--threads", "at least 1");
    let most = if cfg!(feature = "threads") { "at most" } else { "lacks the feature threads" };
    refused(&["walk", "--threads", "1000000"], "--threads", most);
    refused(&["walk", "--pin", "close"], "--pin", "compact spread none");
    refused(&["walk", "--layer", "fast"], "--layer", "scalar interchanged simd");
    refused(&["walk", "--isa", "sse9"], "--isa", "available here: ");
    refused(&["walk", "--method", "guess"], "--method", "plain nested wald exact");
    refused(&["walk", "--method", "nested", "--independent"], "--independent", "cannot be used with --method nested");
    for flag in ["--samples=5", "--samples=300", "--shard=0..5", "--independent"] {
        let name = flag.split('=').next().unwrap();
        refused(&["walk", "--method", "exact", flag], name, "cannot be used with --method exact");
    }
    refused(&["walk", "--format", "xml"], "--format", "table, json or csv");
    refused(&["walk", "--no-such-flag"], "--no-such-flag", "");
    refused(&["wander"], "wander", "");
    refused(&["completions", "tcsh"], "tcsh", "");
    for isa in Isa::ALL.iter().copied().filter(|isa| !isa.is_available()) {
        refused(&["walk", "--isa", &isa.to_string()], "--isa", "available here: ");
    }
    lanewalk().args(["walk", "--y", "1"]).env("LANEWALK_ISA", "").assert().success();
    refused(&["walk", "--isa", ""], "--isa", "available here: ");
}

#[test]
fn an_error_points_to_the_help_of_its_subcommand() {
    refused(&["walk", "--samples", "many"], "--samples", "(see 'lanewalk walk --help')");
    refused(&["verify", "walk"], "walk", "(see 'lanewalk verify --help')");
    refused(&["--samples", "5", "walk"], "--samples", "(see 'lanewalk --help')");
    refused(&["wander"], "wander", "(see 'lanewalk --help')");
}

#[cfg(feature = "threads")]
#[test]
fn more_threads_than_cores_give_a_warning() {
    lanewalk().args(["walk", "--threads", "500"]).assert().success().stderr(contains("warning: --threads"));
    lanewalk().args(["walk", "--threads", "500", "--quiet"]).assert().success().stderr("");
}

#[test]
fn an_output_file_is_complete_or_absent() {
    let folder = Folder::new("output");
    let file = folder.file("walk.json");
    lanewalk().args(["walk", "--format", "json", "--output", &file]).assert().success().stdout("");
    let report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(report["command"], "walk");
    assert_eq!(folder.names(), ["walk.json"], "no other file remains");

    // A run with bad input does not change an existing result, and creates no other file.
    refused(&["walk", "--samples", "0", "--output", &file], "--samples", "at least 1");
    assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(&file).unwrap()).unwrap(), report);
    assert_eq!(folder.names(), ["walk.json"]);

    // The error appears before the run, which would take days.
    let nowhere = folder.file("no/such/folder/walk.json");
    let folders = [folder.file("new/"), folder.file("new/."), folder.file("new/.."), folder.file("walk.json/")];
    let folders = folders.iter().map(String::as_str);
    for path in [nowhere.as_str(), folder.0.to_str().unwrap(), "."].into_iter().chain(folders) {
        let arguments = ["walk", "--y", "1e6", "--samples", "1e6", "--output", path];
        let assert = lanewalk().args(arguments).timeout(Duration::from_secs(20)).assert().code(2);
        let line =
            contains("--output").and(contains("expected a file that can be written")).and(contains("\n").count(1));
        assert.stderr(line);
    }
    assert_eq!(folder.names(), ["walk.json"]);
    lanewalk().args(["walk", "--output", "/dev/null"]).assert().success();
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_cleanly() {
    let folder = Folder::new("stop");
    let file = folder.file("walk.json");
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["walk", "--y", "1e6", "--samples", "1e6", "--output", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = stop_after_note(child, |_| true);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(
        error.contains("this will take about")
            && (error.contains(" of memory: 3.00 Esteps at ") || cfg!(not(target_os = "linux")))
            && error.contains("stopped: the walks that had ended took 0 steps of about 3.00 Esteps"),
        "{error}"
    );
    assert!(output.stdout.is_empty() && folder.names().is_empty(), "{:?}", folder.names());
}

#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_the_parent_ignores_is_ignored() {
    let binary = assert_cmd::cargo::cargo_bin("lanewalk");
    let script = format!("trap '' HUP; exec {} walk --y 1e6 --samples 1e6 --quiet", binary.display());
    let mut child = Process::new("sh").args(["-c", &script]).stderr(Stdio::null()).spawn().unwrap();
    let id = child.id().to_string();
    let signal = |name| assert!(Process::new("kill").args([name, id.as_str()]).status().unwrap().success());
    wait_for_signal_handlers(child.id());
    assert!(ignores(child.id(), 1));
    signal("-HUP");
    signal("-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error() {
    let binary = assert_cmd::cargo::cargo_bin("lanewalk");
    let script = format!("{} walk --y 11..=5000 --method exact --format csv | head -n 1", binary.display());
    let output = Process::new("bash").args(["-c", &format!("set -o pipefail; {script}")]).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}
