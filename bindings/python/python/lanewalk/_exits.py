"""Results of walks that leave an interval or a region, or return."""

from __future__ import annotations

from lanewalk._results import Result, Single


def _optional_count(text: str | None) -> int | None:
    return None if text is None else int(text)


class FirstExit(Result, kind="first exit"):
    """The first exit from between two barriers, or through a single one.

    With a horizon h, ``mean`` estimates E[min(T, h)].
    """


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


class RegionExit(Result, kind="region exit"):
    """The first exit from a ball or a cube.

    With a horizon h, ``mean`` estimates E[min(T, h)].
    """

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


class FirstReturn(Result, kind="first return"):
    """The first return of a walk, within its horizon."""

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
