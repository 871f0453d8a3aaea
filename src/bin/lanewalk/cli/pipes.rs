//! `lanewalk pipes`: example exchanges with two servers, and the time of a round trip.

use std::time::{Duration, Instant};

use clap::Args;
use lanewalk::Machine;
use serde::Serialize;

use super::common::Destination;
use super::failure::Failure;
use super::plot::{self, PlotFile};
use super::{number, progress};
use crate::exit::ExitCode;
use crate::pipes::exchanges::{self, Exchange};
use crate::pipes::trips::{RoundTrips, Settings};
use crate::report::{Page, Report, Table, bytes, duration, scaled, svg};

/// Communicating processes: example exchanges over pipes, and the time of a round trip
///
/// The servers of `lanewalk serve` run as child processes, connected by pipes. The server hello receives hello ten
/// times and then bye. The server echo receives four strings. Then messages of 8 bytes to 1 MiB make round trips: to
/// another process over a pipe, to another thread over a channel, through memory that two pinned threads share, and, if
/// python3 is installed, over its multiprocessing.Pipe. All kinds of connection run interleaved at each size, and every
/// returned message is compared with the sent one.
///
/// The table gives the median and the 99 % quantile of the time of a round trip. Bandwidth is twice the message size
/// divided by the median. All child processes end with the run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Total seconds; the run ends earlier after a million round trips of each kind and size
    #[arg(long, value_name = "SECONDS", default_value = "4", value_parser = number::seconds)]
    budget: f64,

    /// Seconds to wait for an answer of a child process before it is killed
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = number::seconds)]
    timeout: f64,

    /// Write a plot of the time of a round trip against the message size to FILE.svg, FILE.png or
    /// FILE.pdf
    #[arg(long, value_name = "FILE", value_parser = plot::file())]
    plot: Option<PlotFile>,

    #[command(flatten)]
    destination: Destination,
}

const EXAMPLES: &str = "Examples:
  lanewalk pipes
  lanewalk pipes --budget 30 --plot pipes.svg
  lanewalk pipes --format json --output pipes.json";

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        self.destination.distinct(&[("--plot", self.plot.as_deref())])?;
        let output = self.destination.output()?;
        let plot = self.plot.as_ref().map(PlotFile::open).transpose()?;
        let control = progress::stoppable()?;
        let start = Instant::now();
        let limit = Duration::from_secs_f64(self.timeout);
        let transcript = exchanges::play(limit, &control)?;
        let budget = Duration::from_secs_f64(self.budget).saturating_sub(start.elapsed());
        let bar = progress::Parts::new(!self.destination.quiet);
        let measured = Settings { budget, limit, control: &control }.measure(|fraction| bar.set(fraction));
        bar.finish();
        let (results, notes) = measured?;
        let machine = Machine::detect();
        let report = Pipes {
            command: "pipes",
            version: env!("CARGO_PKG_VERSION"),
            elapsed_s: start.elapsed().as_secs_f64(),
            host: Host { cpu: machine.cpu, threads: machine.threads },
            transcript,
            results,
            notes,
        };
        self.destination.write(output, &report)?;
        if let Some(plot) = plot {
            plot.write(svg::round_trips(&report.results, &svg::Origin::here())?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Serialize)]
struct Pipes {
    command: &'static str,
    version: &'static str,
    elapsed_s: f64,
    host: Host,
    transcript: Vec<Exchange>,
    results: Vec<RoundTrips>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Host {
    cpu: String,
    threads: usize,
}

impl Report for Pipes {
    type Row = RoundTrips;

    fn rows(&self) -> Vec<&RoundTrips> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let mut exchanges = Table::new(["server", "sent", "received"], &["server", "sent", "received"]);
        for exchange in &self.transcript {
            exchanges.row([exchange.server.to_owned(), exchange.sent.to_owned(), exchange.received.clone()]);
        }
        let mut trips = Table::new(["message", "over", "round trips", "median", "p99", "bandwidth"], &["over"]);
        for row in &self.results {
            trips.row([
                bytes(row.bytes),
                row.kind.to_owned(),
                row.count.to_string(),
                duration(row.median_s),
                duration(row.p99_s),
                format!("{}B/s", scaled(row.bytes_per_second)),
            ]);
        }
        let (Host { cpu, threads }, elapsed) = (&self.host, duration(self.elapsed_s));
        let page = Page::new().table(exchanges).lines("both servers ended when asked").blank().table(trips);
        let page = self.notes.iter().fold(page, Page::lines);
        page.lines(format!("{cpu}, {threads} usable threads; {elapsed}"))
    }
}
