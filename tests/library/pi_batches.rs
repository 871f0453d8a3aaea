//! Batches: the same points as one run, reported in order or as they finish.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::variants::{threads, variants};
use lanewalk::{
    BatchSummary, Batches, Error, Exec, Layer, Pi, PiMethod, PiTally, Pin, RunControl, estimate_pi, estimate_pi_batches,
};
use proptest::prelude::*;

const METHODS: [PiMethod; 3] = [PiMethod::Plain, PiMethod::Antithetic, PiMethod::Conditional];

fn collect(batches: &Batches, exec: &Exec) -> (BatchSummary, Vec<(u64, PiTally)>) {
    let mut reported = Vec::new();
    let summary = estimate_pi_batches(batches, exec, |batch, tally| reported.push((batch, tally.clone()))).unwrap();
    (summary, reported)
}

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None)
}

#[test]
fn batches_give_the_plain_run_for_every_split() {
    let cuts = [(700, 1), (3, 1000), (300, 1000), (7, 1024), (5, 65_536), (2, 65_537), (1, 300_000), (41, 4099)];
    for method in METHODS {
        for (count, points) in cuts {
            let pi = Pi::points(count * points).method(method).seed(3);
            let whole = estimate_pi(&pi, &textbook()).unwrap();
            let batches = Batches::new(count, points).method(method).seed(3);
            let expected = collect(&batches, &textbook());
            assert_eq!((&expected.0.tally, expected.0.batches), (&whole, count), "{method}, {count} of {points}");
            assert_eq!(expected.0.tally.digest(), whole.digest());
            for (name, exec) in variants() {
                for &threads in threads() {
                    let exec = exec.clone().threads(threads);
                    let name = format!("{method}, {count} of {points}, {name}, {threads} threads");
                    assert_eq!(collect(&batches.clone().chunk(3), &exec), expected, "{name}");
                    let mut unordered = collect(&batches.clone().unordered(true).chunk(2), &exec);
                    unordered.1.sort_by_key(|(batch, _)| *batch);
                    assert_eq!(unordered, expected, "unordered, {name}");
                }
            }
        }
    }
}

#[test]
fn every_batch_is_a_shard() {
    for method in METHODS {
        let batches = Batches::new(20, 1500).method(method).seed(8);
        let (_, reported) = collect(&batches, &Exec::default());
        assert_eq!(reported.len(), 20);
        for (place, (batch, tally)) in reported.into_iter().enumerate() {
            assert_eq!(batch, place as u64, "in order");
            let pi = Pi::points(30_000).method(method).seed(8).shard(batch * 1500..(batch + 1) * 1500);
            assert_eq!(tally, estimate_pi(&pi, &textbook()).unwrap(), "{method}, batch {batch}");
        }
    }
}

#[test]
fn chunks_of_any_size() {
    let expected = collect(&Batches::new(1000, 10), &textbook());
    for chunk in [1, 4, 999, 1000, 1001, u64::MAX] {
        for &threads in threads() {
            let exec = Exec::default().threads(threads);
            assert_eq!(collect(&Batches::new(1000, 10).chunk(chunk), &exec), expected, "{chunk}, {threads} threads");
            let mut unordered = collect(&Batches::new(1000, 10).chunk(chunk).unordered(true), &exec);
            unordered.1.sort_by_key(|(batch, _)| *batch);
            assert_eq!(unordered, expected, "{chunk}, {threads} threads");
        }
    }
}

/// More batches than the reorder buffer holds, so threads wait for each other.
#[test]
fn a_long_run_in_order() {
    let mut next = 0;
    let batches = Batches::new(300_000, 1).chunk(u64::MAX);
    let exec = Exec::default().threads(*threads().last().unwrap());
    let summary = estimate_pi_batches(&batches, &exec, |batch, _| {
        assert_eq!(batch, next);
        next += 1;
    });
    assert_eq!(summary.unwrap().tally, estimate_pi(&Pi::points(300_000), &textbook()).unwrap());
    assert_eq!(next, 300_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Compares the summary with its formula, from the values that the callback received.
    #[test]
    fn the_summary_agrees_with_its_batches(method in 0_usize..3, count in 1_u64..60, points in 1_u64..4000, seed: u64) {
        let batches = Batches::new(count, points).method(METHODS[method]).seed(seed).unordered(true);
        let (summary, reported) = collect(&batches, &Exec::default());
        prop_assert_eq!((summary.batches, summary.tally.points), (count, count * points));
        prop_assert_eq!(summary.tally.sum, reported.iter().map(|(_, tally)| tally.sum).sum::<u128>());
        if METHODS[method] != PiMethod::Conditional {
            let squares = reported.iter().map(|(_, tally)| tally.sum.pow(2)).sum::<u128>();
            prop_assert_eq!(summary.sum_squares, [0, squares]);
        }
        let values: Vec<f64> = reported.iter().map(|(_, tally)| tally.estimate().unwrap().value).collect();
        let n = count as f64;
        let mean = values.iter().sum::<f64>() / n;
        let estimate = summary.estimate().unwrap();
        prop_assert!((estimate.value - mean).abs() < 1e-12);
        prop_assert_eq!(estimate.value.to_bits(), summary.tally.estimate().unwrap().value.to_bits());
        if count == 1 {
            prop_assert_eq!(estimate.std_error, None);
        } else {
            let error = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
            let got = estimate.std_error.unwrap();
            prop_assert!((got - error).abs() <= 1e-9 * error + 1e-15, "{} and {}", got, error);
        }
    }
}

/// The spread of the batches and that of the points estimate the same error. The standard deviation of their ratio is 1
/// / sqrt(2 * 1999).
#[test]
fn both_errors_agree() {
    for method in METHODS {
        let summary =
            estimate_pi_batches(&Batches::new(2000, 5000).method(method), &Exec::default(), |_, _| ()).unwrap();
        let errors =
            [summary.estimate(), summary.tally.estimate()].map(|estimate| estimate.unwrap().std_error.unwrap());
        assert!((errors[0] / errors[1] - 1.0).abs() < 5.0 / (2.0_f64 * 1999.0).sqrt(), "{method}: {errors:?}");
    }
}

#[test]
fn refusals() {
    let refused = |batches: Batches, argument: &str| match estimate_pi_batches(&batches, &Exec::default(), |_, _| ()) {
        Err(error) => assert_eq!(error.argument(), Some(argument)),
        other => panic!("{other:?}"),
    };
    refused(Batches::new(0, 10), "batches");
    refused(Batches::new(10, 0), "batch_points");
    refused(Batches::new(10, 10).chunk(0), "chunk");
    refused(Batches::new(10, 10).method(PiMethod::Stratified), "method");
    refused(Batches::new((1 << 31) + 1, 1 << 31), "batches");
    refused(Batches::new(1, (1 << 62) + 1), "batch_points");
    assert_eq!(Batches::new(1 << 31, 1 << 31).check(), Ok(1 << 62));
}

#[test]
fn a_stop_takes_effect_at_once() {
    for unordered in [false, true] {
        for (count, points) in [(1 << 40, 1), (1 << 20, 1 << 40), (1, 1 << 60)] {
            let control = RunControl::default();
            let mut after = 0;
            if count == 1 || points > 1 {
                control.stop();
            }
            let batches = Batches::new(count, points).unordered(unordered);
            let result = estimate_pi_batches(&batches, &Exec::default().control(&control), |_, _| {
                after += u64::from(control.is_stopped());
                control.stop();
            });
            assert_eq!((result, after), (Err(Error::Stopped), 0), "{count} of {points}");
        }
    }
}

#[test]
fn a_panic_in_the_callback_propagates() {
    for unordered in [false, true] {
        for &threads in threads() {
            let batches = Batches::new(1 << 40, 100).unordered(unordered);
            let exec = Exec::default().threads(threads);
            let mut calls = 0;
            let run = || {
                _ = estimate_pi_batches(&batches, &exec, |_, _| {
                    calls += 1;
                    assert!(calls != 10, "the tenth");
                });
            };
            assert!(catch_unwind(AssertUnwindSafe(run)).is_err(), "{threads} threads");
            assert_eq!(calls, 10);
            // The threads still work.
            assert_eq!(collect(&Batches::new(10, 10), &exec).1.len(), 10);
        }
    }
}
