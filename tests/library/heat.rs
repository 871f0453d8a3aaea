//! The rod: every layer, instruction set, number of threads, number of sub-domains and depth of the halo gives the same
//! bits, and the result is close to the exact solution.

use std::f64::consts::PI;

use crate::variants::{KNOWN_HEAT, threads, variants, wait_until_it_begins};
use lanewalk::{Error, Exec, Layer, Pin, Rod, RodMethod, RunControl, Side, Stepper, SubDomain, evolve};
use proptest::prelude::*;

fn textbook() -> Exec {
    Exec::default().layer(Layer::Scalar).threads(1).pin(Pin::None)
}

fn bits(field: &[f64]) -> Vec<u64> {
    field.iter().map(|value| value.to_bits()).collect()
}

/// The largest distance between two fields.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// An independent implementation: whole arrays with stored ends, and one new array per step.
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
fn known_answers_on_every_layer() {
    for (name, exec) in variants() {
        for line in KNOWN_HEAT.lines().skip(1) {
            let columns: Vec<&str> = line.split(',').collect();
            let rod = Rod::new(columns[0].parse().unwrap()).steps(columns[1].parse().unwrap());
            let field = bits(&evolve(&rod, &exec).unwrap().field);
            let weighted = field.iter().zip((1_u64..).step_by(2)).map(|(value, weight)| value.wrapping_mul(weight));
            let got = (weighted.fold(0, u64::wrapping_add), field[field.len() / 2]);
            assert_eq!(format!("{:016x},{:016x}", got.0, got.1), columns[2..].join(","), "{name}: {line}");
        }
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes without optimisation")]
fn every_variant_gives_the_same_bits_at_every_size() {
    for points in (3..=200).chain([257, 999, 1000, 1001, 4099, 70_001]) {
        // These numbers of steps are not multiples of any block, and 75 is larger than every block.
        for steps in [1, 2, 7, 75] {
            let rod = Rod::new(points).steps(steps);
            let start = evolve(&rod.clone().steps(0), &textbook()).unwrap();
            let expected = bits(&by_hand(&start.field, start.grid.ratio, steps));
            for (name, exec) in variants() {
                let got = evolve(&rod, &exec.threads(1).pin(Pin::None)).unwrap();
                assert_eq!(bits(&got.field), expected, "{name}, {points} points, {steps} steps");
            }
        }
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes without optimisation")]
fn sub_domains_change_no_bit() {
    for points in [5, 19, 51, 200, 1013, 20_011] {
        let rod = Rod::new(points).steps(131);
        let expected = evolve(&rod, &textbook()).unwrap().digest();
        for domains in [1, 2, 3, 7, 16] {
            for halo in [1, 2, 3, 17, 64, 100] {
                let cut = rod.clone().domains(domains).halo(halo);
                if cut.check().is_err() {
                    assert!(domains > points - 2 || halo > (points - 2) / domains);
                    continue;
                }
                for (name, exec) in variants() {
                    for &threads in threads() {
                        let got = evolve(&cut, &exec.clone().threads(threads)).unwrap();
                        assert_eq!(got.timings.len(), domains);
                        let what =
                            format!("{name}, {points} points, {domains} domains, halo {halo}, {threads} threads");
                        assert_eq!(got.digest(), expected, "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_sub_domain_for_every_point() {
    let rod = Rod::new(40).steps(50);
    let expected = evolve(&rod, &textbook()).unwrap();
    let got = evolve(&rod.domains(38).halo(1), &Exec::default()).unwrap();
    assert_eq!(bits(&got.field), bits(&expected.field));
    assert!(got.timings.iter().all(|timings| timings.exchanges == 50));
}

#[test]
fn another_form_of_the_step_agrees() {
    let evolution = evolve(&Rod::new(51), &Exec::default()).unwrap();
    let (h, n) = (PI / 50.0, 51);
    let dt = 0.4 * h * h;
    let mut field: Vec<f64> = (0..n).map(|i| f64::from(i) * h).map(|x| x * (PI - x) / (0.25 * PI.powi(2))).collect();
    let steps = (5.0 / dt) as u64;
    assert_eq!(evolution.grid.steps, steps);
    for _ in 0..steps {
        let old = field.clone();
        for i in 1..field.len() - 1 {
            field[i] = old[i] + dt * ((old[i + 1] + old[i - 1] - 2.0 * old[i]) * h.powi(-2));
        }
    }
    assert!(distance(&evolution.field, &field) < 1e-13);
    assert!(evolution.sine_error(&Exec::default()).unwrap() < 1e-13);
}

#[test]
fn a_pure_mode_decays_by_its_factor() {
    for (points, k, ratio) in [(51, 1, 0.4), (51, 25, 0.4), (51, 49, 0.4), (200, 7, 0.5), (200, 198, 0.1)] {
        let h = PI / (points - 1) as f64;
        let rod = Rod::new(points).mode(k).steps(200).time_step(ratio * h * h * (1.0 - 1e-15));
        let evolution = evolve(&rod, &Exec::default()).unwrap();
        let factor = (1.0 - 4.0 * ratio * (k as f64 * h / 2.0).sin().powi(2)).powi(200);
        let expected: Vec<f64> = (0..points).map(|i| factor * (k as f64 * i as f64 * h).sin()).collect();
        assert!(distance(&evolution.field, &expected) < 1e-12, "mode {k} of {points} points");
    }
}

#[test]
fn the_error_shrinks_as_the_square_of_the_spacing() {
    let error = |points| {
        let h = PI / (points - 1) as f64;
        let steps = (1.0 / (0.25 * h * h)).round();
        let evolution = evolve(&Rod::new(points).mode(1).steps(steps as u64).time_step(1.0 / steps), &Exec::default());
        evolution.unwrap().continuum_error(&Exec::default()).unwrap().unwrap()
    };
    let errors = [26, 51, 101, 201].map(error);
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((1.9..2.1).contains(&order), "{errors:?}");
    }
    // With the default start, which has many modes, the eigenvalue is below 1 by h^2 / 12.
    for points in [51_usize, 101, 201] {
        let evolution = evolve(&Rod::new(points), &Exec::default()).unwrap();
        let below = (1.0 - evolution.eigenvalue()) * 12.0 / evolution.grid.spacing.powi(2);
        assert!((below - 1.0).abs() < 1e-3, "{below}");
    }
}

#[test]
fn the_spectral_method_agrees_with_stepping() {
    for points in [3, 4, 5, 51, 64, 200, 1001] {
        for (steps, ratio) in [(0, 0.4), (1, 0.5), (2, 0.3), (3000, 0.4), (3001, 0.49)] {
            let h = PI / (points - 1) as f64;
            let values: Vec<f64> =
                (0..points).map(|i| if i == 0 || i + 1 == points { 0.0 } else { (i * i % 7) as f64 - 3.0 }).collect();
            let rod = Rod::new(points).start(values).steps(steps).time_step(ratio * h * h);
            let stepped = evolve(&rod, &Exec::default()).unwrap();
            let spectral = evolve(&rod.method(RodMethod::Spectral), &Exec::default()).unwrap();
            assert!(distance(&stepped.field, &spectral.field) < 1e-12, "{points} points, {steps} steps");
            assert!(stepped.rounding_error(&Exec::default()).unwrap() < 1e-12);
        }
    }
}

#[test]
fn a_field_is_not_scaled_by_a_node() {
    // sin(4 x) is 0 at a quarter of the rod, where sin(x) is compared with its field.
    for (points, mode) in [(51, 4), (1001, 2), (1001, 4), (1001, 8), (1001, 300), (9, 7)] {
        let evolution = evolve(&Rod::new(points).mode(mode).steps(10), &Exec::default()).unwrap();
        assert!(evolution.sine_error(&Exec::default()).unwrap() < 1e-12, "{points} {mode}");
        let last = evolution.field.len() - 1;
        let ratio = evolution.scale() * evolution.field[last / 3] / evolution.sine(last / 3);
        assert!((ratio - 1.0).abs() < 1e-9 || evolution.sine(last / 3).abs() < 1e-9, "{points} {mode}: {ratio}");
    }
    // A start given as values has no mode of its own.
    let values: Vec<f64> = (0..41).map(|index| (4.0 * PI * f64::from(index) / 40.0).sin()).collect();
    let evolution = evolve(&Rod::new(41).start(values).steps(1), &Exec::default()).unwrap();
    assert!(evolution.scale().is_nan() && evolution.sine_error(&Exec::default()).unwrap().is_nan());
}

#[test]
fn a_field_that_has_decayed_still_has_an_eigenvalue() {
    let evolution = evolve(&Rod::new(51).steps(300_000), &Exec::default()).unwrap();
    assert!(evolution.largest() < 1e-200 && evolution.largest() > 0.0);
    assert!((evolution.eigenvalue() - evolution.discrete_eigenvalue()).abs() < 1e-12);
    assert!(evolution.sine_error(&Exec::default()).unwrap() < 1e-12);
    let nothing = evolve(&Rod::new(5).start(vec![0.0; 5]), &Exec::default()).unwrap();
    assert!(
        nothing.eigenvalue().is_nan()
            && nothing.sine_error(&Exec::default()).unwrap().is_nan()
            && nothing.largest() == 0.0
    );
}

#[test]
fn refusals_name_the_argument() {
    let refused = |rod: Rod| match rod.check() {
        Err(Error::Argument { argument, given, expected, .. }) => format!("{argument}: {given}, {expected}"),
        other => panic!("{rod:?} gave {other:?}"),
    };
    let half = (PI / 50.0).powi(2) / 2.0;
    assert!(refused(Rod::new(2)).starts_with("points: 2, 3 to"));
    assert!(refused(Rod::new(usize::MAX)).starts_with("points: "));
    for time_step in [0.0, -1.0, f64::NAN, f64::INFINITY, 1.001 * half] {
        assert!(refused(Rod::new(51).time_step(time_step)).starts_with("time_step: "));
    }
    assert!(Rod::new(51).time_step(half).check().is_ok());
    assert!(refused(Rod::new(51).domains(0)).starts_with("domains: 0, 1 to 49"));
    assert!(refused(Rod::new(51).domains(50)).starts_with("domains: 50, 1 to 49"));
    assert!(refused(Rod::new(51).halo(0)).starts_with("halo: 0"));
    assert!(refused(Rod::new(51).domains(2).halo(25)).starts_with("halo: 25, 1 to 24"));
    assert!(refused(Rod::new(51).mode(0)).starts_with("mode: 0"));
    assert!(refused(Rod::new(51).mode(50)).starts_with("mode: 50"));
    assert!(refused(Rod::new(4).start(vec![0.0; 3])).starts_with("start: 3 values, 4"));
    assert!(refused(Rod::new(3).start(vec![0.0, f64::NAN, 0.0])).starts_with("start: NaN at point 1"));
    assert!(refused(Rod::new(3).start(vec![0.0, f64::INFINITY, 0.0])).starts_with("start: inf at point 1"));
    assert!(Rod::new(3).start(vec![0.0, 1.0, PI.sin()]).check().is_ok());
}

#[test]
fn reports_progress_and_can_be_stopped() {
    let control = RunControl::default();
    let rod = Rod::new(1002).steps(100).domains(3).halo(4);
    evolve(&rod, &Exec::default().control(&control)).unwrap();
    assert_eq!(control.done(), 1000 * 100);
    control.stop();
    let stopped = evolve(&rod, &Exec::default().control(&control));
    assert_eq!(stopped.unwrap_err(), Error::Stopped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_rod_has_one_answer(
        values in prop::collection::vec(-1e3_f64..1e3, 1..400),
        ratio in 0.01_f64..0.5,
        steps in 0_u64..120,
        domains in 1_usize..9,
        halo in 1_usize..20,
    ) {
        let start = [&[0.0], &values[..], &[0.0]].concat();
        let h = PI / (start.len() - 1) as f64;
        let rod = Rod::new(start.len()).start(start.clone()).steps(steps).time_step(ratio * h * h);
        let domains = domains.min(values.len());
        let cut = rod.clone().domains(domains).halo(halo.min(values.len() / domains));
        let expected = bits(&by_hand(&start, rod.check().unwrap().ratio, steps));
        for (name, exec) in variants() {
            prop_assert_eq!(bits(&evolve(&rod, &exec).unwrap().field), expected.clone(), "{}", name);
            prop_assert_eq!(bits(&evolve(&cut, &exec).unwrap().field), expected.clone(), "{} cut", name);
        }
    }
}

/// Every layer that this build has, on one thread and on several.
fn ways() -> Vec<Exec> {
    let threads = if cfg!(feature = "threads") { 3 } else { 1 };
    let simd = lanewalk::Isa::available().into_iter().map(|isa| Exec::default().isa(isa));
    let plain = [Layer::Scalar, Layer::Interchanged].map(|layer| Exec::default().layer(layer));
    plain.into_iter().chain(simd).flat_map(|exec| [exec.clone().threads(1), exec.threads(threads)]).collect()
}

#[test]
fn steps_in_pieces_are_the_steps_of_one_run() {
    for rod in [Rod::new(41), Rod::new(700).domains(3).halo(5), Rod::new(9000).domains(2)] {
        let whole = evolve(&rod.clone().steps(150), &textbook()).unwrap().field;
        for exec in ways() {
            let mut stepper = Stepper::new(&rod, &exec).unwrap();
            let mut field = vec![f64::NAN; whole.len()];
            for steps in [0, 1, 70, 9, 70] {
                stepper.advance(steps).unwrap();
                stepper.field(&mut field).unwrap();
            }
            assert_eq!((stepper.steps(), &field), (150, &whole), "{rod:?}");
            // Back to what it was after a half.
            let half = evolve(&rod.clone().steps(75), &textbook()).unwrap().field;
            stepper.set_field(&half).unwrap();
            stepper.advance(75).unwrap();
            stepper.field(&mut field).unwrap();
            assert_eq!(field, whole, "{rod:?}");
        }
    }
}

/// Against the scheme itself with ends that are held, written here once more.
#[test]
fn ends_are_held_at_any_values() {
    let start: Vec<f64> = (0..60).map(|point| (f64::from(point) * 0.7).sin() * 2.0 + 1.0).collect();
    let rod = Rod::new(60).start(start.clone()).steps(400);
    let mut expected = start.clone();
    for _ in 0..400 {
        let old = expected.clone();
        for point in 1..59 {
            expected[point] = 0.2 * old[point] + 0.4 * (old[point - 1] + old[point + 1]);
        }
    }
    let first = evolve(&rod, &textbook()).unwrap();
    for exec in ways() {
        let evolution = evolve(&rod, &exec).unwrap();
        assert_eq!(evolution.digest(), first.digest(), "every layer has the same bits");
        assert_eq!((evolution.field[0], evolution.field[59]), (start[0], start[59]));
        let far = evolution.field.iter().zip(&expected).map(|(one, two)| (one - two).abs()).fold(0.0, f64::max);
        assert!(far < 1e-13, "{far}");
        assert!(evolution.rounding_error(&exec).unwrap() < 1e-13);
    }
}

#[test]
fn a_stepper_refuses_what_does_not_fit() {
    let refused = |result: lanewalk::Result<()>, argument| assert_eq!(result.unwrap_err().argument(), Some(argument));
    let mut stepper = Stepper::new(&Rod::new(51), &textbook()).unwrap();
    refused(stepper.field(&mut [0.0; 50]), "field");
    refused(stepper.set_field(&[0.0; 52]), "field");
    let mut values = [0.0; 51];
    values[7] = f64::NAN;
    refused(stepper.set_field(&values), "field");
    values[7] = 0.0;
    values[50] = 1.0;
    refused(stepper.set_field(&values), "field");
    values[50] = 0.0;
    values[7] = -1.1e290;
    refused(stepper.set_field(&values), "field");
    refused(Rod::new(51).start(values).check().map(|_| ()), "start");
    refused(Stepper::new(&Rod::new(51).method(RodMethod::Spectral), &textbook()).map(|_| ()), "method");
    assert_eq!(SubDomain::new(&Rod::new(51).domains(2), 2, &textbook()).err().unwrap().argument(), Some("index"));
}

#[test]
fn the_largest_values_do_not_overflow() {
    let values: Vec<f64> = (0..51).map(|index| if index % 2 == 0 { 1e290 } else { -1e290 }).collect();
    for method in RodMethod::ALL {
        let evolution = evolve(&Rod::new(51).start(values.clone()).method(*method), &Exec::default()).unwrap();
        assert!(evolution.field.iter().all(|value| value.is_finite()), "{method}");
    }
}

#[test]
fn held_ends_are_not_a_part_of_the_modes() {
    // The line from 20 to 100, and a sine on it: the sine alone decays.
    let start: Vec<f64> =
        (0..51).map(|i| 20.0 + 1.6 * f64::from(i) + 30.0 * (PI * f64::from(i) / 50.0).sin()).collect();
    let evolution = evolve(&Rod::new(51).start(start.clone()).steps(1000), &Exec::default()).unwrap();
    assert_eq!(evolution.ends(), (20.0, 100.0));
    assert!((evolution.eigenvalue() - evolution.discrete_eigenvalue()).abs() < 1e-9);
    assert!(evolution.sine_error(&Exec::default()).unwrap() < 1e-12);
    let factor = (1.0 - 1.6 * (PI / 100.0).sin().powi(2)).powi(1000);
    assert!((evolution.deviation(25) - 30.0 * factor).abs() < 1e-11);
    assert!((evolution.largest() - 30.0 * factor).abs() < 1e-11);
    // Rounding errors of the line hide a deviation that has decayed.
    let evolution = evolve(&Rod::new(51).start(start).steps(20_000), &Exec::default()).unwrap();
    assert!(evolution.eigenvalue().is_nan() && evolution.sine_error(&Exec::default()).unwrap().is_nan());
}

/// A stop within a step of a rod of ten million points, on every layer; and the stepper can be used again.
#[test]
fn a_stop_is_heard_within_a_step() {
    for exec in ways() {
        let control = RunControl::new();
        let exec = exec.control(&control);
        let mut stepper = Stepper::new(&Rod::new(3_000_000), &exec).unwrap();
        let start = std::time::Instant::now();
        let stopped = std::thread::scope(|scope| {
            let stopped = scope.spawn(|| {
                let result = stepper.advance(u64::MAX / (1 << 32));
                (result, std::time::Instant::now())
            });
            wait_until_it_begins(&control);
            control.stop();
            let asked = std::time::Instant::now();
            let (result, ended) = stopped.join().unwrap();
            assert_eq!(result, Err(Error::Stopped));
            ended.saturating_duration_since(asked)
        });
        // Generous: the machine may be busy. Without optimisation a piece of the work takes longer.
        assert!(stopped.as_secs_f64() < 0.5, "{stopped:?} after {:?}", start.elapsed());
        assert_eq!(stepper.advance(1), Err(Error::Stopped));
        control.reset();
        assert_eq!(stepper.advance(1), Err(Error::Stopped), "its field is of no use");
        stepper.set_field(&vec![0.0; 3_000_000]).unwrap();
        stepper.advance(1).unwrap();
    }
}

#[test]
fn a_sub_domain_refuses_wrong_lengths() {
    let rod = Rod::new(51).domains(2).halo(3);
    let mut left = SubDomain::new(&rod, 0, &Exec::default().threads(1)).unwrap();
    let before = left.values().unwrap();
    let argument = |result: lanewalk::Result<()>| result.unwrap_err().argument();
    assert_eq!(argument(left.edge(Side::Right, &mut [0.0; 26])), Some("into"));
    assert_eq!(argument(left.set_ghosts(Side::Right, &[0.0; 2])), Some("edge"));
    // The left side is the end of the rod.
    assert_eq!(argument(left.set_ghosts(Side::Left, &[0.0; 3])), Some("edge"));
    assert_eq!(argument(left.advance(4)), Some("steps"));
    assert_eq!(argument(left.set_values(&[0.0; 26])), Some("values"));
    assert_eq!(argument(left.set_values(&[f64::NAN; 25])), Some("values"));
    assert_eq!(left.values().unwrap(), before);
    // After three steps the ghosts are no longer valid.
    left.advance(2).unwrap();
    assert_eq!(argument(left.advance(2)), Some("steps"));
    left.advance(1).unwrap();
    assert_eq!(argument(left.advance(1)), Some("steps"));
    left.set_ghosts(Side::Right, &[0.0; 3]).unwrap();
    left.advance(3).unwrap();
    left.set_values(&before).unwrap();
    assert_eq!(argument(left.advance(1)), Some("steps"));
    // A sub-domain without neighbours takes any number of steps.
    SubDomain::new(&Rod::new(51), 0, &Exec::default().threads(1)).unwrap().advance(1000).unwrap();
}
