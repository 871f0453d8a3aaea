//! First-passage times of random walks, Monte Carlo pi and the heat equation in SIMD lanes and pinned threads.
//!
//! A walker starts at 0 and moves by U\[-1, 1) in each step. After how many steps is it first at distance Y or beyond?
//! This crate answers with two promises:
//!
//! - **One seed, one answer.** The result is the same to the last bit for every layer, instruction set, number of
//!   lanes, number of threads and split into shards.
//! - **A truth beside every number.** The exact value is computed from an integral equation and stands beside the
//!   estimate, with the z-score.
//!
//! ```
//! use lanewalk::{Exec, Walk, first_passage};
//!
//! // 300 walks to each of two distances, on all cores, with the widest vectors of this machine.
//! let walk = Walk::to_each([10.0, 20.0]).samples(300).seed(1);
//! for crossing in first_passage(&walk, &Exec::default())? {
//!     let estimate = crossing.estimate().unwrap();
//!     println!("{} +- {:?}, exactly {}", estimate.value, estimate.std_error, crossing.exact().mean);
//! }
//! # Ok::<(), lanewalk::Error>(())
//! ```
//!
//! A function takes *what* to compute ([`Walk`], [`Pi`], [`Rod`]) and *how* to run it ([`Exec`]); how never changes
//! what comes out. What limits a run on several workers, the laws in [`model`] say.
//!
//! # Features
//!
//! All but `serde` are on by default. Any combination builds and gives the same answers.
//!
//! | feature | what it brings |
//! | --- | --- |
//! | `wide` | the `simd` layer on the crate `wide`, whose instruction set is fixed when compiled |
//! | `pulp` | the `simd` layer on AVX2, AVX-512 and NEON through the crate `pulp`, chosen when run |
//! | `threads` | more than one thread, and pinning |
//! | `exact` | the exact values beside the estimates, and the models of parallel time |
//! | `spectral` | all steps of a rod at once, and with them the rounding error of stepping |
//! | `serde` | [`Parts`] can be serialised (not on by default) |
//! | `cli` | the program `lanewalk`; a library wants `default-features = false` and those of the others that it needs |
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(any(feature = "wide", all(feature = "pulp", any(target_arch = "x86_64", target_arch = "aarch64")))),
    allow(dead_code, reason = "a build without a backend has no lanes for the generic kernels to run on")
)]

mod clock;
mod cores;
mod error;
mod exec;
mod heat;
mod lanes;
mod lattice;
mod line;
mod memory;
mod merge;
#[cfg(feature = "exact")]
pub mod model;
mod names;
mod once;
mod pi;
mod returns;
mod run_control;
mod space;
mod stats;
mod stream;
pub mod tasks;
mod walk;

pub use cores::{LogicalCore, Machine, NumaNode, Pin};
pub use error::{Error, Result};
pub use exec::{Exec, ISA_VARIABLE, Layer, Plan};
pub use heat::{Evolution, Grid, Partition, Rod, RodMethod, Side, Stepper, SubDomain, Timings, evolve};
pub use lanes::Isa;
pub use line::{Barriers, Distances, FirstExit, FirstPassage, Method, Overshoot, first_exit, first_passage};
#[cfg(feature = "exact")]
pub use line::{ExitMoments, Moments, Survival, exact_moments};
pub use merge::{Mergeable, Parts};
pub use pi::{BatchSummary, Batches, Pi, PiMethod, PiTally, estimate_pi, estimate_pi_batches};
/// The traits of random number generators that [`Stream`] implements, as `rand` 0.10 has them.
pub use rand_xoshiro::rand_core;
#[cfg(feature = "exact")]
pub use returns::ReturnDistribution;
pub use returns::{FirstReturn, ReturnKind, Returning, first_return};
pub use run_control::RunControl;
pub use space::{Excess, Region, RegionExit, Shape, region_exit};
pub use stats::{Estimate, EstimateWithExact, Tally};
pub use stream::{Label, MAX_STREAMS, Stream, UNIT, base, distance_key, independent_seed};
#[cfg(feature = "exact")]
pub use walk::SurvivalFunction;
pub use walk::{
    CENSORED, NOT_DONE, OnePass, Problem, TimeDistribution, Walk, WalkerBlock, time_distribution, walk_each,
    walk_in_blocks, walk_once,
};

/// What the program needs of the library and no other user: no part of the public interface.
#[doc(hidden)]
pub mod internal {
    pub use crate::heat::heat_ceiling;
    pub use crate::line::walk_ceiling;
    pub use crate::memory::check as check_memory;
    pub use crate::pi::pi_ceiling;
    pub use crate::returns::lattice_ceiling;
    pub use crate::space::region_ceiling;
    pub use crate::stats::{COVERAGE, MedianInterval, median, median_interval, quantile, share_z};
    #[cfg(feature = "exact")]
    pub use crate::stats::{ChiSquared, INDISTINGUISHABLE, best_models};
}

/// The Rust code in the README is compiled and run with the examples of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
