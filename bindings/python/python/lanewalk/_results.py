"""Results of walks and of pi: estimates with exact values, merging, and the stored form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from lanewalk import _lanewalk, _show
from lanewalk._types import Floats, Stored, Value, restored

Self = TypeVar("Self", bound="Base")
Number = TypeVar("Number")
Reason = TypeVar("Reason")


@dataclass(frozen=True, eq=False)
class Estimate(Value, Generic[Number, Reason]):
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
        The exact value, if it is known and at least its first digit is certain.
    exact_relative_error
        An upper bound on the relative error of ``exact``. It includes the grid of the steps, 2^-31, which matters for
        very large distances: the walker of the library then drifts from the walk with continuous steps. From 0.5 on no
        digit is certain, and ``exact`` is ``NaN``.
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


SEVERAL = "first passages"
"""The kind of a stored list of first passages."""


class Base(Stored):
    """What all results have in common. Results are immutable: the functions of the package make them.

    Results are equal if their problems, methods, walkers, seeds and exact sums are.
    """

    _kinds: ClassVar[dict[str, type[Base]]] = {}
    _quantities: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, kind: str | None = None) -> None:
        """``kind`` is the kind of the result in its stored form."""
        if kind is not None:
            Base._kinds[kind] = cls

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
        """A hash of the exact sums, 16 hexadecimal digits. Methods that give the same sums give the same digest."""
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
        TypeError
            ``other`` is another kind of result.
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

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return restored, (from_dict, self.to_dict())

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
        return MappingProxyType({name: Estimate(*self._outcome.estimates(name)[0]) for name in self._quantities})

    @cached_property
    def _main(self) -> Single:
        return Estimate(*self._outcome.estimates(self._quantities[0])[0])

    @property
    def std_error(self) -> float:
        """The standard error of the main estimate; ``NaN`` if the samples are too few."""
        return self._main.std_error

    @property
    def exact(self) -> float:
        """The exact value of the main estimate; ``NaN`` if it is not known, or if no digit of it is certain."""
        return self._main.exact

    @property
    def exact_relative_error(self) -> float:
        """An upper bound on the relative error of ``exact``: see :class:`Estimate`."""
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
        return [row_of({"quantity": name}, estimate) for name, estimate in self.estimates.items()]

    def _title(self) -> str:
        problem = ", ".join(f"{name} {value}" for name, value in self._entries[0]["problem"].items())
        return f"{self._entries[0]['kind']}: {problem}; {self._size():,} walks, seed {self.seed}"

    def _size(self) -> int:
        return sum(len(walkers) for walkers in self.ranges)


def row_of(first: dict[str, Any], estimate: Single) -> dict[str, Any]:
    fields = "value", "std_error", "low", "high", "exact", "z", "missing_z"
    return first | {name: getattr(estimate, name) for name in fields}


def check_list(entries: list[Any]) -> None:
    """Check that these are the first passages of one run: of the same walkers, by the same method."""
    if any(not isinstance(entry, Mapping) or entry.get("kind") != "first passage" for entry in entries):
        raise ValueError("parts: expected entries of the kind 'first passage'")

    def run(entry: Mapping[str, Any]) -> tuple[Any, ...]:
        problem = entry.get("problem")
        method = problem.get("method") if isinstance(problem, Mapping) else None
        return method, problem.keys() if isinstance(problem, Mapping) else None, entry.get("ranges")

    if any(run(entry) != run(entries[0]) for entry in entries):
        raise ValueError("parts: the entries belong to different methods or walkers")


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
    is_list = kind == SEVERAL
    entries = parts.get("entries") if is_list else [dict(parts)]
    if not isinstance(entries, list) or not entries:
        raise ValueError("parts: expected a list of entries")
    if is_list:
        check_list(entries)
    result = Base._kinds.get(str(kind))
    if result is None:
        raise ValueError(f"parts: {kind!r} is not a kind of result")
    try:
        text = json.dumps(entries)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"parts: {error}") from None
    return result(_lanewalk.Outcome.from_json(text))
