"""What the library knows about this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lanewalk import _lanewalk


class Core(NamedTuple):
    """A logical core."""

    id: int
    physical_core: int
    socket: int
    node: int
    last_level_cache: int | None
    kind: int
    usable: bool


class NumaNode(NamedTuple):
    """A NUMA node."""

    id: int
    cores: list[int]
    memory_bytes: int | None


@dataclass(frozen=True)
class Machine:
    """The processor, its cores and its instruction sets. ``None`` stands for what is not known."""

    cpu: str
    """The name of the processor."""
    threads: int
    """The number of threads that the operating system grants, which is the default of ``threads``."""
    logical_cores: int | None
    """The number of logical cores."""
    physical_cores: int | None
    """The number of physical cores."""
    sockets: int | None
    """The number of sockets."""
    cores: tuple[Core, ...]
    """The logical cores."""
    nodes: tuple[NumaNode, ...]
    """The NUMA nodes."""
    caches: tuple[str, ...]
    """The caches of a core, in words."""
    quota: float | None
    """The number of cores that a quota grants."""
    isas: tuple[str, ...]
    """The instruction sets that ``isa`` can choose."""
    best_isa: str | None
    """The instruction set that runs choose by default."""


def machine() -> Machine:
    """The processor, cores, caches and instruction sets of this machine.

    Examples
    --------
    >>> import lanewalk
    >>> machine = lanewalk.machine()
    >>> machine.best_isa in machine.isas, machine.threads >= 1
    (True, True)
    """
    found: dict[str, Any] = _lanewalk.machine()
    found["cores"] = [Core(*core) for core in found["cores"]]
    found["nodes"] = [NumaNode(*node) for node in found["nodes"]]
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return Machine(**fields)
