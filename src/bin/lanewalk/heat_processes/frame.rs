//! Messages of the processes that share a rod: a head of 24 bytes, and what it announces.
//!
//! ```text
//! kind    8 bytes, ASCII           what it is
//! number  8 bytes, little-endian   a halo's round, the place of a piece's first value, steps done, the one to blame
//! length  8 bytes, little-endian   how many bytes follow
//! ```
//!
//! The reader says how many bytes it expects: for a false length nothing is allocated and nothing waited for.

use std::io::{self, ErrorKind, Read, Write};

/// Bytes of a head.
pub(super) const HEAD: usize = 24;

/// Numbers that are converted, written and read at a time.
const PIECE: usize = 8192;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To a worker: what it has to do, as JSON.
    Setup,
    /// To a worker: values of the start.
    Start,
    /// From a worker: it runs, and has taken that many steps.
    Beat,
    /// Between neighbours.
    Halo,
    /// From a worker: values at the end.
    Field,
    /// From a worker, its last message: what its time went into.
    Timings,
    /// From a worker, its last message: a sub-domain did what it must not, in words.
    Fault,
    /// From a worker, its last message: a neighbour has gone, in words. Somebody else may know why.
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

    /// As messages for people call it.
    fn name(self) -> &'static str {
        match self {
            Self::Setup => "a setup",
            Self::Start => "a piece of the start",
            Self::Beat => "a heartbeat",
            Self::Halo => "a halo",
            Self::Field => "a piece of the field",
            Self::Timings => "its times",
            Self::Fault | Self::Lost => "a complaint",
        }
    }
}

/// What the sender did wrong; to be read after its name.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// Nothing more comes, and none was begun.
    #[error("closed its link before the end")]
    Closed,
    /// Nothing more comes, in the middle of a message.
    #[error("sent {0} of a message's {1} bytes, and no more")]
    Truncated(usize, usize),
    /// Not a message, or not the one that was due.
    #[error("sent {0}")]
    Invalid(String),
    /// The operating system's word.
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

    /// Whether it can be the mere consequence of its process's end.
    pub(super) fn is_parting(&self) -> bool {
        !matches!(self, Self::Invalid(_))
    }
}

/// The beginning of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// What it is.
    pub(super) kind: Kind,
    /// Which one it is.
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

    /// Refuses any but the kind and number that are due.
    pub(super) fn expect(self, kind: Kind, number: u64) -> Result<(), Broken> {
        if self.kind != kind {
            return Err(Broken::Invalid(format!("{} where {} was due", self.kind.name(), kind.name())));
        }
        if self.number != number {
            return Err(Broken::Invalid(format!("{} number {} where {number} was due", kind.name(), self.number)));
        }
        Ok(())
    }

    fn wrong(self, what: &str) -> Broken {
        Broken::Invalid(format!("{} of {what}", self.kind.name()))
    }
}

/// One's end of a link, and memory for what goes through it.
pub(super) struct Port<S> {
    stream: S,
    buffer: Vec<u8>,
}

impl<S: Read + Write> Port<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Sends a message of bytes.
    pub(super) fn send(&mut self, kind: Kind, number: u64, bytes: &[u8]) -> Result<(), Broken> {
        let head = Head { kind, number, length: bytes.len() as u64 };
        self.buffer.clear();
        self.buffer.extend_from_slice(&head.bytes());
        self.buffer.extend_from_slice(bytes);
        self.stream.write_all(&self.buffer).map_err(Broken::of)
    }

    /// Sends a message of numbers: a short one in a single write.
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

    /// Waits for the next message.
    pub(super) fn head(&mut self) -> Result<Head, Broken> {
        let mut bytes = [0; HEAD];
        fill(&mut self.stream, &mut bytes, 0, HEAD)?;
        Head::parse(&bytes).ok_or_else(|| Broken::Invalid("what is no message".to_owned()))
    }

    /// The bytes that `head` announces, `most` at most.
    pub(super) fn bytes(&mut self, head: Head, most: usize) -> Result<&[u8], Broken> {
        let length = usize::try_from(head.length).ok().filter(|length| *length <= most);
        let length =
            length.ok_or_else(|| head.wrong(&format!("{} bytes where {most} at most were expected", head.length)))?;
        self.buffer.resize(length, 0);
        fill(&mut self.stream, &mut self.buffer, HEAD, HEAD + length)?;
        Ok(&self.buffer)
    }

    /// The numbers that `head` announces: as many as there is room for.
    pub(super) fn values(&mut self, head: Head, into: &mut [f64]) -> Result<(), Broken> {
        let expected = 8 * into.len() as u64;
        if head.length != expected {
            let whole = head.length.is_multiple_of(8);
            let (given, expected, what) =
                if whole { (head.length / 8, expected / 8, "numbers") } else { (head.length, expected, "bytes") };
            return Err(head.wrong(&format!("{given} {what} where {expected} were expected")));
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

/// Fills `buffer` with what comes; `before` of the message's `all` bytes came before it.
fn fill(stream: &mut impl Read, buffer: &mut [u8], before: usize, all: usize) -> Result<(), Broken> {
    let mut filled = 0;
    while filled < buffer.len() {
        let read = match stream.read(&mut buffer[filled..]) {
            // So a link ends that was closed before all was read from it.
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// What would go through a link.
    fn sent(send: impl Fn(&mut Port<Cursor<Vec<u8>>>) -> Result<(), Broken>) -> Vec<u8> {
        let mut port = Port::new(Cursor::new(Vec::new()));
        send(&mut port).unwrap();
        port.stream.into_inner()
    }

    #[test]
    fn what_is_sent_is_received() {
        let values: Vec<f64> = (0..3 * PIECE + 7).map(|place| 1.0 / (place as f64 - 3.0)).collect();
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
    fn one_that_breaks_off_is_told_from_none() {
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

    /// No room is made for it, and nothing read.
    #[test]
    fn one_that_is_too_long_is_refused() {
        let head = Head { kind: Kind::Setup, number: 0, length: u64::MAX };
        let mut port = Port::new(Cursor::new(head.bytes().to_vec()));
        let head = port.head().unwrap();
        assert!(matches!(port.bytes(head, 4096), Err(Broken::Invalid(_))));
        assert!(matches!(port.values(head, &mut [0.0; 3]), Err(Broken::Invalid(_))));
        assert_eq!(port.buffer.capacity(), 0);
    }
}
