//! Walks that come back: after how many steps, and with which probability at all?
//!
//! A continuous walk never hits its origin again, so "back" has three meanings, each with a kernel that is there already: a change of
//! sign is a walk on the line, sent to 0 from where its first step led; a return to a ball is a walk in space, sent out and back; a
//! return on the lattice is one.

use super::lattice;
use super::lattice::exact::{FirstReturn, polya};
use super::space::{self, Edge, check_dimensions};
use super::walk::barrier::Barrier;
use super::walk::feed::{Back, Feed, Goal, Record};
use super::walk::{Course, Law, Walk, free, on_the_line, records, sign};
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::tally::{Digest, Judged, Tally, binomial, restricted_mean};

/// What it means that a walk is back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Return {
    /// On the line, with steps U\[-1, 1): the first step after which the position has the other sign than it had after the first. A
    /// position of exactly 0 has the sign before it.
    Sign,
    /// In 1 to 8 dimensions, with each coordinate of a step U\[-1, 1): the first time within the radius, after having been at this
    /// distance or beyond. The walk starts at the centre.
    Ball {
        /// 1 to 8.
        dimensions: usize,
        /// Above 0, at most 2^19 largest steps of a coordinate.
        radius: f64,
    },
    /// On the lattice of 1 to 8 dimensions: each step moves one coordinate, chosen at random, by 1 up or down; back at the origin.
    Lattice {
        /// 1 to 8.
        dimensions: usize,
    },
}

/// The problem of [`Walk::returning`].
#[derive(Clone, Debug, PartialEq)]
pub struct Returning {
    meaning: Return,
    horizon: u64,
}

/// The most dimensions of a ball to return to.
const MOST_DIMENSIONS: usize = 8;

/// The longest horizon on the line and in space: positions stay within 64 bits, and in space within the 52 bits that are turned into doubles.
const LONGEST: u64 = (1 << 30) - 1;
const LONGEST_IN_SPACE: u64 = 1_000_000;

impl Walk<Returning> {
    /// Walks until back, in this sense, or until `horizon` steps are done: a million at most to a ball, 2^30 - 1 to a change of sign.
    #[must_use]
    pub fn returning(meaning: Return, horizon: u64) -> Self {
        Self::new(Returning { meaning, horizon })
    }

    /// Whether the problem can be run, without running it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number of dimensions, a radius or a horizon that is out of range, and for no walkers.
    pub fn check(&self) -> Result<()> {
        self.problem.check()?;
        self.check_walkers()
    }
}

impl Returning {
    fn check(&self) -> Result<()> {
        let longest = match self.meaning {
            Return::Sign => LONGEST,
            Return::Ball { dimensions, radius } => {
                check_dimensions(dimensions, MOST_DIMENSIONS)?;
                Edge::new(dimensions, radius, "radius")?;
                LONGEST_IN_SPACE
            }
            Return::Lattice { dimensions } => {
                check_dimensions(dimensions, lattice::MOST_DIMENSIONS)?;
                u64::MAX - 1
            }
        };
        if (1..=longest).contains(&self.horizon) {
            Ok(())
        } else {
            Err(Error::argument("horizon", self.horizon, format!("1 to {longest} steps")))
        }
    }
}

/// The nearest barrier on both sides: crossed by the first step that leads anywhere.
const ANYWHERE: Barrier = Barrier::both(1);

/// From there, the barrier at 0, and none on the near side.
fn other_sign(_: Barrier, position: &[i64]) -> Barrier {
    let far = Barrier::FARTHEST.above;
    if position[0] < 0 { Barrier { below: far, above: 1 } } else { Barrier { below: 1, above: far } }
}

impl Course for Returning {
    type Barrier = ();

    fn goals(&self, seed: u64) -> Result<Vec<Goal<()>>> {
        self.check()?;
        Ok(vec![Goal { barrier: (), seed }])
    }

    fn horizon(&self) -> u64 {
        self.horizon
    }

    fn coordinates(&self) -> usize {
        match self.meaning {
            Return::Sign => 1,
            Return::Ball { dimensions, .. } => dimensions,
            Return::Lattice { .. } => 0,
        }
    }

    fn survival(&self) -> Option<Law> {
        let times = ReturnTimes::new(self.meaning, self.horizon)?;
        Some(Box::new(move |steps| 1.0 - times.by(steps)))
    }

    fn walk<F: Feed<Barrier = ()>>(&self, _: &[Goal<()>], plan: &Plan, feed: &mut F) {
        match self.meaning {
            Return::Sign => {
                let mut back = Back { feed, out: ANYWHERE, then: other_sign };
                let back: &mut dyn Feed<Barrier = Barrier> = &mut back;
                on_the_line(true, plan, back);
            }
            Return::Ball { dimensions, radius } => {
                let Ok(edge) = Edge::new(dimensions, radius, "radius") else { unreachable!("checked") };
                let mut back = Back { feed, out: edge, then: |edge: Edge, _| edge.back() };
                space::run(space::Kind::Return, edge, plan, &mut back);
            }
            Return::Lattice { dimensions } => lattice::run(dimensions, plan, feed),
        }
    }
}

/// What is kept of walks that may come back.
#[derive(Clone, Default)]
struct Came {
    tally: Tally,
    censored: u64,
}

impl Record<()> for Came {
    fn record(&mut self, (): &(), time: u64, _: &[i64]) {
        self.tally.record(time, 0);
    }

    fn censor(&mut self, (): &(), _: u64, _: &[i64]) {
        self.censored += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.tally.merge(&other.tally);
        self.censored += other.censored;
    }
}

/// How many walks came back within the horizon, and when: exact tallies, and the estimates that they give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Returns {
    /// What back means.
    pub meaning: Return,
    /// After so many steps a walk was given up.
    pub horizon: u64,
    /// Walks that came back, and after how many steps.
    pub tally: Tally,
    /// Walks that did not come back within the horizon.
    pub censored: u64,
}

/// First returns: the probability to be back within the horizon, with its exact value where there is one.
///
/// | meaning | P(T <= n) |
/// | --- | --- |
/// | [`Return::Sign`] | 1 - 2 C(2 n, n) / 4^n, whatever the steps' distribution, if it is symmetric and continuous (Sparre Andersen, 1954) |
/// | [`Return::Lattice`] | by the generating functions, F(z) = 1 - 1 / U(z) with U of the probabilities to be at the origin |
/// | [`Return::Ball`] | not known |
///
/// Deterministic: the same bits for every `exec`. Cost: half a draw for each step on the line, D/2 draws in space, 1/64 to 1/12 of a
/// draw on the lattice; memory for the tallies alone.
///
/// # Errors
/// [`Error::Argument`] as [`Walk::check`] and [`Exec::plan`] say; [`Error::Stopped`] if the watch was told to stop.
///
/// # Example
/// ```
/// use lanewalk::{Exec, Return, Walk, first_return};
///
/// let lattice = Return::Lattice { dimensions: 3 };
/// let returns = first_return(&Walk::returning(lattice, 1000).samples(20_000), &Exec::default())?;
/// let back = returns.probability();
/// assert!((back.exact.unwrap() - 0.3315).abs() < 1e-3);
/// assert!(back.z().unwrap().abs() < 4.0);
/// assert!((returns.ever().unwrap() - 0.3405373296).abs() < 1e-10);
/// # Ok::<(), lanewalk::Error>(())
/// ```
///
/// Sources: Polya, "Ueber eine Aufgabe der Wahrscheinlichkeitsrechnung betreffend die Irrfahrt im Strassennetz", 1921; Feller, "An
/// Introduction to Probability Theory and Its Applications", volume 1, 1968, chapters III and XIV; Sparre Andersen, "On the
/// fluctuations of sums of random variables II", 1954.
pub fn first_return(walk: &Walk<Returning>, exec: &Exec) -> Result<Returns> {
    walk.check()?;
    let goals = walk.problem.goals(walk.seed)?;
    let came = records::<_, Came>(walk, &goals, &exec.plan()?)?.swap_remove(0);
    let Returning { meaning, horizon } = walk.problem;
    Ok(Returns { meaning, horizon, tally: came.tally, censored: came.censored })
}

impl Return {
    /// The probability ever to return: 1 on the line and in two dimensions, Polya's constants on the lattice in more; `None` for a
    /// ball in more.
    ///
    /// ```
    /// use lanewalk::Return;
    /// assert!((Return::Lattice { dimensions: 4 }.ever().unwrap() - 0.1932016732).abs() < 1e-10);
    /// ```
    #[must_use]
    pub fn ever(&self) -> Option<f64> {
        match *self {
            Self::Sign => Some(1.0),
            Self::Ball { dimensions, .. } => (dimensions <= 2).then_some(1.0),
            Self::Lattice { dimensions } => lattice::DIMENSIONS.contains(&dimensions).then(|| polya(dimensions)),
        }
    }
}

impl Returns {
    /// How many walks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.tally.samples + self.censored
    }

    /// The probability to be back within the horizon.
    #[must_use]
    pub fn probability(&self) -> Judged {
        let exact = ReturnTimes::new(self.meaning, self.horizon).map(|times| times.by(self.horizon));
        Judged { estimate: binomial(self.tally.samples, self.samples()), exact }
    }

    /// E\[min(T, h)\] for the horizon h: how many steps were walked, on the average.
    #[must_use]
    pub fn mean(&self) -> Judged {
        let exact = ReturnTimes::new(self.meaning, self.horizon).and_then(|times| times.mean_until(self.horizon));
        Judged { estimate: restricted_mean([&self.tally], self.censored, Some(self.horizon)), exact }
    }

    /// The probability ever to return: see [`Return::ever`].
    #[must_use]
    pub fn ever(&self) -> Option<f64> {
        self.meaning.ever()
    }

    /// A 64-bit hash of the exact tallies: equal results have equal digests.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Digest::new();
        self.tally.digest(&mut digest);
        digest.add(u128::from(self.censored));
        digest.finish()
    }
}

/// The exact distribution of the time of return, up to a horizon.
///
/// ```
/// use lanewalk::{Return, ReturnTimes};
///
/// let line = ReturnTimes::new(Return::Lattice { dimensions: 1 }, 4).unwrap();
/// assert!((line.by(2) - 0.5).abs() < 1e-15 && (line.by(4) - 0.625).abs() < 1e-15);
/// assert!((line.at(4) - 0.125).abs() < 1e-15 && (line.mean_until(4).unwrap() - 3.0).abs() < 1e-14);
/// ```
#[derive(Debug)]
pub struct ReturnTimes(Exact);

#[derive(Debug)]
enum Exact {
    Sign,
    Lattice(FirstReturn),
}

impl ReturnTimes {
    /// For times up to `horizon`; `None` where no exact value is known, or where computing it would take too long: on lattices of two
    /// and more dimensions beyond some 4 million steps. Cost: up to a second.
    #[must_use]
    pub fn new(meaning: Return, horizon: u64) -> Option<Self> {
        match meaning {
            Return::Sign => Some(Self(Exact::Sign)),
            Return::Ball { .. } => None,
            Return::Lattice { dimensions } => {
                if !lattice::DIMENSIONS.contains(&dimensions) {
                    return None;
                }
                FirstReturn::new(dimensions, horizon).map(|exact| Self(Exact::Lattice(exact)))
            }
        }
    }

    /// P(T <= `steps`), for no more steps than the horizon.
    #[must_use]
    pub fn by(&self, steps: u64) -> f64 {
        match &self.0 {
            Exact::Sign => 1.0 - sign::after(steps),
            Exact::Lattice(exact) => exact.by(steps),
        }
    }

    /// P(T = `steps`), for no more steps than the horizon.
    #[must_use]
    pub fn at(&self, steps: u64) -> f64 {
        match &self.0 {
            Exact::Sign => sign::after(steps.saturating_sub(1)) - sign::after(steps),
            Exact::Lattice(exact) => exact.at(steps),
        }
    }

    /// E\[min(T, `horizon`)\], for a horizon that is no longer; `None` on the lattice beyond 2^24 steps, which are summed.
    #[must_use]
    pub fn mean_until(&self, horizon: u64) -> Option<f64> {
        match &self.0 {
            Exact::Sign => Some(sign::mean_until(horizon)),
            Exact::Lattice(exact) => {
                (horizon <= MOST_SUMMED).then(|| (0..horizon).map(|steps| exact.after(steps)).sum())
            }
        }
    }
}

/// The longest horizon whose steps are summed one by one.
const MOST_SUMMED: u64 = 1 << 24;

/// At least `steps` steps on the lattice by walkers who go on when they are back: the ceiling of its kernel on this machine. See
/// [`walk_ceiling`](crate::walk_ceiling).
///
/// # Errors
/// [`Error::Argument`] as [`Exec::plan`] says, and for dimensions outside 1..=8.
///
/// # Example
/// ```
/// assert!(lanewalk::lattice_ceiling(3, 1_000_000, &lanewalk::Exec::default().threads(1))? >= 1_000_000);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub fn lattice_ceiling(dimensions: usize, steps: u64, exec: &Exec) -> Result<u64> {
    check_dimensions(dimensions, lattice::MOST_DIMENSIONS)?;
    let plan = exec.plan()?;
    let steps_a_draw = f64::from(2 * lattice::Digits::new(dimensions).steps);
    free(steps, steps_a_draw, ((), true), &plan, |feed| lattice::run(dimensions, &plan, feed))
}
