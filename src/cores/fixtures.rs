//! Tests with simulated machines: file trees in the layout that Linux uses.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::pinning::Pin;
use super::topology::{LogicalCore, Machine};

/// A temporary tree of files, removed when it is dropped.
struct Tree(PathBuf);

impl Drop for Tree {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

impl Tree {
    /// A machine whose files report only the logical cores that are online.
    fn new(online: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let tree = Self(std::env::temp_dir().join(format!("lanewalk-topology-{}-{number}", std::process::id())));
        tree.file("sys/devices/system/cpu/online", online)
    }

    fn file(self, path: &str, text: &str) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}\n")).unwrap();
        self
    }

    fn cpu(self, id: usize, path: &str, text: &str) -> Self {
        self.file(&format!("sys/devices/system/cpu/cpu{id}/{path}"), text)
    }

    /// The hardware threads of one physical core. Each thread lists all of them.
    fn core(self, siblings: &[usize], socket: &str) -> Self {
        let list = siblings.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        siblings.iter().fold(self, |tree, &id| {
            tree.cpu(id, "topology/thread_siblings_list", &list).cpu(id, "topology/physical_package_id", socket)
        })
    }

    fn cache(self, id: usize, index: usize, [level, kind, size, shared]: [&str; 4]) -> Self {
        [("level", level), ("type", kind), ("size", size), ("shared_cpu_list", shared)]
            .into_iter()
            .fold(self, |tree, (name, text)| tree.cpu(id, &format!("cache/index{index}/{name}"), text))
    }

    fn nodes(self, nodes: &[(usize, &str, u64)]) -> Self {
        let online = nodes.iter().map(|(id, ..)| id.to_string()).collect::<Vec<_>>().join(",");
        let tree = self.file("sys/devices/system/node/online", &online);
        nodes.iter().fold(tree, |tree, (id, cores, kib)| {
            let meminfo = format!("Node {id} MemTotal:       {kib} kB\nNode {id} MemFree:        1 kB");
            tree.file(&format!("sys/devices/system/node/node{id}/cpulist"), cores)
                .file(&format!("sys/devices/system/node/node{id}/meminfo"), &meminfo)
        })
    }

    /// The machine as seen by a process without limits.
    fn machine(&self) -> Machine {
        Machine::read(&self.0, 1, None)
    }

    fn quota(&self) -> Option<f64> {
        self.machine().quota
    }
}

fn orders(machine: &Machine) -> [Vec<usize>; 2] {
    [Pin::Compact, Pin::Spread].map(|pin| machine.pinning(pin))
}

fn each<T>(machine: &Machine, what: impl Fn(&LogicalCore) -> T) -> Vec<T> {
    machine.cores.iter().map(what).collect()
}

/// 2 sockets of 8 cores with 2 threads each, in 4 nodes. The numbering is round-robin over the nodes, as on many
/// servers; the second threads follow after all first threads.
fn server() -> Tree {
    let tree = Tree::new("0-31").file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some Server CPU").nodes(&[
        (0, "0,4,8,12,16,20,24,28", 1 << 24),
        (1, "1,5,9,13,17,21,25,29", 1 << 24),
        (2, "2,6,10,14,18,22,26,30", 1 << 24),
        (3, "3,7,11,15,19,23,27,31", 1 << 24),
    ]);
    (0..16).fold(tree, |tree, id| {
        let socket = id % 2;
        let of_socket: Vec<_> = (socket..32).step_by(2).map(|id| id.to_string()).collect();
        let (own, shared) = (format!("{id},{}", id + 16), of_socket.join(","));
        let tree = tree.core(&[id, id + 16], &socket.to_string());
        if id != socket {
            return tree;
        }
        // The caches of the first core of a socket describe those of the other cores.
        tree.cache(id, 0, ["1", "Data", "48K", &own])
            .cache(id, 1, ["1", "Instruction", "32K", &own])
            .cache(id, 2, ["2", "Unified", "2048K", &own])
            .cache(id, 3, ["3", "Unified", "60M", &shared])
    })
}

#[test]
fn two_sockets_with_siblings_and_four_nodes() {
    let tree = server();
    let machine = tree.machine();
    assert_eq!(machine.cpu, "Some Server CPU");
    assert_eq!((machine.logical_cores, machine.physical_cores, machine.sockets), (Some(32), Some(16), Some(2)));
    assert_eq!(machine.usable_physical_cores(), 16);
    assert_eq!(machine.nodes.len(), 4);
    assert_eq!(machine.nodes[2].cores, [2, 6, 10, 14, 18, 22, 26, 30]);
    assert_eq!(machine.nodes[2].memory_bytes, Some(1 << 34));
    assert_eq!(machine.caches, ["L1d 48 KiB", "L1i 32 KiB", "L2 2048 KiB", "L3 60 MiB"]);
    assert_eq!(each(&machine, |core| core.physical_core), [(0..16), (0..16)].into_iter().flatten().collect::<Vec<_>>());
    assert_eq!(each(&machine, |core| core.socket), (0..32).map(|id| id % 2).collect::<Vec<_>>());
    assert_eq!(each(&machine, |core| core.node), (0..32).map(|id| id % 4).collect::<Vec<_>>());
    assert_eq!(each(&machine, |core| core.last_level_cache), (0..32).map(|id| Some(id % 2)).collect::<Vec<_>>());
    assert!(machine.cores.iter().all(|core| core.kind == 0 && core.usable));
    let first = [0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3, 7, 11, 15];
    let compact: Vec<_> = first.into_iter().chain(first.map(|id| id + 16)).collect();
    assert_eq!(orders(&machine), [compact, (0..32).collect()]);
    assert!(machine.pinning(Pin::None).is_empty());
}

#[test]
fn an_affinity_mask_limits_the_usable_cores() {
    let tree = server();
    // Only the second thread of physical core 0 is usable, so it ranks as the first thread of that core.
    let machine = Machine::read(&tree.0, 7, Some(&[4, 5, 16, 17, 20, 21, 30]));
    assert_eq!((machine.threads, machine.logical_cores, machine.physical_cores), (7, Some(32), Some(16)));
    assert_eq!(machine.usable_physical_cores(), 5);
    assert_eq!(orders(&machine), [vec![4, 16, 30, 5, 17, 20, 21], vec![4, 5, 30, 17, 16, 20, 21]]);
}

#[test]
fn performance_and_efficiency_cores() {
    let bare = || {
        let tree = (0..8).fold(Tree::new("0-31"), |tree, core| tree.core(&[2 * core, 2 * core + 1], "0"));
        let tree = (16..32).fold(tree, |tree, id| tree.core(&[id], "0"));
        (0..32).fold(tree, |tree, id| tree.cache(id, 0, ["3", "Unified", "36M", "0-31"]))
    };
    let expected: Vec<_> = (0..16).step_by(2).chain(16..32).chain((1..16).step_by(2)).collect();
    let check = |tree: &Tree| {
        let machine = tree.machine();
        assert_eq!((machine.physical_cores, machine.logical_cores), (Some(24), Some(32)));
        assert_eq!(each(&machine, |core| core.kind), (0..32).map(|id| id / 16).collect::<Vec<_>>());
        assert_eq!(orders(&machine), [expected.clone(), expected.clone()]);
    };
    check(&bare().file("sys/devices/cpu_core/cpus", "0-15").file("sys/devices/cpu_atom/cpus", "16-31"));
    // Only clock rates are reported, and two favoured cores have a slightly higher one.
    let clock = |id: usize| ["5400000", "5600000", "4200000"][if id >= 16 { 2 } else { usize::from(id / 2 == 3) }];
    check(&(0..32).fold(bare(), |tree, id| tree.cpu(id, "cpufreq/cpuinfo_max_freq", clock(id))));
    // Kinds that are reported for only some of the cores are ignored.
    let half = bare().file("sys/devices/cpu_core/cpus", "0-15").cpu(3, "cpu_capacity", "1");
    assert!(half.machine().cores.iter().all(|core| core.kind == 0));
}

#[test]
fn an_arm_machine_with_three_kinds_of_core() {
    let capacities = ["250", "250", "250", "250", "870", "870", "870", "1024"];
    let tree = Tree::new("0-7").file("proc/cpuinfo", "Model : Some Board");
    let tree = capacities.iter().enumerate().fold(tree, |tree, (id, capacity)| {
        // Without sockets, the package is -1.
        tree.core(&[id], "-1").cpu(id, "cpu_capacity", capacity)
    });
    let machine = tree.machine();
    assert_eq!((machine.cpu.as_str(), machine.sockets), ("Some Board", None));
    assert_eq!(each(&machine, |core| core.kind), [2, 2, 2, 2, 1, 1, 1, 0]);
    assert_eq!(orders(&machine), [[7, 4, 5, 6, 0, 1, 2, 3], [7, 4, 5, 6, 0, 1, 2, 3]]);
}

#[test]
fn a_flat_virtual_machine() {
    let machine = Tree::new("0-3").machine();
    assert_eq!((machine.cpu.as_str(), machine.logical_cores, machine.physical_cores), ("unknown", Some(4), Some(4)));
    assert_eq!((machine.sockets, machine.nodes.len(), machine.caches.len(), machine.quota), (None, 0, 0, None));
    assert_eq!(orders(&machine), [[0, 1, 2, 3], [0, 1, 2, 3]]);
}

#[test]
fn gaps_in_the_numbering_and_offline_cores() {
    // 0 and 3 are offline, but the lists of their siblings still name them. The pairs 2, 8 and 5, 12 are both online.
    let tree = Tree::new("1-2,5,8-9,12");
    let tree = [[0, 1], [2, 8], [3, 9], [5, 12]].iter().fold(tree, |tree, siblings| tree.core(siblings, "0"));
    let machine = tree.machine();
    assert_eq!((machine.logical_cores, machine.physical_cores), (Some(6), Some(4)));
    assert_eq!(each(&machine, |core| (core.id, core.physical_core)), [(1, 1), (2, 2), (5, 5), (8, 2), (9, 9), (12, 5)]);
    assert_eq!(orders(&machine), [[1, 2, 5, 9, 8, 12], [1, 2, 5, 9, 8, 12]]);
}

#[test]
fn nodes_without_memory_and_memory_without_cores() {
    // A processor of four dies; two dies have no local memory. Node 4 has memory but no cores.
    let tree = Tree::new("0-7").nodes(&[(0, "0-1", 64), (1, "2-3", 0), (2, "4-5", 64), (3, "6-7", 0), (4, "", 64)]);
    let machine = (0..8).fold(tree, |tree, id| tree.core(&[id], "0")).machine();
    assert_eq!((machine.nodes.len(), machine.nodes[4].cores.len()), (5, 0));
    assert_eq!(orders(&machine), [[0, 1, 4, 5, 2, 3, 6, 7], [0, 4, 1, 5, 2, 6, 3, 7]]);
}

#[test]
fn last_level_caches_within_a_node() {
    let tree = (0..8).fold(Tree::new("0-7"), |tree, id| {
        let shared = if id % 2 == 0 { "0,2,4,6" } else { "1,3,5,7" };
        tree.core(&[id], "0").cache(id, 0, ["3", "Unified", "32M", shared])
    });
    assert_eq!(orders(&tree.machine()), [[0, 2, 4, 6, 1, 3, 5, 7], [0, 1, 2, 3, 4, 5, 6, 7]]);
}

#[test]
fn quotas_of_containers() {
    let groups = |own: &str| Tree::new("0-7").file("proc/self/cgroup", own);
    let version_2 =
        |path: &str, text: &str| groups("0::/pod/box/job").file(&format!("sys/fs/cgroup{path}/cpu.max"), text);
    assert_eq!(version_2("", "150000 100000").quota(), Some(1.5));
    assert_eq!(version_2("/pod/box/job", "50000 100000").quota(), Some(0.5));
    assert_eq!(version_2("/other", "50000 100000").quota(), None);
    let nested = version_2("/pod", "400000 100000").file("sys/fs/cgroup/pod/box/cpu.max", "250000 100000");
    assert_eq!(nested.file("sys/fs/cgroup/pod/box/job/cpu.max", "max 100000").quota(), Some(2.5));
    for text in ["max 100000", "", "0 0", "1 0", "-1 100000", "x y", "100000", "inf 1", "1e999 1"] {
        assert_eq!(version_2("", text).quota(), None, "{text}");
    }
    // Version 1: the container reads a path of the host's groups, but does not see these groups.
    let version_1 = |path: &str, quota: &str, period: &str| {
        groups("9:name=systemd:/\n4:cpu,cpuacct:/pod/box\n0::/")
            .file(&format!("{path}/cpu.cfs_quota_us"), quota)
            .file(&format!("{path}/cpu.cfs_period_us"), period)
    };
    assert_eq!(version_1("sys/fs/cgroup/cpu,cpuacct", "300000", "100000").quota(), Some(3.0));
    assert_eq!(version_1("sys/fs/cgroup/cpu,cpuacct/pod", "300000", "100000").quota(), Some(3.0));
    assert_eq!(version_1("sys/fs/cgroup/cpu", "25000", "100000").quota(), Some(0.25));
    assert_eq!(version_1("sys/fs/cgroup/cpu,cpuacct", "-1", "100000").quota(), None);
    assert_eq!(version_1("sys/fs/cgroup/cpu,cpuacct", "300000", "0").quota(), None);
    // A path cannot leave the tree.
    let escaping = groups("0::/../../pod").file("cpu.max", "100000 100000").file("sys/fs/cgroup/pod/cpu.max", "7 1");
    assert_eq!(escaping.quota(), Some(7.0));
}

#[test]
fn malformed_files_describe_a_flat_machine() {
    for text in ["", "x", "-", "3-0", "0-18446744073709551615", "99999999999999999999", "4,5", "\u{0}", "1-2-3,"] {
        let tree = Tree::new("0-1").nodes(&[(0, "0-1", 64)]);
        let files = ["topology/thread_siblings_list", "topology/physical_package_id", "cpu_capacity"];
        let files =
            files.into_iter().chain(["cache/index0/level", "cache/index0/shared_cpu_list", "cache/index0/type"]);
        let tree = files.fold(tree, |tree, file| tree.cpu(0, file, text).cpu(1, file, text));
        let others = ["sys/devices/system/node/node0/cpulist", "sys/devices/system/node/node0/meminfo", "proc/cpuinfo"];
        let others =
            others.into_iter().chain(["sys/devices/cpu_core/cpus", "proc/self/cgroup", "sys/fs/cgroup/cpu.max"]);
        let machine = others.fold(tree, |tree, file| tree.file(file, text)).machine();
        assert_eq!((machine.physical_cores, machine.quota, machine.cpu.as_str()), (Some(2), None, "unknown"), "{text}");
        assert_eq!(orders(&machine), [[0, 1], [0, 1]], "{text}");
        let machine = Machine::read(&Tree::new(text).file("sys/devices/system/node/online", text).0, 2, Some(&[0, 1]));
        assert_eq!(orders(&machine), [[0, 1], [0, 1]], "{text}");
    }
}

#[test]
fn without_files_only_the_usable_cores_are_known() {
    let machine = Machine::read("/no/such/tree".as_ref(), 2, Some(&[3, 7]));
    assert_eq!((machine.cpu.as_str(), machine.physical_cores, machine.logical_cores), ("unknown", None, None));
    assert_eq!((machine.caches.len(), machine.quota), (0, None));
    assert_eq!(orders(&machine), [[3, 7], [3, 7]]);
    let machine = Machine::read("/no/such/tree".as_ref(), 2, None);
    assert_eq!((machine.cores.len(), machine.pinning(Pin::Compact).len()), (0, 0));
}

#[test]
fn the_order_lists_each_core_once_and_each_physical_core_first() {
    let tree = server();
    proptest!(ProptestConfig::with_cases(16), |(mask in proptest::collection::btree_set(0_usize..32, 1..32))| {
        let mask: Vec<_> = mask.into_iter().collect();
        let machine = Machine::read(&tree.0, 1, Some(&mask));
        for order in orders(&machine) {
            let mut physical: Vec<_> = order[..machine.usable_physical_cores()].iter().map(|id| id % 16).collect();
            physical.sort_unstable();
            physical.dedup();
            prop_assert_eq!(physical.len(), machine.usable_physical_cores());
            let mut sorted = order;
            sorted.sort_unstable();
            prop_assert_eq!(&sorted, &mask);
        }
    });
}
