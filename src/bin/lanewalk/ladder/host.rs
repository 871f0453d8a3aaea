//! The machine and the build that a figure belongs to.

use std::fs;

use lanewalk::{Isa, Machine};
use serde::{Deserialize, Serialize};

/// The features of this build.
pub(crate) const FEATURES: [(&str, bool); 4] = [
    ("wide", cfg!(feature = "wide")),
    ("pulp", cfg!(feature = "pulp")),
    ("threads", cfg!(feature = "threads")),
    ("cli", cfg!(feature = "cli")),
];

/// The target of the crate `wide` and of the auto-vectorised loops.
pub(crate) const TARGET_FEATURES: [(&str, bool); 6] = [
    ("sse2", cfg!(target_feature = "sse2")),
    ("sse4.2", cfg!(target_feature = "sse4.2")),
    ("avx2", cfg!(target_feature = "avx2")),
    ("fma", cfg!(target_feature = "fma")),
    ("avx512f", cfg!(target_feature = "avx512f")),
    ("neon", cfg!(target_feature = "neon")),
];

/// The names of the enabled ones.
pub(crate) fn present(list: &[(&str, bool)]) -> String {
    let names: Vec<_> = list.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Host {
    pub(crate) cpu: String,
    pub(crate) architecture: String,
    pub(crate) physical_cores: Option<usize>,
    pub(crate) logical_cores: Option<usize>,
    pub(crate) usable_threads: usize,
    pub(crate) caches: Vec<String>,
    pub(crate) isas: Vec<String>,
    /// Instruction sets that the compiler may use everywhere.
    pub(crate) built_for: String,
    pub(crate) features: String,
    /// The average load of the system over the minute before the start.
    pub(crate) load: Option<f64>,
}

impl Host {
    pub(crate) fn detect() -> Self {
        let machine = Machine::detect();
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            cpu: machine.cpu,
            architecture: std::env::consts::ARCH.to_owned(),
            physical_cores: machine.physical_cores,
            logical_cores: machine.logical_cores,
            usable_threads: machine.threads,
            caches: machine.caches,
            isas: Isa::available().iter().map(Isa::to_string).collect(),
            built_for: present(&TARGET_FEATURES),
            features: present(&FEATURES),
            load: load.and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }

    /// Whether both reports are from one machine. What a build can use of it, such as threads and instruction sets, may
    /// differ.
    pub(crate) fn is_same_machine(&self, other: &Self) -> bool {
        let of = |host: &Self| (host.cpu.clone(), host.architecture.clone(), host.physical_cores, host.logical_cores);
        of(self) == of(other)
    }

    /// One line: "Some CPU, 2 of 2 cores, avx512 avx2 wide; built for sse2, features wide pulp threads cli"
    pub(crate) fn line(&self) -> String {
        let cores = self.logical_cores.map_or_else(String::new, |cores| format!(" of {cores}"));
        let isas = if self.isas.is_empty() { "no layer simd".to_owned() } else { self.isas.join(" ") };
        format!(
            "{}, {}{cores} logical cores usable, {isas}; built for {}, features {}",
            self.cpu, self.usable_threads, self.built_for, self.features
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn builds_with_other_features_are_on_the_same_machine() {
        let host = fixture::ladder().host;
        let lean = Host { usable_threads: 1, isas: Vec::new(), features: "cli".to_owned(), ..host.clone() };
        assert!(host.is_same_machine(&lean) && lean.is_same_machine(&host));
        assert!(!host.is_same_machine(&Host { cpu: "Another CPU".to_owned(), ..host.clone() }));
        assert!(!host.is_same_machine(&Host { logical_cores: Some(64), ..host.clone() }));
    }

    #[test]
    fn a_build_without_lanes_says_so() {
        let host = Host { usable_threads: 1, isas: Vec::new(), features: "cli".to_owned(), ..fixture::ladder().host };
        assert_eq!(host.line(), "Some CPU, 1 of 4 logical cores usable, no layer simd; built for sse2, features cli");
    }
}
