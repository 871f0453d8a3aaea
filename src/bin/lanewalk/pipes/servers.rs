//! The servers. They answer until the client asks them to stop or disconnects.
//!
//! Most servers read lines. A line consists of arbitrary bytes and ends with a line feed, which a carriage return may
//! precede; the answer has the same ending. The last line may lack an ending. The end of the input means that the
//! client has disconnected, which is not an error.

use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;

use anyhow::Context;

use crate::pipes::error::{ExchangeError, Result};

/// The maximum length of a line without its ending: 64 MiB.
pub(crate) const MAX_LINE: usize = 64 << 20;

/// The maximum number of characters of an unexpected line that a message contains.
const MAX_SHOWN: usize = 60;

/// A server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Server {
    /// Returns each line with an appended X.
    Echo,
    /// Answers `hello` with `yes` and `bye` with `no`.
    Hello,
    /// Returns blocks of bytes, to measure round trips. It is not meant for users.
    Bounce,
}

impl Server {
    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Hello => "hello",
            Self::Bounce => "bounce",
        }
    }

    /// Answers requests until the client asks to stop or disconnects.
    ///
    /// # Errors
    /// [`ExchangeError::Failed`] if a request is invalid; [`ExchangeError::Standard`] if `requests` or `answers` fail.
    pub(crate) fn serve(self, requests: impl BufRead, answers: impl Write) -> Result<()> {
        match self {
            Self::Echo => echo(requests, answers),
            Self::Hello => hello(requests, answers),
            Self::Bounce => bounce(requests, answers).context("bounce").map_err(ExchangeError::Standard),
        }
    }
}

impl FromStr for Server {
    type Err = String;
    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let servers = [Self::Echo, Self::Hello, Self::Bounce];
        servers.into_iter().find(|server| server.name() == name).ok_or_else(|| "expected echo or hello".to_owned())
    }
}

/// Answers each line with the line and an X. Stops after `stop`.
fn echo(mut requests: impl BufRead, mut answers: impl Write) -> Result<()> {
    while let Some((mut line, end)) = next_line(&mut requests)? {
        let last = line == b"stop";
        line.push(b'X');
        answer(&mut answers, line, end)?;
        if last {
            break;
        }
    }
    Ok(())
}

/// Answers `hello` with `yes` and `bye` with `no`. Stops after `bye`, and fails at any other line.
fn hello(mut requests: impl BufRead, mut answers: impl Write) -> Result<()> {
    while let Some((line, end)) = next_line(&mut requests)? {
        match line.as_slice() {
            b"hello" => answer(&mut answers, b"yes".to_vec(), end)?,
            b"bye" => return answer(&mut answers, b"no".to_vec(), end),
            other => return Err(ExchangeError::Failed(format!("a line must be hello or bye, not {}", shown(other)))),
        }
    }
    Ok(())
}

/// Returns each block. The first eight bytes of the input are the number of bytes of a block (little-endian, 1 byte to
/// 64 MiB).
fn bounce(mut requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    let ended = |error: io::Error| if error.kind() == io::ErrorKind::UnexpectedEof { Ok(()) } else { Err(error) };
    let mut bytes = [0; 8];
    if let Err(error) = requests.read_exact(&mut bytes) {
        return ended(error);
    }
    let bytes = u64::from_le_bytes(bytes);
    if !(1..=MAX_LINE as u64).contains(&bytes) {
        let error = format!("a block must have 1 to {MAX_LINE} bytes, not {bytes}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, error));
    }
    let mut block = vec![0; bytes as usize];
    loop {
        if let Err(error) = requests.read_exact(&mut block) {
            return ended(error);
        }
        answers.write_all(&block)?;
        answers.flush()?;
    }
}

/// The next line without its ending, and the ending of its answer. `None` if the client has disconnected.
fn next_line(requests: &mut impl BufRead) -> Result<Option<(Vec<u8>, &'static [u8])>> {
    let mut line = Vec::new();
    let max = MAX_LINE + b"\r\n".len();
    let read = requests.take(max as u64).read_until(b'\n', &mut line);
    if read.context("standard input").map_err(ExchangeError::Standard)? == 0 {
        return Ok(None);
    }
    let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
    let length = line.strip_suffix(end).map_or(line.len(), <[u8]>::len);
    line.truncate(length);
    if length > MAX_LINE {
        let error = format!("a line must have at most {MAX_LINE} bytes (64 MiB)");
        return Err(ExchangeError::Failed(format!("{error}: {}", shown(&line[..MAX_SHOWN]))));
    }
    Ok(Some((line, end)))
}

/// Writes an answer in one piece and flushes it.
fn answer(answers: &mut impl Write, mut line: Vec<u8>, end: &[u8]) -> Result<()> {
    line.extend_from_slice(end);
    let written = answers.write_all(&line).and_then(|()| answers.flush());
    written.map_err(|error| ExchangeError::Standard(anyhow::Error::from(error).context("standard output")))
}

/// Bytes as one short line of quoted text. Bytes that are not printable or not UTF-8 are escaped; long text is cut.
fn shown(bytes: &[u8]) -> String {
    let mut escaped = bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().escape_ascii().map(char::from);
        chunk.valid().escape_debug().chain(invalid)
    });
    let head: String = escaped.by_ref().take(MAX_SHOWN).collect();
    if escaped.next().is_some() { format!("\"{head}\"... ({} bytes)", bytes.len()) } else { format!("\"{head}\"") }
}

/// See [`crate::fuzzing`]. The server echo answers every line, and the server bounce returns whole blocks.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let serve = |server: Server| {
        let mut answers = Vec::new();
        let done = server.serve(input, &mut answers).is_ok();
        (done, answers)
    };
    let mut expected = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let line = line.strip_suffix(end).unwrap_or(line);
        expected.extend([line, b"X", end].concat());
        if line == b"stop" {
            break;
        }
    }
    assert_eq!(serve(Server::Echo), (true, expected));
    let (bounced, blocks) = serve(Server::Bounce);
    assert!(blocks.is_empty() || input[8..].starts_with(&blocks));
    let (hello, answers) = serve(Server::Hello);
    assert!(answers.split(|byte| *byte == b'\n').all(|answer| matches!(answer.trim_ascii_end(), b"" | b"yes" | b"no")));
    hello || (bounced && !blocks.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All answers of a server to `requests`, and the reason if it failed.
    fn answers(server: Server, requests: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut answers = Vec::new();
        let failure = match server.serve(requests, &mut answers) {
            Ok(()) => None,
            Err(ExchangeError::Failed(why)) => Some(why),
            Err(other) => panic!("{other:?}"),
        };
        (answers, failure)
    }

    #[test]
    fn echo_appends_and_stops() {
        let all = |requests: &[u8]| {
            let (answers, failure) = answers(Server::Echo, requests);
            assert_eq!(failure, None);
            answers
        };
        assert_eq!(all(b"a\nfred\nWho am I?\nstop\nnever read\n"), b"aX\nfredX\nWho am I?X\nstopX\n");
        assert_eq!(all(b"\n\nstop"), b"X\nX\nstopX\n");
        assert_eq!(all(b"a\r\nstop\r\nb"), b"aX\r\nstopX\r\n");
        assert_eq!(all(b"\xff\x00\xfe\nlast\r"), b"\xff\x00\xfeX\nlast\rX\n");
        assert_eq!(all(b" stop\nSTOP\n"), b" stopX\nSTOPX\n");
        assert_eq!(all(b""), b"");
    }

    #[test]
    fn hello_answers_yes_and_no_and_rejects_other_lines() {
        assert_eq!(answers(Server::Hello, b"hello\r\nhello\nbye\nhello"), (b"yes\r\nyes\nno\n".to_vec(), None));
        assert_eq!(answers(Server::Hello, b"hello"), (b"yes\n".to_vec(), None));
        for (line, shown) in [
            (&b""[..], "\"\""),
            (b"Hello", "\"Hello\""),
            (b"hello ", "\"hello \""),
            ("gr\u{fc}\u{df} dich\u{1b}".as_bytes(), "\"gr\u{fc}\u{df} dich\\u{1b}\""),
            (b"\xff\"\r ", "\"\\xff\\\"\\r \""),
            (&[b'x'; 1000], &format!("\"{}\"... (1000 bytes)", "x".repeat(60))),
        ] {
            let (answered, failure) = answers(Server::Hello, &[b"hello\n", line, b"\nhello\n"].concat());
            assert_eq!(answered, b"yes\n");
            assert_eq!(failure.unwrap(), format!("a line must be hello or bye, not {shown}"));
        }
    }

    #[test]
    fn the_length_of_a_line_is_limited() {
        let mut line = vec![b'x'; MAX_LINE];
        line.extend(b"\r\n");
        assert_eq!(answers(Server::Echo, &line).0.len(), MAX_LINE + 3);
        // The error does not depend on the ending of the line.
        for end in [&b"\n"[..], b"xxxx\n", b""] {
            line.truncate(MAX_LINE);
            line.push(b'x');
            line.extend(end);
            let (answered, failure) = answers(Server::Echo, &line);
            assert!(
                answered.is_empty()
                    && failure.unwrap().starts_with("a line must have at most 67108864 bytes (64 MiB): ")
            );
        }
    }

    #[test]
    fn bounce_returns_whole_blocks() {
        let requests = [&3_u64.to_le_bytes()[..], b"abc\ndefg"].concat();
        assert_eq!(answers(Server::Bounce, &requests), (b"abc\nde".to_vec(), None));
        assert_eq!(answers(Server::Bounce, b"1234567"), (Vec::new(), None));
        for bytes in [0, 1 << 40] {
            let failure = Server::Bounce.serve(&u64::to_le_bytes(bytes)[..], Vec::new());
            assert!(matches!(failure, Err(ExchangeError::Standard(_))));
        }
    }
}
