//! What the library refuses, and how it says so.

use lanewalk::{
    Error, Exec, Isa, Layer, Method, Walk, Watch, exact_moments, first_crossing, first_crossing_each, walk_ceiling,
};

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, argument: &str) {
    match result {
        Err(Error::Argument { argument: named, .. }) => assert_eq!(named, argument),
        other => panic!("expected a refusal of {argument}, not {other:?}"),
    }
}

#[test]
fn problems() {
    let exec = Exec::default();
    for y in [0.0, -1.0, f64::NAN, f64::INFINITY, 2_147_483_649.0] {
        refused(first_crossing(&Walk::to(y), &exec), "y");
        refused(exact_moments(y), "y");
    }
    refused(first_crossing(&Walk::to_each([]), &exec), "y");
    refused(first_crossing(&Walk::to(1.0).samples(0), &exec), "samples");
    #[allow(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let reversed = Walk::to(1.0).walkers(5..3);
    refused(first_crossing(&reversed, &exec), "samples");
    refused(first_crossing(&Walk::to_each([1.0, 2.0]).samples(u64::MAX), &exec), "samples");
    refused(first_crossing(&Walk::to(2e9).samples(10).method(Method::Wald), &exec), "samples");
    refused(first_crossing(&Walk::to(1.0).method(Method::Nested).independent(true), &exec), "independent");
}

#[test]
fn ways_of_running() {
    let walk = Walk::to(1.0);
    refused(first_crossing(&walk, &Exec::default().threads(0)), "threads");
    refused(first_crossing(&walk, &Exec::default().threads(1_000_000)), "threads");
    for isa in Isa::ALL.into_iter().filter(|isa| !isa.is_available()) {
        refused(first_crossing(&walk, &Exec::default().isa(isa)), "isa");
    }
    if Isa::available().is_empty() {
        refused(first_crossing(&walk, &Exec::default().layer(Layer::Simd)), "layer");
    }
    refused("sse9".parse::<Isa>(), "isa");
    refused("fast".parse::<Layer>(), "layer");
    refused("guess".parse::<Method>(), "method");
}

#[test]
fn slices() {
    let exec = Exec::default();
    let (mut times, mut positions) = (vec![0; 5], vec![0; 5]);
    refused(first_crossing_each(&Walk::to(1.0).samples(4), &mut times, &mut positions, &exec), "times");
    refused(first_crossing_each(&Walk::to(1.0).samples(5), &mut times, &mut positions[..4], &exec), "positions");
    refused(first_crossing_each(&Walk::to_each([1.0, 2.0]).samples(5), &mut times, &mut positions, &exec), "y");
    let wald = Walk::to(1.0).samples(5).method(Method::Wald);
    refused(first_crossing_each(&wald, &mut times, &mut positions, &exec), "method");
    assert_eq!((times, positions), (vec![0; 5], vec![0; 5]), "a refused call writes nothing");
}

#[test]
fn a_stopped_run_says_so_at_once() {
    // A walk to 10^6 takes 3 * 10^12 steps: this returns only because it is stopped while its first walkers walk.
    for layer in Layer::ALL {
        let watch = Watch::default();
        let exec = Exec::default().layer(layer).watch(&watch);
        if exec.plan().is_err() {
            continue;
        }
        std::thread::scope(|scope| {
            let run = scope.spawn(|| first_crossing(&Walk::to(1e6), &exec));
            std::thread::sleep(std::time::Duration::from_millis(20));
            watch.stop();
            assert_eq!(run.join().unwrap(), Err(Error::Stopped), "{layer}");
        });
    }
}

#[test]
fn the_ceiling_takes_the_steps_that_were_asked_for() {
    for layer in Layer::ALL {
        let exec = Exec::default().layer(layer);
        if exec.plan().is_ok() {
            assert!(walk_ceiling(10_000_000, &exec).unwrap() >= 10_000_000, "{layer}");
        }
    }
}
