//! The blocks by name. Each has a table or lines of output, and a line with date, machine and command.

use serde_json::Value;

use super::record::{Measurement, Record, number, share, with_interval};
use super::text::{Table, paragraph, prefix, significant, time};

/// The text of a block. Its name is the kind of block and what it shows.
pub(super) fn block(name: &str, record: &Record) -> Result<String, String> {
    let mut words = name.split(' ');
    let kind = words.next().unwrap_or_default();
    let shown: Vec<&str> = words.collect();
    match (kind, shown.as_slice()) {
        ("output", [name]) => output(record, name),
        ("ladder", [workload]) => ladder(record, workload),
        ("rates", [_, _, ..]) => rates(record, &shown),
        ("rods", []) => rods(record),
        ("scaling", [_, ..]) => scaling(record, &shown),
        ("schedule", []) => schedule(record),
        ("workers", []) => workers(record),
        ("sines", []) => sines(record),
        ("calls", [language]) => calls(record, language),
        _ => Err(format!("there is no kind of block `{name}`")),
    }
}

/// The line below a table: date, machine, command, rounds and noise. `command` stands for those of all `names`.
fn caption(record: &Record, names: &[&str], command: &str, others: &[String]) -> String {
    let mut parts = vec![format!("Measured on {}", record.origin()), format!("`{command}`")];
    parts.extend_from_slice(others);
    let busy = if record.is_busy(names) { " The machine was busy, so there are no ratios." } else { "" };
    format!("{}.{busy}", parts.join("; "))
}

fn rounds(measurement: Measurement) -> String {
    match measurement.rounds() {
        1 => "one round".to_owned(),
        count => format!("medians of {count} interleaved rounds"),
    }
}

/// What the program prints.
fn output(record: &Record, name: &str) -> Result<String, String> {
    let measurement = record.measurement(name)?;
    let lines = measurement.result()["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
    let lines: Vec<&str> = lines.collect();
    let text = format!("```text\n$ {}\n{}\n```\n", measurement.command(), lines.join("\n"));
    Ok(format!("{text}\n{}", paragraph(&format!("Measured on {}.", record.origin()))))
}

/// The rungs of a workload.
fn ladder(record: &Record, workload: &str) -> Result<String, String> {
    let name = format!("ladder {workload}");
    let measurement = record.measurement(&name)?;
    let rungs = measurement.result()["rungs"].as_array().unwrap();
    let (unit, prefix) = prefix(largest(rungs, "rate"));
    let item = measurement.result()["summaries"][0]["unit"].as_str().unwrap();
    let rate = format!("{prefix}{item}/s");
    let mut table = Table::new(&["rung", &rate, measurement.interval(), "step", "x scalar", "of ceiling"]);
    for rung in rungs {
        let [value, low, high] = ["rate", "rate_low", "rate_high"].map(|key| scaled(&rung[key], unit));
        let step =
            if rung["not_significant"] == true { "not significant".to_owned() } else { number(&rung["step_speedup"]) };
        let interval = format!("{low} to {high}");
        table.row(&[
            rung["name"].as_str().unwrap(),
            &value,
            &interval,
            &step,
            &number(&rung["speedup"]),
            &share(&rung["ceiling_share"]),
        ]);
    }
    let mut others = vec![rounds(measurement)];
    others.extend(measurement.noise());
    Ok(table.with_paragraph(&caption(record, &[&name], measurement.command(), &others)))
}

/// The rates of several workloads: on one thread, and of the topmost rung.
fn rates(record: &Record, workloads: &[&str]) -> Result<String, String> {
    let names: Vec<String> = workloads.iter().map(|workload| format!("ladder {workload}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let measurements = names.iter().map(|name| record.measurement(name)).collect::<Result<Vec<_>, _>>()?;
    let rungs_of = |measurement: Measurement<'_>| measurement.result()["rungs"].as_array().unwrap().clone();
    let all: Vec<Value> = measurements.iter().flat_map(|measurement| rungs_of(*measurement)).collect();
    let (unit, prefix) = prefix(largest(&all, "rate"));
    let top = all.last().unwrap()["name"].as_str().unwrap().to_owned();
    let mut columns: Vec<&str> = Vec::new();
    for rung in &all {
        let name = rung["name"].as_str().unwrap();
        if (rung["threads"] == 1 || name == top) && !columns.contains(&name) {
            columns.push(name);
        }
    }
    // The rungs of all workloads in the order of the ladder: the topmost one last, also if the first has none.
    columns.sort_by_key(|name| *name == top);
    let headings: Vec<&str> =
        ["workload"].into_iter().chain(columns.iter().copied()).chain(["x scalar", "of ceiling"]).collect();
    let mut table = Table::new(&headings);
    let mut items: Vec<&str> = Vec::new();
    let mut count = u64::MAX;
    let mut noise: f64 = 0.0;
    for measurement in &measurements {
        let summary = &measurement.result()["summaries"][0];
        items.push(summary["unit"].as_str().unwrap());
        count = count.min(measurement.rounds());
        noise = noise.max(summary["noise_floor"].as_f64().unwrap_or(0.0));
        let rungs = rungs_of(*measurement);
        let mut row = vec![summary["title"].as_str().unwrap().to_owned()];
        for column in &columns {
            let rung = rungs.iter().find(|rung| rung["name"] == **column);
            row.push(rung.map_or_else(String::new, |rung| scaled(&rung["rate"], unit)));
        }
        let best = rungs.iter().rfind(|rung| rung["threads"] == 1).unwrap();
        row.extend([number(&best["speedup"]), share(&best["ceiling_share"])]);
        table.row(&row);
    }
    items.dedup();
    let [item] = items[..] else { return Err(format!("rates of different units: {items:?}")) };
    let others = [
        format!("rates in {prefix}{item}/s"),
        format!("medians of at least {count} interleaved rounds"),
        format!("noise floors up to {} %", significant(100.0 * noise, 2)),
    ];
    let caption = caption(record, &names, "lanewalk ladder WORKLOAD --budget SECONDS", &others);
    Ok(table.with_paragraph(&format!("{caption} The last two columns are those of the best rung on one thread.")))
}

/// Rods of several lengths.
fn rods(record: &Record) -> Result<String, String> {
    let measurement = record.measurement("rods")?;
    let rows = rows(measurement);
    let (unit, prefix) = prefix(largest(rows, "updates_per_second"));
    let mut cases: Vec<&str> = Vec::new();
    let mut lengths: Vec<u64> = Vec::new();
    for row in rows {
        let (case, points) = (row["case"].as_str().unwrap(), row["points"].as_u64().unwrap());
        if !cases.contains(&case) {
            cases.push(case);
        }
        if !lengths.contains(&points) {
            lengths.push(points);
        }
    }
    cases.sort_by_key(|case| case.ends_with(" threads"));
    let mut table = Table::new(&[&["points"], &cases[..]].concat());
    for points in lengths {
        let mut line = vec![points.to_string()];
        for case in &cases {
            let row = rows.iter().find(|row| row["points"] == points && row["case"] == **case);
            line.push(row.map_or_else(String::new, |row| scaled(&row["updates_per_second"], unit)));
        }
        table.row(&line);
    }
    let others = [format!("rates in {prefix}updates/s"), rounds(measurement)];
    Ok(table.with_paragraph(&caption(record, &["rods"], measurement.command(), &others)))
}

/// Times on one thread and on all threads, both pinned.
fn scaling(record: &Record, workloads: &[&str]) -> Result<String, String> {
    let names: Vec<String> = workloads.iter().map(|workload| format!("scale {workload}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let measurements = names.iter().map(|name| record.measurement(name)).collect::<Result<Vec<_>, _>>()?;
    let interval = measurements[0].interval();
    let headings = [
        "work".to_owned(),
        "threads".to_owned(),
        "time".to_owned(),
        format!("speedup ({interval})"),
        format!("serial fraction ({interval})"),
        "noise floor".to_owned(),
    ];
    let mut table = Table::new(&headings);
    for measurement in &measurements {
        let result = measurement.result();
        let points = result["points"].as_array().unwrap();
        let pin = points.iter().map(|point| &point["pin"]).find(|pin| **pin != "none").unwrap_or(&points[0]["pin"]);
        for point in points.iter().filter(|point| point["pin"] == *pin && point["oversubscribed"] == false) {
            let floors = result["noise_floors"].as_array().unwrap();
            let floor = floors.iter().find(|floor| floor["threads"] == point["threads"]);
            table.row(&[
                result["title"].as_str().unwrap().to_owned(),
                point["threads"].to_string(),
                time(point["time_s"].as_f64().unwrap()),
                with_interval(point, "speedup"),
                with_interval(point, "karp_flatt"),
                floor.map_or_else(String::new, |floor| {
                    format!("{} %", significant(100.0 * floor["noise_floor"].as_f64().unwrap(), 2))
                }),
            ]);
        }
    }
    let count = measurements.iter().map(|measurement| measurement.rounds()).min().unwrap();
    let others = [format!("pinned threads, medians of at least {count} interleaved rounds")];
    let command = "lanewalk scale WORKLOAD --budget SECONDS";
    Ok(table.with_paragraph(&caption(record, &names, command, &others)))
}

/// The orders and modes of a list of tasks: predicted and measured.
fn schedule(record: &Record) -> Result<String, String> {
    let measurement = record.measurement("schedule")?;
    let result = measurement.result();
    let compared = result["compared"].as_array().unwrap();
    let floor = result["floor_s"].as_f64().unwrap();
    let seconds = |row: &Value, key: &str| row[key].as_f64().unwrap();
    let modes = ["map", "imap", "imap-unordered"];
    let mut table = Table::new(&["order of submission", "predicted", modes[0], modes[1], modes[2], "map / floor"]);
    for (order, title) in [
        ("given", "given: 10, 20, ..., 150"),
        ("longest", "longest first"),
        ("shortest", "shortest first (as given)"),
        ("random", "random, seed 1"),
    ] {
        let of = |mode: &str| compared.iter().find(|row| row["mode"] == mode && row["order"] == order);
        let map = of("map").ok_or_else(|| format!("no order {order}"))?;
        let mut row = vec![title.to_owned(), time(seconds(map, "predicted_s"))];
        row.extend(modes.map(|mode| of(mode).map_or_else(String::new, |row| time(seconds(row, "makespan_s")))));
        row.push(significant(seconds(map, "makespan_s") / floor, 3));
        table.row(&row);
    }
    if let Some(split) = compared.iter().find(|row| row["mode"] == "split") {
        let (predicted, measured) = (seconds(split, "predicted_s"), seconds(split, "makespan_s"));
        let title = "split: walks shared among workers".to_owned();
        let empty = String::new;
        table.row(&[title, time(predicted), time(measured), empty(), empty(), significant(measured / floor, 3)]);
    }
    let deviations = compared.iter().map(|row| (seconds(row, "predicted_s") / seconds(row, "makespan_s") - 1.0).abs());
    let largest = 100.0 * deviations.fold(0.0, f64::max);
    let caption = caption(record, &["schedule"], measurement.command(), &[rounds(measurement)]);
    let largest = significant(largest, 2);
    Ok(table.with_paragraph(&format!("{caption} The predictions deviate by at most {largest} % from these times.")))
}

/// Predictions for other numbers of workers, from the costs that the machine has.
fn workers(record: &Record) -> Result<String, String> {
    let measurement = record.measurement("schedule")?;
    let simulated = measurement.result()["simulated"].as_array().unwrap();
    let headings = ["workers", "given: makespan, speedup", "longest first: makespan, speedup", "floor", "split"];
    let mut table = Table::new(&headings);
    let of = |row: &Value, key: &str| time(row[key].as_f64().unwrap());
    for given in simulated.iter().filter(|row| row["order"] == "given") {
        let longest = simulated.iter().find(|row| row["order"] == "longest" && row["workers"] == given["workers"]);
        let cell = |row: &Value| format!("{}, {}", of(row, "makespan_s"), number(&row["speedup"]));
        table.row(&[
            given["workers"].to_string(),
            cell(given),
            longest.map_or_else(String::new, cell),
            of(given, "floor_s"),
            of(given, "split_s"),
        ]);
    }
    let text = format!("Predicted on {}; `{}`.", record.origin(), measurement.command());
    Ok(table.with_paragraph(&text))
}

/// Tiny tasks.
fn sines(record: &Record) -> Result<String, String> {
    let measurement = record.measurement("sines")?;
    let mut table = Table::new(&["variant", "time for five sines", "time per task"]);
    for row in measurement.result()["results"].as_array().unwrap() {
        let of = |key: &str| time(row[key].as_f64().unwrap());
        table.row(&[row["variant"].as_str().unwrap().to_owned(), of("map_s"), of("per_task_s")]);
    }
    let fewer = if measurement.rounds() > 1 { ", fewer for Python" } else { "" };
    let others = [rounds(measurement) + fewer];
    Ok(table.with_paragraph(&caption(record, &["sines"], measurement.command(), &others)))
}

/// Calls from a language, beside the program.
fn calls(record: &Record, language: &str) -> Result<String, String> {
    let measurement = record.measurement("calls")?;
    let rows = rows(measurement);
    if !rows.iter().any(|row| row["from"] == language) {
        return Err(format!("the record has no calls from {language}"));
    }
    let mut table = Table::new(&["call", "time", measurement.interval()]);
    for (from, pairs) in [
        (language, &[("small", "small_s"), ("samples", "samples_s"), ("pi", "pi_s"), ("large", "large_s")][..]),
        ("program", &[("large", "elapsed_s")][..]),
    ] {
        let row = rows.iter().find(|row| row["from"] == from).ok_or_else(|| format!("no calls from {from}"))?;
        for (what, key) in pairs {
            let Some(what) = row[*what].as_str() else { continue };
            let [value, low, high] =
                ["", "_low", "_high"].map(|end| time(row[format!("{key}{end}")].as_f64().unwrap()));
            table.row(&[what, &value, &format!("{low} to {high}")]);
        }
    }
    let file = match language {
        "c" => "benches/calls.c",
        _ => "benches/calls.py",
    };
    let others = ["one thread".to_owned(), rounds(measurement)];
    Ok(table.with_paragraph(&caption(record, &["calls"], file, &others)))
}

fn rows(measurement: Measurement<'_>) -> &Vec<Value> {
    measurement.result()["rows"].as_array().unwrap()
}

fn largest(rows: &[Value], key: &str) -> f64 {
    rows.iter().filter_map(|row| row[key].as_f64()).fold(0.0, f64::max)
}

fn scaled(value: &Value, unit: f64) -> String {
    value.as_f64().map_or_else(String::new, |value| significant(value / unit, 3))
}
