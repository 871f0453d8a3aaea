//! A record: the JSON file that `benches/record` writes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::text::{percent, significant};

pub(super) struct Record {
    /// Its path in the repository.
    pub(super) name: String,
    json: Value,
}

/// A measurement of a record: its command, its rounds and its result.
#[derive(Clone, Copy)]
pub(super) struct Measurement<'r>(&'r Value);

impl Record {
    /// The newest record in the folder that `docs/benchmarking.md` names.
    pub(super) fn of_the_pages(pages: &[(String, String)]) -> Self {
        let page = &pages.iter().find(|(name, _)| name == "docs/benchmarking.md").unwrap().1;
        let folder = page.split("newest record in `").nth(1).and_then(|rest| rest.split('`').next());
        let folder = folder.expect("docs/benchmarking.md names the folder of the records");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let dates = files.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
        let newest = dates.max().expect("a record");
        let name = format!("{}/{newest}.json", folder.trim_end_matches('/'));
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name)).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["schema"], 1, "{name}");
        assert_eq!(json["date"], newest, "{name}");
        Self { name, json }
    }

    pub(super) fn measurement(&self, name: &str) -> Result<Measurement<'_>, String> {
        let found = self.json["measurements"].get(name);
        found.map(Measurement).ok_or_else(|| format!("{} has no measurement `{name}`", self.name))
    }

    /// Whether the noise of these measurements allowed no ratios.
    pub(super) fn is_busy(&self, names: &[&str]) -> bool {
        let busy = self.json["busy"].as_array().unwrap();
        busy.iter().any(|name| names.contains(&name.as_str().unwrap()))
    }

    /// Date, processor, cores, instruction set and compiler.
    pub(super) fn origin(&self) -> String {
        let host = &self.json["host"];
        let isa = host["isas"].as_array().unwrap().last().unwrap().as_str().unwrap();
        let rust = host["rustc"].as_str().unwrap().split(' ').nth(1).unwrap();
        let cores = host["physical_cores"].as_u64().unwrap();
        format!(
            "{} ({}, {cores} core{}, {isa}, Rust {rust})",
            self.json["date"].as_str().unwrap(),
            host["cpu"].as_str().unwrap(),
            if cores == 1 { "" } else { "s" }
        )
    }
}

impl<'r> Measurement<'r> {
    pub(super) fn command(self) -> &'r str {
        self.0["command"].as_str().unwrap()
    }

    pub(super) fn rounds(self) -> u64 {
        self.0["rounds"].as_u64().unwrap_or(1)
    }

    pub(super) fn result(self) -> &'r Value {
        &self.0["result"]
    }

    /// Intervals of fewer than six rounds are their range.
    pub(super) fn interval(self) -> &'static str {
        if self.rounds() >= 6 { "95 % interval" } else { "range" }
    }

    /// "noise floor 3.0 % on 1 thread, 2.2 % on 2 threads"; nothing without a noise floor.
    pub(super) fn noise(self) -> Option<String> {
        let result = self.result();
        let floors = result["noise_floors"].as_array().or_else(|| result["summaries"][0]["noise_floors"].as_array())?;
        let words = floors.iter().map(|floor| {
            let threads = floor["threads"].as_u64().unwrap();
            let plural = if threads == 1 { "" } else { "s" };
            format!("{} % on {threads} thread{plural}", significant(100.0 * floor["noise_floor"].as_f64().unwrap(), 2))
        });
        let words: Vec<_> = words.collect();
        (!words.is_empty()).then(|| format!("noise floor {}", words.join(", ")))
    }
}

/// Three significant digits; nothing for a value that does not exist.
pub(super) fn number(value: &Value) -> String {
    value.as_f64().map_or_else(String::new, |value| significant(value, 3))
}

pub(super) fn share(value: &Value) -> String {
    value.as_f64().map_or_else(String::new, percent)
}

/// "1.97 (1.95 to 2.01)"
pub(super) fn with_interval(object: &Value, key: &str) -> String {
    let ends = ["low", "high"].map(|end| number(&object[format!("{key}_{end}")]));
    match number(&object[key]) {
        value if value.is_empty() => value,
        value => format!("{value} ({} to {})", ends[0], ends[1]),
    }
}
