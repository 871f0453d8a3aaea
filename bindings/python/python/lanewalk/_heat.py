"""The heat equation on a rod."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lanewalk import _lanewalk, _progress, _show
from lanewalk._types import (
    Count,
    Floats,
    Isa,
    Layer,
    Pin,
    Progress,
    Real,
    Reals,
    RodMethod,
    Stored,
    fixed,
    restored,
    same,
)


class Timings(NamedTuple):
    """The seconds that a sub-domain spent in each part of the work."""

    arithmetic: float
    """The seconds of updating points."""
    exchange: float
    """The seconds of copying the points that neighbours exchange."""
    waiting: float
    """The seconds of waiting for a neighbour."""
    exchanges: int
    """The number of exchanges."""


class Evolution(Stored):
    """The field of a rod after its steps.

    Two evolutions are equal if their fields are, to the last bit.
    """

    def __init__(self, evolution: _lanewalk.Evolution, rod: _lanewalk._RodArguments) -> None:
        self._evolution = evolution
        self.points, self.spacing, self.time_step, self.ratio, self.steps = evolution.grid()
        # The arguments, without the initial field, which the evolution has.
        _, _, _, *others = rod
        self._others = tuple(others)

    @cached_property
    def field(self) -> Floats:
        """The field at every point, the ends included: a read-only array of float64 of the shape (points,)."""
        return fixed(self._evolution.field())

    @cached_property
    def x(self) -> Floats:
        """The coordinates of the points, 0 to pi."""
        return fixed(np.arange(self.points, dtype=np.float64) * self.spacing)

    @cached_property
    def digest(self) -> str:
        """A hash of the bits of the field, 16 hexadecimal digits."""
        return self._evolution.digest()

    @cached_property
    def eigenvalue(self) -> float:
        """lambda in d2f/dx2 = -lambda f, computed from the field; ``NaN`` for a field of zeros."""
        return self._evolution.eigenvalues()[0]

    @cached_property
    def exact_eigenvalue(self) -> float:
        """The eigenvalue of the mode k of the start, or of mode 1, on these points: 4 sin^2(k h / 2) / h^2."""
        return self._evolution.eigenvalues()[1]

    @cached_property
    def max_error(self) -> float:
        """The largest distance between the scaled field and sin(k x)."""
        return self._error("sine")

    @cached_property
    def rounding_error(self) -> float:
        """The largest distance between the field and the exact solution of the discrete equations."""
        return self._error("rounding")

    @cached_property
    def continuum_error(self) -> float:
        """The largest distance between the field and the solution of the heat equation; ``NaN`` if not computed."""
        return self._error("continuum")

    @cached_property
    def timings(self) -> tuple[Timings, ...]:
        """The seconds of each sub-domain."""
        return tuple(Timings(*times) for times in self._evolution.timings())

    def _error(self, of: str) -> float:
        error = self._evolution.error(of, _progress.how())
        return float("nan") if error is None else error

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        rod = self.points, self._evolution.start(), self.steps, *self._others
        return restored, (_evolution, rod, self.field, [tuple(times) for times in self.timings])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Evolution):
            return NotImplemented
        return self.steps == other.steps and self.time_step == other.time_step and self.digest == other.digest

    __hash__ = None  # type: ignore[assignment]

    def _rows(self) -> list[dict[str, Any]]:
        names = "points", "steps", "time_step", "eigenvalue", "exact_eigenvalue", "max_error", "rounding_error"
        return [{"quantity": name, "value": getattr(self, name)} for name in names]

    def __repr__(self) -> str:
        grid = f"{self.points} points, {self.steps} steps of {self.time_step:.4g}"
        return f"<Evolution> {grid}, eigenvalue {self.eigenvalue:.6g}, digest {self.digest}"

    def _repr_html_(self) -> str:
        return _show.html(f"heat equation, digest {self.digest}", self._rows())

    def to_pandas(self) -> Any:
        """The field as a ``pandas.DataFrame`` with the columns x and field."""
        return _show.pandas([{"x": float(x), "field": float(f)} for x, f in zip(self.x, self.field, strict=True)])

    def plot(self, ax: Any = None) -> Any:
        """Draw the field over x. Returns the axes of matplotlib."""
        ax = _show.axes(ax)
        ax.plot(self.x, self.field, label=f"{self.steps} steps")
        ax.set_xlabel("x")
        ax.set_ylabel("field")
        return ax


def _evolution(rod: _lanewalk._RodArguments, field: Floats, timings: list[Any]) -> Evolution:
    """The evolution of a rod that pickle stored."""
    return Evolution(_lanewalk.Evolution.restored(rod, field, timings), rod)


def heat(
    points: Count | None = None,
    *,
    start: Reals | None = None,
    mode: Count | None = None,
    steps: Count | None = None,
    time_step: Real | None = None,
    method: RodMethod = "stepping",
    domains: Count | None = None,
    halo: Count | None = None,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Evolution:
    """Solve the heat equation df/dt = d2f/dx2 on a rod from 0 to pi whose ends keep their values.

    Parameters
    ----------
    points
        The number of points, the ends included; 51 by default, or the number of values in ``start``.
    start
        The initial field, one number for each point. By default, x (pi - x) / (0.25 pi^2).
    mode
        Start from sin(k x) for k = ``mode`` instead.
    steps
        The number of time steps. By default, a time of 5.
    time_step
        The time step, at most h^2 / 2 for the spacing h of the points. By default, 0.4 h^2.
    method
        ``"stepping"``, or ``"spectral"`` for all steps at once: within 1e-13, but not the same bits.
    domains, halo
        The number of sub-domains, and the number of points that neighbours exchange. They change no bit. Not with the
        method ``"spectral"``, which also has no ``threads``, ``layer``, ``isa`` and ``pin``.
    threads, layer, isa, pin, progress
        As for :func:`first_passage`. Progress is in updates of points.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The field cannot be allocated.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> evolution = lanewalk.heat(51)
    >>> evolution.steps, evolution.field.shape
    (3166, (51,))
    >>> print(f"{evolution.eigenvalue:.6f}, exactly {evolution.exact_eigenvalue:.6f}")
    0.999671, exactly 0.999671
    """
    if method == "spectral":
        given = {"domains": domains, "halo": halo, "threads": threads, "layer": layer, "isa": isa, "pin": pin}
        for name in (name for name, value in given.items() if value is not None):
            raise ValueError(f"{name}: cannot be used with the method 'spectral'")
    rod = points, start, steps, time_step, mode, method, domains, halo
    return Evolution(_lanewalk.evolve(rod, _progress.how(threads, layer, isa, pin, progress)), rod)


def heat_step(
    field: Floats,
    steps: Count = 1,
    *,
    time_step: Real | None = None,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> None:
    """Take steps of the heat equation in place.

    Parameters
    ----------
    field
        The field, an array of float64 of one dimension, C-contiguous and writable. After an error it is unchanged.
    steps
        The number of steps.
    time_step, threads, layer, isa, pin, progress
        As for :func:`heat`.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The copies of the field cannot be allocated.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk, numpy
    >>> field = numpy.zeros(101)
    >>> field[0] = 1.0  # one end is held at 1
    >>> lanewalk.heat_step(field, 10_000)
    >>> print(f"{field[50]:.3f}")
    0.488
    """
    _lanewalk.heat_step(field, steps, time_step, _progress.how(threads, layer, isa, pin, progress))


class Rod(Stored):
    """A rod that steps on in several calls, with the bits of :func:`heat` for any split of the steps.

    A call on the thread that made the rod can be interrupted. After that, assign a new ``field`` before further steps.

    Two rods are equal if their time steps, their steps so far and their fields are. A copy of a rod, by ``copy`` or by
    ``pickle``, continues with the same bits if both ends are held at 0, and otherwise within rounding errors.

    Parameters
    ----------
    points, start, mode, time_step, domains, halo, threads, layer, isa, pin
        As for :func:`heat`.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The field cannot be allocated.
    RuntimeError
        A method needs the field after an interrupted step.

    Examples
    --------
    >>> import lanewalk
    >>> rod = lanewalk.Rod(51)
    >>> rod.advance(3000)
    >>> rod.advance(166)
    >>> bool((rod.field == lanewalk.heat(51).field).all())
    True
    """

    def __init__(
        self,
        points: Count | None = None,
        *,
        start: Reals | None = None,
        mode: Count | None = None,
        time_step: Real | None = None,
        domains: Count | None = None,
        halo: Count | None = None,
        threads: Count | None = None,
        layer: Layer | None = None,
        isa: Isa | None = None,
        pin: Pin | None = None,
    ) -> None:
        rod = points, start, None, time_step, mode, "stepping", domains, halo
        self._stepper = _lanewalk.Stepper(rod, _progress.how(threads, layer, isa, pin))
        self.points, self.spacing, self.time_step, self.ratio, _ = self._stepper.grid()
        # For copies: the arguments besides the field, and the steps of the original.
        self._others: dict[str, Any] = {"time_step": time_step, "domains": domains, "halo": halo}
        self._others.update(threads=threads, layer=layer, isa=isa, pin=pin)
        self._earlier = 0

    @property
    def steps(self) -> int:
        """The number of steps so far."""
        return self._earlier + self._stepper.steps()

    @property
    def x(self) -> Floats:
        """The coordinates of the points, 0 to pi."""
        return np.arange(self.points, dtype=np.float64) * self.spacing

    def advance(self, steps: Count = 1) -> None:
        """Take more steps."""
        self._stepper.advance(steps)

    @property
    def field(self) -> Floats:
        """A copy of the field. Assigning to it replaces the field; the ends must keep their values."""
        return self._stepper.field(None)

    @field.setter
    def field(self, field: Reals) -> None:
        self._stepper.set_field(field)

    def copy_field(self, out: Floats) -> Floats:
        """Copy the field into ``out``, an array of float64 of the shape (points,), and return it."""
        if out is None:
            raise TypeError("out: got NoneType, expected a NumPy array")
        return self._stepper.field(out)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return restored, (_rod, self.field, self.steps, self._others)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rod):
            return NotImplemented
        if other is self:
            return True
        return (self.steps, self.time_step) == (other.steps, other.time_step) and same(self.field, other.field)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Rod> {self.points} points, {self.steps} steps of {self.time_step:.4g}"


def _rod(field: Floats, steps: int, others: dict[str, Any]) -> Rod:
    """The rod that pickle stored."""
    rod = Rod(start=field, **others)
    rod._earlier = _lanewalk.count(steps, "steps")
    return rod
