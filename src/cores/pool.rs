//! The thread pools. One pool is built for each number of threads and each pinning; its threads are pinned if the
//! operating system allows it.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use core_affinity::CoreId;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pinning::Pin;
use super::process::{MAX_PROCESSES, PerProcess};
use super::topology::Machine;
use crate::error::{Error, Result};
use crate::run_control::{POLL, RunControl};

pub(super) struct Pool {
    pub(super) pool: ThreadPool,
    /// Whether every thread reported that it is pinned to its own core.
    pub(super) pinned: bool,
}

/// The number of threads, and their pinning.
type Key = (usize, Pin);

type Pools = Vec<(Key, Arc<Pool>)>;

/// The pools of this process; `None` if no slot is free for this process.
fn pools() -> Option<MutexGuard<'static, Pools>> {
    static POOLS: PerProcess<Mutex<Pools>> = PerProcess::new([const { Mutex::new(Vec::new()) }; MAX_PROCESSES]);
    Some(POOLS.get()?.lock().unwrap_or_else(PoisonError::into_inner))
}

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread belongs to a lanewalk pool.
pub(super) fn is_pool_thread() -> bool {
    IS_OURS.get()
}

/// The pool of `threads` threads, started at its first use and kept for the life of the process.
pub(super) fn get(threads: usize, pin: Pin) -> Result<Arc<Pool>> {
    let Some(mut pools) = pools() else { return build(threads, pin).map(Arc::new) };
    if let Some((_, pool)) = pools.iter().find(|(key, _)| *key == (threads, pin)) {
        return Ok(Arc::clone(pool));
    }
    let pool = Arc::new(build(threads, pin)?);
    pools.push(((threads, pin), Arc::clone(&pool)));
    Ok(pool)
}

/// Whether the threads of this pool are pinned; `None` if the pool has not been started.
pub(super) fn holds_pins(threads: usize, pin: Pin) -> Option<bool> {
    pools()?.iter().find(|(key, _)| *key == (threads, pin)).map(|(_, pool)| pool.pinned)
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

    #[test]
    fn each_pinned_thread_has_its_own_core_in_order() {
        let order = Machine::detect().pinning(Pin::Compact);
        // The test passes if the operating system does not pin threads.
        let Some(pool) = get(order.len().max(1), Pin::Compact).ok().filter(|pool| pool.pinned) else { return };
        let held = pool.broadcast(&RunControl::new(), |_| core_affinity::get_core_ids().unwrap()).unwrap();
        assert_eq!(held.concat().iter().map(|core| core.id).collect::<Vec<_>>(), order);
    }

    #[test]
    fn pool_threads_are_recognised() {
        assert!(!is_pool_thread());
        assert_eq!(
            get(2, Pin::None).unwrap().broadcast(&RunControl::new(), |_| is_pool_thread()).unwrap(),
            [true, true]
        );
    }

    #[test]
    fn a_query_does_not_start_a_pool() {
        assert_eq!(holds_pins(3, Pin::Spread), None);
        get(3, Pin::Spread).unwrap();
        assert!(holds_pins(3, Pin::Spread).is_some());
    }
}
