//! The coordinator's end of one worker's control link.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use lanewalk::Timings;

use super::coordinator::Job;
use super::frame::{Broken, Kind, Port};
use super::worker::{MYSELF, PIECE, Setup};

/// The longest complaint.
const MAX_WORDS: usize = 1024;

/// What became known of a worker.
#[derive(Debug)]
pub(super) enum Event {
    /// It runs, and has taken that many steps.
    Alive(u64),
    /// It has sent its part of the field, and what its time went into.
    Done(Timings),
    /// Something went wrong.
    Failed(Cause),
}

/// What may be the cause of a failure.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cause {
    /// Silent for too long.
    Silent,
    /// It said what it must not, or that it had to give up.
    Said(String),
    /// Its control link has closed.
    Closed(String),
    /// A neighbour found the link between them closed.
    Lost(String),
}

/// Hands worker `index` its part of the start and takes its part of the `field`; `tell` is called with what becomes
/// known of which worker.
pub(super) fn attend(job: &Job, index: usize, link: &UnixStream, field: &mut [f64], tell: impl Fn(usize, Event)) {
    let mut port = Port::new(link);
    let alive = |steps| tell(index, Event::Alive(steps));
    // A worker that takes no more may have said why: so it is heard in any case.
    _ = hand_over(job, index, &mut port, &alive);
    let (whose, event) = match take(&mut port, field, job.cut.domains, &alive) {
        Ok(Last::Timings(timings)) => (index, Event::Done(timings)),
        Ok(Last::Complaint(culprit, cause)) => (culprit.unwrap_or(index), Event::Failed(cause)),
        Err(broken) if broken.is_parting() => (index, Event::Failed(Cause::Closed(broken.to_string()))),
        Err(broken) => (index, Event::Failed(Cause::Said(broken.to_string()))),
    };
    tell(whose, event);
}

fn hand_over(job: &Job, index: usize, port: &mut Port<&UnixStream>, alive: &impl Fn(u64)) -> Result<(), Broken> {
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
    let values = job.rod.start_values().map_or(&[][..], |values| &values[job.cut.points(job.grid, index)]);
    for (piece, values) in values.chunks(PIECE).enumerate() {
        port.send_values(Kind::Start, (piece * PIECE) as u64, values)?;
        // It has read most of that, for a link holds little.
        alive(0);
    }
    Ok(())
}

/// A worker's last message.
enum Last {
    Timings(Timings),
    /// The sub-domain to blame if it is another.
    Complaint(Option<usize>, Cause),
}

fn take(port: &mut Port<&UnixStream>, field: &mut [f64], domains: usize, alive: &impl Fn(u64)) -> Result<Last, Broken> {
    let (mut steps, mut taken) = (0, 0);
    loop {
        let head = port.head()?;
        match head.kind {
            Kind::Beat => {
                port.bytes(head, 0)?;
                steps = head.number;
            }
            Kind::Field => {
                head.expect(Kind::Field, taken as u64)?;
                let end = field.len().min(taken + PIECE);
                port.values(head, &mut field[taken..end])?;
                taken = end;
            }
            Kind::Timings if taken == field.len() => {
                let [arithmetic, exchange, waiting, exchanges] =
                    serde_json::from_slice(port.bytes(head, MAX_WORDS)?)
                        .map_err(|_| Broken::Invalid("times that cannot be read".to_owned()))?;
                let [arithmetic, exchange, waiting] = [arithmetic, exchange, waiting].map(Duration::from_nanos);
                alive(head.number);
                return Ok(Last::Timings(Timings { arithmetic, exchange, waiting, exchanges }));
            }
            Kind::Fault | Kind::Lost => {
                let culprit = usize::try_from(head.number).ok().filter(|index| *index < domains);
                if culprit.is_none() && head.number != MYSELF {
                    return Err(Broken::Invalid("a fault without a worker".to_owned()));
                }
                let words = String::from_utf8_lossy(port.bytes(head, MAX_WORDS)?);
                let words = words.chars().filter(|letter| !letter.is_control()).collect();
                let cause = if head.kind == Kind::Fault { Cause::Said(words) } else { Cause::Lost(words) };
                return Ok(Last::Complaint(culprit, cause));
            }
            Kind::Setup | Kind::Start | Kind::Halo | Kind::Timings => {
                head.expect(Kind::Field, taken as u64)?;
            }
        }
        alive(steps);
    }
}
