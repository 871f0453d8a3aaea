//! Every command in the README and the documentation runs, and every output shown agrees with the program.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{Folder, quiet_report};

const PAGES: [(&str, &str); 10] = [
    ("README.md", include_str!("../../README.md")),
    ("CONTRIBUTING.md", include_str!("../../CONTRIBUTING.md")),
    ("docs/benchmarking.md", include_str!("../../docs/benchmarking.md")),
    ("docs/cores.md", include_str!("../../docs/cores.md")),
    ("docs/determinism.md", include_str!("../../docs/determinism.md")),
    ("docs/exercises.md", include_str!("../../docs/exercises.md")),
    ("docs/json.md", include_str!("../../docs/json.md")),
    ("docs/kernels.md", include_str!("../../docs/kernels.md")),
    ("docs/languages.md", include_str!("../../docs/languages.md")),
    ("docs/models.md", include_str!("../../docs/models.md")),
];

/// The arguments after `lanewalk` or `cargo run ... --` in a line of a shell block or in a code span; `None` for other
/// text.
fn arguments(text: &str) -> Option<Vec<String>> {
    let text = text
        .split(" #")
        .next()
        .unwrap_or_default()
        .split(" > ")
        .next()
        .unwrap_or_default()
        .trim()
        .trim_end_matches('\\')
        .trim();
    let rest = match text.strip_prefix("lanewalk ") {
        Some(rest) => rest,
        None if text.starts_with("cargo run --release") => text.split_once(" -- ")?.1,
        None => return None,
    };
    let words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
    // A name with alternatives is not a command.
    let plain = |word: &String| !word.contains(['|', '[', '<']);
    let subcommand = words[0].chars().all(|letter| letter.is_ascii_lowercase());
    let placeholders = words.iter().any(|word| {
        word.chars().any(char::is_uppercase) && word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '.')
    });
    (subcommand && !placeholders && words.iter().all(plain)).then_some(words)
}

/// The commands of a page: the lines of its shell blocks, and the code spans in its prose.
fn commands(page: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut block: Option<&str> = None;
    let mut joined = String::new();
    for line in page.lines() {
        if let Some(kind) = line.trim_start().strip_prefix("```") {
            block = if block.is_some() { None } else { Some(kind) };
        } else if block == Some("sh") {
            joined.push_str(line.trim());
            if joined.ends_with('\\') {
                joined.pop();
                continue;
            }
            let line = joined.split_once("cargo run").map_or(joined.clone(), |(_, rest)| format!("cargo run{rest}"));
            found.extend(arguments(&line));
            joined.clear();
        } else if block.is_none() && !line.starts_with('#') {
            found.extend(line.split('`').skip(1).step_by(2).filter_map(arguments));
        }
    }
    found
}

/// The same command with less work: a budget of one second, and at most 5000 samples, points or steps (tasks: 300).
fn quick(words: &[String]) -> Vec<String> {
    let mut quick: Vec<String> = words.iter().filter(|word| *word != "--quick").cloned().collect();
    for index in 1..quick.len() {
        let max = match quick[index - 1].as_str() {
            "--samples" | "--points" | "--steps" | "--batch-points" => 5000.0,
            "--batches" => 50.0,
            "--budget" => 1.0,
            _ => continue,
        };
        let number: f64 = quick[index].replace('_', "").parse().unwrap_or(0.0);
        if number > max {
            quick[index] = max.to_string();
        }
    }
    if let Some(place) = quick.iter().position(|word| word == "--fail-if-slower") {
        // Both reports are of the same program, but not of the same minute.
        "99%".clone_into(&mut quick[place + 1]);
    }
    if quick[0] == "ladder" {
        // Uses the first workload only, since the tests of the ladder cover `ladder all`.
        quick.retain(|word| word != "all");
        if quick.get(1).is_none_or(|word| word.starts_with('-')) {
            quick.insert(1, "walk".to_owned());
        }
    }
    let measures = ["ladder", "scale", "pipes"].contains(&quick[0].as_str());
    let compares = quick[0] == "schedule" && quick.iter().any(|word| word == "--compare");
    if (measures || compares) && !quick.iter().any(|word| word == "--budget") {
        quick.extend(["--budget", "1"].map(str::to_owned));
    }
    let walks = quick[0] == "schedule" && !quick.iter().any(|word| word == "sin");
    if walks && !quick.iter().any(|word| word == "--samples") {
        quick.extend(["--samples", "300"].map(str::to_owned));
    }
    quick
}

fn run(folder: &Path, words: &[String]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_lanewalk")).args(words).current_dir(folder).output().unwrap()
}

/// Replaces a report by that of a quiet machine.
fn calm(path: &Path) {
    let report = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    fs::write(path, quiet_report(report).to_string()).unwrap();
}

/// Copies the files that the pages name to the places where a reader has them.
fn prepare(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir_all(folder.join("docs/timings")).unwrap();
    fs::create_dir_all(folder.join("docs/images")).unwrap();
    for file in fs::read_dir(root.join("docs/timings")).unwrap() {
        let path = file.unwrap().path();
        fs::copy(&path, folder.join("docs/timings").join(path.file_name().unwrap())).unwrap();
    }
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn every_command_runs() {
    let folder = Folder::new("documentation");
    prepare(&folder.0);
    let mut seen = Vec::new();
    for (name, page) in PAGES {
        for words in commands(page) {
            let words = quick(&words);
            if words[0] == "compare" {
                words[1..3].iter().for_each(|name| calm(&folder.0.join(name)));
            }
            // Servers wait for input, and a repeated command gives no new information.
            if words[0] == "serve" || seen.contains(&words) {
                continue;
            }
            let output = run(&folder.0, &words);
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: lanewalk {}\n{error}", words.join(" "));
            seen.push(words);
        }
    }
    let of = |subcommand: &str| seen.iter().filter(|words| words[0] == subcommand).count();
    assert!(seen.len() >= 25 && of("walk") >= 5 && of("ladder") >= 2, "{seen:?}");
}

#[test]
fn the_readme_has_at_most_twelve_commands() {
    let page = PAGES[0].1;
    let groups = page.split("## Commands").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines = groups.lines().filter(|line| line.starts_with("lanewalk ")).count();
    assert!((8..=12).contains(&lines), "{lines}");
}

/// For blocks that begin with `$ lanewalk`, each line below is in the output, except lines with times and threads.
#[test]
fn every_output_in_the_docs_is_current() {
    let folder = Folder::new("documentation-output");
    prepare(&folder.0);
    let mut checked = 0;
    for (name, page) in PAGES {
        for block in page.split("```text\n$ lanewalk ").skip(1) {
            let block = block.split("\n```").next().unwrap();
            let (command, shown) = block.split_once('\n').unwrap();
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            let output = String::from_utf8(run(&folder.0, &words).stdout).unwrap();
            for line in shown.lines().filter(|line| !line.contains("steps/s") && !line.contains("digest")) {
                let line = line.trim_end();
                assert!(output.lines().any(|found| found.trim_end() == line), "{name}: {command}\n{line}\n{output}");
            }
            let digest = |text: &str| text.split("digest ").nth(1).map(|rest| rest[..16].to_owned());
            if let Some(shown) = digest(shown) {
                assert_eq!(digest(&output), Some(shown), "{name}: {command}");
            }
            checked += 1;
        }
    }
    assert!(checked > 0);
}

#[test]
fn no_line_of_prose_is_longer_than_120_columns() {
    for (name, page) in PAGES {
        for line in page.lines().filter(|line| !line.starts_with('|') && !line.contains("](")) {
            assert!(line.chars().count() <= 120, "{name}: {line}");
        }
    }
}
