"""Laws of parallel time: the limits of a run on several workers, and fits of laws to timings.

>>> from lanewalk import model
>>> law = model.Amdahl(serial=100, parallel=10_000)
>>> law.speedup([1, 100]), law.limit
(array([ 1. , 50.5]), 101.0)
>>> fit = model.fit(model.Amdahl, workers=[1, 2, 4, 15], seconds=[32.0, 15.7, 9.6, 5.9])
>>> serial = fit["serial"]
>>> print(f"serial part {serial.value:.2f} s, 95 % interval {serial.low:.2f} to {serial.high:.2f} s")
serial part 3.97 s, 95 % interval 1.42 to 6.51 s
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, overload

import numpy as np

from lanewalk import _lanewalk, _show
from lanewalk._lanewalk import NotIdentifiable
from lanewalk._types import Count, Floats, Real, Reals, Stored, Value, restored, same

__all__ = [
    "Amdahl",
    "Comparison",
    "CriticalPath",
    "Fit",
    "Gustafson",
    "Law",
    "NotIdentifiable",
    "Parameter",
    "Usl",
    "compare",
    "fit",
    "karp_flatt",
]


class _Curve:
    """Functions of the number of workers, which is a number or an array."""

    _law: _lanewalk.Law

    def _evaluate(self, function: str, workers: Real | Reals) -> Any:
        return self._law.evaluate(function, workers)

    @overload
    def time(self, workers: Real) -> float: ...
    @overload
    def time(self, workers: Reals) -> Floats: ...
    def time(self, workers: Real | Reals) -> float | Floats:
        """The seconds for the work of one worker."""
        values: float | Floats = self._evaluate("time", workers)
        return values

    @overload
    def speedup(self, workers: Real) -> float: ...
    @overload
    def speedup(self, workers: Reals) -> Floats: ...
    def speedup(self, workers: Real | Reals) -> float | Floats:
        """time(1) / time(w)."""
        values: float | Floats = self._evaluate("speedup", workers)
        return values

    @overload
    def efficiency(self, workers: Real) -> float: ...
    @overload
    def efficiency(self, workers: Reals) -> Floats: ...
    def efficiency(self, workers: Real | Reals) -> float | Floats:
        """speedup(w) / w."""
        values: float | Floats = self._evaluate("efficiency", workers)
        return values


class Law(Stored, _Curve):
    """A law of parallel time with given parameters, which cannot change.

    Raises
    ------
    ValueError, TypeError
        A parameter is invalid: the message starts with its name.
    """

    _name: ClassVar[str]
    _fields: ClassVar[tuple[str, ...]]

    def _make(self, *parameters: Real) -> None:
        first, second, *third = parameters
        law = _lanewalk.Law(self._name, first, second, third[0] if third else None)
        values = [float(value) for value in parameters]
        vars(self).update(zip(self._fields, values, strict=True), _law=law)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: a law cannot change")

    def _parameters(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return restored, (type(self), *self._parameters())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Law):
            return NotImplemented
        return type(other) is type(self) and other._parameters() == self._parameters()

    def __hash__(self) -> int:
        return hash((type(self), self._parameters()))

    def __repr__(self) -> str:
        parameters = ", ".join(f"{name}={getattr(self, name):.6g}" for name in self._fields)
        return f"{type(self).__name__}({parameters})"


class Amdahl(Law):
    """Amdahl's law: serial + parallel / w seconds."""

    _name = "amdahl"
    _fields = "serial", "parallel"
    serial: float
    parallel: float

    def __init__(self, serial: Real, parallel: Real) -> None:
        self._make(serial, parallel)

    @property
    def limit(self) -> float:
        """The limit of the speedup for any number of workers."""
        return self._law.number("limit", None)

    def workers_for(self, efficiency: Real) -> float:
        """The largest number of whole workers that still has this efficiency."""
        return self._law.number("workers_for", efficiency)


class Gustafson(Law):
    """Gustafson's law: 1 / (rate (s + (1 - s) w)) seconds for a unit of work, with the serial fraction s."""

    _name = "gustafson"
    _fields = "rate", "serial_fraction"
    rate: float
    serial_fraction: float

    def __init__(self, rate: Real, serial_fraction: Real) -> None:
        self._make(rate, serial_fraction)

    def throughput(self, workers: Real) -> float:
        """The work in a second."""
        return self._law.number("throughput", workers)


class CriticalPath(Law):
    """Work and span: max(work / w, span) seconds."""

    _name = "critical path"
    _fields = "work", "span"
    work: float
    span: float

    def __init__(self, work: Real, span: Real) -> None:
        self._make(work, span)

    def bounds(self, workers: Real) -> tuple[float, float]:
        """Graham's bounds on the seconds of any schedule that leaves no worker idle while a task waits."""
        return self._law.number("lower_bound", workers), self._law.number("upper_bound", workers)


class Usl(Law):
    """The universal scalability law: (1 + contention (w - 1) + coherency w (w - 1)) / (rate w) seconds."""

    _name = "usl"
    _fields = "rate", "contention", "coherency"
    rate: float
    contention: float
    coherency: float

    def __init__(self, rate: Real, contention: Real, coherency: Real) -> None:
        self._make(rate, contention, coherency)

    @property
    def peak(self) -> float:
        """The fastest number of workers."""
        return self._law.number("peak", None)

    def throughput(self, workers: Real) -> float:
        """The work in a second."""
        return self._law.number("throughput", workers)


L = TypeVar("L", bound=Law)


class Parameter(NamedTuple):
    """A fitted parameter with its 95 % interval."""

    name: str
    unit: str
    value: float
    low: float
    high: float


class Fit(Stored, _Curve, Generic[L]):
    """A law that was fitted to timings. Two fits are equal if their laws and their timings are.

    Attributes
    ----------
    law
        The law with the fitted parameters.
    parameters
        The parameters with their 95 % intervals, by name; ``fit["serial"]`` is short for ``fit.parameters["serial"]``.
    degrees_of_freedom
        The number of timings minus the number of parameters.
    residuals
        measured / predicted - 1 of each timing, in their order.
    relative_residual
        The root mean square of ``residuals``.
    is_exact
        Whether the law meets every timing up to rounding. Its intervals then have no meaning.
    """

    def __init__(self, law: type[L], workers: Reals, seconds: Reals, work: Reals | None) -> None:
        if not (isinstance(law, type) and issubclass(law, Law) and law is not Law):
            raise TypeError(f"law: got {law!r}, expected a class such as Amdahl")
        self._law = _lanewalk.Law.fit(law._name, workers, seconds, work)
        # Copies, because the caller may change the arrays.
        amounts = None if work is None else np.array(work, dtype=np.float64)
        self._timings = np.array(workers, dtype=np.float64), np.array(seconds, dtype=np.float64), amounts
        parameters = [Parameter(*row) for row in self._law.parameters()]
        self.parameters: dict[str, Parameter] = {each.name: each for each in parameters}
        values = {name: self.parameters[name].value for name in law._fields if name in self.parameters}
        self.law: L = law(**values)
        self.degrees_of_freedom, self.residuals, self.relative_residual, self.is_exact = self._law.residuals()

    def __getitem__(self, name: str) -> Parameter:
        return self.parameters[name]

    def time_band(self, workers: Reals) -> tuple[Floats, Floats]:
        """The 95 % prediction interval of a further measurement on each of these numbers of workers, in seconds."""
        return self._evaluate("low", workers), self._evaluate("high", workers)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return restored, (type(self), type(self.law), *self._timings)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fit):
            return NotImplemented
        return type(self.law) is type(other.law) and same(self._timings, other._timings)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        rows = (f"  {p.name} = {p.value:.6g} {p.unit} ({p.low:.6g} to {p.high:.6g})" for p in self.parameters.values())
        return "\n".join([f"<Fit> {type(self.law).__name__}, relative residual {self.relative_residual:.2g}", *rows])

    def _repr_html_(self) -> str:
        title = f"{type(self.law).__name__}, relative residual {self.relative_residual:.2g}"
        return _show.html(title, [parameter._asdict() for parameter in self.parameters.values()])

    def plot(self, ax: Any = None) -> Any:
        """Draw the timings, the law and its 95 % prediction interval. Returns the axes of matplotlib."""
        ax = _show.axes(ax)
        workers, seconds, work = self._timings
        curve = np.linspace(workers.min(), workers.max(), 200)
        low, high = self.time_band(curve)
        amount = 1.0 if work is None else work
        ax.plot(workers, seconds / amount, "o", label="measured")
        ax.plot(curve, self.time(curve), label=type(self.law).__name__)
        ax.fill_between(curve, low, high, alpha=0.3, label="95 % prediction")
        ax.set_xlabel("workers")
        ax.set_ylabel("seconds for a unit of work")
        ax.legend()
        return ax


def fit(law: type[L], workers: Reals, seconds: Reals, work: Reals | None = None) -> Fit[L]:
    """Fit a law to timings, by least squares of relative residuals.

    Parameters
    ----------
    law
        :class:`Amdahl`, :class:`Gustafson`, :class:`CriticalPath` or :class:`Usl`.
    workers, seconds
        The numbers of workers and the measured seconds, of equal length.
    work
        The amount of work of each timing, relative to one worker's, for weak scaling. By default, 1.

    Raises
    ------
    NotIdentifiable
        The timings do not identify the law; the message says why. It is a ``ValueError``.
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    """
    return Fit(law, workers, seconds, work)


@dataclass(frozen=True)
class Comparison(Value):
    """Which laws the timings contradict."""

    possible: tuple[str, ...]
    """The laws that the timings do not contradict, the simplest first."""
    contradicted: tuple[str, ...]
    """The laws that the timings contradict."""
    best: str | None
    """The only law that is left, if it was compared with another one."""
    has_coherency: bool | None
    """Whether the coherency of the universal scalability law is significant; ``None`` if that is not known."""
    text: str
    """The comparison in words."""

    def __str__(self) -> str:
        return self.text


def compare(workers: Reals, seconds: Reals, work: Reals | None = None) -> Comparison:
    """Compare all laws that can be fitted to these timings: see :func:`fit` for the arguments and the errors.

    Examples
    --------
    >>> from lanewalk import model
    >>> print(model.compare([1, 2, 3, 4, 6, 8], [32.8, 17.8, 13.5, 11.4, 10.1, 9.75]))
    best: universal scalability: its coherency is above 0; contradicted: Amdahl, Gustafson, critical path
    """
    possible, contradicted, best, has_coherency, text = _lanewalk.compare(workers, seconds, work)
    return Comparison(tuple(possible), tuple(contradicted), best, has_coherency, text)


def karp_flatt(speedup: Real, workers: Count) -> float:
    """The serial fraction of Karp and Flatt, (1 / speedup - 1 / w) / (1 - 1 / w), for at least two workers.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.

    Examples
    --------
    >>> from lanewalk import model
    >>> round(model.karp_flatt(2.0, 101), 3)
    0.495
    """
    return _lanewalk.karp_flatt(speedup, workers)
