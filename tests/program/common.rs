//! Functions that run the program and check its output.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::Value;

pub(crate) fn lanewalk() -> Command {
    let mut command = Command::cargo_bin("lanewalk").unwrap();
    let threads = ["LANEWALK_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"];
    for variable in threads.iter().chain(&["LANEWALK_ISA"]) {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn json(arguments: &[&str]) -> Value {
    let output = lanewalk().args(arguments).args(["--format", "json"]).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

/// Reports that a test, or a part of it, does not run. `.ci/run` lists these lines.
pub(crate) fn skip(what: &str) {
    println!("skipped: {what}");
}

/// Waits until `is_done` returns true.
#[track_caller]
pub(crate) fn wait_until(event: &str, mut is_done: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !is_done() {
        assert!(Instant::now() < end, "{event} did not happen");
        std::thread::sleep(Duration::from_millis(1));
    }
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

/// The signal of Ctrl-C, for `kill`. If this process ignores it, as a background job of a shell does, its children
/// ignore it too, and a termination signal stands for it.
#[cfg(unix)]
pub(crate) fn interrupt() -> &'static str {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u128::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    if mask.is_some_and(|mask| mask >> 1 & 1 == 1) { "-TERM" } else { "-INT" }
}

/// Sends the signal of Ctrl-C to the process with this id.
#[cfg(unix)]
pub(crate) fn stop(id: u32) {
    let status = std::process::Command::new("kill").args([interrupt(), &id.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Stops a program with Ctrl-C after the first line on its standard error, which announces a long run, and after
/// `is_ready` returns true. Returns its output.
#[cfg(unix)]
pub(crate) fn stop_after_note(
    mut program: std::process::Child,
    mut is_ready: impl FnMut(u32) -> bool,
) -> std::process::Output {
    use std::io::{BufRead, BufReader, Read};
    let mut errors = BufReader::new(program.stderr.take().unwrap());
    let mut text = Vec::new();
    errors.read_until(b'\n', &mut text).unwrap();
    wait_until("the moment of the stop", || is_ready(program.id()));
    stop(program.id());
    errors.read_to_end(&mut text).unwrap();
    let mut output = program.wait_with_output().unwrap();
    output.stderr = text;
    output
}

/// Waits until the program in this process handles signals: it then has a thread for them.
#[cfg(unix)]
pub(crate) fn wait_for_signal_handlers(id: u32) {
    let tasks = PathBuf::from(format!("/proc/{id}/task"));
    wait_until("a thread for signals", || {
        if cfg!(target_os = "linux") {
            let threads = fs::read_dir(&tasks).into_iter().flatten().flatten();
            let names = threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
            names.into_iter().any(|name| name == "signals\n")
        } else {
            // A heading, and one line for each thread.
            let threads = std::process::Command::new("ps").args(["-M", "-p", &id.to_string()]).output().unwrap();
            String::from_utf8_lossy(&threads.stdout).lines().count() > 2
        }
    });
}

/// Whether a process ignores a signal.
#[cfg(target_os = "linux")]
pub(crate) fn ignores(id: u32, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u128::from_str_radix(mask.trim(), 16).unwrap() >> (signal - 1) & 1 == 1
}

/// The processor time of a process, in ticks of 10 ms.
#[cfg(target_os = "linux")]
pub(crate) fn processor_ticks(id: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name is in brackets. The times of the user and of the system are 12 and 13 fields after it.
    let fields: Vec<_> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// Waits until the program in the process with this id has written a file of at least `bytes` bytes.
#[cfg(target_os = "linux")]
pub(crate) fn wait_until_it_writes(pid: u32, bytes: u64) {
    let program = assert_cmd::cargo::cargo_bin("lanewalk").canonicalize().unwrap();
    wait_until("a write to a file", || {
        // Until it runs the program, a child has the open files of its parent.
        if fs::read_link(format!("/proc/{pid}/exe")).ok() != Some(program.clone()) {
            return false;
        }
        let open = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
        let sizes = open.filter_map(|entry| fs::metadata(entry.ok()?.path()).ok());
        sizes.filter(fs::Metadata::is_file).any(|file| file.len() >= bytes)
    });
}
