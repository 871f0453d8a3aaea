//! `lanewalk compare`: the comparison of two ladders, rung by rung.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use serde::Serialize;

use super::common::Destination;
use super::failure::Failure;
use crate::exit::ExitCode;
use crate::ladder::compare::{Change, compare, slower_by_more_than};
use crate::ladder::result::Ladder;
use crate::report::{Page, Report, Table, scaled, significant};

/// Compare two ladder.json files, rung by rung, with their noise floors
#[derive(Args)]
#[command(after_help = "Example:
  lanewalk ladder --report before
  RUSTFLAGS=\"-C target-cpu=native\" cargo run --release -- ladder --report after
  lanewalk compare before/ladder.json after/ladder.json
  lanewalk compare before/ladder.json after/ladder.json --fail-if-slower 5%")]
pub(super) struct Arguments {
    /// The ladder.json of the reference
    a: PathBuf,

    /// The ladder.json to compare with it
    b: PathBuf,

    /// Exit with status 1 if a rung of B is significantly slower than in A by more than this share, such as 5%
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_if_slower: Option<f64>,

    #[command(flatten)]
    destination: Destination,
}

/// A share in percent: `5%` is 0.05.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
    number
        .filter(|percent| (0.0..100.0).contains(percent))
        .map(|percent| percent / 100.0)
        .ok_or_else(|| "expected a percentage from 0% to less than 100%, such as 5%".to_owned())
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        for (argument, input) in [("A", &self.a), ("B", &self.b)] {
            self.destination.distinct(&[(argument, Some(input))])?;
        }
        let output = self.destination.output()?;
        let (a, b) = (read("A", &self.a)?, read("B", &self.b)?);
        for (argument, path, ladder) in [("A", &self.a, &a), ("B", &self.b, &b)] {
            if let Some(why) = ladder.refusal() {
                let file = path.display();
                return Err(Failure::usage(format!(
                    "{argument}: {file} is too noisy to compare: {why}; measure it again"
                )));
            }
        }
        let comparison = Comparison::new([&self.a, &self.b], [&a, &b]);
        self.destination.write(output, &comparison)?;
        match self.fail_if_slower.map(|share| (share, slower_by_more_than(&comparison.results, share))) {
            Some((share, slower)) if !slower.is_empty() => Err(Failure::Check(slower_line(share, &slower))),
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

/// "--fail-if-slower 5%: significantly slower: walk avx512 by 12.0 %"
fn slower_line(share: f64, slower: &[&Change]) -> String {
    let one = |change: &&Change| {
        let loss = change.ratio.map_or(f64::NAN, |ratio| 100.0 * (1.0 - ratio));
        format!("{} {} by {loss:.1} %", change.workload, change.name)
    };
    let rungs = slower.iter().map(one).collect::<Vec<_>>().join(", ");
    format!("--fail-if-slower {}%: significantly slower: {rungs}", (1e6 * share).round() / 1e4)
}

/// The maximum size in bytes. A report has some ten kilobytes, so a much larger file is not a report.
const MAX_BYTES: u64 = 16 << 20;

fn read(argument: &str, path: &Path) -> Result<Ladder> {
    let expected = || format!("{argument}: got {}, expected a ladder.json written by lanewalk ladder", path.display());
    // Only regular files, since reading a pipe may wait for ever, and a device may have no end.
    let found = fs::metadata(path).with_context(expected)?;
    if !found.is_file() || found.len() > MAX_BYTES {
        return Err(anyhow!("it is not a regular file of at most 16 MiB")).with_context(expected);
    }
    let text = fs::read_to_string(path).with_context(expected)?;
    parse(&text).with_context(expected)
}

fn parse(text: &str) -> Result<Ladder> {
    let ladder: Ladder = serde_json::from_str(text)?;
    ladder.check().map_err(|wrong| anyhow!(wrong))?;
    Ok(ladder)
}

/// See [`crate::fuzzing`]. A report that is written and read again is the same, and can be compared with itself.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    use crate::report::{Format, Layout, render};

    let Ok(Ok(ladder)) = str::from_utf8(input).map(parse) else { return false };
    let written = serde_json::to_string(&ladder).expect("a report can be written");
    let again = parse(&written).expect("a report can be read");
    assert_eq!(serde_json::to_string(&again).expect("a report can be written"), written);
    let comparison = Comparison::new([Path::new("a"), Path::new("b")], [&ladder, &again]);
    assert_eq!(comparison.results.len(), ladder.rungs.len());
    for format in [Format::Table, Format::Json, Format::Csv] {
        render(&comparison, format, &Layout::default()).expect("a comparison can be written");
    }
    true
}

#[derive(Serialize)]
struct Side {
    file: String,
    version: String,
    host: String,
    build: String,
}

impl Side {
    fn new(path: &Path, ladder: &Ladder) -> Self {
        Self {
            file: path.display().to_string(),
            version: ladder.version.clone(),
            host: ladder.host.line(),
            build: ladder.host.build(),
        }
    }
}

#[derive(Serialize)]
struct Comparison {
    command: &'static str,
    a: Side,
    b: Side,
    same_machine: bool,
    results: Vec<Change>,
}

impl Comparison {
    fn new(files: [&Path; 2], [a, b]: [&Ladder; 2]) -> Self {
        Self {
            command: "compare",
            a: Side::new(files[0], a),
            b: Side::new(files[1], b),
            same_machine: a.host.is_same_machine(&b.host),
            results: compare(a, b),
        }
    }
}

impl Report for Comparison {
    type Row = Change;

    fn rows(&self) -> Vec<&Change> {
        self.results.iter().collect()
    }

    fn page(&self) -> Page {
        let mut table = Table::new(
            ["workload", "rung", "A", "B", "B / A", "interval", "noise floor", "verdict"],
            &["workload", "rung", "verdict"],
        )
        .optional(&[6, 2, 3]);
        let dash = || "-".to_owned();
        for change in &self.results {
            let rate = |rate: Option<f64>| rate.map_or_else(dash, |rate| format!("{}/s", scaled(rate)));
            let range = change.ratio_low.zip(change.ratio_high);
            table.row([
                change.workload.clone(),
                change.name.clone(),
                rate(change.rate_a),
                rate(change.rate_b),
                change.ratio.map_or_else(dash, |ratio| significant(ratio, 3)),
                range.map_or_else(dash, |(low, high)| format!("{} to {}", significant(low, 3), significant(high, 3))),
                format!("{:.1} %", 100.0 * change.noise_floor),
                change.verdict.name().to_owned(),
            ]);
        }
        let machines = if self.same_machine {
            ""
        } else {
            "the reports are from different machines, so differences are not due to the program alone\n"
        };
        let side = |name: &str, side: &Side| {
            format!("{name}: {}, lanewalk {}, {}; {}", side.file, side.version, side.host, side.build)
        };
        Page::new()
            .table(table)
            .lines(side("A", &self.a))
            .lines(side("B", &self.b))
            .lines(machines)
            .lines("the reports were not interleaved: repeat both before you trust a small difference")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_their_sign() {
        assert_eq!(["5%", "0%", "2.5 %"].map(percent), [Ok(0.05), Ok(0.0), Ok(0.025)]);
        for wrong in ["5", "", "%", "-1%", "100%", "nan%", "five%"] {
            assert!(percent(wrong).unwrap_err().contains("such as 5%"), "{wrong}");
        }
    }
}
