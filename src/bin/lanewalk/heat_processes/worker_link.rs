//! The coordinator's end of one worker's control link.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use lanewalk::Timings;
use lanewalk::internal::start_field;

use super::coordinator::Job;
use super::frame::{Broken, Kind, Port};
use super::worker::{PIECE, Setup, THIS_WORKER};

/// The maximum length of an error report, in bytes.
const MAX_REPORT: usize = 1024;

/// An event that concerns a worker.
#[derive(Debug)]
pub(super) enum Event {
    /// It runs, and has completed this number of steps.
    Alive(u64),
    /// It has sent its part of the field and its timings.
    Done(Timings),
    /// A failure occurred.
    Failed(Cause),
}

/// A possible cause of a failure.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cause {
    /// The worker was silent for too long.
    Silent,
    /// The worker sent an invalid message or an error report.
    Said(String),
    /// The control link of the worker is closed.
    Closed(String),
    /// A neighbour found the link between them closed.
    Lost(String),
}

/// Sends worker `index` its part of the start and receives its part of the `field`. Calls `report` with the index of a
/// worker and an event.
pub(super) fn drive_worker(
    job: &Job,
    index: usize,
    link: &UnixStream,
    field: &mut [f64],
    report: impl Fn(usize, Event),
) {
    let mut port = Port::new(link);
    let alive = |steps| report(index, Event::Alive(steps));
    // A worker that stops reading may have sent the reason, so its messages are read in any case.
    _ = send_start(job, index, &mut port, &alive);
    let (blamed, event) = match receive(&mut port, field, job.cut.domains, &alive) {
        Ok(Last::Timings(timings)) => (index, Event::Done(timings)),
        Ok(Last::Failure(culprit, cause)) => (culprit.unwrap_or(index), Event::Failed(cause)),
        Err(broken) if broken.is_disconnect() => (index, Event::Failed(Cause::Closed(broken.to_string()))),
        Err(broken) => (index, Event::Failed(Cause::Said(broken.to_string()))),
    };
    report(blamed, event);
}

fn send_start(job: &Job, index: usize, port: &mut Port<&UnixStream>, alive: &impl Fn(u64)) -> Result<(), Broken> {
    let setup = Setup {
        points: job.grid.points,
        time_step: job.grid.time_step.to_bits(),
        steps: job.grid.steps,
        domains: job.cut.domains,
        halo: job.cut.halo,
        index,
        mode: job.rod.start_mode(),
        values: job.rod.start_values().is_some(),
        layer: job.plan.layer.to_string(),
        isa: job.plan.isa.map(|isa| isa.to_string()),
    };
    let text = serde_json::to_vec(&setup).map_err(|error| Broken::Failed(error.into()))?;
    port.send(Kind::Setup, 0, &text)?;
    if !setup.values {
        return Ok(());
    }
    let points = job.cut.points(job.grid, index);
    for first in points.clone().step_by(PIECE) {
        let values = start_field(job.rod, job.grid, first..points.end.min(first + PIECE));
        port.send_values(Kind::Start, (first - points.start) as u64, &values)?;
        // The worker has read most of this piece, because the buffer of a link is small.
        alive(0);
    }
    Ok(())
}

/// A worker's last message.
enum Last {
    Timings(Timings),
    /// An error report, with the sub-domain that it blames if that is another one.
    Failure(Option<usize>, Cause),
}

fn receive(
    port: &mut Port<impl Read + Write>,
    field: &mut [f64],
    domains: usize,
    alive: &impl Fn(u64),
) -> Result<Last, Broken> {
    let (mut steps, mut received) = (0, 0);
    loop {
        let head = port.head()?;
        match head.kind {
            Kind::Beat => {
                port.bytes(head, 0)?;
                steps = head.number;
            }
            Kind::Field => {
                head.expect(Kind::Field, received as u64)?;
                let end = field.len().min(received + PIECE);
                port.values(head, &mut field[received..end])?;
                received = end;
            }
            Kind::Timings if received == field.len() => {
                let [arithmetic, exchange, waiting, exchanges] = serde_json::from_slice(port.bytes(head, MAX_REPORT)?)
                    .map_err(|_| Broken::Invalid("timings that cannot be read".to_owned()))?;
                let [arithmetic, exchange, waiting] = [arithmetic, exchange, waiting].map(Duration::from_nanos);
                alive(head.number);
                return Ok(Last::Timings(Timings { arithmetic, exchange, waiting, exchanges }));
            }
            Kind::Fault | Kind::Lost => {
                let culprit = usize::try_from(head.number).ok().filter(|index| *index < domains);
                if culprit.is_none() && head.number != THIS_WORKER {
                    return Err(Broken::Invalid("an error report about an unknown sub-domain".to_owned()));
                }
                let words = String::from_utf8_lossy(port.bytes(head, MAX_REPORT)?);
                let words = words.chars().filter(|letter| !letter.is_control()).collect();
                let cause = if head.kind == Kind::Fault { Cause::Said(words) } else { Cause::Lost(words) };
                return Ok(Last::Failure(culprit, cause));
            }
            Kind::Setup | Kind::Start | Kind::Halo | Kind::Timings => {
                head.expect(Kind::Field, received as u64)?;
            }
        }
        alive(steps);
    }
}

/// See [`crate::fuzzing`]. The text of an error report is one line of limited length.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let (mut field, domains) = ([0.0; 5], 3);
    match receive(&mut Port::new(std::io::Cursor::new(input.to_vec())), &mut field, domains, &|_| ()) {
        Ok(Last::Failure(culprit, Cause::Said(words) | Cause::Lost(words))) => {
            assert!(culprit.is_none_or(|index| index < domains));
            assert!(words.lines().count() <= 1 && words.chars().count() <= MAX_REPORT);
            true
        }
        Ok(Last::Failure(..)) => unreachable!("a worker reports no other cause"),
        Ok(Last::Timings(_)) => true,
        Err(_) => false,
    }
}
