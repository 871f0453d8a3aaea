//! A rod's sub-domains as processes: starts the [workers](super::worker), watches over them, and gathers the field.
//!
//! Each worker has a thread here that hands it its part of the start and takes what it says, until that is all or
//! something is wrong. The thread that called looks after all of them: who has been silent for too long, whether the
//! run is to stop. Whatever comes of it, every worker has been killed or has ended, and has been reaped, before
//! [`solve`] returns.
//!
//! One failure is soon followed by others: who waits for a dead neighbour finds its link closed. So the first word is
//! not the last: reports that arrive within a moment are compared, and the deepest cause is reported.

#[cfg(test)]
mod tests;

use std::env;
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Grid, Partition, Plan, Rod, RunControl, Timings};

use super::worker;
use super::worker_link::{Cause, Event, attend};
use crate::pipes::error::{ExchangeError, Result};

/// How often silence and stops are looked for.
const TICK: Duration = Duration::from_millis(50);

/// How long after a first failure others are heard.
const GRACE: Duration = Duration::from_millis(200);

/// What is to be solved, and how.
pub(super) struct Job<'a> {
    pub(super) rod: &'a Rod,
    pub(super) grid: &'a Grid,
    pub(super) cut: Partition,
    pub(super) plan: &'a Plan,
    /// How long a worker may be silent.
    timeout: Duration,
    control: &'a RunControl,
}

/// The field of `rod` after all steps, and what the time of each sub-domain went into: each of them computed by a
/// process of its own, which is a copy of this program.
///
/// `grid` and `cut` are those of [`Rod::layout`]. Of the plan the layer and the instruction set are the workers'; each
/// has one thread, unpinned. No worker may be silent for `timeout`: at least a second, since they send heartbeats ten
/// times a second. `control` counts updates, and can stop the run.
///
/// # Errors
/// [`ExchangeError::Stopped`]; [`ExchangeError::Failed`] with the sub-domain and the cause, if a worker ends before its
/// time, falls silent or says what it must not, or cannot be started.
pub(crate) fn solve(
    rod: &Rod,
    grid: &Grid,
    cut: Partition,
    plan: &Plan,
    timeout: Duration,
    control: &RunControl,
) -> Result<(Vec<f64>, Vec<Timings>)> {
    let program =
        env::current_exe().map_err(|error| ExchangeError::Failed(format!("where this program is: {error}")))?;
    Job { rod, grid, cut, plan, timeout, control }.run(|_| {
        let mut command = Command::new(&program);
        command.arg(worker::COMMAND);
        command
    })
}

/// The workers, from the left, and one's own ends of their control links. Dropping it ends and reaps them.
#[derive(Default)]
struct Workers {
    processes: Vec<Child>,
    links: Vec<UnixStream>,
}

impl Workers {
    /// Starts a worker for each sub-domain, with `program` of its index.
    fn start(domains: usize, program: impl Fn(usize) -> Command) -> Result<Self> {
        let mut workers = Self::default();
        let mut left = Stdio::null();
        for index in 0..domains {
            let failed =
                |error: io::Error| failed(index, domains, &format!("its worker could not be started: {error}"));
            let (link, control) = UnixStream::pair().map_err(failed)?;
            let (right, next) = if index + 1 < domains {
                let (right, next) = UnixStream::pair().map_err(failed)?;
                (OwnedFd::from(right).into(), OwnedFd::from(next).into())
            } else {
                (Stdio::null(), Stdio::null())
            };
            let mut command = program(index);
            // In a process group of its own: Ctrl-C reaches this process alone, which then ends the worker.
            command.stdin(OwnedFd::from(control)).stdout(left).stderr(right).process_group(0);
            workers.processes.push(command.spawn().map_err(failed)?);
            // With the command go this process's copies of the worker's ends.
            workers.links.push(link);
            left = next;
        }
        Ok(workers)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        end(&mut self.processes, &self.links);
    }
}

/// Ends what still runs and reaps it; a thread that waits at a link is released, whichever end it holds.
fn end(processes: &mut [Child], links: &[UnixStream]) {
    for process in processes.iter_mut() {
        _ = process.kill();
    }
    for link in links {
        _ = link.shutdown(Shutdown::Both);
    }
    for process in processes {
        _ = process.wait();
    }
}

fn failed(index: usize, domains: usize, why: &str) -> ExchangeError {
    ExchangeError::Failed(format!("sub-domain {index} of {domains}: {why}"))
}

/// What is known of a worker.
#[derive(Clone, Default)]
struct Seat {
    /// When it was last heard.
    heard: Duration,
    steps: u64,
    timings: Option<Timings>,
}

impl Job<'_> {
    fn run(&self, program: impl Fn(usize) -> Command) -> Result<(Vec<f64>, Vec<Timings>)> {
        let Workers { processes, links } = &mut Workers::start(self.cut.domains, program)?;
        let room = Vec::<f64>::new().try_reserve_exact(self.grid.points);
        room.map_err(|_| ExchangeError::Failed(format!("no memory for {} points", self.grid.points)))?;
        // Zeros of the system's, which touches no page before there is something to write.
        let mut field = vec![0.0; self.grid.points];
        let mut rest = &mut field[1..];
        let timings = thread::scope(|scope| {
            let (sender, events) = mpsc::channel();
            for (index, link) in links.iter().enumerate() {
                let own;
                (own, rest) = rest.split_at_mut(self.cut.points(self.grid, index).len());
                let sender = sender.clone();
                // When the run has failed, the receiver is gone.
                let tell = move |index, event| _ = sender.send((index, event));
                let thread = thread::Builder::new().name(format!("worker-{index}"));
                let thread = thread.spawn_scoped(scope, move || attend(self, index, link, own, tell));
                if let Err(error) = thread {
                    end(processes, links);
                    return Err(self.failed(index, &format!("its worker has no attendant: {error}")));
                }
            }
            let timings = self.watch_over(&events, processes);
            // Without that the threads would wait on.
            end(processes, links);
            timings
        })?;
        Ok((field, timings))
    }

    fn watch_over(&self, events: &Receiver<(usize, Event)>, processes: &mut [Child]) -> Result<Vec<Timings>> {
        let mut seats = vec![Seat::default(); processes.len()];
        let mut causes = Vec::new();
        // Time that this process spent stopped itself, when it received nothing, does not count.
        let (mut clock, mut last, mut verdict) = (Duration::ZERO, Instant::now(), Duration::MAX);
        while seats.iter().any(|seat| seat.timings.is_none()) {
            let event = events.recv_timeout(TICK);
            clock += last.elapsed().min(2 * TICK);
            last = Instant::now();
            if self.control.is_stopped() {
                return Err(ExchangeError::Stopped);
            }
            match event {
                Ok((index, Event::Alive(steps))) => {
                    let seat = &mut seats[index];
                    let more = steps.min(self.grid.steps).saturating_sub(seat.steps);
                    self.control.add(more * self.cut.points(self.grid, index).len() as u64);
                    (seat.heard, seat.steps) = (clock, seat.steps + more);
                }
                Ok((index, Event::Done(timings))) => seats[index].timings = Some(timings),
                Ok((index, Event::Failed(cause))) => causes.push((index, cause)),
                Err(_) => {}
            }
            if causes.is_empty() {
                let silent = |seat: &Seat| seat.timings.is_none() && clock.saturating_sub(seat.heard) >= self.timeout;
                causes.extend(seats.iter().position(silent).map(|index| (index, Cause::Silent)));
            }
            if !causes.is_empty() {
                verdict = verdict.min(clock + GRACE);
            }
            if clock >= verdict {
                return Err(self.judge(causes, processes));
            }
        }
        Ok(seats.into_iter().filter_map(|seat| seat.timings).collect())
    }

    /// The deepest of the causes, and of those that are as deep the first.
    fn judge(&self, causes: Vec<(usize, Cause)>, processes: &mut [Child]) -> ExchangeError {
        let weighed = causes.into_iter().map(|(index, cause)| {
            let ended = processes[index].try_wait().ok().flatten();
            let killed = ended.and_then(|status| status.signal());
            match (cause, killed, ended.and_then(|status| status.code())) {
                (Cause::Silent, ..) => {
                    (0, index, format!("its worker did nothing for {} s", self.timeout.as_secs_f64()))
                }
                (Cause::Closed(_) | Cause::Lost(_), Some(signal), _) => {
                    (0, index, format!("its worker was killed by signal {signal}"))
                }
                (Cause::Closed(_), _, Some(code)) => (0, index, format!("its worker ended with exit status {code}")),
                (Cause::Said(words), ..) => (1, index, words),
                (Cause::Closed(words), ..) => (2, index, words),
                (Cause::Lost(words), ..) => (3, index, words),
            }
        });
        match weighed.min_by_key(|(depth, ..)| *depth) {
            Some((_, index, why)) => self.failed(index, &why),
            None => ExchangeError::Stopped,
        }
    }

    fn failed(&self, index: usize, why: &str) -> ExchangeError {
        failed(index, self.cut.domains, why)
    }
}
