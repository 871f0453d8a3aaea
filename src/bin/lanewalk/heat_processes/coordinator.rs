//! The coordinator of the sub-domains of a rod. It starts the [workers](super::worker), monitors them, and collects the
//! field.
//!
//! Each worker has a thread in this process. The thread sends the worker its part of the start and receives its
//! messages until the last message or an error. The calling thread monitors all workers: it detects workers that are
//! silent for too long, and stops of the run. In every case, all workers have ended and are reaped before [`solve`]
//! returns.
//!
//! One failure causes others: the neighbours of a dead worker find their links closed. The coordinator therefore
//! collects the failures of a short period, and reports the root cause.

#[cfg(test)]
mod tests;

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
use super::worker_link::{Cause, Event, drive_worker};
use crate::pipes::error::{ExchangeError, Result};
use crate::pipes::serve::this_program;

/// The time between two checks for silent workers and stops.
const TICK: Duration = Duration::from_millis(50);

/// The time after the first failure in which other failures are collected.
const GRACE: Duration = Duration::from_millis(200);

/// The problem to solve, and how to solve it.
pub(super) struct Job<'a> {
    pub(super) rod: &'a Rod,
    pub(super) grid: &'a Grid,
    pub(super) cut: Partition,
    pub(super) plan: &'a Plan,
    /// The time after which a silent worker is a failure.
    timeout: Duration,
    control: &'a RunControl,
}

/// The field of `rod` after all steps, and the timings of each sub-domain. A separate process, which is a copy of this
/// program, computes each sub-domain.
///
/// `grid` and `cut` are those of [`Rod::layout`]. The workers use the layer and the instruction set of the plan. Each
/// has one thread, which is not pinned. A worker that sends nothing for `timeout` is a failure. The timeout must be at
/// least one second, because workers send ten heartbeats per second. `control` counts updates, and can stop the run.
///
/// # Errors
/// [`ExchangeError::Stopped`] if the run was stopped. [`ExchangeError::Failed`], with the sub-domain and the cause, if
/// a worker cannot be started, ends too early, is silent for too long or sends an invalid message.
pub(crate) fn solve(
    rod: &Rod,
    grid: &Grid,
    cut: Partition,
    plan: &Plan,
    timeout: Duration,
    control: &RunControl,
) -> Result<(Vec<f64>, Vec<Timings>)> {
    Job { rod, grid, cut, plan, timeout, control }.run(|_| {
        let mut command = this_program()?;
        command.arg(worker::COMMAND);
        Ok(command)
    })
}

/// The workers, from the left, and the coordinator's ends of their control links. `drop` kills and reaps the workers.
#[derive(Default)]
struct Workers {
    processes: Vec<Child>,
    links: Vec<UnixStream>,
}

impl Workers {
    /// Starts a worker for each sub-domain, with the command that `program` returns for its index.
    fn start(domains: usize, program: impl Fn(usize) -> Result<Command>) -> Result<Self> {
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
            let mut command = program(index)?;
            // The worker has its own process group: Ctrl-C reaches only this process, which then ends the worker.
            command.stdin(OwnedFd::from(control)).stdout(left).stderr(right).process_group(0);
            workers.processes.push(command.spawn().map_err(failed)?);
            // The drop of the command closes this process's copies of the worker's ends.
            workers.links.push(link);
            left = next;
        }
        Ok(workers)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        kill_and_reap(&mut self.processes, &self.links);
    }
}

/// Kills and reaps all workers. The shutdown of the links unblocks threads that wait at either end.
fn kill_and_reap(processes: &mut [Child], links: &[UnixStream]) {
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

/// The state of a worker, as known from its messages.
#[derive(Clone, Default)]
struct WorkerState {
    /// The time of its last message.
    last_message: Duration,
    steps: u64,
    timings: Option<Timings>,
}

impl Job<'_> {
    fn run(&self, program: impl Fn(usize) -> Result<Command>) -> Result<(Vec<f64>, Vec<Timings>)> {
        let Workers { processes, links } = &mut Workers::start(self.cut.domains, program)?;
        let room = Vec::<f64>::new().try_reserve_exact(self.grid.points);
        room.map_err(|_| ExchangeError::Failed(format!("not enough memory for {} points", self.grid.points)))?;
        // The system provides zeroed memory, and allocates no page before the first write to it.
        let mut field = vec![0.0; self.grid.points];
        let mut rest = &mut field[1..];
        let timings = thread::scope(|scope| {
            let (sender, events) = mpsc::channel();
            for (index, link) in links.iter().enumerate() {
                let own;
                (own, rest) = rest.split_at_mut(self.cut.points(self.grid, index).len());
                let sender = sender.clone();
                // After a failure there is no receiver, so the result of `send` is ignored.
                let report = move |index, event| _ = sender.send((index, event));
                let thread = thread::Builder::new().name(format!("worker-{index}"));
                let thread = thread.spawn_scoped(scope, move || drive_worker(self, index, link, own, report));
                if let Err(error) = thread {
                    kill_and_reap(processes, links);
                    return Err(self.failed(index, &format!("could not start a thread for its worker: {error}")));
                }
            }
            let timings = self.monitor(&events, processes);
            // This unblocks the threads, which the scope joins.
            kill_and_reap(processes, links);
            timings
        })?;
        Ok((field, timings))
    }

    /// Waits for the timings of all workers.
    fn monitor(&self, events: &Receiver<(usize, Event)>, processes: &mut [Child]) -> Result<Vec<Timings>> {
        let mut states = vec![WorkerState::default(); processes.len()];
        let mut causes = Vec::new();
        // While this process itself is stopped, it receives nothing. The clock excludes that time.
        let (mut clock, mut last, mut deadline) = (Duration::ZERO, Instant::now(), Duration::MAX);
        while states.iter().any(|state| state.timings.is_none()) {
            let event = events.recv_timeout(TICK);
            clock += last.elapsed().min(2 * TICK);
            last = Instant::now();
            if self.control.is_stopped() {
                return Err(ExchangeError::Stopped);
            }
            match event {
                Ok((index, Event::Alive(steps))) => {
                    let state = &mut states[index];
                    let more = steps.min(self.grid.steps).saturating_sub(state.steps);
                    self.control.add(more * self.cut.points(self.grid, index).len() as u64);
                    (state.last_message, state.steps) = (clock, state.steps + more);
                }
                Ok((index, Event::Done(timings))) => states[index].timings = Some(timings),
                Ok((index, Event::Failed(cause))) => causes.push((index, cause)),
                Err(_) => {}
            }
            if causes.is_empty() {
                let silent = |state: &WorkerState| {
                    state.timings.is_none() && clock.saturating_sub(state.last_message) >= self.timeout
                };
                causes.extend(states.iter().position(silent).map(|index| (index, Cause::Silent)));
            }
            if !causes.is_empty() {
                deadline = deadline.min(clock + GRACE);
            }
            if clock >= deadline {
                return Err(self.root_cause(causes, processes));
            }
        }
        Ok(states.into_iter().filter_map(|state| state.timings).collect())
    }

    /// The cause with the lowest rank; the first one if several have that rank.
    fn root_cause(&self, causes: Vec<(usize, Cause)>, processes: &mut [Child]) -> ExchangeError {
        let ranked = causes.into_iter().map(|(index, cause)| {
            let ended = processes[index].try_wait().ok().flatten();
            let killed = ended.and_then(|status| status.signal());
            match (cause, killed, ended.and_then(|status| status.code())) {
                (Cause::Silent, ..) => {
                    (0, index, format!("its worker did not respond for {} s", self.timeout.as_secs_f64()))
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
        match ranked.min_by_key(|(rank, ..)| *rank) {
            Some((_, index, why)) => self.failed(index, &why),
            None => ExchangeError::Stopped,
        }
    }

    fn failed(&self, index: usize, why: &str) -> ExchangeError {
        failed(index, self.cut.domains, why)
    }
}
