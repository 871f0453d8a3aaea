"""T and the end position of every walker, as arrays.

The functions of this module take the arguments of the functions without ``_samples``, and those of
:func:`first_passage_samples`.
"""

from __future__ import annotations

from typing import Any, Literal, overload

from lanewalk import _lanewalk, _progress
from lanewalk._types import Count, Isa, Kind, Layer, Pin, Positions, Progress, Real, Times, Walkers

Samples = Times | tuple[Times, Positions]


def _samples(walk: _lanewalk.Walk, out: Any, positions: Any, how: _progress.How) -> Any:
    times, ends = walk.each(out, positions, how)
    return times if ends is None else (times, ends)


@overload
def first_passage_samples(
    distance: Real,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[False] = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Times: ...

@overload
def first_passage_samples(
    distance: Real,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[True] | Positions,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[Times, Positions]: ...
def first_passage_samples(
    distance: Real,
    *,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: bool | Positions = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Samples:
    """T of every walker to a distance, in steps.

    Parameters
    ----------
    distance
        The distance Y, in units of the largest step: above 0, at most 2^31.
    samples, walkers, seed, threads, layer, isa, pin, progress
        As for :func:`first_passage`.
    out
        An array of uint64 or int64 for the times, one for each walker: C-contiguous and writable. By default, a new
        array is returned.
    positions
        True to return the end positions too, or an array of int64 for them. Positions are in units of 2^-31 of the
        largest step, of the shape (walkers,) on the line, and (walkers, dimensions) in space.

    Returns
    -------
    The times, an array of uint64, or the times and the positions. A walk that its horizon ended has the time
    ``CENSORED``, which is 2^64 - 1, or -1 in an array of int64.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name, and nothing was written to ``out``.
    MemoryError
        The arrays cannot be allocated.
    KeyboardInterrupt
        The call was interrupted. Walkers that were not done have the time 0 in ``out``.

    Examples
    --------
    >>> import lanewalk
    >>> lanewalk.first_passage_samples(10, samples=4)
    array([571, 929,  56, 691], dtype=uint64)
    >>> times, positions = lanewalk.first_passage_samples(10, walkers=(1000, 2000), positions=True)
    >>> bool((abs(positions) >= 10 * 2**31).all())
    True
    """
    walk = _lanewalk.distance(distance, (samples, walkers, seed))
    result: Samples = _samples(walk, out, positions, _progress.how(threads, layer, isa, pin, progress))
    return result


@overload
def first_exit_samples(
    lower: Real | None = None,
    upper: Real | None = None,
    *,
    start: Real = 0.0,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[False] = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Times: ...

@overload
def first_exit_samples(
    lower: Real | None = None,
    upper: Real | None = None,
    *,
    start: Real = 0.0,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[True] | Positions,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[Times, Positions]: ...
def first_exit_samples(
    lower: Real | None = None,
    upper: Real | None = None,
    *,
    start: Real = 0.0,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: bool | Positions = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Samples:
    """T of every walker until the first exit from between two barriers, in steps: see :func:`first_passage_samples`."""
    walk = _lanewalk.barriers(lower, upper, start, horizon, (samples, walkers, seed))
    result: Samples = _samples(walk, out, positions, _progress.how(threads, layer, isa, pin, progress))
    return result


@overload
def in_ball_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[False] = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Times: ...

@overload
def in_ball_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[True] | Positions,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[Times, Positions]: ...
def in_ball_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: bool | Positions = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Samples:
    """T of every walker until the first exit from a ball, in steps: see :func:`first_passage_samples`."""
    walk = _lanewalk.region("ball", radius, dimensions, horizon, (samples, walkers, seed))
    result: Samples = _samples(walk, out, positions, _progress.how(threads, layer, isa, pin, progress))
    return result


@overload
def in_cube_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[False] = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Times: ...

@overload
def in_cube_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[True] | Positions,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[Times, Positions]: ...
def in_cube_samples(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: bool | Positions = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Samples:
    """T of every walker until the first exit from a cube, in steps: see :func:`first_passage_samples`."""
    walk = _lanewalk.region("cube", radius, dimensions, horizon, (samples, walkers, seed))
    result: Samples = _samples(walk, out, positions, _progress.how(threads, layer, isa, pin, progress))
    return result


@overload
def first_return_samples(
    kind: Kind = "lattice",
    *,
    dimensions: Count | None = None,
    radius: Real | None = None,
    horizon: Count = 10_000,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[False] = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Times: ...

@overload
def first_return_samples(
    kind: Kind = "lattice",
    *,
    dimensions: Count | None = None,
    radius: Real | None = None,
    horizon: Count = 10_000,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: Literal[True] | Positions,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> tuple[Times, Positions]: ...
def first_return_samples(
    kind: Kind = "lattice",
    *,
    dimensions: Count | None = None,
    radius: Real | None = None,
    horizon: Count = 10_000,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    out: Any = None,
    positions: bool | Positions = False,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
    progress: Progress = None,
) -> Samples:
    """T of every walker until the first return, in steps: see :func:`first_passage_samples`."""
    walk = _lanewalk.returning(kind, dimensions, radius, horizon, (samples, walkers, seed))
    result: Samples = _samples(walk, out, positions, _progress.how(threads, layer, isa, pin, progress))
    return result
