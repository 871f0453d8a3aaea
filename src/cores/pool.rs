//! The thread pools: built once for each number of threads, pinned where the operating system allows it.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use core_affinity::CoreId;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::topology;
use crate::error::{Error, Result};

pub(super) struct Pool {
    pub(super) pool: ThreadPool,
    /// Every thread reported that it is bound to a core of its own.
    pub(super) pinned: bool,
}

type Key = (usize, bool);
static POOLS: Mutex<Vec<(Key, Arc<Pool>)>> = Mutex::new(Vec::new());

/// The pool of `threads` threads, started at its first use and kept for the life of the process.
pub(super) fn get(threads: usize, pin: bool) -> Result<Arc<Pool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, pool)) = pools.iter().find(|(key, _)| *key == (threads, pin)) {
        return Ok(Arc::clone(pool));
    }
    let pool = Arc::new(start(threads, pin)?);
    pools.push(((threads, pin), Arc::clone(&pool)));
    Ok(pool)
}

fn start(threads: usize, pin: bool) -> Result<Pool> {
    let cores = cores();
    let pool =
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("lanewalk-{index}"))
            .build()
            .map_err(|error| Error::argument("threads", threads, format!("a number that can be started ({error})")))?;
    let pinned = pin
        && threads <= cores.len()
        && pool.broadcast(|thread| core_affinity::set_for_current(cores[thread.index()])).into_iter().all(|held| held);
    Ok(Pool { pool, pinned })
}

/// The cores that this process may use, physical cores first.
///
/// Read once, before any thread is pinned: a pinned thread's children inherit its mask. Only ids that the crate
/// returned are ever given back to it; others can lie outside the mask or abort.
fn cores() -> &'static [CoreId] {
    static CORES: OnceLock<Vec<CoreId>> = OnceLock::new();
    CORES.get_or_init(|| {
        let mut cores = core_affinity::get_core_ids().unwrap_or_default();
        cores.sort_by_key(|core| (topology::sibling_rank(Path::new(topology::SYSTEM), core.id), core.id));
        cores
    })
}
