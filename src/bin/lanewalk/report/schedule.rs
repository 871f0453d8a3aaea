//! Schedules as tables and a chart of characters: the same for the terminal, Markdown and HTML.

use std::fmt::Write;

use super::noise::{interval_name, intervals};
use super::table::NOTHING;
use super::{Table, Unit, counted, deviation, duration, significant};
use crate::ladder::schedule::{Compared, Load, Schedule, Section, Task};

/// The maximum number of lines of a table or chart.
const MAX_ROWS: usize = 40;

/// The tasks in the order of submission.
pub(crate) fn tasks(schedule: &Schedule) -> Table {
    let unit = Unit::of_times(schedule.tasks.iter().map(|task| task.end_s.max(task.predicted_end_s)));
    let headings =
        ["Y", "worker", &unit.heading("start"), "end", "took", "predicted worker", "predicted start", "predicted end"];
    let mut table = Table::new(headings, &[]).optional(&[5, 6, 7]);
    for task in schedule.tasks.iter().take(MAX_ROWS) {
        table.row([
            task.y.to_string(),
            task.worker.to_string(),
            unit.time(task.start_s),
            unit.time(task.end_s),
            unit.time(task.end_s - task.start_s),
            task.predicted_worker.to_string(),
            unit.time(task.predicted_start_s),
            unit.time(task.predicted_end_s),
        ]);
    }
    table
}

/// Columns of the chart.
const WIDTH: usize = 64;

/// A line for each worker, from the start to the makespan: a block for each task, with its Y, and dots for idle time.
pub(crate) fn gantt(schedule: &Schedule) -> String {
    let mut text = String::new();
    let label = schedule.workers.saturating_sub(1).to_string().len();
    for worker in schedule.busy.iter().take(MAX_ROWS) {
        let own = schedule.tasks.iter().filter(|task| task.worker == worker.worker);
        let line = blocks(own, schedule.makespan_s);
        _ = writeln!(text, "worker {:>label$} {line}", worker.worker);
    }
    text
}

/// The shares of the workers, and whether the table and the chart are complete.
pub(crate) fn busy(schedule: &Schedule) -> String {
    let times = |worker: &Load| format!("{} of {}", duration(worker.busy_s), duration(worker.busy_s + worker.idle_s));
    let workers: Vec<_> = schedule.busy.iter().take(MAX_ROWS).map(times).collect();
    let mut text = format!("busy: {}\n", workers.join(", "));
    if schedule.tasks.len() > MAX_ROWS || schedule.busy.len() > MAX_ROWS {
        let (tasks, workers) = (schedule.tasks.len(), schedule.workers);
        _ = writeln!(text, "the first {MAX_ROWS} of {tasks} tasks and {workers} workers; --format json has all");
    }
    text
}

fn blocks<'t>(tasks: impl Iterator<Item = &'t Task>, makespan: f64) -> String {
    let column = |time: f64| ((time / makespan * WIDTH as f64).round() as usize).min(WIDTH);
    let mut line = vec!['·'; WIDTH];
    for (number, task) in tasks.enumerate() {
        let (start, end) = (column(task.start_s), column(task.end_s));
        // Neighbours differ, so each one is visible, unless it is too short for a column.
        line[start..end].fill(if number % 2 == 0 { '█' } else { '▒' });
        let name = task.y.to_string();
        if name.len() + 2 <= end - start {
            let middle = start + (end - start - name.len()) / 2;
            for (place, letter) in line[middle..].iter_mut().zip(name.chars()) {
                *place = letter;
            }
        }
    }
    line.into_iter().collect()
}

/// Makespan, prediction and floor.
pub(crate) fn summary(schedule: &Schedule) -> String {
    let Schedule { mode, order, chunk, workers, makespan_s, predicted_s, floor_s, total_s, .. } = schedule;
    let off = deviation(*makespan_s, *predicted_s);
    let [makespan, predicted, floor, total] = [makespan_s, predicted_s, floor_s, total_s].map(|time| duration(*time));
    let workers = counted(*workers, "worker");
    // The larger of the two terms of the floor.
    let why = if *floor_s > schedule.split_s * (1.0 + 1e-9) { "the largest task" } else { "total / workers" };
    format!(
        "{mode}, order {order}, chunk {chunk}, {workers}\n\
         makespan {makespan}; predicted before the run {predicted} (measured {off})\n\
         floor of whole tasks {floor} predicted ({why}); all one after another {total}\n"
    )
}

/// The title of the section of a ladder.
pub(crate) const TITLE: &str = "schedule: the example list as indivisible tasks";

/// Explains the section, one sentence for each line.
pub(crate) fn legend(section: &Section) -> Vec<String> {
    let Section { samples, schedule, rounds, .. } = section;
    let mut legend: Vec<String> = summary(schedule).lines().map(str::to_owned).collect();
    legend.push(format!(
        "table: {}, interleaved, {samples} walks in each task; {}; predicted before the runs",
        counted(*rounds, "round"),
        intervals(*rounds)
    ));
    legend.push("split: the walk engine's own partition, which splits walks and not distances".to_owned());
    legend
}

/// The compared variants.
pub(crate) fn compared(rows: &[Compared], floor: f64, rounds: usize) -> Table {
    let interval = interval_name(rounds);
    let unit = Unit::of_times(rows.iter().map(|row| row.makespan_s.max(row.predicted_s)));
    let makespan = unit.heading("makespan");
    let headings = ["mode", "order", &makespan, &interval, "predicted", "off by", "x floor", "x first"];
    let mut table = Table::new(headings, &["mode", "order"]).optional(&[6, 5, 4]);
    for row in rows {
        table.row([
            row.mode.clone(),
            row.order.clone().unwrap_or_else(|| NOTHING.to_owned()),
            unit.time(row.makespan_s),
            unit.times(row.makespan_low_s, row.makespan_high_s),
            unit.time(row.predicted_s),
            deviation(row.makespan_s, row.predicted_s),
            significant(row.makespan_s / floor, 3),
            if row.not_significant { "not significant".to_owned() } else { significant(row.speedup, 3) },
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn chart_of_characters() {
        let schedule = fixture::section().schedule;
        let chart = gantt(&schedule);
        let (first, second) = chart.split_once('\n').unwrap();
        // A quarter and three quarters of the line for the first worker; a half, and then idle time, for the second.
        assert_eq!(first.matches('█').count() + "10".len(), WIDTH / 4);
        assert_eq!(first.matches('▒').count() + "30".len(), 3 * WIDTH / 4);
        assert_eq!((second.matches('·').count(), second.contains("█20█")), (WIDTH / 2, true));
        insta::assert_snapshot!(format!("{}{chart}{}", tasks(&schedule).render(), summary(&schedule)));
    }

    #[test]
    fn empty_schedule_is_drawn() {
        let mut schedule = fixture::section().schedule;
        schedule.tasks.clear();
        schedule.makespan_s = 0.0;
        assert_eq!(gantt(&schedule).matches('·').count(), 2 * WIDTH);
    }
}
