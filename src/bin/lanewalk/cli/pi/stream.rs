//! What is said of batches while they come in: a line now and then as a table, a line for each as CSV.

use std::f64::consts::PI;
use std::fmt::Write as _;
use std::io::{self, Write};

use lanewalk::{BatchSummary, Batches, PiTally, RunControl};

use crate::cli::failure::Failure;
use crate::report::{Format, as_sure, significant};

/// Takes batches and writes lines, at once or into a text to be written later.
pub(super) struct Stream<'a> {
    format: Format,
    direct: bool,
    text: String,
    summary: BatchSummary,
    /// How many batches will come.
    count: u64,
    /// After how many batches the table has its next line.
    next: u64,
    failure: Option<io::Error>,
    control: &'a RunControl,
}

/// From this many batches on, their own spread gives the error: of fewer it is too uncertain, and what it gives is
/// Student's t, with tails far beyond those of z.
const ENOUGH_BATCHES: u64 = 10;

/// z of the mean by the error over batches, from ten batches on.
pub(super) fn z_over_batches(summary: &BatchSummary) -> Option<f64> {
    summary.estimate().filter(|_| summary.batches >= ENOUGH_BATCHES)?.z(PI)
}

/// The widths of the table's columns: those of the largest count and of the longest estimate that a column may hold.
const WIDTHS: [usize; 6] = [10, 18, 18, 10, 18, 8];

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
        let mut stream = Self { format, direct, text: String::new(), summary, count, next: 1, failure: None, control };
        match format {
            Format::Table => {
                let heading = line(["batches", "last batch", "mean", "std error", "pi", "z"]);
                stream.say(&(heading + &"─".repeat(WIDTHS.iter().sum()) + "\n"));
            }
            Format::Csv => stream.say("batch,points,inside,estimate\n"),
            Format::Json => {}
        }
        stream
    }

    pub(super) fn take(&mut self, batch: u64, score: &PiTally) {
        self.summary.record(score).unwrap_or_else(|_| unreachable!("the batches of one run fit"));
        match self.format {
            Format::Json => {}
            Format::Csv => {
                let inside = score.inside().map(|inside| inside.to_string()).unwrap_or_default();
                let estimate = score.estimate().map(|estimate| estimate.value.to_string()).unwrap_or_default();
                self.say(&format!("{batch},{},{inside},{estimate}\n", score.points));
            }
            Format::Table => {
                let done = self.summary.batches;
                if done == self.next || done == self.count {
                    self.row(score);
                    self.next = after(done);
                }
            }
        }
    }

    /// The mean and its error so far, beside the batch that came last.
    fn row(&mut self, last: &PiTally) {
        let dash = || "-".to_owned();
        let (last, mean) = (last.estimate(), self.summary.estimate());
        let error = mean.and_then(|mean| mean.std_error);
        // One batch tells no error over batches; that of its points tells how many digits are worth printing.
        let sure = error.filter(|error| *error > 0.0).or_else(|| last?.std_error);
        let row = line([
            &self.summary.batches.to_string(),
            &last.map_or_else(dash, |last| as_sure(last.value, sure)),
            &mean.map_or_else(dash, |mean| as_sure(mean.value, sure)),
            &error.map_or_else(dash, |error| significant(error, 3)),
            &as_sure(PI, sure),
            &z_over_batches(&self.summary).map_or_else(dash, |z| format!("{z:+.2}")),
        ]);
        self.say(&row);
    }

    fn say(&mut self, text: &str) {
        if !self.direct {
            self.text.push_str(text);
        } else if self.failure.is_none() {
            let mut out = io::stdout().lock();
            if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                // The reader is gone: no reason to go on.
                self.failure = Some(error);
                self.control.stop();
            }
        }
    }

    /// What was not written yet; an error if some could not be.
    pub(super) fn finish(self) -> Result<(String, BatchSummary), Failure> {
        match self.failure {
            None => Ok((self.text, self.summary)),
            Some(error) => Err(anyhow::Error::from(error).context("standard output").into()),
        }
    }

    /// Drops what was not written yet.
    pub(super) fn close(self) -> Result<BatchSummary, Failure> {
        self.finish().map(|(_, summary)| summary)
    }
}

/// The next in the row 1, 2, 5, 10, 20, 50, ...
fn after(done: u64) -> u64 {
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
    use super::after;

    #[test]
    fn one_two_five() {
        let rows: Vec<_> = std::iter::successors(Some(1), |done| Some(after(*done))).take(8).collect();
        assert_eq!(rows, [1, 2, 5, 10, 20, 50, 100, 200]);
        assert_eq!((after(0), after(u64::MAX)), (1, u64::MAX));
    }
}
