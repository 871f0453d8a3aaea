//! `lanewalk info`: the hardware of this machine, and the parts of it that this build uses.

use std::collections::BTreeMap;

use clap::Args;
use lanewalk::tasks::{Tasks, map};
use lanewalk::{Exec, Isa, LogicalCore, Machine, NumaNode, Pin};
use serde::Serialize;

use super::common::Destination;
use super::failure::Failure;
use crate::exit::ExitCode;
use crate::ladder::host::{FEATURES, Host, TARGET_FEATURES, present};
use crate::report::{Page, Report, Table, significant};

const GIBIBYTE: f64 = 1_073_741_824.0;

/// Show the machine's cores, caches and instruction sets, and which of them this build uses
#[derive(Args)]
#[command(after_help = "Example:\n  lanewalk info --format json")]
pub(super) struct Arguments {
    #[command(flatten)]
    destination: Destination,
}

fn joined(isas: &[Isa]) -> String {
    let names: Vec<_> = isas.iter().map(Isa::to_string).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

/// Numbers in the list format of the Linux kernel, in the given order: "0-3,8".
fn list(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if number == *last + 1 => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let run =
        |&(first, last): &(usize, usize)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}

/// "2: cores 0-7 and 64 GiB; cores 8-15 and 64 GiB"
fn nodes(machine: &Machine) -> String {
    let node = |node: &NumaNode| {
        let cores =
            if node.cores.is_empty() { "no cores".to_owned() } else { format!("cores {}", list(node.cores.clone())) };
        let memory = node.memory_bytes.map(|bytes| format!(" and {} GiB", significant(bytes as f64 / GIBIBYTE, 3)));
        cores + &memory.unwrap_or_default()
    };
    counted(&machine.nodes.iter().map(node).collect::<Vec<_>>())
}

/// "2: cores 0-7; cores 8-15": the logical cores of each kind, fastest first.
fn kinds(machine: &Machine) -> String {
    grouped(machine, |core| Some(core.kind))
}

/// "2: cores 0-7; cores 8-15"
fn last_level_caches(machine: &Machine) -> String {
    grouped(machine, |core| core.last_level_cache)
}

fn grouped(machine: &Machine, group: impl Fn(&LogicalCore) -> Option<usize>) -> String {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for core in &machine.cores {
        if let Some(group) = group(core) {
            groups.entry(group).or_default().push(core.id);
        }
    }
    counted(&groups.into_values().map(|ids| format!("cores {}", list(ids))).collect::<Vec<_>>())
}

fn counted(texts: &[String]) -> String {
    if texts.is_empty() { "unknown".to_owned() } else { format!("{}: {}", texts.len(), texts.join("; ")) }
}

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let output = self.destination.output()?;
        let machine = Machine::detect();
        let exec = Exec::from_env()?.pin(Pin::Compact);
        // The plan knows whether pinning works only after the threads have started.
        map(Tasks::new(0..1), drop, &exec)?;
        let plan = exec.plan()?;
        let known = |value: Option<usize>| value.map_or_else(|| "unknown".to_owned(), |value| value.to_string());
        let from = |variable: Option<&str>| variable.map_or_else(String::new, |name| format!(" ({name})"));
        let usable =
            |text: String| if machine.cores.iter().any(|core| core.usable) { text } else { "unknown".to_owned() };
        let (host, unknown) = (Host::detect(), || "unknown".to_owned());
        let text = |text: Option<String>| text.unwrap_or_else(unknown);
        let rows = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("cpu", machine.cpu.clone()),
            ("architecture", std::env::consts::ARCH.to_owned()),
            ("sockets", known(machine.sockets)),
            ("numa nodes", nodes(&machine)),
            ("physical cores", known(machine.physical_cores)),
            ("logical cores", known(machine.logical_cores)),
            ("kinds of core", kinds(&machine)),
            ("usable threads", machine.threads.to_string()),
            ("usable physical cores", usable(machine.usable_physical_cores().to_string())),
            ("usable cores", usable(list(machine.cores.iter().filter(|core| core.usable).map(|core| core.id)))),
            ("quota", machine.quota.map_or_else(|| "none".to_owned(), |quota| format!("{quota} cores"))),
            ("caches", if machine.caches.is_empty() { "unknown".to_owned() } else { machine.caches.join(", ") }),
            ("last-level caches", last_level_caches(&machine)),
            ("pinning", if plan.is_pinned() { "works" } else { "not available" }.to_owned()),
            ("pinning order", usable(list(machine.pinning(plan.pin)))),
            ("isas compiled in", joined(&Isa::compiled())),
            ("isas usable here", joined(&Isa::available())),
            (
                "isa by default",
                plan.isa.map_or_else(|| "none".to_owned(), |isa| isa.to_string()) + &from(plan.isa_from),
            ),
            ("threads by default", plan.threads.to_string() + &from(plan.threads_from)),
            ("built for", present(&TARGET_FEATURES)),
            ("features", present(&FEATURES)),
            ("kernel", text(host.kernel)),
            ("governor", text(host.governor)),
            ("clock", host.clock_hz.map_or_else(unknown, |hz| format!("{:.2} GHz", hz / 1e9))),
            ("rustc", text(host.rustc)),
            ("opt level", text(host.opt_level)),
            ("flags", text(host.flags)),
            ("commit", text(host.commit)),
        ];
        let rows = rows.into_iter().map(|(name, value)| Row { name, value }).collect();
        self.destination.write(output, &Info { command: "info", rows })?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    value: String,
}

struct Info {
    command: &'static str,
    rows: Vec<Row>,
}

/// An object with one key for each row, which programs can read more easily than a list of pairs.
impl Serialize for Info {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.rows.iter().map(|row| (row.name.replace([' ', '-'], "_"), row.value.as_str()));
        serializer.collect_map(std::iter::once(("command".to_owned(), self.command)).chain(rows))
    }
}

impl Report for Info {
    type Row = Row;

    fn rows(&self) -> Vec<&Row> {
        self.rows.iter().collect()
    }

    fn page(&self) -> Page {
        let mut table = Table::new(["what", "value"], &["what", "value"]);
        for row in &self.rows {
            table.row([row.name.to_owned(), row.value.clone()]);
        }
        Page::new().table(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_their_order() {
        assert_eq!(list([0, 1, 2, 8, 3, 4, 7]), "0-2,8,3-4,7");
        assert_eq!(list([4, 3, 2]), "4,3,2");
        assert_eq!(list([]), "");
    }
}
