//! Standard output and standard error, also if another program has made them non-blocking.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use terminal_size::terminal_size_of;

use crate::report::DEFAULT_WIDTH;

/// A stream whose writes wait until the reader takes the data. A pipe or a terminal may be non-blocking, since this
/// mode belongs to the open file, which several programs share. Its writes fail while it is full.
pub(crate) struct Blocking<W>(pub(crate) W);

#[cfg(unix)]
impl<W: Write + std::os::fd::AsFd> Write for Blocking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&self.0)?,
                other => return other,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        loop {
            match self.0.flush() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&self.0)?,
                other => return other,
            }
        }
    }
}

/// Waits until the file accepts data.
#[cfg(unix)]
fn wait(file: &impl std::os::fd::AsFd) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    match poll(&mut [PollFd::new(file, PollFlags::OUT)], None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
impl<W: Write> Write for Blocking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Standard output.
pub(crate) fn stdout() -> Blocking<io::Stdout> {
    Blocking(io::stdout())
}

/// The number of characters in a line of standard output.
pub(crate) fn width() -> usize {
    terminal_size_of(io::stdout()).map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0))
}

/// Whether standard output is a terminal with colours, and the user's settings permit them.
pub(crate) fn has_colours() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Standard error.
pub(crate) fn stderr() -> Blocking<io::Stderr> {
    Blocking(io::stderr())
}

/// Writes a line to standard error. The error is ignored, since standard error may be closed.
pub(crate) fn note(line: &str) {
    _ = stderr().write_all(format!("{line}\n").as_bytes());
}
