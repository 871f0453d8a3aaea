"""Exact values, without sampling."""

from __future__ import annotations

from lanewalk import _lanewalk, _progress
from lanewalk._distributions import ExactDistribution
from lanewalk._types import Count, Kind, Real

_ALL = None, None, 1


def _distribution(walk: _lanewalk.Walk) -> ExactDistribution | None:
    distribution = walk.exact(_progress.how())
    return None if distribution is None else ExactDistribution(distribution)


def first_passage_distribution(distance: Real) -> ExactDistribution:
    """The exact distribution of T to a distance."""
    distribution = _distribution(_lanewalk.distance(distance, _ALL))
    if distribution is None:
        raise ValueError("distance: expected a single distance")
    return distribution


def first_return_distribution(
    kind: Kind = "lattice", *, dimensions: Count | None = None, radius: Real | None = None, horizon: Count = 10_000
) -> ExactDistribution | None:
    """The exact distribution of the time of return, up to the horizon; ``None`` if it is not known."""
    return _distribution(_lanewalk.returning(kind, dimensions, radius, horizon, _ALL))
