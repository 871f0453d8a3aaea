//! Round trips over Python's `multiprocessing.Pipe`, between a Python process and its child.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

use super::link::{Link, Settings, Turn};
use crate::pipes::child::Child;
use crate::pipes::error::Result;

/// The name of the link in reports.
pub(super) const KIND: &str = "multiprocessing.Pipe";

/// A script that measures a turn for each line `BYTES SECONDS` and prints the nanoseconds of each trip. It ends at the
/// end of its input.
const SCRIPT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/pipe.py"));

/// The maximum length of a line that the script prints. The times of a turn are much shorter.
const MAX_ANSWER: u64 = 16 << 20;

/// One Python process for all turns, because its start takes long.
pub(super) struct Pipe {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Pipe {
    /// Starts Python and measures a very short turn, so that a missing module is reported immediately.
    pub(super) fn start(settings: &Settings) -> Result<Self> {
        let mut command = Command::new("python3");
        command.args(["-c", SCRIPT]).stderr(Stdio::null());
        let (child, requests, answers) = Child::spawn("python3", &mut command, settings.limit, settings.control)?;
        let mut pipe = Self { child, requests, answers: BufReader::new(answers) };
        pipe.times(8, 1e-4)?;
        Ok(pipe)
    }

    fn times(&mut self, bytes: usize, seconds: f64) -> Result<Vec<u64>> {
        let line = self.child.ask(|| {
            writeln!(self.requests, "{bytes} {seconds}")?;
            let mut line = Vec::new();
            match (&mut self.answers).take(MAX_ANSWER).read_until(b'\n', &mut line)? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => Ok(line),
            }
        })?;
        parse(&line).ok_or_else(|| self.child.failed("printed something other than times"))
    }
}

/// The times that the script prints; `None` for any other text.
fn parse(line: &[u8]) -> Option<Vec<u64>> {
    let times: Vec<u64> = serde_json::from_slice(line).ok()?;
    (!times.is_empty() && !times.contains(&0)).then_some(times)
}

/// See [`crate::fuzzing`]. Times that are printed and parsed again are the same.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let Some(times) = parse(input) else { return false };
    assert_eq!(parse(format!("{times:?}\n").as_bytes()), Some(times));
    true
}

impl Link for Pipe {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn is_baseline(&self) -> bool {
        true
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        self.times(turn.bytes, turn.time.as_secs_f64())
    }
}
