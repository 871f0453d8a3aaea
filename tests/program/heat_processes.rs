//! `lanewalk heat --backend processes` gives the same bits, and leaves no process behind after a normal end, a stop or
//! a failure.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Command as Process, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{Folder, json};
use lanewalk::{Exec, Isa, Layer, Pin, Rod, evolve};

/// A run has to end within this time after a failure.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A rod that takes minutes.
const LONG: [&str; 5] = ["--points", "100_000", "--steps", "100_000_000", "--quiet"];

fn digest(points: usize, steps: u64) -> String {
    let textbook = Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None);
    evolve(&Rod::new(points).steps(steps), &textbook).unwrap().digest()
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn every_partition_gives_the_same_bits() {
    for (points, steps) in [(51, 1000), (1003, 130)] {
        let expected = digest(points, steps);
        for domains in [1, 2, 3, 7] {
            for halo in [1, 3, 64].into_iter().filter(|halo| *halo <= (points - 2) / domains) {
                let [points, steps] = [points.to_string(), steps.to_string()];
                let [domains, halo] = [domains, halo].map(|number| number.to_string());
                let cut = ["--backend", "processes", "--domains", &domains, "--halo", &halo];
                // One sub-domain has no halo.
                let cut = if domains == "1" { &cut[..4] } else { &cut };
                let report = json(&[&["heat", "--points", &points, "--steps", &steps], cut].concat());
                assert_eq!(report["digest"], expected.as_str(), "{points} points, {cut:?}");
                assert_eq!(report["backend"], "processes");
            }
        }
    }
}

#[test]
fn every_layer_and_start() {
    let run = |more: &[&str]| json(&[&["heat", "--points", "300", "--domains", "2"], more].concat())["digest"].clone();
    for layer in Layer::ALL.iter().copied().filter(|layer| *layer != Layer::Simd || Isa::best().is_some()) {
        let more = ["--steps", "50", "--layer", &layer.to_string(), "--backend", "processes"];
        assert_eq!(run(&more), digest(300, 50).as_str());
    }
    let mode = ["--steps", "50", "--start", "mode:7", "--dt", "1e-5"];
    assert_eq!(run(&[&mode[..], &["--backend", "processes"]].concat()), run(&mode));
    assert_eq!(run(&["--steps", "0", "--backend", "processes"]), run(&["--steps", "0"]));
}

/// The start has more points than one message holds.
#[test]
fn a_start_from_a_file() {
    let folder = Folder::new("heat-processes-start");
    let file = folder.file("start.npy");
    let rod = ["heat", "--points", "300_000", "--steps", "5"];
    let whole = json(&[&rod[..2], &["300_000", "--steps", "10"]].concat());
    json(&[&rod[..], &["--field", &file]].concat());
    let rest = json(&[&rod[..], &["--start", &file, "--domains", "2", "--backend", "processes"]].concat());
    assert_eq!(rest["digest"], whole["digest"]);
}

/// The steps apply to the field minus the straight line between the ends, which only the whole rod knows.
#[test]
fn a_start_whose_ends_are_not_zero() {
    let folder = Folder::new("heat-processes-ends");
    let file = folder.file("start.csv");
    fs::write(&file, "1\n2\n-3\n4\n5\n6\n7\n8\n").unwrap();
    for steps in ["0", "7"] {
        let rod = ["heat", "--points", "8", "--steps", steps, "--start", &file, "--domains", "2"];
        let processes = json(&[&rod[..], &["--backend", "processes"]].concat());
        assert_eq!(processes["digest"], json(&rod)["digest"], "{steps} steps");
    }
}

#[test]
fn timings_of_each_sub_domain() {
    let rod = ["heat", "--points", "10_001", "--steps", "200", "--domains", "3", "--halo", "8"];
    let report = json(&[&rod[..], &["--backend", "processes"]].concat());
    let timings = report["timings"].as_array().unwrap();
    assert_eq!((timings.len(), &report["domains"]), (3, &3.into()));
    for (index, domain) in timings.iter().enumerate() {
        let points = 3333;
        assert_eq!((&domain["domain"], &domain["points"]), (&index.into(), &points.into()));
        assert_eq!(domain["exchanges"], 25);
        assert!(["arithmetic_s", "exchange_s"].iter().all(|key| domain[key].as_f64().unwrap() > 0.0), "{domain}");
        assert!(domain["waiting_s"].as_f64().unwrap() >= 0.0);
    }
}

#[test]
fn the_worker_is_hidden_and_cannot_be_started_by_hand() {
    let text = |arguments: &[&str]| crate::common::lanewalk().args(arguments).output().unwrap();
    for arguments in [&["--help"][..], &["completions", "bash"], &["completions", "zsh"]] {
        assert!(!String::from_utf8(text(arguments).stdout).unwrap().contains("heat-worker"), "{arguments:?}");
    }
    let by_hand = text(&["heat-worker"]);
    let error = String::from_utf8(by_hand.stderr).unwrap();
    assert_eq!(error, "error: heat-worker: only lanewalk itself starts it\n");
    assert_eq!(by_hand.status.code(), Some(2));
}

/// Starts a long run in processes, in its own process group like a job of a shell.
fn start(domains: &str, more: &[&str]) -> Child {
    let mut command = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"));
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let command = command.arg("heat").args(LONG).args(["--domains", domains, "--backend", "processes"]).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The running worker processes, with their parents.
fn workers() -> Vec<(u32, u32)> {
    let ids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parent = |id: u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let command = fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?;
        // The name is in brackets. The state and the parent follow it.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let runs = fields.next()? != "Z" && command.contains("heat-worker");
        runs.then_some(fields.next()?.parse::<u32>().ok()?)
    };
    ids.filter_map(|id| Some((id, parent(id)?))).collect()
}

/// Waits for the workers of the run and returns them from left to right. The workers of the model, which run before,
/// end at once.
fn wait_for_workers(program: &Child, domains: usize) -> Vec<u32> {
    let start = Instant::now();
    let (mut seen, mut since) = (Vec::new(), Instant::now());
    while seen.len() != domains || since.elapsed() < Duration::from_secs(1) {
        assert!(start.elapsed() < 3 * TIMEOUT, "{seen:?}");
        let mut ids: Vec<_> = workers().iter().filter(|(_, up)| *up == program.id()).map(|(id, _)| *id).collect();
        // They were started in this order.
        ids.sort_unstable();
        if ids != seen {
            (seen, since) = (ids, Instant::now());
        }
        thread::sleep(Duration::from_millis(10));
    }
    seen
}

fn signal(name: &str, id: impl Into<i64>) {
    assert!(Process::new("kill").args([name, "--", &id.into().to_string()]).status().unwrap().success());
}

#[track_caller]
fn assert_gone(ids: &[u32]) {
    let start = Instant::now();
    while workers().iter().any(|(id, _)| ids.contains(id)) {
        assert!(start.elapsed() < TIMEOUT, "left behind: {ids:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Starts a run with `domains` sub-domains and calls `harm` with its workers. Returns the exit status and the error
/// output.
#[track_caller]
fn ends(domains: usize, more: &[&str], harm: impl FnOnce(&Child, &[u32])) -> (Option<i32>, String) {
    let program = start(&domains.to_string(), more);
    let workers = wait_for_workers(&program, domains);
    harm(&program, &workers);
    let start = Instant::now();
    let Output { status, stdout, stderr } = program.wait_with_output().unwrap();
    assert!(start.elapsed() < TIMEOUT, "the exit took {:?}", start.elapsed());
    assert_eq!(stdout, b"");
    assert_gone(&workers);
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn reports_the_worker_that_is_killed_or_hangs() {
    for index in 0..3 {
        let (code, error) = ends(3, &[], |_, workers| signal("-KILL", workers[index]));
        let expected = format!("failed: sub-domain {index} of 3: its worker was killed by signal 9\n");
        assert_eq!((code, error), (Some(1), expected));
    }
    let (code, error) = ends(2, &["--timeout", "1"], |_, workers| signal("-STOP", workers[1]));
    assert_eq!((code, &error[..]), (Some(1), "failed: sub-domain 1 of 2: its worker did not respond for 1 s\n"));
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn a_failure_leaves_no_partial_file() {
    let folder = Folder::new("heat-processes");
    let files = [folder.file("field.csv"), folder.file("report.json")];
    let more = ["--field", &files[0], "--output", &files[1], "--format", "json"];
    let (code, _) = ends(2, &more, |_, workers| signal("-KILL", workers[0]));
    assert_eq!((code, folder.names().len()), (Some(1), 0));
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn no_worker_outlives_a_stop_or_its_coordinator() {
    // From a terminal, Ctrl-C reaches all of the group.
    for whom in [i64::from, |id: u32| -i64::from(id)] {
        let (code, error) = ends(2, &[], |program, _| signal(crate::common::interrupt(), whom(program.id())));
        assert_eq!(code, Some(130), "{error}");
        assert!(error.starts_with("stopped: ") && error.lines().count() == 1, "{error}");
    }
    let (code, error) = ends(2, &[], |program, _| signal("-KILL", program.id()));
    assert_eq!((code, &error[..]), (None, ""));
}

/// A coordinator that is suspended and continued, as by Ctrl-Z and `fg`, does not report its own pause as a timeout of
/// its workers.
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn a_suspended_coordinator_does_not_time_out() {
    let (code, error) = ends(2, &["--timeout", "1"], |program, _| {
        signal("-STOP", program.id());
        // The length of the pause is what the test is about: longer than the timeout.
        thread::sleep(Duration::from_secs(2));
        signal("-CONT", program.id());
        // The coordinator checks its workers each time that it wakes up.
        let wakes = || {
            let status = fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
            let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
            count.trim().parse::<u64>().unwrap()
        };
        let before = wakes();
        crate::common::wait_until("the checks of the coordinator", || wakes() >= before + 30);
        signal(crate::common::interrupt(), program.id());
    });
    assert_eq!(code, Some(130), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_is_deleted_while_it_runs_starts_its_workers() {
    let folder = Folder::new("deleted");
    let (program, pipe) = (folder.file("lanewalk"), folder.file("pipe"));
    fs::copy(assert_cmd::cargo::cargo_bin("lanewalk"), &program).unwrap();
    assert!(Process::new("mkfifo").arg(&pipe).status().unwrap().success());
    let run = ["heat", "--domains", "2", "--backend", "processes", "--format", "json", "--output", &pipe];
    let mut child = Process::new(&program).args(run).spawn().unwrap();
    // The program waits for the reader of the pipe.
    let running = std::path::Path::new(&program).canonicalize().unwrap();
    while fs::read_link(format!("/proc/{}/exe", child.id())).ok() != Some(running.clone()) {
        thread::yield_now();
    }
    fs::remove_file(&program).unwrap();
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(&pipe).unwrap()).unwrap();
    assert_eq!(report["backend"], "processes");
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_number_of_processes_is_limited() {
    let many = ["heat", "--points", "1e6", "--steps", "1", "--domains", "1025", "--backend", "processes"];
    crate::common::refused(&many, "--domains", "at most 1024 with --backend processes");
}
