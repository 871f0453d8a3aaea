//! The small files in which Linux describes the machine. None of them is trusted: a value that is missing, malformed or
//! too large counts as unknown.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

/// The maximum number of bytes that are read from a file.
const MAX_BYTES: u64 = 1 << 20;

/// The ids of logical cores are below this limit. Linux supports at most 8192.
const MAX_IDS: usize = 1 << 16;

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
    parse_list(&text(path)?)
}

/// The numbers of a kernel list such as `0-3,8,10-11`, ascending; `None` if the list is malformed.
fn parse_list(list: &str) -> Option<Vec<usize>> {
    let mut numbers = BTreeSet::new();
    // A valid list names no number twice, so it has at most `MAX_IDS` parts.
    for part in list.split(',').take(MAX_IDS) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.trim().parse::<usize>().ok()?, last.trim().parse::<usize>().ok()?);
        if first > last || last >= MAX_IDS || numbers.range(first..=last).next().is_some() {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_lists() {
        assert_eq!(parse_list("0-3,8,10-11"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        assert_eq!(parse_list("5"), Some(vec![5]));
        assert_eq!(parse_list("8,0-1"), Some(vec![0, 1, 8]));
    }

    #[test]
    fn malformed_lists_are_rejected() {
        for text in ["", "x", "1,", "3-1", "-1", "0-", "1-2-3", "0-3:1/2", "0-18446744073709551615", "0-99999", "1,1"] {
            assert_eq!(parse_list(text), None, "{text}");
        }
        let endless = "0-65535,".repeat(100_000);
        assert_eq!(parse_list(&endless), None);
    }
}
