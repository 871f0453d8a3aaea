//! The flags that go together: a flag that would have no effect is refused. The parser knows no such rules, because
//! clap drops a requirement when the required flag conflicts with another one.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::failure::Failure;

/// Refuses `flag` of the subcommands `commands` in a case, for a reason.
struct Rule {
    commands: &'static [&'static str],
    flag: &'static str,
    case: Case,
    /// The reason, which follows the message.
    why: &'static str,
}

enum Case {
    /// The other flag is given.
    With(&'static str),
    /// The other flag is not given.
    Without(&'static str),
    /// The other flag has one of these values, given or by default.
    Value(&'static str, &'static [&'static str]),
    /// The other flag does not have this value.
    NotValue(&'static str, &'static str),
    /// The first flag is given, the second one is not.
    WithButWithout(&'static str, &'static str),
    /// Both flags have these values.
    Both([(&'static str, &'static str); 2]),
}

use Case::{Both, NotValue, Value, With, WithButWithout, Without};

const fn rule(commands: &'static [&'static str], flag: &'static str, case: Case, why: &'static str) -> Rule {
    Rule { commands, flag, case, why }
}

const RUNS: &[&str] = &["walk", "return", "pi", "heat", "schedule"];
/// All commands with a table.
const TABLES: &[&str] =
    &["walk", "return", "pi", "heat", "ladder", "compare", "scale", "schedule", "model", "pipes", "verify", "info"];
const SAMPLES: &[&str] = &["walk", "return"];
const NO_ISA: &str = ": only the layer simd has instruction sets";
const NO_SAMPLES: &str = ", which does not sample";
const SPECTRAL: &str = ", which computes all steps at once on one thread";
const IN_TURN: &str = ", which runs the sub-domains in turn on one thread";
const SIN: &str = ", whose tasks are not walks";
const CSV: &str = ": the CSV contains only the results; use --format json";

const RULES: &[Rule] = &[
    rule(RUNS, "isa", Value("layer", &["scalar", "interchanged"]), NO_ISA),
    rule(TABLES, "wide", Value("format", &["json", "csv"]), ": it has all columns"),
    rule(&["walk"], "seed", Value("method", &["exact"]), NO_SAMPLES),
    rule(&["walk"], "threads", Value("method", &["exact"]), NO_SAMPLES),
    rule(&["walk"], "pin", Value("method", &["exact"]), NO_SAMPLES),
    rule(&["walk"], "layer", Value("method", &["exact"]), NO_SAMPLES),
    rule(&["walk"], "isa", Value("method", &["exact"]), NO_SAMPLES),
    rule(SAMPLES, "histogram", Value("format", &["csv"]), CSV),
    rule(SAMPLES, "quantiles", Value("format", &["csv"]), CSV),
    rule(SAMPLES, "survival", Value("format", &["csv"]), CSV),
    rule(&["pi"], "batches", With("points"), ""),
    rule(&["pi"], "batches", With("shard"), ""),
    rule(&["pi"], "batches", Without("batch-points"), ""),
    rule(&["pi"], "batch-points", Without("batches"), ""),
    rule(&["pi"], "chunk", Without("batches"), ""),
    rule(&["pi"], "unordered", Without("batches"), ""),
    rule(&["heat"], "domains", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "backend", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "halo", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "timeout", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "threads", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "pin", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "layer", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "isa", Value("method", &["spectral"]), SPECTRAL),
    rule(&["heat"], "timeout", NotValue("backend", "processes"), ""),
    rule(&["heat"], "threads", Value("backend", &["none"]), IN_TURN),
    rule(&["heat"], "threads", WithButWithout("domains", "backend"), IN_TURN),
    rule(&["heat"], "threads", Value("backend", &["processes"]), ": give --domains, one for each process"),
    rule(&["heat"], "pin", Value("backend", &["processes"]), ", whose processes are not pinned"),
    rule(&["ladder", "scale"], "quick", With("budget"), ""),
    rule(&["schedule"], "y", Value("task", &["sin"]), SIN),
    rule(&["schedule"], "samples", Value("task", &["sin"]), SIN),
    rule(&["schedule"], "layer", Value("task", &["sin"]), SIN),
    rule(&["schedule"], "isa", Value("task", &["sin"]), SIN),
    rule(&["schedule"], "mode", Value("task", &["sin"]), ", which compares all modes"),
    rule(&["schedule"], "simulate", Value("task", &["sin"]), SIN),
    rule(&["schedule"], "compare", Value("task", &["sin"]), ", which compares all modes"),
    rule(&["schedule"], "budget", Value("task", &["sin"]), ", which takes two seconds"),
    rule(&["schedule"], "plot", Value("task", &["sin"]), ""),
    rule(&["schedule"], "seed", Both([("task", "sin"), ("order", "given")]), ", whose order is not random"),
    rule(&["schedule"], "seed", Both([("task", "sin"), ("order", "longest")]), ", whose order is not random"),
    rule(&["schedule"], "seed", Both([("task", "sin"), ("order", "shortest")]), ", whose order is not random"),
    rule(&["schedule"], "budget", Without("compare"), ""),
    rule(&["model"], "efficiency", Value("format", &["csv"]), CSV),
    rule(&["model"], "costs", Value("format", &["csv"]), CSV),
    rule(&["model"], "serial", With("fit"), ""),
    rule(&["model"], "parallel", With("fit"), ""),
    rule(&["model"], "workers", With("fit"), ""),
    rule(&["model"], "efficiency", With("fit"), ""),
    rule(&["model"], "costs", Without("fit"), ""),
    rule(&["model"], "chunk", Without("costs"), ""),
    rule(&["model"], "order", Without("costs"), ""),
];

/// Refuses the flags of a subcommand that break a rule.
pub(super) fn check(command: &str, flags: &ArgMatches) -> Result<(), Failure> {
    let given = |flag: &str| flags.value_source(&id(flag)) == Some(ValueSource::CommandLine);
    let value = |flag: &str| {
        let mut values = flags.get_raw(&id(flag))?;
        Some(values.next()?.to_string_lossy().into_owned())
    };
    let has = |flag: &str, expected: &str| value(flag).is_some_and(|value| value == expected);
    for Rule { commands, flag, case, why } in RULES {
        if !commands.contains(&command) || !given(flag) {
            continue;
        }
        let problem = match case {
            With(other) => given(other).then(|| format!("cannot be used with --{other}")),
            Without(other) => (!given(other)).then(|| format!("requires --{other}")),
            Value(other, values) => {
                let found = values.iter().find(|value| has(other, value));
                found.map(|value| format!("cannot be used with --{other} {value}"))
            }
            NotValue(other, value) => (!has(other, value)).then(|| format!("requires --{other} {value}")),
            WithButWithout(with, without) => {
                (given(with) && !given(without)).then(|| format!("cannot be used with --{with} without --{without}"))
            }
            Both([(one, first), (other, second)]) => (has(one, first) && has(other, second))
                .then(|| format!("cannot be used with --{one} {first} and --{other} {second}")),
        };
        if let Some(problem) = problem {
            return Err(Failure::usage(format!("--{flag} {problem}{why}")));
        }
    }
    Ok(())
}

/// The parser's name of a flag.
fn id(flag: &str) -> String {
    flag.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::command::parser;

    #[test]
    fn rules_name_existing_flags_and_values() {
        let parser = parser();
        for Rule { commands, flag, case, .. } in RULES {
            for command in *commands {
                let command = parser.find_subcommand(command).unwrap();
                let find =
                    |flag: &str| command.get_arguments().find(|argument| argument.get_long() == Some(flag)).unwrap();
                find(flag);
                let values: &[(&str, &str)] = match case {
                    With(other) | Without(other) => &[(other, "")],
                    Value(other, values) => &values.iter().map(|value| (*other, *value)).collect::<Vec<_>>(),
                    NotValue(other, value) => &[(other, value)],
                    WithButWithout(with, without) => &[(with, ""), (without, "")],
                    Both(both) => both,
                };
                for (other, value) in values {
                    let possible = find(other).get_possible_values();
                    assert!(
                        value.is_empty() || possible.iter().any(|possible| possible.matches(value, false)),
                        "{value}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_parser_has_no_rules_of_its_own() {
        // clap drops `requires` if the required flag conflicts with one that is given.
        let parser = parser();
        let rules: BTreeSet<String> = parser
            .get_subcommands()
            .flat_map(|command| command.get_arguments().map(move |argument| (command, argument)))
            .filter(|(command, argument)| !command.get_arg_conflicts_with(argument).is_empty())
            .map(|(command, argument)| format!("{} {}", command.get_name(), argument.get_id()))
            .collect();
        assert!(rules.is_empty(), "{rules:?}");
    }
}
