//! `lanewalk pi`: output and errors.

use std::f64::consts::PI;
use std::fs;
use std::process::{Command as Process, Stdio};

#[cfg(unix)]
use crate::common::stop_after_note;
use crate::common::{Folder, json, lanewalk, refused};
use lanewalk::{Batches, Exec, Isa, Pi, PiMethod, estimate_pi, estimate_pi_batches};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

fn text(arguments: &[&str]) -> String {
    let output = lanewalk().args(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

fn close(value: &Value, expected: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() <= 1e-12 * expected.abs()
}

#[test]
fn the_json() {
    let report = json(&["pi", "--points", "300_000", "--seed", "5"]);
    assert_eq!((&report["command"], &report["version"]), (&"pi".into(), &env!("CARGO_PKG_VERSION").into()));
    assert_eq!((&report["seed"], &report["method"]), (&"5".into(), &"plain".into()));
    // These values are in tests/reference/pi.csv.
    assert_eq!((&report["points"], &report["inside"]), (&300_000.into(), &235_600.into()));
    assert_eq!(
        (&report["parts"]["sums"]["sum"], &report["parts"]["sums"]["spread"]),
        (&"235600".into(), &"235600".into())
    );
    assert_eq!(report["shard"], "0..300000");
    assert!(report["exec"]["threads"].as_u64().unwrap() >= 1 && report["exec"]["pinned"].is_boolean());
    assert!(report["elapsed_s"].as_f64().unwrap() > 0.0 && report["points_per_second"].as_f64().unwrap() > 0.0);
    let value = 4.0 * 235_600.0 / 300_000.0_f64;
    // The exact standard deviation of 4 or 0 with the probability pi / 4.
    let error = (PI * (4.0 - PI) / 300_000.0).sqrt();
    assert!(close(&report["estimate"], value) && close(&report["exact"], PI));
    assert!(close(&report["std_error"], error) && close(&report["z"], (value - PI) / error));
    let score = estimate_pi(&Pi::points(300_000).seed(5), &Exec::default()).unwrap();
    assert_eq!(report["digest"], score.digest().as_str());
    assert!(report.get("batches").is_none());
    assert_eq!(json(&["pi", "--points", "9", "--method", "conditional"])["inside"], Value::Null);
    let one = json(&["pi", "--points", "1"]);
    assert_eq!((&one["std_error"], &one["z"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_digest_does_not_depend_on_layer_isa_or_threads() {
    for &method in PiMethod::ALL {
        let method = method.to_string();
        let digest = |more: &[&str]| {
            json(&[&["pi", "--points", "70_001", "--method", &method], more].concat())["digest"].clone()
        };
        let expected = digest(&[]);
        assert_eq!(digest(&["--layer", "scalar", "--threads", "1"]), expected);
        assert_eq!(digest(&["--layer", "interchanged", "--pin", "none"]), expected);
        assert_ne!(digest(&["--seed", "2"]), expected);
        for isa in Isa::available() {
            assert_eq!(digest(&["--isa", &isa.to_string(), "--threads", "1"]), expected, "{isa}");
        }
        if cfg!(feature = "threads") {
            assert_eq!(digest(&["--threads", "3", "--quiet"]), expected);
        }
    }
}

#[test]
fn shards_add_up() {
    for &method in PiMethod::ALL {
        let method = method.to_string();
        let sums = |shard: &str| {
            let arguments = ["pi", "--points", "90_000", "--method", &method, "--shard", shard];
            ["points", "sum", "spread"]
                .map(|key| json(&arguments)["parts"]["sums"][key].as_str().unwrap().parse::<u128>().unwrap())
        };
        let (a, b, whole) = (sums("0..31_007"), sums("31_007..9e4"), sums("0..9e4"));
        assert_eq!([0, 1, 2].map(|key| a[key] + b[key]), whole, "{method}");
    }
    // A part of the columns is not a smaller grid.
    let part = ["pi", "--points", "90_000", "--method", "stratified", "--shard", "0..31_007"];
    assert_eq!((&json(&part)["estimate"], &json(&part)["z"]), (&Value::Null, &Value::Null));
    assert!(text(&part).contains("300 by 300 cells gives no estimate"));
    let all = ["pi", "--points", "90_001", "--method", "stratified", "--shard", "0..90_000"];
    assert!(json(&all)["estimate"].is_number() && text(&all).contains("90000 points of the 90001"));
    // A shard beyond the default needs no --points, except for a grid.
    assert_eq!(json(&["pi", "--shard", "5e12..5_000_000_001_000"])["points"], 1000);
    refused(&["pi", "--shard", "5e12..5_000_000_001_000", "--method", "stratified"], "--shard", "within 0..999950884");
}

#[test]
fn batches_give_the_plain_run() {
    for method in ["plain", "antithetic", "conditional"] {
        let whole = json(&["pi", "--points", "60_000", "--method", method]);
        for (batches, points) in [("60_000", "1"), ("60", "1000"), ("2", "3e4"), ("1", "60_000")] {
            let arguments = ["pi", "--batches", batches, "--batch-points", points, "--method", method];
            for more in [&[][..], &["--unordered", "--chunk", "7"]] {
                let report = json(&[&arguments, more].concat());
                for key in ["digest", "points", "inside", "sum", "spread", "estimate"] {
                    assert_eq!(report[key], whole[key], "{method}, {batches} batches: {key}");
                }
                assert_eq!((&report["std_error"], &report["z"]), (&whole["std_error"], &whole["z"]));
                assert_eq!(report["batches_std_error"].is_null(), ["2", "1"].contains(&batches));
                assert_eq!(report["unordered"], !more.is_empty());
            }
        }
    }
    let report = json(&["pi", "--batches", "60", "--batch-points", "1000"]);
    assert_eq!((&report["batches"], &report["batch_points"]), (&60.into(), &1000.into()));
    assert_eq!((&report["chunk"], &report["shard"]), (&4.into(), &"0..60000".into()));
    let summary = estimate_pi_batches(&Batches::new(60, 1000), &Exec::default(), |_, _| ()).unwrap();
    assert!(close(&report["batches_std_error"], summary.estimate().unwrap().std_error.unwrap()));
    let few = json(&["pi", "--batches", "21", "--batch-points", "9"]);
    assert_eq!((&few["batches_std_error"], few["std_error"].is_number()), (&Value::Null, true));
}

#[test]
fn tables() {
    let table = text(&["pi", "--points", "300_000", "--seed", "5"]);
    for part in ["std error", "235600", "3.1413", "3.1416", "points/s", "plain, ", "seed 5, digest "] {
        assert!(table.contains(part), "{part} in {table}");
    }
    let table = text(&["pi", "--points", "1000", "--method", "stratified"]);
    assert!(table.contains("31 by 31 cells: 961 points of the 1000\n") && table.contains(": nominally "), "{table}");
    let table = text(&["pi", "--points", "961", "--method", "stratified"]);
    assert!(!table.contains("cells"), "{table}");
    assert!(text(&["pi", "--points", "9", "--method", "conditional"]).contains(" - "));
}

#[test]
fn a_table_of_batches_shows_selected_batches() {
    let batches = ["pi", "--batches", "30", "--batch-points", "1000"];
    let table = text(&batches);
    let counts: Vec<_> = table.lines().skip(2).take(6).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(counts, ["1", "2", "5", "10", "20", "30"], "{table}");
    assert!(table.contains("over the batches, the standard error is") && table.contains("30.0 kpoints in "), "{table}");
    let folder = Folder::new("pi-batches");
    let file = folder.file("table");
    lanewalk().args(batches).args(["--output", &file]).assert().success().stdout("");
    let lines = |text: &str| text.lines().take(8).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&fs::read_to_string(&file).unwrap()), lines(&table));
}

#[test]
fn csv() {
    let lines = text(&["pi", "--points", "300_000", "--seed", "5", "--format", "csv"]);
    let lines: Vec<_> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("method,points,inside,estimate,std_error,exact,exact_relative_error,z"));
    assert!(lines[1].starts_with("plain,300000,235600,3.141333333333"), "{}", lines[1]);

    let batches = ["pi", "--batches", "30", "--batch-points", "1000", "--format", "csv"];
    let ordered = text(&batches);
    let mut lines: Vec<_> = ordered.lines().map(str::to_owned).collect();
    assert_eq!((lines.len(), lines[0].as_str()), (31, "batch,points,inside,estimate"));
    for (batch, line) in lines[1..].iter().enumerate() {
        let columns: Vec<_> = line.split(',').collect();
        assert_eq!((columns[0].parse(), columns[1]), (Ok(batch), "1000"));
        assert!((columns[2].parse::<f64>().unwrap() / 250.0 - columns[3].parse::<f64>().unwrap()).abs() < 1e-12);
    }
    let unordered = text(&[&batches[..], &["--unordered", "--chunk", "1"]].concat());
    let mut others: Vec<_> = unordered.lines().map(str::to_owned).collect();
    lines.sort();
    others.sort();
    assert_eq!(lines, others);
    assert!(text(&[&batches[..], &["--method", "conditional"]].concat()).contains("\n29,1000,,3."));

    let folder = Folder::new("pi-csv");
    let file = folder.file("batches.csv");
    lanewalk().args(batches).args(["--output", &file]).assert().success().stdout("");
    assert_eq!(fs::read_to_string(&file).unwrap(), ordered);
    assert_eq!(folder.names(), ["batches.csv"]);
}

#[test]
fn bad_input_gives_one_clear_line() {
    for points in ["0", "-5", "1.5", "many", "1e20", ""] {
        refused(&["pi", &format!("--points={points}")], "--points", "expected");
    }
    refused(&["pi", "--points", "1e19"], "--points", "at most");
    refused(&["pi", "--points", "1e17", "--method", "stratified"], "--points", "at most");
    refused(&["pi", "--method", "guess"], "--method", "plain antithetic stratified conditional");
    refused(&["pi", "--shard", "5..5"], "--shard", "expected");
    refused(&["pi", "--points", "10", "--shard", "5..11"], "--shard", "within 0..10");
    let batches =
        |count, points, more: &[&'static str]| [&["pi", "--batches", count, "--batch-points", points], more].concat();
    for bad in ["0", "-5", "1.5", "many"] {
        refused(&batches(bad, "10", &[]), "--batches", "expected");
        refused(&batches("10", bad, &[]), "--batch-points", "expected");
    }
    refused(&batches("1e10", "1e10", &[]), "--batches", "at most 461168601 batches");
    for chunk in ["--chunk=0", "--chunk=-1", "--chunk=some"] {
        refused(&batches("10", "10", &[chunk]), "--chunk", "expected");
    }
    refused(&batches("10", "10", &["--method", "stratified"]), "--method", "plain, antithetic or conditional");
    refused(&batches("10", "10", &["--points", "100"]), "--points", "cannot be used");
    refused(&batches("10", "10", &["--shard", "0..100"]), "--shard", "cannot be used");
    refused(&["pi", "--batch-points", "10"], "--batches", "requires");
    refused(&["pi", "--batches", "10"], "--batch-points", "requires");
    refused(&["pi", "--chunk", "2"], "--batches", "requires");
    refused(&["pi", "--unordered"], "--batches", "requires");
    refused(&["pi", "--threads", "0"], "--threads", "at least 1");
    refused(&["pi", "--format", "xml"], "--format", "table, json or csv");
    lanewalk().args(["pi", "--help"]).assert().success().stdout(contains("Examples:").and(contains("--batch-points")));
}

/// Stops runs that would take years.
#[cfg(unix)]
#[test]
fn ctrl_c_stops_cleanly() {
    let folder = Folder::new("pi-stop");
    let file = folder.file("pi");
    let whole = ["pi", "--points", "4e18", "--output", &file];
    let held = ["pi", "--batches", "1e12", "--batch-points", "1e6", "--output", &file];
    let direct = ["pi", "--batches", "1e12", "--batch-points", "1e6", "--format", "csv"];
    for arguments in [&whole[..], &held, &direct] {
        let printed = fs::File::create(folder.file("printed")).unwrap();
        let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
            .args(arguments)
            .stdout(printed)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // After its heading, the direct output has a line for each finished batch.
        let lines = || fs::read_to_string(folder.file("printed")).unwrap().lines().count();
        let output = stop_after_note(child, |_| arguments != direct || lines() > 1);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{error}");
        assert!(error.contains("this will take about") && error.contains("stopped: "), "{error}");
        assert_eq!(error.lines().count(), 2, "{error}");
        let printed = fs::read_to_string(folder.file("printed")).unwrap();
        assert_eq!(printed.is_empty(), arguments != direct, "{printed:.200}");
        // The finished shards or batches are in the result. If the stop comes early, none is finished.
        let kept = error.contains("the result contains ");
        assert!(kept || (arguments != direct && error.contains("nothing was written")), "{error}");
        let result = if arguments == direct { Some(printed) } else { fs::read_to_string(&file).ok() };
        assert_eq!(result.is_some_and(|result| result.ends_with('\n')), kept, "the last line is complete");
        _ = fs::remove_file(&file);
        assert_eq!(folder.names(), ["printed"]);
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error() {
    let binary = assert_cmd::cargo::cargo_bin("lanewalk");
    for format in ["csv", "table"] {
        let run = format!("{} pi --batches 1e9 --batch-points 1000 --quiet --format {format}", binary.display());
        let script = format!("set -o pipefail; {run} | head -n 3");
        let output = Process::new("timeout").args(["60", "bash", "-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert!(output.status.success(), "{format}: {}", output.status);
        assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
    }
}
