//! The kinds of cores of a machine, by speed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::sysfs::{list, number};

/// A core belongs to a slower kind if its speed is below this share of the fastest core of the kind before. The maximum
/// clock rates of cores of one kind differ by a few percent.
const SAME_KIND: f64 = 0.9;

/// The kind of each core, 0 for the fastest; empty unless all kinds are reported.
pub(super) fn kinds(root: &Path, online: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    let system = root.join("sys/devices/system/cpu");
    let reported = |file: &str| by_speed(&system, file, online);
    named(root, online)
        .or_else(|| reported("cpu_capacity"))
        .or_else(|| reported("cpufreq/cpuinfo_max_freq"))
        .unwrap_or_default()
}

/// The kinds as reported by Intel's hybrid processors: a list of cores for each kind.
fn named(root: &Path, online: &BTreeSet<usize>) -> Option<BTreeMap<usize, usize>> {
    let kinds =
        ["cpu_core", "cpu_atom", "cpu_lowpower"].map(|kind| list(&root.join("sys/devices").join(kind).join("cpus")));
    let mut of = BTreeMap::new();
    for (kind, ids) in kinds.into_iter().flatten().enumerate() {
        for id in ids {
            of.entry(id).or_insert(kind);
        }
    }
    online.iter().all(|id| of.contains_key(id)).then_some(of)
}

/// The kinds by a number that is larger for faster cores.
fn by_speed(system: &Path, file: &str, online: &BTreeSet<usize>) -> Option<BTreeMap<usize, usize>> {
    let speed = |&id: &usize| Some((number::<u64>(&system.join(format!("cpu{id}")).join(file))?, id));
    let mut speeds: Vec<_> = online.iter().map(speed).collect::<Option<_>>()?;
    speeds.sort_unstable_by(|a, b| b.cmp(a));
    let (mut kind, mut fastest) = (0, speeds.first()?.0);
    let kinds = speeds.into_iter().map(|(speed, id)| {
        if (speed as f64) < SAME_KIND * fastest as f64 {
            (kind, fastest) = (kind + 1, speed);
        }
        (id, kind)
    });
    Some(kinds.collect())
}
