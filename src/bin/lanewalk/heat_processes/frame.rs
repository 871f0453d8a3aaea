//! Messages between the processes of a rod: a head of 24 bytes, and the content.
//!
//! ```text
//! kind    8 bytes, ASCII           kind of the message
//! number  8 bytes, little-endian   round of a halo, index of a piece's first value, steps done, or culprit of a fault
//! length  8 bytes, little-endian   number of bytes that follow
//! ```
//!
//! The reader specifies the number of bytes that it expects. If the length is wrong, it allocates no memory and does
//! not wait for data.

use std::io::{self, ErrorKind, Read, Write};

/// The number of bytes of a head.
pub(super) const HEAD: usize = 24;

/// The maximum number of values that are converted, written and read at once.
const PIECE: usize = 8192;

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To a worker: its task, as JSON.
    Setup,
    /// To a worker: values of the start.
    Start,
    /// From a worker: it runs, and has completed this number of steps.
    Beat,
    /// Between neighbours: the values at the edge of a sub-domain.
    Halo,
    /// From a worker: values at the end.
    Field,
    /// From a worker, its last message: its timings.
    Timings,
    /// From a worker, its last message: the text of an error, which a sub-domain caused.
    Fault,
    /// From a worker, its last message: the text of an error, the loss of the link to a neighbour. Another message may
    /// contain the cause.
    Lost,
}

impl Kind {
    const ALL: [Self; 8] =
        [Self::Setup, Self::Start, Self::Beat, Self::Halo, Self::Field, Self::Timings, Self::Fault, Self::Lost];

    fn tag(self) -> &'static [u8; 8] {
        match self {
            Self::Setup => b"lw:setup",
            Self::Start => b"lw:start",
            Self::Beat => b"lw: beat",
            Self::Halo => b"lw: halo",
            Self::Field => b"lw:field",
            Self::Timings => b"lw:times",
            Self::Fault => b"lw:fault",
            Self::Lost => b"lw: lost",
        }
    }

    /// The name in messages to users.
    fn name(self) -> &'static str {
        match self {
            Self::Setup => "a setup",
            Self::Start => "a piece of the start",
            Self::Beat => "a heartbeat",
            Self::Halo => "a halo",
            Self::Field => "a piece of the field",
            Self::Timings => "its timings",
            Self::Fault | Self::Lost => "an error report",
        }
    }
}

/// An error of the sender of messages. Its text follows the name of the sender.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The link was closed between two messages.
    #[error("closed its link before the end of the run")]
    Closed,
    /// The link was closed in the middle of a message.
    #[error("sent only {0} of the {1} bytes of a message")]
    Truncated(usize, usize),
    /// The data are not a message, or not the expected message.
    #[error("sent {0}")]
    Invalid(String),
    /// An error of the operating system.
    #[error("could not be reached ({0})")]
    Failed(io::Error),
}

impl Broken {
    fn of(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Self::Closed,
            _ => Self::Failed(error),
        }
    }

    /// Whether the end of the sender's process can cause this error.
    pub(super) fn is_disconnect(&self) -> bool {
        !matches!(self, Self::Invalid(_))
    }
}

/// The beginning of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The kind of the message.
    pub(super) kind: Kind,
    /// The number of the message.
    pub(super) number: u64,
    length: u64,
}

impl Head {
    fn bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..8].copy_from_slice(self.kind.tag());
        bytes[8..16].copy_from_slice(&self.number.to_le_bytes());
        bytes[16..].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8; HEAD]) -> Option<Self> {
        let kind = Kind::ALL.into_iter().find(|kind| bytes.starts_with(kind.tag()))?;
        let number = |first: usize| bytes[first..first + 8].iter().rfold(0, |all, byte| all << 8 | u64::from(*byte));
        Some(Self { kind, number: number(8), length: number(16) })
    }

    /// Returns an error unless the message has this kind and number.
    pub(super) fn expect(self, kind: Kind, number: u64) -> Result<(), Broken> {
        if self.kind != kind {
            return Err(Broken::Invalid(format!("{} instead of {}", self.kind.name(), kind.name())));
        }
        if self.number != number {
            return Err(Broken::Invalid(format!("{} with number {} instead of {number}", kind.name(), self.number)));
        }
        Ok(())
    }

    fn wrong_length(self, what: &str) -> Broken {
        Broken::Invalid(format!("{} of {what}", self.kind.name()))
    }
}

/// One end of a link, and a buffer for its messages.
pub(super) struct Port<S> {
    stream: S,
    buffer: Vec<u8>,
}

impl<S: Read + Write> Port<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Sends a message whose content is bytes.
    pub(super) fn send(&mut self, kind: Kind, number: u64, bytes: &[u8]) -> Result<(), Broken> {
        let head = Head { kind, number, length: bytes.len() as u64 };
        self.buffer.clear();
        self.buffer.extend_from_slice(&head.bytes());
        self.buffer.extend_from_slice(bytes);
        self.stream.write_all(&self.buffer).map_err(Broken::of)
    }

    /// Sends a message whose content is numbers. A short message is a single write.
    pub(super) fn send_values(&mut self, kind: Kind, number: u64, values: &[f64]) -> Result<(), Broken> {
        let head = Head { kind, number, length: 8 * values.len() as u64 };
        let (first, rest) = values.split_at(values.len().min(PIECE));
        self.buffer.resize(HEAD + 8 * first.len(), 0);
        self.buffer[..HEAD].copy_from_slice(&head.bytes());
        pack(first, &mut self.buffer[HEAD..]);
        self.stream.write_all(&self.buffer).map_err(Broken::of)?;
        for piece in rest.chunks(PIECE) {
            self.buffer.resize(8 * piece.len(), 0);
            pack(piece, &mut self.buffer);
            self.stream.write_all(&self.buffer).map_err(Broken::of)?;
        }
        Ok(())
    }

    /// Waits for the head of the next message.
    pub(super) fn head(&mut self) -> Result<Head, Broken> {
        let mut bytes = [0; HEAD];
        fill(&mut self.stream, &mut bytes, 0, HEAD)?;
        Head::parse(&bytes).ok_or_else(|| Broken::Invalid("bytes that are not a message".to_owned()))
    }

    /// Reads the content after `head`, as at most `max` bytes.
    pub(super) fn bytes(&mut self, head: Head, max: usize) -> Result<&[u8], Broken> {
        let length = usize::try_from(head.length).ok().filter(|length| *length <= max);
        let length =
            length.ok_or_else(|| head.wrong_length(&format!("{} bytes instead of at most {max}", head.length)))?;
        self.buffer.resize(length, 0);
        fill(&mut self.stream, &mut self.buffer, HEAD, HEAD + length)?;
        Ok(&self.buffer)
    }

    /// Reads the content after `head`, as numbers that fill `into`.
    pub(super) fn values(&mut self, head: Head, into: &mut [f64]) -> Result<(), Broken> {
        let expected = 8 * into.len() as u64;
        if head.length != expected {
            let whole = head.length.is_multiple_of(8);
            let (given, expected, what) =
                if whole { (head.length / 8, expected / 8, "numbers") } else { (head.length, expected, "bytes") };
            return Err(head.wrong_length(&format!("{given} {what} instead of {expected}")));
        }
        let (mut done, all) = (HEAD, HEAD + 8 * into.len());
        for piece in into.chunks_mut(PIECE) {
            self.buffer.resize(8 * piece.len(), 0);
            fill(&mut self.stream, &mut self.buffer, done, all)?;
            for (value, bytes) in piece.iter_mut().zip(self.buffer.as_chunks().0) {
                *value = f64::from_le_bytes(*bytes);
            }
            done += self.buffer.len();
        }
        Ok(())
    }
}

fn pack(values: &[f64], into: &mut [u8]) {
    for (value, bytes) in values.iter().zip(into.chunks_exact_mut(8)) {
        bytes.copy_from_slice(&value.to_le_bytes());
    }
}

/// Fills `buffer` from the stream, after the first `before` of the `all` bytes of a message.
fn fill(stream: &mut impl Read, buffer: &mut [u8], before: usize, all: usize) -> Result<(), Broken> {
    let mut filled = 0;
    while filled < buffer.len() {
        let read = match stream.read(&mut buffer[filled..]) {
            // A link ends in this way if the other end was closed with unread data.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(0),
            other => other,
        };
        match read {
            Ok(0) if before + filled == 0 => return Err(Broken::Closed),
            Ok(0) => return Err(Broken::Truncated(before + filled, all)),
            Ok(more) => filled += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Broken::of(error)),
        }
    }
    Ok(())
}

/// See [`crate::fuzzing`]. A message that is sent again, as bytes or as numbers, has the same bytes.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    use io::Cursor;

    let mut port = Port::new(Cursor::new(input.to_vec()));
    while let Ok(head) = port.head() {
        let start = port.stream.position() as usize - HEAD;
        let Ok(content) = port.bytes(head, input.len()).map(<[u8]>::to_vec) else { return false };
        let message = &input[start..start + HEAD + content.len()];
        let mut copy = Port::new(Cursor::new(Vec::new()));
        copy.send(head.kind, head.number, &content).expect("memory takes all bytes");
        assert_eq!(copy.stream.into_inner(), message);
        let mut values = vec![0.0; content.len() / 8];
        let read = Port::new(Cursor::new(content.clone())).values(head, &mut values);
        assert_eq!(read.is_ok(), content.len().is_multiple_of(8));
        if read.is_ok() {
            let mut copy = Port::new(Cursor::new(Vec::new()));
            copy.send_values(head.kind, head.number, &values).expect("memory takes all bytes");
            assert_eq!(copy.stream.into_inner(), message);
        }
    }
    port.stream.position() > 0 && port.stream.position() as usize == input.len()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The bytes that a port would send over a link.
    fn sent(send: impl Fn(&mut Port<Cursor<Vec<u8>>>) -> Result<(), Broken>) -> Vec<u8> {
        let mut port = Port::new(Cursor::new(Vec::new()));
        send(&mut port).unwrap();
        port.stream.into_inner()
    }

    #[test]
    fn received_messages_equal_sent_messages() {
        let values: Vec<f64> = (0..3 * PIECE + 7).map(|index| 1.0 / (index as f64 - 3.0)).collect();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, values.len()] {
            let bytes = sent(|port| port.send_values(Kind::Halo, u64::MAX - 3, &values[..length]));
            assert_eq!(bytes.len(), HEAD + 8 * length);
            let mut port = Port::new(Cursor::new(bytes));
            let (head, mut back) = (port.head().unwrap(), vec![0.0; length]);
            head.expect(Kind::Halo, u64::MAX - 3).unwrap();
            port.values(head, &mut back).unwrap();
            assert_eq!(back, values[..length]);
            assert!(matches!(port.head(), Err(Broken::Closed)));
        }
        for kind in Kind::ALL {
            let mut port = Port::new(Cursor::new(sent(|port| port.send(kind, 5, b"words"))));
            let head = port.head().unwrap();
            assert_eq!((head.kind, head.number, port.bytes(head, 5).unwrap()), (kind, 5, &b"words"[..]));
        }
    }

    #[test]
    fn truncated_messages_differ_from_closed_links() {
        let bytes = sent(|port| port.send_values(Kind::Halo, 1, &[1.0, 2.0]));
        for length in 0..bytes.len() {
            let mut port = Port::new(Cursor::new(bytes[..length].to_vec()));
            let error = port.head().and_then(|head| port.values(head, &mut [0.0; 2])).unwrap_err();
            match (length, error) {
                (0, Broken::Closed) => {}
                (1..HEAD, Broken::Truncated(got, HEAD)) | (HEAD.., Broken::Truncated(got, 40)) if got == length => {}
                (_, error) => panic!("{length}: {error}"),
            }
        }
    }

    /// The port neither allocates memory for the message nor reads it.
    #[test]
    fn messages_that_are_too_long_are_rejected() {
        let head = Head { kind: Kind::Setup, number: 0, length: u64::MAX };
        let mut port = Port::new(Cursor::new(head.bytes().to_vec()));
        let head = port.head().unwrap();
        assert!(matches!(port.bytes(head, 4096), Err(Broken::Invalid(_))));
        assert!(matches!(port.values(head, &mut [0.0; 3]), Err(Broken::Invalid(_))));
        assert_eq!(port.buffer.capacity(), 0);
    }
}
