//! The program includes files relative to the folder of its own manifest.

fn main() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the package");
    println!("cargo::rustc-env=CARGO_MANIFEST_DIR={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
}
