//! The results of a ladder, as tables and lines of text: the same for the terminal, Markdown and HTML.

use super::noise::{ADVICE, FLOOR, TOO_NOISY, interval_name, intervals, refused};
use super::table::NOTHING;
use super::{Page, Report, Table, Unit, counted, duration, scale, schedule, significant};
use crate::ladder::noise::{self, MAX_NOISE, MIN_ROUNDS};
use crate::ladder::result::{Factors, Ladder, Rung, Summary};
use crate::ladder::statistics::Interval;

/// The rungs of one workload.
pub(crate) fn rungs(ladder: &Ladder, summary: &Summary) -> Table {
    let unit = Unit::of_rates(&summary.unit, ladder.rungs_of(&summary.workload).map(|rung| rung.rate));
    let interval = interval_name(summary.rounds);
    let headings = [
        "rung",
        unit.name(),
        &interval,
        "step",
        "x scalar",
        "of ceiling",
        "vector eff.",
        "core eff.",
        "layer",
        "isa",
        "threads",
        "digest",
    ];
    let vector = format!("vector eff.: speedup over the number of lanes of {} bits", summary.element_bits);
    let mut table = Table::new(headings, &["rung", "layer", "isa", "digest"])
        .optional(&[11, 10, 9, 8, 7, 6, 5])
        .explained(3, "step: ratio to the previous rung; x scalar: ratio to the scalar rung")
        .explained(5, "of ceiling: rate as a share of the bare kernel's rate")
        .explained(6, vector)
        .explained(7, "core eff.: speedup over the number of threads");
    for rung in ladder.rungs_of(&summary.workload) {
        table.row([
            rung.name.clone(),
            unit.rate(rung.rate),
            unit.rates(rung.rate_low, rung.rate_high),
            step(rung),
            maybe(rung.speedup),
            ceiling(rung),
            percent(rung.vector_efficiency),
            percent(rung.core_efficiency),
            rung.layer.clone().unwrap_or_else(|| NOTHING.to_owned()),
            rung.isa.clone().unwrap_or_else(|| NOTHING.to_owned()),
            rung.threads.to_string(),
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
    let worth = significant(factors.samples_worth, 3);
    let mut table = Table::new(["factor", "what", "median", "95 % interval"], &["factor", "what"])
        .explained(0, format!("a sample of {} is worth {worth} plain ones", factors.method));
    let mut row = |name: &str, what: String, value: &Interval| {
        let range = format!("{} to {}", significant(value.low, 3), significant(value.high, 3));
        table.row([name.to_owned(), what, significant(value.median, 3), range]);
    };
    let method = &factors.method;
    row("algorithm", format!("{method} over plain, both scalar"), &factors.algorithm);
    row("vector", "lanes of one core over the scalar loop".to_owned(), &factors.vector);
    row("cores", "all threads over one".to_owned(), &factors.cores);
    row("total", "all of these over plain, scalar: measured".to_owned(), &factors.total);
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
    table = table.optional(&[2]);
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

    fn page(&self) -> Page {
        let warning = warning(self).map(|line| Page::new().lines(line).blank()).unwrap_or_default();
        let mut page = origin(self).iter().fold(warning, Page::lines);
        for summary in &self.summaries {
            let title = format!("{}: {}", summary.workload, summary.title);
            page = page.blank().lines(title).blank().table(rungs(self, summary)).legend(legend(summary));
            if let Some(counters) = counters(self, summary) {
                page = page.blank().table(counters).legend([COUNTERS_LEGEND]);
            }
            if let Some(found) = self.factors_of(&summary.workload) {
                page = page.blank().table(factors(found)).legend([FACTORS_LEGEND]);
            }
            if self.accuracy_of(&summary.workload).next().is_some() {
                page = page.blank().table(accuracy(self, summary)).legend([ACCURACY_LEGEND]);
            }
            if let Some(scaling) = self.scaling_of(&summary.workload) {
                page = page.blank().append(scale::page(scaling));
            }
        }
        if let Some(section) = &self.schedule {
            let table = schedule::compared(&section.compared, section.schedule.floor_s, section.rounds);
            page = page.blank().lines(schedule::TITLE).blank().table(table).legend(schedule::legend(section));
        }
        if self.stopped {
            page = page.blank().lines("stopped early: the results above are correct, but not complete");
        }
        page.blank().lines(format!("ladder, seed {}, {}", self.seed, duration(self.elapsed_s)))
    }
}
