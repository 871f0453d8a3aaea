//! Schedules of indivisible tasks.

use lanewalk::tasks::{Order, floor};
use numpy::IntoPyArray;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{count, name, size};
use crate::arrays::floats;
use crate::control::{abandoned_by_signals, detached};

type Columns<'py> = [Bound<'py, PyAny>; 4];

/// Tasks, workers, starts and ends of a list schedule, its makespan, its lower bound, and the busy time of each worker.
#[pyfunction]
pub(crate) fn simulate<'py>(
    py: Python<'py>,
    costs: &Bound<'py, PyAny>,
    workers: &Bound<'py, PyAny>,
    chunk: &Bound<'py, PyAny>,
    order: &Bound<'py, PyAny>,
    seed: &Bound<'py, PyAny>,
) -> PyResult<(Columns<'py>, f64, f64, Bound<'py, PyAny>)> {
    let costs = floats(costs, "costs")?;
    let (order, seed) = (name::<Order>(order, "order")?, count(seed, "seed")?);
    let (workers, chunk) = (size(workers, "workers")?, size(chunk, "chunk")?);
    if workers > MAX_WORKERS {
        return Err(PyValueError::new_err(format!("workers: got {workers}, expected at most {MAX_WORKERS}")));
    }
    let is_long = costs.len() > LONG;
    let work = move || schedule(&costs, workers, chunk, order, seed);
    let schedule = if is_long { abandoned_by_signals(py, work) } else { detached(py, work) }?;
    if !schedule.total.is_finite() {
        return Err(PyValueError::new_err("costs: got a sum that is not finite, expected costs with a finite sum"));
    }
    let columns = [
        schedule.task.into_pyarray(py).into_any(),
        schedule.worker.into_pyarray(py).into_any(),
        schedule.start.into_pyarray(py).into_any(),
        schedule.end.into_pyarray(py).into_any(),
    ];
    Ok((columns, schedule.makespan, schedule.floor, schedule.busy.into_pyarray(py).into_any()))
}

/// A schedule in columns.
struct Schedule {
    task: Vec<isize>,
    worker: Vec<isize>,
    start: Vec<f64>,
    end: Vec<f64>,
    busy: Vec<f64>,
    makespan: f64,
    floor: f64,
    total: f64,
}

fn schedule(costs: &[f64], workers: usize, chunk: usize, order: Order, seed: u64) -> lanewalk::Result<Schedule> {
    let places = order.arrange(costs, seed);
    let arranged: Vec<f64> = places.iter().map(|place| costs[*place]).collect();
    let timeline = lanewalk::tasks::simulate(&arranged, workers, chunk)?;
    let slots = &timeline.slots;
    // A sum of no costs is -0.
    let total = costs.iter().sum::<f64>() + 0.0;
    Ok(Schedule {
        task: slots.iter().map(|slot| places[slot.task].cast_signed()).collect(),
        worker: slots.iter().map(|slot| slot.worker.cast_signed()).collect(),
        start: slots.iter().map(|slot| slot.start).collect(),
        end: slots.iter().map(|slot| slot.end).collect(),
        busy: timeline.busy(),
        makespan: timeline.makespan(),
        floor: floor(costs, workers) + 0.0,
        total,
    })
}

/// The number of tasks from which on a schedule takes more than some milliseconds.
const LONG: usize = 10_000;

/// The largest number of workers of a schedule.
const MAX_WORKERS: usize = 1 << 24;
