//! `lanewalk model`: example curves, fits of timings, and bad input.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::common::{Folder, json, lanewalk, refused};

const LOGIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/timings/seawulf.csv");
const LINUX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/timings/linux.csv");
const WINDOWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/timings/windows.csv");

#[test]
fn the_example_curves() {
    let report = json(&["model"]);
    let results = report["results"].as_array().unwrap();
    assert_eq!((&report["command"], results.len()), (&"model".into(), 200));
    assert_eq!((&report["limit"], &report["workers_for"]), (&101.0.into(), &102.0.into()));
    for (place, row) in results.iter().enumerate() {
        let w = place as f64 + 1.0;
        let time = 100.0 + 10_000.0 / w;
        let near =
            |key: &str, value: f64| assert!((row[key].as_f64().unwrap() / value - 1.0).abs() < 1e-12, "{key} {w}");
        assert_eq!(row["workers"], place + 1);
        near("time_s", time);
        near("log10_time", time.log10());
        near("speedup", 10_100.0 / time);
        near("efficiency", 10_100.0 / (100.0 * w + 10_000.0));
    }
    let table = lanewalk().arg("model").assert().success();
    table.stdout(
        contains("24 of 200 rows").and(contains("= 101.0, time at least 100.0 s")).and(contains("up to 102 workers")),
    );
    let ideal = json(&["model", "--serial", "0", "--workers", "1,2,4"]);
    assert_eq!(
        (&ideal["limit"], &ideal["workers_for"], &ideal["results"][2]["speedup"]),
        (&Value::Null, &Value::Null, &4.0.into())
    );
    let csv = lanewalk().args(["model", "--workers", "1..=9:4", "--format", "csv"]).output().unwrap().stdout;
    let text = String::from_utf8(csv).unwrap();
    assert!(text.starts_with("workers,time_s,log10_time,speedup,efficiency\n1,10100.0,") && text.lines().count() == 4);
}

#[test]
fn the_example_machines() {
    let login = json(&["model", "--fit", LOGIN, "--costs", "example"]);
    let of = |report: &Value, name: &str| {
        report["results"].as_array().unwrap().iter().find(|law| law["model"] == name).unwrap().clone()
    };
    let tasks = of(&login, "critical path of tasks");
    assert!((tasks["parameters"][0]["value"].as_f64().unwrap() - 30.95).abs() < 0.005);
    let deviation = tasks["largest_deviation"].as_f64().unwrap();
    assert!(deviation < 0.05 && deviation > 0.0498, "{deviation}");
    assert_eq!(tasks["predicted_s"].as_array().unwrap().len(), 4);
    assert!(of(&login, "critical path")["reason"].as_str().unwrap().contains("would show the span"));
    let notes = login["notes"].to_string();
    assert!(notes.contains("cannot be distinguished") && notes.contains("18.1 % of the work"), "{notes}");
    assert!((login["timings"][1]["karp_flatt"].as_f64().unwrap() - (2.0 * 15.7 / 32.0 - 1.0)).abs() < 1e-12);
    // The limit of the example list is one worker for each task; the last task is the longest.
    let one = ["model", "--fit", LOGIN, "--costs", "example", "--chunk", "1", "--order", "longest"];
    assert!(of(&json(&one), "critical path of tasks")["largest_deviation"].as_f64().unwrap() > deviation);

    let linux = json(&["model", "--fit", LINUX]);
    assert_eq!(of(&linux, "critical path")["parameters"][1]["value"], 14.4);
    assert!(of(&linux, "universal scalability")["reason"].as_str().unwrap().contains("not identifiable from 3 points"));
    let windows = lanewalk().args(["model", "--fit", WINDOWS, "--wide"]).assert().success();
    windows.stdout(
        contains("Karp-Flatt").and(contains("95 % interval")).and(contains("no limit of the speedup is established")),
    );
}

#[test]
fn timings_on_standard_input_and_in_every_format() {
    let text: String = [1, 2, 3, 4, 6, 8, 12, 16].map(|w| format!("{w},{}\n", 2.0 + 30.0 / f64::from(w))).concat();
    let output =
        lanewalk().args(["model", "--fit", "-", "--format", "csv"]).write_stdin(text.clone()).assert().success();
    let csv = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(csv.starts_with("model,parameter,unit,value,low,high,") && csv.contains("\nAmdahl,serial,s,"), "{csv}");
    let table = lanewalk().args(["model", "--fit", "-"]).write_stdin(text).assert().success();
    table.stdout(contains("Amdahl suffices: universal scalability adds nothing"));
}

#[test]
fn the_notes_do_not_contradict_the_intervals() {
    let notes = |text: &str| {
        let output = lanewalk().args(["model", "--fit", "-", "--format", "json"]).write_stdin(text).assert().success();
        let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        let law = |place: usize| report["results"][place]["parameters"].clone();
        (report["notes"].to_string(), law(0), law(2))
    };
    // AICc prefers Amdahl's law by 10, although the interval of the coherency excludes zero by far.
    let (found, _, usl) = notes("1,32.6\n2,17.8\n3,13.6\n4,11.4\n6,10.1\n8,9.65\n");
    assert!(usl[2]["name"] == "coherency" && usl[2]["low"].as_f64().unwrap() > 0.0, "{usl}");
    assert!(found.contains("best: universal scalability: its coherency is above 0"), "{found}");
    assert!(found.contains("contradicted: Amdahl") && found.contains("and slower on more"), "{found}");
    // Two workers are more than twice as fast, and the coherency may be 0.
    let (found, amdahl, usl) = notes("1,32.0\n2,15.7\n4,9.6\n15,5.9\n");
    assert_eq!(usl[2]["low"], 0.0, "{usl}");
    assert!(found.contains("superlinear: the efficiency is 101.9 % on 2 workers; no law here"), "{found}");
    let ends = ["high", "low"].map(|end| 1.0 / amdahl[2][end].as_f64().unwrap());
    let limit = format!("at most 7.42 times as fast as one worker (95 % interval: {:.2} to {:.1})", ends[0], ends[1]);
    assert!(found.contains(&limit), "{found} {limit}");
    assert!(found.contains("no fastest number of workers is established"), "{found}");
}

#[test]
fn plots() {
    let folder = Folder::new("model-plots");
    for (name, arguments) in
        [("curves.svg", vec!["model"]), ("fits.svg", vec!["model", "--fit", LOGIN, "--costs", "example"])]
    {
        let file = folder.file(name);
        lanewalk().args(arguments).args(["--plot", &file]).assert().success();
        let svg = fs::read_to_string(&file).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN") && svg.contains("workers"), "{name}");
        // The timings may be those of another machine.
        assert!(!svg.contains("usable thread"), "{name}");
    }
}

#[test]
fn bad_input_gives_one_clear_line() {
    for (flag, value) in
        [("--serial", "-1"), ("--serial", "nan"), ("--serial", "inf"), ("--parallel", "-0.5"), ("--parallel", "1e13")]
    {
        refused(&["model", flag, value], flag, "expected");
    }
    refused(&["model", "--serial", "0", "--parallel", "0"], "--parallel", "expected");
    for workers in ["0", "0..=4", "3,2", "1.5", "", "1..4", "many"] {
        refused(&["model", &format!("--workers={workers}")], "--workers", "expected at most 10000 whole numbers");
    }
    for efficiency in ["0", "1.5", "-1", "nan"] {
        refused(&["model", "--efficiency", efficiency], "--efficiency", "above 0 and at most 1");
    }
    for flag in ["--serial=1", "--parallel=1", "--workers=1", "--efficiency=0.5"] {
        refused(&["model", "--fit", LOGIN, flag], "--fit", "cannot be used with");
    }
    refused(&["model", "--costs", "example"], "--fit", "requires");
    refused(&["model", "--fit", LOGIN, "--chunk", "2"], "--costs", "requires");
    for (flag, value) in [("--costs", "1,,2"), ("--costs", "-1,2"), ("--costs", "0"), ("--costs", "nan")] {
        refused(&["model", "--fit", LOGIN, flag, value], flag, "expected numbers");
    }
    for (flag, value) in [("--chunk", "0"), ("--chunk", "-1"), ("--chunk", "ruby"), ("--order", "fastest")] {
        refused(&["model", "--fit", LOGIN, "--costs", "example", flag, value], flag, "expected");
    }
    let folder = Folder::new("model-timings");
    let file = |name: &str, text: &str| {
        let path = folder.file(name);
        fs::write(&path, text).unwrap();
        path
    };
    for (text, expected) in [
        ("", "found no timings"),
        ("workers,seconds\n1,30\n2,-1\n", "line 3: seconds: got '-1'"),
        ("1,30\n0,18\n", "line 2: workers: got '0'"),
        ("1,30\n2,inf\n", "line 2: seconds: got 'inf'"),
        ("1;30\n", "line 1: got 1 field"),
        ("1,30\n2,18\n", "2 worker counts, expected at least 3"),
        ("1,1e-12\n2,1\n3,1e12\n", "too far apart"),
    ] {
        refused(&["model", "--fit", &file("bad.csv", text)], "--fit", expected);
    }
    refused(
        &["model", "--fit", &file("one.csv", "1,30\n1,31\n"), "--costs", "example"],
        "--fit",
        "expected at least 2",
    );
    refused(&["model", "--fit", &file("large.csv", &"1,2\n".repeat(300_000))], "--fit", "more than 1 MiB");
    refused(&["model", "--fit", &folder.file("absent.csv")], "--fit", "expected a file");
    refused(&["model", "--fit", folder.0.to_str().unwrap()], "--fit", "expected a file");
    let kept = file("kept.csv", "1,3\n2,2\n4,1\n");
    let image = file("kept.svg", "1,3\n2,2\n4,1\n");
    refused(&["model", "--fit", &image, "--plot", &image], "--fit", "expected another file");
    refused(&["model", "--fit", &kept, "--output", &kept], "--fit", "expected another file");
    assert_eq!(fs::read_to_string(&kept).unwrap(), "1,3\n2,2\n4,1\n");
}
