//! The destination of a result: standard output, or a file that is complete or unchanged.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::draft::{Draft, replace};
use super::streams::{Blocking, stdout};

/// The destination of the result. `open` checks that it is writable, before the work begins.
pub(super) struct Output {
    /// The flag of the destination, for messages.
    flag: &'static str,
    target: Target,
}

enum Target {
    /// Standard output.
    Standard,
    /// A device, a pipe or an open file of the process. The result is written to it directly, at its end.
    InPlace(File, PathBuf),
    /// A regular file. Its contents are replaced when the result is complete.
    Existing(File, PathBuf),
    /// A file that does not exist. It appears when it is complete.
    New(Draft, PathBuf),
}

impl Output {
    /// Opens `path`, the value of `flag`, or standard output, which is also `-`.
    ///
    /// # Errors
    /// The destination is not writable.
    pub(super) fn open(flag: &'static str, path: Option<&Path>) -> Result<Self> {
        let names = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].map(Path::new);
        let Some(path) = path.filter(|path| !names.contains(path)) else {
            return Ok(Self { flag, target: Target::Standard });
        };
        let target = Target::open(path)
            .with_context(|| format!("{flag}: got {}, expected a file that can be written", path.display()))?;
        Ok(Self { flag, target })
    }

    pub(super) fn is_standard(&self) -> bool {
        matches!(self.target, Target::Standard)
    }

    /// Opens a stream, for a result that does not fit into memory.
    pub(super) fn into_stream(self) -> Result<OutputStream> {
        Ok(match self.target {
            Target::Standard => OutputStream::Standard(stdout()),
            Target::InPlace(file, _) => OutputStream::InPlace(Blocking(file)),
            Target::Existing(file, path) => {
                let draft = scratch(&path).with_context(|| format!("{}: {}", self.flag, path.display()))?;
                OutputStream::Existing(draft, file)
            }
            Target::New(draft, path) => OutputStream::New(draft, path),
        })
    }

    /// Writes the complete result.
    pub(super) fn write(self, result: impl AsRef<[u8]>) -> Result<()> {
        let result = result.as_ref();
        let flag = self.flag;
        let named = |path: &Path| format!("{flag}: {}", path.display());
        match self.target {
            Target::Standard => {
                let mut out = stdout();
                out.write_all(result).and_then(|()| out.flush()).context("standard output")
            }
            Target::InPlace(file, path) => Blocking(file).write_all(result).with_context(|| named(&path)),
            Target::Existing(file, path) => replace(&file, Cursor::new(result)).with_context(|| named(&path)),
            Target::New(mut draft, path) => {
                let written = draft.file().write_all(result).and_then(|()| draft.publish(&path));
                written.with_context(|| named(&path))
            }
        }
    }
}

impl Target {
    fn open(path: &Path) -> io::Result<Self> {
        // `file_name` returns `results` for `results/` and for `results/.`, although both are folders.
        let ends_with = |name: &OsStr| path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes());
        if path.is_dir() || !path.file_name().is_some_and(ends_with) {
            return Err(io::Error::other("the path names a folder"));
        }
        // These names are open files of this process. Other processes may also write to them.
        let open_files = ["/dev/stderr", "/dev/fd/", "/proc/self/fd/"];
        let is_open_file =
            open_files.iter().any(|name| path.as_os_str().as_encoded_bytes().starts_with(name.as_bytes()));
        match fs::metadata(path) {
            Ok(existing) if existing.is_file() && !is_open_file => {
                Ok(Self::Existing(OpenOptions::new().write(true).open(path)?, path.to_owned()))
            }
            Ok(_) => Ok(Self::InPlace(OpenOptions::new().append(true).open(path)?, path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let path = target_of_links(path);
                Ok(Self::New(Draft::beside(&path)?, path))
            }
            Err(error) => Err(error),
        }
    }
}

/// The path to which links that lead to no file point in the end. The system refuses longer chains, and loops.
pub(super) fn target_of_links(path: &Path) -> PathBuf {
    const MAX_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// A temporary file for the new contents of `path`. The folder of an existing file may be read-only.
fn scratch(path: &Path) -> io::Result<File> {
    let beside = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let found = beside
        .map_or_else(tempfile::tempfile, |folder| tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile()));
    found.map_err(|error| error.kind().into())
}

/// A stream for a result in several parts. Its file appears or changes only when the result is complete.
pub(super) enum OutputStream {
    Standard(Blocking<io::Stdout>),
    InPlace(Blocking<File>),
    Existing(File, File),
    New(Draft, PathBuf),
}

impl OutputStream {
    /// Replaces the first bytes of a file. Other streams have already passed them on.
    pub(super) fn replace_start(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        let file = match self {
            Self::Existing(file, _) => file,
            Self::New(draft, _) => draft.file(),
            Self::Standard(_) | Self::InPlace(_) => return Ok(()),
        };
        file.rewind()?;
        file.write_all(bytes)
    }

    /// Completes the result.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::Existing(scratch, file) => replace(&file, scratch),
            Self::New(draft, path) => draft.publish(&path),
            Self::Standard(_) | Self::InPlace(_) => Ok(()),
        }
    }
}

impl Write for OutputStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::InPlace(file) => file.write(bytes),
            Self::Existing(file, _) => file.write(bytes),
            Self::New(draft, _) => draft.file().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::InPlace(file) => file.flush(),
            Self::Existing(file, _) => file.flush(),
            Self::New(draft, _) => draft.file().flush(),
        }
    }
}

/// A folder for several files. Each file is complete or unchanged.
pub(super) struct Folder {
    /// The argument that names the folder.
    flag: &'static str,
    path: PathBuf,
    /// Whether this run created the folder.
    created: bool,
}

impl Folder {
    /// Creates the folder if it does not exist.
    ///
    /// # Errors
    /// The folder is not writable.
    pub(super) fn open(flag: &'static str, path: &Path) -> Result<Self> {
        let created = !path.exists();
        let check = || match path.metadata() {
            Ok(found) if !found.is_dir() => Err(io::Error::other("it is not a folder")),
            _ => fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path)).map(|_| ()),
        };
        check().with_context(|| format!("{flag}: got {}, expected a folder that can be written", path.display()))?;
        Ok(Self { flag, path: path.to_owned(), created })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes the folder if this run created it and it is empty.
    pub(super) fn discard(&self) {
        if self.created {
            // `remove_dir` fails if the folder is not empty.
            _ = fs::remove_dir(&self.path);
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        let target = Target::open(&path).with_context(|| format!("{}: {}", self.flag, path.display()))?;
        Output { flag: self.flag, target }.write(text)
    }
}
