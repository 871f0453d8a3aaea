//! Gantt charts, and the makespans of several variants.

use anyhow::Result;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{FILL, INK, SERIES};
use super::picture::{Anchor, BAR, Marker, Origin, Panel, Picture, Symbol};
use super::text::width;
use crate::ladder::schedule::{Compared, Schedule};
use crate::report::duration;

/// The maximum number of drawn workers.
const MAX_LANES: usize = 64;

/// The predicted floor of whole tasks.
const FLOOR: Symbol = Symbol::Dashes(SERIES[1]);

/// The measured schedule above, and the prediction below it in outlines. For a comparison, also the makespan of each
/// variant.
pub(crate) fn schedule(schedule: &Schedule, compared: Option<&[Compared]>, origin: &Origin) -> Result<String> {
    let title = format!("Tasks of each worker: {}, order {}, chunk {}", schedule.mode, schedule.order, schedule.chunk);
    let mut picture = Picture::new(title, origin);
    let lanes = schedule.workers.min(MAX_LANES);
    if lanes < schedule.workers {
        picture.note(format!("the first {lanes} of {} workers", schedule.workers));
    }
    picture.panel(gantt(schedule, lanes));
    picture.entry(Symbol::Area(FILL, 0.9), "measured");
    picture.entry(Symbol::Frame, "predicted");
    picture.entry(FLOOR, "predicted floor of whole tasks");
    if let Some(rows) = compared {
        picture.panel(makespans(rows, schedule.floor_s));
        picture.entry(BAR, "makespan, with its interval");
        picture.entry(Symbol::Marker(PREDICTED), "predicted makespan");
    }
    draw(&picture)
}

const PREDICTED: Marker = Marker { outline: 3, ink: INK, hollow: true };

fn gantt(schedule: &Schedule, lanes: usize) -> Panel {
    let end = schedule.makespan_s.max(schedule.predicted_s).max(schedule.floor_s).max(1e-12) * 1.02;
    let names = (0..lanes).map(|worker| format!("worker {worker}"));
    let lane_height = if lanes > 8 { 26.0 } else { 52.0 };
    let mut panel = Panel::new(
        lane_height * lanes.max(1) as f64,
        Axis::time("time since the start", end),
        Axis::rows("number in a task: its distance Y", names),
    );
    let mut taken = vec![0; schedule.workers];
    for task in &schedule.tasks {
        // Neighbours differ, in grey too.
        let opacity = if taken[task.worker] % 2 == 0 { 0.9 } else { 0.45 };
        taken[task.worker] += 1;
        let name = task.y.to_string();
        // A lane is one unit high, and its middle is a whole number.
        let mut bar = |worker: usize, start: f64, stop: f64, (top, bottom): (f64, f64), filled: bool| {
            if worker >= lanes {
                return;
            }
            let lane = worker as f64;
            let (upper, lower) = ((start, lane + top), (stop, lane + bottom));
            if filled {
                panel.rectangle(upper, lower, FILL, opacity);
                panel.hover(
                    (start.midpoint(stop), lane + f64::midpoint(top, bottom)),
                    format!("Y = {name}: {} to {}, {}", duration(start), duration(stop), duration(stop - start)),
                );
            } else {
                panel.frame(upper, lower);
            }
            // Only if it fits.
            if (stop - start) / end * 440.0 > width(&name, 12.0) + 6.0 {
                let place = (start.midpoint(stop), lane + f64::midpoint(top, bottom));
                panel.label(place, name.clone(), (0.0, 0.0), Anchor::Middle);
            }
        };
        bar(task.worker, task.start_s, task.end_s, (-0.42, 0.0), true);
        bar(task.predicted_worker, task.predicted_start_s, task.predicted_end_s, (0.04, 0.4), false);
    }
    panel.dashes([(schedule.floor_s, -0.5), (schedule.floor_s, lanes as f64 - 0.5)], SERIES[1], 2.0);
    panel
}

/// Bars with intervals; a diamond is the prediction.
fn makespans(rows: &[Compared], floor: f64) -> Panel {
    let longest = rows.iter().map(|row| row.makespan_high_s.max(row.predicted_s)).fold(floor, f64::max).max(1e-12);
    let names = rows.iter().map(|row| match &row.order {
        Some(order) => format!("{}, {order}", row.mode),
        None => row.mode.clone(),
    });
    let across = Axis::time("makespan", longest * 1.08);
    let mut panel = Panel::new(26.0 * rows.len().max(1) as f64, across, Axis::rows("variants, interleaved", names));
    for (place, row) in rows.iter().enumerate() {
        let place = place as f64;
        panel.rectangle((0.0, place - 0.32), (row.makespan_s, place + 0.32), FILL, 0.7);
        panel.line([(row.makespan_low_s, place), (row.makespan_high_s, place)], INK, 1.5);
        panel.marker(PREDICTED, (row.predicted_s, place));
        let [low, middle, high] = [row.makespan_low_s, row.makespan_s, row.makespan_high_s].map(duration);
        panel.hover(
            (row.makespan_s, place),
            format!("{middle} ({low} to {high}), predicted {}", duration(row.predicted_s)),
        );
    }
    panel.dashes([(floor, -0.5), (floor, rows.len().max(1) as f64 - 0.5)], SERIES[1], 2.0);
    panel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn chart_and_variants_match_the_snapshots() {
        let section = fixture::section();
        insta::assert_snapshot!(schedule(&section.schedule, Some(&section.compared), &Origin::fixed()).unwrap());
        let mut alone = section.schedule;
        alone.tasks.clear();
        assert!(
            schedule(&alone, None, &Origin::fixed()).is_ok() && schedule(&alone, Some(&[]), &Origin::fixed()).is_ok()
        );
    }
}
