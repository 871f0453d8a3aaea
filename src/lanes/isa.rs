//! Instruction sets.

use crate::names::names;

/// The instruction set that the `simd` layer uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isa {
    /// The crate `wide`: the instruction set that the program was compiled for.
    Wide,
    /// AVX2, four lanes of 64 bits.
    Avx2,
    /// AVX-512 (F, BW, CD, DQ, VL), eight lanes of 64 bits.
    Avx512,
    /// NEON, two lanes of 64 bits.
    Neon,
}

impl Isa {
    /// All instruction sets that lanewalk can use, in the order of the reports.
    pub const ALL: &'static [Self] = &[Self::Wide, Self::Avx2, Self::Avx512, Self::Neon];

    /// The number of 64-bit lanes of one register. A kernel with smaller elements has more lanes.
    ///
    /// ```
    /// assert_eq!(lanewalk::Isa::Avx512.lanes(), 8);
    /// ```
    #[must_use]
    pub fn lanes(self) -> usize {
        match self {
            Self::Wide if cfg!(target_feature = "avx512f") => 8,
            Self::Wide if cfg!(target_feature = "avx2") => 4,
            Self::Wide | Self::Neon => 2,
            Self::Avx2 => 4,
            Self::Avx512 => 8,
        }
    }

    /// The instruction sets in this build, whether or not this machine supports them.
    #[must_use]
    pub fn compiled() -> Vec<Self> {
        let pulp = cfg!(feature = "pulp");
        let compiled = |isa: &Self| match isa {
            Self::Wide => cfg!(feature = "wide"),
            Self::Avx2 | Self::Avx512 => pulp && cfg!(target_arch = "x86_64"),
            Self::Neon => pulp && cfg!(target_arch = "aarch64"),
        };
        Self::ALL.iter().copied().filter(compiled).collect()
    }
}

names!(Isa, "isa", Wide => "wide", Avx2 => "avx2", Avx512 => "avx512", Neon => "neon");
