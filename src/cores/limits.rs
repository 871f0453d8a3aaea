//! How many threads there may be, and on which cores.

use std::sync::OnceLock;

/// The most threads a run may ask for.
pub(crate) const MAX_THREADS: usize = if cfg!(feature = "threads") { 1024 } else { 1 };

/// How many threads the operating system grants this process (affinity mask and container quota counted in).
///
/// Asked once, before any thread is pinned: a pinned thread, and all that it starts, would see one.
pub(crate) fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS))
}

/// The ids of the cores that this process may be pinned to; `None` in a build without threads, which pins nothing.
///
/// Asked once, like [`available`]. Only ids that the crate returned are ever given back to it: others can lie outside
/// the mask, or abort.
#[cfg_attr(feature = "threads", allow(clippy::unnecessary_wraps, reason = "the build without threads has none"))]
pub(crate) fn pinnable() -> Option<&'static [usize]> {
    #[cfg(feature = "threads")]
    {
        static IDS: OnceLock<Vec<usize>> = OnceLock::new();
        let ids = || core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id).collect();
        Some(IDS.get_or_init(ids))
    }
    #[cfg(not(feature = "threads"))]
    None
}
