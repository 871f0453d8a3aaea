//! The rod: the same bits on every layer, instruction set, number of threads and sub-domains and depth of the halo; and those
//! bits near the truth.

mod common;

use common::{threads, ways};
use lanewalk::{Exec, Layer, Rod, RodMethod, evolve};
use proptest::prelude::*;

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(false)
}

fn bits(field: &[f64]) -> Vec<u64> {
    field.iter().map(|value| value.to_bits()).collect()
}

/// An oracle of its own: whole arrays, the ends stored, one new array a step.
fn by_hand(start: &[f64], ratio: f64, steps: u64) -> Vec<f64> {
    let (side, centre) = (ratio, 1.0 - 2.0 * ratio);
    let mut field = start.to_vec();
    for _ in 0..steps {
        let old = field.clone();
        for i in 1..old.len() - 1 {
            field[i] = centre * old[i] + side * (old[i - 1] + old[i + 1]);
        }
    }
    field
}

#[test]
fn the_textbook_loop_is_the_formula() {
    for points in [3, 4, 5, 17, 51] {
        let rod = Rod::new(points).steps(40);
        let mesh = rod.check().unwrap();
        let start = evolve(&rod.clone().steps(0), &textbook()).unwrap().field;
        let field = evolve(&rod, &textbook()).unwrap().field;
        assert_eq!(bits(&field), bits(&by_hand(&start, mesh.ratio, 40)), "{points} points");
    }
}

#[test]
fn every_way_gives_the_same_bits_at_every_size() {
    for points in (3..=200).chain([257, 999, 1000, 1001, 4099, 70_001]) {
        // Steps that are a multiple of no blocking, and enough of them for each.
        for steps in [1, 2, 7, 75] {
            let rod = Rod::new(points).steps(steps);
            let expected = bits(&evolve(&rod, &textbook()).unwrap().field);
            for (name, exec) in ways() {
                let got = evolve(&rod, &exec.threads(1).pin(false)).unwrap();
                assert_eq!(bits(&got.field), expected, "{name}, {points} points, {steps} steps");
            }
        }
    }
}
