//! The machine, as a dictionary.

use lanewalk::{Isa, LogicalCore, Machine};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What the library knows about this machine.
#[pyfunction]
pub(crate) fn machine(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let Machine { cpu, threads, logical_cores, physical_cores, sockets, cores, nodes, caches, quota, .. } =
        py.detach(Machine::detect);
    let names = |isas: Vec<Isa>| isas.iter().map(Isa::to_string).collect::<Vec<_>>();
    let core = |core: LogicalCore| {
        (core.id, core.physical_core, core.socket, core.node, core.last_level_cache, core.kind, core.usable)
    };
    let machine = PyDict::new(py);
    machine.set_item("cpu", cpu)?;
    machine.set_item("threads", threads)?;
    machine.set_item("logical_cores", logical_cores)?;
    machine.set_item("physical_cores", physical_cores)?;
    machine.set_item("sockets", sockets)?;
    machine.set_item("cores", cores.into_iter().map(core).collect::<Vec<_>>())?;
    machine.set_item(
        "nodes",
        nodes.into_iter().map(|node| (node.id, node.cores, node.memory_bytes)).collect::<Vec<_>>(),
    )?;
    machine.set_item("caches", caches)?;
    machine.set_item("quota", quota)?;
    machine.set_item("isas", names(Isa::available()))?;
    machine.set_item("best_isa", Isa::best().map(|isa| isa.to_string()))?;
    Ok(machine)
}
