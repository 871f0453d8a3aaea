"""Types of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

Count: TypeAlias = Union[float, np.integer[Any], np.floating[Any]]
"""A whole number: an integer, or a float without a fraction, such as 1e6."""

Real: TypeAlias = Union[float, np.integer[Any], np.floating[Any]]
"""A real number."""

Reals: TypeAlias = Union[Sequence[Real], NDArray[Any]]
"""Real numbers: a sequence, or an array of one dimension."""

Walkers: TypeAlias = Union[range, tuple[int, int]]
"""Indices of walkers or points: a range, or a pair (first, end)."""

Progress: TypeAlias = Union[bool, Callable[[int, int], object], None]
"""A function of (done, total); True for a bar of tqdm."""

Layer: TypeAlias = Literal["scalar", "interchanged", "simd"]
Isa: TypeAlias = Literal["wide", "avx2", "avx512", "neon"]
Pin: TypeAlias = Literal["compact", "spread", "none"]

Floats: TypeAlias = NDArray[np.float64]
Times: TypeAlias = NDArray[np.uint64]
Positions: TypeAlias = NDArray[np.int64]
Kind: TypeAlias = Literal["lattice", "ball", "sign"]
Method: TypeAlias = Literal["plain", "nested", "wald", "exact"]
PiMethod: TypeAlias = Literal["plain", "antithetic", "stratified", "conditional"]
RodMethod: TypeAlias = Literal["stepping", "spectral"]


def fixed(array: NDArray[Any]) -> NDArray[Any]:
    """The array, which cannot be written any more, so that a result does not change."""
    array.flags.writeable = False
    return array
