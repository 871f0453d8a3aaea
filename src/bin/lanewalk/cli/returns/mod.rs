//! `lanewalk return`: does a walk come back, and when?

mod report;

use std::ops::Range;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValue;
use lanewalk::{Error, FirstReturn, ReturnKind, Returning, Walk, first_return};

use super::Failure;
use super::common::{Named, Running};
use super::distribution::{Distribution, DistributionArgs};
use super::number::{self, Dimensions};
use super::one_sample::{Part, Run, SHORT, Single, given, not_set};
use crate::report::{Head, svg};
use report::{Back, Row};

/// First returns of a random walk: with which probability is it back within a number of steps, and ever?
///
/// sign: a walk on the line, moved by U[-1, 1) in each step, changes its sign. ball: a walk in space comes back within the radius after
/// having been outside. lattice: a walk that moves one coordinate by 1 up or down in each step is back at the origin. The table gives the
/// share of walks that were back by the horizon h, the exact probability, the one to be back ever (on the lattice Polya's constants), and
/// the tail, which is what the horizon cuts off.
#[derive(Args)]
#[command(name = "return", after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// What it means to be back
    #[arg(long, default_value = "lattice", value_parser = Named::new(MEANINGS.map(described), Meaning::parse))]
    walk: Meaning,

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

    /// Walkers of these indices, a shard of a larger run, instead of 0..SAMPLES
    #[arg(long, value_name = "FIRST..END", conflicts_with = "samples", value_parser = number::range)]
    walkers: Option<Range<u64>>,

    #[command(flatten)]
    running: Running,

    #[command(flatten)]
    asked: DistributionArgs,
}

const EXAMPLES: &str = "Examples:
  lanewalk return                                    on the lattice of 1 to 8 dimensions
  lanewalk return --plot return.svg                  the same, with Polya's constants, to look at
  lanewalk return --dim 3 --horizon 1e6              far into the tail
  lanewalk return --walk sign --horizon 1000         a change of sign, whatever the steps' distribution
  lanewalk return --walk ball --dim 1..=3 --radius 5
  lanewalk return --dim 2 --histogram --quantiles 0.25,0.5 --survival    when";

/// What it means to be back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Sign,
    Ball,
    Lattice,
}

const MEANINGS: [Meaning; 3] = [Meaning::Sign, Meaning::Ball, Meaning::Lattice];

impl Meaning {
    fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Ball => "ball",
            Self::Lattice => "lattice",
        }
    }

    fn parse(name: &str) -> Result<Self, String> {
        let found = MEANINGS.into_iter().find(|meaning| meaning.name() == name);
        found.ok_or_else(|| "expected one of sign ball lattice".to_owned())
    }
}

fn described(meaning: Meaning) -> PossibleValue {
    PossibleValue::new(meaning.name()).help(match meaning {
        Meaning::Sign => "on the line, to the other side of 0",
        Meaning::Ball => "in space, into a ball",
        Meaning::Lattice => "on the lattice, to the origin",
    })
}

const SAMPLES: u64 = 100_000;
const RADIUS: f64 = 2.0;

/// In many dimensions steps are dear, and few walks come back.
const BALLS: [usize; 3] = [1, 2, 3];
const LATTICES: [usize; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        let meanings = self.meanings()?;
        let walkers = self.walkers.clone().unwrap_or(0..self.samples.unwrap_or(SAMPLES));
        let samples = walkers.end - walkers.start;
        let parts: Vec<Part<Returning>> = meanings.iter().map(|meaning| self.part(*meaning, walkers.clone())).collect();
        for part in &parts {
            part.walk.check()?;
        }
        self.asked.check(parts.len(), "numbers of dimensions", "one --dim")?;
        let mut run = Run::open(&self.running, &self.asked)?;
        let single = match &parts[..] {
            [part] => Some(Single {
                walk: part.walk.clone(),
                walkers: walkers.clone(),
                horizon: Some(self.horizon),
                title: format!("T until back: {}, {samples} walks", words(meanings[0])),
            }),
            _ => None,
        };
        let walked = run.walk(&parts, single.as_ref(), first_return)?;

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
            walk: self.walk.name(),
            horizon: self.horizon.to_string(),
            walkers: [walkers.start.to_string(), walkers.end.to_string()],
            steps_per_second: steps / walked.elapsed_s,
            results: walked.results.iter().map(|returns| Row::new(returns, self.walk.name())).collect(),
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
    fn meanings(&self) -> Result<Vec<ReturnKind>, Error> {
        let list = |list: &Dimensions| list.0.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        let dimensions = |default: &[usize]| self.dim.as_ref().map_or_else(|| default.to_vec(), |list| list.0.clone());
        if self.walk != Meaning::Ball {
            not_set([("radius", given(self.radius))], "not set without --walk ball")?;
        }
        Ok(match self.walk {
            Meaning::Sign => {
                not_set([("dim", self.dim.as_ref().map(list))], "not set beside --walk sign: it is on the line")?;
                vec![ReturnKind::Sign]
            }
            Meaning::Ball => {
                let radius = self.radius.unwrap_or(RADIUS);
                dimensions(&BALLS).into_iter().map(|dimensions| ReturnKind::Ball { dimensions, radius }).collect()
            }
            Meaning::Lattice => {
                dimensions(&LATTICES).into_iter().map(|dimensions| ReturnKind::Lattice { dimensions }).collect()
            }
        })
    }

    fn part(&self, meaning: ReturnKind, walkers: Range<u64>) -> Part<Returning> {
        let short = self.horizon.min(SHORT);
        Part {
            steps: about(meaning, self.horizon) * (walkers.end - walkers.start) as f64,
            walk: Walk::returning(meaning, self.horizon).walkers(walkers).seed(self.running.seed),
            pilot: Walk::returning(meaning, short),
            pilot_each: about(meaning, short),
            slower: if let ReturnKind::Ball { dimensions, .. } = meaning { dimensions as f64 } else { 1.0 },
        }
    }
}

/// About how many steps a walk takes until it is back or given up.
fn about(meaning: ReturnKind, horizon: u64) -> f64 {
    let h = horizon as f64;
    // P(T > n) falls with the root of n on the line, and with its logarithm in the plane.
    let line = |scale: f64| 4.0 * scale * (h / std::f64::consts::PI).sqrt();
    let plane = || h * std::f64::consts::PI / (std::f64::consts::PI + h.max(1.0).ln());
    let about = match meaning {
        ReturnKind::Sign | ReturnKind::Lattice { dimensions: 1 } => line(1.0),
        ReturnKind::Ball { dimensions: 1, radius } => line(1.0 + radius),
        ReturnKind::Lattice { dimensions: 2 } | ReturnKind::Ball { dimensions: 2, .. } => plane(),
        other => h * (1.0 - other.ever().unwrap_or(0.4)),
    };
    about.min(h)
}

/// A problem in words.
fn words(meaning: ReturnKind) -> String {
    match meaning {
        ReturnKind::Sign => "a change of sign".to_owned(),
        ReturnKind::Ball { dimensions, radius } => format!("a ball of radius {radius}, D = {dimensions}"),
        ReturnKind::Lattice { dimensions } => format!("the lattice, D = {dimensions}"),
    }
}
