//! The heat equation on a rod: df/dt = d2f/dx2 on \[0, pi\], both ends held at zero, by explicit Euler steps.
//!
//! In imaginary time this iteration converges to the lowest solution of d2f/dx2 = -f, which is sin(x). With the spacing
//! h, the time step dt and r = dt / h^2, one step is
//!
//! ```text
//! new[i] = c * old[i] + r * (old[i-1] + old[i+1])        c = 1 - 2 r
//! ```
//!
//! in this order of operations. Each operation is rounded; there is no fused multiply-add. This is the contract of the
//! workload.

mod ceiling;
mod domain;
mod evolution;
mod grid;
mod halo;
mod interchanged;
mod overlap;
mod poll;
mod problem;
mod run;
mod scalar;
mod simd;
#[cfg(feature = "spectral")]
mod spectral;
mod stepper;

pub use ceiling::heat_ceiling;
pub use domain::{Side, SubDomain};
pub use evolution::Evolution;
pub use grid::{Grid, Partition};
pub use problem::{Rod, RodMethod, start_field};
pub use run::evolve;
pub use stepper::{Stepper, Timings};
