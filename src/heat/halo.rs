//! Sub-domains on threads: halos through shared memory, without locks.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::domain::{Side, SubDomain};
use super::grid::{Grid, Partition};
use super::problem::Rod;
use crate::error::{Error, Result};
use crate::exec::Plan;
use crate::run_control::RunControl;

/// Updates between two polls of the control, where no exchange interrupts the work.
const PIECE: f64 = 2e7;

/// How often a waiting thread looks before it lets others run.
const PATIENCE: u32 = 10_000;

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

/// One direction of one seam: room for two halos, since the sender may be a round ahead of the receiver, but never two:
/// it has to receive from the same neighbour in between.
struct Post {
    rounds: AtomicU64,
    halos: [Vec<AtomicU64>; 2],
}

impl Post {
    fn new(depth: usize) -> Self {
        let halo = || (0..depth).map(|_| AtomicU64::new(0)).collect();
        Self { rounds: AtomicU64::new(0), halos: [halo(), halo()] }
    }

    fn send(&self, round: u64, edge: &[f64]) {
        for (slot, value) in self.halos[(round % 2) as usize].iter().zip(edge) {
            slot.store(value.to_bits(), Ordering::Relaxed);
        }
        self.rounds.store(round + 1, Ordering::Release);
    }

    /// Waits until the halo of `round` is there; false if the run is stopped before.
    fn wait(&self, round: u64, control: &RunControl) -> bool {
        let mut looks = 0;
        while self.rounds.load(Ordering::Acquire) <= round {
            if control.is_stopped() {
                return false;
            }
            looks += 1;
            if looks < PATIENCE {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
        true
    }

    fn receive(&self, round: u64, ghosts: &mut [f64]) {
        for (slot, value) in self.halos[(round % 2) as usize].iter().zip(ghosts) {
            *value = f64::from_bits(slot.load(Ordering::Relaxed));
        }
    }
}

/// A sub-domain, its posts, and what its time went into.
struct Member<'p> {
    domain: SubDomain,
    /// On the left and on the right: where it sends, and where it receives.
    posts: [Option<[&'p Post; 2]>; 2],
    buffer: Vec<f64>,
    timings: Timings,
}

impl Member<'_> {
    fn send(&mut self, round: u64) {
        let start = Instant::now();
        for (side, posts) in Side::ALL.into_iter().zip(&self.posts) {
            if let Some([out, _]) = posts {
                self.domain.edge(side, &mut self.buffer);
                out.send(round, &self.buffer);
            }
        }
        self.timings.exchange += start.elapsed();
    }

    fn receive(&mut self, round: u64, control: &RunControl) -> bool {
        for (side, posts) in Side::ALL.into_iter().zip(&self.posts) {
            if let Some([_, from]) = posts {
                let start = Instant::now();
                if !from.wait(round, control) {
                    return false;
                }
                let there = Instant::now();
                from.receive(round, &mut self.buffer);
                self.domain.set_ghosts(side, &self.buffer);
                self.timings.waiting += there - start;
                self.timings.exchange += there.elapsed();
            }
        }
        true
    }

    fn advance(&mut self, steps: u64, control: &RunControl) {
        let start = Instant::now();
        self.domain.advance(steps);
        self.timings.arithmetic += start.elapsed();
        control.add(self.domain.points().len() as u64 * steps);
    }
}

/// All steps of all sub-domains; the whole field, and what each sub-domain's time went into.
pub(super) fn run(rod: &Rod, grid: &Grid, cut: Partition, plan: &Plan) -> Result<(Vec<f64>, Vec<Timings>)> {
    let mut field = Vec::new();
    let room = field.try_reserve_exact(grid.points);
    room.map_err(|_| Error::out_of_memory("points", grid.points, 8 * grid.points as u128))?;
    field.resize(grid.points, 0.0);

    let depth = if cut.domains > 1 { cut.halo } else { 0 };
    let seams: Vec<[Post; 2]> = (1..cut.domains).map(|_| [Post::new(depth), Post::new(depth)]).collect();
    let threads = plan.threads.min(cut.domains);
    let plan = Plan { threads, ..plan.clone() };
    let block = if cut.domains > 1 { cut.halo as u64 } else { (PIECE / grid.inner() as f64).max(64.0) as u64 };
    let next = AtomicUsize::new(0);
    let shares = plan.run(|| {
        let thread = next.fetch_add(1, Ordering::Relaxed);
        let mine = thread * cut.domains / threads..(thread + 1) * cut.domains / threads;
        let mut members: Vec<_> = mine
            .map(|index| Member {
                domain: SubDomain::of(rod, grid, cut, index, &plan),
                posts: [
                    index.checked_sub(1).map(|seam| [&seams[seam][0], &seams[seam][1]]),
                    seams.get(index).map(|[left, right]| [right, left]),
                ],
                buffer: vec![0.0; depth],
                timings: Timings::default(),
            })
            .collect();
        let (mut left, mut round) = (grid.steps, 0);
        while left > 0 && !plan.control.is_stopped() {
            let steps = block.min(left);
            for member in &mut members {
                member.send(round);
            }
            for member in &mut members {
                if !member.receive(round, &plan.control) {
                    break;
                }
                member.advance(steps, &plan.control);
            }
            left -= steps;
            round += 1;
        }
        let done = |member: Member| {
            let exchanges = if depth > 0 { round } else { 0 };
            (member.domain.points(), member.domain.values(), Timings { exchanges, ..member.timings })
        };
        members.into_iter().map(done).collect::<Vec<_>>()
    })?;
    if plan.control.is_stopped() {
        return Err(Error::Stopped);
    }
    let mut timings = vec![Timings::default(); cut.domains];
    let mut members: Vec<_> = shares.into_iter().flatten().collect();
    members.sort_by_key(|(points, ..)| points.start);
    for (index, (points, values, times)) in members.into_iter().enumerate() {
        debug_assert_eq!(points, cut.points(grid, index));
        field[points].copy_from_slice(&values);
        timings[index] = times;
    }
    Ok((field, timings))
}
