//! The machine and the build that a figure belongs to.

use std::fs;
use std::time::SystemTime;

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
    /// The operating system and the version of its kernel. This and the following are missing in earlier reports.
    #[serde(default)]
    pub(crate) kernel: Option<String>,
    /// What decides on the clock of the cores.
    #[serde(default)]
    pub(crate) governor: Option<String>,
    /// The highest clock of a core at the start, as the system reports it.
    #[serde(default)]
    pub(crate) clock_hz: Option<f64>,
    #[serde(default)]
    pub(crate) rustc: Option<String>,
    #[serde(default)]
    pub(crate) opt_level: Option<String>,
    /// The compiler's flags, without paths.
    #[serde(default)]
    pub(crate) flags: Option<String>,
    /// The commit of the source.
    #[serde(default)]
    pub(crate) commit: Option<String>,
    /// The time of the start, UTC.
    #[serde(default)]
    pub(crate) date: Option<String>,
}

/// What the build script has found; `None` for an empty text.
fn found(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// "Linux 6.1.0"; elsewhere than on Unix, the name of the system.
fn kernel() -> String {
    #[cfg(unix)]
    return {
        let name = rustix::system::uname();
        format!("{} {}", name.sysname().to_string_lossy(), name.release().to_string_lossy())
    };
    #[cfg(not(unix))]
    std::env::consts::OS.to_owned()
}

/// The different texts of a file of each core, such as its governor.
fn of_each_core(file: &str) -> Vec<String> {
    let cores = Machine::detect().cores;
    let path = |id: usize| format!("/sys/devices/system/cpu/cpu{id}/cpufreq/{file}");
    let texts = cores.iter().filter_map(|core| fs::read_to_string(path(core.id)).ok());
    let mut texts: Vec<String> = texts.map(|text| text.trim().to_owned()).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The highest clock: of the frequency driver in kHz, otherwise of /proc/cpuinfo in MHz.
fn clock_hz() -> Option<f64> {
    let highest = |values: Vec<f64>| values.into_iter().reduce(f64::max);
    let driver = of_each_core("scaling_cur_freq").iter().filter_map(|text| text.parse::<f64>().ok()).collect();
    let listed = || {
        let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let value = |line: &str| line.strip_prefix("cpu MHz")?.trim_start_matches([' ', '\t', ':']).parse::<f64>().ok();
        highest(text.lines().filter_map(value).collect())
    };
    highest(driver).map(|khz| 1e3 * khz).or_else(|| listed().map(|mhz| 1e6 * mhz))
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
            kernel: Some(kernel()),
            governor: Some(of_each_core("scaling_governor").join(" ")).filter(|names| !names.is_empty()),
            clock_hz: clock_hz(),
            rustc: found(option_env!("LANEWALK_RUSTC")),
            opt_level: found(option_env!("LANEWALK_OPT_LEVEL")),
            flags: Some(found(option_env!("LANEWALK_FLAGS")).unwrap_or_else(|| "none".to_owned())),
            commit: found(option_env!("LANEWALK_COMMIT")),
            date: Some(humantime::format_rfc3339_seconds(SystemTime::now()).to_string()),
        }
    }

    /// Two lines: the system, and the build with the date.
    pub(crate) fn details(&self) -> [String; 2] {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let clock = self.clock_hz.map_or_else(|| "unknown".to_owned(), |hz| format!("{:.2} GHz as reported", hz / 1e9));
        [
            format!("kernel {}; governor {}; clock {clock}", known(&self.kernel), known(&self.governor)),
            format!("{}; measured {}", self.build(), known(&self.date)),
        ]
    }

    /// "built by rustc 1.95.0, opt-level 3, flags none, commit 0123456789ab"
    pub(crate) fn build(&self) -> String {
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let (rustc, level, flags) = (known(&self.rustc), known(&self.opt_level), known(&self.flags));
        format!("built by {rustc}, opt-level {level}, flags {flags}, commit {}", known(&self.commit))
    }

    /// All texts, for a check of a report.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        let known = [&self.cpu, &self.architecture, &self.built_for, &self.features];
        let others =
            [&self.kernel, &self.governor, &self.rustc, &self.opt_level, &self.flags, &self.commit, &self.date];
        known.into_iter().chain(&self.isas).chain(&self.caches).chain(others.into_iter().flatten())
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
    fn this_build_and_system_are_named() {
        let host = Host::detect();
        assert!(host.rustc.as_ref().unwrap().starts_with("rustc 1."), "{:?}", host.rustc);
        assert!(!host.flags.as_ref().unwrap().contains('/'), "{:?}", host.flags);
        assert!(host.commit.as_ref().is_none_or(|commit| commit.len() >= 7 && !commit.contains(' ')));
        assert!(host.date.as_ref().is_some_and(|date| date.len() == 20 && date.ends_with('Z')), "{:?}", host.date);
        if cfg!(unix) {
            assert!(host.kernel.is_some_and(|kernel| kernel.contains(' ')));
        }
        assert!(host.clock_hz.is_none_or(|clock| (1e8..1e10).contains(&clock)), "{:?}", host.clock_hz);
    }

    #[test]
    fn a_build_without_lanes_says_so() {
        let host = Host { usable_threads: 1, isas: Vec::new(), features: "cli".to_owned(), ..fixture::ladder().host };
        assert_eq!(host.line(), "Some CPU, 1 of 4 logical cores usable, no layer simd; built for sse2, features cli");
    }
}
