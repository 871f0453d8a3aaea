//! `lanewalk model`: example curves, and laws fitted to timings.

mod curves;
mod fits;
pub(crate) mod timings;

use std::path::PathBuf;

use clap::Args;
use lanewalk::model::{Amdahl, Chunk, Costs, Model};
use lanewalk::tasks::Order;

use super::common::{Destination, Named, named};
use super::failure::Failure;
use super::number;
use super::plot::{self, PlotFile};
use crate::exit::ExitCode;
use crate::report::svg;
use curves::Curves;
use fits::Fits;

/// Models of parallel time: Amdahl's curves, or laws fitted to timings
///
/// Without --fit, the table gives T(w) = S + P / w for S seconds of serial and P seconds of parallel work on w workers,
/// the speedup T(1) / T(w), and the efficiency, which is speedup / w. Nothing is measured.
///
/// With --fit, the laws of Amdahl, Gustafson, universal scalability and the critical path are fitted to timings by
/// least squares of relative residuals, with 95 % intervals. A law that the timings cannot identify is reported with
/// the reason. With --costs, a schedule of tasks with known costs, which the first free worker takes, is also fitted.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// S, seconds of serial work
    #[arg(long, value_name = "SECONDS", default_value = "100", value_parser = number::real)]
    serial: f64,

    /// P, seconds of parallel work on one worker
    #[arg(long, value_name = "SECONDS", default_value = "10000", value_parser = number::real)]
    parallel: f64,

    /// Numbers of workers, ascending
    #[arg(long, value_name = "LIST", default_value = "1..=200", value_parser = number::workers)]
    workers: number::Workers,

    /// Report the largest number of workers with this efficiency
    #[arg(long, value_name = "E", default_value = "0.5", value_parser = number::efficiency)]
    efficiency: f64,

    /// Fit all laws to the timings in FILE, with lines workers,seconds or workers,seconds,work; - is standard input
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,

    /// Relative cost of each task, in the order of the list; example: walks to Y = 10, 20, ..., 150
    #[arg(long, value_name = "LIST|example", value_parser = costs)]
    costs: Option<Costs>,

    /// Tasks handed out at a time; python: the chunks of Pool.map [default: 1; for the example python]
    #[arg(long, value_name = "N|python", value_parser = chunk)]
    chunk: Option<Chunk>,

    /// Order of submission of the tasks
    #[arg(long, value_parser = Named::new(Order::ALL.iter().copied().map(|order| order.to_string()), named::<Order>))]
    order: Option<Order>,

    /// Write a plot of the curves, or of the timings with each law and its band, to FILE.svg, FILE.png or FILE.pdf
    #[arg(long, value_name = "FILE", value_parser = plot::file())]
    plot: Option<PlotFile>,

    #[command(flatten)]
    destination: Destination,
}

const EXAMPLES: &str = "Examples:
  lanewalk model                                           example curves: S = 100, P = 10000
  lanewalk model --serial 1 --parallel 99 --efficiency 0.8    workers for an efficiency of 80 %
  lanewalk model --fit timings.csv --plot timings.svg      fits to your own timings
  lanewalk model --fit docs/timings/seawulf.csv --costs example
  printf '1,30.1\\n2,18.5\\n4,16.6\\n' | lanewalk model --fit -";

fn costs(text: &str) -> Result<Costs, String> {
    let made = if text == "example" {
        Costs::example()
    } else {
        let list: Result<Vec<_>, _> = text.split(',').map(|cost| number::real(cost.trim())).collect();
        Costs::new(list.map_err(|_| "expected numbers such as 3,1,2, or example")?)
    };
    made.map_err(|_| "expected numbers of at least 0 with a finite sum above 0, or example".into())
}

fn chunk(text: &str) -> Result<Chunk, String> {
    match (text, number::threads(text)) {
        ("python", _) => Ok(Chunk::Python),
        (_, Ok(tasks)) => Ok(Chunk::Tasks(tasks)),
        _ => Err("expected a whole number, at least 1, or python".into()),
    }
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        self.destination.distinct(&[("--plot", self.plot.as_deref()), ("--fit", self.fit.as_deref())])?;
        let output = self.destination.output()?;
        let plot = self.plot.as_ref().map(PlotFile::open).transpose()?;
        let (text, image) = if let Some(path) = &self.fit {
            let fits = Fits::new(&timings::read(path)?, self.tasks().as_ref())?;
            (
                self.destination.text(&output, &fits)?,
                plot.is_some().then(|| svg::fits(fits.laws(), &svg::Origin::computed())),
            )
        } else {
            let (law, workers, wanted) = (Amdahl::new(self.serial, self.parallel)?, &self.workers.0, self.efficiency);
            if !(1e-12..=1e12).contains(&law.time(1.0)) {
                let given = format!("{:e} s with --serial", law.time(1.0));
                return Err(
                    anyhow::anyhow!("--parallel: got {given}, expected 1e-12 to 1e12 s of work in total").into()
                );
            }
            let curves = Curves::new(law, workers, wanted);
            let image = plot.is_some().then(|| svg::curves(&law, workers, wanted, &svg::Origin::computed()));
            (self.destination.text(&output, &curves)?, image)
        };
        let image = image.transpose()?;
        output.write(&text)?;
        if let (Some(plot), Some(image)) = (plot, image) {
            plot.write(image)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The costs of the tasks, with the order and the chunk.
    fn tasks(&self) -> Option<Costs> {
        let tasks = self.costs.clone()?;
        let tasks = tasks.order(self.order.unwrap_or_default());
        Some(match self.chunk {
            Some(chunk) => tasks.chunk(chunk),
            None => tasks,
        })
    }
}
