//! Where a result goes: standard output, or a file that is whole or absent.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// A place for the result, known to be writable before the work begins.
pub(super) struct Output {
    /// The flag that names it.
    flag: &'static str,
    place: Place,
}

enum Place {
    /// Standard output.
    Standard,
    /// A device or a pipe, written in place.
    Device(File, PathBuf),
    /// A file, written beside its place and moved there when it is whole.
    File(PathBuf),
}

impl Output {
    /// Takes `path`, the value of `flag`, or standard output; an error if it could not be written later.
    pub(super) fn open(flag: &'static str, path: Option<&Path>) -> Result<Self> {
        // Names of standard output are no files to be replaced: behind them may be one that others write to as well.
        let names = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].map(Path::new);
        let Some(path) = path.filter(|path| !names.contains(path)) else {
            return Ok(Self { flag, place: Place::Standard });
        };
        let place = Place::open(path)
            .with_context(|| format!("{flag}: got {}, expected a file that can be written", path.display()))?;
        Ok(Self { flag, place })
    }

    pub(super) fn is_standard(&self) -> bool {
        matches!(self.place, Place::Standard)
    }

    /// For a result too large to be held: written as it comes.
    pub(super) fn grow(self) -> Result<Growing> {
        Ok(match self.place {
            Place::Standard => Growing::Standard(io::stdout()),
            Place::Device(file, _) => Growing::Device(file),
            Place::File(path) => {
                let file = beside(&path).with_context(|| format!("{}: {}", self.flag, path.display()))?;
                Growing::File(file, path)
            }
        })
    }

    /// Writes the whole result.
    pub(super) fn write(self, result: impl AsRef<[u8]>) -> Result<()> {
        let result = result.as_ref();
        let flag = self.flag;
        match self.place {
            Place::Standard => {
                let mut out = io::stdout().lock();
                out.write_all(result).and_then(|()| out.flush()).context("standard output")
            }
            Place::Device(mut file, path) => {
                file.write_all(result).with_context(|| format!("{flag}: {}", path.display()))
            }
            Place::File(path) => write_whole(&path, result).with_context(|| format!("{flag}: {}", path.display())),
        }
    }
}

impl Place {
    fn open(path: &Path) -> io::Result<Self> {
        // The standard library's name of `results/` and of `results/.` is `results`, a folder all the same.
        let ends = |name: &OsStr| path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes());
        if path.is_dir() || !path.file_name().is_some_and(ends) {
            return Err(io::Error::other("it names a folder"));
        }
        // Follow links, so that what is replaced is the file and not the link to it.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Ok(existing) = fs::metadata(&path) {
            // Without truncating: an existing result stays until there is a new one.
            let file = OpenOptions::new().append(true).open(&path)?;
            if !existing.is_file() {
                return Ok(Self::Device(file, path));
            }
        }
        // A trial, gone at once: a run that is killed leaves nothing behind.
        beside(&path)?;
        Ok(Self::File(path))
    }
}

/// A result that is written bit by bit, and is a file only when it is whole.
pub(super) enum Growing {
    Standard(io::Stdout),
    Device(File),
    File(NamedTempFile, PathBuf),
}

impl Growing {
    /// The whole result is written.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::File(file, path) => file.persist(path).map(|_| ()).map_err(|failed| failed.error),
            Self::Standard(_) | Self::Device(_) => Ok(()),
        }
    }
}

impl Write for Growing {
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

/// A folder for the files of a report, each of which is whole or as it was before.
pub(super) struct Folder {
    path: PathBuf,
    /// It was not there before.
    made: bool,
}

impl Folder {
    /// Makes the folder if it is not there; an error if files could not be written into it later.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let made = !path.exists();
        let trial = || match path.metadata() {
            Ok(found) if !found.is_dir() => Err(io::Error::other("it is no folder")),
            _ => fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path)).map(|_| ()),
        };
        trial().with_context(|| format!("--report: got {}, expected a folder that can be written", path.display()))?;
        Ok(Self { path: path.to_owned(), made })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Takes the folder away again if it was made for a report that was not written.
    pub(super) fn discard(&self) {
        if self.made {
            // Not if there is anything in it.
            _ = fs::remove_dir(&self.path);
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        write_whole(&path, text.as_bytes()).with_context(|| format!("--report: {}", path.display()))
    }
}

/// Writes beside `path` and moves there what is whole.
fn write_whole(path: &Path, result: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(result)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

/// A new file in the folder of `path`, with the permissions that a file there would have.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(name);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the umask leaves of these, as for any new file; the crate's own default is private.
        let existing = fs::metadata(path).map(|existing| existing.permissions());
        builder.permissions(existing.unwrap_or_else(|_| fs::Permissions::from_mode(0o666)));
    }
    builder.tempfile_in(folder)
}
