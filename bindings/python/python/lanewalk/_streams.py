"""The random numbers of a run, for programs that draw the same ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lanewalk import _lanewalk
from lanewalk._types import Count, Times


def steps(walker: Count, count: Count, *, seed: Count = 1) -> NDArray[np.int32]:
    """The first steps of a walker on the line, in units of 2^-31 of the largest step.

    Parameters
    ----------
    walker
        The index of the walker, below 2^62.
    count
        The number of steps.
    seed
        The seed.

    Returns
    -------
    An array of int32. The position after each step is its cumulative sum, which needs int64.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The array cannot be allocated.

    Examples
    --------
    The walk of walker 0 to the distance 10, step by step:

    >>> import lanewalk, numpy
    >>> positions = numpy.cumsum(lanewalk.steps(0, 1000), dtype=numpy.int64)
    >>> 1 + int(numpy.argmax(abs(positions) >= 10 * 2**31)), int(lanewalk.first_passage_samples(10, samples=1)[0])
    (571, 571)
    """
    return _lanewalk.steps(walker, count, seed)


def draws(index: Count, count: Count, *, seed: Count = 1, label: str = "walk") -> Times:
    """The first draws of stream ``index`` of a seed and a label, as an array of uint64.

    With a label of your own, of 1 to 8 ASCII characters, these are random numbers that no run of lanewalk uses.

    Parameters
    ----------
    index
        The index of the stream, below 2^62. Stream i of the label ``"walk"`` belongs to walker i.
    count
        The number of draws.
    seed, label
        The seed, and the purpose of the stream.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.
    MemoryError
        The array cannot be allocated.

    Examples
    --------
    >>> import lanewalk
    >>> [hex(draw >> 48) for draw in lanewalk.draws(0, 2).tolist()]
    ['0x84cb', '0x17fa']
    """
    return _lanewalk.draws(index, count, seed, label)


def base(seed: Count, label: str) -> int:
    """The base of the streams of a seed and a label, by the contract of randomness.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.

    Examples
    --------
    >>> import lanewalk
    >>> hex(lanewalk.base(1, "walk"))
    '0x9619c02f7e535970'
    """
    return _lanewalk.base(seed, label)


def independent_seed(seed: Count, keys: Count | Sequence[Count]) -> int:
    """The seed of an entry of a list with independent walkers.

    The key of a distance or a radius is its length in units of 2^-31 of the largest step, rounded up. The key of a
    number of dimensions is that number. If a list varies both, the number of dimensions comes first.

    Raises
    ------
    ValueError, TypeError
        An argument is invalid: the message starts with its name.

    Examples
    --------
    >>> import lanewalk
    >>> seed = lanewalk.independent_seed(1, 20 * 2**31)
    >>> alone = lanewalk.first_passage(20, seed=seed)
    >>> lanewalk.first_passage([10, 20], independent=True)[1].total_steps == alone.total_steps
    True
    """
    return _lanewalk.independent_seed(seed, keys)
