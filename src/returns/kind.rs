//! The kinds of return.

use crate::error::Result;
use crate::lattice;
#[cfg(feature = "exact")]
use crate::lattice::exact::polya;
use crate::space::boundary::{RegionBoundary, check_dimensions};

/// The maximum number of dimensions of a ball.
const MAX_DIMENSIONS: usize = 8;

/// The definition of a return.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReturnKind {
    /// On the line, with steps U\[-1, 1): the first change of sign after the first step. A position of exactly 0 keeps
    /// the previous sign.
    Sign,
    /// In 1 to 8 dimensions, with each coordinate of a step U\[-1, 1): the first time within the radius after leaving
    /// it. The walk starts at the centre.
    Ball {
        /// 1 to 8.
        dimensions: usize,
        /// Above 0, at most 2^19 largest steps of a coordinate.
        radius: f64,
    },
    /// On the lattice of 1 to 8 dimensions: each step moves one coordinate, chosen at random, by 1 up or down. The walk
    /// returns to the origin.
    Lattice {
        /// 1 to 8.
        dimensions: usize,
    },
}

#[cfg(feature = "exact")]
impl ReturnKind {
    /// The probability of ever returning: 1 on the line and in two dimensions, Polya's constants on the lattice in
    /// more. `None` for a ball in more.
    ///
    /// ```
    /// use lanewalk::ReturnKind;
    /// assert!((ReturnKind::Lattice { dimensions: 4 }.ever().unwrap() - 0.1932016732).abs() < 1e-10);
    /// ```
    #[must_use]
    pub fn ever(&self) -> Option<f64> {
        match *self {
            Self::Sign => Some(1.0),
            Self::Ball { dimensions, .. } => (1..=2).contains(&dimensions).then_some(1.0),
            Self::Lattice { dimensions } => lattice::DIMENSIONS.contains(&dimensions).then(|| polya(dimensions)),
        }
    }
}

impl ReturnKind {
    /// Refuses dimensions and radii that are out of range.
    pub(super) fn check(self) -> Result<()> {
        match self {
            Self::Sign => Ok(()),
            Self::Ball { dimensions, radius } => {
                check_dimensions(dimensions, MAX_DIMENSIONS)?;
                RegionBoundary::new(dimensions, radius).map(|_| ())
            }
            Self::Lattice { dimensions } => check_dimensions(dimensions, lattice::MAX_DIMENSIONS),
        }
    }
}
