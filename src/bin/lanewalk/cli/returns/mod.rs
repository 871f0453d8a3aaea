//! `lanewalk return`: does a walk come back, and when?

mod report;

use std::ops::Range;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{FirstReturn, ReturnKind, Returning, Walk, first_return, independent_seed};

use super::common::{Named, Running};
use super::distribution::{Distribution, DistributionArgs, Single};
use super::failure::Failure;
use super::flags::{NOT_A_LIST, refuse};
use super::number::{self, Dimensions};
use super::one_sample::{Part, Run, SHORT};
use super::shard::{self, Shard};
use crate::report::{Head, WithParts, svg};
use report::{Back, Row};

/// First returns of a random walk: the probability to return within a number of steps, and ever
///
/// sign: a walk on the line, moved by U[-1, 1) in each step, changes its sign. ball: a walk in space enters the ball
/// again after it has left it. lattice: a walk that moves one coordinate by 1 up or down in each step returns to the
/// origin. The table gives the share of walks that returned by the horizon h, the exact probability, the probability to
/// return ever (on the lattice Polya's constants), and the tail, which the horizon cuts off.
#[derive(Args)]
#[command(name = "return", after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// What counts as a return
    #[arg(long, default_value = "lattice", value_parser = Named::new(KINDS.map(described), Kind::parse))]
    kind: Kind,

    /// Dimensions, 1 to 8: one, or a list [default: 1..=8 on the lattice, 1..=3 in a ball]
    #[arg(long, value_name = "LIST", value_parser = number::dimensions)]
    dim: Option<Dimensions>,

    /// Radius of the ball [default: 2]
    #[arg(long, value_name = "RADIUS", value_parser = number::real)]
    radius: Option<f64>,

    /// Steps after which a walk is given up
    #[arg(long, value_name = "N", default_value = "1e4", value_parser = number::count)]
    horizon: u64,

    /// Walks in each number of dimensions [default: 100000]
    #[arg(long, value_name = "N", value_parser = number::count)]
    samples: Option<u64>,

    /// Walk a part of the run: walkers FIRST to END - 1, or part K of N
    #[arg(long, value_name = "FIRST..END|K/N", value_parser = Shard::parse)]
    shard: Option<Shard>,

    /// Give every number of dimensions walkers of its own
    #[arg(long)]
    independent: bool,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    asked: DistributionArgs,
}

const EXAMPLES: &str = "Examples:
  lanewalk return                                    on the lattice of 1 to 8 dimensions
  lanewalk return --plot return.svg                  the same, with Polya's constants, to look at
  lanewalk return --dim 3 --horizon 1e6              far into the tail
  lanewalk return --kind sign --horizon 1000         a change of sign, whatever the steps' distribution
  lanewalk return --kind ball --dim 1..=3 --radius 5
  lanewalk return --dim 2 --histogram --quantiles 0.25,0.5 --survival    when";

/// What it means to be back.
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
        Kind::Sign => "on the line, to the other side of 0",
        Kind::Ball => "in space, into a ball",
        Kind::Lattice => "on the lattice, to the origin",
    })
}

const SAMPLES: u64 = 100_000;
const RADIUS: f64 = 2.0;

/// In many dimensions steps are dear, and few walks come back.
const BALLS: [usize; 3] = [1, 2, 3];
const LATTICES: [usize; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

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
        self.asked.check(parts.len(), "numbers of dimensions", "one --dim")?;
        let mut run = Run::open(&self.running, &self.asked)?;
        let single = match &parts[..] {
            [part] => Some(Single {
                walk: part.walk.clone(),
                horizon: Some(self.horizon),
                title: format!("T until back: {}, {samples} walks", words(kinds[0])),
            }),
            _ => None,
        };
        let walked = run.walk(&parts, single.as_ref(), first_return, |returns| returns)?;

        let returned: u64 = walked.results.iter().map(|returns| returns.tally.samples).sum();
        if returned == 0 {
            run.note(&format!("warning: no walk was back by --horizon {}", self.horizon));
        }
        let digests: Vec<String> = walked.results.iter().map(FirstReturn::digest).collect();
        let total = |returns: &FirstReturn| {
            returns.tally.total_steps + u128::from(returns.censored) * u128::from(returns.horizon)
        };
        let steps = walked.results.iter().map(total).sum::<u128>() as f64;
        let report = Back {
            head: Head::new("return", self.running.seed, &run.plan, Head::joined(&digests), walked.elapsed_s),
            kind: self.kind.name(),
            horizon: self.horizon,
            independent: self.independent,
            shard: shard::text(&walkers),
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
            None => svg::returns(&report.picture()),
        })?;
        Ok(ExitCode::SUCCESS)
    }

    /// What back means, for each row.
    fn kinds(&self) -> Result<Vec<ReturnKind>, Failure> {
        let dimensions = |default: &[usize]| self.dim.as_ref().map_or_else(|| default.to_vec(), |list| list.0.clone());
        refuse(&[("radius", self.radius.is_some() && self.kind != Kind::Ball)], "requires --kind ball")?;
        Ok(match self.kind {
            Kind::Sign => {
                refuse(&[("dim", self.dim.is_some())], "cannot be used with --kind sign, which is on the line")?;
                vec![ReturnKind::Sign]
            }
            Kind::Ball => {
                let radius = self.radius.unwrap_or(RADIUS);
                dimensions(&BALLS).into_iter().map(|dimensions| ReturnKind::Ball { dimensions, radius }).collect()
            }
            Kind::Lattice => {
                dimensions(&LATTICES).into_iter().map(|dimensions| ReturnKind::Lattice { dimensions }).collect()
            }
        })
    }

    /// The seed of an entry; its key is the number of dimensions, which the list varies.
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
        let pilot = Walk::returning(kind, self.horizon.min(SHORT));
        Part {
            steps: whole.expected_steps(),
            walk: whole,
            pilot_each: pilot.clone().samples(1).expected_steps(),
            pilot,
            slower: if let ReturnKind::Ball { dimensions, .. } = kind { dimensions as f64 } else { 1.0 },
        }
    }
}

/// A problem in words.
fn words(kind: ReturnKind) -> String {
    match kind {
        ReturnKind::Sign => "a change of sign".to_owned(),
        ReturnKind::Ball { dimensions, radius } => format!("a ball of radius {radius}, D = {dimensions}"),
        ReturnKind::Lattice { dimensions } => format!("the lattice, D = {dimensions}"),
    }
}
