//! The machine as the operating system reports it. Without these files, the machine is treated as flat and unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::process::{MAX_PROCESSES, PerProcess};
use super::sysfs::{list, number, text};
use super::{core_kinds, kernel_text, limits, quota};
use crate::once::Once;

/// The machine that this process runs on, as far as its operating system reports it.
///
/// ```
/// let machine = lanewalk::Machine::detect();
/// assert!(machine.threads >= 1);
/// assert!(machine.usable_physical_cores() <= machine.cores.len());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Machine {
    /// The processor's name; "unknown" if it is not reported.
    pub cpu: String,
    /// The number of threads that the affinity mask and the quota grant to this process.
    pub threads: usize,
    /// The number of logical cores of the machine that are online, if known.
    pub logical_cores: Option<usize>,
    /// The number of physical cores of the machine, if known.
    pub physical_cores: Option<usize>,
    /// The number of sockets, if known.
    pub sockets: Option<usize>,
    /// The logical cores that are online, by ascending id. Without the operating system's files: the cores that this
    /// process may use, each treated as a separate physical core.
    pub cores: Vec<LogicalCore>,
    /// The NUMA nodes, by ascending id; empty if they are not reported.
    pub nodes: Vec<NumaNode>,
    /// The caches of the first core, nearest first, such as "L1d 48 KiB".
    pub caches: Vec<String>,
    /// The container's limit in cores, if there is one.
    pub quota: Option<f64>,
}

/// A logical core (hardware thread), on which the operating system runs one thread at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogicalCore {
    /// The operating system's id of the core.
    pub id: usize,
    /// The lowest id among the hardware threads of the same physical core (its SMT siblings).
    pub physical_core: usize,
    /// The socket of its physical core; 0 if it is not reported.
    pub socket: usize,
    /// The NUMA node of its nearest memory; 0 if it is not reported.
    pub node: usize,
    /// The lowest id among the cores that share its last-level cache, if known.
    pub last_level_cache: Option<usize>,
    /// The kind of core: 0 for the fastest kind of this machine (performance cores), 1 for the next (efficiency cores).
    pub kind: usize,
    /// Whether the affinity mask of this process allows pinning to it. In a build without the feature `threads`, which
    /// cannot pin, every core counts as usable.
    pub usable: bool,
}

/// A NUMA node: memory, and the logical cores that are nearest to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NumaNode {
    /// The operating system's id of the node.
    pub id: usize,
    /// The ids of its logical cores that are online; empty for a node that has only memory.
    pub cores: Vec<usize>,
    /// The size of its memory in bytes, if reported.
    pub memory_bytes: Option<u64>,
}

impl Machine {
    /// Reads the machine from the operating system, once in a process. Later calls return the result of the first call.
    /// Cost: about ten small files for each logical core.
    #[must_use]
    pub fn detect() -> Self {
        static MACHINE: PerProcess<Once<Machine>> = PerProcess::new([const { Once::new() }; MAX_PROCESSES]);
        let read = || Self::read(Path::new("/"), limits::available(), limits::pinnable().as_deref());
        MACHINE.get().map_or_else(read, |machine| machine.get(read).clone())
    }

    /// The number of physical cores with a hardware thread to which this process may pin a thread.
    #[must_use]
    pub fn usable_physical_cores(&self) -> usize {
        count(self.cores.iter().filter(|core| core.usable).map(|core| core.physical_core))
    }

    /// Reads the file tree below `root`, in the layout that Linux uses, for a process that is granted `threads` threads
    /// and may pin them to the cores `pinnable`; `None` means all cores.
    pub(super) fn read(root: &Path, threads: usize, pinnable: Option<&[usize]>) -> Self {
        let system = root.join("sys/devices/system");
        let online = list(&system.join("cpu/online"));
        // A container may show its own list, with other ids than those of the granted cores.
        let ids: BTreeSet<usize> = online.iter().flatten().chain(pinnable.unwrap_or_default()).copied().collect();
        let nodes = nodes(&system.join("node"), &ids);
        let core = |&id: &usize| LogicalCore {
            id,
            physical_core: physical_core(&topology(&system, id), id, &ids),
            socket: socket(&system, id).unwrap_or(0),
            node: nodes.iter().find(|node| node.cores.contains(&id)).map_or(0, |node| node.id),
            last_level_cache: None,
            kind: 0,
            usable: pinnable.is_none_or(|usable| usable.contains(&id)),
        };
        let mut cores: Vec<_> = ids.iter().map(core).collect();
        let shared = last_level_caches(&system, &ids);
        let kinds = core_kinds::kinds(root, &ids);
        for core in &mut cores {
            core.last_level_cache = shared.get(&core.id).copied();
            core.kind = kinds.get(&core.id).copied().unwrap_or(0);
        }
        let sockets = count(ids.iter().filter_map(|&id| socket(&system, id)));
        Self {
            cpu: text(&root.join("proc/cpuinfo"))
                .and_then(|text| kernel_text::cpu_name(&text).map(str::to_owned))
                .unwrap_or_else(|| "unknown".to_owned()),
            threads,
            logical_cores: online.as_ref().map(Vec::len),
            physical_cores: online.as_ref().map(|_| count(cores.iter().map(|core| core.physical_core))),
            sockets: (sockets > 0).then_some(sockets),
            caches: ids.first().map(|&first| caches(&system, first)).unwrap_or_default(),
            cores,
            nodes,
            quota: quota::quota(root),
        }
    }
}

/// The number of distinct numbers.
fn count(numbers: impl Iterator<Item = usize>) -> usize {
    numbers.collect::<BTreeSet<_>>().len()
}

/// The folder in which Linux describes logical core `id`.
fn folder(system: &Path, id: usize) -> PathBuf {
    system.join(format!("cpu/cpu{id}"))
}

fn topology(system: &Path, id: usize) -> PathBuf {
    folder(system, id).join("topology")
}

/// The socket of a logical core. Virtual machines report -1.
fn socket(system: &Path, id: usize) -> Option<usize> {
    number(&topology(system, id).join("physical_package_id"))
}

/// The lowest online hardware thread of a core. A list that does not contain the core itself is ignored.
fn physical_core(topology: &Path, id: usize, online: &BTreeSet<usize>) -> usize {
    let siblings = list(&topology.join("thread_siblings_list")).or_else(|| list(&topology.join("core_cpus_list")));
    let siblings = siblings.filter(|siblings| siblings.contains(&id)).unwrap_or_default();
    siblings.into_iter().find(|sibling| online.contains(sibling)).unwrap_or(id)
}

/// The NUMA nodes, each with its online cores.
fn nodes(folder: &Path, online: &BTreeSet<usize>) -> Vec<NumaNode> {
    let node = |id: usize| {
        let folder = folder.join(format!("node{id}"));
        let memory = text(&folder.join("meminfo")).and_then(|text| kernel_text::memory_bytes(&text));
        let mut cores = list(&folder.join("cpulist")).unwrap_or_default();
        cores.retain(|id| online.contains(id));
        NumaNode { id, cores, memory_bytes: memory }
    };
    list(&folder.join("online")).unwrap_or_default().into_iter().map(node).collect()
}

/// For each core, the lowest id among the cores that share its last-level cache, if reported.
fn last_level_caches(system: &Path, online: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    let mut lowest = BTreeMap::new();
    for &id in online {
        // Each cache is read once, not once for each core that shares it.
        if lowest.contains_key(&id) {
            continue;
        }
        let caches = cache_folders(system, id);
        let last = caches.iter().max_by_key(|cache| number::<usize>(&cache.join("level")));
        let shared = last.and_then(|cache| list(&cache.join("shared_cpu_list")));
        let shared = shared.filter(|shared| shared.contains(&id)).unwrap_or_default();
        for other in shared.into_iter().filter(|other| online.contains(other)) {
            lowest.entry(other).or_insert(id);
        }
    }
    lowest
}

/// The folders of a core's caches, nearest first.
fn cache_folders(system: &Path, id: usize) -> Vec<PathBuf> {
    let cache = |index: usize| folder(system, id).join(format!("cache/index{index}"));
    (0..16).map(cache).take_while(|cache| cache.is_dir()).collect()
}

fn caches(system: &Path, id: usize) -> Vec<String> {
    let cache = |folder: PathBuf| {
        let kind = match text(&folder.join("type"))?.as_str() {
            "Data" => "d",
            "Instruction" => "i",
            _ => "",
        };
        let (level, size) = (text(&folder.join("level"))?, text(&folder.join("size"))?);
        Some(format!("L{level}{kind} {}", size.replace('K', " KiB").replace('M', " MiB")))
    };
    cache_folders(system, id).into_iter().map_while(cache).collect()
}
