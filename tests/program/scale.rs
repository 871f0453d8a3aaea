//! `lanewalk scale`: points, plot, bad input and Ctrl-C.

use std::fs;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Folder, json, lanewalk, refused};
#[cfg(unix)]
use crate::common::{stop, wait_for_signal_handlers};
use predicates::prelude::*;
use predicates::str::contains;

fn cores() -> usize {
    if cfg!(feature = "threads") { lanewalk::Machine::detect().threads } else { 1 }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn points_and_their_plot() {
    let folder = Folder::new("scale");
    let plot = folder.file("walk.svg");
    let report = json(&["scale", "--budget", "1", "--plot", &plot]);
    for (key, value) in [("command", "scale"), ("workload", "walk"), ("kind", "strong")] {
        assert_eq!(report[key], value);
    }
    assert_eq!(report["schema"], 1);
    let times = report["round_times"].as_array().unwrap();
    let points = report["points"].as_array().unwrap();
    assert!(times.len() > points.len(), "every point and the twins");
    let rounds = report["rounds"].as_u64().unwrap() as usize;
    assert!(times.iter().all(|case| case["seconds"].as_array().unwrap().len() == rounds), "{times:?}");
    for point in points {
        let number = |key: &str| point[key].as_f64().unwrap();
        assert!(0.0 < number("time_low_s") && number("time_low_s") <= number("time_s"), "{point}");
        assert!(number("time_s") <= number("time_high_s"), "{point}");
        assert_eq!(point["digest"], report["digest"], "{point}");
        // A busy machine allows no ratios.
        assert_eq!(point["speedup"].is_null(), report["refusal"].is_string(), "{point}");
        if point["speedup"].is_null() {
            assert!(point["efficiency"].is_null() && point["karp_flatt"].is_null(), "{point}");
            continue;
        }
        assert!(number("speedup_low") <= number("speedup"), "{point}");
        assert!((number("efficiency") * number("threads") - number("speedup")).abs() < 1e-9, "{point}");
    }
    let most = points.iter().map(|point| point["threads"].as_u64().unwrap()).max().unwrap();
    assert_eq!(most as usize, cores());
    for law in ["amdahl", "gustafson", "usl"] {
        assert_ne!(report[law].is_object(), report[format!("{law}_reason")].is_string(), "{law}");
    }
    if cores() == 2 {
        let reason = report["refusal"].as_str().unwrap_or("not identifiable from 2 points");
        assert!(report["amdahl_reason"].as_str().unwrap().starts_with(reason), "{}", report["amdahl_reason"]);
    }
    let svg = fs::read_to_string(&plot).unwrap();
    // On a noisy machine, it shows times.
    let shown = if report["refusal"].is_null() { "efficiency" } else { "Too noisy for speedups" };
    assert!(svg.contains("strong scaling") && svg.contains(shown) && svg.contains("</svg>"));
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn weak_scaling_and_csv() {
    for workload in ["pi", "heat", "lattice"] {
        let flags = ["--weak", "--budget", "1", "--threads", "1", "--wide"];
        let run = lanewalk().args(["scale", workload]).args(flags).assert().success();
        run.stdout(contains("weak scaling").and(contains("there is nothing to scale")).and(contains("noise floor")));
    }
    let run = lanewalk().args(["scale", "pi", "--budget", "1", "--format", "csv", "--quiet"]).assert().success();
    let csv = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(csv.starts_with("workload,threads,pin,oversubscribed,time_s,time_low_s,time_high_s,speedup,"), "{csv}");
    assert!(csv.lines().count() > cores(), "{csv}");
}

/// Points with more threads than cores are measured and marked, but not fitted.
#[cfg(feature = "threads")]
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn more_threads_than_cores() {
    let most = 2 * cores();
    let report = json(&["scale", "pi", "--budget", "1", "--threads", &format!("1,{most}")]);
    let points = report["points"].as_array().unwrap();
    let last = points.last().unwrap();
    assert_eq!((&last["threads"], &last["pin"], &last["oversubscribed"]), (&most.into(), &"none".into(), &true.into()));
    assert!(last["karp_flatt"].is_null());
    let reason = report["refusal"].as_str().unwrap_or("1 point");
    assert!(report["amdahl_reason"].as_str().unwrap().contains(reason), "{}", report["amdahl_reason"]);
}

#[test]
fn bad_input_gives_one_clear_line() {
    refused(&["scale", "climb"], "climb", "walk barriers ball lattice pi heat");
    for list in ["0", "", "2,1", "2,2", "1..=0", "1.5", "-1", "many"] {
        refused(&["scale", &format!("--threads={list}")], "--threads", "each above the one before");
    }
    if cfg!(feature = "threads") {
        let many = (16 * cores() + 1).min(1025).to_string();
        refused(&["scale", "--threads", &many], "--threads", "at most");
    } else {
        refused(&["scale", "--threads", "2"], "--threads", "without the feature threads");
    }
    refused(&["scale", "--threads", "1..=65"], "--threads", "at most 64");
    for budget in ["0", "0.5", "-1", "nan", "1e9", "soon"] {
        refused(&["scale", &format!("--budget={budget}")], "--budget", "seconds");
    }
    refused(&["scale", "--quick", "--budget", "3"], "--budget", "cannot be used");
    refused(&["scale", "--seed", "-1"], "--seed", "expected");
    // The error appears before the measurement, which would take a day.
    let start = Instant::now();
    refused(&["scale", "--budget", "86400", "--plot", "/no/such/folder/x.svg"], "--plot", "can be written");
    let folder = Folder::new("scale-same");
    let file = folder.file("same.svg");
    refused(&["scale", "--budget", "86400", "--plot", &file, "--output", &file], "--plot", "another file");
    assert!(folder.names().is_empty() && start.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[test]
fn ctrl_c_before_the_first_round_writes_nothing() {
    let folder = Folder::new("scale-stop");
    let (file, plot) = (folder.file("scale.json"), folder.file("scale.svg"));
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["scale", "--budget", "86400", "--output", &file, "--plot", &plot])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A round takes about an hour.
    wait_for_signal_handlers(child.id());
    stop(child.id());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.contains("no round was complete"), "{error}");
    assert!(output.stdout.is_empty() && folder.names().is_empty(), "{:?}", folder.names());
}
