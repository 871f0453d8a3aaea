//! `lanewalk ladder`: rungs, report, bad input and Ctrl-C.

use std::fs;
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Folder, lanewalk, quiet_report, refused, skip};
#[cfg(unix)]
use crate::common::{stop, wait_until};
use lanewalk::Isa;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

const WORKLOADS: [&str; 6] = ["walk", "barriers", "ball", "lattice", "pi", "heat"];

fn json(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// One run answers most questions, since each run takes seconds.
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn the_report_and_its_contents() {
    let folder = Folder::new("ladder-report");
    let out = folder.file("deep/out");
    let run = lanewalk().args(["ladder", "all", "--budget", "4", "--report", &out]).assert().success();
    let table = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(table.contains("walk: ") && table.contains("pi: ") && table.contains("noise floor"), "{table}");

    let names = ["csv", "json", "md"].map(|kind| format!("ladder.{kind}"));
    // With one thread there is nothing to scale.
    let several = cfg!(feature = "threads") && lanewalk::Machine::detect().threads > 1;
    let kinds = if several { &["staircase", "accuracy", "scaling"][..] } else { &["staircase", "accuracy"] };
    let plots = WORKLOADS.map(|workload| kinds.iter().map(move |plot| format!("{workload}-{plot}.svg")));
    let plots = plots.into_iter().flatten();
    let mut expected: Vec<_> =
        names.into_iter().chain(plots).chain(["report.html", "walk-schedule.svg"].map(str::to_owned)).collect();
    expected.sort();
    let mut found: Vec<_> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, expected, "the report is complete and has no other files");

    let report = json(&format!("{out}/ladder.json"));
    assert_eq!(
        (&report["command"], &report["workload"], &report["seed"]),
        (&"ladder".into(), &"all".into(), &"1".into())
    );
    assert_eq!(report["schema"], 1);
    let known = |key: &str| report["host"][key].as_str().is_some_and(|text| !text.is_empty());
    assert!(["rustc", "opt_level", "flags", "date"].iter().all(|key| known(key)), "{}", report["host"]);
    assert!(report["exec"]["threads"].is_u64() && report["elapsed_s"].is_f64() && report["host"]["cpu"].is_string());
    let rungs = report["rungs"].as_array().unwrap();
    for workload in WORKLOADS {
        let rungs: Vec<_> = rungs.iter().filter(|rung| rung["workload"] == workload).collect();
        let named = |name: &str| rungs.iter().find(|rung| rung["name"] == name).unwrap();
        let refused = report["summaries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|summary| summary["workload"] == workload && summary["refusal"].is_string());
        assert_eq!(named("scalar")["speedup"], if refused { Value::Null } else { 1.0.into() });
        for isa in Isa::available() {
            let rung = named(&isa.to_string());
            // Without ratios, if the machine is busy.
            let Some(speedup) = rung["speedup"].as_f64() else { continue };
            let lanes = isa.lanes() * if workload == "pi" { 4 } else { 1 };
            let efficiency = speedup / lanes as f64;
            assert!((rung["vector_efficiency"].as_f64().unwrap() - efficiency).abs() < 1e-9, "{rung}");
        }
        let digests: Vec<_> = rungs.iter().filter_map(|rung| rung["digest"].as_str()).collect();
        assert!(digests.len() >= 2 && digests.iter().all(|digest| *digest == digests[0]), "{digests:?}");
        for rung in rungs {
            let [low, rate, high] = ["rate_low", "rate", "rate_high"].map(|key| rung[key].as_f64().unwrap());
            assert!(0.0 < low && low <= rate && rate <= high, "{rung}");
        }
    }
    check_round_times(&report);
    for factors in report["factors"].as_array().unwrap() {
        let of = |key: &str| factors[key]["median"].as_f64().unwrap();
        let product = of("algorithm") * of("vector") * of("cores");
        assert!((product / factors["product"].as_f64().unwrap() - 1.0).abs() < 1e-9);
        assert!(of("total") > 0.0 && of("residual") > 0.0);
    }
    for row in report["accuracy"].as_array().unwrap() {
        assert_eq!(row["times"].as_array().unwrap().len(), 3);
    }
    let scaling = report["scaling"].as_array().unwrap();
    assert_eq!(scaling.len(), if several { WORKLOADS.len() } else { 0 });
    assert!(scaling.iter().all(|scaling| scaling["points"].as_array().unwrap().len() >= 2));
    // The report would overwrite this file.
    let inside = folder.file("deep/out/ladder.json");
    refused(
        &["ladder", "walk", "--quick", "--report", &out, "--output", &inside],
        "--output",
        "outside the folder of --report",
    );
    let schedule = &report["schedule"];
    assert_eq!(schedule["schedule"]["tasks"].as_array().unwrap().len(), 15);
    assert_eq!(schedule["compared"].as_array().unwrap().len(), 13);
    assert_eq!(
        schedule["digest"],
        crate::common::json(&["walk", "--samples", &schedule["samples"].to_string()])["digest"]
    );
    let csv = fs::read_to_string(format!("{out}/ladder.csv")).unwrap();
    assert_eq!(csv.lines().count(), rungs.len() + 1);
    assert!(csv.starts_with("workload,name,layer,isa,threads,"), "{csv}");

    check_comparisons(&folder, &out, &report);

    // A plot for the rungs, for the time to accuracy and for the scaling of each workload, and one for the schedule.
    let report = format!("{out}/report.html");
    let page = fs::read_to_string(&report).unwrap();
    let headings = [">Rungs of ", "<h3>Time to accuracy", "strong scaling</h3>", "Variants of the schedule</caption>"]
        .map(|heading| page.matches(heading).count());
    assert_eq!(page.matches("<svg").count(), headings.iter().sum::<usize>(), "{headings:?}");
    assert!(
        headings[0] == if several { WORKLOADS.len() } else { 1 } && headings[1] > 0 && headings[3] == 1,
        "{headings:?}"
    );
    open_in_a_browser(&report, headings.iter().sum());
}

/// Comparisons of the report with itself, and with reports that are changed in one thing.
fn check_comparisons(folder: &Folder, out: &str, report: &Value) {
    // A report compared with itself shows no change, and a broken report gives an error.
    let (same, quiet) = (folder.file("same.json"), quiet_report(report.clone()));
    fs::write(&same, quiet.to_string()).unwrap();
    let comparison = lanewalk().args(["compare", &same, &same, "--format", "json"]).assert().success();
    let comparison: Value = serde_json::from_slice(&comparison.get_output().stdout).unwrap();
    let changes = comparison["results"].as_array().unwrap();
    assert_eq!(changes.len(), report["rungs"].as_array().unwrap().len());
    assert!(changes.iter().all(|change| change["verdict"] == "not_significant" && change["ratio"] == 1.0));
    lanewalk().args(["compare", &same, &same]).assert().success().stdout(contains("not significant"));
    lanewalk()
        .args(["compare", &same, &format!("{out}/ladder.csv")])
        .assert()
        .code(2)
        .stderr(contains("error: B: got"));
    lanewalk().args(["compare", "/no/such/file", &same]).assert().code(2).stderr(contains("error: A: got"));
    // A rung with half the rate fails the comparison, if this was asked for.
    let (slow, mut report) = (folder.file("slow.json"), quiet.clone());
    for key in ["rate", "rate_low", "rate_high"] {
        report["rungs"][0][key] = (0.5 * report["rungs"][0][key].as_f64().unwrap()).into();
    }
    fs::write(&slow, report.to_string()).unwrap();
    lanewalk().args(["compare", &same, &slow]).assert().success().stdout(contains("slower"));
    let limit = |a: &str, b: &str, share: &str| lanewalk().args(["compare", a, b, "--fail-if-slower", share]).assert();
    let failed = limit(&same, &slow, "5%").code(1).stdout(contains("verdict"));
    failed.stderr(contains("failed: --fail-if-slower 5%: significantly slower: walk").and(contains("by 50.0 %")));
    limit(&same, &slow, "60%").success();
    limit(&slow, &same, "5%").success();
    refused(&["compare", &same, &slow, "--fail-if-slower", "5"], "--fail-if-slower", "such as 5%");
    // A noisy report is refused, also if only the floor of several threads is large.
    let (noisy, mut report) = (folder.file("noisy.json"), quiet);
    // A busy machine may have completed too few rounds for a floor.
    report["summaries"][1]["noise_floors"] =
        json!([{ "threads": 1, "noise_floor": 0.01 }, { "threads": 2, "noise_floor": 3.63 }]);
    fs::write(&noisy, report.to_string()).unwrap();
    refused(&["compare", &same, &noisy], "B: ", "too noisy to compare: barriers: the noise floor is 363 % on");
    refused(&["compare", &noisy, &same], "A: ", "above the limit of 25 %");
}

/// Every case has a time and a rate for each round of its workload.
fn check_round_times(report: &Value) {
    for summary in report["summaries"].as_array().unwrap() {
        let of = |case: &&Value| case["workload"] == summary["workload"];
        let cases: Vec<_> = report["round_times"].as_array().unwrap().iter().filter(of).collect();
        let named = |name: &str| cases.iter().find(|case| case["name"] == name).unwrap();
        for name in ["scalar", "scalar ceiling"] {
            let [seconds, rates] = ["seconds", "rates"].map(|key| named(name)[key].as_array().unwrap());
            assert_eq!((seconds.len() as u64, rates.len()), (summary["rounds"].as_u64().unwrap(), seconds.len()));
            assert!(seconds.iter().chain(rates).all(|value| value.as_f64().unwrap() > 0.0), "{summary}");
        }
        let twins = cases.iter().filter(|case| case["name"].as_str().unwrap().ends_with(" again")).count();
        assert!(twins >= summary["noise_floors"].as_array().unwrap().len() && twins > 0, "{summary}");
    }
}

/// Opens the page in a browser, if one is installed. The page is drawn and writes nothing to the console.
fn open_in_a_browser(page: &str, plots: usize) {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = browsers.into_iter().filter(|name| {
        Process::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    });
    let Some(browser) = found.next() else {
        skip("no browser (Debian has chromium); the page was not opened");
        return;
    };
    let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"];
    let output = Process::new(browser).args(flags).arg(format!("file://{page}")).output().unwrap();
    let (dom, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(dom.contains("</html>") && dom.matches("<svg").count() == plots, "{dom}");
    assert!(!log.contains("CONSOLE"), "{log}");
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn the_quick_ladder() {
    let start = Instant::now();
    let expected = contains("walk: first passages").and(contains("pi: ")).and(contains("seed 1"));
    lanewalk().args(["ladder", "--quick"]).assert().success().stdout(expected);
    // The help promises ten seconds; this bound is larger, since the machine may be busy.
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn without_python() {
    // The search path is empty. The program itself is started by its full path.
    let folder = Folder::new("ladder-path");
    lanewalk().env("PATH", &folder.0).args(["ladder", "pi", "--budget", "1"]).assert().success().stdout(
        contains("no rung Python: python3 was not found").and(contains("no rung NumPy")).and(contains("scalar")),
    );
}

/// Fake versions of python3: one fails after its first answer, and others print invalid output or hang.
#[cfg(unix)]
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn a_broken_python_removes_only_its_rungs() {
    use std::os::unix::fs::PermissionsExt;
    for (name, script, reason) in [
        (
            "fails",
            "echo x >> calls; [ $(wc -l < calls) -gt 1 ] && exit 7; echo '{\"work\": 1e6, \"seconds\": 0.1}'",
            "exit status: 7",
        ),
        ("zero", "echo '{\"work\": 0, \"seconds\": 1}'", "something other"),
        ("text", "echo hello", "something other"),
        ("leaves", "sleep 60 & exit 0", "no answer within"),
    ] {
        let folder = Folder::new(&format!("ladder-{name}"));
        let python = folder.file("python3");
        fs::write(&python, format!("#!/bin/sh\ncd '{}'\n{script}\n", folder.0.display())).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.0.display(), std::env::var("PATH").unwrap());
        let mut command = lanewalk();
        let run = command.env("PATH", path).args(["ladder", "pi", "--budget", "1"]).assert().success();
        run.stdout(contains("no rung").and(contains(reason)).and(contains("scalar")));
    }
}

#[test]
fn bad_input_gives_one_clear_line() {
    refused(&["ladder", "climb"], "climb", "walk barriers ball lattice pi heat all");
    for budget in ["0", "0.5", "-1", "nan", "inf", "1e9", "soon", ""] {
        refused(&["ladder", &format!("--budget={budget}")], "--budget", "seconds");
    }
    refused(&["ladder", "--quick", "--budget", "3"], "--budget", "cannot be used");
    refused(&["ladder", "--threads", "0"], "--threads", "at least 1");
    if cfg!(feature = "threads") {
        let many = (16 * lanewalk::Machine::detect().threads + 1).min(1025).to_string();
        refused(&["ladder", "--threads", &many], "--threads", "at most");
    }
    refused(&["ladder", "--seed", "-1"], "--seed", "expected");
    // The error appears before the measurement, which would take a day.
    let start = Instant::now();
    refused(&["ladder", "--budget", "86400", "--report", "/dev/null/out"], "--report", "folder");
    refused(&["ladder", "--budget", "86400", "--report", "/proc/out"], "--report", "folder");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[cfg(unix)]
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn ctrl_c_keeps_the_finished_rungs() {
    let folder = Folder::new("ladder-stop");
    let out = folder.file("out");
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["ladder", "all", "--budget", "30", "--report", &out])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Waits until the first workload is written. Then the second workload runs.
    let page = PathBuf::from(format!("{out}/report.html"));
    wait_until("the report of the first workload", || page.exists());
    stop(child.id());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.contains("stopped: "), "{error}");
    let report = json(&format!("{out}/ladder.json"));
    assert!(report["rungs"].as_array().unwrap().iter().any(|rung| rung["workload"] == "walk"));
    assert!(String::from_utf8(output.stdout).unwrap().contains("walk: first passages"));
    let temporary =
        fs::read_dir(&out).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with('.'));
    assert!(!temporary, "no partial file remains");
}
