//! The flags of `lanewalk walk`, and the check of their combinations.

use std::ops::Range;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{Method, Shape};

use crate::cli::common::{Named, Running, named};
use crate::cli::distribution::DistributionArgs;
use crate::cli::failure::Failure;
use crate::cli::flags::{NOT_A_LIST, refuse};
use crate::cli::number::{self, Dimensions, Distances};
use crate::cli::shard::Shard;

/// First-passage times of random walks: to distances, between barriers, out of balls and cubes
///
/// A walker starts at 0 and moves by U[-1, 1) in each step. The table gives the mean number of steps to each distance Y
/// with its standard error, the exact mean from an integral equation, and z = (mean - exact) / standard error. Walker i
/// takes the same steps for every Y, so estimates at different Y are correlated unless --independent is given.
///
/// With --lower, --upper or both, the walk ends at a barrier. The table gives the probability of each barrier. Barriers
/// are signed positions. With --dim, the walk ends outside a ball or a cube in that number of dimensions, and each
/// coordinate moves by U[-1, 1).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Distances, or radii with --dim: a list such as 10,20,30 or 10..=150:10 [default: 10..=150:10; with --dim 20]
    #[arg(long, value_name = "LIST", value_parser = number::distances)]
    pub(super) y: Option<Distances>,

    /// Lower barrier, a position such as -20
    #[arg(long, value_name = "LOWER", value_parser = number::real)]
    pub(super) lower: Option<f64>,

    /// Upper barrier, a position such as 80
    #[arg(long, value_name = "UPPER", value_parser = number::real)]
    pub(super) upper: Option<f64>,

    /// Start of walks between barriers [default: 0]
    #[arg(long, value_name = "START", value_parser = number::real)]
    pub(super) start: Option<f64>,

    /// Number of dimensions, 1 to 16, or a list such as 1..=8
    #[arg(long, value_name = "LIST", value_parser = number::dimensions)]
    pub(super) dim: Option<Dimensions>,

    /// Region that a walk in space leaves [default: ball]
    #[arg(long, value_parser = Named::new(Shape::ALL.iter().copied().map(|shape| shape.to_string()), named::<Shape>))]
    pub(super) shape: Option<Shape>,

    /// End a walk after N steps; only with barriers or --dim, and required for a single barrier
    #[arg(long, value_name = "N", value_parser = number::count)]
    pub(super) horizon: Option<u64>,

    /// Walks for each problem [default: 300; with barriers or --dim 100000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    pub(super) samples: Option<u64>,

    /// Run only a part of the walkers: FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    pub(super) shard: Option<Shard>,

    /// Algorithm
    #[arg(long, default_value = "plain", value_parser = Named::new(Method::ALL.iter().copied().map(described), named::<Method>))]
    pub(super) method: Method,

    /// Use different walkers for each entry of a list of distances or dimensions
    #[arg(long)]
    pub(super) independent: bool,

    #[command(flatten)]
    pub(super) running: Running,

    #[command(flatten)]
    pub(super) distribution: DistributionArgs,
}

const EXAMPLES: &str = "Examples:
  lanewalk walk                                      Y = 10, 20, ..., 150
  lanewalk walk --y 150 --samples 1e6                a million walks to 150
  lanewalk walk --method nested --samples 1e5        all distances for the work of the largest one
  lanewalk walk --y 0.5,1,7.25 --method exact        exact values without sampling
  lanewalk walk --plot walk.svg                      T against Y, and the error of pi Y^2
  lanewalk walk --lower -20 --upper 80               two barriers: P(lower first), E[T | lower], ...
  lanewalk walk --upper 20 --horizon 1e5             a single barrier, with at most 100000 steps
  lanewalk walk --dim 1..=8 --plot dimensions.svg    E[T] against the number of dimensions
  lanewalk walk --dim 3 --y 50 --method wald         a more accurate estimator for a ball
  lanewalk walk --y 20 --samples 1e5 --quantiles 0.5,0.9,0.99 --histogram --survival
  lanewalk walk --y 10 --samples 1e7 --samples-out walks.npy    time and end position of every walker
  lanewalk walk --layer scalar --threads 1           the textbook loop on one thread
  lanewalk walk --format json --output walk.json     a result for another program";

/// The name and the description of a method, for help and completions.
fn described(method: Method) -> PossibleValue {
    PossibleValue::new(method.to_string()).help(match method {
        Method::Plain => "one walk for each walker and each Y",
        Method::Nested => "one walk for each walker, for all Y",
        Method::Wald => "Wald's identity: estimate from the end position",
        Method::Exact => "no sampling",
        _ => "",
    })
}

/// The default number of walks to each distance.
pub(super) const SAMPLES: u64 = 300;

/// The default number of walks of the other problems, which take about a second.
pub(super) const MORE_SAMPLES: u64 = 100_000;

impl Arguments {
    pub(super) fn has_barriers(&self) -> bool {
        self.lower.is_some() || self.upper.is_some()
    }

    /// The distances or radii of `--y`, or `default`.
    pub(super) fn y(&self, default: &[f64]) -> Vec<f64> {
        self.y.as_ref().map_or_else(|| default.to_vec(), |y| y.0.clone())
    }

    pub(super) fn walkers(&self, default: u64) -> Result<Range<u64>, Failure> {
        Shard::walkers(self.shard.as_ref(), self.samples, default)
    }

    /// Refuses flags that do not apply to the problem.
    pub(super) fn check_flags(&self) -> Result<(), Failure> {
        let method = format!("method {}", self.method);
        let barriers = self.lower.is_some() || self.upper.is_some();
        if barriers {
            let flags = [
                ("y", self.y.is_some()),
                ("dim", self.dim.is_some()),
                ("shape", self.shape.is_some()),
                ("independent", self.independent),
                (&method, self.method != Method::Plain),
            ];
            refuse(&flags, "cannot be used with --lower or --upper")?;
            if (self.lower.is_none() || self.upper.is_none()) && self.horizon.is_none() {
                let flag = if self.lower.is_some() { "lower" } else { "upper" };
                let why = "alone requires --horizon, because the mean time to a single barrier is infinite";
                return refuse(&[(flag, true)], why);
            }
            return Ok(());
        }
        refuse(&[("start", self.start.is_some())], "requires --lower or --upper: other walks start at 0")?;
        if let Some(dimensions) = &self.dim {
            refuse(&[(&method, !matches!(self.method, Method::Plain | Method::Wald))], "cannot be used with --dim")?;
            let entries = dimensions.0.len() * self.y(&[0.0]).len();
            return refuse(&[("independent", self.independent && entries == 1)], NOT_A_LIST);
        }
        refuse(&[("shape", self.shape.is_some())], "requires --dim")?;
        let instead = "for the distance Y with a horizon, use --lower -Y --upper Y";
        refuse(&[("horizon", self.horizon.is_some())], format!("requires barriers or --dim; {instead}"))?;
        let shared = self.independent && self.method == Method::Nested;
        refuse(&[("independent", shared)], "cannot be used with --method nested, which shares walkers")?;
        if self.method == Method::Exact {
            let flags = [
                ("samples", self.samples.is_some()),
                ("shard", self.shard.is_some()),
                ("independent", self.independent),
            ];
            let why = "cannot be used with --method exact, which does not sample";
            refuse(&flags, why)?;
            refuse(&self.distribution.of_walks(), why)?;
        }
        Ok(())
    }
}
