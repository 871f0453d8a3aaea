//! The heat equation on a rod: df/dt = d2f/dx2 on \[0, pi\], both ends held at zero, by explicit Euler steps.
//!
//! With f in imaginary time this finds the lowest solution of d2f/dx2 = -f, which is sin(x). In units of the spacing h and
//! the time step dt, with r = dt / h^2, one step is
//!
//! ```text
//! new[i] = c * old[i] + r * (old[i-1] + old[i+1])        c = 1 - 2 r
//! ```
//!
//! in this order of operations, each of them rounded, with no fused multiply-add: the contract of this workload.

mod domain;
mod evolution;
mod halo;
mod interchanged;
mod scalar;
mod seams;
mod simd;
mod spectral;

use std::f64::consts::PI;
use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;

use crate::cores;
use crate::error::{Error, Result};
use crate::exec::{Exec, Layer, names};
pub use domain::{Side, SubDomain};
pub use evolution::Evolution;
pub use halo::Spent;

/// The most points: an array of them is 2 GiB, and a run holds four.
const MOST_POINTS: usize = 1 << 28;

/// Points of a sub-domain below which a thread of its own would mostly wait.
const FEWEST_FOR_A_THREAD: usize = 4096;

/// The deepest halo that is chosen without being asked for.
const DEEP_HALO: usize = 64;

/// Algorithms for the same field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RodMethod {
    /// Step by step.
    #[default]
    Stepping,
    /// All steps at once: the sine modes of the start, each times its factor to the power of the steps. The same answer but
    /// for rounding, some 1e-13; so the one method whose bits are not those of stepping.
    Spectral,
}

impl RodMethod {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::Stepping, Self::Spectral];
}
names!(RodMethod, "method", Stepping => "stepping", Spectral => "spectral");

/// What the field is at the start.
#[derive(Clone, Debug, PartialEq)]
enum Start {
    /// x (pi - x) / (0.25 pi^2)
    Parabola,
    /// sin(k x)
    Mode(u64),
    Values(Arc<[f64]>),
}

/// What to solve: points, time step, number of steps, start; and into how many sub-domains the rod is cut.
///
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// // The course's rod: 51 points, 3166 steps.
/// let evolution = evolve(&Rod::new(51), &Exec::default())?;
/// assert_eq!(evolution.mesh.steps, 3166);
/// assert!((evolution.eigenvalue() - 1.0).abs() < 0.001);
/// // The same bits in two halves that exchange their edges in each step.
/// let halves = evolve(&Rod::new(51).domains(2).halo(1), &Exec::default())?;
/// assert_eq!(halves.digest(), evolution.digest());
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rod {
    points: usize,
    time_step: Option<f64>,
    steps: Option<u64>,
    start: Start,
    method: RodMethod,
    domains: Option<usize>,
    halo: Option<usize>,
}

/// A rod's numbers, every choice made.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mesh {
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

impl Mesh {
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

    fn update(&self) -> Update {
        Update { centre: 1.0 - 2.0 * self.ratio, side: self.ratio }
    }
}

/// The sub-domains of a rod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cut {
    /// How many.
    pub domains: usize,
    /// Each has copies of so many points of its neighbours, and takes so many steps between two exchanges.
    pub halo: usize,
}

impl Cut {
    /// The points of sub-domain `index`: all alike, but for one more in the first few where they do not divide evenly.
    ///
    /// ```
    /// use lanewalk::{Exec, Rod};
    ///
    /// let (mesh, cut) = Rod::new(10).domains(3).halo(1).layout(&Exec::default())?;
    /// assert_eq!([0, 1, 2].map(|index| cut.points(&mesh, index)), [1..4, 4..7, 7..9]);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    #[must_use]
    pub fn points(&self, mesh: &Mesh, index: usize) -> Range<usize> {
        let (each, more) = (mesh.inner() / self.domains, mesh.inner() % self.domains);
        let first = |index: usize| 1 + index * each + index.min(more);
        first(index)..first(index + 1)
    }
}

/// The two factors of a step.
#[derive(Clone, Copy, Debug)]
struct Update {
    centre: f64,
    side: f64,
}

impl Rod {
    /// A rod of so many points, ends included, with the course's choices: dt = 0.4 h^2, as many whole steps as fit into a
    /// time of 5, start x (pi - x) / (0.25 pi^2).
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

    /// How many steps. Default: 5 / dt, rounded down.
    #[must_use]
    pub fn steps(mut self, steps: u64) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Starts from sin(k x), k from 1 to points - 2: an eigenvector of the step, which only shrinks.
    #[must_use]
    pub fn mode(mut self, k: u64) -> Self {
        self.start = Start::Mode(k);
        self
    }

    /// Starts from these values, one for each point, the first and the last of them zero (or rounding: then they count as it).
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

    /// Cuts the rod into so many sub-domains, spread over the threads of the [`Exec`]; a single thread takes them in turn.
    /// Default: one for each thread, or a single one where the rod is too short for that.
    #[must_use]
    pub fn domains(mut self, domains: usize) -> Self {
        self.domains = Some(domains);
        self
    }

    /// Sub-domains exchange halos of so many points every so many steps. Deeper halos are fewer messages and a little
    /// repeated work. Default: a 64th of the smallest sub-domain, 1 at least and 64 at most.
    #[must_use]
    pub fn halo(mut self, halo: usize) -> Self {
        self.halo = Some(halo);
        self
    }

    /// The rod's numbers.
    ///
    /// # Errors
    /// [`Error::Argument`] for fewer than 3 points or more than 2^28; a time step that is not above zero or above h^2 / 2,
    /// where the field would blow up; a mode that the points do not have; start values that are not finite, not as many
    /// as the points, or not zero at an end; more sub-domains than inner points; a halo that is zero or deeper than the
    /// smallest sub-domain.
    pub fn check(&self) -> Result<Mesh> {
        let points = self.points;
        if !(3..=MOST_POINTS).contains(&points) {
            return Err(Error::argument("points", points, format!("3 to {MOST_POINTS} (2^28)")));
        }
        let spacing = PI / (points - 1) as f64;
        let square = spacing * spacing;
        let time_step = self.time_step.unwrap_or(0.4 * square);
        let ratio = time_step / square;
        if !(time_step > 0.0 && ratio <= 0.5) {
            let expected = format!("above 0 and at most h^2 / 2 = {:e} with {points} points", square / 2.0);
            return Err(Error::argument("dt", time_step, expected));
        }
        let steps = self.steps.unwrap_or((5.0 / time_step) as u64);
        match &self.start {
            Start::Parabola => {}
            Start::Mode(k) if (1..=points as u64 - 2).contains(k) => {}
            Start::Mode(k) => {
                let expected = format!("mode:K with K from 1 to {}, the inner points", points - 2);
                return Err(Error::argument("start", format_args!("mode:{k}"), expected));
            }
            Start::Values(values) => check_values(values, points)?,
        }
        let mesh = Mesh { points, spacing, time_step, ratio, steps };
        // Of sub-domains that are not asked for, any number that is chosen is possible.
        self.cut(&mesh, 1)?;
        Ok(mesh)
    }

    /// The sub-domains on so many threads.
    fn cut(&self, mesh: &Mesh, threads: usize) -> Result<Cut> {
        let most = threads.min(mesh.inner() / FEWEST_FOR_A_THREAD).max(1);
        let domains = self.domains.unwrap_or(most);
        if !(1..=mesh.inner()).contains(&domains) {
            return Err(Error::argument("domains", domains, format!("1 to {}, the inner points", mesh.inner())));
        }
        let smallest = mesh.inner() / domains;
        let halo = self.halo.unwrap_or((smallest / 64).clamp(1, DEEP_HALO));
        if halo == 0 || (domains > 1 && halo > smallest) {
            let expected = if domains > 1 {
                format!("1 to {smallest}, the points of the smallest sub-domain")
            } else {
                "at least 1".to_owned()
            };
            return Err(Error::argument("halo", halo, expected));
        }
        Ok(Cut { domains, halo })
    }

    /// What a run of this rod with `exec` will do: the rod's numbers, and its sub-domains.
    ///
    /// # Errors
    /// As [`Rod::check`] and [`Exec::plan`] say.
    pub fn layout(&self, exec: &Exec) -> Result<(Mesh, Cut)> {
        let mesh = self.check()?;
        let cut = self.cut(&mesh, exec.plan()?.threads)?;
        Ok((mesh, cut))
    }

    /// The k of [`Rod::mode`], if that is its start.
    #[must_use]
    pub fn start_mode(&self) -> Option<u64> {
        match self.start {
            Start::Mode(k) => Some(k),
            Start::Parabola | Start::Values(_) => None,
        }
    }

    /// The values of [`Rod::start`], if those are its start.
    #[must_use]
    pub fn start_values(&self) -> Option<&[f64]> {
        match &self.start {
            Start::Values(values) => Some(values),
            Start::Parabola | Start::Mode(_) => None,
        }
    }

    /// The start at point `index`.
    fn value(&self, mesh: &Mesh, index: usize) -> f64 {
        if index == 0 || index + 1 == mesh.points {
            return 0.0;
        }
        let x = mesh.x(index);
        match &self.start {
            Start::Parabola => x * (PI - x) / (0.25 * (PI * PI)),
            Start::Mode(k) => sine(*k, index, mesh),
            Start::Values(values) => values[index],
        }
    }
}

/// sin(k x) at point `index`, with the argument reduced while it is a whole number: k x may be large.
fn sine(k: u64, index: usize, mesh: &Mesh) -> f64 {
    let half_turn = mesh.points as u64 - 1;
    let place = u128::from(k) * index as u128 % u128::from(2 * half_turn);
    (PI * (place as f64 / half_turn as f64)).sin()
}

fn check_values(values: &[f64], points: usize) -> Result<()> {
    if values.len() != points {
        return Err(Error::argument(
            "start",
            format_args!("{} values", values.len()),
            format!("{points}, as the points"),
        ));
    }
    if let Some((place, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(Error::argument("start", format_args!("{value} at point {place}"), "finite values"));
    }
    // sin(pi) is not quite zero in floating point, and is meant.
    let nearly_zero = 1e-12 * values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    for place in [0, points - 1] {
        if values[place].abs() > nearly_zero {
            let given = format_args!("{:e} at point {place}", values[place]).to_string();
            return Err(Error::argument("start", given, "zero at both ends"));
        }
    }
    Ok(())
}

/// The field after all steps of `rod`.
///
/// `new[i] = c old[i] + r (old[i-1] + old[i+1])` with r = dt / h^2 and c = 1 - 2 r, for all points but the ends, which are
/// zero. x is in units in which the rod is pi long, time in those in which the diffusion constant is 1.
///
/// Deterministic: every layer, instruction set, number of threads and sub-domains and depth of the halo gives the same
/// bits. ([`RodMethod::Spectral`] has bits of its own.)
///
/// Cost: four floating-point operations a point and step, on the layer `simd` at the speed of arithmetic, not of memory, since
/// a sweep takes up to 64 steps; three to four numbers of memory a point. `Spectral`: two discrete sine transforms,
/// O(points log points), on one thread, whatever the number of steps.
///
/// # Errors
/// [`Error::Argument`] as [`Rod::check`] and [`Exec::plan`] say, or if there is no memory for the points;
/// [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Rod, evolve};
///
/// // A pure mode only shrinks: by 1 - 4 r sin^2(h / 2) in each step.
/// let rod = Rod::new(101).mode(1).steps(1000);
/// let mesh = rod.check()?;
/// let factor = 1.0 - 4.0 * mesh.ratio * (mesh.spacing / 2.0).sin().powi(2);
/// let middle = evolve(&rod, &Exec::default())?.field[50];
/// assert!((middle / factor.powi(1000) - 1.0).abs() < 1e-12);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Source: Courant, Friedrichs and Lewy, "Ueber die partiellen Differenzengleichungen der mathematischen Physik", 1928,
/// for the stability limit r <= 1/2.
pub fn evolve(rod: &Rod, exec: &Exec) -> Result<Evolution> {
    let mesh = rod.check()?;
    let plan = exec.plan()?;
    if rod.method == RodMethod::Spectral {
        return Ok(Evolution::new(rod, mesh, spectral::field(rod, &mesh), Vec::new()));
    }
    let cut = rod.cut(&mesh, plan.threads)?;
    let (field, spent) = halo::run(rod, &mesh, cut, &plan)?;
    Ok(Evolution::new(rod, mesh, field, spent))
}

/// Runs the kernel of [`evolve`] for at least `updates` updates on a short rod in the nearest cache, with no seams, halos
/// or exchange; returns how many updates that were.
///
/// The ceiling of the kernel on this machine: a benchmark divides its rate by this one's. Cost: four floating-point
/// operations an update; memory for some thousand points a thread.
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says.
///
/// # Example
/// ```
/// assert!(lanewalk::heat_ceiling(1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn heat_ceiling(updates: u64, exec: &Exec) -> Result<u64> {
    const POINTS: usize = 2048;
    let plan = exec.plan()?;
    let mesh = Rod::new(POINTS + 2).check()?;
    let start: Vec<f64> = (1..=POINTS).map(|index| Rod::new(POINTS + 2).value(&mesh, index)).collect();
    let steps = updates.div_ceil(plan.threads as u64 * POINTS as u64);
    let done = cores::run(&plan, || {
        if let (Layer::Simd, Some(backend)) = (plan.layer, plan.backend()) {
            return backend.run(simd::Ceiling { field: &start, update: mesh.update(), steps });
        }
        let mut field = domain::Stepper::new(&plan, start.clone());
        field.advance(mesh.update(), steps);
        // A field that nobody looks at need not be computed.
        black_box(field);
        steps * POINTS as u64
    })?;
    Ok(done.iter().sum())
}
