//! One sub-domain as a process: `lanewalk heat-worker`, which the [coordinator](super::coordinator) starts.
//!
//! Its standard streams are its links, each of them one end of a pair of sockets:
//!
//! ```text
//!               coordinator                  0  control   setup and start in; heartbeats, field and times out
//!             0 /    | 0   \ 0               1  left      halos both ways; nothing where the rod ends
//!      worker 0 2--1 worker 1 2--1 worker 2  2  right     likewise
//! ```
//!
//! So it prints nothing, not even when it panics. What goes wrong it says on the control link, and ends.
//!
//! One thread computes and exchanges, in plain blocking reads and writes. A second one sends a heartbeat ten times a
//! second: a process that the system has stopped falls silent, one that only waits for its neighbour does not, however
//! long the wait or a block of steps may be. The same thread sees the control link close, and ends the process: no
//! worker outlives its coordinator.

#[cfg(test)]
mod tests;

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Exec, Pin, Rod, Side, SubDomain, Timings};
use serde::{Deserialize, Serialize};

use super::frame::{Broken, Kind, Port};

/// Its name as a subcommand, which no help lists.
pub(crate) const COMMAND: &str = "heat-worker";

/// Time between two heartbeats.
const BEAT: Duration = Duration::from_millis(100);

/// Values in a message of the start or of the field: 1 MiB.
pub(super) const PIECE: usize = 1 << 17;

/// The longest JSON of a setup.
const MAX_SETUP: usize = 4096;

/// Numbers of a halo that surely fits into a socket's memory: 4 KiB, half of the smallest default around.
const FITS: usize = 512;

/// Updates between two counts of the steps, where no exchange divides them.
const COUNTED: usize = 20_000_000;

/// What a worker has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) points: usize,
    /// The bits of dt: as decimals they might come out as others.
    pub(super) time_step: u64,
    pub(super) steps: u64,
    pub(super) domains: usize,
    pub(super) halo: usize,
    pub(super) index: usize,
    /// The start is this mode.
    pub(super) mode: Option<u64>,
    /// The start follows, in pieces: its own values.
    pub(super) values: bool,
    pub(super) layer: String,
    pub(super) isa: Option<String>,
}

impl Setup {
    fn receive(control: &mut Port<UnixStream>) -> Result<Self, Broken> {
        let head = control.head()?;
        head.expect(Kind::Setup, 0)?;
        serde_json::from_slice(control.bytes(head, MAX_SETUP)?)
            .map_err(|error| Broken::Invalid(format!("a setup that cannot be read: {error}")))
    }

    /// Its sub-domain, at the start unless that follows.
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

/// Why a worker gives up: what it says in its last message.
struct Fault {
    kind: Kind,
    /// The sub-domain to blame; none for the worker's own.
    culprit: u64,
    why: String,
}

/// The culprit that is oneself.
pub(super) const MYSELF: u64 = u64::MAX;

impl Fault {
    fn of(neighbour: usize, broken: &Broken) -> Self {
        let kind = if broken.is_parting() { Kind::Lost } else { Kind::Fault };
        Self { kind, culprit: neighbour as u64, why: broken.to_string() }
    }

    fn own(why: String) -> Self {
        Self { kind: Kind::Fault, culprit: MYSELF, why }
    }
}

/// The subcommand: the standard streams become links.
///
/// # Errors
/// If they are none, since somebody else than the coordinator has started it.
pub(crate) fn run() -> io::Result<ExitCode> {
    let link = |stream: &dyn AsFd| stream.as_fd().try_clone_to_owned().map(UnixStream::from);
    let control = link(&io::stdin())?;
    control.local_addr()?;
    std::panic::set_hook(Box::new(|_| {}));
    let done = work(control, [link(&io::stdout())?, link(&io::stderr())?], || process::exit(1));
    Ok(ExitCode::from(u8::from(!done)))
}

/// A worker's life; `abandoned` is called when the coordinator has gone. False if it ended early.
fn work(control: UnixStream, neighbours: [UnixStream; 2], abandoned: impl FnOnce() + Send + 'static) -> bool {
    let Ok(out) = control.try_clone() else { return false };
    let (out, steps) = (Arc::new(Mutex::new(Port::new(out))), Arc::new(AtomicU64::new(0)));
    let done = start_beating(&out, &steps, abandoned).and_then(|()| simulate(control, neighbours, &out, &steps));
    if let Err(fault) = &done {
        _ = lock(&out).send(fault.kind, fault.culprit, fault.why.as_bytes());
    }
    done.is_ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends heartbeats until the coordinator has gone.
fn start_beating(
    out: &Arc<Mutex<Port<UnixStream>>>,
    steps: &Arc<AtomicU64>,
    abandoned: impl FnOnce() + Send + 'static,
) -> Result<(), Fault> {
    let (out, steps) = (Arc::clone(out), Arc::clone(steps));
    let beat = move || {
        while lock(&out).send(Kind::Beat, steps.load(Ordering::Relaxed), &[]).is_ok() {
            thread::sleep(BEAT);
        }
        abandoned();
    };
    let beating = thread::Builder::new().name("beat".to_owned()).spawn(beat);
    beating.map(drop).map_err(|error| Fault::own(format!("could not start a thread ({error})")))
}

/// From the setup to the field at the end.
fn simulate(
    control: UnixStream,
    neighbours: [UnixStream; 2],
    out: &Mutex<Port<UnixStream>>,
    steps: &AtomicU64,
) -> Result<(), Fault> {
    // Whatever is wrong on the control link, it is not for the worker to say who is to blame.
    let own = |broken: Broken| Fault::own(format!("gave up: the coordinator {broken}"));
    let mut control = Port::new(control);
    let setup = Setup::receive(&mut control).map_err(own)?;
    let mut domain = setup.domain().map_err(|error| Fault::own(format!("could not begin ({error})")))?;
    if setup.values {
        domain.set_values(&receive_start(&mut control, domain.points().len()).map_err(own)?);
    }
    let timings = Links::new(&setup, neighbours).run(&mut domain, &setup, steps)?;
    send_field(out, &domain, &timings, setup.steps).map_err(own)
}

/// That many values, in pieces.
fn receive_start(control: &mut Port<UnixStream>, points: usize) -> Result<Vec<f64>, Broken> {
    let mut start = vec![0.0; points];
    for (piece, values) in start.chunks_mut(PIECE).enumerate() {
        let head = control.head()?;
        head.expect(Kind::Start, (piece * PIECE) as u64)?;
        control.values(head, values)?;
    }
    Ok(start)
}

/// The links to the neighbours, in the order in which they are served.
struct Links {
    /// Side, index and port of each neighbour.
    neighbours: Vec<(Side, usize, Port<UnixStream>)>,
    /// Whether it sends before it receives, when a halo is too long to be sent before anybody reads it.
    leads: bool,
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
        // On each seam one side is even and one odd: while the one sends, the other receives. They meet at every second
        // seam first, so that no message waits for one farther along the rod.
        if even {
            neighbours.reverse();
        }
        Self {
            neighbours,
            leads: even || setup.halo <= FITS,
            buffer: vec![0.0; setup.halo],
            timings: Timings::default(),
        }
    }

    /// All steps.
    fn run(mut self, domain: &mut SubDomain, setup: &Setup, steps: &AtomicU64) -> Result<Timings, Fault> {
        let alone = self.neighbours.is_empty();
        let block = if alone { (COUNTED / domain.points().len()).max(64) } else { setup.halo } as u64;
        let (mut left, mut round) = (setup.steps, 0);
        while left > 0 {
            self.exchange(domain, round)?;
            let start = Instant::now();
            let block = block.min(left);
            domain.advance(block);
            self.timings.arithmetic += start.elapsed();
            steps.fetch_add(block, Ordering::Relaxed);
            left -= block;
            round += 1;
        }
        self.timings.exchanges = if alone { 0 } else { round };
        Ok(self.timings)
    }

    fn exchange(&mut self, domain: &mut SubDomain, round: u64) -> Result<(), Fault> {
        if self.leads {
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
            domain.edge(*side, &mut self.buffer);
            port.send_values(Kind::Halo, round, &self.buffer).map_err(|broken| Fault::of(*index, &broken))?;
        }
        self.timings.exchange += start.elapsed();
        Ok(())
    }

    fn receive(&mut self, domain: &mut SubDomain, round: u64) -> Result<(), Fault> {
        for (side, index, port) in &mut self.neighbours {
            let start = Instant::now();
            let head = port.head();
            let there = Instant::now();
            let taken = head.and_then(|head| {
                head.expect(Kind::Halo, round)?;
                port.values(head, &mut self.buffer)
            });
            taken.map_err(|broken| Fault::of(*index, &broken))?;
            domain.set_ghosts(*side, &self.buffer);
            self.timings.waiting += there - start;
            self.timings.exchange += there.elapsed();
        }
        Ok(())
    }
}

/// Its own points as they are at the end, and what the time went into: nothing comes after that.
fn send_field(out: &Mutex<Port<UnixStream>>, domain: &SubDomain, timings: &Timings, steps: u64) -> Result<(), Broken> {
    for (piece, values) in domain.values().chunks(PIECE).enumerate() {
        lock(out).send_values(Kind::Field, (piece * PIECE) as u64, values)?;
    }
    let times = [timings.arithmetic, timings.exchange, timings.waiting].map(|time| time.as_nanos() as u64);
    let text = format!("[{},{},{},{}]", times[0], times[1], times[2], timings.exchanges);
    lock(out).send(Kind::Timings, steps, text.as_bytes())
}
