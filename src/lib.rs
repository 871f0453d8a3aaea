//! First-passage times of random walks, Monte Carlo pi and the heat equation in SIMD lanes and pinned threads.
//!
//! A walker starts at 0 and moves by U\[-1, 1) in each step. This crate computes the number of steps until the walker
//! first reaches distance Y, with two guarantees:
//!
//! - **One seed, one result.** The result is the same to the last bit for every layer, instruction set, number of
//!   lanes, number of threads and split into shards.
//! - **An exact value for every estimate.** The exact value is computed from an integral equation and reported with the
//!   estimate and its z-score.
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
//! A function takes *what* to compute ([`Walk`], [`Pi`], [`Rod`]) and *how* to run it ([`Exec`]). The choice of how to
//! run never changes the result. The scaling laws in [`model`] describe the limits of a run on several workers.
//!
//! # Inside another program
//!
//! A function may be called from any thread: from a thread of another pool while it holds a lock, from a task of
//! [`tasks::map`], or in a forked child. A run on one thread uses the calling thread. Other runs use pools, which start
//! at their first use and are kept. Nothing is pinned unless [`Exec::pin`] requests it. No function prints, handles
//! signals, or panics because of its arguments.
//!
//! | to | use |
//! | --- | --- |
//! | choose threads, layer and instruction set | [`Exec`], [`Exec::plan`] |
//! | show progress, stop a run, handle interrupts | [`RunControl`] |
//! | keep what is finished after a stop | [`run_in_shards`] |
//! | split a run over jobs, store and merge results | [`Walk::walkers`], [`Pi::shard`], [`Mergeable`], [`Parts`] |
//! | get every walker | [`walk_each`], [`walk_in_blocks`] |
//! | get a distribution, counted or exact | [`time_distribution`], `Walk::distribution`, [`Distribution`] |
//! | read a rod between steps, or exchange halos yourself | [`Stepper`], [`SubDomain`] |
//! | draw the same random numbers | [`Stream`], [`base`], [`Label`], and the rules in [`contract`] |
//! | know the memory of a run | [`Rod::memory`], [`Error::OutOfMemory`] |
//!
//! A forked child has its own pools. Two cases are not covered: in a chain of more than 64 nested forks in which every
//! process calls the library, further processes start new threads for each call; and a process that has the process id
//! of one of its ancestors would wait for threads that do not exist.
//!
//! # Features
//!
//! All features except `serde` are on by default. Every combination builds and gives the same results.
//!
//! | feature | adds |
//! | --- | --- |
//! | `wide` | the `simd` layer on the crate `wide`, whose instruction set is fixed at compile time |
//! | `pulp` | the `simd` layer on AVX2, AVX-512 and NEON through the crate `pulp`, chosen at run time |
//! | `threads` | more than one thread, and pinning |
//! | `exact` | the exact values of the estimates, and the models of parallel time |
//! | `spectral` | the spectral method for the rod, and the rounding error of stepping |
//! | `serde` | serialisation of [`Parts`] (not on by default) |
//! | `cli` | the program `lanewalk`; libraries set `default-features = false` and list the features that they need |
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(any(feature = "wide", all(feature = "pulp", any(target_arch = "x86_64", target_arch = "aarch64")))),
    allow(dead_code, reason = "a build without a backend has no lanes for the generic kernels to run on")
)]

mod clock;
mod cores;
mod environment;
mod error;
mod exec;
#[cfg(any(feature = "exact", feature = "spectral"))]
mod fourier;
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
mod shards;
mod space;
mod stats;
mod stream;
pub mod tasks;
mod walk;

pub use cores::{LogicalCore, Machine, NumaNode, Pin};
pub use environment::{Environment, ISA_VARIABLE, THREADS_VARIABLE};
pub use error::{Error, Result};
pub use exec::{Exec, Layer, Plan};
pub use heat::{Evolution, Grid, Partition, Rod, RodMethod, Side, Stepper, SubDomain, Timings, evolve};
pub use lanes::Isa;
pub use line::{Barriers, Distances, FirstExit, FirstPassage, Method, Overshoot, first_exit, first_passage};
#[cfg(feature = "exact")]
pub use line::{ExitMoments, LineDistribution, Moments, exact_moments};
pub use merge::{Mergeable, Parts};
pub use pi::{BatchSummary, Batches, Pi, PiMethod, PiTally, estimate_pi, estimate_pi_batches};
/// The traits of `rand` 0.10 for random number generators, which [`Stream`] implements.
pub use rand_xoshiro::rand_core;
#[cfg(feature = "exact")]
pub use returns::ReturnDistribution;
pub use returns::{FirstReturn, ReturnKind, Returning, first_return};
pub use run_control::RunControl;
pub use shards::{Finished, ShardResult, run_in_shards};
#[cfg(feature = "exact")]
pub use space::RegionDistribution;
pub use space::{Excess, Region, RegionExit, Shape, region_exit};
pub use stats::{Distribution, Estimate, EstimateWithExact, MissingZ, Tally};
pub use stream::{Label, MAX_STREAMS, Stream, UNIT, base, distance_key, independent_seed};
pub use walk::{
    CENSORED, NOT_DONE, OnePass, Problem, TimeDistribution, Walk, WalkerBlock, time_distribution, walk_each,
    walk_in_blocks, walk_once,
};

/// Items for the program `lanewalk` only. They are not part of the public interface.
#[doc(hidden)]
pub mod internal {
    pub use crate::cores::kernel_text;
    pub use crate::heat::{heat_ceiling, start_field};
    pub use crate::line::walk_ceiling;
    pub use crate::memory::check as check_memory;
    pub use crate::pi::pi_ceiling;
    pub use crate::returns::lattice_ceiling;
    pub use crate::space::region_ceiling;
    #[cfg(feature = "exact")]
    pub use crate::stats::ChiSquared;
    pub use crate::stats::{COVERAGE, MedianInterval, median, median_interval, quantile, share_z};
    pub use crate::walk::check_times_memory;
}

#[doc = include_str!("../docs/determinism.md")]
pub mod contract {}

/// Includes the README, so that its Rust code is compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
