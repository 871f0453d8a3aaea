//! The thread pools: built once for each number of threads and each way of pinning, pinned where the operating system
//! allows it.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use core_affinity::CoreId;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pinning::Pin;
use super::topology::Machine;
use crate::error::{Error, Result};

pub(super) struct Pool {
    pub(super) pool: ThreadPool,
    /// Every thread reported that it is bound to a core of its own.
    pub(super) pinned: bool,
}

type Key = (usize, Pin);
static POOLS: Mutex<Vec<(Key, Arc<Pool>)>> = Mutex::new(Vec::new());

/// The pool of `threads` threads, started at its first use and kept for the life of the process.
pub(super) fn get(threads: usize, pin: Pin) -> Result<Arc<Pool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, pool)) = pools.iter().find(|(key, _)| *key == (threads, pin)) {
        return Ok(Arc::clone(pool));
    }
    let pool = Arc::new(start(threads, pin)?);
    pools.push(((threads, pin), Arc::clone(&pool)));
    Ok(pool)
}

/// Has the starter start it: threads inherit the mask of the thread that starts them, and who asks may be pinned.
fn start(threads: usize, pin: Pin) -> Result<Pool> {
    type Request = (usize, Pin, Sender<Result<Pool>>);
    static STARTER: OnceLock<Option<Sender<Request>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, requests) = mpsc::channel::<Request>();
        let serve = move || {
            for (threads, pin, answer) in requests {
                // The caller waits.
                _ = answer.send(build(threads, pin));
            }
        };
        thread::Builder::new().name("lanewalk-starter".to_owned()).spawn(serve).ok().map(|_| sender)
    });
    let (answer, pool) = mpsc::channel();
    let asked = starter.as_ref().is_some_and(|starter| starter.send((threads, pin, answer)).is_ok());
    let pool = asked.then(|| pool.recv().ok()).flatten();
    pool.unwrap_or_else(|| Err(Error::argument("threads", threads, "a number that can be started")))
}

fn build(threads: usize, pin: Pin) -> Result<Pool> {
    let pool = || {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("lanewalk-{index}"))
            .build()
            .map_err(|error| Error::argument("threads", threads, format!("a number that can be started ({error})")))
    };
    let cores = Machine::detect().pinning(pin);
    if threads <= cores.len() {
        let pool = pool()?;
        let held = pool.broadcast(|thread| core_affinity::set_for_current(CoreId { id: cores[thread.index()] }));
        if held.into_iter().all(|held| held) {
            return Ok(Pool { pool, pinned: true });
        }
    }
    // Not the same one: some of its threads may have been pinned.
    Ok(Pool { pool: pool()?, pinned: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_that_a_pinned_thread_asks_for_is_not_pinned_with_it() {
        let granted = core_affinity::get_core_ids();
        let pinned = get(1, Pin::Spread).unwrap();
        let pools =
            pinned.pool.broadcast(|_| (get(3, Pin::None).unwrap(), crate::Exec::default().plan().unwrap().threads));
        let (pool, threads) = &pools[0];
        assert!(!pool.pinned);
        assert!(pool.pool.broadcast(|_| core_affinity::get_core_ids()).iter().all(|ids| *ids == granted));
        assert_eq!(*threads, super::super::limits::available());
    }

    #[test]
    fn each_pinned_thread_has_a_core_of_its_own_in_order() {
        let order = Machine::detect().pinning(Pin::Compact);
        // Where the operating system pins nothing there is nothing to see.
        let Some(pool) = get(order.len().max(1), Pin::Compact).ok().filter(|pool| pool.pinned) else { return };
        let held = pool.pool.broadcast(|_| core_affinity::get_core_ids().unwrap());
        assert_eq!(held.concat().iter().map(|core| core.id).collect::<Vec<_>>(), order);
    }
}
