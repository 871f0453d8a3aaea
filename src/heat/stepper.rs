//! A rod that is stepped in several calls: its sub-domains, on the threads of a plan.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::domain::{Side, SubDomain};
use super::grid::{Grid, Partition};
use super::halo::{HaloChannel, WaitPolicy};
use super::problem::{Profile, Rod, RodMethod, check_magnitude};
#[cfg(feature = "spectral")]
use super::spectral;
use crate::clock::Stopwatch;
use crate::cores;
use crate::error::{Error, Result};
use crate::exec::{Exec, Plan};
use crate::memory;

/// The number of updates between two polls of the control on a short rod. A long rod polls within a step.
const PIECE: f64 = 2e7;

/// The reason why an exchange does not fail.
const FITS: &str = "the buffer has the depth of the halo";

/// The time that a sub-domain spent in each part of the work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Updating points.
    pub arithmetic: Duration,
    /// Copying halos out and in.
    pub exchange: Duration,
    /// Waiting for a neighbour's halo.
    pub waiting: Duration,
    /// The number of exchanges.
    pub exchanges: u64,
}

/// A sub-domain, a buffer for one halo, and its timings.
struct Member {
    index: usize,
    domain: SubDomain,
    buffer: Vec<f64>,
    timings: Timings,
}

/// A rod whose field can be read between steps.
///
/// The steps are those of [`evolve`](super::evolve), bit for bit, for any split of the steps into calls. The threads,
/// sub-domains and halos are fixed at the start by the rod and the `Exec`. A call of [`Stepper::advance`] allocates no
/// memory that grows with the rod.
///
/// ```
/// use lanewalk::{Exec, Rod, Stepper, evolve};
///
/// // A rod of 101 points: the ends are held at 1 and 0, and the inner points start at 0.
/// let mut start = vec![0.0; 101];
/// start[0] = 1.0;
/// let rod = Rod::new(101).start(start).steps(10_000);
/// let mut stepper = Stepper::new(&rod, &Exec::default())?;
/// let mut field = vec![0.0; 101];
/// for frame in 1..=100 {
///     stepper.advance(100)?;
///     stepper.field(&mut field)?;
///     assert_eq!((stepper.steps(), field[0], field[100]), (100 * frame, 1.0, 0.0));
/// }
/// assert_eq!(field, evolve(&rod, &Exec::default())?.field);
/// // The field converges to the straight line.
/// assert!((field[50] - 0.5).abs() < 0.02);
/// # Ok::<(), lanewalk::Error>(())
/// ```
pub struct Stepper {
    grid: Grid,
    partition: Partition,
    plan: Plan,
    profile: Profile,
    /// Both directions of each seam: first to the right, then to the left.
    seams: Vec<[HaloChannel; 2]>,
    /// The sub-domains of each thread.
    groups: Vec<Mutex<Vec<Member>>>,
    round: u64,
    steps: u64,
    /// Whether a stop has left sub-domains at different steps.
    inconsistent: bool,
}

impl Stepper {
    /// The rod with its initial field. The number of steps of the rod is not used: [`Stepper::advance`] takes any
    /// number.
    ///
    /// # Errors
    /// [`Error::Argument`] as for [`Rod::check`] and [`Exec::plan`], and for [`RodMethod::Spectral`], which takes no
    /// steps; [`Error::OutOfMemory`], before anything is computed; [`Error::Stopped`].
    pub fn new(rod: &Rod, exec: &Exec) -> Result<Self> {
        let grid = rod.check()?;
        if rod.method == RodMethod::Spectral {
            return Err(Error::invalid("method", rod.method, "stepping"));
        }
        let plan = exec.plan()?;
        let partition = rod.partition(&grid, plan.threads)?;
        memory::check("points", grid.points, bytes(&grid, partition))?;
        let depth = if partition.domains > 1 { partition.halo } else { 0 };
        let threads = plan.threads.min(partition.domains);
        let plan = Plan { threads, ..plan };
        let group = |thread: usize| -> Result<Vec<Member>> {
            let mine = thread * partition.domains / threads..(thread + 1) * partition.domains / threads;
            mine.map(|index| {
                let domain = SubDomain::of(rod, &grid, partition, index, &plan)?;
                Ok(Member { index, domain, buffer: vec![0.0; depth], timings: Timings::default() })
            })
            .collect()
        };
        // Each thread initialises its own memory, so that the memory is on its NUMA node.
        let groups = cores::run_numbered(threads, plan.pin, &plan.control, group)?;
        let groups = groups.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(Self {
            seams: (1..partition.domains).map(|_| [HaloChannel::new(depth), HaloChannel::new(depth)]).collect(),
            groups: groups.into_iter().map(Mutex::new).collect(),
            profile: rod.profile(),
            grid,
            partition,
            plan,
            round: 0,
            steps: 0,
            inconsistent: false,
        })
    }

    /// The discretisation of the rod.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The number of steps taken so far, also before the last [`set_field`](Self::set_field).
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Takes `steps` more steps.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the run was stopped, and at every later call. The field is then unusable, because some
    /// points are several steps ahead of others. [`Error::Threads`].
    pub fn advance(&mut self, steps: u64) -> Result<()> {
        if self.inconsistent {
            return Err(Error::Stopped);
        }
        let Self { grid, partition, plan, seams, groups, round, .. } = self;
        let several = partition.domains > 1;
        let block = if several { partition.halo as u64 } else { (PIECE / grid.inner() as f64).max(64.0) as u64 };
        let abandoned = AtomicBool::new(false);
        let policy =
            WaitPolicy { control: &plan.control, abandoned: &abandoned, polls: plan.threads <= cores::available() };
        let first = *round;
        plan.control.begin(grid.inner() as f64 * steps as f64);
        let go_on = || !plan.control.is_stopped();
        cores::run_numbered(plan.threads, plan.pin, &plan.control, |thread| {
            let _flag = PanicFlag(&abandoned);
            let mut members = groups[thread].lock().unwrap_or_else(PoisonError::into_inner);
            let (mut left, mut round) = (steps, first);
            while left > 0 && go_on() {
                let steps = block.min(left);
                members.iter_mut().for_each(|member| member.send(seams, round));
                for member in members.iter_mut() {
                    if !member.receive(seams, round, &policy) || !member.advance(steps, plan, &go_on) {
                        return;
                    }
                }
                left -= steps;
                round += 1;
            }
        })?;
        if plan.control.is_stopped() {
            self.inconsistent = true;
            return Err(Error::Stopped);
        }
        self.round += steps.div_ceil(block);
        self.steps += steps;
        Ok(())
    }

    /// Copies the field at every point, the ends included. If the ends are held at other values than zero, the straight
    /// line between them is added here, so the initial field may differ from its values by their rounding error.
    ///
    /// # Errors
    /// [`Error::Argument`] if the length of `into` is not the number of points of the rod; [`Error::Stopped`].
    pub fn field(&self, into: &mut [f64]) -> Result<()> {
        self.check_length(into.len())?;
        if self.inconsistent {
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

    /// Replaces the field; the next step continues from these values. The ends must have the values at which they are
    /// held. After a stop, this call makes the field usable again, once the control is
    /// [`reset`](crate::RunControl::reset).
    ///
    /// # Errors
    /// [`Error::Argument`] for values that are not finite or above 1e290, for a number of values that is not the number
    /// of points, and for a first or last value that differs from the value at which that end is held.
    pub fn set_field(&mut self, field: &[f64]) -> Result<()> {
        self.check_length(field.len())?;
        for index in [0, self.grid.points - 1] {
            let held = self.profile.at(index);
            if (field[index] - held).abs() > 1e-12 * held.abs().max(1.0) {
                let given = format_args!("{} at point {index}", field[index]).to_string();
                return Err(Error::invalid("field", given, format!("{held}, the value at which that end is held")));
            }
        }
        check_magnitude("field", field)?;
        for group in &mut self.groups {
            for member in group.get_mut().unwrap_or_else(PoisonError::into_inner) {
                let points = member.domain.points();
                for (index, value) in field[points.clone()].iter().enumerate() {
                    member.domain.set(index, value - self.profile.at(points.start + index));
                }
            }
        }
        if self.inconsistent {
            // Some sub-domains were rounds ahead of others, so all restart at round 0.
            let depth = if self.partition.domains > 1 { self.partition.halo } else { 0 };
            self.seams =
                (1..self.partition.domains).map(|_| [HaloChannel::new(depth), HaloChannel::new(depth)]).collect();
            (self.round, self.inconsistent) = (0, false);
        }
        Ok(())
    }

    fn check_length(&self, length: usize) -> Result<()> {
        if length == self.grid.points {
            return Ok(());
        }
        Err(Error::invalid("field", format_args!("{length} values"), format!("{} values", self.grid.points)))
    }

    /// The whole field, and the timings of each sub-domain.
    pub(super) fn finish(self) -> Result<(Vec<f64>, Vec<Timings>)> {
        let mut field = memory::zeros("points", self.grid.points, &self.plan.control)?;
        self.field(&mut field)?;
        let exchanges = if self.partition.domains > 1 { self.round } else { 0 };
        let mut timings = vec![Timings::default(); self.partition.domains];
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

/// The approximate number of bytes that stepping needs: the returned field, and in each sub-domain the initial values,
/// the layer's own copy and the halos.
pub(super) fn bytes(grid: &Grid, partition: Partition) -> u128 {
    let points = grid.points as u128 + 2 * partition.domains as u128 * partition.halo as u128;
    BYTES_PER_POINT * points
}

/// The initial value, the layer's own copy and the returned value, 8 bytes each. The layer `interchanged` has a second
/// copy.
const BYTES_PER_POINT: u128 = 32;

impl Rod {
    /// The approximate peak memory of [`evolve`](super::evolve) with this `exec` in bytes, the result included.
    ///
    /// # Errors
    /// The errors of [`Rod::check`] and [`Exec::plan`].
    ///
    /// ```
    /// use lanewalk::{Exec, Rod};
    ///
    /// let bytes = Rod::new(10_000_000).memory(&Exec::default())?;
    /// assert!((100e6..400e6).contains(&(bytes as f64)));
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    pub fn memory(&self, exec: &Exec) -> Result<u128> {
        let (grid, partition) = self.layout(exec)?;
        #[cfg(feature = "spectral")]
        if self.method == RodMethod::Spectral {
            return Ok(spectral::bytes(grid.points));
        }
        Ok(bytes(&grid, partition))
    }
}

/// Sets a flag for the other threads if this thread panics.
struct PanicFlag<'a>(&'a AtomicBool);

impl Drop for PanicFlag<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Member {
    /// The channels on the left and on the right: one to send and one to receive.
    fn channels<'s>(&self, seams: &'s [[HaloChannel; 2]]) -> [Option<[&'s HaloChannel; 2]>; 2] {
        let (left, right) = (self.index.checked_sub(1).and_then(|seam| seams.get(seam)), seams.get(self.index));
        [left.map(|[right, left]| [left, right]), right.map(|[right, left]| [right, left])]
    }

    fn send(&mut self, seams: &[[HaloChannel; 2]], round: u64) {
        let start = Stopwatch::start();
        for (side, channels) in Side::ALL.iter().copied().zip(self.channels(seams)) {
            if let Some([out, _]) = channels {
                self.domain.edge(side, &mut self.buffer).unwrap_or_else(|_| unreachable!("{FITS}"));
                out.send(round, &self.buffer);
            }
        }
        self.timings.exchange += start.elapsed();
    }

    fn receive(&mut self, seams: &[[HaloChannel; 2]], round: u64, policy: &WaitPolicy) -> bool {
        for (side, channels) in Side::ALL.iter().copied().zip(self.channels(seams)) {
            if let Some([_, from]) = channels {
                let start = Stopwatch::start();
                if !from.wait(round, policy) {
                    return false;
                }
                let arrival = Stopwatch::start();
                from.receive(round, &mut self.buffer);
                self.domain.set_ghosts(side, &self.buffer).unwrap_or_else(|_| unreachable!("{FITS}"));
                self.timings.waiting += start.elapsed().saturating_sub(arrival.elapsed());
                self.timings.exchange += arrival.elapsed();
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
