"""Random walks: one function for each problem."""

from __future__ import annotations

from typing import overload

from lanewalk import _lanewalk, _progress
from lanewalk._exits import FirstExit, FirstReturn, RegionExit
from lanewalk._passages import FirstPassage, FirstPassages
from lanewalk._types import Count, Isa, Kind, Layer, Method, Pin, Progress, Real, Reals, Walkers


@overload
def first_passage(
    distances: Real,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    method: Method = "plain",
    independent: bool = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> FirstPassage: ...
@overload
def first_passage(
    distances: Reals,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    method: Method = "plain",
    independent: bool = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> FirstPassages: ...
def first_passage(
    distances: Real | Reals,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    method: Method = "plain",
    independent: bool = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> FirstPassage | FirstPassages:
    """The time until a walker on the line first reaches a distance.

    A walker starts at 0 and moves by a uniform random number in [-1, 1) in each step. T is the number of steps until
    its distance from 0 is at least Y.

    Parameters
    ----------
    distances
        The distance Y, or a sequence of distances, in units of the largest step: above 0, at most 2^31.
    samples
        The number of walkers, 300 by default: walkers 0 to ``samples`` - 1.
    walkers
        The walkers instead of ``samples``, as a range or a pair (first, end): a shard of a larger run.
    seed
        The seed, 0 to 2^64 - 1. The same seed gives the same result on every machine.
    method
        ``"plain"``; ``"nested"``, the same result for a list in less time; ``"wald"``, an estimate by Wald's identity
        with a smaller error; ``"exact"``, the exact values without sampling: ``mean`` and its error are then ``NaN``.
    independent
        Whether each distance has walkers of its own. By default, the same walkers walk to every distance, so the
        estimates of a list are correlated.
    threads
        The number of threads. By default, all cores that the operating system grants.
    layer, isa
        The kernel: ``"scalar"``, ``"interchanged"`` or ``"simd"``, and the instruction set of ``"simd"``: ``"wide"``,
        ``"avx2"``, ``"avx512"`` or ``"neon"``. By default, the fastest one. They change no result.
    pin
        ``"compact"`` or ``"spread"`` pins each thread to its own core: close together, or far apart over sockets and
        caches. ``"none"``, the default, pins no thread.
    progress
        A function of (done, total) in steps, which is called a few times a second and at the end; True shows a bar of
        tqdm. An exception of the function stops the run.

    Returns
    -------
    A :class:`FirstPassage` for a single distance, whose attributes are numbers, and :class:`FirstPassages` for a
    sequence, whose attributes are arrays.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> passage = lanewalk.first_passage(10, samples=300)
    >>> passage.total_steps, passage.longest
    (93166, 1409)
    >>> print(f"{passage.mean:.2f} +- {passage.std_error:.2f}, exactly {passage.exact:.2f}, z = {passage.z:+.2f}")
    310.55 +- 14.98, exactly 318.29, z = -0.52
    >>> lanewalk.first_passage([10, 20, 150], method="exact").exact.round(4)
    array([  318.2935,  1236.1706, 67768.5733])
    """
    walk = _lanewalk.distances(distances, method, independent, (samples, walkers, seed))
    outcome = walk.result(_progress.how(threads, layer, isa, pin, progress))
    return FirstPassage(outcome) if walk.is_scalar else FirstPassages(outcome)


def first_exit(
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
) -> FirstExit:
    """The time until a walker on the line first reaches one of two barriers, and which of them.

    Parameters
    ----------
    lower, upper
        The signed positions of the barriers, in units of the largest step, at most 2^30 from 0. A single barrier
        requires a ``horizon``.
    start
        The position of the start, between the barriers.
    horizon
        The largest number of steps of a walk. Walks that have not ended by then are censored.
    samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> exit = lanewalk.first_exit(-20, 80, samples=1000)
    >>> exit.ended_lower, exit.ended_upper
    (809, 191)
    >>> print(f"{exit.probability_lower.exact:.4f}, z = {exit.probability_lower.z:+.2f}")
    0.7982, z = +0.85
    """
    walk = _lanewalk.barriers(lower, upper, start, horizon, (samples, walkers, seed))
    return FirstExit(walk.result(_progress.how(threads, layer, isa, pin, progress)))


def in_ball(
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
) -> RegionExit:
    """The time until a walker leaves a ball around its start.

    Each coordinate moves by a uniform random number in [-1, 1) in each step.

    Parameters
    ----------
    radius
        The radius, in units of the largest step of a coordinate: above 0, at most 2^19.
    dimensions
        The number of dimensions, 1 to 16.
    horizon
        The largest number of steps of a walk. Walks that have not ended by then are censored.
    samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> lanewalk.in_ball(10, dimensions=3, samples=1000).total_steps
    103346
    """
    walk = _lanewalk.region("ball", radius, dimensions, horizon, (samples, walkers, seed))
    return RegionExit(walk.result(_progress.how(threads, layer, isa, pin, progress)))


def in_cube(
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
) -> RegionExit:
    """The time until a walker leaves a cube around its start.

    Parameters
    ----------
    radius
        Half the side of the cube, in units of the largest step of a coordinate: above 0, at most 2^19.
    dimensions, horizon, samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`in_ball`.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> exit = lanewalk.in_cube(10, dimensions=3, samples=1000)
    >>> print(f"{exit.mean:.1f} +- {exit.std_error:.1f}, exactly {exit.exact:.1f}")
    140.2 +- 2.8, exactly 143.4
    """
    walk = _lanewalk.region("cube", radius, dimensions, horizon, (samples, walkers, seed))
    return RegionExit(walk.result(_progress.how(threads, layer, isa, pin, progress)))


def first_return(
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
) -> FirstReturn:
    """Whether and when a walker first returns.

    Parameters
    ----------
    kind
        ``"lattice"``: to the origin of a lattice, with steps to a nearest neighbour; ``"ball"``: to a ball around the
        start, after leaving it; ``"sign"``: the first change of sign on the line.
    dimensions
        The number of dimensions of a lattice or a ball, 1 to 8; 2 by default.
    radius
        The radius of the ball, in units of the largest step of a coordinate.
    horizon
        The largest number of steps of a walk. Walks that have not returned by then are censored. At most 2^64 - 2 on a
        lattice, 2^30 - 1 for ``"sign"``, and 10^6 for ``"ball"``.
    samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`.

    Notes
    -----
    The first use of an exact value computes it, on a lattice in up to a second.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> returns = lanewalk.first_return("lattice", dimensions=3, horizon=1000, samples=20_000)
    >>> print(f"{returns.probability:.4f} +- {returns.std_error:.4f}, exactly {returns.exact:.4f}")
    0.3323 +- 0.0033, exactly 0.3315
    >>> round(returns.ever, 10)
    0.3405373296
    """
    walk = _lanewalk.returning(kind, dimensions, radius, horizon, (samples, walkers, seed))
    return FirstReturn(walk.result(_progress.how(threads, layer, isa, pin, progress)))
