//! The process of one sub-domain: `lanewalk heat-worker`, which the [coordinator](super::coordinator) starts.
//!
//! Its standard streams are its links. Each of them is one end of a pair of sockets:
//!
//! ```text
//!               coordinator                  0  control   receives setup, start; sends heartbeats, field, timings
//!             0 /    | 0   \ 0               1  left      exchanges halos; unused at an end of the rod
//!      worker 0 2--1 worker 1 2--1 worker 2  2  right     exchanges halos; unused at an end of the rod
//! ```
//!
//! The worker therefore prints nothing, not even when it panics. It reports an error on the control link, and ends.
//!
//! One thread computes and exchanges halos in blocking reads and writes. A second thread sends ten heartbeats per
//! second. A process that the system has stopped sends no heartbeats, but a process that waits for its neighbour or
//! computes a long block of steps does. The second thread ends the process when the control link is closed, so no
//! worker outlives its coordinator.

#[cfg(test)]
mod tests;

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process;

use crate::exit::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Exec, Pin, Rod, Side, SubDomain, Timings};
use serde::{Deserialize, Serialize};

use super::frame::{Broken, Kind, Port};

/// The name of the subcommand, which the help does not list.
pub(crate) const COMMAND: &str = "heat-worker";

/// The time between two heartbeats.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(100);

/// The maximum number of values in a message with a part of the start or of the field: 1 MiB.
pub(super) const PIECE: usize = 1 << 17;

/// The maximum length of a setup, in bytes of JSON.
const MAX_SETUP: usize = 4096;

/// The maximum number of values of a halo that certainly fits into the buffer of a socket: 4 KiB, half of the smallest
/// common default.
const MAX_BUFFERED_HALO: usize = 512;

/// The number of updates between two counts of the steps, for a worker without neighbours.
const UPDATES_PER_COUNT: usize = 20_000_000;

/// The task of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) points: usize,
    /// The bits of dt, because a conversion to decimals and back could change them.
    pub(super) time_step: u64,
    pub(super) steps: u64,
    pub(super) domains: usize,
    pub(super) halo: usize,
    pub(super) index: usize,
    /// The mode of the start, if the start is a mode.
    pub(super) mode: Option<u64>,
    /// Whether the values of the start follow, in pieces.
    pub(super) values: bool,
    pub(super) layer: String,
    pub(super) isa: Option<String>,
}

impl Setup {
    fn receive(control: &mut Port<impl Read + Write>) -> Result<Self, Broken> {
        let head = control.head()?;
        head.expect(Kind::Setup, 0)?;
        serde_json::from_slice(control.bytes(head, MAX_SETUP)?)
            .map_err(|error| Broken::Invalid(format!("a setup that cannot be read: {error}")))
    }

    /// The sub-domain of the worker, at the start unless the values of the start follow.
    fn domain(&self) -> lanewalk::Result<SubDomain> {
        let rod = Rod::new(self.points).time_step(f64::from_bits(self.time_step)).steps(self.steps);
        let rod = if let Some(k) = self.mode { rod.mode(k) } else { rod };
        let exec = Exec::default().layer(self.layer.parse()?).threads(1).pin(Pin::None);
        let exec = match &self.isa {
            Some(isa) => exec.isa(isa.parse()?),
            None => exec,
        };
        SubDomain::new(&rod.domains(self.domains).halo(self.halo), self.index, &exec)
    }
}

/// The reason why a worker ends early, which its last message contains.
struct Fault {
    kind: Kind,
    /// The sub-domain that caused the fault; `THIS_WORKER` for the worker's own.
    culprit: u64,
    why: String,
}

/// The culprit if the worker itself caused the fault.
pub(super) const THIS_WORKER: u64 = u64::MAX;

impl Fault {
    fn of(neighbour: usize, broken: &Broken) -> Self {
        let kind = if broken.is_disconnect() { Kind::Lost } else { Kind::Fault };
        Self { kind, culprit: neighbour as u64, why: broken.to_string() }
    }

    fn own(why: String) -> Self {
        Self { kind: Kind::Fault, culprit: THIS_WORKER, why }
    }
}

/// Runs the subcommand, with the standard streams as links.
///
/// # Errors
/// If standard input is not a socket, because the coordinator did not start this process.
pub(crate) fn run() -> io::Result<ExitCode> {
    let link = |stream: &dyn AsFd| stream.as_fd().try_clone_to_owned().map(UnixStream::from);
    let control = link(&io::stdin())?;
    control.local_addr()?;
    std::panic::set_hook(Box::new(|_| {}));
    let done = work(control, [link(&io::stdout())?, link(&io::stderr())?], || process::exit(1));
    Ok(ExitCode::from(u8::from(!done)))
}

/// Runs a worker. Calls `abandoned` when the coordinator has ended. Returns false if the worker ended early.
fn work(control: UnixStream, neighbours: [UnixStream; 2], abandoned: impl FnOnce() + Send + 'static) -> bool {
    let Ok(out) = control.try_clone() else { return false };
    let (out, steps) = (Arc::new(Mutex::new(Port::new(out))), Arc::new(AtomicU64::new(0)));
    let done = start_heartbeats(&out, &steps, abandoned).and_then(|()| simulate(control, neighbours, &out, &steps));
    if let Err(fault) = &done {
        _ = lock(&out).send(fault.kind, fault.culprit, fault.why.as_bytes());
    }
    done.is_ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a thread that sends heartbeats until the coordinator has ended.
fn start_heartbeats(
    out: &Arc<Mutex<Port<UnixStream>>>,
    steps: &Arc<AtomicU64>,
    abandoned: impl FnOnce() + Send + 'static,
) -> Result<(), Fault> {
    let (out, steps) = (Arc::clone(out), Arc::clone(steps));
    let beat = move || {
        while lock(&out).send(Kind::Beat, steps.load(Ordering::Relaxed), &[]).is_ok() {
            thread::sleep(HEARTBEAT_INTERVAL);
        }
        abandoned();
    };
    let heartbeats = thread::Builder::new().name("beat".to_owned()).spawn(beat);
    heartbeats.map(drop).map_err(|error| Fault::own(format!("could not start a thread ({error})")))
}

/// Receives the setup and the start, computes all steps, and sends the field.
fn simulate(
    control: UnixStream,
    neighbours: [UnixStream; 2],
    out: &Mutex<Port<UnixStream>>,
    steps: &AtomicU64,
) -> Result<(), Fault> {
    // For an error on the control link, the coordinator decides which sub-domain to blame.
    let own = |broken: Broken| Fault::own(format!("ended early: the coordinator {broken}"));
    let mut control = Port::new(control);
    let setup = Setup::receive(&mut control).map_err(own)?;
    let mut domain =
        setup.domain().map_err(|error| Fault::own(format!("could not set up its sub-domain ({error})")))?;
    if setup.values {
        let start = receive_start(&mut control, domain.points().len()).map_err(own)?;
        domain.set_values(&start).map_err(|error| refused(&error))?;
    }
    let timings = Links::new(&setup, neighbours).run(&mut domain, &setup, steps)?;
    send_field(out, &domain, &timings, setup.steps).map_err(own)
}

/// The fault of a worker whose sub-domain refuses a call.
fn refused(error: &lanewalk::Error) -> Fault {
    Fault::own(format!("could not step its sub-domain ({error})"))
}

/// Receives the values of the start in pieces.
fn receive_start(control: &mut Port<UnixStream>, points: usize) -> Result<Vec<f64>, Broken> {
    let mut start = vec![0.0; points];
    for (piece, values) in start.chunks_mut(PIECE).enumerate() {
        let head = control.head()?;
        head.expect(Kind::Start, (piece * PIECE) as u64)?;
        control.values(head, values)?;
    }
    Ok(start)
}

/// The links to the neighbours, in the order in which the worker uses them.
struct Links {
    /// Side, index and port of each neighbour.
    neighbours: Vec<(Side, usize, Port<UnixStream>)>,
    /// Whether the worker sends before it receives. A halo that is too long for the buffer of a link can only be sent
    /// while the neighbour receives.
    sends_first: bool,
    buffer: Vec<f64>,
    timings: Timings,
}

impl Links {
    fn new(setup: &Setup, [left, right]: [UnixStream; 2]) -> Self {
        let (index, even) = (setup.index, setup.index.is_multiple_of(2));
        let mut neighbours = Vec::new();
        if index > 0 {
            neighbours.push((Side::Left, index - 1, Port::new(left)));
        }
        if index + 1 < setup.domains {
            neighbours.push((Side::Right, index + 1, Port::new(right)));
        }
        // Each link connects an even and an odd sub-domain: while one sends, the other receives. All workers use the
        // same pairs of neighbours first, so no exchange waits for another one along the rod.
        if even {
            neighbours.reverse();
        }
        Self {
            neighbours,
            sends_first: even || setup.halo <= MAX_BUFFERED_HALO,
            buffer: vec![0.0; setup.halo],
            timings: Timings::default(),
        }
    }

    /// Computes all steps.
    fn run(mut self, domain: &mut SubDomain, setup: &Setup, steps: &AtomicU64) -> Result<Timings, Fault> {
        let alone = self.neighbours.is_empty();
        let block = if alone { (UPDATES_PER_COUNT / domain.points().len()).max(64) } else { setup.halo } as u64;
        let (mut left, mut round) = (setup.steps, 0);
        while left > 0 {
            self.exchange(domain, round)?;
            let start = Instant::now();
            let block = block.min(left);
            domain.advance(block).map_err(|error| refused(&error))?;
            self.timings.arithmetic += start.elapsed();
            steps.fetch_add(block, Ordering::Relaxed);
            left -= block;
            round += 1;
        }
        self.timings.exchanges = if alone { 0 } else { round };
        Ok(self.timings)
    }

    fn exchange(&mut self, domain: &mut SubDomain, round: u64) -> Result<(), Fault> {
        if self.sends_first {
            self.send(domain, round)?;
            self.receive(domain, round)
        } else {
            self.receive(domain, round)?;
            self.send(domain, round)
        }
    }

    fn send(&mut self, domain: &SubDomain, round: u64) -> Result<(), Fault> {
        let start = Instant::now();
        for (side, index, port) in &mut self.neighbours {
            domain.edge(*side, &mut self.buffer).map_err(|error| refused(&error))?;
            port.send_values(Kind::Halo, round, &self.buffer).map_err(|broken| Fault::of(*index, &broken))?;
        }
        self.timings.exchange += start.elapsed();
        Ok(())
    }

    fn receive(&mut self, domain: &mut SubDomain, round: u64) -> Result<(), Fault> {
        for (side, index, port) in &mut self.neighbours {
            let start = Instant::now();
            let head = port.head();
            let arrival = Instant::now();
            let received = head.and_then(|head| {
                head.expect(Kind::Halo, round)?;
                port.values(head, &mut self.buffer)
            });
            received.map_err(|broken| Fault::of(*index, &broken))?;
            domain.set_ghosts(*side, &self.buffer).map_err(|error| refused(&error))?;
            self.timings.waiting += arrival - start;
            self.timings.exchange += arrival.elapsed();
        }
        Ok(())
    }
}

/// Sends the values of the sub-domain at the end, and the timings as the last message.
fn send_field(out: &Mutex<Port<UnixStream>>, domain: &SubDomain, timings: &Timings, steps: u64) -> Result<(), Broken> {
    let values = domain.values().map_err(|_| Broken::Failed(io::ErrorKind::OutOfMemory.into()))?;
    for (piece, values) in values.chunks(PIECE).enumerate() {
        lock(out).send_values(Kind::Field, (piece * PIECE) as u64, values)?;
    }
    let times = [timings.arithmetic, timings.exchange, timings.waiting].map(|time| time.as_nanos() as u64);
    let text = format!("[{},{},{},{}]", times[0], times[1], times[2], timings.exchanges);
    lock(out).send(Kind::Timings, steps, text.as_bytes())
}

/// See [`crate::fuzzing`]. A setup that is sent again is the same. A short rod has no more points than its setup.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let Ok(setup) = Setup::receive(&mut Port::new(io::Cursor::new(input.to_vec()))) else { return false };
    let text = serde_json::to_vec(&setup).expect("a setup can be written");
    assert_eq!(serde_json::from_slice::<Setup>(&text).ok().as_ref(), Some(&setup));
    if setup.points <= 1000
        && let Ok(domain) = setup.domain()
    {
        assert!(domain.points().end <= setup.points && setup.index < setup.domains);
    }
    true
}
