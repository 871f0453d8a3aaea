//! The files that results are written to: each is complete or unchanged, whatever the path names and however a run
//! ends.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};

use crate::common::{Folder, lanewalk, refused};
#[cfg(target_os = "linux")]
use crate::common::{ignores, wait_for_signal_handlers, wait_until_it_writes};

/// A run of milliseconds whose table contains the word "exact".
const RUN: [&str; 5] = ["walk", "--y", "5", "--samples", "20"];

/// A run of hours that writes every walker.
const LONG: &[&str] = &["walk", "--y", "5", "--samples", "1e12", "--quiet", "--samples-out"];

fn write_to(path: &str) {
    lanewalk().args(RUN).args(["--output", path]).assert().success().stdout("");
}

#[track_caller]
fn is_result(path: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("exact") && !text.contains("old"), "{path}: {text}");
}

#[test]
fn an_existing_file_keeps_its_inode_links_and_permissions() {
    let folder = Folder::new("existing");
    let (file, link) = (folder.file("result.txt"), folder.file("hard.txt"));
    fs::write(&file, "old ".repeat(10_000)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    fs::hard_link(&file, &link).unwrap();
    let before = fs::metadata(&file).unwrap();
    write_to(&file);
    is_result(&link);
    let after = fs::metadata(&file).unwrap();
    assert_eq!((after.ino(), after.mode(), after.nlink()), (before.ino(), before.mode(), 2));
    // A stream replaces the contents in the same way.
    let samples = folder.file("walkers.csv");
    fs::write(&samples, "old ".repeat(10_000)).unwrap();
    let before = fs::metadata(&samples).unwrap().ino();
    lanewalk().args(RUN).args(["--samples-out", &samples]).assert().success();
    assert_eq!(fs::read_to_string(&samples).unwrap().lines().count(), 21);
    assert_eq!(fs::metadata(&samples).unwrap().ino(), before);
}

#[test]
fn links_are_followed() {
    let folder = Folder::new("links");
    fs::create_dir(folder.file("inner")).unwrap();
    let (target, link, second) = (folder.file("inner/target.txt"), folder.file("link"), folder.file("second"));
    symlink("inner/target.txt", &link).unwrap();
    symlink("link", &second).unwrap();
    for path in [&second, &link] {
        // The first pass creates the target of a dangling link, and the second replaces its contents.
        for _ in 0..2 {
            write_to(path);
            is_result(&target);
        }
        assert!(fs::symlink_metadata(path).unwrap().is_symlink());
        fs::remove_file(&target).unwrap();
    }
    // Two flags that lead to one file, through a link to a file that does not exist.
    let both = ["heat", "--steps", "5", "--output", link.as_str(), "--field", &target];
    let both = both.map(|argument| argument.replace("target.txt", "target.csv"));
    fs::remove_file(&link).unwrap();
    symlink("inner/target.csv", &link).unwrap();
    refused(&both.each_ref().map(String::as_str), "--field", "another file than that of --output");
    symlink("b", folder.file("a")).unwrap();
    symlink("a", folder.file("b")).unwrap();
    refused(&[&RUN[..], &["--output", &folder.file("a")]].concat(), "--output", "a file that can be written");
    symlink("no/folder", folder.file("lost")).unwrap();
    refused(&[&RUN[..], &["--output", &folder.file("lost")]].concat(), "--output", "a file that can be written");
}

#[test]
fn long_names_and_new_permissions() {
    let folder = Folder::new("names");
    let file = folder.file(&"n".repeat(255));
    write_to(&file);
    is_result(&file);
    // A new file has the usual permissions: those of a file that the shell creates.
    let usual = folder.file("usual");
    Command::new("sh").args(["-c", ": > \"$0\"", &usual]).status().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().mode(), fs::metadata(&usual).unwrap().mode());
    refused(&[&RUN[..], &["--output", &folder.file(&"n".repeat(256))]].concat(), "--output", "can be written");
    assert_eq!(folder.names().len(), 2, "no other file is left");
}

#[test]
fn names_of_open_files_are_written_in_place() {
    let folder = Folder::new("open");
    lanewalk()
        .args(RUN)
        .args(["--output", "-"])
        .current_dir(&folder.0)
        .assert()
        .success()
        .stdout(predicates::str::contains("exact"));
    assert!(folder.names().is_empty(), "- is standard output");
    let program = assert_cmd::cargo::cargo_bin("lanewalk");
    for (name, redirection) in [("/dev/stderr", "2>>"), ("/dev/fd/3", "3>>"), ("/dev/fd/3", "3>")] {
        let log = folder.file("log");
        fs::write(&log, "before\n").unwrap();
        let script = format!("exec \"$0\" walk --y 5 --samples 20 --quiet --output {name} {redirection} \"$1\"");
        let status = Command::new("sh").args(["-c", &script]).arg(&program).arg(&log).status().unwrap();
        assert!(status.success());
        let text = fs::read_to_string(&log).unwrap();
        assert!(text.contains("exact"), "{name}: {text}");
        assert_eq!(text.starts_with("before\n"), redirection.ends_with(">>"), "{name}: {text}");
    }
    assert_eq!(folder.names(), ["log"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_run_leaves_nothing() {
    let folder = Folder::new("killed");
    let old = folder.file("old.csv");
    for signal in ["KILL", "ABRT"] {
        for file in [folder.file("new.csv"), old.clone()] {
            fs::write(&old, "old").unwrap();
            let mut run = Command::new(assert_cmd::cargo::cargo_bin("lanewalk"));
            let mut run = run
                .args(LONG)
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .current_dir(&folder.0)
                .spawn()
                .unwrap();
            wait_until_it_writes(run.id(), 1 << 20);
            Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
            let status = run.wait().unwrap();
            assert_eq!(status.code(), None, "{signal}");
            let names: Vec<String> = folder.names().into_iter().filter(|name| !name.starts_with("core")).collect();
            assert_eq!(names, ["old.csv"], "{signal}");
            assert_eq!(fs::read_to_string(&old).unwrap(), "old", "{signal}");
        }
    }
}

#[test]
fn a_file_that_becomes_too_large_is_an_error() {
    let folder = Folder::new("large");
    let file = folder.file("walkers.csv");
    let script = "ulimit -f 100; exec \"$0\" walk --y 1 --samples 1e6 --quiet --samples-out \"$1\"";
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(assert_cmd::cargo::cargo_bin("lanewalk"))
        .arg(&file)
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.starts_with("error: --samples-out: ") && error.lines().count() == 1, "{error}");
    assert!(folder.names().is_empty());
}

/// Runs a shell script in which `$0` is the program.
fn script(script: &str) -> std::process::Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(assert_cmd::cargo::cargo_bin("lanewalk"));
    shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn an_ignored_interrupt_stays_ignored() {
    let mut run = script("trap '' INT; exec \"$0\" walk --y 150 --samples 1e9");
    wait_for_signal_handlers(run.id());
    assert!(ignores(run.id(), 2));
    let id = run.id().to_string();
    let send = |signal: &str| Command::new("kill").args([signal, &id]).status().unwrap();
    send("-INT");
    send("-TERM");
    assert_eq!(run.wait().unwrap().code(), Some(130));
}

#[test]
fn children_are_waited_for_although_the_parent_ignores_them() {
    let mut run = script("trap '' CHLD; exec \"$0\" pipes --budget 1");
    assert_eq!(run.wait().unwrap().code(), Some(0));
}

#[test]
fn an_input_is_not_overwritten() {
    let folder = Folder::new("input");
    let field = folder.file("field.csv");
    lanewalk().args(["heat", "--steps", "5", "--field", &field]).assert().success();
    let before = fs::read(&field).unwrap();
    for flag in ["--output", "--field"] {
        refused(&["heat", "--start", &field, flag, &field], "--start", "another file than that of");
    }
    refused(&["model", "--fit", &field, "--output", &field], "--fit", "another file than that of --output");
    refused(&["compare", "no.json", &field, "--output", &field], "B", "another file than that of --output");
    assert_eq!(fs::read(&field).unwrap(), before);
}

/// Another program may have made a pipe non-blocking. Its writes fail while it is full, and must be repeated.
#[cfg(target_os = "linux")]
#[test]
fn a_full_non_blocking_pipe_is_waited_for() {
    use std::io::Read;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    let arguments = ["pi", "--batches", "40000", "--batch-points", "2", "--format", "csv", "-q"];
    let expected = lanewalk().args(arguments).output().unwrap().stdout;
    assert!(expected.len() > 1 << 18, "more than the pipe takes");
    for to_stderr in [false, true] {
        let (mut reader, writer) = std::io::pipe().unwrap();
        fcntl_setfl(&writer, fcntl_getfl(&writer).unwrap() | OFlags::NONBLOCK).unwrap();
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("lanewalk"));
        command.args(arguments);
        if to_stderr {
            command.args(["--output", "/dev/stderr"]).stdout(Stdio::null()).stderr(writer);
        } else {
            command.stdout(writer).stderr(Stdio::null());
        }
        let mut child = command.spawn().unwrap();
        drop(command);
        // The first bytes have arrived, and the pipe is full or will be.
        let mut text = vec![0; 1];
        reader.read_exact(&mut text).unwrap();
        let filled = || rustix::io::ioctl_fionread(&reader).unwrap() >= 60_000;
        crate::common::wait_until("a full pipe", || filled() || child.try_wait().unwrap().is_some());
        reader.read_to_end(&mut text).unwrap();
        assert!(child.wait().unwrap().success(), "to standard error: {to_stderr}");
        assert!(text == expected, "{} of {} bytes", text.len(), expected.len());
    }
}

#[test]
fn the_suffix_of_a_plot_names_its_format() {
    let folder = Folder::new("plots");
    for (name, start) in [("a.svg", "<svg "), ("a.png", "\u{89}PNG"), ("b.PNG", "\u{89}PNG"), ("c d.Pdf", "%PDF-")] {
        let file = folder.file(name);
        lanewalk().args(RUN).args(["--plot", &file]).assert().success();
        let start: Vec<u8> = start.chars().map(|letter| letter as u8).collect();
        assert!(fs::read(&file).unwrap().starts_with(&start), "{name}");
    }
    let written = folder.names().len();
    let commands: [&[&str]; 8] = [
        &["walk", "--samples", "1e15"],
        &["walk", "--lower", "-20", "--upper", "80"],
        &["return"],
        &["model"],
        &["heat"],
        &["schedule"],
        &["scale"],
        &["pipes"],
    ];
    for command in commands {
        for name in ["plot", "plot.jpeg", "plot.svg.gz", "svg", ".svg", "plot."] {
            let file = folder.file(name);
            let arguments = [command, &["--plot", &file]].concat();
            refused(&arguments, "--plot", "expected a name that ends in .svg, .png or .pdf");
        }
    }
    refused(&["heat", "--plot", "-"], "--plot", "expected a name that ends in .svg, .png or .pdf");
    assert_eq!(folder.names().len(), written, "a refused file does not appear");
}
