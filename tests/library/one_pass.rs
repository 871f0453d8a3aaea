//! One pass over the walkers agrees with separate runs, and exact values are computed once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::variants::{threads, variants};
use lanewalk::{CENSORED, Error, Exec, Method, NOT_DONE, OnePass, Problem, ReturnKind, RunControl, Walk, WalkerBlock};
use lanewalk::{first_exit, first_passage, first_return, region_exit, time_distribution, walk_each};
use lanewalk::{walk_in_blocks, walk_once};

/// Compares one pass with the functions that walk for each of its results.
fn check<P: Problem + Clone>(walk: &Walk<P>, exec: &Exec, result: impl Fn(&OnePass<P::Result>)) {
    let pass = walk_once(walk, exec).unwrap();
    result(&pass);
    for size in [1, 7, 100, 1 << 20] {
        let mut seen = WalkerBlock::default();
        let mut next = walk.walker_range().start;
        let blocks = walk_in_blocks(walk, size, exec, |block| {
            assert_eq!(block.first, next);
            assert!(block.times.len() <= size);
            next += block.times.len() as u64;
            seen.times.extend(&block.times);
            seen.positions.extend(&block.positions);
            Some(WalkerBlock::default())
        })
        .unwrap();
        result(&blocks);
        assert_eq!(blocks.times, pass.times);
        assert_eq!(next, walk.walker_range().end);
        let (mut times, mut positions) = (seen.times.clone(), seen.positions.clone());
        times.fill(0);
        positions.fill(0);
        walk_each(walk, &mut times, Some(&mut positions), exec).unwrap();
        assert_eq!((times, positions), (seen.times, seen.positions));
    }
    assert_eq!(time_distribution(walk, exec).unwrap(), pass.times);
}

#[test]
fn one_pass_agrees_with_separate_runs() {
    for (_, exec) in variants() {
        let exec = exec.threads(*threads().last().unwrap());
        let line = Walk::to(7.25).walkers(5..206).seed(3);
        check(&line, &exec, |pass| assert_eq!(pass.result, first_passage(&line, &exec).unwrap()[0]));
        let between = Walk::between(-2.0, 5.5).start(3.0).horizon(20).samples(201);
        check(&between, &exec, |pass| assert_eq!(pass.result, first_exit(&between, &exec).unwrap()));
        let ball = Walk::in_ball(3, 4.0).horizon(30).samples(201);
        check(&ball, &exec, |pass| assert_eq!(pass.result, region_exit(&ball, &exec).unwrap()));
        let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 2 }, 50).samples(201);
        check(&lattice, &exec, |pass| assert_eq!(pass.result, first_return(&lattice, &exec).unwrap()));
        for method in [Method::Wald, Method::Nested] {
            let walk = Walk::to(7.25).method(method).samples(201);
            assert_eq!(walk_once(&walk, &exec).unwrap().result, first_passage(&walk, &exec).unwrap()[0]);
        }
    }
}

/// The run's control counts the steps: their number is that of the tally, not two or three times as large.
#[test]
fn every_walker_walks_once() {
    let walk = Walk::to(10.0).samples(500);
    for blocks in [false, true] {
        let control = RunControl::default();
        let exec = Exec::default().control(&control);
        let pass = if blocks { walk_in_blocks(&walk, 100, &exec, Some) } else { walk_once(&walk, &exec) }.unwrap();
        assert_eq!(u128::from(control.done()), pass.result.tally.total_steps);
    }
}

#[test]
fn problems_without_a_single_result_are_rejected() {
    let exec = Exec::default();
    let refused = |result: Result<OnePass<lanewalk::FirstPassage>, Error>, name: &str| match result {
        Err(error) => assert_eq!(error.argument(), Some(name)),
        other => panic!("{name}: {other:?}"),
    };
    refused(walk_once(&Walk::to_each([1.0, 2.0]), &exec), "distances");
    refused(walk_once(&Walk::to(1.0).method(Method::Exact), &exec), "method");
    refused(walk_once(&Walk::to(1.0).samples(0), &exec), "walkers");
    refused(walk_in_blocks(&Walk::to(1.0), 0, &exec, Some), "size");
    assert_eq!(walk_in_blocks(&Walk::to(1.0), 9, &exec, |_| None), Err(Error::Stopped));
}

/// A problem, its clones and its results share one solution at the same address in memory.
#[test]
fn exact_values_are_solved_once() {
    let exec = Exec::default();
    let line = Walk::to_each([7.3, 11.0]).samples(3);
    let crossings = first_passage(&line, &exec).unwrap();
    let exact = line.exact().unwrap();
    for (exact, crossing) in exact.iter().zip(&crossings) {
        assert!(std::ptr::eq(*exact, crossing.exact()) && std::ptr::eq(crossing.exact(), crossing.exact()));
    }
    let means = 3.0 * (exact[0].mean + exact[1].mean);
    assert!((line.expected_steps() / means - 1.0).abs() < 1e-4);

    let between = Walk::between(-3.0, 8.0).samples(3);
    let exit = first_exit(&between, &exec).unwrap();
    assert!(std::ptr::eq(between.exact().unwrap().unwrap(), exit.exact().unwrap()));
    assert!(std::ptr::eq(exit.distribution(), exit.clone().distribution()));
    // A different start is a different problem.
    let moved = between.clone().start(1.0);
    assert!((moved.exact().unwrap().unwrap().lower - exit.exact().unwrap().lower).abs() > 1e-3);

    let cube = Walk::in_cube(2, 5.0).samples(3);
    let exit = region_exit(&cube, &exec).unwrap();
    assert!(std::ptr::eq(cube.exact().unwrap().unwrap(), exit.exact().unwrap()));

    let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 2 }, 1000).samples(3);
    let returns = first_return(&lattice, &exec).unwrap();
    assert!(std::ptr::eq(lattice.exact().unwrap().unwrap(), returns.exact().unwrap()));
}

/// The predictions are accurate enough to distinguish a second from a minute.
#[test]
fn expected_steps_are_close_to_the_actual_steps() {
    let exec = Exec::default();
    let near = |name: &str, expected: f64, steps: u128| {
        let ratio = steps as f64 / expected;
        assert!((0.6..1.6).contains(&ratio), "{name}: {steps} steps, {expected} expected");
    };
    let exit = Walk::between(-5.0, 20.0).samples(4000);
    let found = first_exit(&exit, &exec).unwrap();
    near("between", exit.expected_steps(), found.lower.total_steps + found.upper.total_steps);
    for dimensions in [1, 3, 8] {
        let ball = Walk::in_ball(dimensions, 10.0).samples(2000);
        near("ball", ball.expected_steps(), region_exit(&ball, &exec).unwrap().tally.total_steps);
        let cube = Walk::in_cube(dimensions, 10.0).samples(2000);
        near("cube", cube.expected_steps(), region_exit(&cube, &exec).unwrap().tally.total_steps);
        let lattice = Walk::returning(ReturnKind::Lattice { dimensions }, 2000).samples(2000);
        let found = first_return(&lattice, &exec).unwrap();
        let steps = found.tally.total_steps + u128::from(found.censored) * 2000;
        near("lattice", lattice.expected_steps(), steps);
    }
}

/// After a stop every entry is right or marked as not done: the start is in every position, and positions are optional.
#[test]
fn a_stop_leaves_no_holes() {
    let walk = Walk::between(-40.0, 60.0).start(7.5).horizon(9000).samples(20_000);
    let (mut times, mut positions) = (vec![7; 20_000], vec![7; 20_000]);
    walk_each(&walk, &mut times, Some(&mut positions), &Exec::default()).unwrap();
    assert!(times.contains(&CENSORED) && !times.contains(&NOT_DONE));
    for threads in [1, *threads().last().unwrap()] {
        let control = RunControl::new();
        let exec = Exec::default().threads(threads).control(&control);
        let (mut some, mut places) = (vec![7; 20_000], vec![7; 20_000]);
        // The run may end before the other thread stops it. Then the next attempt counts.
        let stopped = (0..100).any(|_| {
            control.reset();
            let ended = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while (control.done() < control.total() / 3 || control.total() == 0)
                        && !ended.load(Ordering::Relaxed)
                    {
                        std::thread::yield_now();
                    }
                    control.stop();
                });
                let result = walk_each(&walk, &mut some, Some(&mut places), &exec);
                ended.store(true, Ordering::Relaxed);
                assert!(matches!(result, Ok(()) | Err(Error::Stopped)), "{result:?}");
                result.is_err() && some.contains(&NOT_DONE)
            })
        });
        assert!(stopped, "every attempt ended first");
        let done = some.iter().filter(|time| **time != NOT_DONE).count();
        assert!(done > 0 && done < 20_000, "{done}");
        for walker in (0..20_000).filter(|walker| some[*walker] != NOT_DONE) {
            assert_eq!((some[walker], places[walker]), (times[walker], positions[walker]), "walker {walker}");
        }
        control.reset();
        walk_each(&walk, &mut some, None, &exec).unwrap();
        assert_eq!(some, times, "positions are optional");
    }
}
