//! The thread pools: built once for each number of threads and each way of pinning, pinned where the operating system
//! allows it.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use core_affinity::CoreId;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pinning::Pin;
use super::process::{PLACES, PerProcess};
use super::topology::Machine;
use crate::error::{Error, Result};
use crate::run_control::{POLL, RunControl};

pub(super) struct Pool {
    pub(super) pool: ThreadPool,
    /// Every thread reported that it is bound to a core of its own.
    pub(super) pinned: bool,
}

/// How many threads, and how they are pinned.
type Key = (usize, Pin);

type Pools = Vec<(Key, Arc<Pool>)>;

/// The pools of this process; `None` if there is no place for them.
fn pools() -> Option<MutexGuard<'static, Pools>> {
    static POOLS: PerProcess<Mutex<Pools>> = PerProcess::new([const { Mutex::new(Vec::new()) }; PLACES]);
    Some(POOLS.get()?.lock().unwrap_or_else(PoisonError::into_inner))
}

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread belongs to a pool of lanewalk's.
pub(super) fn is_ours() -> bool {
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

/// Whether the pool of `threads` threads holds its pins; `None` if it has not been started.
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
    // Not the same one: some of its threads may have been pinned.
    Ok(Pool { pool: pool()?, pinned: false })
}

impl Pool {
    /// Calls `work` once on each thread, with the thread's number, and returns what the calls returned.
    ///
    /// The caller sleeps meanwhile. A worker of the host program's own rayon pool would not: rayon has it do other jobs
    /// of that pool while it waits, under whatever lock it holds. So such a caller waits for a thread that waits for
    /// the pool.
    ///
    /// The same thread waits where the caller has a question to ask meanwhile.
    pub(super) fn broadcast<R: Send>(&self, control: &RunControl, work: impl Fn(usize) -> R + Sync) -> Result<Vec<R>> {
        let run = || self.pool.broadcast(|thread| work(thread.index()));
        if rayon::current_thread_index().is_none() && !control.has_hook() {
            return Ok(run());
        }
        thread::scope(|scope| {
            let (over, ended) = mpsc::channel::<()>();
            let wait = move || {
                // Dropped when the pool is done, even by a panic.
                let _over = over;
                run()
            };
            let failed = |error: io::Error| Error::Threads {
                threads: self.pool.current_num_threads(),
                reason: error.to_string(),
            };
            let waiting = thread::Builder::new().name("lanewalk-caller".to_owned()).spawn_scoped(scope, wait);
            let waiting = waiting.map_err(failed)?;
            while control.has_hook() && ended.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                // Asks the hook. The workers see a stop themselves.
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
    fn each_pinned_thread_has_a_core_of_its_own_in_order() {
        let order = Machine::detect().pinning(Pin::Compact);
        // Where the operating system pins nothing there is nothing to see.
        let Some(pool) = get(order.len().max(1), Pin::Compact).ok().filter(|pool| pool.pinned) else { return };
        let held = pool.broadcast(&RunControl::new(), |_| core_affinity::get_core_ids().unwrap()).unwrap();
        assert_eq!(held.concat().iter().map(|core| core.id).collect::<Vec<_>>(), order);
    }

    #[test]
    fn threads_of_a_pool_are_known() {
        assert!(!is_ours());
        assert_eq!(get(2, Pin::None).unwrap().broadcast(&RunControl::new(), |_| is_ours()).unwrap(), [true, true]);
    }

    #[test]
    fn a_question_starts_no_pool() {
        assert_eq!(holds_pins(3, Pin::Spread), None);
        get(3, Pin::Spread).unwrap();
        assert!(holds_pins(3, Pin::Spread).is_some());
    }
}
