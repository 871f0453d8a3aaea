//! `lanewalk walk`: barriers, space, and the distribution of T.

use std::fs;

use crate::common::{Folder, json, lanewalk, refused};
#[cfg(target_os = "linux")]
use crate::common::{processor_ticks, stop, stop_after_note, wait_until_it_writes};
use lanewalk::{
    Distribution, Exec, Isa, Walk, distance_key, first_exit, first_passage, independent_seed, region_exit,
    time_distribution, walk_each,
};
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

/// Checks that two numbers are equal except for the last digit, which reading JSON may change.
#[track_caller]
fn close(value: &Value, expected: Option<f64>) {
    let near = |(value, expected): (f64, f64)| (value - expected).abs() <= 1e-14 * expected.abs();
    let same = value.as_f64().zip(expected).map_or(value.is_null() && expected.is_none(), near);
    assert!(same, "{value} is not {expected:?}");
}

#[test]
fn between_barriers() {
    let report = json(&["walk", "--lower", "-5", "--upper", "10", "--start", "-1", "--samples", "3000"]);
    let exit = first_exit(&Walk::between(-5.0, 10.0).start(-1.0).samples(3000), &Exec::default()).unwrap();
    assert_eq!((&report["problem"], &report["digest"]), (&"between".into(), &exit.digest().into()));
    assert_eq!((&report["lower"], &report["upper"], &report["start"]), (&(-5.0).into(), &10.0.into(), &(-1.0).into()));
    assert_eq!((&report["censored"], &report["horizon"]), (&0.into(), &Value::Null));
    let rows = report["results"].as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| row["quantity"].as_str().unwrap()).collect();
    assert_eq!(names, ["probability_lower", "probability_upper", "mean", "mean_lower", "mean_upper"]);
    for (row, judged) in rows.iter().zip([
        exit.probability_lower(),
        exit.probability_upper(),
        exit.mean(),
        exit.mean_lower(),
        exit.mean_upper(),
    ]) {
        close(&row["estimate"], judged.estimate.map(|estimate| estimate.value));
        close(&row["exact"], judged.exact);
        assert!(row["z"].as_f64().unwrap().abs() < 5.0, "{row}");
    }
    let table = ["walk", "--lower", "-5", "--upper", "10", "--samples", "100"];
    lanewalk()
        .args(table)
        .assert()
        .success()
        .stdout(contains("P(lower first)").and(contains("E[T | upper]")).and(contains("no walk was censored")));
}

#[test]
fn a_horizon_censors() {
    let one = json(&["walk", "--upper", "3", "--horizon", "50", "--samples", "2000"]);
    let exit = first_exit(&Walk::up_to(3.0, 50).samples(2000), &Exec::default()).unwrap();
    assert_eq!(one["censored"], exit.censored);
    assert!(exit.censored > 0 && one["mean_upper_bound"].is_null() && one["mean_lower_bound"].is_number());
    let names: Vec<_> = one["results"].as_array().unwrap().iter().map(|row| row["quantity"].clone()).collect();
    assert_eq!(names, ["probability_upper", "probability_censored", "mean_until_horizon", "mean_upper"]);
    let two = json(&["walk", "--lower", "-5", "--upper", "5", "--horizon", "50", "--samples", "500"]);
    assert!(two["mean_lower_bound"].as_f64().unwrap() < two["mean_upper_bound"].as_f64().unwrap());
    let short = ["walk", "--lower", "-50", "--upper", "50", "--horizon", "20", "--samples", "100"];
    lanewalk().args(short).assert().success().stderr(contains("warning: --horizon 20 ended all 100 walks"));
    lanewalk().args(short).arg("--quiet").assert().success().stderr("");
}

#[test]
fn exits_from_balls_and_cubes() {
    let report = json(&["walk", "--dim", "1..=4", "--y", "5", "--samples", "1000"]);
    assert_eq!(report["problem"], "ball");
    for (row, dimensions) in report["results"].as_array().unwrap().iter().zip(1..) {
        let escape = region_exit(&Walk::in_ball(dimensions, 5.0).samples(1000), &Exec::default()).unwrap();
        assert_eq!((&row["dim"], &row["y"], &row["samples"]), (&dimensions.into(), &5.0.into(), &1000.into()));
        assert_eq!(row["total_steps"], escape.tally.total_steps as u64);
        close(&row["wald_z"], escape.wald_z());
        assert_eq!((row["exact"].is_null(), row["asymptotic"].is_null()), (dimensions > 1, dimensions == 1));
        assert!(dimensions == 1 || row["z"].is_null());
    }
    let wald = json(&["walk", "--dim", "2", "--y", "5,10", "--samples", "500", "--method", "wald"]);
    let row = &wald["results"][1];
    assert_eq!((&row["mean"], &row["std_error"]), (&row["wald_mean"], &row["wald_std_error"]));
    assert!(row["plain_mean"].is_number() && row["y"] == 10.0);
    let cube = json(&["walk", "--dim", "1", "--shape", "cube", "--y", "10"]);
    let line = first_passage(&Walk::to(10.0).samples(100_000), &Exec::default()).unwrap();
    assert_eq!(cube["results"][0]["total_steps"], line[0].tally.total_steps as u64);
    lanewalk().args(["walk", "--dim", "1..=3", "--samples", "100"]).assert().success().stdout(
        contains("z of Wald's identity")
            .and(contains("~"))
            .and(contains("not exact"))
            .and(contains("balls of radius 20")),
    );
}

#[test]
fn the_digest_does_not_depend_on_layer_isa_or_threads() {
    for walk in [
        &["--lower", "-3", "--upper", "7", "--horizon", "40"][..],
        &["--dim", "1..=3", "--y", "4"],
        &["--dim", "2", "--shape", "cube", "--y", "4,5"],
        &["--y", "7", "--quantiles", "0.5"],
    ] {
        let digests = |more: &[&str]| {
            let report = json(&[&["walk", "--samples", "101"][..], walk, more].concat());
            (report["digest"].clone(), report["distribution"]["digest"].clone())
        };
        let expected = digests(&[]);
        assert_eq!(digests(&["--layer", "scalar", "--threads", "1"]), expected);
        assert_eq!(digests(&["--layer", "interchanged", "--pin", "none"]), expected);
        assert_ne!(digests(&["--seed", "2"]), expected);
        for isa in Isa::available() {
            assert_eq!(digests(&["--isa", &isa.to_string()]), expected, "{isa}");
        }
    }
}

#[test]
fn the_distribution() {
    let asked = ["--histogram", "20", "--quantiles", "0.1,0.5,0.9", "--survival"];
    let report = json(&[&["walk", "--y", "10", "--samples", "5000"][..], &asked].concat());
    let times = time_distribution(&Walk::to(10.0).samples(5000), &Exec::default()).unwrap();
    let found = &report["distribution"];
    assert_eq!(found["digest"], times.digest());
    for row in found["quantiles"].as_array().unwrap() {
        let q = row["q"].as_f64().unwrap();
        let number = |key: &str| row[key].as_u64().unwrap();
        assert_eq!(Some(number("time")), times.quantile(q));
        assert_eq!(Some((Some(number("low")), Some(number("high")))), times.quantile_interval(q));
        assert!(row["exact"].is_null() || row["z"].as_f64().unwrap().abs() < 5.0);
    }
    let bins = found["histogram"]["bins"].as_array().unwrap();
    let walks = bins.iter().map(|bin| bin["walks"].as_u64().unwrap()).sum::<u64>();
    assert!((15..=21).contains(&bins.len()) && walks == 5000);
    assert_eq!(bins[0]["walks"], times.count(0..=bins[0]["to"].as_u64().unwrap()));
    for row in found["survival"]["rows"].as_array().unwrap() {
        let number = |key: &str| row[key].as_f64().unwrap();
        assert!(number("low") <= number("survival") && number("survival") <= number("high"));
        close(&row["survival"], Some(times.sf(row["steps"].as_u64().unwrap())));
    }
    // No exact distribution is known for a ball, so the exact values are missing.
    let ball = json(&[&["walk", "--dim", "2", "--y", "5", "--samples", "500"][..], &asked].concat());
    let found = &ball["distribution"];
    assert_eq!((&found["has_exact"], &found["histogram"]["chi_squared"]), (&false.into(), &Value::Null));
    assert!(found["quantiles"][0]["exact"].is_null() && found["survival"]["rows"][0]["exact"].is_null());
    for walk in [&["--y", "5"][..], &["--lower", "-5", "--upper", "9"], &["--dim", "2", "--y", "5"]] {
        let output = lanewalk().args([&["walk", "--samples", "500"][..], walk, &asked].concat()).assert().success();
        output.stdout(contains("quantile").and(contains("expected")).and(contains("P(T > n)")));
    }
    assert!(json(&["walk", "--y", "5"]).get("distribution").is_none());
}

#[test]
fn csv_has_the_results() {
    for (walk, heading, lines) in [
        (&["walk", "--lower", "-2", "--upper", "3"][..], "quantity,walks,estimate,std_error,low,high,exact", 6),
        (&["walk", "--dim", "2,3"], "dim,y,samples,total_steps", 3),
        (&["return", "--dim", "1..=3"], "kind,dim,radius,horizon,samples,returned", 4),
    ] {
        let output = lanewalk().args([walk, &["--samples", "50", "--format", "csv"]].concat()).assert().success();
        let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        assert!(text.starts_with(heading) && text.lines().count() == lines, "{text}");
    }
}

#[test]
fn writes_every_walker_to_a_file() {
    let folder = Folder::new("samples");
    let (csv, npy) = (folder.file("walks.csv"), folder.file("walks.npy"));
    // This is more than a block.
    let count = 140_000;
    let (mut times, mut positions) = (vec![0; count], vec![0; count]);
    let walk = Walk::to(1.0).walkers(7..7 + count as u64);
    walk_each(&walk, &mut times, Some(&mut positions), &Exec::default()).unwrap();
    for file in [&csv, &npy] {
        lanewalk().args(["walk", "--y", "1", "--shard", "7..140007", "--samples-out", file]).assert().success();
    }
    let text = fs::read_to_string(&csv).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("walker,time,position"));
    let bytes = fs::read(&npy).unwrap();
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert!(String::from_utf8_lossy(&bytes[..header]).contains("(140000, 2"));
    let mut numbers = bytes[header..].chunks(8).map(|eight| f64::from_le_bytes(eight.try_into().unwrap()));
    for (index, (time, position)) in times.iter().zip(&positions).enumerate() {
        let position = *position as f64 / 2_f64.powi(31);
        let fields: Vec<_> = lines.next().unwrap().split(',').collect();
        assert_eq!((fields[0], fields[1]), (&*(index + 7).to_string(), &*time.to_string()));
        assert_eq!(fields[2].parse(), Ok(position));
        assert_eq!((numbers.next(), numbers.next()), (Some(*time as f64), Some(position)));
    }
    assert_eq!((lines.next(), numbers.next()), (None, None));
    assert_eq!(folder.names().len(), 2, "no other file remains");
}

#[test]
fn censored_walkers_have_no_time() {
    let folder = Folder::new("censored");
    let (csv, npy) = (folder.file("walks.csv"), folder.file("walks.npy"));
    for file in [&csv, &npy] {
        let walk = ["walk", "--dim", "2", "--y", "3", "--horizon", "5", "--samples", "100", "--samples-out", file];
        lanewalk().args(walk).assert().success();
    }
    let text = fs::read_to_string(&csv).unwrap();
    assert_eq!(text.lines().next(), Some("walker,time,position_1,position_2"));
    let without = text.lines().skip(1).filter(|line| line.split(',').nth(1) == Some("")).count();
    let bytes = fs::read(&npy).unwrap();
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let numbers: Vec<_> =
        bytes[header..].chunks(8).map(|eight| f64::from_le_bytes(eight.try_into().unwrap())).collect();
    assert_eq!(numbers.len(), 300);
    assert_eq!(numbers.iter().step_by(3).filter(|time| time.is_nan()).count(), without);
    let report = json(&["walk", "--dim", "2", "--y", "3", "--horizon", "5", "--samples", "100"]);
    assert!(without > 0);
    assert_eq!(report["results"][0]["censored"], without);
}

#[test]
fn plots() {
    let folder = Folder::new("walk-plots");
    for (name, walk) in [
        ("list", &["--y", "10,20"][..]),
        ("exact", &["--y", "5", "--method", "exact"]),
        ("one", &["--y", "10"]),
        ("barriers", &["--lower", "-2", "--upper", "3", "--survival"]),
        ("censored", &["--upper", "30", "--horizon", "3"]),
        ("dimensions", &["--dim", "1..=3", "--samples", "50"]),
        ("radii", &["--dim", "3", "--y", "2,5", "--samples", "50"]),
        ("ball", &["--dim", "2", "--y", "2", "--samples", "1", "--quantiles", "0.5"]),
    ] {
        let file = folder.file(&format!("{name}.svg"));
        lanewalk().args([&["walk", "--plot", &file][..], walk].concat()).assert().success();
        let svg = fs::read_to_string(&file).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("NaN"), "{name}");
    }
}

/// Both lists vary, so the seed of an entry is derived from its dimensions and then from its radius.
#[test]
fn dimensions_and_radii_can_both_be_lists() {
    let lists = ["walk", "--dim", "2,3", "--y", "4,5.5", "--samples", "100"];
    let shared = lanewalk().args(lists).assert().success();
    let table = String::from_utf8(shared.get_output().stdout.clone()).unwrap();
    assert!(table.contains("every D and Y uses the same walkers") && table.contains("3, 5.5"), "{table}");
    for independent in [false, true] {
        let flag = if independent { &["--independent"][..] } else { &[] };
        let report = json(&[&lists[..], flag].concat());
        let rows = report["results"].as_array().unwrap();
        assert_eq!(rows.len(), 4);
        for (row, (dimensions, radius)) in rows.iter().zip([(2, 4.0), (2, 5.5), (3, 4.0), (3, 5.5)]) {
            let derived = independent_seed(1, &[dimensions, distance_key(radius)]);
            let seed = if independent { derived } else { 1 }.to_string();
            let (d, y) = (dimensions.to_string(), radius.to_string());
            let alone = json(&["walk", "--dim", &d, "--y", &y, "--samples", "100", "--seed", &seed]);
            assert_eq!(row, &alone["results"][0]);
        }
    }
}

#[test]
fn bad_input_gives_one_clear_line() {
    let walk = |more: &[&str]| [&["walk"][..], more].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
    for (flags, named, expected) in [
        (&["--lower", "-5", "--upper", "5", "--y", "5"][..], "--y", "cannot be used with --lower or --upper"),
        (&["--lower", "-5", "--upper", "5", "--dim", "2"], "--dim", "cannot be used with"),
        (&["--lower", "-5", "--upper", "5", "--independent"], "--independent", "cannot be used with"),
        (&["--lower", "-5", "--upper", "5", "--method", "wald"], "--method wald", "cannot be used with"),
        (&["--lower", "-5"], "alone requires --horizon", "a single barrier"),
        (&["--upper", "5"], "alone requires --horizon", "a single barrier"),
        (&["--lower", "-5", "--horizon", "2e9"], "--horizon", "at most"),
        (&["--lower", "5", "--upper", "-5"], "--lower", "below the upper one, which is at -5"),
        (&["--lower", "20", "--upper", "80"], "--lower", "below the start, which is at 0"),
        (&["--lower", "-80", "--upper", "-20"], "--upper", "above the start, which is at 0"),
        (&["--lower", "2", "--horizon", "9"], "--lower", "below the start, which is at 0"),
        (&["--lower", "5", "--upper", "5"], "--lower", "below the upper one, which is at 5"),
        (&["--lower", "-5", "--upper", "5", "--start", "5"], "--start", "between the barriers"),
        (&["--lower", "-5", "--upper", "5", "--start", "-7"], "--start", "between the barriers"),
        (&["--lower", "nan", "--upper", "5"], "--lower", "expected a number"),
        (&["--lower", "-5", "--upper", "inf"], "--upper", "expected a number"),
        (&["--lower", "-5", "--upper", "5", "--horizon", "0"], "--horizon", "at least 1"),
        (&["--lower", "-5", "--upper", "5", "--samples", "0"], "--samples", "at least 1"),
        (&["--lower", "-x", "--upper", "5"], "--lower", "expected a number"),
        (&["--start", "-1"], "--start", "requires --lower or --upper"),
        (&["--shape", "cube"], "--shape", "requires --dim"),
        (&["--shape", "egg", "--dim", "2"], "--shape", "ball cube"),
        (&["--horizon", "5"], "--horizon", "--lower -Y --upper Y"),
        (&["--dim", "0"], "--dim", "expected numbers of dimensions"),
        (&["--dim", "-3"], "--dim", "expected numbers of dimensions"),
        (&["--dim", "17"], "--dim", "expected 1 to 16 dimensions"),
        (&["--dim", "2", "--y", "1e9"], "--y", "expected"),
        (&["--dim", "2", "--y", "0"], "--y", "expected"),
        (&["--dim", "1,2", "--y", "5,6", "--plot", "a.svg"], "--plot", "requires one --dim or one --y"),
        (&["--dim", "1,2", "--y", "5,6", "--survival"], "--survival", "not 4 regions"),
        (&["--dim", "2", "--method", "nested"], "--method nested", "cannot be used with --dim"),
        (&["--dim", "2", "--independent"], "--independent", "requires a list"),
        (&["--dim", "2", "--horizon", "0"], "--horizon", "at least 1"),
        (&["--histogram"], "--histogram", "not 15 distances: give --y Y"),
        (&["--y", "5,6", "--survival"], "--survival", "not 2 distances"),
        (&["--y", "5,6", "--samples-out", "walks.csv"], "--samples-out", "not 2 distances"),
        (&["--dim", "1..=3", "--quantiles", "0.5"], "--quantiles", "not 3 regions"),
        (&["--y", "5", "--quantiles", "1"], "--quantiles", "above 0 and below 1"),
        (&["--y", "5", "--quantiles", "-0.5"], "--quantiles", "above 0 and below 1"),
        (&["--y", "5", "--histogram", "0"], "--histogram", "from 1 to 10000"),
        (&["--y", "5", "--histogram", "-5"], "--histogram", "from 1 to 10000"),
        (&["--y", "5", "--method", "exact", "--survival"], "--survival", "which does not sample"),
        (&["--y", "5", "--samples-out", "walks.txt"], "--samples-out", ".csv or .npy"),
        (&["--y", "5", "--samples-out", "/no/such/walks.csv"], "--samples-out", "can be written"),
        (&["--y", "5", "--output", "a.svg", "--plot", "a.svg"], "--plot", "another file"),
    ] {
        let arguments = walk(flags);
        refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), named, expected);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_keeps_the_walkers_that_are_done() {
    use std::process::{Command as Process, Stdio};
    let folder = Folder::new("stopped-samples");
    let walk = |shard: &str, file: &str| {
        let mut command = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"));
        command.args(["walk", "--y", "0.5", "--seed", "3", "--shard", shard, "--samples-out", file]);
        command.args(["--quiet", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    for kind in ["csv", "npy"] {
        let file = folder.file(&format!("stopped.{kind}"));
        let child = walk("7..1000000000000", &file).spawn().unwrap();
        // Two blocks of the file, so that at least one is complete.
        wait_until_it_writes(child.id(), 8 << 20);
        stop(child.id());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{error}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let done = report["results"][0]["samples"].as_u64().unwrap();
        let end = 7 + done;
        assert!(error.contains(&format!("the file of --samples-out contain {done} of 999999999993 walks")), "{error}");
        assert!(error.contains(&format!("--shard {end}..1000000000000 computes the rest")), "{error}");
        // The file is the file of a run of these walkers, apart from spaces in the header of npy.
        let whole = folder.file(&format!("whole.{kind}"));
        assert!(walk(&format!("7..{end}"), &whole).output().unwrap().status.success());
        let [stopped, whole] = [file, whole].map(|file| fs::read(file).unwrap());
        if kind == "csv" {
            assert!(stopped == whole, "{} and {} bytes", stopped.len(), whole.len());
        } else {
            let (start, data) = stopped.split_at(10 + usize::from(u16::from_le_bytes([stopped[8], stopped[9]])));
            assert_eq!(data.len() as u64, 16 * done);
            assert!(data == &whole[whole.len() - data.len()..]);
            let text = String::from_utf8_lossy(&start[10..]);
            assert!(text.contains(&format!("'shape': ({done}, 2")) && text.ends_with(" \n"), "{text}");
        }
    }
    assert_eq!(folder.names().len(), 4, "{:?}", folder.names());
}

#[cfg(unix)]
#[test]
fn a_reader_that_disconnects_is_not_an_error() {
    let folder = Folder::new("samples-pipe");
    for name in ["pipe.csv", "pipe.npy"] {
        let pipe = folder.file(name);
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let file = pipe.clone();
        let reader =
            std::thread::spawn(move || std::io::Read::read(&mut fs::File::open(file).unwrap(), &mut [0; 9]).unwrap());
        let walk = ["walk", "--y", "1", "--samples", "300000", "--samples-out", &pipe];
        lanewalk().args(walk).assert().success().stdout("").stderr("");
        assert_eq!(reader.join().unwrap(), 9);
    }
}

/// Lists with shared walkers have a note. With independent walkers, an entry does not depend on its place in the list.
#[test]
fn a_note_reports_shared_walkers() {
    let note =
        |column: &str| contains(format!("every {column} uses the same walkers, so the estimates are correlated"));
    for (list, column, alone) in [
        (&["walk", "--y", "5,6", "--samples", "50"][..], "Y", &["walk", "--y", "5", "--samples", "50"][..]),
        (&["walk", "--dim", "1,2", "--y", "5", "--samples", "50"], "D", &["walk", "--dim", "2", "--samples", "50"]),
        (&["walk", "--dim", "2", "--y", "5,6", "--samples", "50"], "Y", &["walk", "--dim", "2", "--samples", "50"]),
        (&["return", "--dim", "1,2", "--samples", "50"], "D", &["return", "--dim", "2", "--samples", "50"]),
    ] {
        lanewalk().args(list).assert().success().stdout(note(column));
        lanewalk().args(list).arg("--independent").assert().success().stdout(note(column).not());
        lanewalk().args(alone).assert().success().stdout(contains("correlated").not());
        assert_eq!(json(list)["independent"], false);
        assert_eq!(json(&[list, &["--independent"]].concat())["independent"], true);
    }
    let steps = |more: &[&str]| {
        let report = json(&[more, &["--samples", "50"]].concat());
        let rows = report["results"].as_array().unwrap().clone();
        rows.into_iter().map(|row| row["total_steps"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    for (several, other, entry) in [
        (&["walk", "--dim", "1,2", "--y", "5"][..], &["walk", "--dim", "2,3", "--y", "5"][..], 2_u64),
        (&["walk", "--dim", "2", "--y", "5,6"], &["walk", "--dim", "2", "--y", "6,7"], 6 << 31),
        (&["return", "--dim", "1,2"], &["return", "--dim", "2,3"], 2),
    ] {
        let independent = ["--independent"];
        let here = steps(&[several, &independent].concat())[1];
        assert_eq!(here, steps(&[other, &independent].concat())[0]);
        assert_ne!(here, steps(several)[1]);
        // A run of this entry alone with its own seed gives the same.
        let seed = independent_seed(1, &[entry]).to_string();
        assert_eq!(here, steps(&[several, &["--seed", &seed]].concat())[1]);
    }
    refused(&["return", "--dim", "2", "--independent"], "--independent", "a list of at least two entries");
    refused(&["return", "--kind", "sign", "--independent"], "--independent", "a list of at least two entries");
}

/// A reader of the file of walkers sees the first block, and then stops the run. The result, the distribution and what
/// the reader has got contain the same finished walkers.
#[cfg(unix)]
#[test]
fn a_stop_keeps_the_finished_walks_of_one_pass() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command as Process, Stdio};
    let folder = Folder::new("stopped-pass");
    let pipe = folder.file("lines.csv");
    assert!(Process::new("mkfifo").arg(&pipe).status().unwrap().success());
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["walk", "--y", "30", "--samples", "1e10", "--survival", "--format", "json", "-q"])
        .args(["--samples-out", &pipe])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut count = 0;
    for line in BufReader::new(fs::File::open(&pipe).unwrap()).lines() {
        line.unwrap();
        count += 1;
        if count == 100_000 {
            let kill =
                Process::new("kill").args([crate::common::interrupt(), &child.id().to_string()]).status().unwrap();
            assert!(kill.success());
        }
    }
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let done = report["results"][0]["samples"].as_u64().unwrap();
    assert_eq!(report["shard"], format!("0..{done}"));
    let rest = format!(
        "the result and the file of --samples-out contain {done} of 10000000000 walks; --shard {done}..10000000000 "
    );
    assert!(error.contains(&rest), "{error}");
    assert!(report["distribution"]["survival"]["rows"].as_array().unwrap().len() > 5);
    assert_eq!(count, done + 1, "one line for each walker and a heading");
}

/// After a stop, the result has the finished entries of a list.
#[cfg(target_os = "linux")]
#[test]
fn a_stop_keeps_the_finished_entries() {
    use std::process::{Command as Process, Stdio};
    let folder = Folder::new("stopped-list");
    let file = folder.file("walks.json");
    // The first entry takes milliseconds, the second one days.
    let child = Process::new(assert_cmd::cargo::cargo_bin("lanewalk"))
        .args(["walk", "--dim", "2", "--y", "1,1e5", "--samples", "10000", "--format", "json"])
        .args(["--output", &file])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Far more processor time than the first entry needs.
    let output = stop_after_note(child, |id| processor_ticks(id) >= 100);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.ends_with("\nstopped: the result contains 1 of 2 entries\n"), "{error}");
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let alone = json(&["walk", "--dim", "2", "--y", "1", "--samples", "10000"]);
    assert_eq!(kept["results"], alone["results"]);
}
