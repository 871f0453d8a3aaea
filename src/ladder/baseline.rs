//! The course's own loops in Python and NumPy, run as processes of their own if the machine has them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::Watch;
use serde::Deserialize;

use super::Trouble;
use super::measure::Sample;

/// A script that works for some seconds and says how much it did.
#[derive(Clone, Copy)]
pub(crate) struct Baseline {
    /// "Python" or "NumPy".
    pub(crate) name: &'static str,
    /// The program's text. It takes the seconds as its argument and prints `{"work": ..., "seconds": ...}`.
    pub(crate) script: &'static str,
}

#[derive(Deserialize)]
struct Printed {
    work: f64,
    seconds: f64,
}

/// How much longer than it was asked for a baseline may take: it has to start, and to import NumPy from a cold disk.
const PATIENCE: Duration = Duration::from_secs(4);

impl Baseline {
    /// Works for about `seconds`.
    ///
    /// # Errors
    /// [`Trouble::Baseline`] with the reason if there is no Python, or it fails, hangs or prints something else.
    pub(crate) fn run(&self, seconds: f64, watch: &Watch) -> Result<Sample, Trouble> {
        let failed = |reason: &str| Err(Trouble::Baseline(reason.to_owned()));
        let child = Command::new("python3")
            .args(["-c", self.script, &seconds.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else { return failed("python3 was not found; a package manager has it") };
        let (start, patience) = (Instant::now(), PATIENCE + Duration::from_secs_f64(3.0 * seconds));
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if !watch.is_stopped() && start.elapsed() < patience => {
                    thread::sleep(Duration::from_millis(5));
                }
                _ => {
                    _ = child.kill();
                    _ = child.wait();
                    return if watch.is_stopped() { Err(Trouble::Stopped) } else { failed("python3 did not answer") };
                }
            }
        };
        if watch.is_stopped() {
            return Err(Trouble::Stopped);
        }
        if !status.success() {
            // Whether for want of a module or for another reason, its own words would say; they are many lines.
            let with = if self.name == "NumPy" { "; it needs numpy (pip install numpy)" } else { "" };
            return failed(&format!("python3 failed ({status}){with}"));
        }
        let mut text = String::new();
        // A line is all that a script prints; what holds the pipe open or floods it is not waited for.
        let read = child.stdout.take().map(|out| out.take(4096).read_to_string(&mut text));
        match serde_json::from_str::<Printed>(&text) {
            Ok(Printed { work, seconds }) if (1.0..1e15).contains(&work) && (1e-6..1e6).contains(&seconds) => {
                Ok(Sample { work, seconds: Some(seconds), digest: None })
            }
            _ if read.is_none_or(|read| read.is_err()) => failed("what python3 printed could not be read"),
            _ => failed("python3 printed something else than work and seconds"),
        }
    }
}
