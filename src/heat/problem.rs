//! The problem: a rod and its numerical parameters.

use std::f64::consts::PI;
use std::ops::Range;
use std::sync::Arc;

use super::grid::{Grid, Partition};
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::names::names;

/// The maximum number of points. An array of that many points takes 2 GiB, and a run holds four arrays.
const MAX_POINTS: usize = 1 << 28;

/// The minimum number of points of a sub-domain with its own thread. With fewer points the thread would mostly wait.
const MIN_POINTS_PER_THREAD: usize = 4096;

/// The maximum depth of a halo that is chosen by default.
const MAX_DEFAULT_HALO: usize = 64;

/// The algorithm that computes the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RodMethod {
    /// Step by step.
    #[default]
    Stepping,
    /// All steps at once: each sine mode of the initial field is multiplied by its factor to the power of the number of
    /// steps. The result agrees with stepping up to rounding errors of about 1e-13, but not bit for bit.
    Spectral,
}

impl RodMethod {
    /// Every method.
    pub const ALL: &'static [Self] = &[Self::Stepping, Self::Spectral];
}
names!(RodMethod, "method", Stepping => "stepping", Spectral => "spectral");

/// The initial field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Start {
    /// x (pi - x) / (0.25 pi^2)
    Parabola,
    /// sin(k x)
    Mode(u64),
    Values(Arc<[f64]>),
}

/// The problem: the points, the time step, the number of steps, the initial field and the sub-domains of a rod.
///
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// // The example rod: 51 points, 3166 steps.
/// let evolution = evolve(&Rod::new(51), &Exec::default())?;
/// assert_eq!(evolution.grid.steps, 3166);
/// assert!((evolution.eigenvalue() - 1.0).abs() < 0.001);
/// // Two halves that exchange their edges in each step give the same bits.
/// let halves = evolve(&Rod::new(51).domains(2).halo(1), &Exec::default())?;
/// assert_eq!(halves.digest(), evolution.digest());
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rod {
    points: usize,
    time_step: Option<f64>,
    steps: Option<u64>,
    pub(super) start: Start,
    pub(super) method: RodMethod,
    domains: Option<usize>,
    halo: Option<usize>,
}

impl Rod {
    /// A rod of `points` points, the ends included, with the defaults: the time step 0.4 h^2, the number of whole steps
    /// in a time of 5, and the initial field x (pi - x) / (0.25 pi^2).
    #[must_use]
    pub fn new(points: usize) -> Self {
        Self {
            points,
            time_step: None,
            steps: None,
            start: Start::Parabola,
            method: RodMethod::Stepping,
            domains: None,
            halo: None,
        }
    }

    /// The time step dt, at most h^2 / 2. Default: 0.4 h^2.
    #[must_use]
    pub fn time_step(mut self, time_step: f64) -> Self {
        self.time_step = Some(time_step);
        self
    }

    /// The number of steps. Default: 5 / dt, rounded down.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Starts from sin(k x), with k from 1 to points - 2. It is an eigenvector of the step, so only its amplitude
    /// changes.
    #[must_use]
    pub fn mode(mut self, k: u64) -> Self {
        self.start = Start::Mode(k);
        self
    }

    /// Starts from these values, one for each point. The first and the last value are held for all time. If they are
    /// below the rounding error of the others, they count as zero.
    ///
    /// The straight line between the ends does not change in time, so the steps apply to the field minus that line.
    #[must_use]
    pub fn start(mut self, values: impl Into<Arc<[f64]>>) -> Self {
        self.start = Start::Values(values.into());
        self
    }

    /// The algorithm. Default: [`RodMethod::Stepping`].
    #[must_use]
    pub fn method(mut self, method: RodMethod) -> Self {
        self.method = method;
        self
    }

    /// Divides the rod into `domains` sub-domains, which are distributed over the threads of the [`Exec`]. A single
    /// thread steps them one after another. Default: one sub-domain for each thread, or fewer on a short rod.
    #[must_use]
    pub fn domains(mut self, domains: usize) -> Self {
        self.domains = Some(domains);
        self
    }

    /// Sub-domains exchange halos of `halo` points every `halo` steps. Deeper halos mean fewer messages and slightly
    /// more repeated work. Default: 1/64 of the smallest sub-domain, but at least 1 and at most 64.
    #[must_use]
    pub fn halo(mut self, halo: usize) -> Self {
        self.halo = Some(halo);
        self
    }

    /// Checks the rod and returns its discretisation.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 3 points or more than 2^28; for a time step that is not above zero, or that
    /// is above h^2 / 2, where the steps are unstable; for a mode outside 1 to points - 2; for initial values that are
    /// not finite or above 1e290, or whose number is not the number of points; for more sub-domains than inner points;
    /// for a halo of zero, and for a halo that is deeper than the smallest of several sub-domains.
    pub fn check(&self) -> Result<Grid> {
        let points = self.points;
        if !(3..=MAX_POINTS).contains(&points) {
            return Err(Error::invalid("points", points, format!("3 to {MAX_POINTS} (2^28)")));
        }
        if self.method == RodMethod::Spectral && !cfg!(feature = "spectral") {
            return Err(Error::unavailable("method", self.method, "this build lacks the feature spectral"));
        }
        let spacing = PI / (points - 1) as f64;
        let square = spacing * spacing;
        let time_step = self.time_step.unwrap_or(0.4 * square);
        let ratio = time_step / square;
        if !(time_step > 0.0 && ratio <= 0.5) {
            let expected = format!("above 0 and at most h^2 / 2 = {:e} with {points} points", square / 2.0);
            return Err(Error::invalid("time_step", time_step, expected));
        }
        let steps = self.steps.unwrap_or((5.0 / time_step) as u64);
        match &self.start {
            Start::Parabola => {}
            Start::Mode(k) if (1..=points as u64 - 2).contains(k) => {}
            Start::Mode(k) => {
                let expected = format!("1 to {}, the number of inner points", points - 2);
                return Err(Error::invalid("mode", k, expected));
            }
            Start::Values(values) => check_values(values, points)?,
        }
        let grid = Grid { points, spacing, time_step, ratio, steps };
        // A default number of sub-domains is always valid.
        self.partition(&grid, 1)?;
        Ok(grid)
    }

    /// The sub-domains for `threads` threads.
    pub(super) fn partition(&self, grid: &Grid, threads: usize) -> Result<Partition> {
        let default = threads.min(grid.inner() / MIN_POINTS_PER_THREAD).max(1);
        let domains = self.domains.unwrap_or(default);
        if !(1..=grid.inner()).contains(&domains) {
            return Err(Error::invalid(
                "domains",
                domains,
                format!("1 to {}, the number of inner points", grid.inner()),
            ));
        }
        let smallest = grid.inner() / domains;
        let halo = self.halo.unwrap_or((smallest / 64).clamp(1, MAX_DEFAULT_HALO));
        if halo == 0 || (domains > 1 && halo > smallest) {
            let expected = if domains > 1 {
                format!("1 to {smallest}, the number of points of the smallest sub-domain")
            } else {
                "at least 1".to_owned()
            };
            return Err(Error::invalid("halo", halo, expected));
        }
        Ok(Partition { domains, halo })
    }

    /// The discretisation and the sub-domains of a run of this rod with `exec`.
    ///
    /// # Errors
    /// The errors of [`Rod::check`] and [`Exec::plan`].
    pub fn layout(&self, exec: &Exec) -> Result<(Grid, Partition)> {
        let grid = self.check()?;
        let partition = self.partition(&grid, exec.plan()?.threads)?;
        Ok((grid, partition))
    }

    /// The k of [`Rod::mode`], if the rod starts from a mode.
    #[must_use]
    pub fn start_mode(&self) -> Option<u64> {
        match self.start {
            Start::Mode(k) => Some(k),
            Start::Parabola | Start::Values(_) => None,
        }
    }

    /// The values of [`Rod::start`], if the rod starts from values.
    #[must_use]
    pub fn start_values(&self) -> Option<&[f64]> {
        match &self.start {
            Start::Values(values) => Some(values),
            Start::Parabola | Start::Mode(_) => None,
        }
    }

    /// The straight line between the ends.
    pub(super) fn profile(&self) -> Profile {
        let last = self.points - 1;
        match &self.start {
            Start::Values(values) => {
                // sin(pi) is not exactly zero in floating point, but means zero.
                let nearly_zero = 1e-12 * values.iter().map(|value| value.abs()).fold(0.0, f64::max);
                let end = |value: f64| if value.abs() > nearly_zero { value } else { 0.0 };
                Profile { left: end(values[0]), right: end(values[last]), last }
            }
            Start::Parabola | Start::Mode(_) => Profile { left: 0.0, right: 0.0, last },
        }
    }

    /// The initial field at each point, minus the straight line between the ends.
    pub(super) fn values<'r>(&'r self, grid: &'r Grid) -> impl Fn(usize) -> f64 + 'r {
        let profile = self.profile();
        move |index| {
            if index == 0 || index + 1 == grid.points {
                return 0.0;
            }
            let x = grid.x(index);
            match &self.start {
                Start::Parabola => x * (PI - x) / (0.25 * (PI * PI)),
                Start::Mode(k) => sine(*k, index, grid),
                Start::Values(values) => values[index] - profile.at(index),
            }
        }
    }
}

/// The initial field at some points, minus the straight line between the ends, as [`SubDomain`](super::SubDomain) holds
/// it.
#[must_use]
pub fn start_field(rod: &Rod, grid: &Grid, points: Range<usize>) -> Vec<f64> {
    points.map(rod.values(grid)).collect()
}

/// The straight line between the two ends, to which the field converges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Profile {
    left: f64,
    right: f64,
    last: usize,
}

impl Profile {
    pub(super) fn at(self, index: usize) -> f64 {
        match index {
            0 => self.left,
            index if index == self.last => self.right,
            index => self.left + (self.right - self.left) * (index as f64 / self.last as f64),
        }
    }

    /// Adds the line to a field whose first point is `first`. A `sign` of -1 subtracts it.
    pub(super) fn add(self, sign: f64, first: usize, field: &mut [f64]) {
        if self.left == 0.0 && self.right == 0.0 {
            return;
        }
        for (index, value) in field.iter_mut().enumerate() {
            *value += sign * self.at(first + index);
        }
    }
}

/// sin(k x) at point `index`. The argument is reduced as an integer, because k x may be large.
pub(super) fn sine(k: u64, index: usize, grid: &Grid) -> f64 {
    let half_turn = grid.points as u64 - 1;
    let phase = u128::from(k) * index as u128 % u128::from(2 * half_turn);
    (PI * (phase as f64 / half_turn as f64)).sin()
}

fn check_values(values: &[f64], points: usize) -> Result<()> {
    if values.len() != points {
        return Err(Error::invalid(
            "start",
            format_args!("{} values", values.len()),
            format!("{points} values, one for each point"),
        ));
    }
    check_magnitude("start", values)
}

/// The largest magnitude of a value. Sums of 2^28 such values, as in the spectral method, stay finite.
const MAX_VALUE: f64 = 1e290;

/// Checks that no step from these values can overflow.
pub(super) fn check_magnitude(argument: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().enumerate().find(|(_, value)| value.is_nan() || value.abs() > MAX_VALUE) {
        Some((index, value)) => {
            let expected = format!("finite values of at most {MAX_VALUE:e}");
            Err(Error::invalid(argument, format_args!("{value:e} at point {index}"), expected))
        }
        None => Ok(()),
    }
}
