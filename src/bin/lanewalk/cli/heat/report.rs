//! The report of `lanewalk heat`.

use lanewalk::{Evolution, Grid, RodMethod};
use serde::Serialize;

use super::job::{Backend, Job};
use super::model::Model;
use crate::report::{Head, Page, Report, Table, Unit, duration, scaled, significant};

#[derive(Serialize)]
pub(super) struct Heat {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    row: Row,
    /// The time of each sub-domain, by activity.
    timings: Vec<Part>,
    model: Option<Model>,
    #[serde(skip)]
    grid: Grid,
    #[serde(skip)]
    mode: u64,
    #[serde(skip)]
    largest: f64,
}

/// The result: the one line of the CSV, and part of the JSON object.
#[derive(Serialize)]
pub(super) struct Row {
    n: usize,
    steps: u64,
    dt: f64,
    method: String,
    domains: usize,
    backend: Backend,
    halo: usize,
    /// The values at which the ends are held.
    left_end: f64,
    right_end: f64,
    /// Of the field minus the straight line between the ends, as is `max_error`.
    eigenvalue: f64,
    exact_eigenvalue: f64,
    /// The largest difference between the scaled field and sin(k x) for mode k, by default sin(x).
    max_error: f64,
    /// The largest difference between the field and the exact solution of the discrete equations.
    rounding_error: f64,
    /// The largest difference between the field and the solution of the heat equation.
    continuum_error: Option<f64>,
    updates_per_second: f64,
}

/// The time of one sub-domain.
#[derive(Serialize)]
struct Part {
    domain: usize,
    points: usize,
    arithmetic_s: f64,
    exchange_s: f64,
    waiting_s: f64,
    exchanges: u64,
}

impl Heat {
    pub(super) fn new(
        head: Head,
        job: &Job,
        evolution: &Evolution,
        method: RodMethod,
        model: Option<Model>,
    ) -> lanewalk::Result<Self> {
        let rounding_error = evolution.rounding_error(&job.exec)?;
        let grid = &evolution.grid;
        let (left_end, right_end) = evolution.ends();
        let row = Row {
            n: grid.points,
            steps: grid.steps,
            dt: grid.time_step,
            method: method.to_string(),
            domains: job.cut.domains,
            backend: job.backend,
            halo: job.cut.halo,
            left_end,
            right_end,
            eigenvalue: evolution.eigenvalue(),
            exact_eigenvalue: evolution.discrete_eigenvalue(),
            max_error: evolution.sine_error(&job.exec)?,
            rounding_error,
            continuum_error: evolution.continuum_error(&job.exec)?,
            updates_per_second: grid.updates() / head.elapsed_s(),
        };
        let sizes = (0..job.cut.domains).map(|index| job.cut.points(grid, index).len());
        let part = |(domain, (points, timings)): (usize, (usize, &lanewalk::Timings))| Part {
            domain,
            points,
            arithmetic_s: timings.arithmetic.as_secs_f64(),
            exchange_s: timings.exchange.as_secs_f64(),
            waiting_s: timings.waiting.as_secs_f64(),
            exchanges: timings.exchanges,
        };
        let timings = sizes.zip(&evolution.timings).enumerate().map(part).collect();
        Ok(Self { head, row, timings, model, grid: *grid, mode: evolution.mode(), largest: evolution.largest() })
    }

    /// The table of the time of each sub-domain.
    fn parts(&self) -> Page {
        let unit =
            Unit::of_times(self.timings.iter().flat_map(|part| [part.arithmetic_s, part.exchange_s, part.waiting_s]));
        let arithmetic = unit.heading("arithmetic");
        let headings = ["sub-domain", "points", &arithmetic, "exchange", "waiting", "exchanges"];
        let mut table = Table::new(headings, &[]);
        for part in &self.timings {
            table.row([
                part.domain.to_string(),
                part.points.to_string(),
                unit.time(part.arithmetic_s),
                unit.time(part.exchange_s),
                unit.time(part.waiting_s),
                part.exchanges.to_string(),
            ]);
        }
        Page::new().blank().table(table)
    }

    /// The predictions of the model, in words.
    fn verdict(&self, model: &Model) -> String {
        let Row { domains, backend, halo, .. } = &self.row;
        let steps = self.grid.steps as f64;
        let (one, cut) = (duration(model.predicted_one_s), duration(model.predicted_s));
        let measured = self.head.elapsed_s() / steps;
        let remark = if measured > 2.0 * model.predicted_s { " (a short run, or a busy machine)" } else { "" };
        let measured = if steps > 0.0 { format!("; measured: {}{remark}", duration(measured)) } else { String::new() };
        let names = if *backend == Backend::None { "in turn" } else { backend.name() };
        let times = format!("predicted time of a step: {one} in one domain, {cut} in {domains} ({names}){measured}\n");
        let gain = match model.break_even_points {
            None if *backend == Backend::None => {
                "sub-domains in turn on one thread are not faster than one domain\n".to_owned()
            }
            None => {
                format!("{domains} sub-domains with a halo of {halo} are never faster here; a larger halo may help\n")
            }
            Some(points) if model.predicted_s > model.predicted_one_s => {
                let points = scaled(points);
                format!("{domains} sub-domains with a halo of {halo} are only faster from about {points}points\n")
            }
            Some(points) => {
                let gain = significant(model.predicted_one_s / model.predicted_s, 3);
                format!("predicted speedup {gain}; sub-domains are faster from about {}points\n", scaled(points))
            }
        };
        times + &gain
    }
}

impl Report for Heat {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        vec![&self.row]
    }

    fn page(&self) -> Page {
        let row = &self.row;
        let mut table = Table::new(["quantity", "value", "exact", "difference"], &["quantity"]);
        // A field of zeros has no eigenvalue and no scale.
        let shown = |text: String, value: f64| if value.is_nan() { "-".to_owned() } else { text };
        let value = |value: f64| shown(format!("{value:.12}"), value);
        let continuous = (self.mode as f64).powi(2);
        for (name, exact) in
            [("eigenvalue, discrete equations", row.exact_eigenvalue), ("eigenvalue, heat equation", continuous)]
        {
            let difference = row.eigenvalue - exact;
            let difference = shown(format!("{difference:+.2e}"), difference);
            table.row([name.to_owned(), value(row.eigenvalue), value(exact), difference]);
        }
        let mode = if self.mode == 1 { String::new() } else { format!("{} ", self.mode) };
        let scaled_field = format!("scaled field, sin({mode}x)");
        let errors = [
            ("field, discrete equations", Some(row.rounding_error)),
            ("field, heat equation", row.continuum_error),
            (&*scaled_field, Some(row.max_error)),
        ];
        for (name, error) in errors {
            let error = error.map_or_else(|| "-".to_owned(), |error| shown(format!("{error:.2e}"), error));
            table.row([name.to_owned(), String::new(), String::new(), error]);
        }
        let held = (row.left_end, row.right_end) != (0.0, 0.0);
        let ends = if held {
            let short = |end: f64| Some(end.to_string()).filter(|text| text.len() <= 12);
            let [left, right] =
                [row.left_end, row.right_end].map(|end| short(end).unwrap_or_else(|| significant(end, 6)));
            format!(
                "the ends are held at {left} and {right}; the eigenvalues and the scaled field are \
                 those of the field minus its steady state, the straight line between the ends\n"
            )
        } else {
            String::new()
        };
        let name = if held { "the field minus its steady state" } else { "the field" };
        let decayed = match self.largest {
            0.0 => format!("{name} is zero\n"),
            tiny if tiny < f64::MIN_POSITIVE / f64::EPSILON => {
                format!("{name} has decayed to {tiny:.1e}: arithmetic with such numbers is slow and loses digits\n")
            }
            small if small < 1e-15 => format!("{name} has decayed to {small:.1e}\n"),
            _ => String::new(),
        };
        let parts = if row.domains > 1 { self.parts() } else { Page::new() };
        let verdict = self.model.as_ref().map(|model| self.verdict(model)).unwrap_or_default();
        let (n, steps, dt, rate) = (row.n, &row.steps, significant(row.dt, 4), scaled(row.updates_per_second));
        let time = duration(self.head.elapsed_s());
        Page::new()
            .table(table)
            .lines(ends)
            .lines(decayed)
            .append(parts)
            .lines(verdict)
            .lines(format!("{n} points, {steps} steps of {dt}: {time}, {rate}updates/s"))
            .lines(self.head.footer(Some(&row.method)))
    }
}
