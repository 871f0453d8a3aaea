//! Workers that are none: what they are caught at, what is said of them, and that they are gone.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use lanewalk::{Exec, Pin};

use super::*;

/// The kind and, in octal, number and length of a message of which both are below 8.
fn head(kind: &str, number: u8, length: u8) -> String {
    let zeros = r"\0".repeat(7);
    format!(r"{kind}\{number}{zeros}\{length}{zeros}")
}

/// A name that no other run's processes have in their environment.
fn marker() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("IMPOSTOR_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until no process has the marker: a shell's own short sleep may outlive it by that.
fn assert_gone(marker: &str) {
    let start = Instant::now();
    let there = |entry: fs::DirEntry| {
        fs::read(entry.path().join("environ")).is_ok_and(|environ| String::from_utf8_lossy(&environ).contains(marker))
    };
    while cfg!(target_os = "linux") && fs::read_dir("/proc").unwrap().flatten().any(there) {
        assert!(start.elapsed() < Duration::from_secs(10), "left behind: {marker}");
        thread::sleep(TICK);
    }
}

/// Runs a rod of three inner points a worker, each worker a shell with its script.
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
        command
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

/// Stays until it is killed, as the same process.
const STAY: &str = "exec sleep 60";

#[test]
fn what_an_end_is_called() {
    fails(&["kill -9 $$"], "sub-domain 0 of 1: its worker was killed by signal 9");
    fails(&["exit 3"], "sub-domain 0 of 1: its worker ended with exit status 3");
    fails(&[STAY], "sub-domain 0 of 1: its worker did nothing for 0.5 s");
    fails(&["kill -STOP $$"], "sub-domain 0 of 1: its worker did nothing for 0.5 s");
    fails(&[&format!("exec <&-; {STAY}")], "sub-domain 0 of 1: closed its link before the end");
}

#[test]
fn what_is_no_message() {
    let says = |text: &str| format!("printf '{text}' >&0; {STAY}");
    let fails = |text: &str, expected: &str| fails(&[&says(text)], &format!("sub-domain 0 of 1: sent {expected}"));
    fails("once upon a time there was a rod", "what is no message");
    fails(&head("lw:field", 0, 2), "a piece of the field of 2 bytes where 24 were expected");
    let huge = format!("lw:field{}{}", r"\0".repeat(8), r"\377".repeat(8));
    fails(&huge, "a piece of the field of 18446744073709551615 bytes where 24 were expected");
    fails(&head("lw:field", 1, 0), "a piece of the field number 1 where 0 was due");
    fails(&head("lw: beat", 0, 1), "a heartbeat of 1 bytes where 0 at most were expected");
    fails(&head("lw:times", 0, 0), "its times where a piece of the field was due");
    fails(&head("lw: halo", 0, 0), "a halo where a piece of the field was due");
    fails(&head("lw:fault", 5, 0), "a fault without a worker");
}

#[test]
fn a_message_that_breaks_off() {
    let half = format!("printf 'lw: bea' >&0; exec <&-; {STAY}");
    fails(&[&half], "sub-domain 0 of 1: sent 7 of a message's 24 bytes, and no more");
    let half = format!("printf '{}abc' >&0; exec <&-; {STAY}", head("lw:fault", 0, 7));
    fails(&[&half], "sub-domain 0 of 1: sent 27 of a message's 31 bytes, and no more");
    fails(&["printf 'lw: bea' >&0"], "sub-domain 0 of 1: its worker ended with exit status 0");
}

#[test]
fn the_deepest_cause_is_told() {
    let complains = |kind: &str, of: u8| format!("printf '{}gone' >&0; exit 1", head(kind, of, 4));
    let (lost, fault) = (complains("lw: lost", 1), complains("lw:fault", 1));
    let late = |what: &str| format!("sleep 0.1; {what}");
    fails(&[&lost, STAY], "sub-domain 1 of 2: gone");
    fails(&[&fault, STAY], "sub-domain 1 of 2: gone");
    // The others hear of it first.
    fails(&[&lost, &late("kill -9 $$"), &lost], "sub-domain 1 of 3: its worker was killed by signal 9");
    fails(
        &[&complains("lw: lost", 1), &complains("lw: lost", 2), &late("exit 7")],
        "sub-domain 2 of 3: its worker ended with exit status 7",
    );
    fails(&[&late(&fault), &complains("lw: lost", 0)], "sub-domain 1 of 2: gone");
}

#[test]
fn a_stop_wins() {
    let control = RunControl::default();
    control.stop();
    assert!(matches!(run(&["kill -INT $$", STAY], &control), Err(ExchangeError::Stopped)));
}

#[test]
fn what_cannot_be_started() {
    let rod = Rod::new(8).domains(2).halo(1);
    let exec = Exec::default().threads(1).pin(Pin::None);
    let ((grid, cut), plan) = (rod.layout(&exec).unwrap(), exec.plan().unwrap());
    let (timeout, control) = (Duration::from_secs(1), &RunControl::default());
    let job = Job { rod: &rod, grid: &grid, cut, plan: &plan, timeout, control };
    let Err(ExchangeError::Failed(why)) = job.run(|_| Command::new("/no/such/program")) else { panic!("it cannot be") };
    assert!(why.starts_with("sub-domain 0 of 2: its worker could not be started: "), "{why}");
}
