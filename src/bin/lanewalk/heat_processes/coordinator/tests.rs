//! Shells that replace workers and fail. The tests check that the coordinator detects, reports and ends them.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use lanewalk::{Exec, Pin};

use super::*;

/// The head of a message as text for `printf`. The number and the length must be below 8.
fn head(kind: &str, number: u8, length: u8) -> String {
    let zeros = r"\0".repeat(7);
    format!(r"{kind}\{number}{zeros}\{length}{zeros}")
}

/// A name of an environment variable that the processes of no other run have.
fn marker() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("IMPOSTOR_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until no process has the marker. A short `sleep` of a shell may outlive the shell.
fn assert_gone(marker: &str) {
    let start = Instant::now();
    let has_marker = |entry: fs::DirEntry| {
        fs::read(entry.path().join("environ")).is_ok_and(|environ| String::from_utf8_lossy(&environ).contains(marker))
    };
    while cfg!(target_os = "linux") && fs::read_dir("/proc").unwrap().flatten().any(has_marker) {
        assert!(start.elapsed() < Duration::from_secs(10), "a process still runs: {marker}");
        thread::sleep(TICK);
    }
}

/// Runs a rod with three inner points per worker. Each worker is a shell that runs its script.
fn run(scripts: &[&str], control: &RunControl) -> Result<(Vec<f64>, Vec<Timings>)> {
    let rod = Rod::new(3 * scripts.len() + 2).steps(4).domains(scripts.len()).halo(1);
    let exec = Exec::default().threads(1).pin(Pin::None);
    let ((grid, cut), plan) = (rod.layout(&exec).unwrap(), exec.plan().unwrap());
    let timeout = Duration::from_millis(500);
    let (marker, start) = (marker(), Instant::now());
    let job = Job { rod: &rod, grid: &grid, cut, plan: &plan, timeout, control };
    let outcome = job.run(|index| {
        let mut command = Command::new("sh");
        command.args(["-c", scripts[index]]).env(&marker, "");
        Ok(command)
    });
    assert!(start.elapsed() < Duration::from_secs(10), "{scripts:?} took {:?}", start.elapsed());
    assert_gone(&marker);
    outcome
}

#[track_caller]
fn fails(scripts: &[&str], expected: &str) {
    match run(scripts, &RunControl::default()) {
        Err(ExchangeError::Failed(why)) => assert_eq!(why, expected),
        other => panic!("{scripts:?}: {other:?}"),
    }
}

/// Keeps the process running until it is killed.
const STAY: &str = "exec sleep 60";

#[test]
fn workers_that_end_or_hang_are_reported() {
    fails(&["kill -9 $$"], "sub-domain 0 of 1: its worker was killed by signal 9");
    fails(&["exit 3"], "sub-domain 0 of 1: its worker ended with exit status 3");
    fails(&[STAY], "sub-domain 0 of 1: its worker did not respond for 0.5 s");
    fails(&["kill -STOP $$"], "sub-domain 0 of 1: its worker did not respond for 0.5 s");
    fails(&[&format!("exec <&-; {STAY}")], "sub-domain 0 of 1: closed its link before the end of the run");
}

#[test]
fn invalid_messages_are_reported() {
    let says = |text: &str| format!("printf '{text}' >&0; {STAY}");
    let fails = |text: &str, expected: &str| fails(&[&says(text)], &format!("sub-domain 0 of 1: sent {expected}"));
    fails("once upon a time there was a rod", "bytes that are not a message");
    fails(&head("lw:field", 0, 2), "a piece of the field of 2 bytes instead of 24");
    let huge = format!("lw:field{}{}", r"\0".repeat(8), r"\377".repeat(8));
    fails(&huge, "a piece of the field of 18446744073709551615 bytes instead of 24");
    fails(&head("lw:field", 1, 0), "a piece of the field with number 1 instead of 0");
    fails(&head("lw: beat", 0, 1), "a heartbeat of 1 bytes instead of at most 0");
    fails(&head("lw:times", 0, 0), "its timings instead of a piece of the field");
    fails(&head("lw: halo", 0, 0), "a halo instead of a piece of the field");
    fails(&head("lw:fault", 5, 0), "an error report about an unknown sub-domain");
}

#[test]
fn truncated_messages_are_reported() {
    let half = format!("printf 'lw: bea' >&0; exec <&-; {STAY}");
    fails(&[&half], "sub-domain 0 of 1: sent only 7 of the 24 bytes of a message");
    let half = format!("printf '{}abc' >&0; exec <&-; {STAY}", head("lw:fault", 0, 7));
    fails(&[&half], "sub-domain 0 of 1: sent only 27 of the 31 bytes of a message");
    fails(&["printf 'lw: bea' >&0"], "sub-domain 0 of 1: its worker ended with exit status 0");
}

#[test]
fn the_root_cause_is_reported() {
    let blames = |kind: &str, index: u8| format!("printf '{}gone' >&0; exit 1", head(kind, index, 4));
    let (lost, fault) = (blames("lw: lost", 1), blames("lw:fault", 1));
    let late = |script: &str| format!("sleep 0.1; {script}");
    fails(&[&lost, STAY], "sub-domain 1 of 2: gone");
    fails(&[&fault, STAY], "sub-domain 1 of 2: gone");
    // The neighbours report the failure before the coordinator detects it.
    fails(&[&lost, &late("kill -9 $$"), &lost], "sub-domain 1 of 3: its worker was killed by signal 9");
    fails(
        &[&blames("lw: lost", 1), &blames("lw: lost", 2), &late("exit 7")],
        "sub-domain 2 of 3: its worker ended with exit status 7",
    );
    fails(&[&late(&fault), &blames("lw: lost", 0)], "sub-domain 1 of 2: gone");
}

#[test]
fn a_stop_takes_precedence_over_failures() {
    let control = RunControl::default();
    control.stop();
    assert!(matches!(run(&["kill -INT $$", STAY], &control), Err(ExchangeError::Stopped)));
}

#[test]
fn workers_that_cannot_start_are_reported() {
    let rod = Rod::new(8).domains(2).halo(1);
    let exec = Exec::default().threads(1).pin(Pin::None);
    let ((grid, cut), plan) = (rod.layout(&exec).unwrap(), exec.plan().unwrap());
    let (timeout, control) = (Duration::from_secs(1), &RunControl::default());
    let job = Job { rod: &rod, grid: &grid, cut, plan: &plan, timeout, control };
    let Err(ExchangeError::Failed(why)) = job.run(|_| Ok(Command::new("/no/such/program"))) else {
        panic!("the run must fail")
    };
    assert!(why.starts_with("sub-domain 0 of 2: its worker could not be started: "), "{why}");
}
