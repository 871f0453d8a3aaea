//! Every link in the documentation: files exist, anchors are headings, and external links use https.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::common::{Folder, skip};

/// The text without fenced blocks of code.
fn without_blocks(text: &str) -> String {
    let mut in_block = false;
    let is_prose = |line: &&str| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    };
    text.lines().filter(is_prose).collect::<Vec<_>>().join("\n")
}

/// The text without spans of code.
fn without_spans(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// The targets of the links and images in a page, also of definitions such as `[name]: target`.
fn targets(page: &str) -> Vec<String> {
    let prose = without_spans(&without_blocks(page));
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let mut targets: Vec<String> =
        prose.split("](").skip(1).map(|rest| first(rest.split(')').next().unwrap_or_default())).collect();
    for line in prose.lines().filter(|line| line.starts_with('[')) {
        targets.extend(line.split_once("]: ").map(|(_, target)| first(target)));
    }
    let is_end = |letter: char| letter.is_whitespace() || "()<>|\"".contains(letter);
    let bare = prose.split(is_end).filter(|word| word.contains("://"));
    let bare: Vec<String> = bare.map(|word| word.trim_end_matches(['.', ',', ';', ':']).to_owned()).collect();
    targets.extend(bare.into_iter().filter(|word| !targets.contains(word)).collect::<Vec<_>>());
    targets
}

/// The anchor of a heading by the rule of GitHub: lower case, spaces as dashes, and no punctuation but dashes and
/// underscores. Of a link in the heading, its text counts.
fn anchor(heading: &str) -> String {
    let mut text = String::new();
    for (place, part) in heading.split("](").enumerate() {
        text.push_str(if place == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) });
    }
    let is_kept = |letter: &char| letter.is_alphanumeric() || "-_ ".contains(*letter);
    text.trim().to_lowercase().chars().filter(is_kept).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

/// The anchors of a page. A second heading with the same text has the suffix `-1`.
fn anchors(page: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in without_blocks(page).lines() {
        let text = line.trim_start_matches('#');
        if (1..=6).contains(&(line.len() - text.len())) && text.starts_with(' ') {
            let name = anchor(text);
            let same = (0..).map(|count| if count == 0 { name.clone() } else { format!("{name}-{count}") });
            let free = same.into_iter().find(|name| !all.contains(name));
            all.extend(free);
        }
    }
    all
}

/// What is wrong with an external link, if anything.
fn external_problem(target: &str) -> Option<&'static str> {
    let Some(rest) = target.strip_prefix("https://") else { return Some("is not https") };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let is_host = host.contains('.') && host.split('.').all(is_name);
    let is_plain = rest.chars().all(|letter| letter.is_ascii_graphic() && !"<>\"\\^`{}|".contains(letter));
    (!is_host || !is_plain).then_some("is not well-formed")
}

/// The path without `.` and `..`; `None` if it leaves the repository.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

/// Whether the file or folder exists with exactly this name, also on a system that ignores case.
fn exists(root: &Path, path: &Path) -> bool {
    let mut folder = root.to_owned();
    path.components().all(|part| {
        let found = fs::read_dir(&folder).is_ok_and(|mut entries| {
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == part.as_os_str()))
        });
        folder.push(part);
        found
    })
}

/// The problem of one link in the page `name` below `root`, if it has one.
fn problem(root: &Path, name: &str, page: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return external_problem(target).map(str::to_owned);
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    if file.is_empty() {
        let anchor = anchor.unwrap_or_default();
        let is_known = anchors(page).iter().any(|known| known == anchor);
        return (!is_known).then(|| "is not the anchor of a heading".to_owned());
    }
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    let Some(path) = normal(&folder.join(file)) else { return Some("leaves the repository".to_owned()) };
    if !exists(root, &path) {
        return Some("does not exist".to_owned());
    }
    let anchor = anchor?;
    let other = if path.extension().is_some_and(|ending| ending == "md") {
        fs::read_to_string(root.join(&path)).unwrap_or_default()
    } else {
        String::new()
    };
    let is_known = anchors(&other).iter().any(|known| known == anchor);
    (!is_known).then(|| format!("names no heading of {}", path.display()))
}

/// The links of a page that have problems, one line for each.
fn problems(root: &Path, name: &str, page: &str) -> Vec<String> {
    let found = targets(page).into_iter().filter_map(|target| {
        let problem = problem(root, name, page, &target)?;
        Some(format!("{name}: {target} {problem}"))
    });
    found.collect()
}

/// The Markdown files below a folder of the repository, as paths with slashes.
fn pages_below(root: &Path, folder: &str, pages: &mut BTreeSet<String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        let is_build = [".venv", "target"].iter().any(|build| name.ends_with(&format!("/{build}")));
        if entry.file_type().unwrap().is_dir() && !is_build {
            pages_below(root, &name, pages);
        } else if Path::new(&name).extension().is_some_and(|ending| ending == "md") {
            pages.insert(name);
        }
    }
}

#[test]
fn every_link_resolves() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join("bindings/c").exists() {
        skip("the links of the documentation: the published package has no bindings");
        return;
    }
    let mut pages: BTreeSet<String> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).into();
    pages_below(root, "docs", &mut pages);
    pages_below(root, "examples", &mut pages);
    let bindings = fs::read_dir(root.join("bindings")).unwrap().map(|entry| entry.unwrap().file_name());
    let readmes = bindings.map(|name| format!("bindings/{}/README.md", name.to_str().unwrap()));
    pages.extend(readmes.filter(|name| root.join(name).exists()));
    let mut links = 0;
    let mut broken = Vec::new();
    for name in &pages {
        let page = fs::read_to_string(root.join(name)).unwrap();
        links += targets(&page).len();
        broken.extend(problems(root, name, &page));
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(pages.len() > 12 && links > 60, "{} pages, {links} links", pages.len());
}

/// The names of the pages in `docs/`, without its table of contents.
fn pages_of_docs() -> BTreeSet<String> {
    let mut pages = BTreeSet::new();
    pages_below(Path::new(env!("CARGO_MANIFEST_DIR")), "docs", &mut pages);
    let names = pages.iter().map(|page| page["docs/".len()..].to_owned());
    names.filter(|name| name != "SUMMARY.md").collect()
}

#[test]
fn the_contents_of_the_book_list_every_page_once() {
    let listed = targets(include_str!("../../docs/SUMMARY.md"));
    let pages: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(pages, pages_of_docs());
    assert_eq!(pages.len(), listed.len(), "a page is listed twice: {listed:?}");
}

#[test]
fn the_index_lists_every_page() {
    let listed: BTreeSet<String> = targets(include_str!("../../docs/README.md")).into_iter().collect();
    let missing: Vec<String> =
        pages_of_docs().into_iter().filter(|page| page != "README.md" && !listed.contains(page)).collect();
    assert!(missing.is_empty(), "docs/README.md does not list {missing:?}");
}

#[test]
fn the_anchor_of_a_heading_is_that_of_github() {
    for (heading, expected) in [
        ("Amdahl's law", "amdahls-law"),
        ("Comparison with pi Y^2", "comparison-with-pi-y2"),
        ("The reference loop (`line/scalar.rs`)", "the-reference-loop-linescalarrs"),
        ("Order, chunks, imap", "order-chunks-imap"),
        ("From A - B to_c", "from-a---b-to_c"),
        ("See [the page](other.md) here", "see-the-page-here"),
        ("Größe", "größe"),
    ] {
        assert_eq!(anchor(heading), expected);
    }
    let page = "# A\n\n```sh\n# no heading\n```\n\n## A\n\n#no-heading\n\n### A\n\n## B\n";
    assert_eq!(anchors(page), ["a", "a-1", "a-2", "b"]);
}

#[test]
fn links_are_found_outside_code_only() {
    let page = "[a](a.md) and ![b](b.svg \"title\"), not `[c](c.md)`.\n\n```text\n[d](d.md)\n```\n\n\
                [e]: e.md\n\nSee <https://example.org/x>, https://example.org/y.\n";
    assert_eq!(targets(page), ["a.md", "b.svg", "e.md", "https://example.org/x", "https://example.org/y"]);
}

#[test]
fn a_broken_link_is_found() {
    let folder = Folder::new("links");
    fs::create_dir_all(folder.0.join("docs/images")).unwrap();
    fs::write(folder.0.join("README.md"), "# Top\n\n## Install it\n").unwrap();
    fs::write(folder.0.join("docs/images/plot.svg"), "").unwrap();
    let check = |target: &str| {
        let page = format!("# One page\n\n## A part\n\n[a link]({target})\n");
        problems(&folder.0, "docs/page.md", &page).first().map(|line| line.replace("docs/page.md: ", ""))
    };
    let valid = ["images/plot.svg", "images", "../README.md", "../README.md#install-it", "#a-part", "#one-page"];
    for target in valid.into_iter().chain(["https://example.org", "https://example.org/a/b.html?c=d#e"]) {
        assert_eq!(check(target), None);
    }
    for (target, expected) in [
        ("images/none.svg", "does not exist"),
        ("images/Plot.svg", "does not exist"),
        ("../readme.md", "does not exist"),
        ("../../README.md", "leaves the repository"),
        ("/README.md", "leaves the repository"),
        ("../README.md#installation", "names no heading of README.md"),
        ("images/plot.svg#a-part", "names no heading of docs/images/plot.svg"),
        ("#another-part", "is not the anchor of a heading"),
        ("#A-part", "is not the anchor of a heading"),
        ("", "is not the anchor of a heading"),
        ("http://example.org", "is not https"),
        ("mailto:a@example.org", "is not https"),
        ("https://example", "is not well-formed"),
        ("https://", "is not well-formed"),
        ("https://example..org/", "is not well-formed"),
        ("https://example.org/{page}", "is not well-formed"),
    ] {
        assert_eq!(check(target), Some(format!("{target} {expected}")));
    }
}
