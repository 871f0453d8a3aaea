//! The servers and the exchanges between processes: their output, their exit, and the files they leave.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Output, Stdio};

use crate::common::{Folder, json, lanewalk, refused};
use predicates::prelude::*;
use predicates::str::contains;

/// Starts the program as an ordinary process with three pipes.
fn start(arguments: &[&str]) -> Child {
    let mut command = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn signal(name: &str, id: u32) {
    _ = Process::new("kill").args([name, &id.to_string()]).stderr(Stdio::null()).status().unwrap();
}

/// Exit status and the text on standard error.
fn ended(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stderr.clone()).unwrap())
}

/// A client that sends a line and waits for its answer before it sends the next.
struct Client {
    server: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn of(server: &str) -> Self {
        let mut server = start(&["serve", server]);
        let (requests, answers) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        Self { server, requests, answers }
    }

    fn ask(&mut self, line: &[u8]) -> Vec<u8> {
        self.requests.write_all(line).unwrap();
        let mut answer = Vec::new();
        self.answers.read_until(b'\n', &mut answer).unwrap();
        answer
    }

    /// Waits for the exit of the server with both pipes still open. Returns the exit status and the error output.
    fn end(mut self) -> (Option<i32>, String) {
        let status = self.server.wait().unwrap();
        let (mut rest, mut error) = (Vec::new(), String::new());
        self.answers.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"", "no unexpected answer");
        self.server.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        (status.code(), error)
    }
}

const GOOD: (Option<i32>, String) = (Some(0), String::new());

#[test]
fn echo_answers_each_line_at_once() {
    let mut client = Client::of("echo");
    for (line, answer) in [
        (&b"a\n"[..], &b"aX\n"[..]),
        (b"Who am I?\n", b"Who am I?X\n"),
        (b"\n", b"X\n"),
        (b"\xff\xfe\x00\n", b"\xff\xfe\x00X\n"),
        (b"dos\r\n", b"dosX\r\n"),
    ] {
        assert_eq!(client.ask(line), answer);
    }
    let mut long = vec![b'x'; 10_000_000];
    long.push(b'\n');
    let answer = client.ask(&long);
    assert_eq!(answer.len(), long.len() + 1);
    assert!(answer.ends_with(b"xX\n") && answer[..10_000_000] == long[..10_000_000]);
    assert_eq!(client.ask(b"stop\n"), b"stopX\n");
    assert_eq!(client.end(), GOOD);
}

#[test]
fn hello_answers_yes_until_bye() {
    let mut client = Client::of("hello");
    for _ in 0..10 {
        assert_eq!(client.ask(b"hello\n"), b"yes\n");
    }
    assert_eq!(client.ask(b"bye\n"), b"no\n");
    assert_eq!(client.end(), GOOD);
}

#[test]
fn hello_closes_the_connection_on_other_input() {
    let mut long = vec![b'y'; 10_000_000];
    long.push(b'\n');
    let cut = format!("\"{}\"... (10000000 bytes)", "y".repeat(60));
    for (line, shown) in
        [(&b"stop\n"[..], "\"stop\""), (b"\n", "\"\""), (b"\xff\n", "\"\\xff\""), (&long, cut.as_str())]
    {
        let mut client = Client::of("hello");
        assert_eq!(client.ask(b"hello\r\n"), b"yes\r\n");
        assert_eq!(client.ask(line), b"");
        assert_eq!(client.end(), (Some(1), format!("failed: a line must be hello or bye, not {shown}\n")));
    }
}

#[test]
fn servers_work_in_a_shell_pipe() {
    let binary = assert_cmd::cargo::cargo_bin("lanewalk");
    for (script, expected) in [
        ("printf 'hello\\nbye\\n' | LANEWALK serve hello", "yes\nno\n"),
        ("printf 'a\\nfred\\nstop\\nmore\\n' | LANEWALK serve echo", "aX\nfredX\nstopX\n"),
        ("printf 'a\\n\\nno end' | LANEWALK serve echo", "aX\nX\nno endX\n"),
        ("LANEWALK serve echo < /dev/null", ""),
        ("yes hello | LANEWALK serve hello | head -n 2", "yes\nyes\n"),
        ("yes | LANEWALK serve echo | head -n 2", "yX\nyX\n"),
    ] {
        // Ignores the message of `yes` when its own pipe closes.
        let script = script.replace("yes", "2> /dev/null yes").replace("LANEWALK", binary.to_str().unwrap());
        let output = Process::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{script}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{script}");
    }
}

#[test]
fn a_client_that_disconnects_is_not_an_error() {
    for server in ["echo", "hello"] {
        // The client does not read the answers.
        let mut client = start(&["serve", server]);
        drop(client.stdout.take());
        client.stdin.as_mut().unwrap().write_all(b"hello\n").unwrap();
        assert_eq!(ended(&client.wait_with_output().unwrap()), GOOD, "{server}");
        // The client disconnects in the middle of a line.
        let mut client = start(&["serve", server]);
        client.stdin.take().unwrap().write_all(b"hello\nhello").unwrap();
        assert_eq!(ended(&client.wait_with_output().unwrap()), GOOD, "{server}");
    }
    let mut bounce = start(&["serve", "bounce"]);
    bounce.stdin.take().unwrap().write_all(&[4, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]).unwrap();
    let output = bounce.wait_with_output().unwrap();
    assert_eq!((output.stdout.as_slice(), ended(&output)), (&[1, 2, 3, 4][..], GOOD));
}

#[test]
fn a_line_that_is_too_long_is_an_error() {
    let mut client = Client::of("echo");
    client.requests.write_all(&vec![b'x'; (64 << 20) + 2]).unwrap();
    let (code, error) = client.end();
    assert_eq!(code, Some(1));
    assert!(error.starts_with("failed: a line must have at most 67108864 bytes (64 MiB)"), "{error}");
    assert!(error.len() < 200 && error.lines().count() == 1, "{error}");
}

#[test]
fn ctrl_c_ends_a_waiting_server() {
    let mut client = Client::of("echo");
    assert_eq!(client.ask(b"a\n"), b"aX\n");
    signal(crate::common::interrupt(), client.server.id());
    let (code, error) = client.end();
    assert_eq!((code, error.as_str()), (Some(130), "stopped: a signal ended the server\n"));
}

#[test]
fn bad_input_gives_one_clear_line() {
    refused(&["serve"], "<SERVER>", "required");
    refused(&["serve", "greet"], "greet", "expected echo or hello");
    refused(&["serve", "echo", "hello"], "hello", "unexpected");
    for flag in ["--budget", "--timeout"] {
        for value in ["0", "-1", "nan", "1e9", "soon", ""] {
            refused(&["pipes", &format!("{flag}={value}")], flag, "expected a number of seconds");
        }
        refused(&["pipes", flag, "-x"], flag, "expected a number of seconds");
    }
    refused(&["pipes", "--plot", "/no/such/folder/p.svg"], "--plot", "a file that can be written");
    refused(&["pipes", "--plot", "/"], "--plot", "a name that ends in .svg, .png or .pdf");
    refused(&["pipes", "--format", "xml"], "--format", "table, json or csv");
    lanewalk().args(["serve", "--help"]).assert().success().stdout(contains("echo, hello").and(contains("UTF-8")));
}

#[test]
fn the_transcript_and_the_round_trips() {
    let folder = Folder::new("pipes");
    let plot = folder.file("pipes.svg");
    let report = json(&["pipes", "--budget", "1", "--plot", &plot]);
    assert_eq!((&report["command"], &report["version"]), (&"pipes".into(), &env!("CARGO_PKG_VERSION").into()));
    assert!(report["elapsed_s"].as_f64().unwrap() > 0.0 && report["host"]["threads"].as_u64().unwrap() >= 1);

    let exchanges: Vec<_> = report["transcript"].as_array().unwrap().iter().collect();
    let said: Vec<_> = exchanges.iter().map(|said| [&said["server"], &said["sent"], &said["received"]]).collect();
    let mut expected = vec![["hello", "hello", "yes"]; 10];
    expected.push(["hello", "bye", "no"]);
    expected.extend([["echo", "a", "aX"], ["echo", "fred", "fredX"], ["echo", "Who am I?", "Who am I?X"]]);
    expected.push(["echo", "stop", "stopX"]);
    assert_eq!(said, expected);

    let results = report["results"].as_array().unwrap();
    for kind in ["process pipe", "thread channel", "shared memory"] {
        let rows: Vec<_> = results.iter().filter(|row| row["kind"] == kind).collect();
        let sizes: Vec<_> = rows.iter().map(|row| row["bytes"].as_u64().unwrap()).collect();
        assert_eq!(sizes, [8, 64, 512, 4096, 32_768, 262_144, 1_048_576], "{kind}");
    }
    for row in results {
        let of = |key: &str| row[key].as_f64().unwrap();
        assert!(of("count") >= 4.0 && of("median_s") > 0.0 && of("p99_s") >= of("median_s"), "{row}");
        let rate = 2.0 * of("bytes") / of("median_s");
        assert!((of("bytes_per_second") / rate - 1.0).abs() < 1e-9, "{row}");
    }
    let notes = report["notes"].to_string();
    assert!(notes.contains("moved, not copied") && notes.contains("shared memory: "), "{notes}");
    let python = results.iter().any(|row| row["kind"] == "multiprocessing.Pipe");
    assert_ne!(python, notes.contains("multiprocessing.Pipe was not measured"), "{notes}");

    let svg = fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && svg.contains("shared memory"));
    assert_eq!(folder.names(), ["pipes.svg"], "no other file remains");
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn table_and_csv_without_python() {
    let folder = Folder::new("pipes-path");
    let run = |format| {
        let mut command = lanewalk();
        command.env("PATH", &folder.0).args(["pipes", "--budget", "1", "--format", format]).assert().success()
    };
    let table = String::from_utf8(run("table").stderr("").get_output().stdout.clone()).unwrap();
    let note = "multiprocessing.Pipe was not measured: python3: could not be started";
    for text in ["Who am I?X", "both servers ended when asked", "32 KiB", note] {
        assert!(table.contains(text), "{text}: {table}");
    }
    let csv = String::from_utf8(run("csv").get_output().stdout.clone()).unwrap();
    assert!(csv.starts_with("kind,bytes,count,median_s,p99_s,bytes_per_second\n"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + 3 * 7);
}
