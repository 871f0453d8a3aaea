//! The extension module `lanewalk._lanewalk`: the Rust library `lanewalk` for the Python package of the same name.
//!
//! This module converts arguments, results and errors, and releases the GIL. The package in `python/lanewalk` adds the
//! public functions, with their types and documentation. Nothing is computed in either of them.

mod arguments;
mod arrays;
mod control;
mod distribution;
mod errors;
mod machine;
mod model;
mod outcome;
mod pi;
mod program;
mod rod;
mod streams;
mod tasks;
mod walk;

use pyo3::prelude::*;

/// The compiled part of the package `lanewalk`.
#[pymodule(gil_used = false)]
mod _lanewalk {
    #[pymodule_export]
    use crate::arguments::count_in_python;
    #[pymodule_export]
    use crate::distribution::Distribution;
    #[pymodule_export]
    use crate::machine::machine;
    #[pymodule_export]
    use crate::model::{Law, NotIdentifiable, compare, karp_flatt};
    #[pymodule_export]
    use crate::outcome::Outcome;
    #[pymodule_export]
    use crate::pi::{estimate_pi, estimate_pi_batches};
    #[pymodule_export]
    use crate::program::program;
    #[pymodule_export]
    use crate::rod::{Evolution, Stepper, evolve, heat_step};
    #[pymodule_export]
    use crate::streams::{base, draws, independent_seed, steps};
    #[pymodule_export]
    use crate::tasks::simulate;
    #[pymodule_export]
    use crate::walk::{Walk, barriers, distance, distances, region, returning};

    /// T of a walk that the horizon ended.
    #[pymodule_export]
    const CENSORED: u64 = lanewalk::CENSORED;

    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
