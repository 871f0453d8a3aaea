//! The servers: they answer until they are asked to stop, or until their client has gone.
//!
//! Most of them speak in lines. A line is bytes, of any encoding or none, and ends with a line feed, with or without
//! a carriage return before it; its answer ends as it did. The last line may lack its end. The end of the input is a
//! client that has gone away, and no error.

use std::io::{self, BufRead, Read, Write};
use std::str::FromStr;

use anyhow::Context;

use crate::pipes::error::{ExchangeError, Result};

/// The longest line that is taken, without its end: 64 MiB.
pub(crate) const MAX_LINE: usize = 64 << 20;

/// How much of an unexpected line is shown.
const SHOWN: usize = 60;

/// What serves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Server {
    /// Appends X.
    Echo,
    /// Says yes to hello and no to bye.
    Hello,
    /// Sends blocks of bytes back: the other end of a measured round trip, not for people.
    Bounce,
}

impl Server {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Hello => "hello",
            Self::Bounce => "bounce",
        }
    }

    /// Answers until asked to stop.
    ///
    /// # Errors
    /// [`ExchangeError::Failed`] at a request that is refused, [`ExchangeError::Standard`] if `requests` or `answers`
    /// fail.
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

/// Answers each line with itself and an X; stops after `stop`.
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

/// Answers `hello` with `yes`, `bye` with `no`; stops after `bye`, and at anything else in failure.
fn hello(mut requests: impl BufRead, mut answers: impl Write) -> Result<()> {
    while let Some((line, end)) = next_line(&mut requests)? {
        match line.as_slice() {
            b"hello" => answer(&mut answers, b"yes".to_vec(), end)?,
            b"bye" => return answer(&mut answers, b"no".to_vec(), end),
            other => return Err(ExchangeError::Failed(format!("expected hello or bye, got {}", shown(other)))),
        }
    }
    Ok(())
}

/// Sends blocks back as they come. The first eight bytes say how many bytes a block has (little-endian, from 1 to 64
/// Mi).
fn bounce(mut requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    let ended = |error: io::Error| if error.kind() == io::ErrorKind::UnexpectedEof { Ok(()) } else { Err(error) };
    let mut bytes = [0; 8];
    if let Err(error) = requests.read_exact(&mut bytes) {
        return ended(error);
    }
    let bytes = u64::from_le_bytes(bytes);
    if !(1..=MAX_LINE as u64).contains(&bytes) {
        let expected = format!("a block of {bytes} bytes, expected 1 to {MAX_LINE}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, expected));
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

/// The next line without its end, and the end of its answer; `None` if the client has gone.
fn next_line(requests: &mut impl BufRead) -> Result<Option<(Vec<u8>, &'static [u8])>> {
    let mut line = Vec::new();
    let most = MAX_LINE + b"\r\n".len();
    let read = requests.take(most as u64).read_until(b'\n', &mut line);
    if read.context("standard input").map_err(ExchangeError::Standard)? == 0 {
        return Ok(None);
    }
    let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
    let length = line.strip_suffix(end).map_or(line.len(), <[u8]>::len);
    line.truncate(length);
    if length > MAX_LINE {
        let expected = format!("expected lines of at most {MAX_LINE} bytes (64 MiB), got a longer one");
        return Err(ExchangeError::Failed(format!("{expected}: {}", shown(&line[..SHOWN]))));
    }
    Ok(Some((line, end)))
}

/// Writes an answer at once, in one piece.
fn answer(answers: &mut impl Write, mut line: Vec<u8>, end: &[u8]) -> Result<()> {
    line.extend_from_slice(end);
    let written = answers.write_all(&line).and_then(|()| answers.flush());
    written.map_err(|error| ExchangeError::Standard(anyhow::Error::from(error).context("standard output")))
}

/// Bytes as one short line of text: quoted, escaped where they are not printable or no UTF-8, and cut.
fn shown(bytes: &[u8]) -> String {
    let mut escaped = bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().escape_ascii().map(char::from);
        chunk.valid().escape_debug().chain(invalid)
    });
    let head: String = escaped.by_ref().take(SHOWN).collect();
    if escaped.next().is_some() { format!("\"{head}\"... ({} bytes)", bytes.len()) } else { format!("\"{head}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that a server answers to `requests`, and why it refused if it did.
    fn answers(server: Server, requests: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut answers = Vec::new();
        let refused = match server.serve(requests, &mut answers) {
            Ok(()) => None,
            Err(ExchangeError::Failed(why)) => Some(why),
            Err(other) => panic!("{other:?}"),
        };
        (answers, refused)
    }

    #[test]
    fn echo_appends_and_stops() {
        let all = |requests: &[u8]| {
            let (answers, refused) = answers(Server::Echo, requests);
            assert_eq!(refused, None);
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
    fn hello_says_yes_and_no_and_refuses_the_rest() {
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
            let (answered, refused) = answers(Server::Hello, &[b"hello\n", line, b"\nhello\n"].concat());
            assert_eq!(answered, b"yes\n");
            assert_eq!(refused.unwrap(), format!("expected hello or bye, got {shown}"));
        }
    }

    #[test]
    fn a_line_may_be_long_but_not_endless() {
        let mut line = vec![b'x'; MAX_LINE];
        line.extend(b"\r\n");
        assert_eq!(answers(Server::Echo, &line).0.len(), MAX_LINE + 3);
        // Whether its end is in sight or not.
        for end in [&b"\n"[..], b"xxxx\n", b""] {
            line.truncate(MAX_LINE);
            line.push(b'x');
            line.extend(end);
            let (answered, refused) = answers(Server::Echo, &line);
            assert!(answered.is_empty() && refused.unwrap().starts_with("expected lines of at most 67108864 bytes"));
        }
    }

    #[test]
    fn bounce_sends_whole_blocks_back() {
        let requests = [&3_u64.to_le_bytes()[..], b"abc\ndefg"].concat();
        assert_eq!(answers(Server::Bounce, &requests), (b"abc\nde".to_vec(), None));
        assert_eq!(answers(Server::Bounce, b"1234567"), (Vec::new(), None));
        for bytes in [0, 1 << 40] {
            let refused = Server::Bounce.serve(&u64::to_le_bytes(bytes)[..], Vec::new());
            assert!(matches!(refused, Err(ExchangeError::Standard(_))));
        }
    }
}
