//! The processor time that the container grants, from its control groups.
//!
//! A limit applies to a group and to all groups below it. So the quota is the minimum over the process's own group and
//! all its ancestors (Linux kernel documentation, Control Group v2; CFS Bandwidth Control).

use std::path::{Component, Path, PathBuf};

use super::sysfs::{number, text};

/// The limit in cores, if there is one.
pub(super) fn quota(root: &Path) -> Option<f64> {
    let mounts = root.join("sys/fs/cgroup");
    let own = text(&root.join("proc/self/cgroup")).unwrap_or_default();
    // "4:cpu,cpuacct:/docker/1234" in version 1, "0::/docker/1234" in version 2.
    let groups = own.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let groups = groups.filter(|(controllers, _)| controllers.split(',').any(|name| ["", "cpu"].contains(&name)));
    // If the process's own groups are unknown, the visible root groups apply.
    let limits = [("", "/"), ("cpu", "/")].into_iter().chain(groups).filter_map(|(controllers, group)| {
        // A group of the host outside the container's view sets no limit, and `..` does not lead beyond the root.
        let names = Path::new(group).components().filter(|part| matches!(part, Component::Normal(_)));
        let (mount, group) = (mounts.join(controllers), names.collect::<PathBuf>());
        group.ancestors().filter_map(|group| limit(&mount.join(group))).reduce(f64::min)
    });
    limits.reduce(f64::min)
}

/// The limit of one group divided by its period, both in microseconds. Version 2 writes "max" for no limit, version 1
/// writes -1.
fn limit(group: &Path) -> Option<f64> {
    let (limit, period): (i64, i64) = match text(&group.join("cpu.max")) {
        Some(text) => {
            text.split_once(' ').and_then(|(limit, period)| Some((limit.parse().ok()?, period.parse().ok()?)))?
        }
        None => (number(&group.join("cpu.cfs_quota_us"))?, number(&group.join("cpu.cfs_period_us"))?),
    };
    (limit > 0 && period > 0).then(|| limit as f64 / period as f64)
}
