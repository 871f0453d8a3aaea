"""Timings in interleaved rounds, with their tables and plots."""

import html
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

ROUNDS = 6
"""With six rounds, the range from the smallest to the largest value contains the true median in 97 % of cases."""


@dataclass(frozen=True)
class Table:
    """Rows of text under a title."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def __repr__(self) -> str:
        lines = [self.columns, *([str(cell) for cell in row] for row in self.rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.columns))]
        texts = ("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
        return "\n".join([self.title, *texts])

    def _repr_html_(self) -> str:
        def line(cells: Any, tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

        rows = "".join(line(row, "td") for row in self.rows)
        return f"<table><caption>{html.escape(self.title)}</caption>{line(self.columns, 'th')}{rows}</table>"


@dataclass(frozen=True)
class Case:
    """A calculation to measure. ``work`` is the amount of work of one call, in any unit."""

    name: str
    run: Callable[[], object]
    work: float = 1.0


@dataclass(frozen=True)
class Timings:
    """The seconds of a unit of work: one row for each round, one column for each case."""

    cases: list[Case]
    seconds: np.ndarray

    def of(self, name: str) -> np.ndarray:
        """The seconds of a unit of work of one case in every round."""
        return self.seconds[:, [case.name for case in self.cases].index(name)]

    def median(self, name: str) -> float:
        """The median over the rounds, in seconds for a unit of work."""
        return float(np.median(self.of(name)))

    def gain(self, slow: str, fast: str) -> str:
        """The median of the ratio within each round, with its range."""
        ratios = self.of(slow) / self.of(fast)
        text = f"{np.median(ratios):.3g} ({ratios.min():.3g} to {ratios.max():.3g})"
        return text if ratios.min() > 1 or ratios.max() < 1 else f"{text}, not significant"

    def table(self, title: str, unit: str) -> Table:
        """The rate of each case, and its gains over the previous and over the first case."""
        names = [case.name for case in self.cases]
        rows = []
        for place, name in enumerate(names):
            rates = 1 / self.of(name)
            shown = f"{scaled(float(np.median(rates)))} ({scaled(rates.min())} to {scaled(rates.max())})"
            previous = self.gain(names[place - 1], name) if place else ""
            rows.append((name, shown, previous, self.gain(names[0], name) if place else ""))
        columns = "case", f"{unit}/s: median and range", "gain over the previous row", "gain over the first row"
        return Table(f"{title}: {len(self.seconds)} interleaved rounds", columns, rows)

    def plot(self, ax: Any, title: str, unit: str) -> None:
        """Draw the median rate of each case with its range, on a logarithmic axis."""
        rates = 1 / self.seconds
        middle = np.median(rates, axis=0)
        ranges = np.array([middle - rates.min(axis=0), rates.max(axis=0) - middle])
        ax.errorbar(middle, [case.name for case in self.cases], xerr=ranges, fmt="o", capsize=3)
        ax.grid(axis="x")
        ax.set(xscale="log", xlabel=f"{unit} per second (median and range)", title=title)
        ax.invert_yaxis()


def scaled(number: float) -> str:
    """A number with three digits and a prefix of the SI, such as 1.23 M."""
    if not 1e-15 < abs(number) < 1e18:
        return f"{number:.3g}"
    power = math.floor(math.log10(abs(number) * 1.0005) / 3)
    prefix = "fpnum kMGTP"[power + 5].strip()
    return f"{number / 1000**power:.3g} {prefix}".strip()


def rounds(cases: list[Case], count: int = ROUNDS, shortest: float = 0.01) -> Timings:
    """Measure all cases in interleaved rounds; every second round runs backwards.

    A case that takes less than ``shortest`` seconds is repeated within a round.
    """

    def seconds(case: Case, repeats: int) -> float:
        start = time.perf_counter()
        for _ in range(repeats):
            case.run()
        return (time.perf_counter() - start) / repeats

    repeats = []
    for case in cases:  # the first call is a warm-up
        warm = min(seconds(case, 1), seconds(case, 1))
        repeats.append(max(1, math.ceil(shortest / max(warm, 1e-7))))
    measured = np.empty((count, len(cases)))
    for number in range(count):
        places = [(number // 2 + place) % len(cases) for place in range(len(cases))]
        for place in places if number % 2 == 0 else reversed(places):
            measured[number, place] = seconds(cases[place], repeats[place]) / cases[place].work
    return Timings(cases, measured)
