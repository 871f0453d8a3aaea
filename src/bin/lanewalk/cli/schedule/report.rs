//! The report of `lanewalk schedule`.

use serde::Serialize;

use crate::ladder::schedule::{Compared, Schedule, Simulated, Task};
use crate::report::noise::intervals;
use crate::report::{Head, Page, Report, Table, Unit, counted, duration, schedule, significant};

/// The order and chunk with the shortest predicted makespan.
#[derive(Serialize)]
pub(super) struct Advice {
    pub(super) order: String,
    pub(super) chunk: usize,
    pub(super) predicted_s: f64,
}

#[derive(Serialize)]
pub(super) struct Scheduled {
    #[serde(flatten)]
    pub(super) head: Head,
    /// The number of walks in each task.
    pub(super) samples: u64,
    #[serde(flatten)]
    pub(super) schedule: Schedule,
    pub(super) advice: Advice,
    pub(super) compared: Option<Vec<Compared>>,
    pub(super) rounds: Option<usize>,
    /// Whether the comparison was stopped early.
    pub(super) stopped: bool,
    pub(super) simulated: Vec<Simulated>,
    #[serde(skip)]
    rows: Vec<Row>,
}

/// A line of the CSV: a row of the comparison if there is one, otherwise a task.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Row {
    Compared(Compared),
    Task(Task),
}

impl Report for Scheduled {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.rows.iter().collect()
    }

    fn page(&self) -> Page {
        let schedule = &self.schedule;
        let mut page = Page::new()
            .table(schedule::tasks(schedule))
            .blank()
            .drawing(&schedule::gantt(schedule))
            .lines(schedule::busy(schedule))
            .blank()
            .lines(schedule::summary(schedule))
            .lines(self.advice_text());
        if let (Some(compared), Some(rounds)) = (&self.compared, self.rounds) {
            let (count, intervals) = (counted(rounds, "round"), intervals(rounds));
            page = page
                .blank()
                .table(schedule::compared(compared, schedule.floor_s, rounds))
                .lines(format!("{count}, interleaved; {intervals}; split: the walk engine, which splits the tasks"));
        }
        if !self.simulated.is_empty() {
            page = page.blank().table(self.simulation()).lines("predicted from the rate of this machine, not measured");
        }
        page.blank().lines(format!("{} walks per task", self.samples)).lines(self.head.footer(Some(&schedule.mode)))
    }
}

impl Scheduled {
    pub(super) fn new(
        head: Head,
        samples: u64,
        schedule: Schedule,
        advice: Advice,
        compared: Option<(Vec<Compared>, usize)>,
        simulated: Vec<Simulated>,
        stopped: bool,
    ) -> Self {
        let rows = match &compared {
            Some((compared, _)) => compared.iter().cloned().map(Row::Compared).collect(),
            None => schedule.tasks.iter().cloned().map(Row::Task).collect(),
        };
        let (compared, rounds) = compared.unzip();
        Self { head, samples, schedule, advice, compared, rounds, stopped, simulated, rows }
    }

    /// The order and chunk with the shortest predicted makespan, and the gain of splitting the tasks.
    fn advice_text(&self) -> String {
        let (advice, schedule) = (&self.advice, &self.schedule);
        let gain = schedule.predicted_s / advice.predicted_s;
        let (order, chunk, best) = (&advice.order, advice.chunk, duration(advice.predicted_s));
        let advised = if gain < 1.005 {
            "advice: no other order or chunk is predicted to be faster\n".to_owned()
        } else {
            let gain = significant(gain, 3);
            format!("advice: --order {order} --chunk {chunk}, predicted to take {best}, {gain} times as fast as this\n")
        };
        let beyond = schedule.floor_s / schedule.split_s;
        let split = duration(schedule.split_s);
        let splitting = if beyond < 1.005 {
            format!("lanewalk walk splits the tasks and is predicted to take {split}, the same as the floor\n")
        } else {
            let beyond = significant(beyond, 3);
            format!(
                "lanewalk walk splits the tasks and is predicted to take {split}, {beyond} times as fast as the floor\n"
            )
        };
        advised + &splitting
    }

    fn simulation(&self) -> Table {
        let unit = Unit::of_times(self.simulated.iter().map(|row| row.makespan_s));
        let makespan = unit.heading("makespan");
        let headings = ["workers", "order", &makespan, "floor", "speedup", "efficiency", "split"];
        let mut table = Table::new(headings, &["order"]);
        for row in &self.simulated {
            table.row([
                row.workers.to_string(),
                row.order.clone(),
                unit.time(row.makespan_s),
                unit.time(row.floor_s),
                significant(row.speedup, 3),
                format!("{:.0} %", 100.0 * row.efficiency),
                unit.time(row.split_s),
            ]);
        }
        table
    }
}
