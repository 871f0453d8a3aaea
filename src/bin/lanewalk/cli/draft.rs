//! Files that are complete or absent: the result is written to a temporary file first.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file without a name, or with a temporary name where the file system cannot name a file later.
pub(super) enum Draft {
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(NamedTempFile),
}

impl Draft {
    /// An empty file in the folder of `path`, with the permissions of a new file.
    pub(super) fn beside(path: &Path) -> io::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // The errors below do not say which of several reasons they have.
        folder.metadata()?;
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{Mode, OFlags, open};
            // The umask applies to the mode.
            let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
            if let Ok(file) = open(folder, flags, Mode::from_raw_mode(0o666)) {
                return Ok(Self::Unnamed(file.into()));
            }
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lanewalk-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Without this, the file would be private.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        // The error of the crate contains the temporary path, which is not the user's.
        builder.tempfile_in(folder).map(Self::Named).map_err(|error| error.kind().into())
    }

    pub(super) fn file(&mut self) -> &mut File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file_mut(),
        }
    }

    /// Gives the complete file its name. If a file has appeared at `path` meanwhile, it takes the contents.
    pub(super) fn publish(self, path: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => {
                use rustix::fs::{AtFlags, CWD, linkat};
                use std::os::fd::AsRawFd;
                let source = format!("/proc/self/fd/{}", file.as_raw_fd());
                match linkat(CWD, source, CWD, path, AtFlags::SYMLINK_FOLLOW) {
                    Err(rustix::io::Errno::EXIST) => replace(&OpenOptions::new().write(true).open(path)?, file),
                    other => Ok(other?),
                }
            }
            Self::Named(file) => file.persist(path).map(|_| ()).map_err(|failed| failed.error),
        }
    }
}

/// Replaces the contents of `file`, which keeps its name, its links, its owner and its permissions. If there is no
/// space for the new contents, the old contents remain.
pub(super) fn replace(mut file: &File, mut contents: impl Read + Seek) -> io::Result<()> {
    let length = contents.seek(SeekFrom::End(0))?;
    contents.rewind()?;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        if length > 0 {
            match fallocate(file, FallocateFlags::KEEP_SIZE, 0, length) {
                // These file systems cannot reserve space.
                Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::NODEV) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    file.rewind()?;
    io::copy(&mut contents, &mut file)?;
    file.set_len(length)?;
    file.flush()
}
