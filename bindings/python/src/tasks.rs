//! Schedules of indivisible tasks.

use lanewalk::tasks::{Order, floor};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{count, name, size};
use crate::arrays::{array, floats};
use crate::control::detached;

/// The order in which tasks with these costs are submitted, as their places in the list.
#[pyfunction]
pub(crate) fn arrange<'py>(
    py: Python<'py>,
    costs: &Bound<'py, PyAny>,
    order: &Bound<'py, PyAny>,
    seed: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (costs, order, seed) = (costs_of(costs)?, name::<Order>(order, "order")?, count(seed, "seed")?);
    let places: Vec<isize> = order.arrange(&costs, seed).into_iter().map(usize::cast_signed).collect();
    array(py, "costs", &places)
}

type Columns<'py> = [Bound<'py, PyAny>; 4];

/// Tasks, workers, starts and ends of a list schedule, its makespan, its lower bound, and the busy time of each worker.
#[pyfunction]
pub(crate) fn simulate<'py>(
    py: Python<'py>,
    costs: &Bound<'py, PyAny>,
    workers: &Bound<'py, PyAny>,
    chunk: &Bound<'py, PyAny>,
) -> PyResult<(Columns<'py>, f64, f64, Bound<'py, PyAny>)> {
    let (costs, workers, chunk) = (costs_of(costs)?, size(workers, "workers")?, size(chunk, "chunk")?);
    if workers > MAX_WORKERS {
        return Err(PyValueError::new_err(format!("workers: got {workers}, expected at most {MAX_WORKERS}")));
    }
    let timeline = detached(py, || lanewalk::tasks::simulate(&costs, workers, chunk))?;
    let slots = &timeline.slots;
    let task: Vec<isize> = slots.iter().map(|slot| slot.task.cast_signed()).collect();
    let worker: Vec<isize> = slots.iter().map(|slot| slot.worker.cast_signed()).collect();
    let start: Vec<f64> = slots.iter().map(|slot| slot.start).collect();
    let end: Vec<f64> = slots.iter().map(|slot| slot.end).collect();
    let columns = [
        array(py, "costs", &task)?,
        array(py, "costs", &worker)?,
        array(py, "costs", &start)?,
        array(py, "costs", &end)?,
    ];
    Ok((columns, timeline.makespan(), floor(&costs, workers), array(py, "workers", &timeline.busy())?))
}

/// The largest number of workers of a schedule.
const MAX_WORKERS: usize = 1 << 24;

fn costs_of(costs: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    floats(costs, "costs")
}
