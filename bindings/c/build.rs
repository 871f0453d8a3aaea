//! Names the shared library, so that programs find the version that they were linked with.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The number is that of `LANEWALK_ABI`.
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if ["linux", "android", "freebsd", "netbsd", "openbsd", "dragonfly"].contains(&system.as_str()) {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,liblanewalk.so.0");
    } else if system == "macos" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/liblanewalk.0.dylib");
    }
}
