"""T and the end position of every walker, in blocks: for more walkers than memory holds.

The functions of this module take the arguments of the functions without ``_blocks``, and those of
:func:`first_passage_blocks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lanewalk import _lanewalk, _progress
from lanewalk._types import Count, Isa, Kind, Layer, Pin, Positions, Real, Times, Walkers, same


class Block(NamedTuple):
    """Consecutive walkers."""

    first: int
    """The index of the first walker."""
    times: Times
    """T of each walker in steps, or ``CENSORED``."""
    positions: Positions | None
    """The end positions in units of 2^-31 of the largest step, if they were requested."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and same(tuple(self), tuple(other))

    def __ne__(self, other: object) -> bool:
        return not self == other


def _blocks(walk: _lanewalk.Walk, size: Count, positions: bool, how: _progress.How) -> Iterator[Block]:
    length = _lanewalk.count(size, "size")
    if length == 0:
        raise ValueError("size: got 0, expected at least 1")
    walk.check(positions, how)

    def blocks() -> Iterator[Block]:
        first, end = walk.walkers
        while first < end:
            stop = min(first + length, end)
            yield Block(first, *walk.part(first, stop).each(None, positions, how))
            first = stop

    return blocks()


def first_passage_blocks(
    distance: Real,
    *,
    size: Count = 65_536,
    positions: bool = False,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
) -> Iterator[Block]:
    """Yield T of every walker to a distance, in blocks of ``size`` walkers.

    Memory holds one block, besides the blocks that the caller keeps. No thread or computation is left when the caller
    stops early.

    Parameters
    ----------
    distance
        The distance Y, in units of the largest step: above 0, at most 2^31.
    size
        The number of walkers in a block; the last block may have fewer.
    positions
        Whether the blocks hold the end positions too.
    samples, walkers, seed, threads, layer, isa, pin
        As for :func:`first_passage`.

    Yields
    ------
    Blocks with the attributes ``first``, ``times`` and ``positions``, in the order of the walkers.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name. This function raises them, before the first block.
    MemoryError
        A block cannot be allocated. The iterator raises it; choose a smaller ``size``.
    KeyboardInterrupt
        The iterator was interrupted.

    Examples
    --------
    >>> import lanewalk
    >>> blocks = lanewalk.first_passage_blocks(10, samples=1000, size=400)
    >>> [(block.first, len(block.times), int(block.times.sum())) for block in blocks]
    [(0, 400, 123986), (400, 400, 123615), (800, 200, 67619)]
    """
    walk = _lanewalk.distance(distance, (samples, walkers, seed))
    return _blocks(walk, size, positions, _progress.how(threads, layer, isa, pin))


def first_exit_blocks(
    lower: Real | None = None,
    upper: Real | None = None,
    *,
    start: Real = 0.0,
    horizon: Count | None = None,
    size: Count = 65_536,
    positions: bool = False,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
) -> Iterator[Block]:
    """Yield T of every walker until the first exit from between two barriers: see :func:`first_passage_blocks`."""
    walk = _lanewalk.barriers(lower, upper, start, horizon, (samples, walkers, seed))
    return _blocks(walk, size, positions, _progress.how(threads, layer, isa, pin))


def in_ball_blocks(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    size: Count = 65_536,
    positions: bool = False,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
) -> Iterator[Block]:
    """Yield T of every walker until the first exit from a ball, in blocks: see :func:`first_passage_blocks`."""
    walk = _lanewalk.region("ball", radius, dimensions, horizon, (samples, walkers, seed))
    return _blocks(walk, size, positions, _progress.how(threads, layer, isa, pin))


def in_cube_blocks(
    radius: Real,
    *,
    dimensions: Count = 2,
    horizon: Count | None = None,
    size: Count = 65_536,
    positions: bool = False,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
) -> Iterator[Block]:
    """Yield T of every walker until the first exit from a cube, in blocks: see :func:`first_passage_blocks`."""
    walk = _lanewalk.region("cube", radius, dimensions, horizon, (samples, walkers, seed))
    return _blocks(walk, size, positions, _progress.how(threads, layer, isa, pin))


def first_return_blocks(
    kind: Kind = "lattice",
    *,
    dimensions: Count | None = None,
    radius: Real | None = None,
    horizon: Count = 10_000,
    size: Count = 65_536,
    positions: bool = False,
    samples: Count | None = None,
    walkers: Walkers | None = None,
    seed: Count = 1,
    threads: Count | None = None,
    layer: Layer | None = None,
    isa: Isa | None = None,
    pin: Pin | None = None,
) -> Iterator[Block]:
    """Yield T of every walker until the first return, in blocks: see :func:`first_passage_blocks`."""
    walk = _lanewalk.returning(kind, dimensions, radius, horizon, (samples, walkers, seed))
    return _blocks(walk, size, positions, _progress.how(threads, layer, isa, pin))
