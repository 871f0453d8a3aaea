//! What the operating system says of the cores. Files that are missing count as a flat machine.

use std::fs;
use std::path::Path;

/// Where Linux describes its processors.
pub(crate) const SYSTEM: &str = "/sys/devices/system/cpu";

/// The place of logical core `id` among the threads of its physical core: 0 for the first, 1 for its SMT sibling, ...
pub(crate) fn sibling_rank(system: &Path, id: usize) -> usize {
    let siblings = fs::read_to_string(system.join(format!("cpu{id}/topology/thread_siblings_list")));
    siblings.ok().and_then(|list| parse_list(&list)?.into_iter().position(|sibling| sibling == id)).unwrap_or(0)
}

/// The numbers of a kernel list such as `0-3,8,10-11`; `None` if it is none.
fn parse_list(list: &str) -> Option<Vec<usize>> {
    let mut numbers = Vec::new();
    for part in list.trim().split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        numbers.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_lists() {
        assert_eq!(parse_list("0-3,8,10-11\n"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        assert_eq!(parse_list("5"), Some(vec![5]));
        assert_eq!(parse_list("x"), None);
        assert_eq!(parse_list(""), None);
    }

    #[test]
    fn missing_files_are_a_flat_machine() {
        assert_eq!(sibling_rank(Path::new("/no/such/tree"), 3), 0);
    }
}
