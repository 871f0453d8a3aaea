//! How a workload scales, as a table and lines of text: the same for the terminal, Markdown and HTML.

use super::ladder::NOTHING;
use super::{Table, duration, significant};
use crate::ladder::scale::{Point, Scaling};

/// "walk: first crossings of Y = 150, strong scaling"
pub(crate) fn title(scaling: &Scaling) -> String {
    format!("{}: {}, {} scaling", scaling.workload, scaling.title, scaling.scaling)
}

pub(crate) fn points(scaling: &Scaling) -> Table {
    let headings = [
        "threads",
        "pin",
        "time",
        "95 % interval",
        "speedup",
        "95 % interval",
        "efficiency",
        "serial fraction",
        "95 % interval",
        "over unpinned",
    ];
    let mut table = Table::new(headings, &["pin"]);
    for point in &scaling.points {
        table.row([
            point.threads.to_string(),
            if point.oversubscribed { format!("{}, in turns", point.pin) } else { point.pin.clone() },
            duration(point.time_s),
            format!("{} to {}", duration(point.time_low_s), duration(point.time_high_s)),
            significant(point.speedup, 3),
            range(point.speedup_low, point.speedup_high),
            format!("{:.0} %", 100.0 * point.efficiency),
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
    match (point.no_difference, point.over_unpinned) {
        (Some(true), _) => "no difference seen".to_owned(),
        (_, Some(ratio)) => significant(ratio, 3),
        _ => NOTHING.to_owned(),
    }
}

/// How to read the points: one sentence each.
pub(crate) fn legend(scaling: &Scaling) -> Vec<String> {
    let Scaling { rounds, samples, samples_are, .. } = scaling;
    let (each, speedup) = match scaling.scaling.as_str() {
        "weak" => (" for each thread", "w T(1)/T(w), with w times the work"),
        _ => ("", "T(1)/T(w)"),
    };
    let mut legend = vec![
        format!(
            "{rounds} rounds of {samples} {samples_are}{each}, the points in turns; medians, and intervals by bootstrap"
        ),
        format!("speedup: {speedup}, each over one thread pinned alike; efficiency: speedup over threads"),
        format!(
            "noise floor {:.1} %: one thread against itself; pinned over unpinned within it is no difference seen",
            100.0 * scaling.noise_floor
        ),
    ];
    if scaling.points.iter().any(|point| point.karp_flatt.is_some()) {
        legend.push("serial fraction: what Amdahl's law would need for this speedup (Karp and Flatt)".to_owned());
    }
    legend.extend(fits(scaling));
    if let Some(siblings) = &scaling.siblings {
        let gain = if siblings.no_difference {
            "no difference seen".to_owned()
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

/// The parameters of a law in the order in which they are told: name, unit of the key, unit of the text.
const AMDAHL: &[[&str; 3]] = &[["serial", "_s", " s"], ["parallel", "_s", " s"], ["serial_fraction", "", ""]];
const GUSTAFSON: &[[&str; 3]] = &[["serial_fraction", "", ""]];
const USL: &[[&str; 3]] = &[["contention", "", ""], ["coherency", "", ""]];

/// A sentence for each law: its parameters, or why it has none.
fn fits(scaling: &Scaling) -> Vec<String> {
    let fits = &scaling.fits;
    let laws = [
        ("Amdahl", &fits.amdahl, &fits.amdahl_reason, AMDAHL),
        ("Gustafson", &fits.gustafson, &fits.gustafson_reason, GUSTAFSON),
        ("universal scalability", &fits.usl, &fits.usl_reason, USL),
    ];
    let told = laws.into_iter().filter_map(|(name, law, reason, parameters)| match (law, reason) {
        (Some(law), _) => {
            let residual = 100.0 * law.relative_residual;
            let parameters = parameters.iter().map(|[name, key, unit]| {
                let of = |part: &str| law.parameters.get(&format!("{name}{part}{key}"));
                let told = |part: &str| of(part).map_or_else(|| "any".to_owned(), |value| significant(*value, 3));
                format!("{} {}{unit} ({} to {})", name.replace('_', " "), told(""), told("_low"), told("_high"))
            });
            let parameters = parameters.collect::<Vec<_>>().join(", ");
            Some(format!("{name}: {parameters}; off by {residual:.1} % on the average"))
        }
        (None, Some(reason)) => Some(format!("{name}: {reason}")),
        (None, None) => None,
    });
    let (count, pin) = (fits.fitted_points, &fits.fitted_pin);
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = vec![format!("laws of the {count} point{plural} of pin {pin} with a core for each thread:")];
    lines.extend(told);
    lines
}
