"""Distributions of T, counted in a sample or exact."""

from __future__ import annotations

from functools import cached_property
from typing import Any, overload

import numpy as np

from lanewalk import _lanewalk, _results, _show
from lanewalk._types import Count, Floats, Real, Reals, Stored, Times, restored


class Distribution:
    """A distribution of T, a number of steps.

    T may be infinite, as for a lattice walk that never returns. A distribution may be known only up to a horizon;
    beyond it, probabilities are ``NaN``. Every function takes one number of steps, or an array of them, and raises
    ``ValueError`` or ``TypeError`` for an invalid one.
    """

    @property
    def _distribution(self) -> _lanewalk.Distribution:
        raise NotImplementedError

    def _evaluate(self, function: str, steps: Count | Reals) -> Any:
        return self._distribution.evaluate(function, steps)

    @overload
    def sf(self, steps: Count) -> float: ...
    @overload
    def sf(self, steps: Reals) -> Floats: ...
    def sf(self, steps: Count | Reals) -> float | Floats:
        """The survival function P(T > n) for n = ``steps``."""
        values: float | Floats = self._evaluate("sf", steps)
        return values

    @overload
    def cdf(self, steps: Count) -> float: ...
    @overload
    def cdf(self, steps: Reals) -> Floats: ...
    def cdf(self, steps: Count | Reals) -> float | Floats:
        """The cumulative distribution function P(T <= n) for n = ``steps``."""
        values: float | Floats = self._evaluate("cdf", steps)
        return values

    @overload
    def pmf(self, steps: Count) -> float: ...
    @overload
    def pmf(self, steps: Reals) -> Floats: ...
    def pmf(self, steps: Count | Reals) -> float | Floats:
        """The probability mass P(T = n) for n = ``steps``."""
        values: float | Floats = self._evaluate("pmf", steps)
        return values

    @overload
    def mean_until(self, steps: Count) -> float: ...
    @overload
    def mean_until(self, steps: Reals) -> Floats: ...
    def mean_until(self, steps: Count | Reals) -> float | Floats:
        """E[min(T, h)] in steps, for h = ``steps``."""
        values: float | Floats = self._evaluate("mean_until", steps)
        return values

    @overload
    def quantile(self, q: Real) -> float: ...
    @overload
    def quantile(self, q: Reals) -> Floats: ...
    def quantile(self, q: Real | Reals) -> float | Floats:
        """The quantile in steps: the smallest n with P(T <= n) >= ``q``; ``inf`` if it is beyond the horizon.

        Raises
        ------
        ValueError
            A ``q`` is not above 0 and below 1. ``TypeError`` if it is not a number.
        """
        values, is_scalar = self._distribution.quantiles(q)
        numbers = [np.inf if value is None else float(value) for value in values]
        return numbers[0] if is_scalar else np.array(numbers)

    @property
    def mean(self) -> float:
        """E[T] in steps; ``inf`` if it is infinite or unknown."""
        mean = self._distribution.mean()
        return float("inf") if mean is None else mean

    @property
    def horizon(self) -> int | None:
        """The number of steps up to which the distribution is known; ``None`` if there is no limit."""
        return self._distribution.horizon()


class ExactDistribution(Stored, Distribution):
    """An exact distribution of T. The functions of :mod:`lanewalk.exact` make them.

    Two of them are equal if their problems are.
    """

    def __init__(self, distribution: _lanewalk.Distribution, function: str, arguments: dict[str, Any]) -> None:
        self.__distribution = distribution
        self.__made_by = function, arguments

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        from lanewalk import exact

        function, arguments = self.__made_by
        return restored, (exact._restored, function, dict(arguments))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExactDistribution):
            return NotImplemented
        return self.__made_by == other.__made_by

    def __hash__(self) -> int:
        function, arguments = self.__made_by
        return hash((function, *arguments.items()))

    def __repr__(self) -> str:
        function, arguments = self.__made_by
        given = (f"{name}={value!r}" for name, value in arguments.items() if value is not None)
        return f"<ExactDistribution> {function}({', '.join(given)})"

    @property
    def _distribution(self) -> _lanewalk.Distribution:
        return self.__distribution

    def plot(self, ax: Any = None, points: int = 200) -> Any:
        """Draw P(T > n) up to the quantile 0.999. Returns the axes of matplotlib."""
        end = self.quantile(0.999)
        end = end if np.isfinite(end) else float(self.horizon or 1)
        steps = np.unique(np.linspace(0, end, points).astype(np.uint64))
        return _show.plot_survival(steps, self.sf(steps), ax, label="exact")


class TimeDistribution(_results.Base, Distribution, kind="time distribution"):
    """The number of walks for each T: a sample of a distribution.

    It merges with the distribution of other walkers, as all results do.
    """


    @cached_property
    def _distribution(self) -> _lanewalk.Distribution:
        return self._outcome.distribution()

    @property
    def samples(self) -> int:
        """The number of walks."""
        return self._distribution.samples()[0]

    @property
    def censored(self) -> int:
        """The number of walks that the horizon ended."""
        return self._distribution.samples()[1]

    @property
    def times(self) -> Times:
        """The different T, ascending, in steps."""
        return self._distribution.counts()[0]

    @property
    def walks(self) -> Times:
        """The number of walks for each of ``times``."""
        return self._distribution.counts()[1]

    def quantile_interval(self, q: Real) -> tuple[float, float]:
        """The 95 % interval of a quantile in steps. ``NaN`` if there are too few walks, ``inf`` beyond the horizon.

        Raises
        ------
        ValueError, TypeError
            ``q`` is not a number above 0 and below 1.
        """
        interval = self._distribution.quantile_interval(q)
        if interval is None:
            return float("nan"), float("nan")
        low, high = (float("inf") if end is None else float(end) for end in interval)
        return low, high

    def band(self, level: Real = 0.95) -> float:
        """Half the width of the band around ``sf`` that contains the whole exact curve with probability ``level``.

        Raises
        ------
        ValueError, TypeError
            ``level`` is not a number above 0 and below 1.
        """
        return self._distribution.band(level)

    def _title(self) -> str:
        return f"time distribution: {self.samples:,} walks, {self.censored:,} censored, seed {self.seed}"

    def _rows(self) -> list[dict[str, Any]]:
        return [{"times": int(t), "walks": int(n)} for t, n in zip(self.times, self.walks, strict=True)]

    def __repr__(self) -> str:
        return f"<TimeDistribution> {self._title()}"

    def _repr_html_(self) -> str:
        rows = [{"q": q, "quantile (steps)": self.quantile(q)} for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
        return _show.html(self._title(), rows)

    def plot(self, ax: Any = None) -> Any:
        """Draw P(T > n) with its 95 % band. Returns the axes of matplotlib."""
        times = self.times
        survival, band = self.sf(times), self.band()
        ax = _show.plot_survival(times, survival, ax, label=f"{self.samples:,} walks")
        low, high = np.clip(survival - band, 0, 1), np.clip(survival + band, 0, 1)
        ax.fill_between(times, low, high, step="post", alpha=0.3, label="95 % band")
        ax.legend()
        return ax
