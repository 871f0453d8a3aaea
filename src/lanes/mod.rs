//! The vector operations of the kernels, and the dispatch to an instruction set.
//!
//! [`Lanes`] and its extensions hold only the operations that kernels use; this is not a general SIMD library. A kernel
//! is written once, generic over these traits. Each backend implements an operation in a line or two. A value that
//! implements `Lanes` is a token: [`Backend::new`] creates it only on a machine that has the instructions.
//!
//! Every function that the dispatch calls is `#[inline(always)]`. [`Backend::run`] compiles one function for the
//! instruction set. A vector function that is not inlined into this function is compiled for the baseline. It is
//! correct, but much slower.

#[cfg(all(feature = "pulp", target_arch = "x86_64"))]
mod avx2;
#[cfg(all(feature = "pulp", target_arch = "x86_64"))]
mod avx512;
mod dispatch;
mod isa;
#[cfg(all(feature = "pulp", target_arch = "aarch64"))]
mod neon;
#[cfg(test)]
mod tests;
mod vocabulary;
#[cfg(feature = "wide")]
mod wide;

pub(crate) use dispatch::Backend;
pub use isa::Isa;
pub(crate) use vocabulary::{AllLanes, DoubleLanes, FieldLanes, Kernel, Lanes, ShuffleLanes};
