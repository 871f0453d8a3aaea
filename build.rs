//! Passes the compiler, its flags and the commit to the program, which names them in its reports.

use std::process::Command;
use std::{env, path::Path};

#[path = "src/bin/lanewalk/ladder/build_flags.rs"]
mod build_flags;

pub(crate) fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return;
    }
    let rustc = env::var_os("RUSTC").and_then(|rustc| output(Command::new(rustc).arg("--version")));
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    println!("cargo:rustc-env=LANEWALK_RUSTC={}", rustc.unwrap_or_default());
    println!("cargo:rustc-env=LANEWALK_OPT_LEVEL={}", env::var("OPT_LEVEL").unwrap_or_default());
    println!("cargo:rustc-env=LANEWALK_FLAGS={}", build_flags::without_paths(&flags));
    println!("cargo:rustc-env=LANEWALK_COMMIT={}", commit().unwrap_or_default());
}

/// The commit of this source, if it is the root of a repository: a package in a folder of another one has none.
fn commit() -> Option<String> {
    let git = |arguments: &[&str]| output(Command::new("git").args(arguments));
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    // A new commit is a new line of this file. A missing file would make every build run this script.
    if let Ok(log) = Path::new(&git(&["rev-parse", "--git-path", "logs/HEAD"])?).canonicalize() {
        println!("cargo:rerun-if-changed={}", log.display());
    }
    git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
}

/// What a command prints on one line, if it succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned())
}
