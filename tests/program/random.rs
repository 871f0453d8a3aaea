//! Random problems: every layer, instruction set, number of threads and split into shards gives the same result.

use std::fmt::Display;
use std::fs;

use lanewalk::{
    Exec, FirstExit, FirstPassage, FirstReturn, Isa, Layer, MAX_STREAMS, Mergeable, Parts, PiMethod, PiTally,
    RegionExit, Shape,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

use crate::common::{Folder, json};

/// The number of random problems of each kind. The environment variable asks for another number.
const CASES: u32 = 20;
const CASES_VARIABLE: &str = "RANDOM_CASES";

/// The numbers of threads of the runs of each problem.
const THREADS: &[u64] = if cfg!(feature = "threads") { &[1, 2, 3] } else { &[1] };

/// The keys whose values depend on the execution and not on the problem.
const EXECUTION: [&str; 9] = [
    "exec",
    "elapsed_s",
    "steps_per_second",
    "points_per_second",
    "updates_per_second",
    "domains",
    "backend",
    "halo",
    "timings",
];

/// Checks random problems. The seed is fixed, and a failure reports the smallest problem that fails.
fn check<S: Strategy>(problems: S, problem_holds: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let cases = std::env::var(CASES_VARIABLE).map_or(CASES, |cases| cases.parse().expect("a number of cases"));
    let config = Config { cases, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&problems, problem_holds).unwrap_or_else(|failure| panic!("{failure}"));
}

/// The flags of all layers and instruction sets.
fn layers() -> Vec<Vec<String>> {
    let mut flags = Vec::new();
    for &layer in Layer::ALL.iter().filter(|layer| Exec::default().layer(**layer).plan().is_ok()) {
        let layer_flags = vec!["--layer".to_owned(), layer.to_string()];
        if layer == Layer::Simd {
            let isas = Isa::available();
            flags.extend(isas.iter().map(|isa| [&layer_flags[..], &["--isa".to_owned(), isa.to_string()]].concat()));
        } else {
            flags.push(layer_flags);
        }
    }
    flags
}

/// The result of a run, without the values that depend on the execution.
fn result(arguments: &[String]) -> Value {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(["--quiet"]).collect();
    let mut result = json(&arguments);
    let keys = result.as_object_mut().unwrap();
    keys.retain(|key, _| !EXECUTION.contains(&key.as_str()) && key != "model");
    result
}

/// The first index, the number of walkers or points, and the split of the indices.
fn indices(count: u64, end: u64) -> impl Strategy<Value = (u64, u64, u64)> {
    (select(vec![0, 1, 999_999_937, end - count]), 1..=count, 0..=count)
        .prop_map(|(first, count, split)| (first, count, first + split.min(count)))
}

fn with_shard(arguments: &[String], first: u64, end: u64) -> Vec<String> {
    [arguments, &["--shard".to_owned(), format!("{first}..{end}")]].concat()
}

/// All layers, instruction sets and numbers of threads give the same result, and two shards merge to it.
fn all_agree(arguments: &[String], (first, count, split): (u64, u64, u64)) -> Result<(), TestCaseError> {
    let whole = with_shard(arguments, first, first + count);
    let expected = runs_agree(&whole)?;
    if first < split && split < first + count {
        let shards = [(first, split), (split, first + count)];
        let [one, two] = shards.map(|(first, end)| all_parts(&result(&with_shard(arguments, first, end))));
        let merged: Vec<_> = one.iter().zip(&two).map(|(one, two)| merge(one, two)).collect();
        prop_assert_eq!(merged, all_parts(&expected), "split at {}", split);
    }
    Ok(())
}

/// The result that all layers, instruction sets and numbers of threads give.
fn runs_agree(arguments: &[String]) -> Result<Value, TestCaseError> {
    let mut expected = None;
    for layer in layers() {
        for threads in THREADS {
            let run = [arguments, &layer, &["--threads".to_owned(), threads.to_string()]].concat();
            let result = result(&run);
            let expected = expected.get_or_insert_with(|| result.clone());
            prop_assert_eq!(&result, &*expected, "{:?}", run);
        }
    }
    Ok(expected.expect("at least one layer"))
}

/// The parts of all results, in order.
fn all_parts(value: &Value) -> Vec<Parts> {
    match value {
        Value::Array(values) => values.iter().flat_map(all_parts).collect(),
        Value::Object(keys) => keys
            .iter()
            .flat_map(|(key, value)| match &key[..] {
                "parts" => vec![serde_json::from_value(value.clone()).unwrap()],
                _ => all_parts(value),
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn merge(one: &Parts, two: &Parts) -> Parts {
    fn merge<R: Mergeable>(one: &Parts, two: &Parts) -> Parts {
        let mut merged = R::from_parts(one).unwrap();
        merged.merge(&R::from_parts(two).unwrap()).unwrap();
        merged.to_parts()
    }
    match &one.kind[..] {
        "first passage" => merge::<FirstPassage>(one, two),
        "first exit" => merge::<FirstExit>(one, two),
        "region exit" => merge::<RegionExit>(one, two),
        "first return" => merge::<FirstReturn>(one, two),
        "pi" => merge::<PiTally>(one, two),
        other => panic!("{other}"),
    }
}

fn flag(name: &str, value: impl Display) -> Vec<String> {
    vec![format!("--{name}"), value.to_string()]
}

fn list(values: &[impl Display]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn joined(command: &str, flags: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    [vec![command.to_owned()]].into_iter().chain(flags).flatten().collect()
}

/// A flag that is absent in half of the problems.
fn optional(name: &'static str, values: impl Strategy<Value = u64>) -> impl Strategy<Value = Vec<String>> {
    prop::option::of(values).prop_map(move |value| value.map_or_else(Vec::new, |value| flag(name, value)))
}

/// The flag `--independent`, which needs a list of several entries.
fn independent_flag(given: bool, entries: usize) -> Vec<String> {
    if given && entries > 1 { vec!["--independent".to_owned()] } else { Vec::new() }
}

fn switch(name: &'static str) -> impl Strategy<Value = Vec<String>> {
    any::<bool>().prop_map(move |given| if given { vec![format!("--{name}")] } else { Vec::new() })
}

fn seeds() -> impl Strategy<Value = Vec<String>> {
    any::<u64>().prop_map(|seed| flag("seed", seed))
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn distances() {
    let method = select(vec!["plain", "nested", "wald"]);
    let lists = prop::collection::btree_set(1_u32..1200, 1..4);
    let problems = (seeds(), lists, method, any::<bool>(), indices(150, MAX_STREAMS));
    check(problems, |(seed, distances, method, independent, indices)| {
        let distances: Vec<_> = distances.iter().map(|distance| f64::from(*distance) / 100.0).collect();
        let independent = independent_flag(independent && method != "nested", distances.len());
        let flags = [seed, flag("y", list(&distances)), flag("method", method), independent];
        all_agree(&joined("walk", flags), indices)
    });
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn barriers() {
    let (ends, sides) = ((1_i32..1200, 1_i32..1200, 0.0..1.0), select(vec!["both", "lower", "upper"]));
    let problems = (seeds(), ends, sides, prop::option::of(1_u64..500), indices(150, MAX_STREAMS));
    check(problems, |(seed, (below, above, start), sides, horizon, indices)| {
        let (lower, upper) = (f64::from(-below) / 100.0, f64::from(above) / 100.0);
        // A position on the grid of steps, within the barriers.
        let start: f64 = lower + (upper - lower) * (0.01 + 0.98 * start);
        let start = (start * 1024.0).round() / 1024.0;
        let horizon = horizon.or((sides != "both").then_some(300));
        let flags = [
            seed,
            if sides == "upper" { Vec::new() } else { flag("lower", lower) },
            if sides == "lower" { Vec::new() } else { flag("upper", upper) },
            if lower < start && start < upper { flag("start", start) } else { Vec::new() },
            horizon.map_or_else(Vec::new, |horizon| flag("horizon", horizon)),
        ];
        all_agree(&joined("walk", flags), indices)
    });
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn balls_and_cubes() {
    let dimensions = prop::collection::btree_set(1_u32..=16, 1..4);
    let shape = select(Shape::ALL);
    let problems = (
        seeds(),
        dimensions,
        1_u32..800,
        shape,
        optional("horizon", 1_u64..500),
        any::<bool>(),
        indices(100, MAX_STREAMS),
    );
    check(problems, |(seed, dimensions, radius, shape, horizon, independent, indices)| {
        let dimensions: Vec<_> = dimensions.into_iter().collect();
        let radius = f64::from(radius) / 100.0;
        let independent = independent_flag(independent, dimensions.len());
        let flags =
            [seed, flag("dim", list(&dimensions)), flag("y", radius), flag("shape", shape), horizon, independent];
        all_agree(&joined("walk", flags), indices)
    });
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn returns() {
    let kind = select(vec!["sign", "ball", "lattice"]);
    let dimensions = prop::collection::btree_set(1_u32..=8, 1..4);
    let problems = (seeds(), kind, dimensions, 1_u32..400, 1_u64..400, any::<bool>(), indices(100, MAX_STREAMS));
    check(problems, |(seed, kind, dimensions, radius, horizon, independent, indices)| {
        let dimensions: Vec<_> = dimensions.into_iter().collect();
        let independent = independent_flag(independent, dimensions.len());
        let space = match kind {
            "sign" => [Vec::new(), Vec::new(), Vec::new()],
            "ball" => [flag("dim", list(&dimensions)), flag("radius", f64::from(radius) / 100.0), independent],
            _ => [flag("dim", list(&dimensions)), independent, Vec::new()],
        };
        let flags = [seed, flag("kind", kind), flag("horizon", horizon)].into_iter().chain(space);
        all_agree(&joined("return", flags), indices)
    });
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn pi() {
    let problems = (seeds(), select(PiMethod::ALL), indices(20_000, 1 << 56));
    check(problems, |(seed, method, indices)| {
        let (first, count, _) = indices;
        // The stratified points are cells of a square grid.
        let side = (first + count - 1).isqrt() + 1;
        let points = if method == PiMethod::Stratified { flag("points", side * side) } else { Vec::new() };
        all_agree(&joined("pi", [seed, flag("method", method), points]), indices)
    });
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn pi_in_batches() {
    let method = select(vec!["plain", "antithetic", "conditional"]);
    let problems = (seeds(), method, 1_u64..40, 1_u64..500, 1_u64..6, switch("unordered"));
    check(problems, |(seed, method, batches, points, chunk, unordered)| {
        let size = [flag("batches", batches), flag("batch-points", points), flag("chunk", chunk)];
        let flags = [seed, flag("method", method), unordered].into_iter().chain(size);
        runs_agree(&joined("pi", flags)).map(|_| ())
    });
}

/// All divisions of a rod into sub-domains give the same bits as one domain. The spectral method has one variant; it
/// agrees with the steps up to rounding.
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn rods() {
    let folder = Folder::new("random-rods");
    let backends = if cfg!(unix) { vec!["none", "threads", "processes"] } else { vec!["none", "threads"] };
    let backends = if cfg!(feature = "threads") { backends } else { vec!["none"] };
    let division = (select(backends), 2_u64..9, 1_u64..5);
    let start = select(vec!["parabola", "mode", "file"]);
    let problems = (3_u64..300, 0_u64..200, prop::option::of(0.01..1.0), start, any::<u64>(), division);
    check(problems, |(points, steps, ratio, start, number, (backend, domains, halo))| {
        let spacing = std::f64::consts::PI / (points - 1) as f64;
        let step = ratio.map_or_else(Vec::new, |ratio| flag("dt", ratio * 0.499 * spacing * spacing));
        let start = match start {
            "mode" => format!("mode:{}", 1 + number % (points - 2)),
            "file" => {
                let file = folder.file("start.csv");
                let line = |index: u64| {
                    let value = f64::from(number.rotate_left(index as u32) as i32) / f64::from(1 << 20);
                    value.to_string()
                };
                fs::write(&file, (0..points).map(line).collect::<Vec<_>>().join("\n")).unwrap();
                file
            }
            other => other.to_owned(),
        };
        let flags = [flag("points", points), flag("steps", steps), step, flag("start", &start)];
        let rod = joined("heat", flags);
        let mut expected = None;
        let mut agrees = |run: &[String]| {
            let result = result(run);
            let expected = expected.get_or_insert_with(|| result.clone());
            prop_assert_eq!(&result, &*expected, "{:?}", run);
            Ok(())
        };
        for layer in layers() {
            agrees(&[&rod[..], &layer].concat())?;
            // A halo is at most as long as a sub-domain.
            let domains = domains.min((points - 2) / halo);
            if domains < 2 {
                continue;
            }
            let division = [flag("domains", domains), flag("halo", halo), flag("backend", backend)].concat();
            let division = [&rod[..], &layer, &division].concat();
            if backend == "threads" {
                for &threads in THREADS.iter().filter(|threads| **threads <= domains) {
                    agrees(&[&division[..], &flag("threads", threads)].concat())?;
                }
            } else {
                agrees(&division)?;
            }
        }
        if !start.starts_with("para") {
            return Ok(());
        }
        let spectral = result(&[&rod[..], &flag("method", "spectral")].concat());
        let error = |result: &Value| result["max_error"].as_f64();
        if let (Some(one), Some(other)) = (error(&spectral), expected.as_ref().and_then(error)) {
            prop_assert!((one - other).abs() <= 1e-9 * (1.0 + other), "{} {}", one, other);
        }
        Ok(())
    });
}
