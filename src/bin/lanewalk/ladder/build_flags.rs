//! The compiler's flags as a report shows them. The build script uses this file, too.

/// The flags that Cargo separates by a control character, in one line. Values that contain a path are left out, because
/// paths name users and folders.
pub(crate) fn without_paths(encoded: &str) -> String {
    let is_path = |text: &str| text.contains(['/', '\\']);
    let shown = |flag: &str| match flag.split_once('=') {
        Some((name, value)) if is_path(value) && !is_path(name) => format!("{name}=..."),
        _ if is_path(flag) => "...".to_owned(),
        _ => flag.chars().filter(|letter| !letter.is_control()).collect(),
    };
    encoded.split('\x1f').filter(|flag| !flag.is_empty()).map(shown).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_shown_without_paths() {
        assert_eq!(without_paths(""), "");
        assert_eq!(without_paths("-C\x1ftarget-cpu=native"), "-C target-cpu=native");
        let with_paths = "-Clinker=/home/ada/ld\x1f--remap-path-prefix=/home/ada=x\x1f-L\x1f/opt/ada\x1f-L\x1fC:\\ada";
        assert_eq!(without_paths(with_paths), "-Clinker=... --remap-path-prefix=... -L ... -L ...");
        assert_eq!(without_paths("-Copt-level=3\n"), "-Copt-level=3");
    }
}
