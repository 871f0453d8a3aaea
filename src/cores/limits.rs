//! The number of threads and the cores that this process may use.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The maximum number of threads of a run.
pub(crate) const MAX_THREADS: usize = if cfg!(feature = "threads") { 1024 } else { 1 };

/// The number of threads that the operating system grants this process, within the affinity mask and the quota of the
/// container.
///
/// It is read once, so that all calls of a process return the same number.
pub(crate) fn available() -> usize {
    // 0 until the first call. Two threads that call at the same time read the same number.
    static AVAILABLE: AtomicUsize = AtomicUsize::new(0);
    let known = AVAILABLE.load(Ordering::Relaxed);
    if known > 0 {
        return known;
    }
    let granted = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    AVAILABLE.store(granted, Ordering::Relaxed);
    granted
}

/// The ids of the cores to which this process may pin threads; `None` in a build without threads, which cannot pin.
///
/// Only ids that the crate `core_affinity` returned are passed back to it. Other ids may be outside the mask or may
/// abort the process.
#[cfg_attr(feature = "threads", allow(clippy::unnecessary_wraps, reason = "a build without threads returns None"))]
pub(crate) fn pinnable() -> Option<Vec<usize>> {
    #[cfg(feature = "threads")]
    {
        Some(core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect())
    }
    #[cfg(not(feature = "threads"))]
    None
}
