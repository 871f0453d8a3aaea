"""How a call runs, as the extension module expects it."""

from __future__ import annotations

import importlib
from typing import Any

from lanewalk._types import Count, Progress

How = tuple[Any, Any, Any, Any, Any]


def how(
    threads: Count | None = None,
    layer: str | None = None,
    isa: str | None = None,
    pin: str | None = None,
    progress: Progress = None,
) -> How:
    """The arguments that say how to run."""
    if progress is False:
        progress = None
    elif progress is True:
        progress = Bar()
    return threads, layer, isa, pin, progress


def optional(module: str, extra: str, purpose: str) -> Any:
    """The module of an optional package, imported when it is first needed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        message = f"{purpose} needs {package}: pip install 'lanewalk[{extra}]', or pip install {package}"
        raise ImportError(message) from None


class Bar:
    """A progress bar of tqdm. The last report of a run closes it."""

    def __init__(self) -> None:
        tqdm = optional("tqdm.auto", "progress", "progress=True")
        self._bar = tqdm.tqdm(unit_scale=True)

    def __call__(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done == total:
            self._bar.close()
