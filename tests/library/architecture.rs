//! The folder tree is the architecture: imports between files form no cycle, and no import points up.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the bottom up. A room imports only from its own row and from the rows before it.
const ROWS: [&[&str]; 8] = [
    &["clock", "error", "fourier", "memory", "merge", "names", "once", "run_control", "shards", "stats"],
    &["lanes", "cores"],
    &["stream", "exec", "environment"],
    &["walk"],
    &["line", "lattice", "pi", "heat", "tasks"],
    &["space"],
    &["returns"],
    &["model"],
];

/// A module and its text, without comments and without its tests.
type Modules = BTreeMap<Vec<String>, String>;

/// The modules below a folder of `src`.
fn modules_of(root: &str) -> Modules {
    fn collect(folder: &Path, path: &[String], modules: &mut Modules) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            let name = entry.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut inner = path.to_vec();
            if entry.is_dir() {
                if name != "bin" {
                    inner.push(name);
                    collect(&entry, &inner, modules);
                }
            } else if entry.extension().is_some_and(|extension| extension == "rs")
                && !["lib", "main", "tests", "fixture", "fixtures"].contains(&name.as_str())
            {
                if name != "mod" {
                    inner.push(name);
                }
                let text = fs::read_to_string(&entry).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
                let code = text.lines().map(|line| line.split("//").next().unwrap());
                modules.insert(inner, code.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    let mut modules = Modules::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(root), &[], &mut modules);
    modules
}

fn library() -> Modules {
    modules_of("")
}

fn program() -> Modules {
    modules_of("bin/lanewalk")
}

/// The paths of a use tree: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.split("::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()];
    };
    let prefix: Vec<String> = expand(tree[..open].trim_end_matches("::")).remove(0);
    let inside = &tree[open + 1..tree.rfind('}').unwrap()];
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    let paths = parts.into_iter().filter(|part| !part.trim().is_empty()).flat_map(expand);
    paths.map(|path| [prefix.clone(), path].concat()).collect()
}

/// The paths that a module uses, from the root of the crate: in `use` items that export nothing, and elsewhere as
/// `crate::...`, as `super::...` or, in the `mod.rs` of a folder, by the name of a child.
fn imports(module: &[String], code: &str, children: &BTreeSet<&str>) -> Vec<Vec<String>> {
    let parent = if children.is_empty() { &module[..module.len() - 1] } else { module };
    let from_root = |path: &[String]| match path.first().map(String::as_str)? {
        "crate" => Some(path[1..].to_vec()),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let base = if children.is_empty() {
                &parent[..(parent.len() + 1).saturating_sub(ups)]
            } else {
                &module[..module.len().saturating_sub(ups)]
            };
            Some([base, &path[ups..]].concat())
        }
        first if children.contains(first) => Some([module, path].concat()),
        _ => None,
    };
    let (mut found, mut rest) = (Vec::new(), String::new());
    for item in code.split_inclusive(';') {
        match use_tree(item) {
            Some((_, true)) => {}
            Some((tree, false)) => found.extend(expand(tree).iter().filter_map(|path| from_root(path))),
            None => rest += item,
        }
    }
    // Paths outside `use` items.
    for word in rest.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':')) {
        if word.contains("::") {
            let path: Vec<_> = word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
            found.extend(from_root(&path));
        }
    }
    found
}

/// The tree of a `use` item, and whether the item exports it.
fn use_tree(item: &str) -> Option<(&str, bool)> {
    let at = item.rfind("use ")?;
    let line = item[..at].rfind('\n').map_or(0, |line| line + 1);
    // Only visibility stands before the word: it is also a word of messages.
    let before = item[line..at].trim();
    (before.is_empty() || before.starts_with("pub")).then(|| (item[at + 4..].trim_end_matches(';'), !before.is_empty()))
}

/// The modules from which each module imports. A name that a `mod.rs` re-exports belongs to the file that defines it.
fn graph(modules: &Modules) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let children = |module: &[String]| -> BTreeSet<&str> {
        let below = modules.keys().filter(|other| other.len() > module.len() && other.starts_with(module));
        below.map(|other| other[module.len()].as_str()).collect()
    };
    let mut exported: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (module, code) in modules {
        for (tree, _) in code.split_inclusive(';').filter_map(use_tree).filter(|(_, exports)| *exports) {
            for path in expand(tree) {
                let is_child = children(module).contains(path[0].as_str());
                let source = if is_child { [module.as_slice(), &path].concat() } else { path.clone() };
                let source = source.strip_prefix(&["crate".to_owned()]).unwrap_or(&source).to_vec();
                exported.insert([module.as_slice(), &path[path.len() - 1..]].concat(), source);
            }
        }
    }
    let resolve = |mut path: Vec<String>| {
        for _ in 0..5 {
            let step = (1..=path.len()).rev().find_map(|length| {
                exported.get(&path[..length]).map(|source| [source.as_slice(), &path[length..]].concat())
            });
            match step {
                Some(source) => path = source,
                None => break,
            }
        }
        (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|prefix| modules.contains_key(prefix))
    };
    let edges = modules.iter().map(|(module, code)| {
        let used = imports(module, code, &children(module)).into_iter().filter_map(resolve);
        (module.clone(), used.filter(|used| used != module).collect())
    });
    edges.collect()
}

fn find_cycle(graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Option<Vec<String>> {
    fn visit(
        module: &[String],
        graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
        path: &mut Vec<Vec<String>>,
        done: &mut BTreeSet<Vec<String>>,
    ) -> Option<Vec<String>> {
        if let Some(start) = path.iter().position(|earlier| earlier == module) {
            return Some(path[start..].iter().map(|module| module.join("::")).collect());
        }
        if done.contains(module) {
            return None;
        }
        path.push(module.to_vec());
        for next in graph.get(module).into_iter().flatten() {
            if let Some(cycle) = visit(next, graph, path, done) {
                return Some(cycle);
            }
        }
        path.pop();
        done.insert(module.to_vec());
        None
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|module| visit(module, graph, &mut Vec::new(), &mut done))
}

#[test]
fn files_of_the_library_form_no_cycle() {
    let graph = graph(&library());
    assert!(graph.len() > 80 && graph.values().map(BTreeSet::len).sum::<usize>() > 200, "{graph:?}");
    assert_eq!(find_cycle(&graph), None);
}

#[test]
fn files_of_the_program_form_no_cycle() {
    let graph = graph(&program());
    assert!(graph.len() > 90 && graph.values().map(BTreeSet::len).sum::<usize>() > 200, "{graph:?}");
    assert_eq!(find_cycle(&graph), None);
}

#[test]
fn no_import_points_up() {
    let row = |room: &str| ROWS.iter().position(|rooms| rooms.contains(&room));
    for (module, used) in graph(&library()) {
        let here = row(&module[0]).unwrap_or_else(|| panic!("{} is in no row", module[0]));
        for other in used {
            let there = row(&other[0]).unwrap();
            let same_room = module[0] == other[0];
            assert!(there <= here || same_room, "{} imports {}", module.join("::"), other.join("::"));
        }
    }
}

/// The search finds cycles that are inserted on purpose.
#[test]
fn finds_planted_cycles() {
    let module = |path: &str, code: &str| (path.split("::").map(str::to_owned).collect(), code.to_owned());
    let mut modules: Modules = [
        module("a", "mod one;\nmod two;\npub use one::First;"),
        module("a::one", "use super::two::{self, deep::{Second, Third}};"),
        module("a::two", "fn f() { crate::b::call() }"),
        module("b", "pub(crate) use std::fmt;"),
    ]
    .into();
    assert_eq!(find_cycle(&graph(&modules)), None);
    modules.extend([module("b", "use crate::a::First;")]);
    assert_eq!(find_cycle(&graph(&modules)).map(|cycle| cycle.len()), Some(3));

    // The code of a folder uses its child, and the child uses an item of the folder.
    let mut modules: Modules = [module("a", "mod one;\nfn f() { one::g() }"), module("a::one", "use super::f;")].into();
    assert_eq!(find_cycle(&graph(&modules)).map(|cycle| cycle.len()), Some(2));
    modules.extend([module("a::one", "use std::fmt;")]);
    assert_eq!(find_cycle(&graph(&modules)), None);
}
