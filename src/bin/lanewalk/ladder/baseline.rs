//! Plain loops in Python and NumPy, run as separate processes if the machine has them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use lanewalk::RunControl;
use serde::Deserialize;

use super::error::LadderError;
use super::measure::Sample;
use crate::pipes::child::Child;
use crate::pipes::error::ExchangeError;

/// A script that works for some seconds and prints the amount of work.
#[derive(Clone, Copy)]
pub(crate) struct Baseline {
    /// "Python" or "NumPy".
    pub(crate) name: &'static str,
    /// The program's text. It takes the seconds as its argument and prints `{"work": ..., "seconds": ...}`.
    pub(crate) script: &'static str,
}

/// The Python and the NumPy script of one name in `benches/baselines/`.
macro_rules! baselines {
    ($name:literal) => {{
        use crate::ladder::baseline::Baseline;
        const SCRIPTS: [&str; 2] = [
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/", $name, ".py")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/baselines/", $name, "_numpy.py")),
        ];
        [Baseline { name: "Python", script: SCRIPTS[0] }, Baseline { name: "NumPy", script: SCRIPTS[1] }]
    }};
}
pub(crate) use baselines;

#[derive(Deserialize)]
struct Printed {
    work: f64,
    seconds: f64,
}

/// The extra time of a baseline beyond the requested one: it has to start, and to import NumPy from a cold disk.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// The longest line that a script may print; the scripts print far less.
const MAX_LINE: u64 = 4096;

impl Baseline {
    /// Works for about `seconds`, and starts in at most [`PATIENCE`].
    ///
    /// # Errors
    /// [`LadderError::Baseline`] with the reason if there is no Python, or it fails, hangs or prints something else.
    pub(crate) fn run(&self, seconds: f64, control: &RunControl) -> Result<Sample, LadderError> {
        self.run_within(seconds, PATIENCE, control)
    }

    /// Like [`Baseline::run`], with this time to start in.
    pub(crate) fn run_within(
        &self,
        seconds: f64,
        patience: Duration,
        control: &RunControl,
    ) -> Result<Sample, LadderError> {
        let failed = LadderError::Baseline;
        let gave_up = |trouble| match trouble {
            ExchangeError::Failed(why) => failed(why),
            ExchangeError::Stopped => LadderError::Stopped,
            ExchangeError::Standard(error) => failed(format!("{error:#}")),
        };
        let mut command = Command::new("python3");
        command.args(["-c", self.script, &seconds.to_string()]).stderr(Stdio::null());
        let patience = patience + Duration::from_millis(100 * (30.0 * seconds).ceil() as u64);
        let child = Child::spawn("python3", &mut command, patience, control);
        let missing = |_| failed("python3 was not found; a package manager has it".to_owned());
        let (child, _, mut out) = child.map_err(missing)?;
        let line = child.ask(|| {
            let mut line = Vec::new();
            (&mut out).take(MAX_LINE).read_to_end(&mut line)?;
            Ok(line)
        });
        let line = line.map_err(gave_up)?;
        // A child that floods its pipe ends when the pipe is closed.
        drop(out);
        let status = child.wait().map_err(gave_up)?;
        if !status.success() {
            // The script's own message would give the reason, but it has many lines.
            let with = if self.name == "NumPy" { "; it needs numpy (pip install numpy)" } else { "" };
            return Err(failed(format!("python3 failed ({status}){with}")));
        }
        match serde_json::from_slice::<Printed>(&line) {
            Ok(Printed { work, seconds }) if (1.0..1e15).contains(&work) && (1e-6..1e6).contains(&seconds) => {
                Ok(Sample { work, seconds: Some(seconds), digest: None })
            }
            _ => Err(failed("python3 printed something other than work and seconds".to_owned())),
        }
    }
}
