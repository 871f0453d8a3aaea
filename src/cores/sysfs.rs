//! The small files in which Linux describes the machine. A file that is missing counts as unknown.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use super::kernel_text;

/// The maximum number of bytes that are read from a file.
const MAX_BYTES: u64 = 1 << 20;

/// The text of a file, trimmed.
pub(super) fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// The number in a file that contains nothing else.
pub(super) fn number<T: FromStr>(path: &Path) -> Option<T> {
    text(path)?.parse().ok()
}

/// The numbers that a file lists.
pub(super) fn list(path: &Path) -> Option<Vec<usize>> {
    kernel_text::list(&text(path)?)
}
