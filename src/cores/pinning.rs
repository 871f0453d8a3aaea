//! In which order workers are put on logical cores.

use std::collections::BTreeMap;

use super::topology::{LogicalCore, Machine};
use crate::names::names;

/// Which cores the threads are pinned to: one thread to a core, one for each physical core first.
/// [`Machine::pinning`](crate::Machine::pinning) gives the order in full.
///
/// ```
/// use lanewalk::{Exec, Pin, Pi, estimate_pi};
///
/// let inside = |pin| estimate_pi(&Pi::points(1000), &Exec::default().pin(pin)).map(|score| score.inside());
/// assert_eq!(inside(Pin::Spread)?, inside(Pin::None)?);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pin {
    /// Near together: all cores of a NUMA node before the next one, for threads that share data.
    Compact,
    /// Far apart: round-robin over sockets and NUMA nodes, for threads that want memory bandwidth and cache of their
    /// own.
    Spread,
    /// Not pinned: the operating system moves threads as it likes.
    #[default]
    None,
}

impl Pin {
    /// Every way of pinning.
    pub const ALL: &'static [Self] = &[Self::Compact, Self::Spread, Self::None];
}
names!(Pin, "pin", Compact => "compact", Spread => "spread", None => "none");

/// What distinguishes the groups of one level.
type Level = fn(&LogicalCore) -> usize;

/// How the lists of several groups become one.
type Join = fn(&[Vec<usize>]) -> Vec<usize>;

/// What cores may share, from the farthest to the nearest: socket, NUMA node, last-level cache.
const LEVELS: [Level; 3] =
    [|core| core.socket, |core| core.node, |core| core.last_level_cache.unwrap_or(core.physical_core)];

impl Machine {
    /// The logical cores that this process may use, in the order in which workers are pinned to them.
    ///
    /// First comes one for each physical core: performance cores before efficiency cores, and of each kind those on
    /// NUMA nodes with memory before those on nodes without. Then come the second hardware threads of the same cores
    /// (SMT siblings), in the same order, then the third. Within each of these groups [`Pin::Compact`] fills one NUMA
    /// node before the next and all nodes of a socket before the next socket; [`Pin::Spread`] goes round over the
    /// sockets, their nodes, and in these over the last-level caches. With [`Pin::None`] the list is empty.
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
            Pin::Spread => in_turns,
            Pin::None => return Vec::new(),
        };
        let mut threads_seen: BTreeMap<usize, usize> = BTreeMap::new();
        let mut classes: BTreeMap<_, Vec<&LogicalCore>> = BTreeMap::new();
        for core in self.cores.iter().filter(|core| core.usable) {
            // Counted among the usable ones: the first of a physical core may be offline or another process's.
            let rank = threads_seen.entry(core.physical_core).or_default();
            classes.entry((*rank, core.kind, self.lacks_memory(core.node))).or_default().push(core);
            *rank += 1;
        }
        classes.into_values().flat_map(|cores| arranged(cores, &LEVELS, join)).collect()
    }

    /// Whether a NUMA node is known to have none.
    fn lacks_memory(&self, node: usize) -> bool {
        self.nodes.iter().any(|other| other.id == node && other.memory_bytes == Some(0))
    }
}

/// The cores' ids, group by group, and in each group likewise on the next level.
fn arranged(cores: Vec<&LogicalCore>, levels: &[Level], join: Join) -> Vec<usize> {
    let Some((level, levels)) = levels.split_first() else {
        return cores.iter().map(|core| core.id).collect();
    };
    let mut groups: BTreeMap<usize, Vec<&LogicalCore>> = BTreeMap::new();
    for core in cores {
        groups.entry(level(core)).or_default().push(core);
    }
    let lists: Vec<_> = groups.into_values().map(|group| arranged(group, levels, join)).collect();
    join(&lists)
}

/// The first of each list, then the second of each, and so on; a list that is at its end is passed over.
fn in_turns(lists: &[Vec<usize>]) -> Vec<usize> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|place| lists.iter().filter_map(move |list| list.get(place).copied())).collect()
}
