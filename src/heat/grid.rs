//! A rod's numbers, and its sub-domains.

use std::ops::Range;

/// A rod's numbers, every choice made.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Grid {
    /// Points, both ends among them.
    pub points: usize,
    /// h = pi / (points - 1)
    pub spacing: f64,
    /// dt
    pub time_step: f64,
    /// r = dt / h^2
    pub ratio: f64,
    /// How many steps.
    pub steps: u64,
}

impl Grid {
    /// x of point `index`.
    #[must_use]
    pub fn x(&self, index: usize) -> f64 {
        index as f64 * self.spacing
    }

    /// Points that change: all but the ends.
    #[must_use]
    pub fn inner(&self) -> usize {
        self.points - 2
    }

    /// Updates of a point in all steps.
    #[must_use]
    pub fn updates(&self) -> f64 {
        self.inner() as f64 * self.steps as f64
    }

    pub(super) fn update(&self) -> Update {
        Update { centre: 1.0 - 2.0 * self.ratio, side: self.ratio }
    }
}

/// The sub-domains of a rod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partition {
    /// How many.
    pub domains: usize,
    /// Each has copies of that many points of its neighbours, and takes that many steps between two exchanges.
    pub halo: usize,
}

impl Partition {
    /// The points of sub-domain `index`: all alike, but for one more in the first few where they do not divide evenly.
    ///
    /// ```
    /// use lanewalk::{Exec, Rod};
    ///
    /// let (grid, cut) = Rod::new(10).domains(3).halo(1).layout(&Exec::default())?;
    /// assert_eq!([0, 1, 2].map(|index| cut.points(&grid, index)), [1..4, 4..7, 7..9]);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn points(&self, grid: &Grid, index: usize) -> Range<usize> {
        let (each, more) = (grid.inner() / self.domains, grid.inner() % self.domains);
        let first = |index: usize| 1 + index * each + index.min(more);
        first(index)..first(index + 1)
    }
}

/// The two factors of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Update {
    pub(super) centre: f64,
    pub(super) side: f64,
}
