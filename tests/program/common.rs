//! Functions that run the program and check its output.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value;

pub(crate) fn lanewalk() -> Command {
    let mut command = Command::cargo_bin("lanewalk").unwrap();
    command.env_remove("LANEWALK_ISA");
    command
}

pub(crate) fn json(arguments: &[&str]) -> Value {
    let output = lanewalk().args(arguments).args(["--format", "json"]).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

/// The report as a quiet machine would have written it: twelve rounds of equal times. A comparison of two reports must
/// not depend on the noise of the machine that runs the tests.
pub(crate) fn quiet_report(mut report: Value) -> Value {
    for summary in report["summaries"].as_array_mut().unwrap() {
        (summary["rounds"], summary["noise_floor"]) = (12.into(), 0.01.into());
        for floor in summary["noise_floors"].as_array_mut().unwrap() {
            floor["noise_floor"] = 0.01.into();
        }
    }
    for rung in report["rungs"].as_array_mut().unwrap() {
        (rung["rate_low"], rung["rate_high"]) = (rung["rate"].clone(), rung["rate"].clone());
    }
    report
}

/// A temporary folder of one test. It is removed at the end of the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lanewalk-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
    pub(crate) fn names(&self) -> Vec<String> {
        fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// Checks that the program prints one line that names the argument, prints nothing on standard output, and exits with
/// status 2.
#[track_caller]
pub(crate) fn refused(arguments: &[&str], named: &str, expected: &str) {
    let assert = lanewalk().args(arguments).assert().code(2).stdout("");
    let error = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(error.starts_with("error: ") && error.lines().count() == 1, "{arguments:?}: {error}");
    assert!(error.contains(named) && error.contains(expected), "{arguments:?}: {error}");
}

/// The signal of Ctrl-C, for `kill`. If this process ignores it, as a background job of a shell does, its children ignore
/// it too, and a termination signal stands for it.
#[cfg(unix)]
pub(crate) fn interrupt() -> &'static str {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u128::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    if mask.is_some_and(|mask| mask >> 1 & 1 == 1) { "-TERM" } else { "-INT" }
}
