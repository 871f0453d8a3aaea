//! Compares the checked-in header with the sources of the interface. `UPDATE_HEADER=1 cargo test` writes it.

use std::path::Path;
use std::{env, fs};

#[test]
fn the_header_is_that_of_the_sources() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the interface");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let bindings = cbindgen::Builder::new().with_config(config);
    let mut header = Vec::new();
    // Every module is a file, so its order in the header is that of the list below.
    let bindings = MODULES.iter().fold(bindings, |all, module| all.with_src(folder.join(format!("src/{module}.rs"))));
    bindings.generate().expect("the sources are valid").write(&mut header);
    let header = String::from_utf8(header).expect("a header is text");

    let path = folder.join("include/lanewalk.h");
    if env::var_os("UPDATE_HEADER").is_some() {
        fs::write(&path, &header).expect("the header can be written");
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(checked_in == header, "include/lanewalk.h is old: run UPDATE_HEADER=1 cargo test in the folder header");
}

/// The modules with parts of the interface, in the order of the header.
const MODULES: [&str; 14] = [
    "status",
    "machine",
    "control",
    "exec",
    "problem",
    "numbers",
    "result",
    "estimate",
    "run",
    "distribution",
    "json",
    "heat",
    "stepper",
    "stream",
];
