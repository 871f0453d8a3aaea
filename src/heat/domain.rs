//! One sub-domain: its own points, copies of the outermost points of its neighbours, and the layer that steps it.

use std::ops::Range;

use super::grid::{Grid, Partition, Update};
use super::poll::{GoOn, PIECE};
use super::problem::{Rod, check_magnitude};
use super::{interchanged, scalar, simd};
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, Plan};
use crate::memory;
use crate::run_control::RunControl;

/// The initial values and the layer's own copy; the layer `interchanged` has a second copy.
const BYTES_PER_POINT: u128 = 24;

/// A line of points between two walls at zero, in the storage of its layer.
pub(super) enum LayerField {
    Scalar(Vec<f64>),
    Interchanged(Vec<f64>, Vec<f64>),
    Simd(simd::Line),
}

impl LayerField {
    /// Chooses the layer. A line that is too short for lanes is stepped point by point.
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

    /// Returns whether all steps were done. If not, the field is unusable.
    pub(super) fn advance(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        match self {
            Self::Scalar(field) => scalar::advance(field, update, steps, go_on),
            Self::Interchanged(field, spare) => interchanged::advance(field, spare, update, steps, go_on),
            Self::Simd(line) => line.advance(update, steps, go_on),
        }
    }

    /// The same steps without halos between lanes, for [`super::heat_ceiling`].
    pub(super) fn advance_bare(&mut self, update: Update, steps: u64, go_on: GoOn) -> bool {
        match self {
            Self::Simd(line) => line.advance_bare(update, steps, go_on),
            other => other.advance(update, steps, go_on),
        }
    }

    fn get(&self, index: usize) -> f64 {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => field[index],
            Self::Simd(line) => line.get(index),
        }
    }

    fn set(&mut self, index: usize, value: f64) {
        match self {
            Self::Scalar(field) | Self::Interchanged(field, _) => field[index] = value,
            Self::Simd(line) => line.set(index, value),
        }
    }

    /// Copies the values of the points from `first` on. Returns whether the copy is complete.
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
    /// Both sides.
    pub const ALL: &'static [Self] = &[Self::Left, Self::Right];
}

/// One sub-domain of a rod, for programs that exchange the halos themselves, between processes or between machines.
///
/// If the ends are held at values other than zero, the values of a sub-domain are the field minus the straight line
/// between the ends.
///
/// Before every block of at most [`halo`](Self::halo) steps, each sub-domain sends its [`edge`](Self::edge)s to its
/// neighbours and stores their edges as its [`ghosts`](Self::set_ghosts). The ghosts become invalid from the outside,
/// by one point per step. The sub-domain's own points stay exact to the last bit.
///
/// ```
/// use lanewalk::{Exec, Pin, Rod, Side, SubDomain, evolve};
///
/// let rod = Rod::new(51).domains(2).halo(3).steps(9);
/// let exec = Exec::default().threads(1).pin(Pin::None);
/// let (mut left, mut right) = (SubDomain::new(&rod, 0, &exec)?, SubDomain::new(&rod, 1, &exec)?);
/// let (mut from_left, mut from_right) = ([0.0; 3], [0.0; 3]);
/// for _ in 0..3 {
///     left.edge(Side::Right, &mut from_left)?;
///     right.edge(Side::Left, &mut from_right)?;
///     left.set_ghosts(Side::Right, &from_right)?;
///     right.set_ghosts(Side::Left, &from_left)?;
///     left.advance(3)?;
///     right.advance(3)?;
/// }
/// let whole = evolve(&rod, &exec)?;
/// assert_eq!(left.values()?, whole.field[left.points()]);
/// assert_eq!(right.values()?, whole.field[right.points()]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub struct SubDomain {
    stepper: LayerField,
    update: Update,
    /// The points of the sub-domain.
    own: Range<usize>,
    /// The numbers of ghost points before and after its own points.
    ghosts: [usize; 2],
    halo: usize,
    /// The number of steps for which the ghost points of each side are valid.
    valid: [u64; 2],
}

impl SubDomain {
    /// Sub-domain `index` of `rod`, counted from the left, with the initial values. It runs on the calling thread.
    ///
    /// # Errors
    /// The errors of [`Rod::check`](Rod::check) and [`Exec::plan`]; [`Error::Argument`] if the rod has no sub-domain of
    /// that index; [`Error::OutOfMemory`].
    pub fn new(rod: &Rod, index: usize, exec: &Exec) -> Result<Self> {
        let plan = exec.plan()?;
        let grid = rod.check()?;
        let partition = rod.partition(&grid, plan.threads)?;
        let points = partition.points(&grid, index.min(partition.domains - 1)).len() + 2 * partition.halo;
        memory::check("points", grid.points, BYTES_PER_POINT * points as u128)?;
        if index >= partition.domains {
            return Err(Error::invalid("index", index, format!("an index below {}", partition.domains)));
        }
        Self::of(rod, &grid, partition, index, &plan)
    }

    pub(super) fn of(rod: &Rod, grid: &Grid, partition: Partition, index: usize, plan: &Plan) -> Result<Self> {
        let own = partition.points(grid, index);
        let ghosts = [
            if index == 0 { 0 } else { partition.halo },
            if index + 1 == partition.domains { 0 } else { partition.halo },
        ];
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
        let valid = ghosts.map(|ghosts| if ghosts > 0 { partition.halo as u64 } else { u64::MAX });
        Ok(Self { stepper, update: grid.update(), own, ghosts, halo: partition.halo, valid })
    }

    /// The indices of its own points on the rod.
    #[must_use]
    pub fn points(&self) -> Range<usize> {
        self.own.clone()
    }

    /// The number of points that each neighbour receives in an exchange. It is also the maximum number of steps between
    /// two exchanges.
    #[must_use]
    pub fn halo(&self) -> usize {
        self.halo
    }

    /// Whether there is a neighbour on that side. If not, that side is an end of the rod.
    #[must_use]
    pub fn has_neighbour(&self, side: Side) -> bool {
        self.ghosts[side as usize] > 0
    }

    /// Copies its own outermost points on that side into `into`, from left to right.
    ///
    /// # Errors
    /// [`Error::Argument`] if `into` is longer than the sub-domain.
    pub fn edge(&self, side: Side, into: &mut [f64]) -> Result<()> {
        if into.len() > self.own.len() {
            return Err(wrong_length("into", into.len(), format!("at most {} values", self.own.len())));
        }
        let first = match side {
            Side::Left => self.ghosts[0],
            Side::Right => self.ghosts[0] + self.own.len() - into.len(),
        };
        for (index, value) in into.iter_mut().enumerate() {
            *value = self.stepper.get(first + index);
        }
        Ok(())
    }

    /// Stores the edge of the neighbour on that side, from left to right.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no neighbour on that side, or if the length of `edge` is not the depth of the
    /// halo.
    pub fn set_ghosts(&mut self, side: Side, edge: &[f64]) -> Result<()> {
        let ghosts = self.ghosts[side as usize];
        if edge.len() != ghosts {
            let expected = if ghosts > 0 { format!("{ghosts} values") } else { "a side with a neighbour".to_owned() };
            return Err(wrong_length("edge", edge.len(), expected));
        }
        let first = match side {
            Side::Left => 0,
            Side::Right => self.ghosts[0] + self.own.len(),
        };
        for (index, value) in edge.iter().enumerate() {
            self.stepper.set(first + index, *value);
        }
        self.valid[side as usize] = self.halo as u64;
        Ok(())
    }

    /// Takes `steps` steps. With a neighbour, the depth of the halo is the maximum number of steps between two
    /// exchanges.
    ///
    /// # Errors
    /// [`Error::Argument`] if there are more steps since the last exchange. The field is then unchanged.
    pub fn advance(&mut self, steps: u64) -> Result<()> {
        let left = self.valid[0].min(self.valid[1]);
        if steps > left {
            let expected = format!("at most {left} before the next exchange, with a halo of {}", self.halo);
            return Err(Error::invalid("steps", steps, expected));
        }
        self.advance_while(steps, &|| true);
        Ok(())
    }

    /// Like [`SubDomain::advance`], for a valid number of steps. Returns whether all steps were done.
    pub(super) fn advance_while(&mut self, steps: u64, go_on: GoOn) -> bool {
        for (valid, ghosts) in self.valid.iter_mut().zip(self.ghosts) {
            debug_assert!(steps <= *valid);
            *valid -= if ghosts > 0 { steps } else { 0 };
        }
        self.stepper.advance(self.update, steps, go_on)
    }

    /// The field at its own points.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn values(&self) -> Result<Vec<f64>> {
        let mut values = memory::zeros("points", self.own.len(), &RunControl::new())?;
        self.copy(&mut values, &|| true);
        Ok(values)
    }

    /// Copies the field at its own points, up to the length of `into`. Returns whether the copy is complete.
    pub(super) fn copy(&self, into: &mut [f64], go_on: GoOn) -> bool {
        self.stepper.copy(self.ghosts[0], into, go_on)
    }

    /// Replaces the field at its own points. An exchange must replace the ghosts before the next step.
    ///
    /// # Errors
    /// [`Error::Argument`] if the number of values is not the number of points, and for values that are not finite or
    /// above 1e290.
    pub fn set_values(&mut self, values: &[f64]) -> Result<()> {
        if values.len() != self.own.len() {
            return Err(wrong_length("values", values.len(), format!("{} values", self.own.len())));
        }
        check_magnitude("values", values)?;
        for (valid, ghosts) in self.valid.iter_mut().zip(self.ghosts) {
            *valid = if ghosts > 0 { 0 } else { u64::MAX };
        }
        for (index, value) in values.iter().enumerate() {
            self.set(index, *value);
        }
        Ok(())
    }

    /// Replaces the field at its own point number `index`.
    pub(super) fn set(&mut self, index: usize, value: f64) {
        self.stepper.set(self.ghosts[0] + index, value);
    }
}

fn wrong_length(argument: &'static str, length: usize, expected: String) -> Error {
    Error::invalid(argument, format_args!("{length} values"), expected)
}
