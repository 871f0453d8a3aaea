//! `lanewalk return`: results, digests, distribution and bad input.

use std::fs;

use crate::common::{Folder, json, lanewalk, refused};
use lanewalk::{Exec, Isa, ReturnKind, Walk, first_return};
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn polyas_constants() {
    let report = json(&["return", "--samples", "2000", "--horizon", "1000"]);
    assert_eq!(
        (&report["command"], &report["kind"], &report["horizon"]),
        (&"return".into(), &"lattice".into(), &1000.into())
    );
    let rows = report["results"].as_array().unwrap();
    assert_eq!(rows.len(), 8);
    for (row, dimensions) in rows.iter().zip(1..) {
        let walk = Walk::returning(ReturnKind::Lattice { dimensions }, 1000).samples(2000);
        let returns = first_return(&walk, &Exec::default()).unwrap();
        assert_eq!((&row["dim"], &row["kind"], &row["samples"]), (&dimensions.into(), &"lattice".into(), &2000.into()));
        assert_eq!(row["returned"], returns.tally.samples);
        assert_eq!(row["censored"], returns.censored);
        let number = |key: &str| row[key].as_f64().unwrap();
        assert!((number("probability") - returns.tally.samples as f64 / 2000.0).abs() < 1e-12);
        assert!(number("z").abs() < 5.0 && number("exact") <= number("ever"));
        assert!((number("tail") - (number("ever") - number("exact"))).abs() < 1e-12);
        assert!((number("mean_returned") - returns.tally.mean().unwrap()).abs() < 1e-9);
    }
    assert!((rows[2]["ever"].as_f64().unwrap() - 0.340_537_329_6).abs() < 1e-9);
    lanewalk().args(["return", "--samples", "100"]).assert().success().stdout(
        contains("P(T <= h)")
            .and(contains("0.3405373"))
            .and(contains("0.1932017"))
            .and(contains("to the origin of the lattice")),
    );
}

#[test]
fn signs_and_balls() {
    let sign = json(&["return", "--kind", "sign", "--horizon", "10", "--samples", "5000"]);
    let row = &sign["results"][0];
    // 1 - 2 C(20, 10) / 4^10.
    assert!((row["exact"].as_f64().unwrap() - (1.0 - 2.0 * 184_756.0 / 1_048_576.0)).abs() < 1e-12);
    assert!(row["dim"].is_null() && row["z"].as_f64().unwrap().abs() < 5.0);
    let ball =
        json(&["return", "--kind", "ball", "--dim", "2,3", "--radius", "1.5", "--horizon", "100", "--samples", "500"]);
    let rows = ball["results"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["radius"], &rows[1]["dim"], &rows[1]["ever"]),
        (&1.5.into(), &3.into(), &serde_json::Value::Null)
    );
    assert!(rows[0]["exact"].is_null() && rows[0]["ever"] == 1.0);
    lanewalk()
        .args(["return", "--kind", "ball", "--samples", "100", "--horizon", "100"])
        .assert()
        .success()
        .stdout(contains("of radius 2 "));
}

#[test]
fn the_digest_does_not_depend_on_layer_isa_or_threads() {
    for walk in [&["--kind", "sign"][..], &["--kind", "ball", "--dim", "3"], &["--kind", "lattice", "--dim", "2,3"]] {
        let digest = |more: &[&str]| {
            let usual = ["return", "--horizon", "300", "--samples", "150"];
            json(&[&usual[..], walk, more].concat())["digest"].clone()
        };
        let expected = digest(&[]);
        assert_eq!(digest(&["--layer", "scalar", "--threads", "1"]), expected);
        assert_eq!(digest(&["--layer", "interchanged", "--pin", "none"]), expected);
        assert_ne!(digest(&["--seed", "2"]), expected);
        for isa in Isa::available() {
            assert_eq!(digest(&["--isa", &isa.to_string()]), expected, "{isa}");
        }
    }
}

#[test]
fn the_distribution_of_return_times() {
    let folder = Folder::new("return");
    let (plot, samples) = (folder.file("return.svg"), folder.file("back.csv"));
    let report = json(&[
        "return",
        "--dim",
        "1",
        "--horizon",
        "1000",
        "--samples",
        "2000",
        "--histogram",
        "10",
        "--quantiles",
        "0.4,0.999",
        "--survival",
        "--plot",
        &plot,
        "--samples-out",
        &samples,
    ]);
    let found = &report["distribution"];
    let quantiles = found["quantiles"].as_array().unwrap();
    assert_eq!((&quantiles[0]["time"], &quantiles[0]["exact"]), (&2.into(), &2.into()));
    assert!(quantiles[1]["time"].is_null() && quantiles[1]["exact"].is_null(), "the quantile is beyond the horizon");
    let bins = found["histogram"]["bins"].as_array().unwrap();
    let last = &bins[bins.len() - 1];
    assert_eq!(
        (&last["from"], &last["to"], &last["walks"]),
        (&1001.into(), &serde_json::Value::Null, &report["results"][0]["censored"])
    );
    assert!(found["histogram"]["p_value"].as_f64().unwrap() > 1e-4);
    assert!(found["survival"]["rows"].as_array().unwrap().iter().all(|row| row["z"].as_f64().unwrap().abs() < 5.0));
    assert!(fs::read_to_string(&plot).unwrap().starts_with("<svg"));
    // A censored walk has no time, and a lattice walk has no position.
    let text = fs::read_to_string(&samples).unwrap();
    let censored = text.lines().skip(1).filter(|line| line.ends_with(',')).count();
    assert_eq!((text.lines().next(), text.lines().count()), (Some("walker,time"), 2001));
    assert_eq!(report["results"][0]["censored"], censored);

    let list = folder.file("list.svg");
    lanewalk().args(["return", "--samples", "50", "--horizon", "50", "--plot", &list]).assert().success();
    assert!(fs::read_to_string(&list).unwrap().starts_with("<svg"));
}

#[test]
fn bad_input_gives_one_clear_line() {
    refused(&["return", "--dim", "9"], "--dim", "expected 1 to 8 dimensions");
    refused(&["return", "--dim", "0"], "--dim", "expected numbers of dimensions");
    refused(&["return", "--dim", "-1"], "--dim", "expected numbers of dimensions");
    refused(&["return", "--kind", "sign", "--dim", "1"], "--dim", "cannot be used with --kind sign");
    refused(&["return", "--radius", "3"], "--radius", "requires --kind ball");
    refused(&["return", "--kind", "ball", "--radius", "0"], "--radius", "expected");
    refused(&["return", "--kind", "ball", "--radius", "-1"], "--radius", "expected");
    refused(&["return", "--kind", "ball", "--horizon", "1e9"], "--horizon", "expected");
    refused(&["return", "--horizon", "0"], "--horizon", "expected");
    refused(&["return", "--kind", "home"], "--kind", "sign ball lattice");
    refused(&["return", "--samples", "0"], "--samples", "at least 1");
    refused(&["return", "--histogram"], "--histogram", "one --dim");
}
