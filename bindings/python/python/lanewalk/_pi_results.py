"""Results of Monte Carlo pi."""

from __future__ import annotations

from lanewalk._results import Result


class PiEstimate(Result, kind="pi"):
    """An estimate of pi."""

    _quantities = ("pi",)

    @property
    def method(self) -> str:
        """The method."""
        return self._value("method") or ""

    @property
    def points(self) -> int:
        """The number of points."""
        return self._sum("points")

    @property
    def inside(self) -> int | None:
        """The number of points inside, mirror images included; ``None`` with the method conditional."""
        return None if self.method == "conditional" else self._sum("sum")

    @property
    def pi(self) -> float:
        """The estimate of pi; ``NaN`` for a single shard of the method stratified."""
        return self._main.value

    def _title(self) -> str:
        return f"{self._entries[0]['kind']}: method {self.method}; {self.points:,} points, seed {self.seed}"


class PiBatches(PiEstimate, kind="pi in batches"):
    """An estimate of pi from batches of points."""


    @property
    def batches(self) -> int:
        """The number of batches."""
        return self._sum("batches")

    @property
    def batch_points(self) -> int:
        """The number of points of each batch."""
        return int(self._value("batch_points") or 0)

    @property
    def batches_std_error(self) -> float:
        """The standard error of ``pi`` from the scatter of the batches, without a model of the points."""
        return self._number("std_error")
