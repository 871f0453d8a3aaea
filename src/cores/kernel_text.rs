//! The parsers of the texts in which Linux describes the machine. None of the texts is trusted: a value that is
//! missing, malformed or too large counts as unknown.

use std::collections::BTreeSet;

/// The ids of logical cores are below this limit. Linux supports at most 8192.
pub const MAX_IDS: usize = 1 << 16;

/// The numbers of a list such as `0-3,8,10-11`, ascending; `None` if the list is malformed.
#[must_use]
pub fn list(text: &str) -> Option<Vec<usize>> {
    let mut numbers = BTreeSet::new();
    // A valid list names no number twice, so it has at most `MAX_IDS` parts.
    for part in text.split(',').take(MAX_IDS) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (first.trim().parse::<usize>().ok()?, last.trim().parse::<usize>().ok()?);
        if first > last || last >= MAX_IDS || numbers.range(first..=last).next().is_some() {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers.into_iter().collect())
}

/// The control groups of a process that can limit its processor time: their controllers, and the path of the group. A
/// line is `4:cpu,cpuacct:/docker/1234` in version 1 and `0::/docker/1234` in version 2.
pub fn control_groups(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let groups = text.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    groups.filter(|(controllers, _)| controllers.split(',').any(|name| ["", "cpu"].contains(&name)))
}

/// The limit and the period of `cpu.max`, both in microseconds. `max` instead of a limit means no limit.
#[must_use]
pub fn limit_and_period(text: &str) -> Option<(i64, i64)> {
    let (limit, period) = text.split_once(' ')?;
    Some((limit.parse().ok()?, period.parse().ok()?))
}

/// The limit in cores; `None` without a limit, which version 1 writes as -1.
#[must_use]
pub fn quota((limit, period): (i64, i64)) -> Option<f64> {
    (limit > 0 && period > 0).then(|| limit as f64 / period as f64)
}

/// The size of a NUMA node's memory in bytes, from a line such as `Node 0 MemTotal:       65822184 kB`.
#[must_use]
pub fn memory_bytes(text: &str) -> Option<u64> {
    let total = text.lines().find_map(|line| line.split_once("MemTotal:"))?.1;
    total.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The name of the processor in `/proc/cpuinfo`.
#[must_use]
pub fn cpu_name(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.starts_with("model name") || line.starts_with("Model"))?;
    line.split_once(':').map(|(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernel_lists() {
        assert_eq!(list("0-3,8,10-11"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        assert_eq!(list("5"), Some(vec![5]));
        assert_eq!(list("8,0-1"), Some(vec![0, 1, 8]));
    }

    #[test]
    fn malformed_lists_are_rejected() {
        for text in ["", "x", "1,", "3-1", "-1", "0-", "1-2-3", "0-3:1/2", "0-18446744073709551615", "0-99999", "1,1"] {
            assert_eq!(list(text), None, "{text}");
        }
        let endless = "0-65535,".repeat(100_000);
        assert_eq!(list(&endless), None);
    }
}
