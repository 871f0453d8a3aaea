//! `lanewalk pipes` leaves no process behind after a normal end, Ctrl-C or a failure.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command as Process, Output, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Folder, lanewalk};
use predicates::prelude::*;
use predicates::str::contains;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Every process with its parent, except zombies.
fn processes() -> Vec<(u32, u32)> {
    let ids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parent = |id: u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name is in brackets. The state and the parent follow it.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        (fields.next()? != "Z").then_some(fields.next()?.parse::<u32>().ok()?)
    };
    ids.filter_map(|id| Some((id, parent(id)?))).collect()
}

/// The running children of `root`, and their descendants.
fn descendants(root: u32) -> BTreeSet<u32> {
    let processes = processes();
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        found.extend(
            processes.iter().filter(|(_, up)| *up == root || found.contains(up)).map(|(id, _)| *id).collect::<Vec<_>>(),
        );
        if found.len() == before {
            return found;
        }
    }
}

/// Waits until all processes in `ids` have ended.
#[track_caller]
fn assert_gone(ids: &BTreeSet<u32>) {
    let start = Instant::now();
    while let Some((id, _)) = processes().iter().find(|(id, _)| ids.contains(id)) {
        let command = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        assert!(start.elapsed() < TIMEOUT, "left behind: {id} {command:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn command_line(id: u32) -> String {
    fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default()
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"));
    command.args(["pipes", "--budget", "60"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn signal(name: &str, id: u32) {
    _ = Process::new("kill").args([name, &id.to_string()]).stderr(Stdio::null()).status().unwrap();
}

/// Waits until the program measures round trips, and until Python has a child if it is installed. Returns all children
/// found until then.
fn wait_until_measuring(program: &Child) -> BTreeSet<u32> {
    let python = Process::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    let (start, mut seen) = (Instant::now(), BTreeSet::new());
    loop {
        let now = descendants(program.id());
        let bouncing = now.iter().any(|id| command_line(*id).contains("bounce"));
        seen.extend(&now);
        if bouncing && (!python || now.len() >= 3) {
            return seen;
        }
        assert!(start.elapsed() < TIMEOUT, "{seen:?}");
    }
}

/// Sends the signal `name` repeatedly to the child at the process pipe, until the program has ended.
fn ended_after(name: &str) -> Output {
    let (mut program, start) = (start(&["--timeout", "1"]), Instant::now());
    let mut seen = BTreeSet::new();
    while program.try_wait().unwrap().is_none() {
        let now = descendants(program.id());
        now.iter().filter(|id| command_line(**id).contains("bounce")).for_each(|id| signal(name, *id));
        seen.extend(now);
        assert!(start.elapsed() < TIMEOUT, "the program should have ended");
    }
    assert_gone(&seen);
    program.wait_with_output().unwrap()
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn ctrl_c_leaves_no_child() {
    let folder = Folder::new("pipes-stop");
    let program = start(&["--plot", &folder.file("pipes.svg"), "--output", &folder.file("pipes.txt")]);
    let seen = wait_until_measuring(&program);
    signal(crate::common::interrupt(), program.id());
    let output = program.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "stopped: nothing was written\n");
    assert_eq!((output.status.code(), output.stdout.len(), folder.names().len()), (Some(130), 0, 0));
    assert_gone(&seen);
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn no_child_outlives_a_killed_parent() {
    let mut program = start(&[]);
    let mut seen = wait_until_measuring(&program);
    seen.extend(descendants(program.id()));
    signal("-KILL", program.id());
    program.wait().unwrap();
    assert_gone(&seen);
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn reports_a_child_that_hangs_or_dies() {
    let output = ended_after("-STOP");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "failed: process pipe: no answer within 1 s\n");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let output = ended_after("-KILL");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("failed: process pipe: ended ") && error.ends_with("(signal: 9 (SIGKILL))\n"), "{error}");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
}

/// Fake versions of python3, one of which starts a process.
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn a_broken_python_removes_only_its_rows() {
    for (name, script, note) in [
        (
            "hangs",
            "echo $$ > id; sleep 600 & echo $! > other; wait",
            "multiprocessing.Pipe was not measured: python3: no answer within 1 s",
        ),
        (
            "dies",
            "read x; exit 7",
            "multiprocessing.Pipe was not measured: python3: ended before it answered (exit status: 7)",
        ),
        (
            "lies",
            "read x; echo '[0]'; cat",
            "multiprocessing.Pipe was not measured: python3: printed something other than times",
        ),
        (
            "tires",
            "for x in 1 2 3 4 5 6 7; do read x; echo '[1000]'; done; exit 7",
            "multiprocessing.Pipe was not measured for messages of 64 bytes or more: python3: ended before it answered \
             (exit status: 7)",
        ),
    ] {
        let folder = Folder::new(&format!("pipes-{name}"));
        let python = folder.file("python3");
        fs::write(&python, format!("#!/bin/sh\ncd '{}'\n{script}\n", folder.0.display())).unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.0.display(), std::env::var("PATH").unwrap());
        let mut command = lanewalk();
        let run =
            command.env("PATH", path).args(["pipes", "--budget", "1", "--timeout", "1", "--wide"]).assert().success();
        run.stdout(contains(note).and(contains("shared memory"))).stderr("");
        let left = ["id", "other"].iter().filter_map(|file| fs::read_to_string(folder.file(file)).ok());
        let left: BTreeSet<u32> = left.map(|id| id.trim().parse().unwrap()).collect();
        assert_eq!(left.len(), if name == "hangs" { 2 } else { 0 });
        assert_gone(&left);
    }
}
