//! One JSON object for each run. Seeds and digests are strings, since many readers keep numbers as doubles.

use anyhow::Result;
use lanewalk::Plan;
use serde::{Deserialize, Serialize};

use super::counted;

/// The keys that every measuring subcommand has.
#[derive(Serialize)]
pub(crate) struct Head {
    command: &'static str,
    version: &'static str,
    seed: String,
    exec: Exec,
    digest: String,
    elapsed_s: f64,
    /// The number of processes, of a run that uses several.
    #[serde(skip)]
    processes: Option<usize>,
}

/// The configuration of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Exec {
    pub(crate) layer: String,
    pub(crate) isa: Option<String>,
    pub(crate) threads: usize,
    /// Whether each thread was pinned to its own core.
    pub(crate) pinned: bool,
    /// The requested kind of pinning. `None` in reports of earlier versions.
    #[serde(default)]
    pub(crate) pin: Option<String>,
    /// The environment variables that chose the instruction set and the threads.
    #[serde(default)]
    pub(crate) isa_from: Option<String>,
    #[serde(default)]
    pub(crate) threads_from: Option<String>,
}

impl Exec {
    /// The environment variables in force, and what they chose.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, String)> {
        let threads = self.threads_from.as_deref().map(|name| (name, counted(self.threads, "thread")));
        self.isa_from.as_deref().zip(self.isa.clone()).into_iter().chain(threads)
    }

    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            layer: plan.layer.to_string(),
            isa: plan.isa.map(|isa| isa.to_string()),
            threads: plan.threads,
            pinned: plan.is_pinned(),
            pin: Some(plan.pin.to_string()),
            isa_from: plan.isa_from.map(str::to_owned),
            threads_from: plan.threads_from.map(str::to_owned),
        }
    }
}

impl Head {
    pub(crate) fn new(command: &'static str, seed: u64, plan: &Plan, digest: String, elapsed_s: f64) -> Self {
        let (exec, version) = (Exec::new(plan), env!("CARGO_PKG_VERSION"));
        Self { command, version, seed: seed.to_string(), exec, digest, elapsed_s, processes: None }
    }

    /// The same for a run in several processes.
    pub(crate) fn processes(self, processes: usize) -> Self {
        Self { processes: Some(processes), ..self }
    }

    /// The digest of several results in their order; for one result, its own digest.
    pub(crate) fn joined(digests: &[String]) -> String {
        match digests {
            [one] => one.clone(),
            several => format!("{:016x}", xxhash_rust::xxh64::xxh64(several.concat().as_bytes(), 0)),
        }
    }

    pub(crate) fn elapsed_s(&self) -> f64 {
        self.elapsed_s
    }

    /// The last line of a page: the command and its method, the execution, the seed and the digest, such as "walk,
    /// plain, simd avx512, 2 threads pinned, seed 1, digest 0123456789abcdef". A kind of pinning other than the default
    /// is named, and an environment variable that is in force.
    pub(crate) fn footer(&self, method: Option<&str>) -> String {
        let Exec { layer, isa, threads, pinned, pin, isa_from, threads_from } = &self.exec;
        let from = |variable: &Option<String>| variable.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let isa = isa.as_ref().map(|isa| format!(" {isa}{}", from(isa_from))).unwrap_or_default();
        let pinned = match pin.as_deref() {
            _ if !pinned => "not pinned",
            Some("spread") => "pinned (spread)",
            _ => "pinned",
        };
        let workers = match self.processes {
            Some(processes) => format!("{processes} processes"),
            None => format!("{}{} {pinned}", counted(*threads, "thread"), from(threads_from)),
        };
        let method = method.map(|method| format!("{method}, ")).unwrap_or_default();
        format!("{}, {method}{layer}{isa}, {workers}, seed {}, digest {}", self.command, self.seed, self.digest)
    }
}

pub(super) fn render(report: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}
