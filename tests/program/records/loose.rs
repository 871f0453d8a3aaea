//! Finds measured figures outside of the blocks: rates, times and speedups, as numbers or in words.

use super::{END, START};

/// Figures that are not measured by lanewalk: the page, text of the line or of the heading above it, and the reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    // Limits and budgets, and the times of commands.
    ("README.md", "in ten seconds", "the budget of --quick"),
    ("README.md", "in one minute", "the default budget"),
    ("README.md", "Above 25 %", "a limit of the ladder"),
    ("CONTRIBUTING.md", "at most 20 minutes on 2 cores", "the limit of the gate"),
    ("CONTRIBUTING.md", "for ten minutes", "the time of a command"),
    ("CONTRIBUTING.md", "at most eight minutes", "the limit of a record"),
    ("docs/benchmarking.md", "takes at most ten seconds", "the budget of --quick"),
    ("docs/benchmarking.md", "vary by more than 10 %", "a limit of the ladder"),
    ("docs/benchmarking.md", "A noise floor above", "a limit of the ladder"),
    ("docs/models.md", "If a floor exceeds 25 %", "a limit of the ladder"),
    ("bindings/python/README.md", "within about 50 ms", "a limit that the tests check"),
    ("src/heat/evolution.rs", "at most two seconds", "a limit of the computation"),
    ("src/heat/evolution.rs", "takes one or two seconds", "a limit of the computation"),
    ("src/line/exact/round_trip.rs", "more than about two seconds", "a limit of the computation"),
    ("src/returns/distribution.rs", "up to two seconds", "a limit of the computation"),
    // Computed or published values.
    ("README.md", "πY²", "computed from exact values"),
    ("docs/exercises.md", "[Amdahl's law]", "computed by the law"),
    ("docs/exercises.md", "[Efficiency]", "computed by the law"),
    ("docs/exercises.md", "# Amdahl's law", "computed by the law"),
    ("docs/exercises.md", "# Efficiency", "computed by the law"),
    ("docs/exercises.md", "The login node of the exercise", "timings published with the exercises"),
    ("docs/exercises.md", "NumPy makes a batch", "a question of the exercises"),
    ("docs/models.md", "# Amdahl's law", "computed by the law"),
    ("docs/models.md", "# Three machines with a task list", "timings published with the exercises, and fits of them"),
    ("docs/models.md", "timings with 2 % noise", "a simulation"),
    ("src/model/comparison.rs", "at most 5 % of sets", "a simulation"),
];

/// Units of time and of rates; each follows a number.
const UNITS: &[&str] = &[
    "s",
    "ms",
    "us",
    "µs",
    "ns",
    "min",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "millisecond",
    "milliseconds",
    "microsecond",
    "microseconds",
    "nanosecond",
    "nanoseconds",
    "GHz",
    "GB/s",
    "MB/s",
    "GiB/s",
    "x",
];

/// Numbers in words, before a unit in full or before "times".
const WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty", "hundred",
    "thousand",
];

/// A share is a measured one in a line with one of these words.
const SPEED: &[&str] = &["fast", "slow", "speed", "rate ", "rates", "ceiling", "efficien", "noise", "overhead", "gain"];

/// A table has measured figures if a heading contains one of these.
const HEADINGS: &[&str] = &["steps/s", "points/s", "updates/s", "time", "x scalar", "speedup", "of ceiling", "noise"];

fn is_number(word: &str) -> bool {
    let word = bare(word);
    word.starts_with(|letter: char| letter.is_ascii_digit())
        && word.chars().all(|letter| letter.is_ascii_digit() || ".,_".contains(letter))
}

/// Whether a line has a number with a unit of time or of a rate, a speedup, or a share of a speed.
fn has_figure(line: &str) -> bool {
    let words: Vec<&str> = line.split([' ', '|', '`']).filter(|word| !word.is_empty()).collect();
    let word_at = |place: usize| words.get(place).map_or("", |word| bare(word));
    words.iter().enumerate().any(|(place, word)| {
        let next = word_at(place + 1);
        // A bracket before a name is a formula: 3 (s - m).
        let is_formula = words.get(place + 1).is_some_and(|word| word.starts_with('('));
        let is_unit = !is_formula && (UNITS.contains(&next) || (next.len() > 2 && next.ends_with("/s")));
        // "5 times as fast", "3 times slower"; not "20 times smaller", "twice as many".
        let is_speedup = next == "times"
            && match word_at(place + 2) {
                "as" => ["fast", "slow", "long"].contains(&word_at(place + 3)),
                comparative => ["faster", "slower", "longer"].contains(&comparative),
            };
        // 95 % is a level, and 100 % no measurement.
        let is_share =
            next == "%" && !["95", "100"].contains(&bare(word)) && SPEED.iter().any(|speed| line.contains(speed));
        let in_words = WORDS.contains(&word.to_lowercase().as_str()) && ((next.len() > 3 && is_unit) || is_speedup);
        let is_fraction = ["third", "quarter", "fifth"].contains(word) && ["faster", "slower"].contains(&next);
        (is_number(word) && (is_unit || is_speedup || is_share)) || is_joined(word) || in_words || is_fraction
    })
}

/// A word without the punctuation around it.
fn bare(word: &str) -> &str {
    word.trim_matches(['(', ')', '~', '*', '"', '.', ',', ';', ':', '+', '-'])
}

/// "3.5x", "20ms"
fn is_joined(word: &str) -> bool {
    let word = bare(word);
    let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    unit.len() < word.len() && ["x", "s", "ms", "us", "µs", "ns"].contains(&unit)
}

/// Whether text of a page is allowed; marks the entry as used.
fn is_allowed(page: &str, heading: &str, line: &str, used: &mut [bool]) -> bool {
    let found = ALLOWED.iter().position(|(file, text, _)| {
        *file == page && if text.starts_with("# ") { heading.ends_with(*text) } else { line.contains(*text) }
    });
    found.inspect(|place| used[*place] = true).is_some()
}

/// The lines with figures outside of the blocks, and allowed text that no longer exists.
pub(super) fn figures(pages: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    let mut used = vec![false; ALLOWED.len()];
    for (name, page) in pages {
        let (mut heading, mut in_block, mut in_code, mut in_table) = ("", false, false, None);
        for (number, line) in page.lines().enumerate() {
            in_block |= line.starts_with(START);
            in_block &= line != END;
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            } else if line.starts_with('#') && !in_code {
                heading = line;
            }
            if !line.trim_start().starts_with('|') {
                in_table = None;
            } else if in_table.is_none() {
                in_table = Some(HEADINGS.iter().any(|word| line.contains(word)));
            } else if in_table == Some(true) && has_cell_of_digits(line) && !in_block {
                if !is_allowed(name, heading, line, &mut used) {
                    found.push(format!("{name}:{}: {line}", number + 1));
                }
                continue;
            }
            if !in_block && has_figure(line) && !is_allowed(name, heading, line, &mut used) {
                found.push(format!("{name}:{}: {line}", number + 1));
            }
        }
    }
    let stale = ALLOWED.iter().zip(used).filter(|(_, used)| !used);
    found.extend(stale.map(|((page, text, _), _)| format!("allowed, but not in {page}: {text}")));
    found
}

/// Whether a row of a table has a cell, after its first one, that begins with a digit.
fn has_cell_of_digits(line: &str) -> bool {
    let mut cells = line.trim().trim_matches('|').split('|').skip(1).map(str::trim);
    cells.any(|cell| cell.starts_with(|letter: char| letter.is_ascii_digit()))
}

#[test]
fn measured_figures_are_found() {
    for line in [
        "The kernel reaches 14.7 Gsteps/s on one core.",
        "| `map` | 2.4 us |",
        "a call takes 3 ms, or less",
        "it takes about three minutes",
        "five times as fast as the loop",
        "12x faster, 3.4 times slower",
        "at 3.4 GHz",
        "a speedup of 98 %",
        "`walk` runs a third faster",
    ] {
        assert!(has_figure(line), "{line}");
    }
    for line in [
        "The walk needs 10 000 steps.",
        "an interval of 95 %",
        "at least 16 crates in 3 dimensions",
        "with `--shard 2/8`, 270 times smaller errors",
        "the times of 5 walks",
        "s = 1 + (1 - s) w for (s, label)",
        "it has four times as many lanes, and shares above 100 % by noise",
    ] {
        assert!(!has_figure(line), "{line}");
    }
    let page = |text: &str| [("page.md".to_owned(), text.to_owned())];
    let stale = ALLOWED.len();
    let table = "| rung | Gsteps/s |\n| --- | --- |\n| scalar | 1.6 |\n";
    assert_eq!(figures(&page(table)).len(), 1 + stale);
    assert_eq!(figures(&page(&format!("{START}ladder walk -->\n{table}{END}\n"))).len(), stale);
}
