"""What the tests share: the variants of a run, the known answers, and a walk in plain Python."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pytest

import lanewalk

ROOT = Path(os.environ.get("LANEWALK_ROOT", Path(__file__).resolve().parents[3]))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of known answers, which independent programs computed."""
    with open(ROOT / "tests" / "reference" / f"{name}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    return rows


def available_isas() -> list[str]:
    """The instruction sets of this machine, as its errors name them."""
    with pytest.raises(ValueError, match="^isa: ") as raised:
        lanewalk.pi(1, isa="none-such")
    names = [name for name in ("wide", "avx2", "avx512", "neon") if name in str(raised.value)]
    found = []
    for name in names:
        try:
            lanewalk.pi(1, isa=name)
            found.append(name)
        except ValueError as error:
            print(f"skipped: {error}")
    assert found
    return found


def variants() -> list[dict[str, Any]]:
    """Every layer, the layer simd with each instruction set, each on one and on two threads."""
    layers: list[dict[str, Any]] = [{"layer": "scalar"}, {"layer": "interchanged"}]
    layers += [{"layer": "simd", "isa": isa} for isa in available_isas()]
    return [layer | {"threads": threads} for layer in layers for threads in (1, 2)]


VARIANTS = variants()
VARIANT_NAMES = ["-".join(str(value) for value in variant.values()) for variant in VARIANTS]

MASK = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z: int) -> int:
    """The output function of SplitMix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def base(seed: int, label: str) -> int:
    """The base of a family of streams, by the contract of randomness."""
    number = int.from_bytes(label.encode(), "big")
    return mix(seed ^ mix((number + GAMMA) & MASK))


class Stream:
    """Stream ``index`` of a seed and a label: xoshiro256++ in plain Python."""

    def __init__(self, seed: int, label: str, index: int) -> None:
        counter = (base(seed, label) + 4 * index * GAMMA) & MASK
        self.state = [mix((counter + (word + 1) * GAMMA) & MASK) for word in range(4)]

    def draw(self) -> int:
        s = self.state
        total = (s[0] + s[3]) & MASK
        result = (((total << 23) | (total >> 41)) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & MASK
        return result

    def steps(self) -> Any:
        """The steps of a walker, in units of 2^-31."""
        while True:
            draw = self.draw()
            for half in (draw >> 32, draw & 0xFFFFFFFF):
                yield half - 2**32 if half >= 2**31 else half


def walk(seed: int, walker: int, lower: int, upper: int, start: int = 0) -> tuple[int, int]:
    """T and the end position of a walker between two barriers, in units of 2^-31."""
    position = start
    for time, step in enumerate(Stream(seed, "walk", walker).steps(), 1):
        position += step
        if position <= lower or position >= upper:
            return time, position
    raise AssertionError("steps never end")
