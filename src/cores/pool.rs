//! The thread pools. A run leases an idle pool with its number of threads and its pinning, or starts a new one, so that
//! no run waits for another one. The threads are pinned if the operating system allows it.

use std::cell::Cell;
use std::io;
use std::ops::Deref;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use core_affinity::CoreId;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pinning::Pin;
use super::process::{MAX_PROCESSES, PerProcess, process_id};
use super::topology::Machine;
use crate::error::{Error, Result};
use crate::run_control::{POLL, RunControl};

pub(super) struct Pool {
    pub(super) pool: ThreadPool,
    /// Whether every thread reported that it is pinned to its own core.
    pinned: bool,
}

/// The number of threads, and their pinning.
type Key = (usize, Pin);

/// The maximum number of idle pools of a key. More pools exist only while more runs with this key are in progress.
const MAX_IDLE: usize = 4;

/// The pools that no run uses.
struct Pools {
    idle: Vec<(Key, Pool)>,
    /// For each key of which a pool was started: whether its threads are pinned.
    pinned: Vec<(Key, bool)>,
}

/// The pools of this process; `None` if no slot is free for this process.
fn pools() -> Option<MutexGuard<'static, Pools>> {
    static POOLS: PerProcess<Mutex<Pools>> =
        PerProcess::new([const { Mutex::new(Pools { idle: Vec::new(), pinned: Vec::new() }) }; MAX_PROCESSES]);
    Some(POOLS.get()?.lock().unwrap_or_else(PoisonError::into_inner))
}

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread belongs to a lanewalk pool.
pub(super) fn is_pool_thread() -> bool {
    IS_OURS.get()
}

/// A pool that one run uses. It becomes idle when the lease is dropped.
pub(super) struct Lease {
    key: Key,
    process: u32,
    pool: Option<Pool>,
}

/// Leases a pool of `threads` threads.
pub(super) fn lease(threads: usize, pin: Pin) -> Result<Lease> {
    let key = (threads, pin);
    let idle = pools().and_then(|mut pools| {
        let place = pools.idle.iter().position(|(of, _)| *of == key)?;
        Some(pools.idle.swap_remove(place).1)
    });
    let pool = match idle {
        Some(pool) => pool,
        None => build(threads, pin)?,
    };
    if let Some(mut pools) = pools()
        && !pools.pinned.contains(&(key, pool.pinned))
    {
        pools.pinned.retain(|(of, _)| *of != key);
        pools.pinned.push((key, pool.pinned));
    }
    Ok(Lease { key, process: process_id(), pool: Some(pool) })
}

impl Deref for Lease {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        self.pool.as_ref().unwrap_or_else(|| unreachable!("a lease has its pool until it is dropped"))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        if self.process != process_id() {
            // The process was forked during the lease, and the threads of the pool are not in the child.
            return std::mem::forget(pool);
        }
        if let Some(mut pools) = pools()
            && pools.idle.iter().filter(|(key, _)| *key == self.key).count() < MAX_IDLE
        {
            pools.idle.push((self.key, pool));
        }
    }
}

/// Whether the threads of these pools are pinned; `None` if no such pool has been started.
pub(super) fn holds_pins(threads: usize, pin: Pin) -> Option<bool> {
    pools()?.pinned.iter().find(|(key, _)| *key == (threads, pin)).map(|(_, pinned)| *pinned)
}

fn build(threads: usize, pin: Pin) -> Result<Pool> {
    let pool = || {
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("lanewalk-{index}"))
            .start_handler(|_| IS_OURS.set(true))
            .build()
            .map_err(|error| Error::Threads { threads, reason: error.to_string() })
    };
    let cores = if pin == Pin::None { Vec::new() } else { Machine::detect().pinning(pin) };
    if threads <= cores.len() {
        let pool = pool()?;
        let held = pool.broadcast(|thread| core_affinity::set_for_current(CoreId { id: cores[thread.index()] }));
        if held.into_iter().all(|held| held) {
            return Ok(Pool { pool, pinned: true });
        }
    }
    // Build a new pool, because some threads of the first one may be pinned.
    Ok(Pool { pool: pool()?, pinned: false })
}

impl Pool {
    /// Calls `work` once on each thread, with the thread's number, and returns the results.
    ///
    /// The caller sleeps until all calls have returned. A worker of the host program's own rayon pool would not sleep:
    /// rayon runs other jobs of that pool on it while it waits, even if it holds a lock. So such a caller waits for an
    /// additional thread, which waits for the pool.
    ///
    /// The additional thread also waits for the pool if the caller has to call the hook of the control.
    pub(super) fn broadcast<R: Send>(&self, control: &RunControl, work: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
        let run = || self.pool.broadcast(|thread| work(thread.index()));
        if rayon::current_thread_index().is_none() && !control.has_hook() {
            return Ok(run());
        }
        thread::scope(|scope| {
            let (running, ended) = mpsc::channel::<()>();
            let wait = move || {
                // Dropped when the pool has finished, also after a panic.
                let _running = running;
                run()
            };
            let failed = |error: io::Error| Error::Threads {
                threads: self.pool.current_num_threads(),
                reason: error.to_string(),
            };
            let waiting = thread::Builder::new().name("lanewalk-caller".to_owned()).spawn_scoped(scope, wait);
            let waiting = waiting.map_err(failed)?;
            while control.has_hook() && ended.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                // Calls the hook. The workers check for a stop themselves.
                _ = control.is_stopped();
            }
            Ok(waiting.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_pinned_thread_has_its_own_core_in_order() {
        let order = Machine::detect().pinning(Pin::Compact);
        // The test passes if the operating system does not pin threads.
        let Some(pool) = lease(order.len().max(1), Pin::Compact).ok().filter(|pool| pool.pinned) else { return };
        let held = pool.broadcast(&RunControl::new(), |_| core_affinity::get_core_ids().unwrap()).unwrap();
        assert_eq!(held.concat().iter().map(|core| core.id).collect::<Vec<_>>(), order);
    }

    #[test]
    fn pool_threads_are_recognised() {
        assert!(!is_pool_thread());
        assert_eq!(
            lease(2, Pin::None).unwrap().broadcast(&RunControl::new(), |_| is_pool_thread()).unwrap(),
            [true, true]
        );
    }

    #[test]
    fn runs_at_the_same_time_have_different_pools() {
        let names = |lease: &Lease| {
            lease.broadcast(&RunControl::new(), |_| thread::current().id()).unwrap().into_iter().collect::<HashSet<_>>()
        };
        let (one, two) = (lease(5, Pin::None).unwrap(), lease(5, Pin::None).unwrap());
        let (first, second) = (names(&one), names(&two));
        assert!(first.len() == 5 && first.is_disjoint(&second));
        drop(one);
        assert_eq!(names(&lease(5, Pin::None).unwrap()), first, "an idle pool is used again");
        // Not all of many pools are kept.
        let many: Vec<Lease> = (0..2 * MAX_IDLE).map(|_| lease(5, Pin::None).unwrap()).collect();
        drop(many);
        let idle = pools().unwrap().idle.iter().filter(|(key, _)| *key == (5, Pin::None)).count();
        assert_eq!(idle, MAX_IDLE);
    }

    #[test]
    fn a_query_does_not_start_a_pool() {
        assert_eq!(holds_pins(3, Pin::Spread), None);
        lease(3, Pin::Spread).unwrap();
        assert!(holds_pins(3, Pin::Spread).is_some());
    }
}
