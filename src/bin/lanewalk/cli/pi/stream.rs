//! Lines that appear while batches are counted: selected batches in a table, every batch in CSV.

use std::f64::consts::PI;
use std::fmt::Write as _;
use std::io::{self, Write};

use lanewalk::{BatchSummary, Batches, PiTally, RunControl};

use crate::cli::failure::Failure;
use crate::cli::streams::stdout;
use crate::report::{Format, as_sure, signed, significant};

/// Records batches and writes lines, at once or into a text for later.
pub(super) struct Stream<'a> {
    format: Format,
    direct: bool,
    text: String,
    summary: BatchSummary,
    /// The total number of batches.
    count: u64,
    /// The number of batches after which the table has its next line.
    next_row: u64,
    failure: Option<io::Error>,
    control: &'a RunControl,
}

/// The minimum number of batches for the standard error over batches. With fewer batches, the ratio of the error and
/// its standard error follows Student's t distribution with such heavy tails that 95 % intervals miss their coverage by
/// more than 2 %, and |t| > 4 has a probability above 0.1 %.
pub(super) const MIN_BATCHES: u64 = 22;

/// The standard error over batches; `None` for fewer than [`MIN_BATCHES`] batches.
pub(super) fn error_over_batches(summary: &BatchSummary) -> Option<f64> {
    summary.estimate().filter(|_| summary.batches >= MIN_BATCHES)?.std_error
}

/// The widths of the columns, which fit the largest count and the longest estimate.
const WIDTHS: [usize; 6] = [9, 18, 18, 11, 18, 6];

fn line(cells: [&str; 6]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.into_iter().zip(WIDTHS) {
        _ = write!(line, "{cell:>width$}");
    }
    line + "\n"
}

impl<'a> Stream<'a> {
    pub(super) fn new(format: Format, direct: bool, batches: &Batches, count: u64, control: &'a RunControl) -> Self {
        let summary = BatchSummary::new(batches);
        let mut stream =
            Self { format, direct, text: String::new(), summary, count, next_row: 1, failure: None, control };
        match format {
            Format::Table => {
                let heading = line(["batches", "last batch", "mean", "std error", "pi", "z"]);
                stream.write(&(heading + &"─".repeat(WIDTHS.iter().sum()) + "\n"));
            }
            Format::Csv => stream.write("batch,points,inside,estimate\n"),
            Format::Json => {}
        }
        stream
    }

    pub(super) fn record(&mut self, batch: u64, tally: &PiTally) {
        self.summary.record(tally).unwrap_or_else(|_| unreachable!("batches of the same run can be added"));
        match self.format {
            Format::Json => {}
            Format::Csv => {
                let inside = tally.inside().map(|inside| inside.to_string()).unwrap_or_default();
                let estimate = tally.estimate().map(|estimate| estimate.value.to_string()).unwrap_or_default();
                self.write(&format!("{batch},{},{inside},{estimate}\n", tally.points));
            }
            Format::Table => {
                let done = self.summary.batches;
                if done == self.next_row || done == self.count {
                    self.row(tally);
                    self.next_row = next_row(done);
                }
            }
        }
    }

    /// Writes a row with the last batch, and the mean so far with its standard error.
    fn row(&mut self, last: &PiTally) {
        let dash = || "-".to_owned();
        let (last, judged) = (last.estimate(), self.summary.estimate_with_exact());
        let mean = judged.estimate;
        let error = mean.and_then(|mean| mean.std_error);
        let row = line([
            &self.summary.batches.to_string(),
            &last.map_or_else(dash, |last| as_sure(last.value, error)),
            &mean.map_or_else(dash, |mean| as_sure(mean.value, error)),
            &error.map_or_else(dash, |error| significant(error, 3)),
            &as_sure(PI, error),
            &judged.z().map_or_else(dash, signed),
        ]);
        self.write(&row);
    }

    fn write(&mut self, text: &str) {
        if !self.direct {
            self.text.push_str(text);
        } else if self.failure.is_none() {
            let mut out = stdout();
            if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                // The reader has closed the pipe, so the run can stop.
                self.failure = Some(error);
                self.control.stop();
            }
        }
    }

    /// The batches so far.
    pub(super) fn summary(&self) -> &BatchSummary {
        &self.summary
    }

    /// Returns the text that is not written yet.
    ///
    /// # Errors
    /// A line could not be written.
    pub(super) fn finish(self) -> Result<(String, BatchSummary), Failure> {
        match self.failure {
            None => Ok((self.text, self.summary)),
            Some(error) => Err(anyhow::Error::from(error).context("standard output").into()),
        }
    }
}

/// The smallest number of the series 1, 2, 5, 10, 20, 50, ... above `done`.
fn next_row(done: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for next in [step, step.saturating_mul(2), step.saturating_mul(5)] {
            if next > done || next == u64::MAX {
                return next;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::next_row;

    #[test]
    fn rows_follow_the_series_1_2_5() {
        let rows: Vec<_> = std::iter::successors(Some(1), |done| Some(next_row(*done))).take(8).collect();
        assert_eq!(rows, [1, 2, 5, 10, 20, 50, 100, 200]);
        assert_eq!((next_row(0), next_row(u64::MAX)), (1, u64::MAX));
    }
}
