//! The dispatch from an instruction set to the lanes that a kernel runs on.

use super::isa::Isa;
#[cfg(all(feature = "pulp", target_arch = "aarch64"))]
use super::neon;
use super::vocabulary::Kernel;
#[cfg(feature = "wide")]
use super::wide;
#[cfg(all(feature = "pulp", target_arch = "x86_64"))]
use super::{avx2, avx512};

/// An instruction set that this machine supports.
#[derive(Clone, Copy)]
pub(crate) enum Backend {
    #[cfg(feature = "wide")]
    Wide(wide::Wide),
    #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
    Avx2(avx2::Avx2),
    #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
    Avx512(avx512::Avx512),
    #[cfg(all(feature = "pulp", target_arch = "aarch64"))]
    Neon(neon::Neon),
}

impl Backend {
    /// The backend for `isa`; `None` if this build or this machine does not support it.
    pub(crate) fn new(isa: Isa) -> Option<Self> {
        match isa {
            #[cfg(feature = "wide")]
            Isa::Wide => Some(Self::Wide(wide::Wide)),
            #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
            Isa::Avx2 => avx2::Avx2::new().map(Self::Avx2),
            #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
            Isa::Avx512 => avx512::Avx512::new().map(Self::Avx512),
            #[cfg(all(feature = "pulp", target_arch = "aarch64"))]
            Isa::Neon => neon::Neon::new().map(Self::Neon),
            #[allow(unreachable_patterns, reason = "the compiled sets depend on the features and the target")]
            _ => None,
        }
    }

    /// Runs `kernel`, compiled for this instruction set. An instruction set is selected only here. Each worker calls
    /// this function once, for its whole share of a run.
    #[cfg_attr(
        not(any(feature = "wide", feature = "pulp")),
        allow(unused_variables, clippy::needless_pass_by_value, reason = "this build contains no backend")
    )]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(feature = "wide")]
            Self::Wide(lanes) => kernel.run(lanes),
            #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
            Self::Avx2(lanes) => lanes.run(kernel),
            #[cfg(all(feature = "pulp", target_arch = "x86_64"))]
            Self::Avx512(lanes) => lanes.run(kernel),
            #[cfg(all(feature = "pulp", target_arch = "aarch64"))]
            Self::Neon(lanes) => lanes.run(kernel),
        }
    }
}

impl Isa {
    /// Whether both this build and this machine support the instruction set.
    #[must_use]
    pub fn is_available(self) -> bool {
        Backend::new(self).is_some()
    }

    /// The instruction sets that both this build and this machine support.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|isa| isa.is_available()).collect()
    }

    /// The fastest available instruction set; `None` in a build without the features `wide` and `pulp`.
    ///
    /// ```
    /// use lanewalk::Isa;
    /// assert!(Isa::best().is_none_or(Isa::is_available));
    /// ```
    #[must_use]
    pub fn best() -> Option<Self> {
        [Self::Avx512, Self::Avx2, Self::Neon, Self::Wide].into_iter().find(|isa| isa.is_available())
    }
}
