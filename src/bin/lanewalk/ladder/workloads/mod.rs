//! Every workload that has a ladder. A new one joins here.

mod ball;
mod barriers;
mod heat;
mod lattice;
mod pi;
mod walk;

use super::workload::Workload;

pub(crate) const WORKLOADS: [&dyn Workload; 6] =
    [&walk::Walks, &barriers::Exits, &ball::Escapes, &lattice::Returners, &pi::Points, &heat::Rods];
