//! The scaling of a workload, as a table and lines of text: the same for the terminal, Markdown and HTML.

use super::noise::{ADVICE, FLOOR, TOO_NOISY, interval_name, intervals, refused};
use super::table::NOTHING;
use super::{Page, Table, Unit, counted, dash, duration, significant};
use crate::ladder::fits::Law;
use crate::ladder::noise;
use crate::ladder::point::Point;
use crate::ladder::scale::Scaling;

/// "walk: first passages to Y = 150, strong scaling"
pub(crate) fn title(scaling: &Scaling) -> String {
    format!("{}: {}, {} scaling", scaling.workload, scaling.title, scaling.kind)
}

/// The page for a terminal.
pub(crate) fn page(scaling: &Scaling) -> Page {
    Page::new().lines(title(scaling)).blank().table(points(scaling)).legend(legend(scaling))
}

/// The first line of a report whose noise allows no ratios.
pub(crate) fn warning(scaling: &Scaling) -> Option<String> {
    scaling.refusal.as_ref().map(|why| format!("{TOO_NOISY}, no speedups: {why}; {ADVICE}"))
}

pub(crate) fn points(scaling: &Scaling) -> Table {
    let interval = interval_name(scaling.rounds);
    let unit = Unit::of_times(scaling.points.iter().map(|point| point.time_s));
    let headings = [
        "threads",
        "pin",
        &unit.heading("time"),
        &interval,
        "speedup",
        &interval,
        "efficiency",
        "serial fraction",
        &interval,
        "over unpinned",
    ];
    let mut table = Table::new(headings, &["pin"]).optional(&[8, 7, 3, 9, 5]);
    if scaling.points.iter().any(|point| point.karp_flatt.is_some()) {
        let serial = "serial fraction: the one that gives this speedup by Amdahl's law (Karp and Flatt)";
        table = table.explained(7, serial);
    }
    for point in &scaling.points {
        table.row([
            point.threads.to_string(),
            pinning(point),
            unit.time(point.time_s),
            unit.times(point.time_low_s, point.time_high_s),
            dash(point.speedup, |speedup| significant(speedup, 3)),
            dash(point.speedup_low.zip(point.speedup_high), |(low, high)| range(low, high)),
            dash(point.efficiency, |efficiency| format!("{:.0} %", 100.0 * efficiency)),
            point.karp_flatt.map_or_else(|| NOTHING.to_owned(), |fraction| format!("{fraction:.3}")),
            match (point.karp_flatt_low, point.karp_flatt_high) {
                (Some(low), Some(high)) => format!("{low:.3} to {high:.3}"),
                _ => NOTHING.to_owned(),
            },
            over_unpinned(point),
        ]);
    }
    table
}

fn range(low: f64, high: f64) -> String {
    format!("{} to {}", significant(low, 3), significant(high, 3))
}

fn over_unpinned(point: &Point) -> String {
    match (point.not_significant, point.over_unpinned) {
        (Some(true), _) => "not significant".to_owned(),
        (_, Some(ratio)) => significant(ratio, 4),
        _ => NOTHING.to_owned(),
    }
}

/// The points of several workloads, with the columns that matter most.
pub(crate) fn all(scalings: &[Scaling]) -> Table {
    let unit = Unit::of_times(scalings.iter().flat_map(|scaling| &scaling.points).map(|point| point.time_s));
    let headings = ["workload", "threads", "pin", &unit.heading("time"), "speedup", "interval", "efficiency"];
    let mut table = Table::new(headings, &["workload", "pin"]);
    for point in scalings.iter().flat_map(|scaling| &scaling.points) {
        table.row([
            point.workload.clone(),
            point.threads.to_string(),
            pinning(point),
            unit.time(point.time_s),
            dash(point.speedup, |speedup| significant(speedup, 3)),
            dash(point.speedup_low.zip(point.speedup_high), |(low, high)| range(low, high)),
            dash(point.efficiency, |efficiency| format!("{:.0} %", 100.0 * efficiency)),
        ]);
    }
    table
}

fn pinning(point: &Point) -> String {
    if point.oversubscribed { format!("{}, time-sliced", point.pin) } else { point.pin.clone() }
}

/// Explains the points, one sentence for each line.
pub(crate) fn legend(scaling: &Scaling) -> Vec<String> {
    [common_legend(scaling), own_legend(scaling)].concat()
}

/// The sentences that hold for every workload of a run.
pub(crate) fn common_legend(scaling: &Scaling) -> Vec<String> {
    let speedup = if scaling.kind == "weak" { "w T(1)/T(w), for w times the work" } else { "T(1)/T(w)" };
    vec![format!("speedup: {speedup}, each over one thread of the same pinning; efficiency: speedup over threads")]
}

/// The sentences about the measurement and the laws of one workload.
pub(crate) fn own_legend(scaling: &Scaling) -> Vec<String> {
    let Scaling { rounds, samples, sample_unit, .. } = scaling;
    let each = if scaling.kind == "weak" { " for each thread" } else { "" };
    let mut legend: Vec<String> = scaling.refusal.iter().map(|why| refused(why)).collect();
    legend.extend([
        format!("{} of {samples} {sample_unit}{each}, interleaved; {}", counted(*rounds, "round"), intervals(*rounds)),
        format!(
            "noise floor {}: {FLOOR}; ratios of pinned over unpinned within it are not significant",
            noise::text(&scaling.noise_floors)
        ),
    ]);
    legend.extend(superlinear(scaling));
    if scaling.refusal.is_none() {
        legend.extend(fits(scaling));
    }
    if let Some(siblings) = &scaling.siblings {
        let gain = if siblings.not_significant {
            "not significant".to_owned()
        } else {
            let gain = siblings.gain;
            format!("{} times as fast ({})", significant(gain.median, 3), range(gain.low, gain.high))
        };
        let (threads, cores) = (siblings.threads, siblings.cores);
        legend.push(format!(
            "{threads} threads on {cores} physical cores and their siblings, over {cores} threads: {gain}"
        ));
    }
    legend.extend(scaling.notes.iter().cloned());
    legend
}

/// A line on speedups that are significantly larger than their number of threads.
fn superlinear(scaling: &Scaling) -> Option<String> {
    let is_above = |low: f64| low > 1.0 + scaling.noise_floor;
    let above = scaling.points.iter().filter(|point| point.threads > 1 && point.efficiency_low.is_some_and(is_above));
    let (largest, point) =
        above.filter_map(|point| Some((point.efficiency?, point))).max_by(|one, other| one.0.total_cmp(&other.0))?;
    let (percent, threads, pin) = (100.0 * largest, point.threads, &point.pin);
    Some(format!(
        "superlinear: the efficiency is {percent:.1} % on {threads} threads, pin {pin}; no law here allows more than 100 %: \
         one thread was disturbed, or more threads have more cache"
    ))
}

/// The parameters of a law in the order of the report, and the units of their keys.
const AMDAHL: &[[&str; 2]] = &[["serial", "_s"], ["parallel", "_s"], ["serial_fraction", ""]];
const GUSTAFSON: &[[&str; 2]] = &[["serial_fraction", ""]];
const USL: &[[&str; 2]] = &[["contention", ""], ["coherency", ""]];

/// A sentence for each law: its parameters, or the reason why there are none.
fn fits(scaling: &Scaling) -> Vec<String> {
    let fits = &scaling.fits;
    let laws = [
        ("Amdahl", &fits.amdahl, &fits.amdahl_reason, AMDAHL),
        ("Gustafson", &fits.gustafson, &fits.gustafson_reason, GUSTAFSON),
        ("universal scalability", &fits.usl, &fits.usl_reason, USL),
    ];
    let reported = laws.into_iter().filter_map(|(name, law, reason, parameters)| {
        let law = law.as_ref().map(|law| {
            let parameters = parameters.iter().map(|[name, unit]| parameter(law, name, unit)).collect::<Vec<_>>();
            format!("{}; root mean square residual {:.1} %", parameters.join(", "), 100.0 * law.relative_residual)
        });
        Some(format!("{name}: {}", law.or_else(|| reason.clone())?))
    });
    let (count, pin) = (fits.fitted_points, &fits.fitted_pin);
    let mut lines =
        vec![format!("laws fitted to the {} of pin {pin} up to the usable cores:", counted(count, "point"))];
    lines.extend(reported);
    lines.extend(fits.verdict.clone());
    lines
}

/// "serial 20.0 ms (15.0 ms to 25.0 ms)"
fn parameter(law: &Law, name: &str, unit: &str) -> String {
    let reported = |part: &str| {
        let value = law.parameters.get(&format!("{name}{part}{unit}"));
        let reported = |value: &f64| if unit == "_s" { duration(*value) } else { significant(*value, 3) };
        value.map_or_else(|| "no bound".to_owned(), reported)
    };
    format!("{} {} ({} to {})", name.replace('_', " "), reported(""), reported("_low"), reported("_high"))
}
