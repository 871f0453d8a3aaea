"""Results of walks and of pi: estimates with exact values, merging, and the stored form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lanewalk import _lanewalk, _show
from lanewalk._types import Floats

Self = TypeVar("Self", bound="Base")
Number = TypeVar("Number")
Reason = TypeVar("Reason")


@dataclass(frozen=True, eq=False)
class Estimate(Generic[Number, Reason]):
    """An estimate with its error and its exact value.

    Every number is a float, or an array with one number for each distance. ``NaN`` stands for a number that does not
    exist.

    Attributes
    ----------
    value
        The estimate: of E[T] in steps, of a probability, or of pi.
    std_error
        Its standard error. ``NaN`` where the samples are too few for an error bar of 95 % to have this coverage.
    low, high
        A 95 % interval: of a probability the exact binomial one, of other values 1.96 standard errors to both sides.
    exact
        The exact value, if it is known.
    exact_relative_error
        An upper bound on the relative error of ``exact``.
    z
        (value - exact) / std_error; ``NaN`` where it would not be nearly normal.
    missing_z
        The reason why there is no z-score, in words; ``None`` if there is one.
    """

    value: Number
    std_error: Number
    low: Number
    high: Number
    exact: Number
    exact_relative_error: Number
    z: Number
    missing_z: Reason


Single = Estimate[float, "str | None"]
Several = Estimate[Floats, "tuple[str | None, ...]"]


class Base:
    """What all results have in common. Results are immutable."""

    _kind: ClassVar[str]
    _quantities: ClassVar[tuple[str, ...]]

    def __init__(self, outcome: _lanewalk.Outcome) -> None:
        self._outcome = outcome

    @cached_property
    def _entries(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = json.loads(self._outcome.to_json())
        return entries

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self._entries[0]["seed"])

    @cached_property
    def ranges(self) -> tuple[range, ...]:
        """The walkers or points of this result: ascending ranges that do not touch."""
        ends = (text.split("..") for text in self._entries[0]["ranges"])
        return tuple(range(int(first), int(end)) for first, end in ends)

    @cached_property
    def digest(self) -> str:
        """A hash of the exact sums, 16 hexadecimal digits. Equal digests mean equal results."""
        return self._outcome.digest()

    def merge(self: Self, other: Self) -> Self:
        """Merge with the result of other walkers or points of the same run.

        The sums are exact integers, so the merged result is that of one run over all of them, to the last bit.

        Parameters
        ----------
        other
            A result of the same problem, method and seed.

        Returns
        -------
        A new result. Neither of the two changes.

        Raises
        ------
        ValueError
            The problems or the seeds differ, or both results hold the same walkers.
        """
        if type(other) is not type(self):
            raise TypeError(f"other: got {type(other).__name__}, expected {type(self).__name__}")
        return type(self)(self._outcome.merged(other._outcome))

    def to_dict(self) -> dict[str, Any]:
        """The problem, the walkers and the exact sums, ready for JSON.

        All integers are strings of decimal digits, because many readers of JSON lose digits beyond 2^53. For a single
        problem this is the object ``parts`` in the JSON of the command line.
        """
        return dict(self._entries[0])

    @classmethod
    def from_dict(cls: type[Self], parts: Mapping[str, Any]) -> Self:
        """The result with these parts, from :meth:`to_dict` or from the JSON of the command line.

        Raises
        ------
        ValueError
            The parts are not those of such a result.
        """
        result = from_dict(parts)
        if not isinstance(result, cls):
            raise ValueError(f"parts: got parts of {type(result).__name__}, expected {cls.__name__}")
        return result

    def __reduce__(self) -> tuple[Any, tuple[dict[str, Any]]]:
        return from_dict, (self.to_dict(),)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Base) or type(other) is not type(self):
            return NotImplemented
        return self._outcome == other._outcome

    __hash__ = None  # type: ignore[assignment]

    def _rows(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def _title(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return _show.text(type(self).__name__, self._title(), self._rows())

    def _repr_html_(self) -> str:
        return _show.html(self._title(), self._rows())

    def to_pandas(self) -> Any:
        """The estimates as a ``pandas.DataFrame``, one row for each."""
        return _show.pandas(self._rows())

    def plot(self, ax: Any = None) -> Any:
        """Draw the estimates with their 95 % intervals and the exact values. Returns the axes of matplotlib."""
        return _show.plot_estimates(self._rows(), ax)


class Result(Base):
    """The result of a single problem.

    The attributes ``std_error``, ``exact``, ``z`` and so on belong to the main estimate, the first of ``estimates``.
    """

    @cached_property
    def estimates(self) -> Mapping[str, Single]:
        """Every estimate of this result, by name. The first one is the main estimate."""
        return {name: Estimate(*self._outcome.estimates(name)[0]) for name in self._quantities}

    @cached_property
    def _main(self) -> Single:
        return Estimate(*self._outcome.estimates(self._quantities[0])[0])

    @property
    def std_error(self) -> float:
        """The standard error of the main estimate; ``NaN`` if the samples are too few."""
        return self._main.std_error

    @property
    def exact(self) -> float:
        """The exact value of the main estimate; ``NaN`` if it is not known."""
        return self._main.exact

    @property
    def exact_relative_error(self) -> float:
        """An upper bound on the relative error of ``exact``."""
        return self._main.exact_relative_error

    @property
    def z(self) -> float:
        """The number of standard errors from the exact value; ``NaN`` where it would not be nearly normal."""
        return self._main.z

    @property
    def missing_z(self) -> str | None:
        """The reason why there is no z-score; ``None`` if there is one."""
        return self._main.missing_z

    def _sum(self, name: str) -> int:
        return int(self._entries[0]["sums"][name])

    def _value(self, name: str) -> str | None:
        value: str | None = self._entries[0]["problem"].get(name)
        return value

    def _number(self, name: str) -> float:
        value = self._outcome.numbers(name)[0]
        return float("nan") if value is None else value

    def _rows(self) -> list[dict[str, Any]]:
        return [_row({"quantity": name}, estimate) for name, estimate in self.estimates.items()]

    def _title(self) -> str:
        problem = ", ".join(f"{name} {value}" for name, value in self._entries[0]["problem"].items())
        return f"{self._kind}: {problem}; {self._size():,} walks, seed {self.seed}"

    def _size(self) -> int:
        return sum(len(walkers) for walkers in self.ranges)


def _row(first: dict[str, Any], estimate: Single) -> dict[str, Any]:
    fields = "value", "std_error", "low", "high", "exact", "z", "missing_z"
    return first | {name: getattr(estimate, name) for name in fields}


class FirstPassages(Base):
    """The first passages to several distances: attributes are arrays, one number for each distance.

    ``passages[i]`` is the :class:`FirstPassage` to distance i.
    """

    _kind = "first passage"
    _quantities = ("mean",)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> FirstPassage:
        return FirstPassage(_lanewalk.Outcome.from_json(json.dumps([self._entries[index]])))

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
        value, std_error, low, high, exact, error, z = (np.array(column, dtype=np.float64) for column in columns[:-1])
        return {"mean": Estimate(value, std_error, low, high, exact, error, z, tuple(columns[-1]))}

    @property
    def _main(self) -> Several:
        return self.estimates["mean"]

    @property
    def mean(self) -> Floats:
        """The estimates of E[T] in steps, by the method."""
        return self._main.value

    @property
    def std_error(self) -> Floats:
        """The standard errors of ``mean``."""
        return self._main.std_error

    @property
    def exact(self) -> Floats:
        """The exact E[T] in steps."""
        return self._main.exact

    @property
    def exact_std_dev(self) -> Floats:
        """The exact standard deviations of T in steps."""
        return np.array(self._outcome.numbers("exact_std_dev"), dtype=np.float64)

    @property
    def exact_relative_error(self) -> Floats:
        """Upper bounds on the relative errors of ``exact`` and ``exact_std_dev``."""
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
        return {"kind": "first passages", "entries": list(self._entries)}

    def _rows(self) -> list[dict[str, Any]]:
        return [row for passage in self for row in passage._rows()]

    def _title(self) -> str:
        walks = sum(len(walkers) for walkers in self.ranges)
        return f"first passages: method {self.method}; {walks:,} walks to each distance, seed {self.seed}"

    def plot(self, ax: Any = None) -> Any:
        """Draw the mean time over the distance, with its 95 % interval and the exact value. Returns the axes."""
        return _show.plot_passages(self, ax)


class FirstPassage(Result):
    """The first passage to one distance."""

    _kind = "first passage"
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
        """The estimate of E[T] in steps, by the method."""
        return self._main.value

    @property
    def exact_std_dev(self) -> float:
        """The exact standard deviation of T in steps."""
        return self._number("exact_std_dev")

    def _rows(self) -> list[dict[str, Any]]:
        first = {"distance": self.distance, "samples": self.samples}
        return [_row(first, self._main)]


def _optional_count(text: str | None) -> int | None:
    return None if text is None else int(text)


class FirstExit(Result):
    """The first exit from between two barriers, or through a single one.

    With a horizon h, ``mean`` estimates E[min(T, h)].
    """

    _kind = "first exit"

    @property
    def _quantities(self) -> tuple[str, ...]:  # type: ignore[override]
        censored = () if self.horizon is None else ("probability_censored",)
        return "mean", "mean_lower", "mean_upper", "probability_lower", "probability_upper", *censored

    @property
    def lower(self) -> float:
        """The position of the lower barrier; -inf without one."""
        return float(self._value("lower") or "-inf")

    @property
    def upper(self) -> float:
        """The position of the upper barrier; inf without one."""
        return float(self._value("upper") or "inf")

    @property
    def start(self) -> float:
        """The position of the start."""
        return float(self._value("start") or 0)

    @property
    def horizon(self) -> int | None:
        """The largest number of steps of a walk, if there is one."""
        return _optional_count(self._value("horizon"))

    @property
    def samples(self) -> int:
        """The number of walks: those that ended at a barrier, and the censored ones."""
        return self.ended_lower + self.ended_upper + self.censored

    @property
    def ended_lower(self) -> int:
        """The number of walks that ended at the lower barrier or beyond."""
        return self._sum("lower_samples")

    @property
    def ended_upper(self) -> int:
        """The number of walks that ended at the upper barrier or beyond."""
        return self._sum("upper_samples")

    @property
    def censored(self) -> int:
        """The number of walks that the horizon ended."""
        return self._sum("censored")

    @property
    def total_steps(self) -> int:
        """The exact sum of T over the walks that ended at a barrier."""
        return self._sum("lower_total_steps") + self._sum("upper_total_steps")

    @property
    def longest(self) -> int:
        """The largest T of the walks that ended at a barrier."""
        return max(self._sum("lower_longest"), self._sum("upper_longest"))

    @property
    def mean(self) -> float:
        """The estimate of E[T], or with a horizon h of E[min(T, h)], in steps."""
        return self._main.value

    @property
    def exact_std_dev(self) -> float:
        """The exact standard deviation of T in steps; ``NaN`` with a horizon."""
        return self._number("exact_std_dev")

    @property
    def probability_lower(self) -> Single:
        """The probability of an exit through the lower barrier, within the horizon if there is one."""
        return self.estimates["probability_lower"]

    @property
    def probability_upper(self) -> Single:
        """The probability of an exit through the upper barrier, within the horizon if there is one."""
        return self.estimates["probability_upper"]

    @property
    def mean_lower(self) -> Single:
        """E[T] in steps of the walks that end at the lower barrier."""
        return self.estimates["mean_lower"]

    @property
    def mean_upper(self) -> Single:
        """E[T] in steps of the walks that end at the upper barrier."""
        return self.estimates["mean_upper"]


class RegionExit(Result):
    """The first exit from a ball or a cube.

    With a horizon h, ``mean`` estimates E[min(T, h)].
    """

    _kind = "region exit"
    _quantities = ("mean", "wald_mean")

    @property
    def shape(self) -> str:
        """``"ball"`` or ``"cube"``."""
        return self._value("shape") or ""

    @property
    def dimensions(self) -> int:
        """The number of dimensions."""
        return int(self._value("dimensions") or 0)

    @property
    def radius(self) -> float:
        """The radius of the ball, or half the side of the cube, in units of the largest step of a coordinate."""
        return float(self._value("radius") or "nan")

    @property
    def horizon(self) -> int | None:
        """The largest number of steps of a walk, if there is one."""
        return _optional_count(self._value("horizon"))

    @property
    def samples(self) -> int:
        """The number of walks."""
        return self._sum("samples") + self.censored

    @property
    def censored(self) -> int:
        """The number of walks that the horizon ended."""
        return self._sum("censored")

    @property
    def total_steps(self) -> int:
        """The exact sum of T over the walks that left."""
        return self._sum("total_steps")

    @property
    def longest(self) -> int:
        """The largest T of the walks that left."""
        return self._sum("longest")

    @property
    def mean(self) -> float:
        """The estimate of E[T], or with a horizon h of E[min(T, h)], in steps."""
        return self._main.value

    @property
    def exact_std_dev(self) -> float:
        """The exact standard deviation of T in steps; ``NaN`` if it is not known."""
        return self._number("exact_std_dev")

    @property
    def wald_mean(self) -> Single:
        """E[T] by Wald's identity, 3 E[S^2] / dimensions, with a smaller error; ``NaN`` if walks are censored."""
        return self.estimates["wald_mean"]

    @property
    def wald_z(self) -> float:
        """The z-score of the mean of T - 3 S^2 / dimensions, whose exact value is 0."""
        return self._number("wald_z")

    @property
    def asymptotic(self) -> tuple[float, float]:
        """E[T] for large radii where no exact value is known, and its approximate relative error; else ``NaN``."""
        value, error = (float("nan") if number is None else number for number in self._outcome.numbers("asymptotic"))
        return value, error


class FirstReturn(Result):
    """The first return of a walk, within its horizon."""

    _kind = "first return"
    _quantities = ("probability", "mean", "mean_returned")

    @property
    def kind(self) -> str:
        """``"lattice"``, ``"ball"`` or ``"sign"``."""
        return self._value("kind") or ""

    @property
    def dimensions(self) -> int | None:
        """The number of dimensions; ``None`` for the kind sign."""
        return _optional_count(self._value("dimensions"))

    @property
    def radius(self) -> float:
        """The radius of the ball; ``NaN`` for other kinds."""
        return float(self._value("radius") or "nan")

    @property
    def horizon(self) -> int:
        """The largest number of steps of a walk."""
        return int(self._value("horizon") or 0)

    @property
    def samples(self) -> int:
        """The number of walks."""
        return self.returned + self.censored

    @property
    def returned(self) -> int:
        """The number of walks that returned within the horizon."""
        return self._sum("samples")

    @property
    def censored(self) -> int:
        """The number of walks that did not return within the horizon."""
        return self._sum("censored")

    @property
    def total_steps(self) -> int:
        """The exact sum of T over the walks that returned."""
        return self._sum("total_steps")

    @property
    def longest(self) -> int:
        """The largest T of the walks that returned."""
        return self._sum("longest")

    @property
    def probability(self) -> float:
        """The estimate of the probability of a return within the horizon."""
        return self._main.value

    @property
    def mean(self) -> Single:
        """E[min(T, h)] in steps, for the horizon h."""
        return self.estimates["mean"]

    @property
    def mean_returned(self) -> Single:
        """E[T | T <= h] in steps, for the horizon h."""
        return self.estimates["mean_returned"]

    @property
    def ever(self) -> float:
        """The exact probability of ever returning; ``NaN`` if it is not known."""
        return self._number("ever")

    @property
    def tail(self) -> float:
        """The exact probability of a return after the horizon; ``NaN`` if it is not known."""
        return self._number("tail")


class PiEstimate(Result):
    """An estimate of pi."""

    _kind = "pi"
    _quantities = ("pi",)

    @property
    def method(self) -> str:
        """The method."""
        return self._value("method") or ""

    @property
    def points(self) -> int:
        """The number of points."""
        return self._sum("points")

    @property
    def inside(self) -> int | None:
        """The number of points inside, mirror images included; ``None`` with the method conditional."""
        return None if self.method == "conditional" else self._sum("sum")

    @property
    def pi(self) -> float:
        """The estimate of pi; ``NaN`` for a single shard of the method stratified."""
        return self._main.value

    def _title(self) -> str:
        return f"{self._kind}: method {self.method}; {self.points:,} points, seed {self.seed}"


class PiBatches(PiEstimate):
    """An estimate of pi from batches of points."""

    _kind = "pi in batches"

    @property
    def batches(self) -> int:
        """The number of batches."""
        return self._sum("batches")

    @property
    def batch_points(self) -> int:
        """The number of points of each batch."""
        return int(self._value("batch_points") or 0)

    @property
    def batches_std_error(self) -> float:
        """The standard error of ``pi`` from the scatter of the batches, without a model of the points."""
        return self._number("std_error")


_KINDS: dict[str, type[Base]] = {
    "first passage": FirstPassage,
    "first exit": FirstExit,
    "region exit": RegionExit,
    "first return": FirstReturn,
    "pi": PiEstimate,
    "pi in batches": PiBatches,
}


def from_dict(parts: Mapping[str, Any]) -> Base:
    """The result with these parts, whatever its kind: see :meth:`Base.to_dict`.

    Raises
    ------
    ValueError
        The parts are not those of a result, or the sums and the walkers do not fit.
    TypeError
        ``parts`` is not a mapping.
    """
    if not isinstance(parts, Mapping):
        raise TypeError(f"parts: got {type(parts).__name__}, expected a dictionary from to_dict")
    kind = parts.get("kind")
    is_list = kind == "first passages"
    entries = parts.get("entries") if is_list else [dict(parts)]
    if not isinstance(entries, list) or not entries:
        raise ValueError("parts: expected a list of entries")
    result = FirstPassages if is_list else _KINDS.get(str(kind))
    if result is None:
        raise ValueError(f"parts: {kind!r} is not a kind of result")
    try:
        text = json.dumps(entries)
    except (TypeError, ValueError) as error:
        raise ValueError(f"parts: {error}") from None
    return result(_lanewalk.Outcome.from_json(text))
