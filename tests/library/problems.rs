//! Walks between barriers, in space and with a return: every layer, instruction set, thread count and shard agrees with
//! the textbook loop, walker by walker.

use crate::variants::{threads, variants};
use lanewalk::{
    CENSORED, Exec, Layer, Pin, Problem, ReturnKind, TimeDistribution, Walk, first_exit, first_passage, first_return,
    region_exit, time_distribution, walk_each,
};
use proptest::prelude::*;

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None)
}

/// The time and end position of every walker.
fn each<P: Problem>(walk: &Walk<P>, count: usize, exec: &Exec) -> (Vec<u64>, Vec<i64>) {
    let (mut times, mut positions) = (vec![u64::MAX; count], vec![i64::MAX; count * walk.coordinates()]);
    walk_each(walk, &mut times, Some(&mut positions), exec).unwrap();
    (times, positions)
}

/// Checks that all variants give the same result; for the last count, also on several threads. Also checks that the
/// times of a whole run agree with those of its walkers.
#[track_caller]
fn same_everywhere<P: Problem + Clone + std::fmt::Debug>(walk: &Walk<P>, counts: &[usize]) {
    for &count in counts {
        let walk = walk.clone().walkers(3..3 + count as u64);
        let expected = each(&walk, count, &textbook());
        let mut tallied: Vec<_> = expected.0.iter().copied().filter(|time| *time != CENSORED).collect();
        tallied.sort_unstable();
        let threads = if Some(&count) == counts.last() { threads() } else { &[1] };
        for (name, exec) in variants() {
            for &threads in threads {
                // A single thread runs without a pool. Starting a pool would take most of the time of these short runs.
                let exec = exec.clone().threads(threads).pin(if threads == 1 { Pin::None } else { Pin::Compact });
                assert_eq!(each(&walk, count, &exec), expected, "{name}, {threads} threads, {count}: {walk:?}");
                let times = time_distribution(&walk, &exec).unwrap();
                let all: Vec<_> = times.iter().flat_map(|(time, walks)| vec![time; walks as usize]).collect();
                assert_eq!(all, tallied, "{name}, {threads} threads, {count}: {walk:?}");
                assert_eq!(times.censored() as usize, count - tallied.len());
            }
        }
    }
}

/// Fewer walkers than lanes, as many, one more, more than slots, primes.
const COUNTS: [usize; 7] = [1, 2, 7, 8, 17, 64, 131];

#[test]
fn between_barriers() {
    same_everywhere(&Walk::between(-2.0, 8.0), &COUNTS);
    same_everywhere(&Walk::between(-0.001, 3.0), &COUNTS);
    same_everywhere(&Walk::between(5.0, 17.25).start(6.5), &COUNTS);
    same_everywhere(&Walk::between(-40.0, 50.0).start(-3.0), &[1, 33]);
    for horizon in [1, 2, 3, 10, 101, 5000] {
        same_everywhere(&Walk::between(-4.0, 9.0).horizon(horizon), &[1, 17, 131]);
        same_everywhere(&Walk::up_to(5.0, horizon), &[1, 17, 131]);
        same_everywhere(&Walk::down_to(-60.0, horizon).start(-20.0), &[1, 17, 131]);
    }
}

#[test]
fn in_space() {
    for dimensions in [1, 2, 3, 4, 5, 8, 16] {
        for radius in [0.3, 2.0, 9.75] {
            same_everywhere(&Walk::in_ball(dimensions, radius), &COUNTS);
            same_everywhere(&Walk::in_cube(dimensions, radius), &COUNTS);
        }
        same_everywhere(&Walk::in_ball(dimensions, 40.0), &[1, 37]);
        for horizon in [1, 2, 13, 40] {
            same_everywhere(&Walk::in_ball(dimensions, 5.0).horizon(horizon), &[1, 17, 131]);
            same_everywhere(&Walk::in_cube(dimensions, 5.0).horizon(horizon), &[1, 17, 131]);
        }
    }
}

#[test]
fn returns() {
    for horizon in [1, 2, 3, 100, 1001] {
        same_everywhere(&Walk::returning(ReturnKind::Sign, horizon), &COUNTS);
        for dimensions in [1, 2, 3, 4, 5, 8] {
            for radius in [0.5, 2.5] {
                same_everywhere(&Walk::returning(ReturnKind::Ball { dimensions, radius }, horizon), &[1, 17, 131]);
            }
        }
        for dimensions in 1..=8 {
            same_everywhere(&Walk::returning(ReturnKind::Lattice { dimensions }, horizon), &COUNTS);
        }
    }
    // The walks are so long that a packed position alone does not prove a return.
    same_everywhere(&Walk::returning(ReturnKind::Lattice { dimensions: 8 }, 100_000), &[64]);
}

#[test]
fn one_dimension_is_the_line() {
    for y in [0.25, 1.0, 7.25, 40.0] {
        let line = each(&Walk::to(y).samples(201), 201, &Exec::default());
        for (name, exec) in variants() {
            assert_eq!(each(&Walk::in_ball(1, y).samples(201), 201, &exec), line, "ball, {name}");
            assert_eq!(each(&Walk::in_cube(1, y).samples(201), 201, &exec), line, "cube, {name}");
            assert_eq!(each(&Walk::between(-y, y).samples(201), 201, &exec), line, "between, {name}");
            let ball = region_exit(&Walk::in_ball(1, y).samples(201), &exec).unwrap();
            assert_eq!(ball.tally, first_passage(&Walk::to(y).samples(201), &exec).unwrap()[0].tally);
        }
    }
}

#[test]
fn end_positions_are_possible() {
    let unit = 2_147_483_648.0;
    let (_, positions) = each(&Walk::between(2.0, 5.5).start(3.0).samples(500), 500, &Exec::default());
    assert!(positions.iter().map(|p| *p as f64 / unit).all(|p| (1.0..=2.0).contains(&p) || (5.5..6.5).contains(&p)));
    let (times, positions) = each(&Walk::in_ball(3, 4.0).horizon(20).samples(500), 500, &Exec::default());
    for (time, position) in times.iter().zip(positions.chunks(3)) {
        let distance = position.iter().map(|x| (*x as f64 / unit).powi(2)).sum::<f64>().sqrt();
        assert_eq!(*time != CENSORED, distance >= 4.0);
        assert!(distance < 4.0 + 3_f64.sqrt());
    }
    let ball = ReturnKind::Ball { dimensions: 2, radius: 1.5 };
    let (times, positions) = each(&Walk::returning(ball, 50).samples(500), 500, &Exec::default());
    for (time, position) in times.iter().zip(positions.chunks(2)) {
        let distance = position.iter().map(|x| (*x as f64 / unit).powi(2)).sum::<f64>().sqrt();
        // A walker that never left the ball is censored, and is inside.
        assert!(*time == CENSORED || (distance < 1.5 && *time >= 2));
    }
}

#[test]
fn a_shorter_horizon_only_truncates() {
    let times = |horizon| -> [TimeDistribution; 4] {
        let exec = Exec::default();
        [
            time_distribution(&Walk::between(-6.0, 8.0).horizon(horizon).samples(999), &exec).unwrap(),
            time_distribution(&Walk::in_ball(2, 6.0).horizon(horizon).samples(999), &exec).unwrap(),
            time_distribution(&Walk::returning(ReturnKind::Sign, horizon).samples(999), &exec).unwrap(),
            time_distribution(&Walk::returning(ReturnKind::Lattice { dimensions: 2 }, horizon).samples(999), &exec)
                .unwrap(),
        ]
    };
    let long = times(700);
    for horizon in [1, 2, 33, 256, 700] {
        for (long, short) in long.iter().zip(times(horizon)) {
            assert_eq!(long.until(horizon), short);
        }
    }
}

#[test]
fn results_are_equal_everywhere_and_match_their_walkers() {
    let exit = Walk::between(-5.0, 12.0).horizon(120).samples(777);
    let escape = Walk::in_ball(3, 6.0).horizon(60).samples(777);
    let cube = Walk::in_cube(4, 6.0).samples(777);
    let back = Walk::returning(ReturnKind::Lattice { dimensions: 3 }, 90).samples(777);
    let of = |exec: &Exec| {
        (
            first_exit(&exit, exec).unwrap(),
            region_exit(&escape, exec).unwrap(),
            region_exit(&cube, exec).unwrap(),
            first_return(&back, exec).unwrap(),
        )
    };
    let expected = of(&textbook());
    for (name, exec) in variants() {
        for &threads in threads() {
            let got = of(&exec.clone().threads(threads));
            assert_eq!(got, expected, "{name}, {threads} threads");
            assert_eq!(got.0.digest(), expected.0.digest());
        }
    }
    let (times, positions) = each(&exit, 777, &Exec::default());
    let ended = |low: bool| {
        times
            .iter()
            .zip(&positions)
            .filter(move |(time, position)| **time != CENSORED && (**position < 0) == low)
            .map(|(t, _)| *t)
    };
    let (lower, upper) = (expected.0.lower, expected.0.upper);
    assert_eq!((lower.samples, lower.total_steps), (ended(true).count() as u64, ended(true).map(u128::from).sum()));
    assert_eq!((upper.samples, upper.total_steps), (ended(false).count() as u64, ended(false).map(u128::from).sum()));
    assert_eq!(expected.0.censored, times.iter().filter(|time| **time == CENSORED).count() as u64);
    assert!(expected.0.censored > 0 && expected.1.censored > 0 && expected.3.censored > 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_problem_has_one_answer(
        lower in 0.01_f64..20.0, upper in 0.01_f64..20.0, dimensions in 1_usize..=16, horizon in 1_u64..300, seed: u64,
        first in 0_u64..u64::MAX - 200, count in 1_u64..60,
    ) {
        let walkers = first..first + count;
        let textbook = textbook();
        let between = Walk::between(-lower, upper).horizon(horizon).walkers(walkers.clone()).seed(seed);
        let ball = Walk::in_ball(dimensions, lower).walkers(walkers.clone()).seed(seed);
        let cube = Walk::in_cube(dimensions, upper).horizon(horizon).walkers(walkers.clone()).seed(seed);
        let kind = match dimensions {
            1..=8 => ReturnKind::Lattice { dimensions },
            9..=15 => ReturnKind::Ball { dimensions: dimensions - 8, radius: lower / 4.0 },
            _ => ReturnKind::Sign,
        };
        let back = Walk::returning(kind, horizon).walkers(walkers).seed(seed);
        for (name, exec) in variants() {
            prop_assert_eq!(first_exit(&between, &exec), first_exit(&between, &textbook), "{}", name);
            prop_assert_eq!(region_exit(&ball, &exec), region_exit(&ball, &textbook), "{}", name);
            prop_assert_eq!(region_exit(&cube, &exec), region_exit(&cube, &textbook), "{}", name);
            prop_assert_eq!(first_return(&back, &exec), first_return(&back, &textbook), "{}", name);
        }
    }
}
