//! Round trips to another process over its standard input and output.

use std::io::{Read, Write};
use std::time::Duration;

use lanewalk::RunControl;

use super::link::{Link, Settings, Turn};
use crate::pipes::child::Child;
use crate::pipes::error::Result;
use crate::pipes::serve::serve;
use crate::pipes::servers::Server;

/// A new child process in each turn: `lanewalk serve bounce`.
pub(super) struct Pipe {
    limit: Duration,
    control: RunControl,
}

impl Pipe {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { limit: settings.limit, control: settings.control.clone() }
    }
}

impl Link for Pipe {
    fn kind(&self) -> &'static str {
        "process pipe"
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        let mut command = serve(Server::Bounce.name())?;
        let (child, mut requests, mut answers) = Child::spawn(self.kind(), &mut command, self.limit, &self.control)?;
        child.ask(|| requests.write_all(&(turn.bytes as u64).to_le_bytes()))?;
        let times = turn.time(self.kind(), |message| {
            child.ask(|| {
                requests.write_all(message)?;
                answers.read_exact(message)
            })
        })?;
        drop(requests);
        child.join()?;
        Ok(times)
    }
}
