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
const PATIENCE: Duration = Duration::from_secs(8);

impl Baseline {
    /// Works for about `seconds`. `Ok(None)` if Python, or what the script imports, is not there.
    pub(crate) fn run(&self, seconds: f64, watch: &Watch) -> Result<Option<Sample>, Trouble> {
        let child = Command::new("python3")
            .args(["-c", self.script, &seconds.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else { return Ok(None) };
        let (start, patience) = (Instant::now(), PATIENCE + Duration::from_secs_f64(3.0 * seconds));
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if !watch.is_stopped() && start.elapsed() < patience => {
                    thread::sleep(Duration::from_millis(5));
                }
                _ => {
                    _ = child.kill();
                    _ = child.wait();
                    break None;
                }
            }
        };
        if watch.is_stopped() {
            return Err(Trouble::Stopped);
        }
        let mut text = String::new();
        let read = child.stdout.take().is_some_and(|mut out| out.read_to_string(&mut text).is_ok());
        if !read || !status.is_some_and(|status| status.success()) {
            return Ok(None);
        }
        let Ok(printed) = serde_json::from_str::<Printed>(&text) else { return Ok(None) };
        Ok(Some(Sample { work: printed.work, seconds: Some(printed.seconds), digest: None }))
    }
}
