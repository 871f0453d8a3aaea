//! The order in which workers are pinned to logical cores.

use std::collections::BTreeMap;

use super::topology::{LogicalCore, Machine};
use crate::names::names;

/// The pinning of threads to cores: at most one thread per logical core, and one thread per physical core first.
/// [`Machine::pinning`](crate::Machine::pinning) returns the full order.
///
/// ```
/// use lanewalk::{Exec, Pin, Pi, estimate_pi};
///
/// let inside = |pin| estimate_pi(&Pi::points(1000), &Exec::default().pin(pin)).map(|tally| tally.inside());
/// assert_eq!(inside(Pin::Spread)?, inside(Pin::None)?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pin {
    /// Close together: all cores of a NUMA node before the next node, for threads that share data.
    Compact,
    /// Far apart: round-robin over sockets and NUMA nodes, for threads that need separate caches and memory bandwidth.
    Spread,
    /// Not pinned: the operating system may move threads between cores.
    #[default]
    None,
}

impl Pin {
    /// Every variant.
    pub const ALL: &'static [Self] = &[Self::Compact, Self::Spread, Self::None];
}
names!(Pin, "pin", Compact => "compact", Spread => "spread", None => "none");

/// The group of a core on one level.
type Level = fn(&LogicalCore) -> usize;

/// Joins the lists of several groups into one list.
type Join = fn(&[Vec<usize>]) -> Vec<usize>;

/// The resources that cores may share, from the largest group to the smallest: socket, NUMA node, last-level cache.
const LEVELS: [Level; 3] =
    [|core| core.socket, |core| core.node, |core| core.last_level_cache.unwrap_or(core.physical_core)];

impl Machine {
    /// The logical cores that this process may use, in the order in which workers are pinned to them.
    ///
    /// The first hardware thread of each physical core comes first: performance cores before efficiency cores, and
    /// within each kind, cores on NUMA nodes with memory before cores on nodes without memory. The second hardware
    /// threads of the same cores (SMT siblings) follow in the same order, then the third. Within each of these groups,
    /// [`Pin::Compact`] fills one NUMA node before the next, and all nodes of a socket before the next socket.
    /// [`Pin::Spread`] is round-robin over the sockets, over the nodes of each socket, and over the last-level caches
    /// of each node. With [`Pin::None`] the list is empty.
    ///
    /// ```
    /// use lanewalk::{Machine, Pin};
    ///
    /// let machine = Machine::detect();
    /// let (mut compact, mut spread) = (machine.pinning(Pin::Compact), machine.pinning(Pin::Spread));
    /// compact.sort_unstable();
    /// spread.sort_unstable();
    /// assert_eq!(compact, spread);
    /// assert!(machine.pinning(Pin::None).is_empty());
    /// ```
    #[must_use]
    pub fn pinning(&self, pin: Pin) -> Vec<usize> {
        let join: Join = match pin {
            Pin::Compact => <[Vec<usize>]>::concat,
            Pin::Spread => interleave,
            Pin::None => return Vec::new(),
        };
        let mut threads_seen: BTreeMap<usize, usize> = BTreeMap::new();
        let mut classes: BTreeMap<_, Vec<&LogicalCore>> = BTreeMap::new();
        for core in self.cores.iter().filter(|core| core.usable) {
            // The rank counts usable threads only: the first thread of a core may be offline or outside the mask.
            let rank = threads_seen.entry(core.physical_core).or_default();
            classes.entry((*rank, core.kind, self.lacks_memory(core.node))).or_default().push(core);
            *rank += 1;
        }
        classes.into_values().flat_map(|cores| arrange(cores, &LEVELS, join)).collect()
    }

    /// Whether a NUMA node is reported without memory.
    fn lacks_memory(&self, node: usize) -> bool {
        self.nodes.iter().any(|other| other.id == node && other.memory_bytes == Some(0))
    }
}

/// The ids of the cores, joined group by group. Each group is arranged in the same way on the next level.
fn arrange(cores: Vec<&LogicalCore>, levels: &[Level], join: Join) -> Vec<usize> {
    let Some((level, levels)) = levels.split_first() else {
        return cores.iter().map(|core| core.id).collect();
    };
    let mut groups: BTreeMap<usize, Vec<&LogicalCore>> = BTreeMap::new();
    for core in cores {
        groups.entry(level(core)).or_default().push(core);
    }
    let lists: Vec<_> = groups.into_values().map(|group| arrange(group, levels, join)).collect();
    join(&lists)
}

/// The first entry of each list, then the second entry of each, and so on. A list without a further entry is skipped.
fn interleave(lists: &[Vec<usize>]) -> Vec<usize> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|index| lists.iter().filter_map(move |list| list.get(index).copied())).collect()
}
