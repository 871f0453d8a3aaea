//! Runs the build script of the package in its own folder. The program includes files relative to that folder.

use std::path::Path;

#[path = "../../build.rs"]
mod package;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the folder of the package");
    std::env::set_current_dir(folder).expect("the folder of the package can be entered");
    println!("cargo::rustc-env=CARGO_MANIFEST_DIR={}", folder.display());
    package::main();
}
