"""Results as text, as tables and as plots. Pandas and matplotlib are imported when they are first needed."""

from __future__ import annotations

import html as escaping
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lanewalk._progress import optional

if TYPE_CHECKING:
    from lanewalk._passages import FirstPassages

Row = dict[str, Any]


def _number(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _estimate(row: Row) -> str:
    if math.isnan(row["value"]):
        return "no estimate"
    error = row["std_error"]
    return f"{row['value']:.7g}" if math.isnan(error) else f"{row['value']:.7g} +- {error:.2g}"


def text(name: str, title: str, rows: Sequence[Row]) -> str:
    """The name and the problem of a result, and a line for each estimate."""
    lines = [f"<{name}> {title}"]
    for row in rows:
        label = row.get("quantity") or f"distance {row['distance']:g}"
        exact = "" if math.isnan(row["exact"]) else f", exact {row['exact']:.7g}"
        z = f", z {row['z']:+.2f}" if row["missing_z"] is None else f" ({row['missing_z']})"
        lines.append(f"  {label}: {_estimate(row)}{exact}{z}")
    return "\n".join(lines)


def html(title: str, rows: Sequence[Row]) -> str:
    """A table for Jupyter."""
    if not rows:
        return f"<p>{escaping.escape(title)}</p>"
    shown = [name for name in rows[0] if name not in ("low", "high")]
    head = "".join(f"<th>{escaping.escape(name.replace('_', ' '))}</th>" for name in shown)
    body = "".join(
        "<tr>" + "".join(f"<td>{escaping.escape(_number(row[name]))}</td>" for name in shown) + "</tr>" for row in rows
    )
    caption = f"<caption>{escaping.escape(title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def pandas(rows: Sequence[Row]) -> Any:
    """A data frame of these rows."""
    return optional("pandas", "pandas", "to_pandas()").DataFrame(list(rows))


def axes(ax: Any) -> Any:
    """The given axes of matplotlib, or new ones."""
    if ax is not None:
        return ax
    return optional("matplotlib.pyplot", "plot", "plot()").subplots()[1]


def plot_estimates(rows: Sequence[Row], ax: Any) -> Any:
    """Each estimate with its interval, divided by its exact value if that is known."""
    ax = axes(ax)
    for place, row in enumerate(rows):
        unit = 1.0 if math.isnan(row["exact"]) or row["exact"] == 0 else row["exact"]
        value = row["value"] / unit
        low, high = (row[name] / unit for name in ("low", "high"))
        error = [[value - low], [high - value]] if low <= value <= high else None
        ax.errorbar([value], [place], xerr=error, fmt="o", color="C0")
    ax.set_yticks(range(len(rows)), [str(row.get("quantity", "mean")) for row in rows])
    ax.axvline(1.0, color="C1")
    ax.set_xlabel("estimate with 95 % interval / exact value (1 if it is 0 or not known)")
    return ax


def plot_passages(passages: FirstPassages, ax: Any) -> Any:
    """The mean time over the distance."""
    ax = axes(ax)
    mean = passages.estimates["mean"]
    error = [mean.value - mean.low, mean.high - mean.value]
    ax.errorbar(passages.distance, mean.value, yerr=error, fmt="o", label="mean with 95 % interval")
    order = passages.distance.argsort()
    ax.plot(passages.distance[order], mean.exact[order], label="exact")
    ax.set_xlabel("distance (largest steps)")
    ax.set_ylabel("mean first-passage time (steps)")
    ax.legend()
    return ax


def plot_survival(steps: Any, survival: Any, ax: Any, **style: Any) -> Any:
    """P(T > n) over n."""
    ax = axes(ax)
    ax.step(steps, survival, where="post", **style)
    ax.set_xlabel("n (steps)")
    ax.set_ylabel("P(T > n)")
    return ax
