//! Every measured figure of the pages comes from a record, which `benches/record` makes.
//!
//! A block of Markdown between `<!-- record: NAME -->` and `<!-- end of record -->` is written from the record:
//!
//!     UPDATE_RECORDS=1 cargo test --release --test program records
//!
//! Without `UPDATE_RECORDS`, the test fails if a block differs from the record. Another test fails if a measured figure
//! stands outside of the blocks.

mod blocks;
mod loose;
mod record;
mod text;

use std::path::{Path, PathBuf};
use std::{env, fs};

use record::Record;

const START: &str = "<!-- record: ";
const END: &str = "<!-- end of record -->";

/// The files below a folder of the repository with this extension, by their paths.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let name = entry.file_name().into_string().unwrap();
            // A work tree or a virtual environment in the folder is not part of the repository.
            let is_foreign = entry.path().join(".git").exists() || entry.path().join("pyvenv.cfg").exists();
            if name.starts_with('.') || name == "target" || name == "node_modules" || is_foreign {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push((path.to_str().unwrap().replace('\\', "/"), fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// All pages of Markdown but the change log, which is history.
fn pages() -> Vec<(String, String)> {
    files("", "md").into_iter().filter(|(name, _)| name != "CHANGELOG.md").collect()
}

/// The documentation of the library: each source file with its doc comments only, without their examples.
fn comments() -> Vec<(String, String)> {
    let mut found = files("src", "rs");
    found.retain(|(name, _)| !name.starts_with("src/bin/"));
    for (_, source) in &mut found {
        let mut in_code = false;
        let text = source.lines().map(|line| {
            let line = line.trim_start();
            let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).unwrap_or_default();
            let is_fence = text.trim_start().starts_with("```");
            in_code ^= is_fence;
            if in_code || is_fence { "" } else { text }
        });
        *source = text.collect::<Vec<_>>().join("\n");
    }
    found
}

/// The page with each block written from the record.
fn rewritten(page: &str, record: &Record) -> Result<String, String> {
    let mut written = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        written.push_str(line);
        written.push('\n');
        let Some(name) = line.strip_prefix(START).and_then(|rest| rest.strip_suffix(" -->")) else {
            if line == END {
                return Err(format!("`{END}` without a block"));
            }
            continue;
        };
        let block = blocks::block(name, record).map_err(|why| format!("block `{name}`: {why}"))?;
        written.push_str(&block);
        let last = lines.by_ref().find(|line| *line == END || line.starts_with(START));
        if last != Some(END) {
            return Err(format!("block `{name}`: no `{END}`"));
        }
        written.push_str(END);
        written.push('\n');
    }
    Ok(written)
}

#[test]
fn every_block_agrees_with_the_record() {
    let pages = pages();
    let record = Record::of_the_pages(&pages);
    let mut blocks = 0;
    for (name, page) in pages {
        let written = rewritten(&page, &record).unwrap_or_else(|why| panic!("{name}: {why}"));
        blocks += written.matches(END).count();
        if env::var_os("UPDATE_RECORDS").is_some() {
            if written != page {
                fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name), written).unwrap();
            }
            continue;
        }
        for (line, (found, expected)) in page.lines().zip(written.lines()).enumerate() {
            assert_eq!(
                found,
                expected,
                "{name}, line {}, differs from {}. After a new record, run \
                 `UPDATE_RECORDS=1 cargo test --release --test program records`.",
                line + 1,
                record.name
            );
        }
        assert_eq!(page.lines().count(), written.lines().count(), "{name} differs from {}", record.name);
    }
    assert!(blocks >= 10, "{blocks}");
}

#[test]
fn no_measured_figure_stands_outside_of_a_block() {
    let found = loose::figures(&[pages(), comments()].concat());
    assert!(
        found.is_empty(),
        "Delete these figures, take them from the record, or allow their lines in tests/program/records/loose.rs if \
         they are not measured:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_bad_block_is_an_error() {
    let record = Record::of_the_pages(&pages());
    for (page, expected) in [
        ("<!-- record: ladder sail -->\n<!-- end of record -->", "has no measurement `ladder sail`"),
        ("<!-- record: tides -->\n<!-- end of record -->", "there is no kind of block `tides`"),
        ("<!-- record: ladder walk -->\n\ntext", "no `<!-- end of record -->`"),
        ("text\n<!-- end of record -->", "without a block"),
    ] {
        let error = rewritten(page, &record).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
