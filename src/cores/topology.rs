//! What the operating system says of the machine. Files that are missing count as a flat machine of unknown make.

use std::fs;
use std::path::Path;

/// The machine that this process runs on, as far as its operating system tells.
///
/// ```
/// let machine = lanewalk::Machine::detect();
/// assert!(machine.threads >= 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Machine {
    /// The processor's name; "unknown" where it is not told.
    pub cpu: String,
    /// Logical cores that the affinity mask and the quota leave to this process.
    pub threads: usize,
    /// Logical cores of the machine that are online, if known.
    pub logical_cores: Option<usize>,
    /// Physical cores of the machine, if known.
    pub physical_cores: Option<usize>,
    /// The first core's caches, nearest first: "L1d 48 KiB".
    pub caches: Vec<String>,
    /// The container's limit in cores, if there is one.
    pub quota: Option<f64>,
}

impl Machine {
    /// Asks the operating system. Cost: a few small files, under a millisecond.
    #[must_use]
    pub fn detect() -> Self {
        Self::read(Path::new("/"))
    }

    /// Reads the tree below `root`, laid out as Linux has it.
    fn read(root: &Path) -> Self {
        let system = root.join("sys/devices/system/cpu");
        let online = read(&system.join("online")).and_then(|list| parse_list(&list));
        let firsts = online.as_ref().map(|ids| ids.iter().filter(|&&id| sibling_rank(&system, id) == 0).count());
        Self {
            cpu: cpu_name(&root.join("proc/cpuinfo")).unwrap_or_else(|| "unknown".to_owned()),
            threads: super::available(),
            logical_cores: online.map(|ids| ids.len()),
            physical_cores: firsts,
            caches: caches(&system.join("cpu0/cache")),
            quota: quota(&root.join("sys/fs/cgroup/cpu.max")),
        }
    }
}

/// Where Linux describes its processors.
#[cfg(feature = "threads")]
pub(super) const SYSTEM: &str = "/sys/devices/system/cpu";

/// The place of logical core `id` among the threads of its physical core: 0 for the first, 1 for its SMT sibling, ...
pub(super) fn sibling_rank(system: &Path, id: usize) -> usize {
    let siblings = read(&system.join(format!("cpu{id}/topology/thread_siblings_list")));
    siblings.and_then(|list| parse_list(&list)?.into_iter().position(|sibling| sibling == id)).unwrap_or(0)
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

fn cpu_name(cpuinfo: &Path) -> Option<String> {
    let text = read(cpuinfo)?;
    let line = text.lines().find(|line| line.starts_with("model name") || line.starts_with("Model"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}

fn caches(folder: &Path) -> Vec<String> {
    let cache = |index: usize| {
        let folder = folder.join(format!("index{index}"));
        let kind = match read(&folder.join("type"))?.as_str() {
            "Data" => "d",
            "Instruction" => "i",
            _ => "",
        };
        let (level, size) = (read(&folder.join("level"))?, read(&folder.join("size"))?);
        Some(format!("L{level}{kind} {}", size.replace('K', " KiB").replace('M', " MiB")))
    };
    (0..).map_while(cache).collect()
}

/// Version 2 control groups: "MAX PERIOD" in microseconds, or "max PERIOD" for no limit.
fn quota(file: &Path) -> Option<f64> {
    let text = read(file)?;
    let (limit, period) = text.split_once(' ')?;
    Some(limit.parse::<f64>().ok()? / period.parse::<f64>().ok()?)
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
    fn a_machine_of_two_cores_with_two_threads_each() {
        let root = std::env::temp_dir().join(format!("lanewalk-topology-{}", std::process::id()));
        let file = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file("sys/devices/system/cpu/online", "0-3\n");
        for (id, siblings) in [(0, "0,2\n"), (1, "1,3\n"), (2, "0,2\n"), (3, "1,3\n")] {
            file(&format!("sys/devices/system/cpu/cpu{id}/topology/thread_siblings_list"), siblings);
        }
        file("sys/devices/system/cpu/cpu0/cache/index0/type", "Data\n");
        file("sys/devices/system/cpu/cpu0/cache/index0/level", "1\n");
        file("sys/devices/system/cpu/cpu0/cache/index0/size", "48K\n");
        file("sys/fs/cgroup/cpu.max", "150000 100000\n");
        file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU\n");
        let machine = Machine::read(&root);
        let ranks: Vec<_> = (0..4).map(|id| sibling_rank(&root.join("sys/devices/system/cpu"), id)).collect();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(ranks, [0, 0, 1, 1]);
        assert_eq!((machine.logical_cores, machine.physical_cores), (Some(4), Some(2)));
        assert_eq!((machine.cpu.as_str(), machine.quota), ("Some CPU", Some(1.5)));
        assert_eq!(machine.caches, ["L1d 48 KiB"]);
    }

    #[test]
    fn missing_files_are_a_flat_machine() {
        let machine = Machine::read(Path::new("/no/such/tree"));
        assert_eq!((machine.cpu.as_str(), machine.physical_cores), ("unknown", None));
        assert_eq!((machine.caches.len(), machine.quota), (0, None));
        assert_eq!(sibling_rank(Path::new("/no/such/tree"), 3), 0);
    }
}
