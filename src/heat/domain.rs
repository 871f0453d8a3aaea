//! One sub-domain: its own points, copies of its neighbours' outermost ones, and the layer that takes it forward.

use std::ops::Range;

use super::grid::{Grid, Partition, Update};
use super::problem::Rod;
use super::{interchanged, scalar, simd};
use crate::error::Result;
use crate::exec::{Exec, Layer, Plan};

/// A line of points between two walls at zero, as its layer keeps it.
pub(super) enum LayerField {
    Scalar(Vec<f64>),
    Interchanged(Vec<f64>, Vec<f64>),
    Simd(simd::Line),
}

impl LayerField {
    /// The one place where a layer is chosen. A line too short for lanes goes point by point.
    pub(super) fn new(plan: &Plan, values: Vec<f64>) -> Self {
        match (plan.layer, plan.backend()) {
            (Layer::Simd, Some(backend)) => match simd::Line::new(backend, &values) {
                Some(line) => Self::Simd(line),
                None => Self::Scalar(values),
            },
            (Layer::Interchanged, _) => Self::Interchanged(values.clone(), values),
            (Layer::Scalar, _) | (Layer::Simd, None) => Self::Scalar(values),
        }
    }

    pub(super) fn advance(&mut self, update: Update, steps: u64) {
        match self {
            Self::Scalar(field) => scalar::advance(field, update, steps),
            Self::Interchanged(field, spare) => interchanged::advance(field, spare, update, steps),
            Self::Simd(line) => line.advance(update, steps),
        }
    }

    fn get(&self, place: usize) -> f64 {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => field[place],
            Self::Simd(line) => line.get(place),
        }
    }

    fn set(&mut self, place: usize, value: f64) {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => field[place] = value,
            Self::Simd(line) => line.set(place, value),
        }
    }

    pub(super) fn values(&self) -> Vec<f64> {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => field.clone(),
            Self::Simd(line) => line.values(),
        }
    }
}

/// A side of a sub-domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Towards x = 0.
    Left,
    /// Towards x = pi.
    Right,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Left, Self::Right];
}

/// One sub-domain of a rod, for programs that carry the halos themselves: between processes, or between machines.
///
/// Before every block of at most [`halo`](Self::halo) steps each sub-domain hands its [`edge`](Self::edge)s to its
/// neighbours, and takes theirs as its [`ghosts`](Self::set_ghosts). Those grow stale from outside, by one point a
/// step; what is its own stays right, to the last bit.
///
/// ```
/// use lanewalk::{Exec, Pin, Rod, Side, SubDomain, evolve};
///
/// let rod = Rod::new(51).domains(2).halo(3).steps(9);
/// let exec = Exec::default().threads(1).pin(Pin::None);
/// let (mut left, mut right) = (SubDomain::new(&rod, 0, &exec)?, SubDomain::new(&rod, 1, &exec)?);
/// let (mut from_left, mut from_right) = ([0.0; 3], [0.0; 3]);
/// for _ in 0..3 {
///     left.edge(Side::Right, &mut from_left);
///     right.edge(Side::Left, &mut from_right);
///     left.set_ghosts(Side::Right, &from_right);
///     right.set_ghosts(Side::Left, &from_left);
///     left.advance(3);
///     right.advance(3);
/// }
/// let whole = evolve(&rod, &exec)?;
/// assert_eq!(left.values(), whole.field[left.points()]);
/// assert_eq!(right.values(), whole.field[right.points()]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub struct SubDomain {
    stepper: LayerField,
    update: Update,
    /// Its own points.
    own: Range<usize>,
    /// How many copies it has before its own points, and after them.
    ghosts: [usize; 2],
    halo: usize,
}

impl SubDomain {
    /// Sub-domain `index` of `rod`, from the left, at the start. It runs on the calling thread.
    ///
    /// # Errors
    /// As [`Rod::check`](Rod::check) and [`Exec::plan`] say.
    ///
    /// # Panics
    /// If the rod has no sub-domain of that index.
    pub fn new(rod: &Rod, index: usize, exec: &Exec) -> Result<Self> {
        let plan = exec.plan()?;
        let grid = rod.check()?;
        let cut = rod.partition(&grid, plan.threads)?;
        assert!(index < cut.domains, "sub-domain {index} of {}", cut.domains);
        Ok(Self::of(rod, &grid, cut, index, &plan))
    }

    pub(super) fn of(rod: &Rod, grid: &Grid, cut: Partition, index: usize, plan: &Plan) -> Self {
        let own = cut.points(grid, index);
        let ghosts = [if index == 0 { 0 } else { cut.halo }, if index + 1 == cut.domains { 0 } else { cut.halo }];
        let values = (own.start - ghosts[0]..own.end + ghosts[1]).map(|point| rod.value(grid, point)).collect();
        Self { stepper: LayerField::new(plan, values), update: grid.update(), own, ghosts, halo: cut.halo }
    }

    /// Its own points, among those of the rod.
    #[must_use]
    pub fn points(&self) -> Range<usize> {
        self.own.clone()
    }

    /// How many points an exchange moves to each neighbour, and how many steps there are between two exchanges.
    #[must_use]
    pub fn halo(&self) -> usize {
        self.halo
    }

    /// Whether it has a neighbour there; if not, there is the end of the rod.
    #[must_use]
    pub fn has_neighbour(&self, side: Side) -> bool {
        self.ghosts[side as usize] > 0
    }

    /// Copies its own outermost points on that side into `into`, from left to right.
    ///
    /// # Panics
    /// If `into` is longer than the sub-domain.
    pub fn edge(&self, side: Side, into: &mut [f64]) {
        let first = match side {
            Side::Left => self.ghosts[0],
            Side::Right => self.ghosts[0] + self.own.len() - into.len(),
        };
        for (place, value) in into.iter_mut().enumerate() {
            *value = self.stepper.get(first + place);
        }
    }

    /// Takes the neighbour's edge, from left to right.
    ///
    /// # Panics
    /// If there is no neighbour on that side, or `edge` is not as long as the halo is deep.
    pub fn set_ghosts(&mut self, side: Side, edge: &[f64]) {
        assert_eq!(edge.len(), self.ghosts[side as usize], "points of the halo");
        let first = match side {
            Side::Left => 0,
            Side::Right => self.ghosts[0] + self.own.len(),
        };
        for (place, value) in edge.iter().enumerate() {
            self.stepper.set(first + place, *value);
        }
    }

    /// Takes that many steps: as many as the halo is deep at most, if there is a neighbour.
    ///
    /// # Panics
    /// If there are more steps than that.
    pub fn advance(&mut self, steps: u64) {
        assert!(self.ghosts == [0, 0] || steps <= self.halo as u64, "{steps} steps with a halo of {}", self.halo);
        self.stepper.advance(self.update, steps);
    }

    /// The field at its own points.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        let mut values = self.stepper.values();
        values.truncate(self.ghosts[0] + self.own.len());
        values.drain(..self.ghosts[0]);
        values
    }

    /// Replaces the field at its own points; those of its neighbours come with the next exchange.
    ///
    /// # Panics
    /// If there are not as many values as points.
    pub fn set_values(&mut self, values: &[f64]) {
        assert_eq!(values.len(), self.own.len(), "values of a sub-domain");
        for (place, value) in values.iter().enumerate() {
            self.stepper.set(self.ghosts[0] + place, *value);
        }
    }
}
