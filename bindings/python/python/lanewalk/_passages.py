"""Results of first passages: to one distance, and to several."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from lanewalk import _lanewalk, _show
from lanewalk._results import SEVERAL, Base, Estimate, Result, Several, row_of
from lanewalk._types import Floats, fixed


class FirstPassages(Base, kind=SEVERAL):
    """The first passages to several distances: attributes are arrays, one number for each distance.

    ``passages[i]`` is the :class:`FirstPassage` to distance i.
    """

    _quantities = ("mean",)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: SupportsIndex) -> FirstPassage:
        entry = self._entries[operator.index(index)]
        return FirstPassage(_lanewalk.Outcome.from_json(json.dumps([entry])))

    def __iter__(self) -> Iterator[FirstPassage]:
        return (self[index] for index in range(len(self)))

    def _sums(self, name: str) -> NDArray[Any]:
        return np.array([int(entry["sums"][name]) for entry in self._entries])

    @property
    def distance(self) -> Floats:
        """The distances Y, in units of the largest step."""
        return np.array([float(entry["problem"]["distance"]) for entry in self._entries])

    @property
    def method(self) -> str:
        """The method."""
        method: str = self._entries[0]["problem"]["method"]
        return method

    @property
    def samples(self) -> NDArray[Any]:
        """The number of walks to each distance; 0 with the method exact."""
        return self._sums("samples")

    @property
    def total_steps(self) -> NDArray[Any]:
        """The exact sums of T. The array has the dtype object if a sum is beyond 2^64."""
        return self._sums("total_steps")

    @property
    def longest(self) -> NDArray[Any]:
        """The largest T."""
        return self._sums("longest")

    @property
    def ended_lower(self) -> NDArray[Any]:
        """The number of walks that ended at -Y or beyond."""
        return self._sums("lower")

    @cached_property
    def estimates(self) -> Mapping[str, Several]:
        """Every estimate, by name: only ``mean``."""
        columns: list[Any] = list(zip(*self._outcome.estimates("mean"), strict=True))
        *numbers, missing_z = columns
        arrays = [fixed(np.array(column, dtype=np.float64)) for column in numbers]
        value, std_error, low, high, exact, error, z = arrays
        return MappingProxyType({"mean": Estimate(value, std_error, low, high, exact, error, z, tuple(missing_z))})

    @property
    def _main(self) -> Several:
        return self.estimates["mean"]

    @property
    def mean(self) -> Floats:
        """The estimates of E[T] in steps, by the method; ``NaN`` with the method exact, which only sets ``exact``."""
        return self._main.value

    @property
    def std_error(self) -> Floats:
        """The standard errors of ``mean``."""
        return self._main.std_error

    @property
    def exact(self) -> Floats:
        """The exact E[T] in steps; ``NaN`` if no digit of it is certain."""
        return self._main.exact

    @property
    def exact_std_dev(self) -> Floats:
        """The exact standard deviations of T in steps; ``NaN`` if no digit of them is certain."""
        return np.array(self._outcome.numbers("exact_std_dev"), dtype=np.float64)

    @property
    def exact_relative_error(self) -> Floats:
        """Upper bounds on the relative errors of ``exact`` and ``exact_std_dev``: see :class:`Estimate`."""
        return self._main.exact_relative_error

    @property
    def z(self) -> Floats:
        """The z-scores; ``NaN`` where they would not be nearly normal."""
        return self._main.z

    @property
    def missing_z(self) -> tuple[str | None, ...]:
        """The reasons why z-scores are missing."""
        return self._main.missing_z

    def to_dict(self) -> dict[str, Any]:
        """The parts of all distances, ready for JSON: see :meth:`Base.to_dict`."""
        return {"kind": SEVERAL, "entries": list(self._entries)}

    def _rows(self) -> list[dict[str, Any]]:
        return [row for passage in self for row in passage._rows()]

    def _title(self) -> str:
        walks = sum(len(walkers) for walkers in self.ranges)
        return f"first passages: method {self.method}; {walks:,} walks to each distance, seed {self.seed}"

    def plot(self, ax: Any = None) -> Any:
        """Draw the mean time over the distance, with its 95 % interval and the exact value. Returns the axes."""
        return _show.plot_passages(self, ax)


class FirstPassage(Result, kind="first passage"):
    """The first passage to one distance."""

    _quantities = ("mean",)

    @property
    def distance(self) -> float:
        """The distance Y, in units of the largest step."""
        return float(self._value("distance") or "nan")

    @property
    def method(self) -> str:
        """The method."""
        return self._value("method") or ""

    @property
    def samples(self) -> int:
        """The number of walks; 0 with the method exact."""
        return self._sum("samples")

    @property
    def total_steps(self) -> int:
        """The exact sum of T."""
        return self._sum("total_steps")

    @property
    def longest(self) -> int:
        """The largest T."""
        return self._sum("longest")

    @property
    def ended_lower(self) -> int:
        """The number of walks that ended at -Y or beyond."""
        return self._sum("lower")

    @property
    def mean(self) -> float:
        """The estimate of E[T] in steps, by the method; ``NaN`` with the method exact, which only sets ``exact``."""
        return self._main.value

    @property
    def exact_std_dev(self) -> float:
        """The exact standard deviation of T in steps; ``NaN`` if no digit of it is certain."""
        return self._number("exact_std_dev")

    def _rows(self) -> list[dict[str, Any]]:
        first = {"distance": self.distance, "samples": self.samples}
        return [row_of(first, self._main)]
