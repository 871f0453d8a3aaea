//! Counters of Linux.

use std::io;

use perf_event::events::{Event, Hardware};
use perf_event::{Builder, Counter};

use super::counts::Counts;

/// Counters of the opening thread, and of all threads that it and its threads start later.
pub(crate) struct Counters {
    cycles: Counter,
    instructions: Counter,
}

impl Counters {
    /// Opens and starts the counters.
    ///
    /// # Errors
    /// The reason, if the system does not grant them, or the machine has none.
    pub(crate) fn open() -> Result<Self, String> {
        let opened = Self::of(Hardware::CPU_CYCLES.into(), Hardware::INSTRUCTIONS.into());
        opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "this machine has none, as many virtual machines".to_owned(),
            io::ErrorKind::PermissionDenied => {
                "not granted; see the setting kernel.perf_event_paranoid of the system".to_owned()
            }
            _ => error.to_string(),
        })
    }

    pub(super) fn of(cycles: Event, instructions: Event) -> io::Result<Self> {
        let open = |event: Event| {
            let mut builder = Builder::new().kind(event);
            builder.inherit(true).enabled(true);
            builder.build()
        };
        Ok(Self { cycles: open(cycles)?, instructions: open(instructions)? })
    }

    /// The counts so far. A counter that shares its hardware with others is extrapolated to the whole time.
    pub(crate) fn read(&mut self) -> io::Result<Counts> {
        let read = |counter: &mut Counter| {
            let found = counter.read_count_and_time()?;
            let whole = found.time_enabled as f64 / found.time_running.max(1) as f64;
            Ok::<_, io::Error>((found.count as f64 * whole.max(1.0), found.time_enabled as f64 / 1e9))
        };
        let (cycles, seconds) = read(&mut self.cycles)?;
        let (instructions, _) = read(&mut self.instructions)?;
        Ok(Counts { cycles, instructions, seconds })
    }
}
