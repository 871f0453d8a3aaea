"""Types of arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import UnionType
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

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


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal: numbers, of which NaN equals NaN, arrays of them, and tuples of both."""
    if isinstance(one, tuple):
        fits = isinstance(other, tuple) and len(one) == len(other)
        return fits and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        floats = all(isinstance(each, np.ndarray) and each.dtype.kind == "f" for each in (one, other))
        return type(one) is type(other) and np.array_equal(one, other, equal_nan=floats)
    return bool(one == other or (one != one and other != other))


def restored(function: Callable[..., Any], *arguments: Any) -> Any:
    """The object that pickle stores as a function and its arguments. The function checks them."""
    try:
        return function(*arguments)
    except (TypeError, AttributeError, LookupError, OverflowError) as error:
        raise ValueError(f"state: {error}") from None


class Stored:
    """An object that pickle stores as a function and its arguments: see :func:`restored`."""

    def __setstate__(self, state: object) -> None:
        raise ValueError(f"state: {type(self).__name__} is stored as a function and its arguments")


class Value:
    """Equality and the stored form of a frozen dataclass whose fields are numbers, strings, tuples and arrays."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return same(tuple(vars(self).values()), tuple(vars(other)[name] for name in vars(self)))

    __hash__ = None  # type: ignore[assignment]

    def __setstate__(self, state: object) -> None:
        hints = get_type_hints(type(self))
        if not isinstance(state, dict) or state.keys() != hints.keys():
            raise ValueError(f"state: expected the fields {', '.join(hints)}")
        for name, value in state.items():
            if not _fits(value, hints[name]):
                raise ValueError(f"state: {name} is {type(value).__name__}")
            object.__setattr__(self, name, fixed(value) if isinstance(value, np.ndarray) else value)


def _fits(value: object, hint: Any) -> bool:
    """Whether a value has the type of a field."""
    origin, arguments = get_origin(hint), get_args(hint)
    if isinstance(hint, TypeVar):
        strings = isinstance(value, tuple) and all(isinstance(each, str | None) for each in value)
        return strings or isinstance(value, float | str | None) or _fits(value, Floats)
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(each, arguments[0]) for each in value)
    if origin is get_origin(Floats):
        # Either NDArray[np.float64], or np.ndarray[..., np.dtype[np.float64]], by the versions of Python and NumPy.
        scalar = (get_args(arguments[-1]) or arguments)[0]
        return isinstance(value, np.ndarray) and value.dtype == scalar and value.ndim == 1
    return isinstance(value, hint) and isinstance(value, bool) == (hint is bool)
