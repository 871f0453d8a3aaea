"""The whole distribution of T, counted in one pass over the walkers.

The functions of this module take the arguments of the functions without ``_distribution``.
"""

from __future__ import annotations

from lanewalk import _lanewalk, _progress
from lanewalk._distributions import TimeDistribution
from lanewalk._types import Count, Isa, Kind, Layer, Pin, Progress, Real, Walkers


def first_passage_distribution(
    distance: Real,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> TimeDistribution:
    """The number of walks to a distance for each T.

    Parameters
    ----------
    distance
        The distance Y, in units of the largest step: above 0, at most 2^31.
    samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`.

    Returns
    -------
    A distribution with survival function, quantiles and counts. ``exact.first_passage_distribution`` is its exact
    counterpart.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The counts cannot be allocated.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> times = lanewalk.first_passage_distribution(10, samples=10_000)
    >>> times.quantile(0.5), times.quantile_interval(0.5)
    (243.0, (238.0, 248.0))
    >>> lanewalk.exact.first_passage_distribution(10).quantile(0.5)
    241.0
    """
    walk = _lanewalk.distance(distance, (samples, walkers, seed))
    return TimeDistribution(walk.times(_progress.how(threads, layer, isa, pin, progress)))


def first_exit_distribution(
    lower: Real | None = None,
    upper: Real | None = None,
    *,
    start: Real = 0.0,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> TimeDistribution:
    """The walks for each T until the first exit from between two barriers: see :func:`first_passage_distribution`."""
    walk = _lanewalk.barriers(lower, upper, start, horizon, (samples, walkers, seed))
    return TimeDistribution(walk.times(_progress.how(threads, layer, isa, pin, progress)))


def in_ball_distribution(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> TimeDistribution:
    """The number of walks for each T until the first exit from a ball: see :func:`first_passage_distribution`."""
    walk = _lanewalk.region("ball", radius, dimensions, horizon, (samples, walkers, seed))
    return TimeDistribution(walk.times(_progress.how(threads, layer, isa, pin, progress)))


def in_cube_distribution(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> TimeDistribution:
    """The number of walks for each T until the first exit from a cube: see :func:`first_passage_distribution`."""
    walk = _lanewalk.region("cube", radius, dimensions, horizon, (samples, walkers, seed))
    return TimeDistribution(walk.times(_progress.how(threads, layer, isa, pin, progress)))


def first_return_distribution(
    kind: Kind = "lattice",
    *,
    dimensions: Count | None = None,
    radius: Real | None = None,
    horizon: Count = 10_000,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> TimeDistribution:
    """The number of walks for each T until the first return: see :func:`first_passage_distribution`."""
    walk = _lanewalk.returning(kind, dimensions, radius, horizon, (samples, walkers, seed))
    return TimeDistribution(walk.times(_progress.how(threads, layer, isa, pin, progress)))
