//! The entry functions for fuzzing, of everything in the program and in the library that parses text or bytes.
//!
//! The fuzz targets in `fuzz/` and the test of the corpus run the same functions. An entry function panics if a
//! property does not hold that must hold for every input, such as: a value that was parsed, printed and parsed again is
//! the same value. The properties stand beside the parsers.

use lanewalk::internal::kernel_text;
use lanewalk::{
    BatchSummary, FirstExit, FirstPassage, FirstReturn, Mergeable, Parts, PiTally, RegionExit, TimeDistribution,
};

use crate::cli::{command, compare, heat::field, model::timings, number, shard};
#[cfg(unix)]
use crate::heat_processes::{frame, worker, worker_link};
use crate::pipes::{servers, trips::python};

/// Parses an input and checks its properties. Returns whether the parser accepts the input.
type Entry = fn(&[u8]) -> bool;

/// The name of each target, which is also its folder in `fuzz/corpus/`, and its entry function.
const TARGETS: &[(&str, Entry)] = &[
    ("arguments", command::fuzz),
    ("field_csv", field::fuzz_csv),
    ("field_npy", field::fuzz_npy),
    #[cfg(unix)]
    ("frames", frame::fuzz),
    ("kernel_text", kernel_texts),
    ("lists", number::fuzz_lists),
    ("numbers", number::fuzz_numbers),
    ("parts", parts),
    ("report", compare::fuzz),
    ("servers", servers::fuzz),
    #[cfg(unix)]
    ("setup", worker::fuzz),
    ("shard", shard::fuzz),
    ("timings", timings::fuzz),
    ("trip_times", python::fuzz),
    #[cfg(unix)]
    ("worker_messages", worker_link::fuzz),
];

/// Runs the entry function of a target.
///
/// # Panics
/// If there is no such target, or if a property does not hold.
pub fn run(target: &str, input: &[u8]) -> bool {
    let (_, entry) = TARGETS.iter().find(|(name, _)| *name == target).expect("the name of a target");
    entry(input)
}

/// The files in which Linux describes the machine.
fn kernel_texts(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let list = kernel_text::list(&text);
    if let Some(list) = &list {
        let printed: Vec<_> = list.iter().map(usize::to_string).collect();
        assert!(list.is_sorted_by(|a, b| a < b) && list.iter().all(|id| *id < kernel_text::MAX_IDS));
        assert_eq!(kernel_text::list(&printed.join(",")).as_ref(), Some(list));
    }
    let quota = kernel_text::limit_and_period(&text).and_then(kernel_text::quota);
    assert!(quota.is_none_or(|cores| cores > 0.0 && cores.is_finite()));
    let groups: Vec<_> = kernel_text::control_groups(&text).collect();
    assert!(groups.len() <= text.lines().count());
    let memory = kernel_text::memory_bytes(&text);
    assert!(memory.is_none_or(|bytes| bytes.is_multiple_of(1024)));
    let name = kernel_text::cpu_name(&text);
    assert!(name.is_none_or(|name| name.lines().count() <= 1));
    list.is_some() || quota.is_some() || !groups.is_empty() || memory.is_some() || name.is_some()
}

/// Stored results.
fn parts(input: &[u8]) -> bool {
    fn restored<R: Mergeable>(parts: &Parts) -> bool {
        let Ok(result) = R::from_parts(parts) else { return false };
        let (again, mut twice) = (result.to_parts(), result.clone());
        assert_eq!((&again.kind, &again.problem, again.seed), (&parts.kind, &parts.problem, parts.seed));
        assert_eq!(again.sums, parts.sums);
        assert_eq!(R::from_parts(&again).map(|result| result.to_parts()).as_ref(), Ok(&again));
        assert_eq!(twice.merge(&result).is_ok(), result.ranges().is_empty(), "each index is counted once");
        true
    }
    let Ok(parts) = serde_json::from_slice::<Parts>(input) else { return false };
    let text = serde_json::to_string(&parts).expect("parts are text");
    assert_eq!(serde_json::from_str::<Parts>(&text).ok().as_ref(), Some(&parts));
    let kinds = [
        restored::<FirstPassage>,
        restored::<FirstExit>,
        restored::<RegionExit>,
        restored::<FirstReturn>,
        restored::<TimeDistribution>,
        restored::<PiTally>,
        restored::<BatchSummary>,
    ];
    kinds.into_iter().filter(|restored| restored(&parts)).count() > 0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// The folder of the fuzz targets, which is not a part of the package.
    fn folder() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
        if !folder.exists() {
            println!("skipped: the inputs for fuzzing, which only the repository has");
        }
        folder.exists().then_some(folder)
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    }

    /// The inputs of the corpus, which include all inputs that once showed a fault.
    #[test]
    fn every_input_of_the_corpus_keeps_the_properties() {
        let Some(fuzz) = folder() else { return };
        let corpus = fuzz.join("corpus");
        for (target, entry) in TARGETS {
            let (mut accepted, mut refused) = (0, 0);
            for file in fs::read_dir(corpus.join(target)).unwrap() {
                let path = file.unwrap().path();
                println!("{}", path.display());
                *(if entry(&fs::read(path).unwrap()) { &mut accepted } else { &mut refused }) += 1;
            }
            assert!(accepted >= 2 && refused >= 2, "{target}: {accepted} inputs accepted, {refused} refused");
        }
    }

    #[cfg(unix)]
    #[test]
    fn every_target_has_a_fuzz_target_and_a_corpus() {
        let Some(fuzz) = folder() else { return };
        let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names(&fuzz.join("targets")), targets);
        assert_eq!(names(&fuzz.join("corpus")), targets);
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        for target in targets {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        }
    }
}
