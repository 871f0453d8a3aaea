//! The narrow vector vocabulary of the kernels, and the one dispatch.
//!
//! [`Lanes`] holds just the operations that kernels use. It is not a general SIMD library: a kernel is written once,
//! generic over it, and each backend says in a line or two how its machine does an operation. An implementation of
//! `Lanes` is a token: it can only be had where its instructions exist ([`Backend::new`]).
//!
//! Every function below dispatch is `#[inline(always)]`. A vector function that is not inlined into the function that
//! [`Backend::run`] compiles for the instruction set is compiled for the baseline instead: right, and ten times slower.

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
pub(crate) use vocabulary::{Kernel, Lanes};
