//! The discretisation of a rod, and its sub-domains.

use std::ops::Range;

/// The discretisation of a rod, in which every default is replaced by its value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Grid {
    /// The number of points, the ends included.
    pub points: usize,
    /// h = pi / (points - 1)
    pub spacing: f64,
    /// dt
    pub time_step: f64,
    /// r = dt / h^2
    pub ratio: f64,
    /// The number of steps.
    pub steps: u64,
}

impl Grid {
    /// The coordinate x of point `index`.
    #[must_use]
    pub fn x(&self, index: usize) -> f64 {
        index as f64 * self.spacing
    }

    /// The number of points that change: all points except the ends.
    #[must_use]
    pub fn inner(&self) -> usize {
        self.points - 2
    }

    /// The number of point updates in all steps.
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
    /// The number of sub-domains.
    pub domains: usize,
    /// The number of points that a sub-domain copies from each neighbour. It is also the number of steps between two
    /// exchanges.
    pub halo: usize,
}

impl Partition {
    /// The points of sub-domain `index`. If the points do not divide evenly, the first sub-domains have one point more.
    ///
    /// ```
    /// use lanewalk::{Exec, Rod};
    ///
    /// let (grid, partition) = Rod::new(10).domains(3).halo(1).layout(&Exec::default())?;
    /// assert_eq!([0, 1, 2].map(|index| partition.points(&grid, index)), [1..4, 4..7, 7..9]);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn points(&self, grid: &Grid, index: usize) -> Range<usize> {
        let (each, more) = (grid.inner() / self.domains, grid.inner() % self.domains);
        let first = |index: usize| 1 + index * each + index.min(more);
        first(index)..first(index + 1)
    }
}

/// The two coefficients of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Update {
    pub(super) centre: f64,
    pub(super) side: f64,
}
