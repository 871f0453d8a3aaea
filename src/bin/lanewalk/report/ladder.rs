//! The results of a ladder, as tables and lines of text: the same for the terminal, Markdown and HTML.

use std::fmt::Write;

use super::noise::{ADVICE, FLOOR, TOO_NOISY, interval_name, intervals, refused};
use super::table::NOTHING;
use super::{Report, Table, counted, duration, scale, scaled, scaled_range, schedule, significant};
use crate::ladder::noise::{self, MAX_NOISE, MIN_ROUNDS};
use crate::ladder::result::{Factors, Ladder, Rung, Summary};
use crate::ladder::statistics::Interval;

/// The rungs of one workload.
pub(crate) fn rungs(ladder: &Ladder, summary: &Summary) -> Table {
    let rate = format!("{}/s", summary.unit);
    let interval = interval_name(summary.rounds);
    let headings = [
        "rung",
        "layer",
        "isa",
        "threads",
        &rate,
        &interval,
        "step",
        "x scalar",
        "vector eff.",
        "core eff.",
        "of ceiling",
        "digest",
    ];
    let mut table = Table::new(headings, &["rung", "layer", "isa", "digest"]);
    for rung in ladder.rungs_of(&summary.workload) {
        table.row([
            rung.name.clone(),
            rung.layer.clone().unwrap_or_else(|| NOTHING.to_owned()),
            rung.isa.clone().unwrap_or_else(|| NOTHING.to_owned()),
            rung.threads.to_string(),
            scaled(rung.rate),
            scaled_range(rung.rate_low, rung.rate_high),
            step(rung),
            maybe(rung.speedup),
            percent(rung.vector_efficiency),
            percent(rung.core_efficiency),
            ceiling(rung),
            rung.digest.clone().unwrap_or_else(|| NOTHING.to_owned()),
        ]);
    }
    table
}

/// Cycles, instructions and clock of the rungs; `None` without hardware counters.
pub(crate) fn counters(ladder: &Ladder, summary: &Summary) -> Option<Table> {
    let item = summary.unit.trim_end_matches('s');
    let (cycles, instructions) = (format!("cycles/{item}"), format!("instructions/{item}"));
    let mut table = Table::new(["rung", &cycles, &instructions, "instructions/cycle", "clock"], &["rung"]);
    for rung in ladder.rungs_of(&summary.workload) {
        let Some(cycles) = rung.cycles_per_item else { continue };
        table.row([
            rung.name.clone(),
            significant(cycles, 3),
            maybe(rung.instructions_per_item),
            maybe(rung.instructions_per_item.map(|instructions| instructions / cycles)),
            rung.clock_hz.map_or_else(|| NOTHING.to_owned(), |hz| format!("{:.2} GHz", hz / 1e9)),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The sentence below the table of counters.
pub(crate) const COUNTERS_LEGEND: &str =
    "hardware counters of all runs, the warm-up included; clock: cycles per second of processor time";

/// The machine, the system and the build, and why there are no hardware counters: a line each.
pub(crate) fn origin(ladder: &Ladder) -> Vec<String> {
    let mut lines = vec![ladder.host.line()];
    lines.extend(ladder.host.details());
    lines.extend(ladder.exec.variables().map(|(name, value)| format!("{name} is in force: {value}")));
    lines.extend(ladder.no_counters.iter().map(|why| format!("no hardware counters: {why}")));
    lines
}

fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| significant(value, 3))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| format!("{:.0} %", 100.0 * value))
}

fn step(rung: &Rung) -> String {
    match (rung.not_significant, rung.step_speedup) {
        (true, _) => "not significant".to_owned(),
        (false, value) => maybe(value),
    }
}

fn ceiling(rung: &Rung) -> String {
    let above = rung.ceiling_share.is_some_and(|share| share >= 1.005);
    let flag = match (above, rung.ceiling_failed) {
        (_, true) => " calibration failed",
        (true, false) => " (noise)",
        (false, false) => "",
    };
    percent(rung.ceiling_share) + flag
}

/// The factors of the three kinds of steps.
pub(crate) fn factors(factors: &Factors) -> Table {
    let mut table = Table::new(["factor", "what", "median", "95 % interval"], &["factor", "what"]);
    let worth = significant(factors.samples_worth, 3);
    let mut row = |name: &str, what: String, value: &Interval| {
        let range = format!("{} to {}", significant(value.low, 3), significant(value.high, 3));
        table.row([name.to_owned(), what, significant(value.median, 3), range]);
    };
    let method = &factors.method;
    row(
        "algorithm",
        format!("{method} over plain, both scalar; a sample of {method} is worth {worth} plain ones"),
        &factors.algorithm,
    );
    row("vector", "all lanes of one core over the scalar loop".to_owned(), &factors.vector);
    row("cores", "all threads over one".to_owned(), &factors.cores);
    row("total", format!("{method} on all lanes and cores over plain, scalar: measured"), &factors.total);
    row("residual", "total over the product of the three".to_owned(), &factors.residual);
    table
}

/// The seconds to a relative error.
pub(crate) fn accuracy(ladder: &Ladder, summary: &Summary) -> Table {
    let rows: Vec<_> = ladder.accuracy_of(&summary.workload).collect();
    let heading = |place: usize| {
        rows.first().map_or_else(String::new, |row| format!("to {:.0e}", row.times[place].relative_error))
    };
    let mut table = Table::new([&format!("method for {}", summary.target), &heading(0), &heading(1), &heading(2)], &[]);
    table.left[0] = true;
    for row in rows {
        let time = |place: usize| {
            let time = &row.times[place];
            format!("{}{}", if time.extrapolated { "~ " } else { "" }, duration(time.seconds))
        };
        table.row([row.variant.clone(), time(0), time(1), time(2)]);
    }
    table
}

/// The first line of a report whose noise allows no ratios: the workloads, and what to do. The reasons stand below each
/// table.
pub(crate) fn warning(ladder: &Ladder) -> Option<String> {
    let rungs = ladder.summaries.iter().map(|summary| (summary.workload.clone(), &summary.refusal));
    let scaling =
        ladder.scaling.iter().map(|scaling| (format!("the scaling of {}", scaling.workload), &scaling.refusal));
    let names: Vec<_> = rungs.chain(scaling).filter(|(_, why)| why.is_some()).map(|(name, _)| name).collect();
    (!names.is_empty()).then(|| {
        let limit = format!("a noise floor above {:.0} %, or fewer than {MIN_ROUNDS} rounds", 100.0 * MAX_NOISE);
        format!("{}, no factors of {}: {limit}; {ADVICE}", TOO_NOISY, names.join(", "))
    })
}

/// Explains the rungs, one sentence for each line.
pub(crate) fn legend(summary: &Summary) -> Vec<String> {
    let mut legend: Vec<String> = summary.refusal.iter().map(|why| refused(why)).collect();
    legend.extend([
        format!(
            "{} of {} {}, interleaved in changing orders; {}; every digest is the same",
            counted(summary.rounds, "round"),
            summary.samples,
            summary.sample_unit,
            intervals(summary.rounds)
        ),
        format!(
            "noise floor {}: {FLOOR}; steps below it, or whose interval contains 1, are not significant; above {:.0} % \
             there are no factors",
            noise::text(&summary.noise_floors),
            100.0 * MAX_NOISE
        ),
        "rand: the loop as a Rust user writes it with that crate, on random numbers of its own; interchanged: plain arrays, which the compiler may vectorise"
            .to_owned(),
        format!(
            "vector eff.: speedup over the number of lanes of {} bits; core eff.: over threads; of ceiling: rate as a \
             share of the bare kernel's rate",
            summary.element_bits
        ),
    ]);
    if let Some(first) = summary.baseline_rounds {
        legend
            .push(format!("Python and NumPy: {}, whose range stands in place of an interval", counted(first, "round")));
    }
    legend.extend(summary.notes.iter().cloned());
    legend
}

/// The sentence below the table of factors.
pub(crate) const FACTORS_LEGEND: &str =
    "ratios within rounds, then medians: the median residual can differ from the median total over the product";

/// The sentence below the accuracy table.
pub(crate) const ACCURACY_LEGEND: &str =
    "relative error (for estimates: relative standard error); ~ extrapolated from a shorter run";

impl Report for Ladder {
    type Row = Rung;

    fn rows(&self) -> Vec<&Rung> {
        self.rungs.iter().collect()
    }

    fn table(&self) -> String {
        let mut text = warning(self).map(|line| line + "\n\n").unwrap_or_default() + &origin(self).join("\n") + "\n";
        for summary in &self.summaries {
            _ = write!(text, "\n{}: {}\n\n{}", summary.workload, summary.title, rungs(self, summary).render());
            for line in legend(summary) {
                _ = writeln!(text, "  {line}");
            }
            if let Some(counters) = counters(self, summary) {
                _ = writeln!(text, "\n{}  {COUNTERS_LEGEND}", counters.render());
            }
            if let Some(found) = self.factors_of(&summary.workload) {
                _ = writeln!(text, "\n{}  {FACTORS_LEGEND}", factors(found).render());
            }
            if self.accuracy_of(&summary.workload).next().is_some() {
                _ = writeln!(text, "\n{}  {ACCURACY_LEGEND}", accuracy(self, summary).render());
            }
            if let Some(scaling) = self.scaling_of(&summary.workload) {
                _ = write!(text, "\n{}", scale::text(scaling));
            }
        }
        if let Some(section) = &self.schedule {
            let table = schedule::compared(&section.compared, section.schedule.floor_s, section.rounds).render();
            _ = write!(text, "\n{}\n\n{table}", schedule::TITLE);
            for line in schedule::legend(section) {
                _ = writeln!(text, "  {line}");
            }
        }
        if self.stopped {
            text += "\nstopped early: the results above are correct, but not complete\n";
        }
        text + &format!("\nseed {}, {}\n", self.seed, duration(self.elapsed_s))
    }
}
