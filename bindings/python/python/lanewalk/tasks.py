"""Schedules of indivisible tasks: which order of submission finishes first?

This module predicts; it runs nothing. To run Python functions in parallel, use ``concurrent.futures``.

>>> from lanewalk import tasks
>>> tasks.simulate([1, 1, 1, 3], workers=2).makespan, tasks.simulate([1, 1, 1, 3], workers=2, order="longest").makespan
(4.0, 3.0)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lanewalk import _lanewalk, _show
from lanewalk._types import Count, Floats, Reals, Value, fixed

__all__ = ["Schedule", "simulate"]


@dataclass(frozen=True, eq=False)
class Schedule(Value):
    """A schedule: one slot for each task, in the order of submission. Times have the unit of the costs."""

    task: NDArray[np.int64]
    """The place of each task in the list of costs."""
    worker: NDArray[np.int64]
    """The worker of each task."""
    start: Floats
    """The start of each task."""
    end: Floats
    """The end of each task."""
    makespan: float
    """The end of the last task."""
    floor: float
    """A lower bound on the makespan of every order: the larger one of total / workers and the largest cost."""
    busy: Floats
    """The time for which each worker is busy."""

    def plot(self, ax: Any = None) -> Any:
        """Draw the slots of each worker. Returns the axes of matplotlib."""
        ax = _show.axes(ax)
        ax.barh(self.worker, self.end - self.start, left=self.start, edgecolor="white")
        ax.axvline(self.floor, color="C1", label="lower bound")
        ax.set_xlabel("time")
        ax.set_ylabel("worker")
        ax.legend()
        return ax


def simulate(
    costs: Reals,
    workers: Count,
    *,
    chunk: Count = 1,
    order: Literal["given", "longest", "shortest", "random"] = "given",
    seed: Count = 1,
) -> Schedule:
    """The schedule of a pool: each chunk of tasks goes to the worker that is free first.

    Parameters
    ----------
    costs
        The time of each task, in any unit: finite and not below 0, with a finite sum.
    workers
        The number of workers.
    chunk
        The number of tasks that a worker takes at a time.
    order
        The order of submission.
    seed
        The seed of the order random.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.
    """
    columns, makespan, floor, busy = _lanewalk.simulate(costs, workers, chunk, order, seed)
    task, worker, start, end = (fixed(column) for column in columns)
    return Schedule(task, worker, start, end, makespan, floor, fixed(busy))
