"""Exact values, without sampling.

Each function takes the arguments of the function of the same name in ``lanewalk`` that define the problem. A value that
is not known is ``NaN``, and a distribution that is not known is ``None``.

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
from lanewalk._types import Count, Floats, Kind, Real, Reals

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
    """An upper bound on the relative error of both."""


class MomentArrays(NamedTuple):
    """The moments of T for several distances, as arrays."""

    mean: Floats
    """E[T] in steps."""
    std_dev: Floats
    """The standard deviations of T in steps."""
    relative_error: Floats
    """Upper bounds on the relative errors of both."""


class ExitMoments(NamedTuple):
    """The exit from between two barriers."""

    mean: float
    """E[T] in steps."""
    std_dev: float
    """The standard deviation of T in steps."""
    relative_error: float
    """An upper bound on the relative error of these values."""
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


def _distribution(walk: _lanewalk.Walk) -> ExactDistribution | None:
    distribution = walk.exact(_progress.how())
    return None if distribution is None else ExactDistribution(distribution)


@overload
def first_passage(distances: Real) -> Moments: ...
@overload
def first_passage(distances: Reals) -> MomentArrays: ...
def first_passage(distances: Real | Reals) -> Moments | MomentArrays:
    """The exact moments of T to a distance, or to each of several ones: see :func:`lanewalk.first_passage`.

    The mean solves m(x) = 1 + 1/2 * integral of m(u) du over [x - 1, x + 1] within the barriers.
    """
    walk = _lanewalk.distances(distances, "exact", False, _ANY)
    if walk.is_scalar:
        return _values(Moments, walk)
    columns: Any = zip(*cast("list[list[float]]", walk.exact_values(_progress.how())), strict=True)
    return MomentArrays(*(np.array(column, dtype=np.float64) for column in columns))


def first_exit(lower: Real, upper: Real, *, start: Real = 0.0) -> ExitMoments:
    """The exact probabilities and moments of an exit: see :func:`lanewalk.first_exit`."""
    return _values(ExitMoments, _lanewalk.barriers(lower, upper, start, None, _ANY))


def in_ball(radius: Real, *, dimensions: Count = 2) -> Moments:
    """The exact moments of T in a ball: known in one dimension, and for radii up to 1/2."""
    return _values(Moments, _lanewalk.region("ball", radius, dimensions, None, _ANY))


def in_cube(radius: Real, *, dimensions: Count = 2) -> Moments:
    """The exact moments of T in a cube: see :func:`lanewalk.in_cube`."""
    return _values(Moments, _lanewalk.region("cube", radius, dimensions, None, _ANY))


def first_return(
    kind: Kind = "lattice", *, dimensions: Count | None = None, radius: Real | None = None, horizon: Count = 10_000
) -> ReturnProbabilities:
    """The exact probabilities of a return: see :func:`lanewalk.first_return`.

    On a lattice this takes up to a second.
    """
    return _values(ReturnProbabilities, _lanewalk.returning(kind, dimensions, radius, horizon, _ANY))


def first_passage_distribution(distance: Real) -> ExactDistribution:
    """The exact distribution of T to a distance."""
    return cast(ExactDistribution, _distribution(_lanewalk.distance(distance, _ANY)))


def first_exit_distribution(
    lower: Real | None = None, upper: Real | None = None, *, start: Real = 0.0, horizon: Count | None = None
) -> ExactDistribution:
    """The exact distribution of T to two barriers, or to a single one. A horizon does not change it."""
    walk = _lanewalk.barriers(lower, upper, start, horizon, _ANY)
    return cast(ExactDistribution, _distribution(walk))


def in_ball_distribution(radius: Real, *, dimensions: Count = 2) -> ExactDistribution | None:
    """The exact distribution of T in a ball: known in one dimension, and for radii up to 1/2."""
    return _distribution(_lanewalk.region("ball", radius, dimensions, None, _ANY))


def in_cube_distribution(radius: Real, *, dimensions: Count = 2) -> ExactDistribution | None:
    """The exact distribution of T in a cube."""
    return _distribution(_lanewalk.region("cube", radius, dimensions, None, _ANY))


def first_return_distribution(
    kind: Kind = "lattice", *, dimensions: Count | None = None, radius: Real | None = None, horizon: Count = 10_000
) -> ExactDistribution | None:
    """The exact distribution of the time of return, up to the horizon."""
    return _distribution(_lanewalk.returning(kind, dimensions, radius, horizon, _ANY))
