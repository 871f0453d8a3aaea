//! The processor time that the container grants, from its control groups.
//!
//! A limit applies to a group and to all groups below it. So the quota is the minimum over the process's own group and
//! all its ancestors (Linux kernel documentation, Control Group v2; CFS Bandwidth Control).

use std::path::{Component, Path, PathBuf};

use super::kernel_text;
use super::sysfs::{number, text};

/// The limit in cores, if there is one.
pub(super) fn quota(root: &Path) -> Option<f64> {
    let mounts = root.join("sys/fs/cgroup");
    let own = text(&root.join("proc/self/cgroup")).unwrap_or_default();
    // If the process's own groups are unknown, the visible root groups apply.
    let groups = [("", "/"), ("cpu", "/")].into_iter().chain(kernel_text::control_groups(&own));
    let limits = groups.filter_map(|(controllers, group)| {
        // A group of the host outside the container's view sets no limit, and `..` does not lead beyond the root.
        let names = Path::new(group).components().filter(|part| matches!(part, Component::Normal(_)));
        let (mount, group) = (mounts.join(controllers), names.collect::<PathBuf>());
        group.ancestors().filter_map(|group| limit(&mount.join(group))).reduce(f64::min)
    });
    limits.reduce(f64::min)
}

/// The limit of one group.
fn limit(group: &Path) -> Option<f64> {
    kernel_text::quota(match text(&group.join("cpu.max")) {
        Some(text) => kernel_text::limit_and_period(&text)?,
        None => (number(&group.join("cpu.cfs_quota_us"))?, number(&group.join("cpu.cfs_period_us"))?),
    })
}
