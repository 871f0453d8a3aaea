//! `lanewalk info`: what this machine has and what this build can use of it.

use std::process::ExitCode;

use clap::Args;
use lanewalk::{Exec, Isa, Machine};
use serde::Serialize;

use super::Failure;
use super::common::Destination;
use crate::ladder::host::{FEATURES, TARGET_FEATURES, present};
use crate::report::{Report, Table, render};

/// What this machine has, and what this build can use of it
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

impl Arguments {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let output = self.destination.output()?;
        let machine = Machine::detect();
        let plan = Exec::default().plan()?;
        let known = |value: Option<usize>| value.map_or_else(|| "unknown".to_owned(), |value| value.to_string());
        let rows = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("cpu", machine.cpu.clone()),
            ("architecture", std::env::consts::ARCH.to_owned()),
            ("physical cores", known(machine.physical_cores)),
            ("logical cores", known(machine.logical_cores)),
            ("usable threads", machine.threads.to_string()),
            ("quota", machine.quota.map_or_else(|| "none".to_owned(), |quota| format!("{quota} cores"))),
            ("caches", if machine.caches.is_empty() { "unknown".to_owned() } else { machine.caches.join(", ") }),
            ("pinning", if plan.is_pinned() { "works" } else { "not available" }.to_owned()),
            ("isas compiled in", joined(&Isa::compiled())),
            ("isas usable here", joined(&Isa::available())),
            ("isa by default", plan.isa.map_or_else(|| "none".to_owned(), |isa| isa.to_string())),
            ("built for", present(&TARGET_FEATURES)),
            ("features", present(&FEATURES)),
        ];
        let rows = rows.into_iter().map(|(name, value)| Row { name, value }).collect();
        output.write(&render(&Info { command: "info", rows }, self.destination.format)?)?;
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

/// An object with a key for each row: more use to a program than a list of pairs.
impl Serialize for Info {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.rows.iter().map(|row| (row.name.replace(' ', "_"), row.value.as_str()));
        serializer.collect_map(std::iter::once(("command".to_owned(), self.command)).chain(rows))
    }
}

impl Report for Info {
    type Row = Row;

    fn rows(&self) -> &[Row] {
        &self.rows
    }

    fn table(&self) -> String {
        let mut table = Table::new(["what", "value"], &["what", "value"]);
        for row in &self.rows {
            table.row([row.name.to_owned(), row.value.clone()]);
        }
        table.render()
    }
}
