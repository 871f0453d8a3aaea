//! What a user of the library has to build with it.

use std::process::Command;

/// How many crates a build with these features takes on Linux, lanewalk itself not counted.
fn crates(features: &str) -> usize {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the tests");
    let output = Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--no-default-features", "--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: std::collections::BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.len() - 1
}

#[test]
fn the_lean_library_has_few_dependencies() {
    let (kernels, threads) = (crates("pulp"), crates("pulp,threads"));
    assert!((5..=16).contains(&kernels), "{kernels} crates for the kernels alone");
    assert!((kernels..=25).contains(&threads), "{threads} crates with threads");
}
