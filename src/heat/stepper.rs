//! A rod that is stepped, looked at, and stepped on: its sub-domains, on the threads of a plan.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::domain::{Side, SubDomain};
use super::grid::{Grid, Partition};
use super::halo::{Patience, Post};
use super::problem::{Profile, Rod, RodMethod};
#[cfg(feature = "spectral")]
use super::spectral;
use crate::clock::Stopwatch;
use crate::cores;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::memory;

/// Updates between two polls of the control on a short rod. A long one polls within a step.
const PIECE: f64 = 2e7;

/// What the time of a sub-domain went into.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Updating points.
    pub arithmetic: Duration,
    /// Copying halos out and in.
    pub exchange: Duration,
    /// Waiting for a neighbour's halo.
    pub waiting: Duration,
    /// How many exchanges there were.
    pub exchanges: u64,
}

/// A sub-domain, its seams, and what its time went into.
struct Member {
    index: usize,
    domain: SubDomain,
    buffer: Vec<f64>,
    timings: Timings,
}

/// A rod that is stepped, looked at, and stepped on.
///
/// The steps are those of [`evolve`](super::evolve), bit for bit, however many calls they are taken in. Its threads,
/// sub-domains and halos are those of the rod and the `Exec` at the start. A call of [`Stepper::advance`] allocates no
/// memory that grows with the rod.
///
/// ```
/// use lanewalk::{Exec, Rod, Stepper, evolve};
///
/// // A rod of 101 points with its ends held at 1 and 0, from 0 within.
/// let mut start = vec![0.0; 101];
/// start[0] = 1.0;
/// let rod = Rod::new(101).start(start).steps(10_000);
/// let mut stepper = Stepper::new(&rod, &Exec::default())?;
/// let mut field = vec![0.0; 101];
/// for picture in 1..=100 {
///     stepper.advance(100)?;
///     stepper.field(&mut field)?;
///     assert_eq!((stepper.steps(), field[0], field[100]), (100 * picture, 1.0, 0.0));
/// }
/// assert_eq!(field, evolve(&rod, &Exec::default())?.field);
/// // At rest it is the straight line.
/// assert!((field[50] - 0.5).abs() < 0.02);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub struct Stepper {
    grid: Grid,
    cut: Partition,
    plan: Plan,
    profile: Profile,
    /// Both directions of each seam: to the right, and to the left.
    seams: Vec<[Post; 2]>,
    /// The sub-domains of each thread.
    groups: Vec<Mutex<Vec<Member>>>,
    round: u64,
    steps: u64,
    /// A stop has left some sub-domains behind others.
    spoilt: bool,
}

impl Stepper {
    /// The rod at its start.
    ///
    /// # Errors
    /// [`Error::Argument`] as [`Rod::check`] and [`Exec::plan`] say, and for [`RodMethod::Spectral`], which takes no
    /// steps; [`Error::OutOfMemory`], before anything is computed; [`Error::Stopped`].
    pub fn new(rod: &Rod, exec: &Exec) -> Result<Self> {
        let grid = rod.check()?;
        if rod.method == RodMethod::Spectral {
            return Err(Error::invalid("method", rod.method, "stepping"));
        }
        let plan = exec.plan()?;
        let cut = rod.partition(&grid, plan.threads)?;
        memory::check("points", grid.points, bytes(&grid, cut))?;
        let depth = if cut.domains > 1 { cut.halo } else { 0 };
        let threads = plan.threads.min(cut.domains);
        let plan = Plan { threads, ..plan };
        let group = |thread: usize| -> Result<Vec<Member>> {
            let mine = thread * cut.domains / threads..(thread + 1) * cut.domains / threads;
            mine.map(|index| {
                let domain = SubDomain::of(rod, &grid, cut, index, &plan)?;
                Ok(Member { index, domain, buffer: vec![0.0; depth], timings: Timings::default() })
            })
            .collect()
        };
        // Each thread touches its own memory first.
        let groups = cores::run_numbered(threads, plan.pin, &plan.control, group)?;
        let groups = groups.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(Self {
            seams: (1..cut.domains).map(|_| [Post::new(depth), Post::new(depth)]).collect(),
            groups: groups.into_iter().map(Mutex::new).collect(),
            profile: rod.profile(),
            grid,
            cut,
            plan,
            round: 0,
            steps: 0,
            spoilt: false,
        })
    }

    /// The rod's numbers.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Steps taken so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Takes `steps` more steps.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the run was stopped, and at every call after that: the field is then of no use, since some
    /// points are steps ahead of others. [`Error::Threads`].
    pub fn advance(&mut self, steps: u64) -> Result<()> {
        if self.spoilt {
            return Err(Error::Stopped);
        }
        let Self { grid, cut, plan, seams, groups, round, .. } = self;
        let several = cut.domains > 1;
        let block = if several { cut.halo as u64 } else { (PIECE / grid.inner() as f64).max(64.0) as u64 };
        let abandoned = AtomicBool::new(false);
        let patience =
            Patience { control: &plan.control, abandoned: &abandoned, looks: plan.threads <= cores::available() };
        let first = *round;
        plan.control.begin(grid.inner() as f64 * steps as f64);
        let go_on = || !plan.control.is_stopped();
        cores::run_numbered(plan.threads, plan.pin, &plan.control, |thread| {
            let _alarm = Alarm(&abandoned);
            let mut members = groups[thread].lock().unwrap_or_else(PoisonError::into_inner);
            let (mut left, mut round) = (steps, first);
            while left > 0 && go_on() {
                let steps = block.min(left);
                members.iter_mut().for_each(|member| member.send(seams, round));
                for member in members.iter_mut() {
                    if !member.receive(seams, round, &patience) || !member.advance(steps, plan, &go_on) {
                        return;
                    }
                }
                left -= steps;
                round += 1;
            }
        })?;
        if plan.control.is_stopped() {
            self.spoilt = true;
            return Err(Error::Stopped);
        }
        self.round += steps.div_ceil(block);
        self.steps += steps;
        Ok(())
    }

    /// Copies the field at every point, the ends included.
    ///
    /// # Errors
    /// [`Error::Argument`] if `into` has not as many places as the rod points; [`Error::Stopped`].
    pub fn field(&self, into: &mut [f64]) -> Result<()> {
        self.check_length(into.len())?;
        if self.spoilt {
            return Err(Error::Stopped);
        }
        let go_on = || !self.plan.control.is_stopped();
        for group in &self.groups {
            for member in group.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                if !member.domain.copy(&mut into[member.domain.points()], &go_on) {
                    return Err(Error::Stopped);
                }
            }
        }
        (into[0], into[self.grid.points - 1]) = (0.0, 0.0);
        self.profile.add(1.0, 0, into);
        Ok(())
    }

    /// Goes on from these values. The ends keep those that they are held at. After a stop this makes the field whole
    /// again, once the control has been [`reset`](crate::RunControl::reset).
    ///
    /// # Errors
    /// [`Error::Argument`] for values that are not finite or not as many as the points, or that differ from what an end
    /// is held at.
    pub fn set_field(&mut self, values: &[f64]) -> Result<()> {
        self.check_length(values.len())?;
        for place in [0, self.grid.points - 1] {
            let held = self.profile.at(place);
            if (values[place] - held).abs() > 1e-12 * held.abs().max(1.0) {
                let given = format_args!("{} at point {place}", values[place]).to_string();
                return Err(Error::invalid("field", given, format!("{held}, at which that end is held")));
            }
        }
        if let Some((place, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(Error::invalid("field", format_args!("{value} at point {place}"), "finite values"));
        }
        for group in &mut self.groups {
            for member in group.get_mut().unwrap_or_else(PoisonError::into_inner) {
                let points = member.domain.points();
                for (place, value) in values[points.clone()].iter().enumerate() {
                    member.domain.set(place, value - self.profile.at(points.start + place));
                }
            }
        }
        if self.spoilt {
            // Some sub-domains were rounds ahead of others: all begin anew.
            let depth = if self.cut.domains > 1 { self.cut.halo } else { 0 };
            self.seams = (1..self.cut.domains).map(|_| [Post::new(depth), Post::new(depth)]).collect();
            (self.round, self.spoilt) = (0, false);
        }
        Ok(())
    }

    fn check_length(&self, length: usize) -> Result<()> {
        if length == self.grid.points {
            return Ok(());
        }
        Err(Error::invalid("field", format_args!("{length} values"), format!("{}, as the points", self.grid.points)))
    }

    /// The whole field, and what each sub-domain's time went into.
    pub(super) fn finish(self) -> Result<(Vec<f64>, Vec<Timings>)> {
        let mut field = memory::room("points", self.grid.points)?;
        field.resize(self.grid.points, 0.0);
        self.field(&mut field)?;
        let exchanges = if self.cut.domains > 1 { self.round } else { 0 };
        let mut timings = vec![Timings::default(); self.cut.domains];
        for member in
            self.groups.into_iter().flat_map(|group| group.into_inner().unwrap_or_else(PoisonError::into_inner))
        {
            timings[member.index] = Timings { exchanges, ..member.timings };
        }
        Ok((field, timings))
    }
}

impl std::fmt::Debug for Stepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepper").field("grid", &self.grid).field("steps", &self.steps).finish_non_exhaustive()
    }
}

/// About the bytes that stepping needs: the field as it is handed out, and in each sub-domain the start, the layer's
/// own copy and the halos.
pub(super) fn bytes(grid: &Grid, cut: Partition) -> u128 {
    let points = grid.points as u128 + 2 * cut.domains as u128 * cut.halo as u128;
    BYTES_A_POINT * points
}

/// The start, the layer's own copy and the field as it is handed out, 8 bytes each; `interchanged` holds a spare one.
const BYTES_A_POINT: u128 = 32;

impl Rod {
    /// About the most memory in bytes that [`evolve`](super::evolve) takes with this `exec`, its result included.
    ///
    /// # Errors
    /// As [`Rod::check`] and [`Exec::plan`] say.
    ///
    /// ```
    /// use lanewalk::{Exec, Rod};
    ///
    /// let bytes = Rod::new(10_000_000).memory(&Exec::default())?;
    /// assert!((100e6..400e6).contains(&(bytes as f64)));
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    pub fn memory(&self, exec: &Exec) -> Result<u128> {
        let (grid, cut) = self.layout(exec)?;
        #[cfg(feature = "spectral")]
        if self.method == RodMethod::Spectral {
            return Ok(spectral::bytes(grid.points));
        }
        Ok(bytes(&grid, cut))
    }
}

/// Tells the other threads of a panic in this one.
struct Alarm<'a>(&'a AtomicBool);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Member {
    /// Where it sends and where it receives, on the left and on the right.
    fn posts<'s>(&self, seams: &'s [[Post; 2]]) -> [Option<[&'s Post; 2]>; 2] {
        let (left, right) = (self.index.checked_sub(1).and_then(|seam| seams.get(seam)), seams.get(self.index));
        [left.map(|[right, left]| [left, right]), right.map(|[right, left]| [right, left])]
    }

    fn send(&mut self, seams: &[[Post; 2]], round: u64) {
        let start = Stopwatch::start();
        for (side, posts) in Side::ALL.iter().copied().zip(self.posts(seams)) {
            if let Some([out, _]) = posts {
                self.domain.edge(side, &mut self.buffer);
                out.send(round, &self.buffer);
            }
        }
        self.timings.exchange += start.elapsed();
    }

    fn receive(&mut self, seams: &[[Post; 2]], round: u64, patience: &Patience) -> bool {
        for (side, posts) in Side::ALL.iter().copied().zip(self.posts(seams)) {
            if let Some([_, from]) = posts {
                let start = Stopwatch::start();
                if !from.wait(round, patience) {
                    return false;
                }
                let there = Stopwatch::start();
                from.receive(round, &mut self.buffer);
                self.domain.set_ghosts(side, &self.buffer);
                self.timings.waiting += start.elapsed().saturating_sub(there.elapsed());
                self.timings.exchange += there.elapsed();
            }
        }
        true
    }

    fn advance(&mut self, steps: u64, plan: &Plan, go_on: &dyn Fn() -> bool) -> bool {
        let start = Stopwatch::start();
        let done = self.domain.advance_while(steps, go_on);
        self.timings.arithmetic += start.elapsed();
        let Range { start: first, end } = self.domain.points();
        plan.control.add((end - first) as u64 * steps);
        done
    }
}
