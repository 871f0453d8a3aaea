//! One sub-domain: its own points, copies of its neighbours' outermost ones, and the layer that takes it forward.

use std::ops::Range;

use super::grid::{Grid, Partition, Update};
use super::poll::{GoOn, PIECE};
use super::problem::Rod;
use super::{interchanged, scalar, simd};
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, Plan};
use crate::memory;

/// A line of points between two walls at zero, as its layer keeps it.
pub(super) enum LayerField {
    Scalar(Vec<f64>),
    Interchanged(Vec<f64>, Vec<f64>),
    Simd(simd::Line),
}

impl LayerField {
    /// The one place where a layer is chosen. A line too short for lanes goes point by point.
    pub(super) fn new(plan: &Plan, values: Vec<f64>, go_on: GoOn) -> Result<Self> {
        Ok(match (plan.layer, plan.backend()) {
            (Layer::Simd, Some(backend)) if simd::Line::has_room(backend, values.len()) => {
                Self::Simd(simd::Line::new(backend, &values, go_on)?)
            }
            (Layer::Interchanged, _) => {
                let mut spare = memory::room("points", values.len())?;
                spare.extend_from_slice(&values);
                Self::Interchanged(spare, values)
            }
            (Layer::Scalar | Layer::Simd, _) => Self::Scalar(values),
        })
    }

    /// Whether all steps were done: otherwise the field is of no use.
    pub(super) fn advance(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        match self {
            Self::Scalar(field) => scalar::advance(field, update, steps, go_on),
            Self::Interchanged(field, spare) => interchanged::advance(field, spare, update, steps, go_on),
            Self::Simd(line) => line.advance(update, steps, go_on),
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

    /// Copies the values of the points from `first` on; whether it was done.
    fn copy(&self, first: usize, into: &mut [f64], go_on: GoOn) -> bool {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => {
                into.copy_from_slice(&field[first..first + into.len()]);
                true
            }
            Self::Simd(line) => line.copy(first, into, go_on),
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
    pub const ALL: &'static [Self] = &[Self::Left, Self::Right];
}

/// One sub-domain of a rod, for programs that carry the halos themselves: between processes, or between machines.
///
/// Where the ends are held at other values than zero, its values are the field less the straight line between them.
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
    /// As [`Rod::check`](Rod::check) and [`Exec::plan`] say; [`Error::Argument`] if the rod has no sub-domain of that
    /// index; [`Error::OutOfMemory`].
    pub fn new(rod: &Rod, index: usize, exec: &Exec) -> Result<Self> {
        let plan = exec.plan()?;
        let grid = rod.check()?;
        let cut = rod.partition(&grid, plan.threads)?;
        if index >= cut.domains {
            return Err(Error::invalid("index", index, format!("a sub-domain below {}", cut.domains)));
        }
        Self::of(rod, &grid, cut, index, &plan)
    }

    pub(super) fn of(rod: &Rod, grid: &Grid, cut: Partition, index: usize, plan: &Plan) -> Result<Self> {
        let own = cut.points(grid, index);
        let ghosts = [if index == 0 { 0 } else { cut.halo }, if index + 1 == cut.domains { 0 } else { cut.halo }];
        let points = own.start - ghosts[0]..own.end + ghosts[1];
        let go_on = || !plan.control.is_stopped();
        let start = rod.values(grid);
        let mut values = memory::room("points", points.len())?;
        for first in points.clone().step_by(PIECE) {
            if !go_on() {
                return Err(Error::Stopped);
            }
            values.extend((first..points.end.min(first + PIECE)).map(&start));
        }
        let stepper = LayerField::new(plan, values, &go_on)?;
        Ok(Self { stepper, update: grid.update(), own, ghosts, halo: cut.halo })
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
        self.advance_while(steps, &|| true);
    }

    /// As [`SubDomain::advance`]; whether all steps were done.
    pub(super) fn advance_while(&mut self, steps: u64, go_on: GoOn) -> bool {
        assert!(self.ghosts == [0, 0] || steps <= self.halo as u64, "{steps} steps with a halo of {}", self.halo);
        self.stepper.advance(self.update, steps, go_on)
    }

    /// The field at its own points.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.own.len()];
        self.copy(&mut values, &|| true);
        values
    }

    /// Copies the field at its own points, as many as `into` has; whether it was done.
    pub(super) fn copy(&self, into: &mut [f64], go_on: GoOn) -> bool {
        self.stepper.copy(self.ghosts[0], into, go_on)
    }

    /// Replaces the field at its own points; those of its neighbours come with the next exchange.
    ///
    /// # Panics
    /// If there are not as many values as points.
    pub fn set_values(&mut self, values: &[f64]) {
        assert_eq!(values.len(), self.own.len(), "values of a sub-domain");
        for (place, value) in values.iter().enumerate() {
            self.set(place, *value);
        }
    }

    /// Replaces the field at the point `place` of its own.
    pub(super) fn set(&mut self, place: usize, value: f64) {
        self.stepper.set(self.ghosts[0] + place, value);
    }
}
