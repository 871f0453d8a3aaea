//! The parser of timings: lines of `workers,seconds` or `workers,seconds,work`.

use std::fs::File;
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use csv::{ReaderBuilder, StringRecord, Trim};
use lanewalk::model::Timing;

use crate::cli::number;

/// The maximum size of a file in bytes. A file of timings is small, so a much larger file is not one.
const MAX_BYTES: u64 = 1 << 20;
const MAX_TIMINGS: usize = 10_000;

/// The maximum number of workers, more than any machine has.
const MAX_WORKERS: u64 = 1 << 31;

/// The range of seconds, a picosecond to 30 000 years, and of work. Other values are probably mistakes.
const NUMBERS: RangeInclusive<f64> = 1e-12..=1e12;

/// The accepted names of the columns, in upper or lower case. Messages use the first name of each column.
const HEADING: [&[&str]; 3] = [&["workers", "threads", "cores", "processes"], &["seconds", "time"], &["work"]];

/// The timings of the file, or of standard input if it is `-`.
pub(super) fn read(path: &Path) -> Result<Vec<Timing>> {
    let mut bytes = Vec::new();
    let name = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let found = if path == Path::new("-") {
        io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    found.with_context(|| format!("--fit: got {name}, expected a file of lines workers,seconds"))?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!("--fit: {name} has more than 1 MiB; expected lines of workers,seconds");
    }
    parse(&bytes).map_err(|wrong| anyhow!("--fit: {name}, {wrong}"))
}

fn parse(bytes: &[u8]) -> Result<Vec<Timing>, String> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).comment(Some(b'#')).flexible(true).trim(Trim::All).from_reader(bytes);
    let mut timings = Vec::new();
    let mut first = true;
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            format!("line {line}: expected text in UTF-8")
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        // Skips blank lines and indented comments.
        if record.iter().all(str::is_empty) || record[0].starts_with('#') {
            continue;
        }
        // A byte order mark is not part of a name.
        let heading = |(column, field): (usize, &str)| {
            let name = field.trim_start_matches('\u{feff}').to_lowercase();
            HEADING.get(column).is_some_and(|names| names.contains(&name.as_str()))
        };
        let is_heading = first && record.len() >= 2 && record.iter().enumerate().all(heading);
        first = false;
        if !is_heading {
            timings.push(timing(&record).map_err(|wrong| format!("line {line}: {wrong}"))?);
        }
        if timings.len() > MAX_TIMINGS {
            return Err(format!("line {line}: expected at most {MAX_TIMINGS} timings"));
        }
    }
    if timings.is_empty() { Err("expected lines of workers,seconds, but found no timings".into()) } else { Ok(timings) }
}

fn timing(record: &StringRecord) -> Result<Timing, String> {
    if !(2..=3).contains(&record.len()) {
        let shown: Vec<_> = record.iter().take(4).collect();
        return Err(format!(
            "got {} field{}, '{}', expected workers,seconds or workers,seconds,work",
            record.len(),
            if record.len() == 1 { "" } else { "s" },
            shown.join(",")
        ));
    }
    let workers = number::count(&record[0]).ok().filter(|workers| (1..=MAX_WORKERS).contains(workers));
    let workers = workers
        .ok_or_else(|| format!("workers: got '{}', expected a whole number from 1 to {MAX_WORKERS}", &record[0]))?;
    let real = |column: usize| {
        let value = number::real(&record[column]).ok().filter(|value| NUMBERS.contains(value));
        value.ok_or_else(|| {
            format!("{}: got '{}', expected a number from 1e-12 to 1e12", HEADING[column][0], &record[column])
        })
    };
    let work = if record.len() == 3 { real(2)? } else { 1.0 };
    Timing::new(workers, real(1)?).and_then(|timing| timing.work(work)).map_err(|error| error.to_string())
}

/// See [`crate::fuzzing`]. Timings that are written and read again are the same.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) -> bool {
    let Ok(timings) = parse(input) else { return false };
    assert!((1..=MAX_TIMINGS).contains(&timings.len()));
    let line = |timing: &Timing| format!("{},{},{}\n", timing.workers, timing.seconds, timing.work);
    let written: String = timings.iter().map(line).collect();
    assert_eq!(parse(written.as_bytes()), Ok(timings));
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_common_formats() {
        let two = [(1, 30.0, 1.0), (2, 18.5, 1.0)];
        for text in [
            "1,30.0\n2,18.5\n",
            "workers,seconds\n1,30\n2,18.5",
            "\u{feff}workers,seconds\r\n1, 30.0\r\n2,\t18.5\r\n",
            "# a comment\n\nworkers , seconds\n1,3e1\n# another\n2,18.5\n\n",
            "workers,seconds,work\n1,30,1\n2,18.5\n",
            "Threads,Time\n  # indented\n1,30\n   \n2,18.5\n",
        ] {
            let read = parse(text.as_bytes()).unwrap();
            assert_eq!(read.iter().map(|t| (t.workers, t.seconds, t.work)).collect::<Vec<_>>(), two, "{text}");
        }
        assert_eq!(parse(b"4,2,4").unwrap(), [Timing::new(4, 2.0).unwrap().work(4.0).unwrap()]);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, expected) in [
            ("", "found no timings"),
            ("# nothing\n\n", "found no timings"),
            ("workers,seconds\n", "found no timings"),
            ("1,30\n0,18", "line 2: workers: got '0', expected a whole number from 1"),
            ("# x\n\n1,30\n2,-1", "line 4: seconds: got '-1', expected a number from 1e-12 to 1e12"),
            ("1,0", "line 1: seconds: got '0'"),
            ("1,nan", "line 1: seconds: got 'nan'"),
            ("1,inf", "line 1: seconds: got 'inf'"),
            ("1,1e999", "line 1: seconds"),
            ("1,30,0", "line 1: work: got '0'"),
            ("1,30,1,1", "line 1: got 4 fields, '1,30,1,1', expected"),
            ("1;30", "line 1: got 1 field, '1;30', expected"),
            ("seconds,workers\n30,1", "line 1: workers: got 'seconds'"),
            ("1.5,30", "line 1: workers: got '1.5'"),
            ("4294967296,30", "line 1: workers: got '4294967296'"),
            ("1,30\nworkers,seconds\n", "line 2: workers: got 'workers'"),
        ] {
            let wrong = parse(text.as_bytes()).unwrap_err();
            assert!(wrong.contains(expected) && !wrong.contains('\n'), "{text}: {wrong}");
        }
        assert!(parse(b"1,30\n\xff,1\n").unwrap_err().contains("line 2: expected text"));
        assert!(parse("1,2\n".repeat(MAX_TIMINGS + 1).as_bytes()).unwrap_err().contains("at most 10000"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9a-z,.\"#\n\r -]{0,40}", bytes: Vec<u8>) {
            _ = parse(text.as_bytes());
            _ = parse(&bytes);
        }
    }
}
