//! One seed, one answer: every layer, instruction set, thread count and shard gives the tallies of the textbook loop,
//! which gives the known answers.

use crate::variants::{KNOWN_ANSWERS, threads, variants};
use lanewalk::{Exec, FirstPassage, Layer, Method, Pin, Tally, Walk, first_passage, walk_each};
use proptest::prelude::*;

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None)
}

#[test]
fn known_answers_on_every_layer() {
    for (name, exec) in variants() {
        for line in KNOWN_ANSWERS.lines().skip(1) {
            let columns: Vec<&str> = line.split(',').collect();
            let number = |column: usize| columns[column].parse::<u64>().unwrap();
            let walk = Walk::to(columns[0].parse().unwrap()).samples(number(1)).seed(number(2));
            let tally = first_passage(&walk, &exec).unwrap()[0].tally;
            let Tally { samples, total_steps, sum_squares, longest, lower, .. } = tally;
            let found = [samples.into(), total_steps, sum_squares, longest.into(), lower.into()];
            assert_eq!(found, [1, 3, 4, 5, 6].map(|column| number(column).into()), "{name}: {line}");
        }
    }
}

#[test]
fn every_variant_equals_the_textbook_loop() {
    // Fewer walkers than lanes, as many, one more, primes. The barriers are smaller than a step, near, and far.
    for y in [0.001, 1.0, 7.25, 150.0] {
        for samples in [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 97] {
            let walk = Walk::to(y).samples(samples).seed(99);
            let expected = first_passage(&walk, &textbook()).unwrap();
            for (name, exec) in variants() {
                for &threads in threads() {
                    let got = first_passage(&walk, &exec.clone().threads(threads)).unwrap();
                    assert_eq!(got, expected, "{name}, {threads} threads, y = {y}, {samples} walks");
                }
            }
        }
    }
}

#[test]
fn nested_equals_plain() {
    // Unsorted, with a duplicate, and with barriers that one step can cross together.
    let list = [40.0, 0.3, 0.4, 0.5, 1.0, 150.0, 1.0, 7.25, 7.5];
    let plain = first_passage(&Walk::to_each(list).samples(61).seed(5), &textbook()).unwrap();
    for (name, exec) in variants() {
        for &threads in threads() {
            let walk = Walk::to_each(list).samples(61).seed(5).method(Method::Nested);
            let nested = first_passage(&walk, &exec.clone().threads(threads)).unwrap();
            assert_eq!(FirstPassage::digest(&nested), FirstPassage::digest(&plain), "{name}, {threads} threads");
            for (nested, plain) in nested.iter().zip(&plain) {
                assert_eq!((nested.distance, nested.tally), (plain.distance, plain.tally), "{name}, {threads} threads");
            }
        }
    }
}

#[test]
fn wald_tallies_are_equal_everywhere() {
    let walk = Walk::to_each([0.2, 3.0, 60.0, 7.25]).samples(101).method(Method::Wald);
    let expected = first_passage(&walk, &textbook()).unwrap();
    for (name, exec) in variants() {
        for &threads in threads() {
            assert_eq!(first_passage(&walk, &exec.clone().threads(threads)).unwrap(), expected, "{name}, {threads}");
        }
    }
    let plain = first_passage(&walk.clone().method(Method::Plain), &textbook()).unwrap();
    for (wald, plain) in expected.iter().zip(&plain) {
        assert_eq!(wald.tally, plain.tally);
    }
}

#[test]
fn tallies_equal_the_sums_over_walkers() {
    for (name, exec) in variants() {
        for &threads in threads() {
            for (y, range) in [(0.7, 0..1), (7.25, 5..1007), (60.0, 3..40), (1.0, (1 << 62) - 100..1 << 62)] {
                let exec = exec.clone().threads(threads);
                let walk = Walk::to(y).walkers(range.clone()).seed(17);
                let count = (range.end - range.start) as usize;
                let (mut times, mut positions) = (vec![0; count], vec![0; count]);
                walk_each(&walk, &mut times, Some(&mut positions), &exec).unwrap();
                let mut tally = Tally::default();
                for (&time, &position) in times.iter().zip(&positions) {
                    tally.record(time, position);
                    let distance = position.unsigned_abs() as f64 / 2_147_483_648.0;
                    assert!((y..y + 1.0).contains(&distance), "{name}: a walk to {y} ended at {distance}");
                }
                assert_eq!(tally, first_passage(&walk, &textbook()).unwrap()[0].tally, "{name}, {threads} threads");
                // Each time is at its place: a run with this walker alone gives the same time.
                for index in [0, count / 2, count - 1] {
                    let alone = range.start + index as u64..range.start + index as u64 + 1;
                    let tally = first_passage(&walk.clone().walkers(alone), &textbook()).unwrap()[0].tally;
                    assert_eq!(tally.longest, times[index], "{name}, walker {index}");
                }
            }
        }
    }
}

#[test]
fn independent_seeds_depend_on_the_distance_only() {
    let exec = Exec::default();
    let crossings = |list: &[f64]| {
        first_passage(&Walk::to_each(list.iter().copied()).samples(50).independent(true), &exec).unwrap()
    };
    let (short, long) = (crossings(&[20.0]), crossings(&[10.0, 20.0, 30.0]));
    assert_eq!(short[0].tally, long[1].tally);
    let shared = first_passage(&Walk::to(20.0).samples(50), &exec).unwrap();
    assert_ne!(short[0].tally, shared[0].tally);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_problem_has_one_answer(y in 0.01_f64..40.0, seed: u64, first in 0_u64..(1 << 62) - 200, count in 1_u64..60, threads in 1_usize..4) {
        let walk = Walk::to(y).walkers(first..first + count).seed(seed);
        let expected = first_passage(&walk, &textbook()).unwrap();
        let threads = if cfg!(feature = "threads") { threads } else { 1 };
        for (name, exec) in variants() {
            prop_assert_eq!(&first_passage(&walk, &exec.threads(threads)).unwrap(), &expected, "{}", name);
        }
    }

    #[test]
    fn shards_merge_into_the_whole(y in 0.01_f64..40.0, seed: u64, first in 0_u64..1000, left in 1_u64..80, right in 1_u64..80) {
        let tally = |walkers| first_passage(&Walk::to(y).walkers(walkers).seed(seed), &Exec::default()).unwrap()[0].tally;
        let mut merged = tally(first..first + left);
        merged.merge(&tally(first + left..first + left + right)).unwrap();
        prop_assert_eq!(merged, tally(first..first + left + right));
    }
}
