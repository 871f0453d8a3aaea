//! The example exchanges with two servers.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Command};
use std::time::Duration;

use lanewalk::RunControl;
use serde::Serialize;

use super::child::Child;
use super::error::Result;
use super::serve::serve;
use super::servers::Server;

/// A line that was sent to a server, and its answer.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Exchange {
    pub(crate) server: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) received: String,
}

/// The maximum length of an answer to a line, in bytes.
const MAX_ANSWER: u64 = 1024;

/// A client of a server in a child process.
struct Client {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn new(name: &str, command: &mut Command, limit: Duration, control: &RunControl) -> Result<Self> {
        let (child, requests, answers) = Child::spawn(name, command, limit, control)?;
        Ok(Self { child, requests, answers: BufReader::new(answers) })
    }

    /// Sends a line, and waits for the answer.
    fn ask(&mut self, line: &str) -> Result<String> {
        self.child.ask(|| {
            self.requests.write_all(format!("{line}\n").as_bytes())?;
            let mut answer = Vec::new();
            (&mut self.answers).take(MAX_ANSWER).read_until(b'\n', &mut answer)?;
            let is_too_long = answer.len() as u64 == MAX_ANSWER;
            let kind = if is_too_long { io::ErrorKind::InvalidData } else { io::ErrorKind::UnexpectedEof };
            let answer = answer.strip_suffix(b"\n").ok_or(kind)?;
            Ok(String::from_utf8_lossy(answer).into_owned())
        })
    }

    /// Sends all lines, checks the answers, and waits for the server to end after the last line.
    fn converse(mut self, server: Server, lines: &[(&'static str, &str)]) -> Result<Vec<Exchange>> {
        let mut exchanges = Vec::new();
        for &(sent, expected) in lines {
            let received = self.ask(sent)?;
            if received != expected {
                return Err(self.child.failed(&format!("answered {received:?} instead of {expected:?} to {sent:?}")));
            }
            exchanges.push(Exchange { server: server.name(), sent, received });
        }
        self.child.join()?;
        Ok(exchanges)
    }
}

/// Sends `hello` ten times and `bye` once to one server, and four strings to the other. Waits for both servers to end.
///
/// # Errors
/// The errors of [`Child::ask`], and [`ExchangeError::Failed`] if an answer differs from the expected answer.
pub(crate) fn play(limit: Duration, control: &RunControl) -> Result<Vec<Exchange>> {
    let mut hello = vec![("hello", "yes"); 10];
    hello.push(("bye", "no"));
    let echo = vec![("a", "aX"), ("fred", "fredX"), ("Who am I?", "Who am I?X"), ("stop", "stopX")];
    let mut exchanges = Vec::new();
    for (server, lines) in [(Server::Hello, hello), (Server::Echo, echo)] {
        let name = server.name();
        exchanges.extend(Client::new(name, &mut serve(name)?, limit, control)?.converse(server, &lines)?);
    }
    Ok(exchanges)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::pipes::error::ExchangeError;

    /// The number of exchanges with `script` in place of the server echo, or the reason of the failure.
    fn converse(script: &str) -> std::result::Result<usize, String> {
        let mut command = Command::new("sh");
        let client =
            Client::new("echo", command.args(["-c", script]), Duration::from_millis(300), &RunControl::default());
        match client.unwrap().converse(Server::Echo, &[("a", "aX"), ("stop", "stopX")]) {
            Ok(exchanges) => Ok(exchanges.len()),
            Err(ExchangeError::Failed(why)) => Err(why),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failure_names_the_server_and_the_reason() {
        assert_eq!(converse("read x; echo aX; read x; echo stopX"), Ok(2));
        for (script, why) in [
            ("read x; echo a", "answered \"a\" instead of \"aX\" to \"a\""),
            ("read x; printf aX", "ended before it answered (exit status: 0)"),
            ("read x; echo aX; exit 3", "ended before it answered (exit status: 3)"),
            ("read x; echo aX; read x; echo stopX; exit 3", "ended with a failure (exit status: 3)"),
            ("read x; kill -9 $$", "ended before it answered (signal: 9 (SIGKILL))"),
            ("read x; exec sleep 60", "no answer within 0.3 s"),
            ("read x; echo aX; read x; echo stopX; exec sleep 60", "no answer within 0.3 s"),
            ("read x; while :; do printf xxxxxxxxxxxxxxxx; done", "invalid data"),
        ] {
            let got = converse(script).unwrap_err();
            assert!(got.starts_with(&format!("echo: {why}")), "{script}: {got}");
        }
    }
}
