//! `lanewalk heat`: output, files and bad input.

use std::f64::consts::PI;
use std::fs;

use crate::common::{Folder, json, lanewalk, refused};
use lanewalk::{Exec, Rod, evolve};
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn the_example_rod() {
    let report = json(&["heat"]);
    assert_eq!((&report["command"], &report["n"], &report["steps"]), (&"heat".into(), &51.into(), &3166.into()));
    assert_eq!(
        (&report["domains"], &report["backend"], &report["method"]),
        (&1.into(), &"none".into(), &"stepping".into())
    );
    let number = |key: &str| report[key].as_f64().unwrap();
    let h = PI / 50.0;
    assert!((number("dt") / (0.4 * h * h) - 1.0).abs() < 1e-15);
    assert!((number("exact_eigenvalue") - 4.0 * (h / 2.0).sin().powi(2) / h.powi(2)).abs() < 1e-12);
    assert!((number("eigenvalue") - number("exact_eigenvalue")).abs() < 1e-12);
    assert!(number("max_error") < 1e-13 && number("rounding_error") < 1e-13);
    assert!((1e-6..1e-4).contains(&number("continuum_error")));
    assert!(number("updates_per_second") > 0.0 && report["model"].is_null());
    assert_eq!(report["digest"], evolve(&Rod::new(51), &Exec::default()).unwrap().digest());
    lanewalk().arg("heat").assert().success().stdout(contains("0.999671056").and(contains("sin(x)")));
}

#[test]
fn sub_domains_have_the_same_digest_and_a_model() {
    let expected = json(&["heat"])["digest"].clone();
    let exchanges = if cfg!(feature = "threads") { &["none", "threads"][..] } else { &["none"] };
    for exchange in exchanges {
        let report = json(&["heat", "--domains", "3", "--backend", exchange, "--halo", "5"]);
        assert_eq!(report["digest"], expected, "{exchange}");
        assert_eq!(&report["backend"], exchange);
        let timings = report["timings"].as_array().unwrap();
        assert_eq!(timings.iter().map(|part| part["points"].as_u64().unwrap()).sum::<u64>(), 49);
        assert!(timings.iter().all(|part| part["exchanges"] == 634 && part["arithmetic_s"].as_f64().unwrap() > 0.0));
        let model = &report["model"];
        assert!(model["predicted_one_s"].as_f64().unwrap() > 0.0 && model["predicted_s"].as_f64().unwrap() > 0.0);
        assert!(*exchange != "none" || model["break_even_points"].is_null());
    }
    lanewalk().args(["heat", "--domains", "2"]).assert().success().stdout(contains("are not faster than one domain"));
}

#[test]
fn a_field_can_be_written_and_read_back() {
    let folder = Folder::new("heat-field");
    let whole = json(&["heat", "--points", "40", "--steps", "30"])["digest"].clone();
    for name in ["rod.csv", "rod.npy"] {
        let file = folder.file(name);
        lanewalk().args(["heat", "--points", "40", "--steps", "10", "--field", &file]).assert().success();
        let rest = json(&["heat", "--points", "40", "--steps", "20", "--start", &file]);
        assert_eq!(rest["digest"], whole, "{name}");
        assert!(rest["continuum_error"].is_null());
    }
    let text = fs::read_to_string(folder.file("rod.csv")).unwrap();
    assert!(text.starts_with("x,f\n0.0,0.0\n") && text.lines().count() == 41);
}

#[test]
fn a_plot_is_drawn() {
    let folder = Folder::new("heat-plot");
    for points in ["3", "51", "5000"] {
        let file = folder.file(&format!("{points}.svg"));
        lanewalk().args(["heat", "--points", points, "--steps", "100", "--plot", &file]).assert().success();
        let svg = fs::read_to_string(file).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("sin(x)") && !svg.contains("NaN"));
    }
}

#[test]
fn a_mode_by_stepping_and_by_the_spectral_method() {
    let stepped = json(&["heat", "--start", "mode:3", "--steps", "1000"]);
    let spectral = json(&["heat", "--start", "mode:3", "--steps", "1000", "--method", "spectral"]);
    for report in [&stepped, &spectral] {
        assert!(
            (report["eigenvalue"].as_f64().unwrap() - 4.0 * (1.5 * PI / 50.0).sin().powi(2) * (50.0 / PI).powi(2))
                .abs()
                < 1e-9
        );
    }
    assert!(stepped["rounding_error"].as_f64().unwrap() < 1e-13);
    assert_eq!(spectral["rounding_error"], 0.0);
    // Stepping would take too long for this number of steps.
    let huge = json(&["heat", "--points", "20001", "--method", "spectral"]);
    assert!((1.0 - huge["eigenvalue"].as_f64().unwrap()).abs() < 1e-8);
}

#[test]
fn bad_input_gives_one_clear_line() {
    let folder = Folder::new("heat-bad");
    let file = |name: &str, text: &str| {
        fs::write(folder.file(name), text).unwrap();
        folder.file(name)
    };
    for points in ["0", "2", "1e18", "-5", "many", "1e10"] {
        refused(&["heat", "--points", points], "--points", "expected");
    }
    for dt in ["0", "-1", "nan", "inf", "0.002", "soon"] {
        refused(&["heat", "--dt", dt], "--dt", "expected");
    }
    refused(&["heat", "--dt", "0.002"], "--dt: got 0.002", "at most h^2 / 2");
    for domains in ["0", "50", "1e18"] {
        refused(&["heat", "--domains", domains], "--domains", "1 to 49");
    }
    refused(&["heat", "--domains", "2", "--halo", "25"], "--halo: got 25", "1 to 24");
    refused(&["heat", "--domains", "2", "--halo", "0"], "--halo", "1 to 24");
    refused(&["heat", "--domains", "2", "--backend", "telepathy"], "--backend", "none, threads or processes");
    refused(&["heat", "--timeout", "0"], "--timeout", "seconds");
    refused(&["heat", "--method", "guess"], "--method", "stepping");
    for (flag, value) in [("--domains", "2"), ("--halo", "2"), ("--backend", "none")] {
        refused(&["heat", "--method", "spectral", flag, value], flag, "cannot be used with --method spectral");
    }
    for start in ["", "mode:", "mode:0", "mode:50", "mode:x", "rod.txt"] {
        refused(&["heat", "--start", start], "--start", "expected");
    }
    refused(&["heat", "--start", "missing.csv"], "--start: got missing.csv", "No such file");
    refused(
        &["heat", "--points", "3", "--start", &file("nan.csv", "x,f\n0,0\n1,nan\n2,0\n")],
        "--start",
        "'nan' is not finite",
    );
    for (name, text, reason) in [
        ("comma", "0,5\n0,7\n0,0\n", "numbers need a decimal point, not a comma"),
        ("semicolon", "0\n0;5\n0\n", "'0;5' is not a number: numbers need a decimal point"),
        ("huge", "0\n1e999\n0\n", "line 2: '1e999' is not finite"),
        ("heading", "0.1x\n0\n1\n0\n", "line 1: '0.1x' is not a number"),
        ("order", "0,0\n2,1\n1,0\n", "line 3: x = 1 is not above"),
        ("spacing", "x,f\n0,0\n7,1\n8,0\n", "x = 7, value 2 of the file: the values of x need equal steps, here 4"),
        ("number", "nan\n0\n1\n0\n", "line 1: 'nan' is not finite"),
        ("largest", "0\n1e308\n0\n", "got 1e308 at point 1, expected finite values of at most 1e290"),
    ] {
        refused(&["heat", "--points", "3", "--start", &file(&format!("{name}.csv"), text)], "--start", reason);
    }
    // A sparse file of a terabyte is not read.
    let large = file("large.csv", "");
    fs::File::options().write(true).open(&large).unwrap().set_len(1 << 40).unwrap();
    refused(&["heat", "--points", "3", "--start", &large], "--start", "the file has more than 4096 bytes");
    // Ends that are not zero are held.
    let ends = lanewalk().args(["heat", "--points", "3", "--start", &file("ends.csv", "0\n1\n2\n")]).assert();
    ends.success().stdout(contains("the ends are held at 0 and 2; the eigenvalues and the scaled field are"));
    let report = json(&["heat", "--points", "3", "--start", &folder.file("ends.csv")]);
    assert_eq!((&report["left_end"], &report["right_end"]), (&0.0.into(), &2.0.into()));
    // Any unit of x, with rounded decimals.
    for text in ["0,0\n0.33,1\n0.67,2\n1,0\n", "-1e300,0\n0,1\n1e300,2\n2e300,0\n"] {
        lanewalk().args(["heat", "--points", "4", "--start", &file("unit.csv", text)]).assert().success();
    }
    refused(&["heat", "--points", "3", "--start", &file("short.csv", "0\n1\n")], "--start", "expected 3");
    refused(
        &["heat", "--points", "3", "--start", &file("long.csv", "0\n1\n0\n0\n")],
        "--start",
        "the file has more values",
    );
    refused(&["heat", "--points", "3", "--start", &file("word.csv", "0\nword\n0\n")], "--start", "line 2");
    refused(&["heat", "--points", "3", "--start", &file("no.npy", "no")], "no.npy", "has no complete .npy header");
    // A field of three values, then one without its last bytes, and one of another type.
    let whole = folder.file("whole.npy");
    lanewalk().args(["heat", "--points", "3", "--field", &whole]).assert().success();
    let bytes = fs::read(&whole).unwrap();
    let mut single = bytes.clone();
    let type_at = single.windows(3).position(|window| window == b"<f8").unwrap();
    single[type_at + 2] = b'4';
    for (name, bytes, reason) in [
        ("short.npy", bytes[..bytes.len() - 9].to_vec(), "expected 3 values of a field: the file ends before value 2"),
        ("header.npy", bytes[..20].to_vec(), "expected 3 values of a field: the file has no complete .npy header"),
        ("single.npy", single, "the type '<f4', not float64"),
    ] {
        fs::write(folder.file(name), bytes).unwrap();
        refused(&["heat", "--points", "3", "--start", &folder.file(name)], name, reason);
    }
    let twice = folder.file("twice.csv");
    refused(&["heat", "--field", &twice, "--output", &twice], "--field", "another file than that of --output");
    refused(&["heat", "--field", "rod.txt"], "--field", ".csv or .npy");
    refused(&["heat", "--field", "/no/such/folder/rod.csv"], "--field", "can be written");
    refused(&["heat", "--plot", "/no/such/folder/rod.svg"], "--plot", "can be written");
    lanewalk().args(["heat", "--help"]).assert().success().stdout(contains("--backend").and(contains("--seed").not()));
}

#[test]
fn reports_a_decayed_field_in_words() {
    let reported = |arguments: &[&str], words: &str| {
        let run = lanewalk().arg("heat").args(arguments).assert().success();
        run.stdout(contains(words).and(contains("NaN").not()));
    };
    reported(&["--steps", "300000"], "decayed to");
    reported(&["--points", "3", "--steps", "2000"], "the field is zero");
    reported(&["--start", "mode:3", "--steps", "5"], "9.000000000000");
}

#[test]
fn a_refused_run_writes_no_file() {
    let folder = Folder::new("heat-whole");
    let (field, plot) = (folder.file("rod.csv"), folder.file("rod.svg"));
    refused(&["heat", "--domains", "99", "--field", &field, "--plot", &plot], "--domains", "1 to 49");
    assert!(folder.names().is_empty());
}
