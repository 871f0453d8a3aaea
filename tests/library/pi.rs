//! Monte Carlo pi: all variants give the same bits, and the estimates have the stated errors.
//!
//! Every statistical test has fixed seeds, and states how often it would fail for a correct program with random seeds.

use std::f64::consts::PI;
use std::ops::Range;

use crate::variants::{KNOWN_PI, threads, variants};
use lanewalk::internal::pi_ceiling;
use lanewalk::{Error, Exec, Layer, Mergeable, Pi, PiMethod, PiTally, Pin, RunControl, estimate_pi};
use proptest::prelude::*;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None)
}

fn score(method: PiMethod, points: u64, seed: u64, exec: &Exec) -> PiTally {
    estimate_pi(&Pi::points(points).method(method).seed(seed), exec).unwrap()
}

/// An independent implementation of the contract, based only on the generator. Point p uses stream p / 1024, and four
/// points share two draws. A coordinate has 48 bits; the lower 32 bits are from stream p of another label.
fn inside_by_the_contract(seed: u64, points: Range<u64>) -> u64 {
    let gamma = 0x9E37_79B9_7F4A_7C15_u64;
    let stream = |base: u64, index: u64| {
        Xoshiro256PlusPlus::seed_from_u64(base.wrapping_add(index.wrapping_mul(4).wrapping_mul(gamma)))
    };
    let mix = |z: u64| {
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let base = |label: u64| mix(seed ^ mix(label.wrapping_add(gamma)));
    let (points_base, fine_base) = (base(0x7069), base(0x6669_6E65));
    let inside = |point: &u64| {
        let mut rng = stream(points_base, point / 1024);
        let place = point % 1024;
        let draws: Vec<u64> = (0..2 * (place / 4) + 2).map(|_| rng.next_u64()).collect();
        let coarse = |draw: u64| draw.to_be_bytes().chunks(2).nth((place % 4) as usize).map(|b| [b[0], b[1]]).unwrap();
        let fine = stream(fine_base, *point).next_u64();
        let coordinate = |draw: u64, fine: u32| {
            let cell = (u64::from(u16::from_be_bytes(coarse(draw))) << 32) + u64::from(fine);
            2 * u128::from(cell) + 1
        };
        let x = coordinate(draws[draws.len() - 2], (fine >> 32) as u32);
        let y = coordinate(draws[draws.len() - 1], fine as u32);
        x * x + y * y < 1 << 98
    };
    points.filter(inside).count() as u64
}

#[test]
fn every_variant_follows_the_contract() {
    for (seed, points) in [(1, 0..70_000), (u64::MAX, 1021..3075), (9, (1 << 40) - 3..(1 << 40) + 9000)] {
        let expected = u128::from(inside_by_the_contract(seed, points.clone()));
        for (name, exec) in variants() {
            let pi = Pi::points(points.end).shard(points.clone()).seed(seed);
            assert_eq!(estimate_pi(&pi, &exec).unwrap().inside(), Some(expected), "{name}");
        }
    }
}

#[test]
fn known_answers() {
    for line in KNOWN_PI.lines().skip(1) {
        let columns: Vec<_> = line.split(',').collect();
        let [method, points, seed, sum, spread] = columns[..] else { panic!("five columns: {line}") };
        let pi = Pi::points(points.parse().unwrap()).method(method.parse().unwrap()).seed(seed.parse().unwrap());
        for (name, exec) in variants() {
            let score = estimate_pi(&pi, &exec).unwrap();
            assert_eq!(
                (score.sum.to_string(), score.spread.to_string()),
                (sum.into(), spread.into()),
                "{line}, {name}"
            );
        }
    }
}

/// The lower bits decide one point in 14 000, so three million points include about two hundred of them.
#[test]
fn every_variant_decides_edge_points_alike() {
    for method in [PiMethod::Plain, PiMethod::Antithetic] {
        let expected = score(method, 3_000_000, 5, &textbook());
        for (name, exec) in variants() {
            assert_eq!(score(method, 3_000_000, 5, &exec.threads(1)), expected, "{method}, {name}");
        }
    }
}

#[test]
fn every_method_has_one_answer() {
    for &method in PiMethod::ALL {
        for points in [1, 2, 3, 7, 1023, 1024, 1025, 65_537, 300_000] {
            let expected = score(method, points, 11, &textbook());
            for (name, exec) in variants() {
                for &threads in threads() {
                    let got = score(method, points, 11, &exec.clone().threads(threads));
                    assert_eq!(got, expected, "{method}, {points} points, {name}, {threads} threads");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shards_merge_into_the_whole(method in 0_usize..4, points in 3_u64..200_000, cuts: (u64, u64), seed: u64) {
        let method = PiMethod::ALL[method];
        let pi = Pi::points(points).method(method).seed(seed);
        let end = pi.check().unwrap().end;
        let mut cuts = [0, cuts.0 % (end + 1), cuts.1 % (end + 1), end];
        cuts.sort_unstable();
        let mut merged: Option<PiTally> = None;
        for (place, shard) in cuts.windows(2).map(|pair| pair[0]..pair[1]).filter(|shard| !shard.is_empty()).enumerate() {
            let variants = variants();
            let part = estimate_pi(&pi.clone().shard(shard), &variants[place % variants.len()].1).unwrap();
            match &mut merged {
                Some(merged) => merged.merge(&part).unwrap(),
                None => merged = Some(part),
            }
        }
        prop_assert_eq!(merged.unwrap(), estimate_pi(&pi, &textbook()).unwrap());
    }
}

/// A billion points by each of the four methods. For each, a correct program has |z| >= 5 once in 1.7 million seeds.
#[test]
fn a_billion_points_agree_with_pi() {
    for &method in PiMethod::ALL {
        // The checked profile is ten times slower; its purpose is to detect overflow.
        let points = if cfg!(debug_assertions) { 50_000_000 } else { 1_000_000_000 };
        let z = score(method, points, 2026, &Exec::default()).estimate().unwrap().z(PI).unwrap();
        assert!(z.abs() < 5.0, "{method}: z = {z}");
    }
}

/// The sum of 200 squared z-scores is chi-squared with 200 degrees of freedom. Each tail is tested at 1e-6, and the
/// mean at 5 standard errors.
#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn z_scores_of_many_seeds_are_normal() {
    for &method in PiMethod::ALL {
        let z = |seed| score(method, 1_000_000, seed, &Exec::default()).estimate().unwrap().z(PI).unwrap();
        let z: Vec<f64> = (3000..3200).map(z).collect();
        let squares: f64 = z.iter().map(|z| z * z).sum();
        let probability = ChiSquared::new(200.0).unwrap().cdf(squares);
        assert!((1e-6..1.0 - 1e-6).contains(&probability), "{method}: {squares} has probability {probability}");
        let sum: f64 = z.iter().sum();
        assert!(sum.abs() < 5.0 * 200_f64.sqrt(), "{method}: the mean z is {}", sum / 200.0);
    }
}

/// The standard errors agree with the theoretical variances of one point; for `plain`, the variance is pi / 4 (1 - pi /
/// 4).
#[test]
fn variances_agree_with_theory() {
    let error = |method| score(method, 4_000_000, 1, &Exec::default()).estimate().unwrap().std_error.unwrap();
    let plain = 4.0 * (PI / 4.0 * (1.0 - PI / 4.0) / 4e6).sqrt();
    let pairs = 2.0 * ((PI / 2.0 - 1.0) * (2.0 - PI / 2.0) / 4e6).sqrt();
    let heights = 4.0 * ((2.0 / 3.0 - PI * PI / 16.0) / 4e6).sqrt();
    for (method, expected) in
        [(PiMethod::Plain, plain), (PiMethod::Antithetic, pairs), (PiMethod::Conditional, heights)]
    {
        assert!((error(method) / expected - 1.0).abs() < 0.01, "{method}: {} instead of {expected}", error(method));
    }
    // The arc crosses about 2 m cells with a variance of about 0.13 each. For the order of magnitude, 1/6 is close
    // enough.
    let stratified = error(PiMethod::Stratified);
    assert!((0.3..1.0).contains(&(stratified / (4.0 * (4000_f64 / 6.0).sqrt() / 4e6))), "{stratified}");
}

#[test]
fn refusals() {
    let refused = |pi: Pi, argument: &str| match estimate_pi(&pi, &Exec::default()) {
        Err(error) => assert_eq!(error.argument(), Some(argument)),
        other => panic!("{other:?}"),
    };
    refused(Pi::points(0), "points");
    refused(Pi::points((1 << 63) + 1), "points");
    refused(Pi::points(u64::MAX).method(PiMethod::Stratified), "points");
    refused(Pi::points(10).shard(3..3), "shard");
    refused(Pi::points(10).shard(3..11), "shard");
    refused(Pi::points(10).method(PiMethod::Stratified).shard(0..10), "shard");
    assert!("guess".parse::<PiMethod>().is_err());
}

#[test]
fn a_stopped_run_returns_stopped() {
    let control = RunControl::default();
    control.stop();
    for &method in PiMethod::ALL {
        let pi = Pi::points(1 << 50).method(method);
        assert_eq!(estimate_pi(&pi, &Exec::default().control(&control)), Err(Error::Stopped));
    }
}

#[test]
fn the_end_of_the_index_range() {
    for (name, exec) in variants() {
        for method in [PiMethod::Plain, PiMethod::Antithetic, PiMethod::Conditional] {
            let pi = Pi::points(1 << 62).shard((1 << 62) - 5003..1 << 62).method(method);
            assert_eq!(estimate_pi(&pi, &exec).unwrap(), estimate_pi(&pi, &textbook()).unwrap(), "{name}");
        }
        assert!(pi_ceiling(1_000_000, &exec).unwrap() >= 1_000_000, "{name}");
    }
}
