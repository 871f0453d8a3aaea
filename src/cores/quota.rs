//! How much processor time the container grants, from its control groups.
//!
//! A limit holds for a group and all groups below it, so the least of those counts that are met on the way up from the
//! process's own group (Linux kernel documentation, Control Group v2; CFS Bandwidth Control).

use std::path::{Component, Path, PathBuf};

use super::sysfs::{number, text};

/// The limit in cores, if there is one.
pub(super) fn quota(root: &Path) -> Option<f64> {
    let mounts = root.join("sys/fs/cgroup");
    let own = text(&root.join("proc/self/cgroup")).unwrap_or_default();
    // "4:cpu,cpuacct:/docker/1234" in version 1, "0::/docker/1234" in version 2.
    let groups = own.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let groups = groups.filter(|(controllers, _)| controllers.split(',').any(|name| ["", "cpu"].contains(&name)));
    // Where the process's own groups are unknown, it is in those that it sees.
    let limits = [("", "/"), ("cpu", "/")].into_iter().chain(groups).filter_map(|(controllers, group)| {
        // A group of the host's that the container does not see sets no limit, nor does one beyond the root.
        let names = Path::new(group).components().filter(|part| matches!(part, Component::Normal(_)));
        let (mount, group) = (mounts.join(controllers), names.collect::<PathBuf>());
        group.ancestors().filter_map(|group| limit(&mount.join(group))).reduce(f64::min)
    });
    limits.reduce(f64::min)
}

/// The limit of one group over its period, both in microseconds. In version 2 no limit is "max", in version 1 it is -1.
fn limit(group: &Path) -> Option<f64> {
    let (limit, period): (i64, i64) = match text(&group.join("cpu.max")) {
        Some(text) => {
            text.split_once(' ').and_then(|(limit, period)| Some((limit.parse().ok()?, period.parse().ok()?)))?
        }
        None => (number(&group.join("cpu.cfs_quota_us"))?, number(&group.join("cpu.cfs_period_us"))?),
    };
    (limit > 0 && period > 0).then(|| limit as f64 / period as f64)
}
