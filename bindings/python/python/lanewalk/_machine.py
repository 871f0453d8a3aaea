"""What the library knows about this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from lanewalk import _lanewalk
from lanewalk._types import Value


class Core(NamedTuple):
    """A logical core."""

    id: int
    """The operating system's id of the core."""
    physical_core: int
    """The smallest id among the hardware threads of the same physical core."""
    socket: int
    """The socket of its physical core; 0 if it is not reported."""
    node: int
    """The NUMA node of its nearest memory; 0 if it is not reported."""
    last_level_cache: int | None
    """The smallest id among the cores that share its last-level cache."""
    kind: int
    """The kind of core: 0 for the fastest kind of this machine (performance cores), 1 for the next kind."""
    usable: bool
    """Whether the affinity mask of this process contains it."""


class NumaNode(NamedTuple):
    """A NUMA node: memory, and the logical cores that are nearest to it."""

    id: int
    """The operating system's id of the node."""
    cores: tuple[int, ...]
    """The ids of its logical cores; empty for a node that has only memory."""
    memory_bytes: int | None
    """The size of its memory in bytes."""


@dataclass(frozen=True)
class Machine(Value):
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
    """The logical cores, with their places in the machine; empty if the operating system does not report them."""
    nodes: tuple[NumaNode, ...]
    """The NUMA nodes; empty if the operating system does not report them."""
    caches: tuple[str, ...]
    """The caches of a core, in words: level, kind and size."""
    quota: float | None
    """The number of cores that a CPU quota, such as that of a container, grants; it may be a fraction."""
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
    found["nodes"] = [NumaNode(id, tuple(cores), memory) for id, cores, memory in found["nodes"]]
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    return Machine(**fields)
