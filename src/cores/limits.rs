//! How many threads there may be, and on which cores.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The most threads a run may ask for.
pub(crate) const MAX_THREADS: usize = if cfg!(feature = "threads") { 1024 } else { 1 };

/// How many threads the operating system grants this process (affinity mask and container quota counted in).
///
/// Asked once, so that it is the same for all calls of a process.
pub(crate) fn available() -> usize {
    // 0 while not asked. Two threads that ask at the same time are told the same.
    static AVAILABLE: AtomicUsize = AtomicUsize::new(0);
    let known = AVAILABLE.load(Ordering::Relaxed);
    if known > 0 {
        return known;
    }
    let granted = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    AVAILABLE.store(granted, Ordering::Relaxed);
    granted
}

/// The ids of the cores that this process may be pinned to; `None` in a build without threads, which pins nothing.
///
/// Only ids that the crate returned are ever given back to it: others can lie outside the mask, or abort.
#[cfg_attr(feature = "threads", allow(clippy::unnecessary_wraps, reason = "the build without threads has none"))]
pub(crate) fn pinnable() -> Option<Vec<usize>> {
    #[cfg(feature = "threads")]
    {
        Some(core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect())
    }
    #[cfg(not(feature = "threads"))]
    None
}
