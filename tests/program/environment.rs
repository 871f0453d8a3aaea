//! The environment variables that choose the instruction set and the threads.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::common::lanewalk;
#[cfg(feature = "pulp")]
use crate::common::skip;

/// Every subcommand, in its shortest form.
const COMMANDS: [&str; 12] =
    ["walk", "return", "pi", "heat", "ladder", "scale", "schedule", "model", "pipes", "verify", "info", "compare"];

#[test]
fn every_subcommand_refuses_a_bad_value_of_ours() {
    for (variable, value, expected) in [
        ("LANEWALK_ISA", "sse9", "got 'sse9', expected auto or one available here: "),
        ("LANEWALK_THREADS", "two", "got 'two', expected"),
        ("LANEWALK_THREADS", "0", "got '0', expected"),
        ("LANEWALK_THREADS", "1e3", "got '1e3', expected"),
        ("LANEWALK_THREADS", "99999", "got '99999', expected"),
    ] {
        for command in COMMANDS {
            let assert = lanewalk().arg(command).env(variable, value).assert().code(2).stdout("");
            assert.stderr(contains(format!("error: {variable}: {expected}")).and(contains("\n").count(1)));
        }
    }
}

/// The JSON of a run with these variables.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut command = lanewalk();
    let output = command.args(arguments).args(["--format", "json", "-q"]).envs(variables.iter().copied()).assert();
    serde_json::from_slice(&output.success().stderr("").get_output().stdout).unwrap()
}

#[cfg(feature = "threads")]
#[test]
fn the_footer_and_the_json_name_the_variable_in_force() {
    let runs: [&[&str]; 6] = [
        &["walk", "--y", "5"],
        &["return", "--dim", "3", "--samples", "50", "--horizon", "100"],
        &["pi", "--points", "1e5"],
        &["heat", "--points", "40001", "--steps", "30", "--domains", "3", "--backend", "threads"],
        &["schedule", "--y", "5", "--samples", "300"],
        &["ladder", "pi", "--budget", "1"],
    ];
    let sets: [(&[(&str, &str)], &str); 5] = [
        (&[("LANEWALK_THREADS", "3"), ("OMP_NUM_THREADS", "2")], "LANEWALK_THREADS"),
        (&[("RAYON_NUM_THREADS", "3"), ("OMP_NUM_THREADS", "2")], "RAYON_NUM_THREADS"),
        (&[("OMP_NUM_THREADS", "3,2"), ("SLURM_CPUS_PER_TASK", "2")], "OMP_NUM_THREADS"),
        (&[("SLURM_CPUS_PER_TASK", "3")], "SLURM_CPUS_PER_TASK"),
        (&[("SLURM_CPUS_PER_TASK", "3"), ("OMP_NUM_THREADS", "many")], "SLURM_CPUS_PER_TASK"),
    ];
    for arguments in runs {
        // The ladder takes a second, so it runs once.
        for (variables, name) in sets.iter().take(if arguments[0] == "ladder" { 1 } else { 5 }) {
            let exec = &run(arguments, variables)["exec"];
            assert_eq!((&exec["threads"], &exec["threads_from"]), (&3.into(), &(*name).into()), "{arguments:?}");
        }
    }
    // A flag comes first.
    let flag = run(&["walk", "--y", "5", "--threads", "2"], &[("LANEWALK_THREADS", "3")]);
    assert_eq!((&flag["exec"]["threads"], &flag["exec"]["threads_from"]), (&2.into(), &Value::Null));
    let table = lanewalk().args(["walk", "--y", "5"]).env("OMP_NUM_THREADS", "1").assert().success();
    table.stdout(contains("1 thread (OMP_NUM_THREADS) not pinned, seed 1"));
    let scale = run(&["scale", "pi", "--budget", "1"], &[("LANEWALK_THREADS", "1")]);
    assert!(scale["points"].as_array().unwrap().iter().all(|row| row["threads"] == 1), "{scale}");
    let info = run(&["info"], &[("LANEWALK_THREADS", "1")]);
    assert_eq!(info["threads_by_default"], "1 (LANEWALK_THREADS)");
}

#[cfg(feature = "threads")]
#[test]
fn a_bad_value_of_another_program_is_a_warning() {
    let run = |arguments: &[&str]| {
        let assert = lanewalk().args(arguments).env("OMP_NUM_THREADS", "many").assert().success();
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    let warning = "warning: OMP_NUM_THREADS: got 'many', expected a whole number from 1 to 1024; it has no effect\n";
    assert_eq!(run(&["walk", "--y", "5"]), warning);
    assert_eq!(run(&["info"]), warning);
    // The variable has no effect here.
    assert_eq!(run(&["walk", "--y", "5", "-q"]), "");
    assert_eq!(run(&["walk", "--y", "5", "--threads", "1"]), "");
    assert_eq!(run(&["model"]), "");
}

#[cfg(feature = "pulp")]
#[test]
fn the_instruction_set_holds_for_every_subcommand() {
    let Some(isa) = lanewalk::Isa::available().into_iter().find(|isa| Some(*isa) != lanewalk::Isa::best()) else {
        skip("this machine has one instruction set");
        return;
    };
    let (isa, variables) = (isa.to_string(), [("LANEWALK_ISA", isa.to_string())]);
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for arguments in [
        &["walk", "--y", "5"][..],
        &["pi", "--points", "1e5"],
        &["heat"],
        &["schedule", "--y", "5", "--samples", "300"],
        &["scale", "pi", "--budget", "1"],
        &["ladder", "pi", "--budget", "1"],
    ] {
        let report = run(arguments, &variables);
        assert_eq!(report["exec"]["isa"], isa.as_str(), "{arguments:?}");
        assert_eq!(report["exec"]["isa_from"], "LANEWALK_ISA", "{arguments:?}");
        // No other instruction set is a rung.
        if arguments[0] == "ladder" {
            let others = report["rungs"].as_array().unwrap().iter().filter(|rung| {
                let isa_of_rung = &rung["isa"];
                !isa_of_rung.is_null() && *isa_of_rung != isa.as_str()
            });
            assert_eq!(others.count(), 0, "{report}");
        }
    }
    let auto = run(&["walk", "--y", "5", "--isa", "auto"], &variables);
    assert_eq!(auto["exec"]["isa"], lanewalk::Isa::best().unwrap().to_string());
    let verify = run(&["verify"], &[variables[0], ("LANEWALK_THREADS", "1")]);
    assert_eq!(verify["limited_by"], serde_json::json!(["LANEWALK_ISA", "LANEWALK_THREADS"]));
    let names: Vec<_> =
        verify["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    assert!(names.iter().any(|name| name.contains(&isa)), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("2 threads")), "{names:?}");
}

#[cfg(feature = "threads")]
#[test]
fn unused_threads_give_no_warning() {
    let warned = |arguments: &[&str]| {
        let run = lanewalk().args(arguments).env("LANEWALK_THREADS", "1000").assert().success();
        String::from_utf8_lossy(&run.get_output().stderr).contains("LANEWALK_THREADS: 1000 threads share")
    };
    // A short rod and exact values need one thread.
    assert!(!warned(&["heat"]) && !warned(&["walk", "--method", "exact"]));
    assert!(warned(&["walk", "--y", "3"]));
}

#[cfg(feature = "pulp")]
#[test]
fn the_table_of_the_ladder_names_the_variables_in_force() {
    let table = lanewalk().args(["ladder", "pi", "--budget", "1"]).envs([("LANEWALK_ISA", "wide")]).assert();
    table.success().stdout(contains("LANEWALK_ISA is in force: wide"));
}
