//! `lanewalk walk`: first-passage times of random walks, to a distance, between barriers, out of a region in space.

mod barriers;
mod distances;
mod means;
mod region;

use std::ops::Range;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{Error, Method, Shape};

use super::common::{Named, Running, named};
use super::distribution::DistributionArgs;
use super::failure::Failure;
use super::number::{self, Dimensions, Distances};
use super::one_sample::{given, not_set, set};
use super::shard::Shard;

/// First-passage times of random walks: to distances, between barriers, out of balls and cubes
///
/// A walker starts at 0 and moves by U[-1, 1) in each step. The table gives the mean number of steps to each distance Y
/// with its standard error, the exact mean from an integral equation, and z = (mean - exact) / standard error. Walker i
/// takes the same steps for every Y, so estimates at different Y are correlated unless --independent is given.
///
/// With --lower or --upper the walk ends at one of two barriers or at a single one, and the table says which is first.
/// Barriers are positions with their sign. With --dim it ends outside a ball or a cube in that many dimensions, each
/// coordinate moving by U[-1, 1).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Distances, or radii with --dim: a list such as 10,20,30 or 10..=150:10 [default: 10..=150:10; with --dim 20]
    #[arg(long, value_name = "LIST", value_parser = number::distances)]
    y: Option<Distances>,

    /// The lower barrier, a position such as -20
    #[arg(long, value_name = "LOWER", value_parser = number::real)]
    lower: Option<f64>,

    /// The upper barrier, a position such as 80
    #[arg(long, value_name = "UPPER", value_parser = number::real)]
    upper: Option<f64>,

    /// Where walks between barriers start [default: 0]
    #[arg(long, value_name = "START", value_parser = number::real)]
    start: Option<f64>,

    /// Dimensions, 1 to 16: one, or a list such as 1..=8
    #[arg(long, value_name = "LIST", value_parser = number::dimensions)]
    dim: Option<Dimensions>,

    /// The region that a walk in space leaves [default: ball]
    #[arg(long, value_parser = Named::new(Shape::ALL.map(|shape| shape.to_string()), named::<Shape>))]
    shape: Option<Shape>,

    /// End a walk after N steps, with barriers or --dim; a single barrier needs it
    #[arg(long, value_name = "N", value_parser = number::count)]
    horizon: Option<u64>,

    /// Walks of each problem [default: 300; with barriers or --dim 100000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    samples: Option<u64>,

    /// Walk a part of the run: walkers FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Algorithm
    #[arg(long, default_value = "plain", value_parser = Named::new(Method::ALL.map(described), named::<Method>))]
    method: Method,

    /// Give every entry of a list, of Y or of dimensions, walkers of its own
    #[arg(long)]
    independent: bool,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    asked: DistributionArgs,
}

const EXAMPLES: &str = "Examples:
  lanewalk walk                                      Y = 10, 20, ..., 150
  lanewalk walk --y 150 --samples 1e6                a million walks to 150
  lanewalk walk --method nested --samples 1e5        the whole list for the work of its farthest distance
  lanewalk walk --y 0.5,1,7.25 --method exact        no sampling
  lanewalk walk --plot walk.svg                      T against Y, and how far off pi Y^2 is
  lanewalk walk --lower -20 --upper 80               which barrier is first: P(lower side first), E[T | lower], ...
  lanewalk walk --upper 20 --horizon 1e5             a single barrier, for a limited time
  lanewalk walk --dim 1..=8 --plot dimensions.svg    how E[T] falls with the number of dimensions
  lanewalk walk --dim 3 --y 50 --method wald         a better estimator out of a ball
  lanewalk walk --y 20 --samples 1e5 --quantiles 0.5,0.9,0.99 --histogram --survival
  lanewalk walk --y 10 --samples 1e7 --samples-out walks.npy    every walker's time and place
  lanewalk walk --layer scalar --threads 1           the textbook loop
  lanewalk walk --format json --output walk.json     for a program to read";

/// A method's name and what it does, for help and completions.
fn described(method: Method) -> PossibleValue {
    PossibleValue::new(method.to_string()).help(match method {
        Method::Plain => "every walker to every Y by itself",
        Method::Nested => "one pass for all Y",
        Method::Wald => "from the overshoot",
        Method::Exact => "no sampling",
    })
}

/// The default number of walks to distances ...
const SAMPLES: u64 = 300;

/// ... and one for the other problems, whose tables are of a second's work.
const MORE_SAMPLES: u64 = 100_000;

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        self.check_flags()?;
        if self.has_barriers() {
            barriers::run(self)?;
        } else if let Some(dimensions) = &self.dim {
            region::run(self, &dimensions.0)?;
        } else {
            distances::run(self)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn has_barriers(&self) -> bool {
        self.lower.is_some() || self.upper.is_some()
    }

    /// The distances or radii that were given, or else these.
    fn y(&self, default: &[f64]) -> Vec<f64> {
        self.y.as_ref().map_or_else(|| default.to_vec(), |y| y.0.clone())
    }

    fn walkers(&self, default: u64) -> Result<Range<u64>, Error> {
        Shard::walkers(self.shard.as_ref(), self.samples, default)
    }

    /// Refuses flags that do not belong to the problem.
    fn check_flags(&self) -> Result<(), Error> {
        let list = |list: &Distances| list.0.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        let dimensions = |list: &Dimensions| list.0.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        let sampled = |method: &Method| !matches!(method, Method::Plain | Method::Wald);
        if self.has_barriers() {
            let flags = [
                ("y", self.y.as_ref().map(list)),
                ("dim", self.dim.as_ref().map(dimensions)),
                ("shape", given(self.shape)),
                ("independent", set(self.independent)),
            ];
            not_set(flags, "not set beside --lower or --upper")?;
            let other = Some(self.method).filter(|method| *method != Method::Plain);
            not_set([("method", given(other))], "plain beside --lower or --upper")?;
            if (self.lower.is_none() || self.upper.is_none()) && self.horizon.is_none() {
                let expected = "a number of steps beside a single barrier: without one the mean time is infinite";
                let (argument, given) = ("horizon", "none".to_owned());
                return Err(Error::Argument { argument, given, expected: expected.to_owned() });
            }
            return Ok(());
        }
        not_set([("start", given(self.start))], "not set without --lower or --upper: walks start at 0")?;
        if self.dim.is_some() {
            let other = Some(self.method).filter(sampled);
            not_set([("method", given(other))], "plain or wald beside --dim")?;
            let lists = self.dim.as_ref().is_some_and(|list| list.0.len() > 1) || self.y(&[]).len() > 1;
            let alone = set(self.independent && !lists);
            return not_set(
                [("independent", alone)],
                "not set for a single region: there is nothing to be independent of",
            );
        }
        not_set([("shape", given(self.shape))], "not set without --dim")?;
        let expected =
            "not set without barriers or --dim: --lower Y --upper Y walks to the distance Y and may have one";
        not_set([("horizon", given(self.horizon))], expected)?;
        if self.method == Method::Exact {
            let flags = [
                ("samples", given(self.samples)),
                ("shard", given(self.shard.as_ref())),
                ("independent", set(self.independent)),
            ];
            let why = "not set with method exact: it samples nothing";
            not_set(flags, why)?;
            self.asked.check_exact(why)?;
        }
        Ok(())
    }
}
