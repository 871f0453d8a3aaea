//! Invalid arguments, and the errors that the library returns for them.

use lanewalk::internal::{lattice_ceiling, region_ceiling, walk_ceiling};
use lanewalk::{
    Distribution, Error, Exec, Isa, Layer, Method, ReturnKind, RunControl, Shape, Walk, exact_moments, first_exit,
    first_passage, first_return, region_exit, time_distribution, walk_each,
};

use crate::variants::wait_until_it_begins;

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, argument: &str) {
    match result {
        Err(error) => assert_eq!(error.argument(), Some(argument)),
        other => panic!("{argument} should give an error, not {other:?}"),
    }
}

/// Only the layer simd has instruction sets. An instruction set for another layer would have no effect.
#[test]
fn an_instruction_set_belongs_to_the_layer_simd() {
    let Some(isa) = Isa::best() else { return };
    for layer in [Layer::Scalar, Layer::Interchanged] {
        for exec in [Exec::default().layer(layer).isa(isa), Exec::default().isa(isa).layer(layer)] {
            let error = exec.plan().unwrap_err();
            assert_eq!(error.argument(), Some("isa"), "{error}");
        }
    }
    assert!(Exec::default().layer(Layer::Simd).isa(isa).plan().is_ok());
}

#[allow(clippy::reversed_empty_ranges, reason = "the error shows the range that is given")]
#[test]
fn an_empty_range_of_walkers_is_shown() {
    let walk = |walkers| Walk::to(2.0).walkers(walkers).check().unwrap_err().to_string();
    assert!(walk(9..2).contains("9..2") && walk(5..5).contains("5..5"), "{}", walk(9..2));
}

#[test]
fn problems() {
    let exec = Exec::default();
    for y in [0.0, -1.0, f64::NAN, f64::INFINITY, 2_147_483_649.0] {
        refused(first_passage(&Walk::to(y), &exec), "distance");
        refused(exact_moments(y), "distance");
    }
    refused(first_passage(&Walk::to_each([]), &exec), "distances");
    refused(first_passage(&Walk::to(1.0).samples(0), &exec), "walkers");
    #[allow(clippy::reversed_empty_ranges, reason = "the test needs a reversed range")]
    let reversed = Walk::to(1.0).walkers(5..3);
    refused(first_passage(&reversed, &exec), "walkers");
    refused(first_passage(&Walk::to_each([1.0, 2.0]).samples(u64::MAX), &exec), "walkers");
    refused(first_passage(&Walk::to(2e9).samples(10).method(Method::Wald), &exec), "walkers");
    refused(first_passage(&Walk::to(1.0).method(Method::Nested).independent(true), &exec), "independent");
}

#[test]
fn between_barriers() {
    let exec = Exec::default();
    let exit = |walk: Walk<_>| first_exit(&walk.samples(3), &exec);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1_073_741_825.0, -1e300] {
        refused(exit(Walk::between(bad, 5.0)), "lower");
        refused(exit(Walk::between(-5.0, bad)), "upper");
        refused(exit(Walk::up_to(bad, 10)), "upper");
        refused(exit(Walk::down_to(bad, 10)), "lower");
        refused(exit(Walk::between(-5.0, 5.0).start(bad)), "start");
    }
    // The lower barrier is at or above the upper barrier.
    for (lower, upper) in [(5.0, 2.0), (3.0, 3.0), (-5.0, -5.0), (0.0, 0.0), (-0.0, 0.0), (-2.0, -7.0)] {
        refused(exit(Walk::between(lower, upper)), "lower");
    }
    // The start is outside, on a barrier, or so near that rounding moves it to the barrier.
    for start in [8.0, 8.5, 1e9, -2.0, -2.25, -1e9, 8.0_f64.next_down()] {
        refused(exit(Walk::between(-2.0, 8.0).start(start)), "start");
    }
    refused(exit(Walk::between(-0.0, 8.0)), "lower");
    refused(exit(Walk::between(20.0, 80.0)), "lower");
    refused(exit(Walk::down_to(20.0, 10)), "lower");
    refused(exit(Walk::between(-8.0, -1.0)), "upper");
    refused(exit(Walk::up_to(-1.0, 10)), "upper");
    refused(exit(Walk::between(20.0, 80.0).start(5.0)), "start");
    refused(exit(Walk::down_to(-5.0, 10).start(-5.0)), "start");
    refused(exit(Walk::between(-1.0, 1.0).horizon(0)), "horizon");
    for horizon in [0, 1 << 30, u64::MAX] {
        refused(exit(Walk::up_to(1.0, horizon)), "horizon");
        refused(exit(Walk::down_to(-1.0, horizon)), "horizon");
    }
    refused(first_exit(&Walk::between(-1.0, 1.0).samples(0), &exec), "walkers");
    refused(Walk::between(-1.0, 1.0).samples(0).check(), "walkers");
    refused(time_distribution(&Walk::between(-1.0, 1.0).samples(0), &exec), "walkers");
    // The farthest barriers.
    let far = 1_073_741_824.0_f64;
    assert!(Walk::between(-far, far).start(far - 1.0).horizon(u64::MAX).check().is_ok());
    assert!(Walk::up_to(far, (1 << 30) - 1).start(-far).check().is_ok());
    assert_eq!(exit(Walk::between(-far, far).start(far.next_down()).horizon(2)).unwrap().samples(), 3);
    assert_eq!(
        exit(Walk::between(-far, far).start(-far).horizon(2)).map_err(|error| error.to_string()).unwrap_err(),
        "start: got -1073741824, expected a start above -1073741824 and below 1073741824, between the barriers"
    );
}

#[test]
fn in_space() {
    let exec = Exec::default();
    for shape in [Walk::in_ball, Walk::in_cube] {
        for radius in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, 524_288.5] {
            refused(region_exit(&shape(3, radius), &exec), "radius");
            refused(shape(3, radius).check(), "radius");
        }
        for dimensions in [0, 17, usize::MAX] {
            refused(region_exit(&shape(dimensions, 1.0), &exec), "dimensions");
        }
        refused(region_exit(&shape(2, 1.0).horizon(0), &exec), "horizon");
        refused(region_exit(&shape(2, 1.0).samples(0), &exec), "walkers");
        refused(region_exit(&shape(2, 1.0).samples(u64::MAX), &exec), "walkers");
        refused(time_distribution(&shape(2, 1.0).samples(0), &exec), "walkers");
        assert!(shape(16, 524_288.0).horizon(u64::MAX).check().is_ok());
    }
    refused("sphere".parse::<Shape>(), "shape");
    for dimensions in [0, 17] {
        refused(region_ceiling(Shape::Ball, dimensions, 10, &exec), "dimensions");
    }
}

#[test]
fn returns() {
    let exec = Exec::default();
    let back = |kind, horizon| first_return(&Walk::returning(kind, horizon).samples(3), &exec);
    for dimensions in [0, 9, usize::MAX] {
        refused(back(ReturnKind::Lattice { dimensions }, 10), "dimensions");
        refused(back(ReturnKind::Ball { dimensions, radius: 1.0 }, 10), "dimensions");
        refused(lattice_ceiling(dimensions, 10, &exec), "dimensions");
        assert_eq!(ReturnKind::Lattice { dimensions }.ever(), None);
    }
    for radius in [0.0, -1.0, f64::NAN, f64::INFINITY, 524_288.5] {
        refused(back(ReturnKind::Ball { dimensions: 2, radius }, 10), "radius");
    }
    let (ball, lattice) = (ReturnKind::Ball { dimensions: 2, radius: 1.0 }, ReturnKind::Lattice { dimensions: 3 });
    for (kind, longest) in [(ReturnKind::Sign, (1 << 30) - 1), (ball, 1_000_000), (lattice, u64::MAX - 1)] {
        refused(back(kind, 0), "horizon");
        refused(back(kind, longest + 1), "horizon");
        assert!(Walk::returning(kind, longest).check().is_ok());
        refused(first_return(&Walk::returning(kind, 10).samples(0), &exec), "walkers");
        refused(time_distribution(&Walk::returning(kind, 10).samples(0), &exec), "walkers");
    }
}

#[test]
fn distributions() {
    let exec = Exec::default();
    refused(time_distribution(&Walk::to_each([1.0, 2.0]), &exec), "distances");
    refused(time_distribution(&Walk::to_each([]), &exec), "distances");
    refused(time_distribution(&Walk::to(f64::NAN), &exec), "distance");
    for method in [Method::Nested, Method::Wald] {
        refused(time_distribution(&Walk::to(1.0).method(method), &exec), "method");
    }
    refused(time_distribution(&Walk::to(1.0).samples(0), &exec), "walkers");
    refused(time_distribution(&Walk::to(1.0), &Exec::default().threads(0)), "threads");
    let times = time_distribution(&Walk::up_to(3.0, 50).samples(1000), &exec).unwrap();
    for q in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
        assert_eq!(times.quantile(q), None, "{q}");
    }
    assert_eq!((times.quantile(0.999), times.ranked(0), times.ranked(1001)), (None, None, None), "beyond the horizon");
}

#[test]
fn execution_options() {
    let walk = Walk::to(1.0);
    refused(first_passage(&walk, &Exec::default().threads(0)), "threads");
    refused(first_passage(&walk, &Exec::default().threads(1_000_000)), "threads");
    for isa in Isa::ALL.iter().copied().filter(|isa| !isa.is_available()) {
        refused(first_passage(&walk, &Exec::default().isa(isa)), "isa");
    }
    if Isa::available().is_empty() {
        refused(first_passage(&walk, &Exec::default().layer(Layer::Simd)), "layer");
    }
    refused("sse9".parse::<Isa>(), "isa");
    refused("fast".parse::<Layer>(), "layer");
    refused("guess".parse::<Method>(), "method");
}

#[test]
fn slices() {
    let exec = Exec::default();
    let (mut times, mut positions) = (vec![0; 5], vec![0; 5]);
    refused(walk_each(&Walk::to(1.0).samples(4), &mut times, Some(&mut positions), &exec), "times");
    refused(walk_each(&Walk::to(1.0).samples(5), &mut times, Some(&mut positions[..4]), &exec), "positions");
    refused(walk_each(&Walk::to_each([1.0, 2.0]).samples(5), &mut times, Some(&mut positions), &exec), "distances");
    let wald = Walk::to(1.0).samples(5).method(Method::Wald);
    refused(walk_each(&wald, &mut times, Some(&mut positions), &exec), "method");
    assert_eq!((times, positions), (vec![0; 5], vec![0; 5]), "a refused call writes nothing");
    // Each walker needs one number per coordinate of its end position.
    let mut times = vec![0; 5];
    let ball = Walk::in_ball(3, 1.0).samples(5);
    for length in [0, 5, 14, 16] {
        refused(walk_each(&ball, &mut times, Some(&mut vec![0; length]), &exec), "positions");
    }
    assert!(walk_each(&ball, &mut times, Some(&mut [0; 15]), &exec).is_ok());
    let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 3 }, 9).samples(5);
    refused(walk_each(&lattice, &mut times, Some(&mut [0; 5]), &exec), "positions");
    assert!(walk_each(&lattice, &mut times, Some(&mut []), &exec).is_ok());
    refused(walk_each(&Walk::between(-1.0, 1.0).samples(4), &mut times, Some(&mut [0; 5]), &exec), "times");
}

#[test]
fn a_stopped_run_returns_at_once() {
    // A walk to 10^6 takes 3 * 10^12 steps, so the run returns only if the stop takes effect during the first walks.
    for &layer in Layer::ALL {
        let control = RunControl::default();
        let exec = Exec::default().layer(layer).control(&control);
        if exec.plan().is_err() {
            continue;
        }
        std::thread::scope(|scope| {
            let run = scope.spawn(|| first_passage(&Walk::to(1e6), &exec));
            wait_until_it_begins(&control);
            control.stop();
            assert_eq!(run.join().unwrap(), Err(Error::Stopped), "{layer}");
        });
    }
}

#[test]
fn other_problems_can_be_stopped() {
    for &layer in Layer::ALL {
        let exec = Exec::default().layer(layer);
        if exec.plan().is_err() {
            continue;
        }
        // Each run would take at least a day.
        let stopped = |run: &(dyn Fn(&Exec) -> Result<(), Error> + Sync)| {
            let control = RunControl::default();
            let exec = exec.clone().control(&control);
            std::thread::scope(|scope| {
                let run = scope.spawn(|| run(&exec));
                wait_until_it_begins(&control);
                control.stop();
                assert_eq!(run.join().unwrap(), Err(Error::Stopped), "{layer}");
            });
        };
        stopped(&|exec| first_exit(&Walk::between(-1e9, 1e9), exec).map(|_| ()));
        stopped(&|exec| region_exit(&Walk::in_ball(3, 5e5), exec).map(|_| ()));
        stopped(&|exec| region_exit(&Walk::in_cube(16, 5e5), exec).map(|_| ()));
        let sign = Walk::returning(ReturnKind::Sign, 1 << 29).samples(1 << 50);
        stopped(&|exec| first_return(&sign, exec).map(|_| ()));
        let ball = Walk::returning(ReturnKind::Ball { dimensions: 3, radius: 5e5 }, 1_000_000).samples(1 << 40);
        stopped(&|exec| first_return(&ball, exec).map(|_| ()));
        let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 3 }, 1 << 60);
        stopped(&|exec| time_distribution(&lattice, exec).map(|_| ()));
    }
}

#[test]
fn the_ceiling_runs_the_requested_steps() {
    for &layer in Layer::ALL {
        let exec = Exec::default().layer(layer);
        if exec.plan().is_ok() {
            assert!(walk_ceiling(10_000_000, &exec).unwrap() >= 10_000_000, "{layer}");
            for dimensions in [1, 3, 8] {
                assert!(lattice_ceiling(dimensions, 1_000_000, &exec).unwrap() >= 1_000_000, "{layer}, {dimensions}");
                for &shape in Shape::ALL {
                    let steps = region_ceiling(shape, dimensions, 1_000_000, &exec).unwrap();
                    assert!(steps >= 1_000_000, "{layer}, {shape}, {dimensions}");
                }
            }
        }
    }
}
