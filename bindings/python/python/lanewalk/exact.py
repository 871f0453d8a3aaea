"""Exact values, without sampling.

Each function takes the arguments of the function of the same name in ``lanewalk`` that define the problem. A value that
is not known is ``NaN``, and a distribution that is not known is ``None``.

``relative_error`` is an upper bound. The library takes steps on a grid of 2^-31, whose mean is not quite 0; for very
large distances, the walker drifts from the walk with continuous steps that these values describe. If the bound is 0.5
or more, no digit of a value is certain, and the value is ``NaN``. A distribution has the error of its moments.

>>> from lanewalk import exact
>>> round(exact.first_passage(10).mean, 6)
318.293458
>>> round(exact.first_return("lattice", dimensions=3).ever, 10)
0.3405373296
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar, cast, overload

import numpy as np

from lanewalk import _lanewalk, _progress
from lanewalk._distributions import ExactDistribution
from lanewalk._types import Count, Floats, Kind, Real, Reals, same

__all__ = [
    "ExitMoments",
    "Moments",
    "MomentArrays",
    "ReturnProbabilities",
    "first_exit",
    "first_exit_distribution",
    "first_passage",
    "first_passage_distribution",
    "first_return",
    "first_return_distribution",
    "in_ball",
    "in_ball_distribution",
    "in_cube",
    "in_cube_distribution",
]

# The exact values do not depend on the walkers.
_ANY = None, None, 1


class Moments(NamedTuple):
    """The moments of T."""

    mean: float
    """E[T] in steps."""
    std_dev: float
    """The standard deviation of T in steps."""
    relative_error: float
    """An upper bound on the relative error of both. From 0.5 on, both are ``NaN``."""


class MomentArrays(NamedTuple):
    """The moments of T for several distances, as arrays."""

    mean: Floats
    """E[T] in steps."""
    std_dev: Floats
    """The standard deviations of T in steps."""
    relative_error: Floats
    """Upper bounds on the relative errors of both. From 0.5 on, both are ``NaN``."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and same(tuple(self), tuple(other))

    def __ne__(self, other: object) -> bool:
        return not self == other


class ExitMoments(NamedTuple):
    """The exit from between two barriers."""

    mean: float
    """E[T] in steps."""
    std_dev: float
    """The standard deviation of T in steps."""
    relative_error: float
    """An upper bound on the relative error of these values. From 0.5 on, they are ``NaN``."""
    probability_lower: float
    """The probability of an exit through the lower barrier."""
    probability_upper: float
    """The probability of an exit through the upper barrier."""
    mean_lower: float
    """E[T] in steps of the walks that end at the lower barrier."""
    mean_upper: float
    """E[T] in steps of the walks that end at the upper barrier."""


class ReturnProbabilities(NamedTuple):
    """The return of a walk, with the horizon h."""

    probability: float
    """P(T <= h)."""
    tail: float
    """P(h < T < infinity)."""
    mean: float
    """E[min(T, h)] in steps."""
    mean_returned: float
    """E[T | T <= h] in steps."""
    ever: float
    """The probability of ever returning."""


T = TypeVar("T", Moments, ExitMoments, ReturnProbabilities)


def _values(kind: type[T], walk: _lanewalk.Walk) -> T:
    values = walk.exact_values(_progress.how())[0]
    return kind._make(values or [float("nan")] * len(kind._fields))


def _distribution(walk: _lanewalk.Walk, function: str, **arguments: Any) -> ExactDistribution | None:
    distribution = walk.exact(_progress.how())
    return None if distribution is None else ExactDistribution(distribution, function, arguments)


def _restored(function: str, arguments: dict[str, Any]) -> ExactDistribution:
    """The distribution that one of the functions below makes of these arguments."""
    if not str(function).endswith("_distribution") or function not in __all__:
        raise ValueError(f"state: {function!r} makes no exact distribution")
    distribution = globals()[function](**arguments)
    if not isinstance(distribution, ExactDistribution):
        raise ValueError("state: the exact distribution of this problem is not known")
    return distribution


@overload
def first_passage(distances: Real) -> Moments: ...
@overload
def first_passage(distances: Reals) -> MomentArrays: ...
def first_passage(distances: Real | Reals) -> Moments | MomentArrays:
    """The exact moments of T to a distance, or to each of several ones: see :func:`lanewalk.first_passage`.

    The mean solves m(x) = 1 + 1/2 * integral of m(u) du over [x - 1, x + 1] within the barriers.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name. So it is for every function of this module.
    """
    walk = _lanewalk.distances(distances, "exact", False, _ANY)
    if walk.is_scalar:
        return _values(Moments, walk)
    columns: Any = zip(*cast("list[list[float]]", walk.exact_values(_progress.how())), strict=True)
    return MomentArrays(*(np.array(column, dtype=np.float64) for column in columns))


def first_exit(lower: Real, upper: Real, *, start: Real = 0.0) -> ExitMoments:
    """The exact probabilities and moments of an exit: see :func:`first_passage` and :func:`lanewalk.first_exit`."""
    return _values(ExitMoments, _lanewalk.barriers(lower, upper, start, None, _ANY))


def in_ball(radius: Real, *, dimensions: Count = 2) -> Moments:
    """The exact moments of T in a ball: known in one dimension, and for radii up to 1/2.

    See :func:`first_passage` and :func:`lanewalk.in_ball`.
    """
    return _values(Moments, _lanewalk.region("ball", radius, dimensions, None, _ANY))


def in_cube(radius: Real, *, dimensions: Count = 2) -> Moments:
    """The exact moments of T in a cube: see :func:`first_passage` and :func:`lanewalk.in_cube`."""
    return _values(Moments, _lanewalk.region("cube", radius, dimensions, None, _ANY))


def first_return(
    kind: Kind = "lattice", *, dimensions: Count | None = None, radius: Real | None = None, horizon: Count = 10_000
) -> ReturnProbabilities:
    """The exact probabilities of a return: see :func:`first_passage` and :func:`lanewalk.first_return`.

    On a lattice this takes up to a second.
    """
    return _values(ReturnProbabilities, _lanewalk.returning(kind, dimensions, radius, horizon, _ANY))


def first_passage_distribution(distance: Real) -> ExactDistribution:
    """The exact distribution of T to a distance: see :func:`first_passage`."""
    walk = _lanewalk.distance(distance, _ANY)
    return cast(ExactDistribution, _distribution(walk, "first_passage_distribution", distance=float(distance)))


def first_exit_distribution(
    lower: Real | None = None, upper: Real | None = None, *, start: Real = 0.0, horizon: Count | None = None
) -> ExactDistribution:
    """The exact distribution of T to two barriers, or to a single one. A horizon does not change it.

    See :func:`first_passage` and :func:`lanewalk.first_exit`.
    """
    walk = _lanewalk.barriers(lower, upper, start, horizon, _ANY)
    # A single barrier requires a horizon, whatever its value.
    arguments = {
        "lower": None if lower is None else float(lower),
        "upper": None if upper is None else float(upper),
        "start": float(start),
        "horizon": 1 if lower is None or upper is None else None,
    }
    return cast(ExactDistribution, _distribution(walk, "first_exit_distribution", **arguments))


def in_ball_distribution(radius: Real, *, dimensions: Count = 2) -> ExactDistribution | None:
    """The exact distribution of T in a ball, if it is known: see :func:`in_ball`."""
    walk = _lanewalk.region("ball", radius, dimensions, None, _ANY)
    return _distribution(walk, "in_ball_distribution", radius=float(radius), dimensions=int(dimensions))


def in_cube_distribution(radius: Real, *, dimensions: Count = 2) -> ExactDistribution | None:
    """The exact distribution of T in a cube: see :func:`in_cube`."""
    walk = _lanewalk.region("cube", radius, dimensions, None, _ANY)
    return _distribution(walk, "in_cube_distribution", radius=float(radius), dimensions=int(dimensions))


def first_return_distribution(
    kind: Kind = "lattice", *, dimensions: Count | None = None, radius: Real | None = None, horizon: Count = 10_000
) -> ExactDistribution | None:
    """The exact distribution of the time of return, up to the horizon, if it is known: see :func:`first_return`."""
    walk = _lanewalk.returning(kind, dimensions, radius, horizon, _ANY)
    arguments = {
        "kind": str(kind),
        "dimensions": None if kind == "sign" else int(2 if dimensions is None else dimensions),
        "radius": None if radius is None else float(radius),
        "horizon": int(horizon),
    }
    return _distribution(walk, "first_return_distribution", **arguments)
