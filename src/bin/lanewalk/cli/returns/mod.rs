//! `lanewalk return`: the probability and the time of the first return of a walk.

mod report;

use std::ops::Range;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{FirstReturn, ReturnKind, Returning, Walk, first_return, independent_seed};

use super::common::{Named, Running};
use super::distribution::{Distribution, DistributionArgs, Single};
use super::failure::Failure;
use super::flags::{NOT_A_LIST, refuse};
use super::number::{self, Dimensions};
use super::one_sample::{PILOT_STEPS, Part, Run};
use super::shard::{self, Shard};
use crate::exit::ExitCode;
use crate::report::{Head, WithParts, counted, svg};
use report::{ReturnReport, Row};

/// First returns of a random walk: the probability of a return within a number of steps, and of any return
///
/// sign: a walk on the line with steps U[-1, 1) changes its sign. ball: a walk in space enters the ball again after it
/// has left it. lattice: a walk that moves one coordinate by 1 up or down in each step returns to the origin. The table
/// gives the share of walks that return within the horizon h, the exact probability, the probability of ever returning
/// (on the lattice: Polya's constants), and the tail, which is the probability of a return after the horizon.
#[derive(Args)]
#[command(name = "return", after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Kind of return
    #[arg(long, default_value = "lattice", value_parser = Named::new(KINDS.map(described), Kind::parse))]
    kind: Kind,

    /// Number of dimensions, 1 to 8, or a list [default: 1..=8 on the lattice, 1..=3 for a ball]
    #[arg(long, value_name = "LIST", value_parser = number::dimensions)]
    dim: Option<Dimensions>,

    /// Radius of the ball [default: 2]
    #[arg(long, value_name = "RADIUS", value_parser = number::real)]
    radius: Option<f64>,

    /// Maximum number of steps of a walk
    #[arg(long, value_name = "N", default_value = "1e4", value_parser = number::count)]
    horizon: u64,

    /// Walks for each number of dimensions [default: 100000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    samples: Option<u64>,

    /// Run only a part of the walkers: FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Use different walkers for each number of dimensions
    #[arg(long)]
    independent: bool,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    distribution: DistributionArgs,
}

const EXAMPLES: &str = "Examples:
  lanewalk return                                    the lattice in 1 to 8 dimensions
  lanewalk return --plot return.svg                  a plot with Polya's constants
  lanewalk return --dim 3 --horizon 1e6              a long horizon
  lanewalk return --kind sign --horizon 1000         changes of sign on the line
  lanewalk return --kind ball --dim 1..=3 --radius 5
  lanewalk return --dim 2 --histogram --quantiles 0.25,0.5 --survival    the time of the return";

/// The kind of return.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sign,
    Ball,
    Lattice,
}

const KINDS: [Kind; 3] = [Kind::Sign, Kind::Ball, Kind::Lattice];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Ball => "ball",
            Self::Lattice => "lattice",
        }
    }

    fn parse(name: &str) -> Result<Self, String> {
        let found = KINDS.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| "expected one of sign ball lattice".to_owned())
    }
}

fn described(kind: Kind) -> PossibleValue {
    PossibleValue::new(kind.name()).help(match kind {
        Kind::Sign => "change of sign on the line",
        Kind::Ball => "return into a ball in space",
        Kind::Lattice => "return to the origin of the lattice",
    })
}

const SAMPLES: u64 = 100_000;
const RADIUS: f64 = 2.0;

/// The default dimensions. For balls they are few, because steps in many dimensions are expensive and few walks return.
const BALL_DIMENSIONS: [usize; 3] = [1, 2, 3];
const LATTICE_DIMENSIONS: [usize; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        let kinds = self.kinds()?;
        let walkers = Shard::walkers(self.shard.as_ref(), self.samples, SAMPLES)?;
        let samples = walkers.end - walkers.start;
        let parts: Vec<Part<Returning>> = kinds.iter().map(|kind| self.part(*kind, walkers.clone())).collect();
        refuse(&[("independent", self.independent && parts.len() == 1)], NOT_A_LIST)?;
        for part in &parts {
            part.walk.check()?;
        }
        self.distribution.check(parts.len(), "numbers of dimensions", "one --dim")?;
        let mut run = Run::open(&self.running, &self.distribution)?;
        let single = match &parts[..] {
            [part] => Some(Single {
                walk: part.walk.clone(),
                horizon: Some(self.horizon),
                title: format!("Distribution of T, return: {}, {}", problem_text(kinds[0]), counted(samples, "walk")),
            }),
            _ => None,
        };
        let walked = run.walk(&parts, single.as_ref(), first_return, |returns| returns)?;

        let returned: u64 = walked.results.iter().map(|returns| returns.tally.samples).sum();
        if returned == 0 {
            run.note(&format!("warning: no walk returned within --horizon {}", self.horizon));
        }
        let digests: Vec<String> = walked.results.iter().map(FirstReturn::digest).collect();
        let total = |returns: &FirstReturn| {
            returns.tally.total_steps + u128::from(returns.censored) * u128::from(returns.horizon)
        };
        let steps = walked.results.iter().map(total).sum::<u128>() as f64;
        let report = ReturnReport {
            head: Head::new("return", self.running.seed, &run.plan, Head::joined(&digests), walked.elapsed_s),
            kind: self.kind.name(),
            horizon: self.horizon,
            independent: self.independent,
            shard: shard::text(&walked.walkers),
            steps_per_second: steps / walked.elapsed_s,
            results: walked
                .results
                .iter()
                .map(|returns| WithParts::new(Row::new(returns, self.kind.name()), returns))
                .collect(),
            distribution: walked.distribution,
            steps,
        };
        run.finish(&report, || match &report.distribution {
            Some(distribution) => Distribution::plot(distribution),
            None => svg::returns(&report.plot(), &svg::Origin::here()),
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// The kind of return of each row.
    fn kinds(&self) -> Result<Vec<ReturnKind>, Failure> {
        let dimensions = |default: &[usize]| self.dim.as_ref().map_or_else(|| default.to_vec(), |list| list.0.clone());
        refuse(&[("radius", self.radius.is_some() && self.kind != Kind::Ball)], "requires --kind ball")?;
        Ok(match self.kind {
            Kind::Sign => {
                refuse(&[("dim", self.dim.is_some())], "cannot be used with --kind sign, which has one dimension")?;
                vec![ReturnKind::Sign]
            }
            Kind::Ball => {
                let radius = self.radius.unwrap_or(RADIUS);
                dimensions(&BALL_DIMENSIONS)
                    .into_iter()
                    .map(|dimensions| ReturnKind::Ball { dimensions, radius })
                    .collect()
            }
            Kind::Lattice => dimensions(&LATTICE_DIMENSIONS)
                .into_iter()
                .map(|dimensions| ReturnKind::Lattice { dimensions })
                .collect(),
        })
    }

    /// The seed of an entry. With `--independent`, its key is the number of dimensions.
    fn seed(&self, kind: ReturnKind) -> u64 {
        match kind {
            ReturnKind::Ball { dimensions, .. } | ReturnKind::Lattice { dimensions } if self.independent => {
                independent_seed(self.running.seed, &[dimensions as u64])
            }
            _ => self.running.seed,
        }
    }

    fn part(&self, kind: ReturnKind, walkers: Range<u64>) -> Part<Returning> {
        let whole = Walk::returning(kind, self.horizon).walkers(walkers).seed(self.seed(kind));
        let pilot = Walk::returning(kind, self.horizon.min(PILOT_STEPS));
        Part {
            steps: whole.expected_steps(),
            walk: whole,
            pilot_each: pilot.clone().samples(1).expected_steps(),
            pilot,
            slower: if let ReturnKind::Ball { dimensions, .. } = kind { dimensions as f64 } else { 1.0 },
        }
    }
}

/// The problem in words, for the title of a plot.
fn problem_text(kind: ReturnKind) -> String {
    match kind {
        ReturnKind::Sign => "a change of sign".to_owned(),
        ReturnKind::Ball { dimensions, radius } => format!("a ball of radius {radius}, D = {dimensions}"),
        ReturnKind::Lattice { dimensions } => format!("the lattice, D = {dimensions}"),
        _ => "a return".to_owned(),
    }
}
