//! `lanewalk schedule`: predictions, runs, comparisons, simulations and charts.

use std::fs;
#[cfg(unix)]
use std::process::{Command as Process, Stdio};

use crate::common::{Folder, json, lanewalk, refused};
#[cfg(unix)]
use crate::common::{stop, stop_after_note, wait_for_signal_handlers};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// The numbers of one key in a list of objects.
fn column(list: &Value, key: &str) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|row| row[key].as_f64().unwrap()).collect()
}

#[test]
fn the_example_list_as_tasks() {
    let report = json(&["schedule", "--samples", "30", "--workers", "1"]);
    assert_eq!(
        (&report["command"], &report["order"], &report["mode"]),
        (&"schedule".into(), &"given".into(), &"map".into())
    );
    assert_eq!((&report["chunk"], &report["workers"]), (&1.into(), &1.into()));
    assert_eq!(column(&report["tasks"], "y"), (1..=15).map(|k| f64::from(10 * k)).collect::<Vec<_>>());
    let (start, end) = (column(&report["tasks"], "start_s"), column(&report["tasks"], "end_s"));
    assert!(start.iter().zip(&end).all(|(start, end)| start < end), "a task takes time");
    assert!(end.windows(2).all(|pair| pair[0] < pair[1]), "one worker runs the tasks one by one");
    assert!((report["makespan_s"].as_f64().unwrap() - end[14]).abs() < 1e-12);
    // With one worker the order does not matter, and the floor is the sum.
    let [predicted, floor, total] = ["predicted_s", "floor_s", "total_s"].map(|key| report[key].as_f64().unwrap());
    assert!(predicted > 0.0 && (predicted / floor - 1.0).abs() < 1e-9 && (total / floor - 1.0).abs() < 1e-9);
    let busy = report["busy"][0]["busy_s"].as_f64().unwrap() + report["busy"][0]["idle_s"].as_f64().unwrap();
    assert!((busy - end[14]).abs() < 1e-9);
}

#[test]
fn the_digest_equals_that_of_walk() {
    let list = ["--y", "3,8,1.5,5", "--samples", "40"];
    let digest = |more: &[&str]| json(&[more, &list].concat())["digest"].clone();
    let expected = digest(&["walk"]);
    for more in [
        &["--mode", "imap", "--order", "longest"] as &[&str],
        &["--mode", "imap-unordered", "--order", "random", "--chunk", "3"],
        &["--order", "shortest", "--layer", "scalar", "--pin", "none"],
        &["--workers", "1", "--chunk", "1e3"],
    ] {
        assert_eq!(digest(&[&["schedule"], more].concat()), expected, "{more:?}");
    }
    let longest = json(&[&["schedule", "--order", "longest"] as &[&str], &list].concat());
    assert_eq!(column(&longest["tasks"], "y"), [8.0, 5.0, 3.0, 1.5]);
}

#[test]
fn compares_every_order_and_mode() {
    let folder = Folder::new("schedule-compare");
    let plot = folder.file("plot.svg");
    let arguments = ["schedule", "--compare", "--samples", "9", "--y", "2,4,8", "--budget", "1", "--plot", &plot];
    let report = json(&arguments);
    let rows = report["compared"].as_array().unwrap();
    assert_eq!(rows.len(), 13);
    assert!((1..=21).contains(&report["rounds"].as_u64().unwrap()));
    for row in rows {
        let [low, median, high] =
            ["makespan_low_s", "makespan_s", "makespan_high_s"].map(|key| row[key].as_f64().unwrap());
        assert!(0.0 < low && low <= median && median <= high);
        let above = row["predicted_s"].as_f64().unwrap() / report["floor_s"].as_f64().unwrap();
        // Only the walk engine, which splits tasks, can go below the floor.
        assert!(above >= 1.0 - 1e-9 || row["mode"] == "split", "{above}");
    }
    assert_eq!((&rows[12]["mode"], &rows[12]["order"]), (&"split".into(), &Value::Null));
    let drawn = fs::read_to_string(&plot).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.contains("imap-unordered, longest") && drawn.ends_with("</svg>\n"));
    lanewalk()
        .args(&arguments[..8])
        .args(["--format", "csv"])
        .assert()
        .success()
        .stdout(contains("mode,order,chunk,predicted_s").and(contains("\nsplit,,,")));
}

#[test]
fn predicts_larger_machines() {
    let report = json(&["schedule", "--samples", "20", "--simulate", "4,15,1000"]);
    let rows = report["simulated"].as_array().unwrap();
    assert_eq!(rows.len(), 3 * 4);
    let floors = column(&report["simulated"], "floor_s");
    // The largest task is 18 % of the example list, so more than six workers gain nothing.
    let total = report["total_s"].as_f64().unwrap();
    for (row, floor) in rows.iter().zip(floors) {
        let [makespan, split, speedup] = ["makespan_s", "split_s", "speedup"].map(|key| row[key].as_f64().unwrap());
        assert!(makespan >= floor * (1.0 - 1e-9) && split <= floor * (1.0 + 1e-9));
        assert!((speedup * makespan / total - 1.0).abs() < 1e-9);
        if row["workers"] != 4 {
            assert!((makespan / floor - 1.0).abs() < 1e-9, "each of fifteen workers has one task");
        }
    }
}

#[test]
fn a_text_chart_and_advice() {
    lanewalk()
        // The run is long enough for the label, even if a busy machine delays the worker.
        .args(["schedule", "--samples", "1000", "--workers", "1", "--chunk", "15"])
        .assert()
        .success()
        .stdout(contains("worker 0 ").and(contains("█150█")).and(contains("advice: ")).and(contains("makespan")))
        .stderr(contains("predicted before the run: "));
    lanewalk().args(["schedule", "--samples", "20", "-q"]).assert().success().stderr("");
    lanewalk()
        .args(["schedule", "--samples", "2", "--y", "1..=100", "--workers", "1"])
        .assert()
        .success()
        .stdout(contains("the first 40 of 100 tasks"));
}

#[test]
fn tiny_tasks_gain_nothing() {
    let folder = Folder::new("schedule-sin");
    let report =
        lanewalk().args(["schedule", "--task", "sin", "--format", "json"]).env("PATH", &folder.0).assert().success();
    let report: Value = serde_json::from_slice(&report.get_output().stdout).unwrap();
    assert_eq!(report["task"], "sin");
    let variants: Vec<_> =
        report["results"].as_array().unwrap().iter().map(|row| row["variant"].as_str().unwrap()).collect();
    assert_eq!(variants, ["a plain loop", "map", "imap", "imap-unordered"]);
    assert!(report["notes"][0].as_str().unwrap().contains("python3 was not found"));
    for row in report["results"].as_array().unwrap() {
        assert!((row["map_s"].as_f64().unwrap() / row["per_task_s"].as_f64().unwrap() - 5.0).abs() < 1e-9);
    }
}

#[test]
fn bad_input_gives_one_clear_line() {
    refused(&["schedule", "--workers", "0"], "--workers", "at least 1");
    refused(&["schedule", "--chunk", "0"], "--chunk", "at least 1");
    refused(&["schedule", "--chunk", "-3"], "--chunk", "at least 1");
    refused(&["schedule", "--order", "fastest"], "--order", "given longest shortest random");
    refused(&["schedule", "--mode", "starmap"], "--mode", "map imap imap-unordered");
    refused(&["schedule", "--simulate", "0"], "--simulate", "at least 1");
    refused(&["schedule", "--samples", "0"], "--samples", "at least 1");
    refused(&["schedule", "--y", "10,x"], "--y", "'x' is not one");
    refused(&["schedule", "--task", "cos"], "--task", "sin");
    refused(&["schedule", "--task", "sin", "--samples", "3"], "--samples", "--task sin");
    refused(&["schedule", "--task", "sin", "--mode", "imap"], "--mode", "--task sin");
    refused(&["schedule", "--compare", "--budget", "0"], "--budget", "seconds");
    refused(&["schedule", "--workers", "1e6"], "--workers", "1000000");
    refused(&["schedule", "--budget", "3"], "--compare", "requires");
    let folder = Folder::new("schedule-refused");
    let file = folder.file("a.svg");
    refused(&["schedule", "--plot", &file, "--output", &file], "--plot", "another file");
    refused(&["schedule", "--plot", &folder.file("no/such/a.svg")], "--plot", "can be written");
    assert!(folder.names().is_empty());
}

#[cfg(unix)]
#[test]
fn ctrl_c_writes_nothing() {
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["schedule", "--samples", "1e9", "--quiet"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_signal_handlers(child.id());
    stop(child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(output.stdout.is_empty());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "stopped: nothing was written\n");
}

#[cfg(unix)]
#[test]
fn a_long_schedule_is_announced_in_every_format() {
    for format in ["json", "csv"] {
        let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
            .args(["schedule", "--y", "1000", "--samples", "1e8", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = stop_after_note(child, |_| true);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("this will take about ") && error.contains("steps at "), "{error}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(130), 0), "{error}");
    }
}
