//! The destination of a result: standard output, or a file that is complete or absent.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// The destination of the result. `open` checks that it is writable, before the work begins.
pub(super) struct Output {
    /// The flag of the destination, for messages.
    flag: &'static str,
    target: Target,
}

enum Target {
    /// Standard output.
    Standard,
    /// A device or a pipe. The result is written to it directly.
    Device(File, PathBuf),
    /// A file. The result is written to a temporary file in the same folder, which is renamed when it is complete.
    File(PathBuf),
}

impl Output {
    /// Opens `path`, the value of `flag`, or standard output.
    ///
    /// # Errors
    /// The destination is not writable.
    pub(super) fn open(flag: &'static str, path: Option<&Path>) -> Result<Self> {
        // These paths name standard output. The file behind them must not be replaced, since other processes may also
        // write to it.
        let names = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].map(Path::new);
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
            Target::Standard => OutputStream::Standard(io::stdout()),
            Target::Device(file, _) => OutputStream::Device(file),
            Target::File(path) => {
                let file = temporary(&path).with_context(|| format!("{}: {}", self.flag, path.display()))?;
                OutputStream::File(file, path)
            }
        })
    }

    /// Writes the complete result.
    pub(super) fn write(self, result: impl AsRef<[u8]>) -> Result<()> {
        let result = result.as_ref();
        let flag = self.flag;
        match self.target {
            Target::Standard => {
                let mut out = io::stdout().lock();
                out.write_all(result).and_then(|()| out.flush()).context("standard output")
            }
            Target::Device(mut file, path) => {
                file.write_all(result).with_context(|| format!("{flag}: {}", path.display()))
            }
            Target::File(path) => write_complete(&path, result).with_context(|| format!("{flag}: {}", path.display())),
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
        // Links are followed, so that the file is replaced and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Ok(existing) = fs::metadata(&path) {
            // The file is not truncated: an existing result remains until the new one is complete.
            let file = OpenOptions::new().append(true).open(&path)?;
            if !existing.is_file() {
                return Ok(Self::Device(file, path));
            }
        }
        // This test file is deleted at once, so a killed run leaves no file.
        temporary(&path)?;
        Ok(Self::File(path))
    }
}

/// A stream for a result in several parts. Its file appears only when the result is complete.
pub(super) enum OutputStream {
    Standard(io::Stdout),
    Device(File),
    File(NamedTempFile, PathBuf),
}

impl OutputStream {
    /// Completes the result, and renames the temporary file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::File(file, path) => file.persist(path).map(|_| ()).map_err(|failed| failed.error),
            Self::Standard(_) | Self::Device(_) => Ok(()),
        }
    }
}

impl Write for OutputStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Device(file) => file.write(bytes),
            Self::File(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Device(file) => file.flush(),
            Self::File(file, _) => file.flush(),
        }
    }
}

/// A folder for the files of a report. Each file is complete or unchanged.
pub(super) struct Folder {
    path: PathBuf,
    /// Whether this run created the folder.
    created: bool,
}

impl Folder {
    /// Creates the folder if it does not exist.
    ///
    /// # Errors
    /// The folder is not writable.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let created = !path.exists();
        let check = || match path.metadata() {
            Ok(found) if !found.is_dir() => Err(io::Error::other("it is not a folder")),
            _ => fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path)).map(|_| ()),
        };
        check().with_context(|| format!("--report: got {}, expected a folder that can be written", path.display()))?;
        Ok(Self { path: path.to_owned(), created })
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
        write_complete(&path, text.as_bytes()).with_context(|| format!("--report: {}", path.display()))
    }
}

/// Writes a temporary file in the folder of `path`, and renames it when it is complete.
fn write_complete(path: &Path, result: &[u8]) -> io::Result<()> {
    let mut file = temporary(path)?;
    file.write_all(result)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

/// A temporary file in the folder of `path`, with the permissions of the file at `path` or of a new file.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or_else(|| io::Error::other("the path has no file name"))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(name);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies to a new file, as usual. The default of the crate would be a private file.
        let existing = fs::metadata(path).map(|existing| existing.permissions());
        builder.permissions(existing.unwrap_or_else(|_| fs::Permissions::from_mode(0o666)));
    }
    builder.tempfile_in(folder)
}
