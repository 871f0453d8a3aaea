//! `lanewalk heat`: the heat equation on a rod, in one domain or in sub-domains that exchange their edges.

mod backend;
pub(crate) mod field;
mod job;
mod model;
mod report;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use lanewalk::internal::check_memory;
use lanewalk::{Pin, Rod, RodMethod, RunControl};

use super::common::{Named, Running, named};
use super::failure::Failure;
use super::flags::refuse;
use super::plot::{self, PlotFile};
use super::{long_run, number, progress};
use crate::exit::ExitCode;
use crate::report::{Head, scaled, svg};
use field::{Field, Start};
use job::{Backend, Job};
use model::Model;
use report::Heat;

/// The heat equation on a rod with both ends held at zero, and its exact solution
///
/// The method is explicit Euler steps of dt on N points of [0, pi]. The table compares the eigenvalue and the field
/// with the exact solution of the discrete equations and with the solution of the heat equation. It also compares the
/// field, scaled to sin(x) at a quarter of the rod, with sin(x).
///
/// The rod can be divided into sub-domains, which exchange copies of their edges. They run in turn on one thread, on
/// several threads, or in several processes. The bits of the field are always the same. A model with measured
/// parameters predicts the number of points from which sub-domains are faster.
#[derive(Args)]
#[command(after_help = EXAMPLES, mut_arg("seed", |seed| seed.hide(true)))]
pub(in crate::cli) struct Arguments {
    /// Points, including both ends
    #[arg(long, value_name = "N", default_value = "51", value_parser = number::count)]
    points: u64,

    /// Time steps [default: the steps that fit into a time of 5]
    #[arg(long, value_name = "N", value_parser = number::count)]
    steps: Option<u64>,

    /// Time step, at most h^2 / 2 [default: 0.4 h^2]
    #[arg(long, value_name = "DT", value_parser = number::real)]
    dt: Option<f64>,

    /// Start: parabola, which is x (pi - x) / (0.25 pi^2); mode:K, which is sin(K x); or FILE.csv or FILE.npy with one
    /// value for each point
    #[arg(long, value_name = "START", default_value = "parabola")]
    start: Start,

    /// Algorithm: stepping, or spectral, which computes all steps at once by sine transforms
    #[arg(long, default_value = "stepping",
        value_parser = Named::new(RodMethod::ALL.iter().copied().map(|method| method.to_string()), named::<RodMethod>))]
    method: RodMethod,

    /// Number of sub-domains [default: one for each thread if the rod is long enough, otherwise one]
    #[arg(long, value_name = "D", value_parser = number::count)]
    domains: Option<u64>,

    /// Backend of the sub-domains: none (in turn on one thread), threads or processes [default: none if --domains is
    /// given]
    #[arg(long, value_parser = Named::new(Backend::NAMES, Backend::parse))]
    backend: Option<Backend>,

    /// Exchange K points every K steps [default: a 64th of a sub-domain, 1 to 64]
    #[arg(long, value_name = "K", value_parser = number::count)]
    halo: Option<u64>,

    /// Fail if a process makes no progress for this number of seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = number::seconds)]
    timeout: f64,

    /// Write the field to FILE.csv (x and f) or FILE.npy (f)
    #[arg(long, value_name = "FILE")]
    field: Option<PathBuf>,

    /// Write a plot of the scaled field, sin(x) and their difference to FILE.svg, FILE.png or FILE.pdf
    #[arg(long, value_name = "FILE", value_parser = plot::file())]
    plot: Option<PlotFile>,

    #[command(flatten)]
    running: Running,
}

const EXAMPLES: &str = "Examples:
  lanewalk heat                                               the example rod: 51 points, 3166 steps
  lanewalk heat --plot rod.svg --field rod.csv                a plot, and the field in a file
  lanewalk heat --domains 2                                   two sub-domains on one thread
  lanewalk heat --domains 2 --backend processes               two processes, with the same digest
  lanewalk heat --points 1e7 --steps 1000                     a long rod on all threads
  lanewalk heat --points 1e7 --steps 1000 --backend processes --halo 64
  lanewalk heat --method spectral --points 1e5                all 1.3e10 steps at once
  lanewalk heat --start mode:25 --steps 5                     the decay of a single mode";

/// The maximum number of worker processes.
const MAX_PROCESSES: usize = 1024;

/// A lower bound of the rate of every machine. A run that is short at this rate needs no prediction.
const MIN_RATE: f64 = 3e8;

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        let rod = self.rod()?;
        let destination = &self.running.destination;
        let start = self.start.file();
        let files = [("--field", self.field.as_deref()), ("--plot", self.plot.as_deref()), ("--start", start)];
        destination.distinct(&files)?;
        let output = destination.output()?;
        let field = self.field.as_deref().map(Field::open).transpose()?;
        let plot = self.plot.as_ref().map(PlotFile::open).transpose()?;
        let control = progress::stoppable()?;
        let job = self.job(rod, control)?;
        let grid = job.grid;
        // The report needs the field and the exact field at the same time.
        let exact = job.rod.clone().method(RodMethod::Spectral).memory(&job.exec)? + 8 * grid.points as u128;
        let memory = exact.max(job.rod.memory(&job.exec)?);
        check_memory("points", grid.points, memory)?;
        self.predict(&job, memory).map_err(|failure| stopped(failure, &job))?;
        let model = (job.cut.domains > 1).then(|| Model::measure(&job)).transpose();
        let model = model.map_err(|failure| stopped(failure, &job))?;

        let start = Instant::now();
        let evolution = progress::with_bar(!destination.quiet, &job.control, grid.updates(), "updates", || {
            backend::evolve(&job, &job.rod, &job.control)
        });
        let elapsed_s = start.elapsed().as_secs_f64();
        let evolution = evolution.map_err(|failure| stopped(failure, &job))?;
        if let Some(field) = field {
            field.write(&evolution)?;
        }
        if let Some(plot) = plot {
            plot.write(svg::field(&evolution, &svg::Origin::here())?)?;
        }
        let mut head = Head::new("heat", self.running.seed, &job.plan, evolution.digest(), elapsed_s);
        if job.backend == Backend::Processes {
            head = head.processes(job.cut.domains);
        }
        let report =
            Heat::new(head, &job, &evolution, self.method, model).map_err(|error| stopped(error.into(), &job))?;
        destination.write(output, &report)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The rod. A number that exceeds `usize` becomes `usize::MAX`, which the memory check refuses.
    fn rod(&self) -> Result<Rod, Failure> {
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let mut rod = Rod::new(whole(self.points)).method(self.method);
        if let Some(steps) = self.steps {
            rod = rod.steps(steps);
        }
        if let Some(dt) = self.dt {
            rod = rod.time_step(dt);
        }
        if let Some(domains) = self.domains {
            rod = rod.domains(whole(domains));
        }
        if let Some(halo) = self.halo {
            rod = rod.halo(whole(halo));
        }
        rod = self.start.apply(rod)?;
        rod.check()?;
        Ok(rod)
    }

    /// The rod, and its execution.
    fn job(&self, mut rod: Rod, control: RunControl) -> Result<Job, Failure> {
        let (mut exec, plan) = self.running.planned("threads", &control)?;
        let backend = match (self.backend, self.domains) {
            (Some(backend), _) => backend,
            (None, Some(_)) => Backend::None,
            (None, None) => Backend::Threads,
        };
        if self.backend.is_some() && self.domains.is_none() && backend != Backend::None {
            rod = rod.domains(plan.threads);
        }
        if backend == Backend::Processes {
            exec = exec.pin(Pin::None);
        }
        if backend != Backend::Threads || self.method == RodMethod::Spectral {
            exec = exec.threads(1);
        }
        let (grid, cut) = rod.layout(&exec)?;
        if backend == Backend::Processes && cut.domains > MAX_PROCESSES {
            let expected = format!("at most {MAX_PROCESSES} with --backend processes");
            return Err(Failure::value("domains", cut.domains, expected));
        }
        let planned = exec.plan()?.threads;
        let threads = planned.min(cut.domains);
        if self.running.has_threads() && threads < planned {
            let expected = format!("at most {threads}, the number of sub-domains of this rod: give --domains");
            return Err(Failure::value("threads", planned, expected));
        }
        if threads < planned {
            exec = exec.threads(threads);
        }
        let halo = self.halo.is_some() && cut.domains == 1;
        refuse(&[("halo", halo)], "requires several sub-domains: give --domains")?;
        let backend = if cut.domains == 1 && backend == Backend::Threads { Backend::None } else { backend };
        // The partition is now explicit, so that every later use of the rod has the same one.
        let rod = rod.domains(cut.domains).halo(cut.halo);
        let plan = exec.plan()?;
        self.running.warn("threads", &plan);
        let timeout = Duration::from_secs_f64(self.timeout);
        Ok(Job { rod, grid, cut, backend, exec, plan, timeout, control })
    }

    /// Announces the time and the memory of the run, if it takes more than a minute. A short run measures the rate.
    fn predict(&self, job: &Job, memory: u128) -> Result<(), Failure> {
        let updates = job.grid.updates();
        if updates < 60.0 * MIN_RATE || self.method == RodMethod::Spectral {
            return Ok(());
        }
        let rate = model::rate(job)?;
        let memory = long_run::peak_memory().unwrap_or(0.0) + memory as f64;
        long_run::announce(&self.running.destination, updates, "updates", updates / rate, Some(memory));
        Ok(())
    }
}

/// Adds the number of finished updates to the message after a stop.
fn stopped(failure: Failure, job: &Job) -> Failure {
    match failure {
        Failure::Stopped(_) => {
            let (done, all) = (scaled(job.control.done() as f64), scaled(job.grid.updates()));
            Failure::Stopped(format!("{done}updates of {all}updates were done; nothing was written"))
        }
        other => other,
    }
}
