//! First-crossing times of random walks, Monte Carlo pi and the heat equation in SIMD lanes and pinned threads.
//!
//! A walker starts at 0 and moves by U\[-1, 1) in each step. After how many steps is it first at distance Y or beyond? This
//! crate answers with two promises:
//!
//! - **One seed, one answer.** The result is the same to the last bit for every layer, instruction set, number of lanes,
//!   number of threads and split into shards.
//! - **A truth beside every number.** The exact value is computed from an integral equation and stands beside the
//!   estimate, with the z-score.
//!
//! ```
//! use lanewalk::{Exec, Walk, first_crossing};
//!
//! // 300 walks to each of two distances, on all cores, with the widest vectors of this machine.
//! let walk = Walk::to_each([10.0, 20.0]).samples(300).seed(1);
//! for crossing in first_crossing(&walk, &Exec::default())? {
//!     let estimate = crossing.estimate().unwrap();
//!     println!("{} +- {:?}, exactly {}", estimate.value, estimate.std_error, crossing.exact().mean);
//! }
//! # Ok::<(), lanewalk::Error>(())
//! ```
//!
//! A function takes *what* to compute ([`Walk`], [`Pi`], [`Rod`]) and *how* to run it ([`Exec`]); how never changes what comes
//! out. What limits a run on several workers, the laws in [`model`] say.
//!
//! # Features
//!
//! All on by default. Any combination builds and gives the same answers.
//!
//! | feature | what it brings |
//! | --- | --- |
//! | `wide` | the `simd` layer on the crate `wide`, whose instruction set is fixed when compiled |
//! | `pulp` | the `simd` layer on AVX2, AVX-512 and NEON through the crate `pulp`, chosen when run |
//! | `threads` | more than one thread, and pinning |
//! | `cli` | the program `lanewalk`; a library wants `default-features = false` and the three above |
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(any(feature = "wide", all(feature = "pulp", any(target_arch = "x86_64", target_arch = "aarch64")))),
    allow(dead_code, reason = "a build without a backend has no lanes for the generic kernels to run on")
)]

mod cores;
mod error;
mod exec;
mod heat;
mod lanes;
mod lattice;
pub mod model;
mod pi;
mod returns;
mod space;
mod stream;
mod tally;
pub mod tasks;
mod walk;

pub use cores::{LogicalCore, Machine, NumaNode};
pub use error::{Error, Result};
pub use exec::{Exec, ISA_VARIABLE, Isa, Layer, Pin, Plan, Watch};
pub use heat::{Cut, Evolution, Mesh, Rod, RodMethod, Side, Spent, SubDomain, evolve, heat_ceiling};
pub use pi::{BatchSummary, Batches, Pi, PiMethod, Score, estimate_pi, estimate_pi_batches, pi_ceiling};
pub use returns::{Return, ReturnTimes, Returning, Returns, first_return, lattice_ceiling};
pub use space::{Escape, Excess, Region, Shape, escape_ceiling, first_escape};
pub use stream::stream;
pub use tally::{Estimate, Judged, Tally};
pub use walk::{
    Between, Crossing, Distances, Exit, Law, Method, Moments, Overshoot, Problem, Sides, Survival, Times, Walk,
    exact_moments, first_crossing, first_crossing_each, first_exit, first_times, walk_ceiling,
};
