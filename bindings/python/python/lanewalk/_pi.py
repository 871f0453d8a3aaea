"""Monte Carlo pi."""

from __future__ import annotations

from lanewalk import _lanewalk, _progress
from lanewalk._pi_results import PiBatches, PiEstimate
from lanewalk._types import Count, Floats, Isa, Layer, Pin, PiMethod, Progress, Walkers


def pi(
    points: Count,
    *,
    method: PiMethod = "plain",
    shard: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> PiEstimate:
    """Estimate pi from random points in the unit square.

    Parameters
    ----------
    points
        The number of points, at most 2^62.
    method
        ``"plain"``; ``"antithetic"``, with the mirror image of each point; ``"stratified"``, a point in each cell of a
        square grid, so the largest square number of points up to ``points``; ``"conditional"``, the height of the
        circle at random places.
    shard
        The points of this run, as a range or a pair (first, end): a part of ``points``. By default, all of them.
    seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`. Progress is in points.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> estimate = lanewalk.pi(1e6)
    >>> estimate.inside, estimate.pi
    (784902, 3.139608)
    >>> shards = [lanewalk.pi(1e6, shard=(first, first + 250_000)) for first in range(0, 1_000_000, 250_000)]
    >>> shards[0].merge(shards[1]).merge(shards[2]).merge(shards[3]) == estimate
    True
    """
    how = _progress.how(threads, layer, isa, pin, progress)
    return PiEstimate(_lanewalk.estimate_pi(points, method, shard, seed, how))


def pi_batches(
    batches: Count,
    batch_points: Count,
    *,
    method: PiMethod = "plain",
    seed: Count = 1,
    unordered: bool = False,
    chunk: Count | None = None,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[PiBatches, Floats]:
    """Estimate pi from each of several batches of points, as workers of a pool would.

    Parameters
    ----------
    batches, batch_points
        The number of batches, and the number of points in each.
    method
        As for :func:`pi`, except ``"stratified"``.
    unordered
        Whether threads do not wait for the order of the batches. The result does not depend on it.
    chunk
        The number of batches that a thread takes at a time, 4 by default.
    seed, threads, layer, isa, pin, progress
        As for :func:`pi`.

    Returns
    -------
    The estimate from all points, and an array with the estimate of each batch.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The array cannot be allocated.
    KeyboardInterrupt
        The call was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> estimate, each = lanewalk.pi_batches(100, 10_000)
    >>> estimate.pi == lanewalk.pi(1e6).pi, round(float(each.mean()), 6)
    (True, 3.139608)
    """
    how = _progress.how(threads, layer, isa, pin, progress)
    outcome, each = _lanewalk.estimate_pi_batches(batches, batch_points, method, seed, unordered, chunk, how)
    return PiBatches(outcome), each
