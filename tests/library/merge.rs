//! Merging of partial results: every split in every order gives the whole, and results that do not fit give an error.

use std::fmt::Debug;
use std::ops::Range;

use lanewalk::{
    Batches, Error, Exec, Mergeable, Method, Parts, Pi, PiMethod, ReturnKind, Walk, estimate_pi, estimate_pi_batches,
    first_exit, first_passage, first_return, region_exit, run_in_shards, time_distribution, walk_in_blocks, walk_once,
};
use proptest::prelude::*;

/// The number of walkers, points or batches to split.
const COUNT: u64 = 120;

/// A partition of 0..COUNT into ranges, in random order.
fn split() -> impl Strategy<Value = Vec<Range<u64>>> {
    let cuts = prop::collection::btree_set(1..COUNT, 0..6);
    cuts.prop_flat_map(|cuts| {
        let ends: Vec<u64> = [0].into_iter().chain(cuts).chain([COUNT]).collect();
        let ranges: Vec<_> = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
        Just(ranges).prop_shuffle()
    })
}

/// A kind of result: its name, the function that computes a range, and its digest.
struct Kind<T> {
    name: String,
    part: Box<dyn Fn(Range<u64>) -> T>,
    digest: fn(&T) -> String,
}

impl<T: Mergeable + PartialEq + Debug> Kind<T> {
    /// Checks that merging gives the whole, from parts and directly. A range that is already included gives an error
    /// and changes nothing.
    fn check(&self, ranges: &[Range<u64>]) {
        let (name, whole) = (&self.name, (self.part)(0..COUNT));
        let mut merged = (self.part)(ranges[0].clone());
        for range in &ranges[1..] {
            let part = (self.part)(range.clone());
            merged.merge(&T::from_parts(&part.to_parts()).unwrap()).unwrap();
            let before = merged.clone();
            assert!(matches!(merged.merge(&part), Err(Error::Merge { .. })), "{name}");
            assert_eq!(merged, before, "{name}: a refusal changes nothing");
        }
        assert_eq!(merged, whole, "{name}");
        assert_eq!((self.digest)(&merged), (self.digest)(&whole), "{name}");
        assert_eq!(T::from_parts(&whole.to_parts()), Ok(whole), "{name}");
    }
}

fn kind<T>(name: impl Into<String>, part: impl Fn(Range<u64>) -> T + 'static, digest: fn(&T) -> String) -> Kind<T> {
    Kind { name: name.into(), part: Box::new(part), digest }
}

fn exec() -> Exec {
    Exec::default().threads(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_split_in_any_order_gives_the_whole(ranges in split()) {
        for method in [Method::Plain, Method::Nested, Method::Wald] {
            let walk = Walk::to(3.1).method(method).seed(5);
            let part = move |walkers| first_passage(&walk.clone().walkers(walkers), &exec()).unwrap().remove(0);
            kind(format!("{method}"), part, |one| lanewalk::FirstPassage::digest(std::slice::from_ref(one))).check(&ranges);
        }
        for walk in [Walk::between(-2.0, 4.5).start(0.25), Walk::between(-3.0, 9.0).horizon(20), Walk::up_to(2.0, 50)] {
            let times = walk.clone();
            let part = move |walkers| first_exit(&walk.clone().walkers(walkers), &exec()).unwrap();
            kind("exit", part, lanewalk::FirstExit::digest).check(&ranges);
            let part = move |walkers| time_distribution(&times.clone().walkers(walkers), &exec()).unwrap();
            kind("times", part, lanewalk::TimeDistribution::digest).check(&ranges);
        }
        for walk in [Walk::in_ball(3, 4.0), Walk::in_cube(2, 3.0).horizon(9)] {
            let part = move |walkers| region_exit(&walk.clone().walkers(walkers), &exec()).unwrap();
            kind("region", part, lanewalk::RegionExit::digest).check(&ranges);
        }
        let kinds = [ReturnKind::Sign, ReturnKind::Lattice { dimensions: 2 }, ReturnKind::Ball { dimensions: 2, radius: 1.5 }];
        for back in kinds {
            let walk = Walk::returning(back, 40);
            let part = move |walkers| first_return(&walk.clone().walkers(walkers), &exec()).unwrap();
            kind("return", part, lanewalk::FirstReturn::digest).check(&ranges);
        }
        for &method in PiMethod::ALL {
            let part = move |points| estimate_pi(&Pi::points(COUNT + 1).method(method).shard(points), &exec()).unwrap();
            let whole = kind(format!("pi, {method}"), part, lanewalk::PiTally::digest);
            if method != PiMethod::Stratified {
                whole.check(&ranges);
            }
        }
    }
}

/// The cells of a grid are split like other points, and the size of the grid is a part of the problem.
#[test]
fn parts_of_one_grid_merge_and_those_of_two_do_not() {
    let part =
        |points, shard| estimate_pi(&Pi::points(points).method(PiMethod::Stratified).shard(shard), &exec()).unwrap();
    let mut merged = part(10_000, 2_345..10_000);
    merged.merge(&part(10_000, 0..2_345)).unwrap();
    assert_eq!(merged, part(10_000, 0..10_000));
    let error = part(10_000, 0..50).merge(&part(12_000, 50..100)).unwrap_err();
    assert_eq!(error.to_string(), "the results do not merge: their problems differ: grid_points is 10000 and 11881");
}

#[test]
fn batches_merge() {
    let run = |batches: Batches| estimate_pi_batches(&batches, &exec(), |_, _| ()).unwrap();
    let whole = run(Batches::new(30, 700));
    // The first batches are merged as one run, and the others batch by batch.
    let mut merged = lanewalk::BatchSummary::new(&Batches::new(30, 700));
    for batch in (10..30).rev() {
        let points = Pi::points(21_000).shard(batch * 700..(batch + 1) * 700);
        merged.record(&estimate_pi(&points, &exec()).unwrap()).unwrap();
    }
    merged.merge(&run(Batches::new(10, 700))).unwrap();
    assert_eq!(merged, whole);
    assert_eq!(lanewalk::BatchSummary::from_parts(&whole.to_parts()), Ok(whole.clone()));
    let batch = |points: Pi| estimate_pi(&points, &exec()).unwrap();
    for (what, misfit) in [
        ("size", batch(Pi::points(21_500).shard(21_000..21_500))),
        ("seed", batch(Pi::points(21_700).shard(21_000..21_700).seed(2))),
        ("method", batch(Pi::points(21_700).shard(21_000..21_700).method(PiMethod::Antithetic))),
        ("twice", batch(Pi::points(700))),
    ] {
        assert!(matches!(merged.record(&misfit), Err(Error::Merge { .. })), "{what}");
        assert_eq!(merged, whole, "{what}: a refusal changes nothing");
    }
    assert!(matches!(merged.merge(&run(Batches::new(10, 600))), Err(Error::Merge { .. })));
}

#[test]
fn errors_name_the_difference() {
    let part = |walk: Walk<lanewalk::Barriers>| first_exit(&walk, &exec()).unwrap();
    let walk = || Walk::between(-2.0, 4.0).walkers(0..10);
    for (other, expected) in [
        (walk().walkers(10..20).seed(2), "their seeds are 1 and 2"),
        (walk().walkers(5..15), "both hold the indices 5..10"),
        (walk().walkers(2..3), "both hold the indices 2..3"),
        (Walk::between(-2.0, 5.0).walkers(10..20), "upper is 4 and 5"),
        (Walk::between(-2.0, 4.0).start(0.5).walkers(10..20), "start is 0 and 0.5"),
        (walk().walkers(10..20).horizon(5), "their problems differ"),
    ] {
        let error = part(walk()).merge(&part(other)).unwrap_err();
        assert!(error.to_string().starts_with("the results do not merge: "), "{error}");
        assert!(error.to_string().contains(expected) || expected.starts_with("their problems"), "{error}");
    }
    let pi = |method, shard| estimate_pi(&Pi::points(100).method(method).shard(shard), &exec()).unwrap();
    let error = pi(PiMethod::Plain, 0..50).merge(&pi(PiMethod::Conditional, 50..100)).unwrap_err();
    assert!(error.to_string().contains("method is plain and conditional"), "{error}");
}

#[test]
fn one_pass_has_the_origin_of_its_walk() {
    let walk = Walk::between(-2.0, 4.0).walkers(7..50);
    let times = time_distribution(&walk, &exec()).unwrap();
    for pass in [walk_once(&walk, &exec()).unwrap(), walk_in_blocks(&walk, 16, &exec(), Some).unwrap()] {
        assert_eq!((&pass.result, &pass.times), (&first_exit(&walk, &exec()).unwrap(), &times));
        assert_eq!((pass.times.seed(), pass.times.ranges()), (1, std::slice::from_ref(&(7..50))));
    }
}

#[test]
fn corrupt_parts_are_rejected() {
    let whole = region_exit(&Walk::in_ball(2, 3.0).samples(50), &exec()).unwrap().to_parts();
    let refused = |what: &str, spoil: &dyn Fn(&mut Parts)| {
        let mut parts = whole.clone();
        spoil(&mut parts);
        let error = lanewalk::RegionExit::from_parts(&parts).expect_err(what);
        assert!(
            error.argument() == Some("parts") || matches!(error, Error::Merge { .. }) || what == "radius",
            "{error}"
        );
    };
    refused("kind", &|parts| parts.kind = "first exit".to_owned());
    refused("missing", &|parts| _ = parts.sums.remove("total_steps"));
    refused("unknown", &|parts| _ = parts.problem.insert("colour".to_owned(), "red".to_owned()));
    refused("too large", &|parts| _ = parts.sums.insert("samples".to_owned(), 1 << 64));
    refused("count", &|parts| _ = parts.sums.insert("samples".to_owned(), 51));
    refused("radius", &|parts| _ = parts.problem.insert("radius".to_owned(), "-3".to_owned()));
    refused("text", &|parts| _ = parts.problem.insert("radius".to_owned(), "three".to_owned()));
    refused("empty", &|parts| parts.ranges.push(60..60));
    refused("overlap", &|parts| parts.ranges.push(49..60));
}

/// Sums from another program may be larger than those of any run. They do not overflow.
#[test]
fn sums_do_not_wrap() {
    let part = |walkers| first_passage(&Walk::to(2.0).walkers(walkers), &exec()).unwrap().remove(0);
    let long = |walker: u64| {
        let mut parts = part(walker..walker + 1).to_parts();
        let longest = u128::from(u64::MAX);
        for (sum, value) in [("longest", longest), ("total_steps", longest), ("sum_squares", longest * longest)] {
            parts.sums.insert(sum.to_owned(), value);
        }
        lanewalk::FirstPassage::from_parts(&parts).unwrap()
    };
    let mut large = long(0);
    let before = large.clone();
    assert!(matches!(large.merge(&long(1)), Err(Error::Merge { .. })));
    assert_eq!(large, before);
}

#[cfg(feature = "serde")]
#[test]
fn parts_are_written_as_strings_and_read_back() {
    let parts = first_exit(&Walk::between(-2.0, 4.5).seed(u64::MAX).samples(20), &exec()).unwrap().to_parts();
    let json = serde_json::to_value(&parts).unwrap();
    assert_eq!(json["seed"], "18446744073709551615");
    assert_eq!(json["ranges"][0], "0..20");
    assert_eq!(json["problem"]["upper"], "4.5");
    assert!(json["sums"].as_object().unwrap().values().all(serde_json::Value::is_string));
    assert_eq!(serde_json::from_value::<Parts>(json.clone()).unwrap(), parts);
    for (key, spoilt) in [
        ("seed", "-1".into()),
        ("ranges", serde_json::json!(["0-20"])),
        ("sums", serde_json::json!({"samples": "many"})),
    ] {
        let mut json = json.clone();
        json[key] = spoilt;
        assert!(serde_json::from_value::<Parts>(json).is_err(), "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_run_in_shards_keeps_what_is_finished(size in 1..2 * COUNT, stop in 0..COUNT + 1) {
        let walk = Walk::to_each([2.0, 5.5]);
        let run = |walkers| first_passage(&walk.clone().walkers(walkers), &exec());
        // The shard that contains this walker fails.
        let finished = run_in_shards(0..COUNT, size, |walkers| {
            if walkers.contains(&stop) { Err(Error::Stopped) } else { run(walkers) }
        });
        let Range { start, end } = finished.remaining.clone();
        prop_assert!(end == COUNT && (start % size == 0 || start == COUNT) && start <= stop);
        prop_assert_eq!(finished.error, (stop < COUNT).then_some(Error::Stopped));
        let mut results = finished.result;
        prop_assert_eq!(results.is_some(), start > 0);
        if start < end {
            let rest = run(start..end).unwrap();
            match &mut results {
                Some(results) => {
                    for (result, rest) in results.iter_mut().zip(&rest) {
                        result.merge(rest).unwrap();
                    }
                }
                none => *none = Some(rest),
            }
        }
        prop_assert_eq!(results.unwrap(), run(0..COUNT).unwrap());
    }
}

#[test]
fn shards_that_do_not_fit_end_the_run() {
    let run = |walkers| first_exit(&Walk::between(-2.0, 3.0).walkers(walkers), &exec());
    let none = run_in_shards(0..10, 0, run);
    assert_eq!((none.error.unwrap().argument(), none.result, none.remaining), (Some("size"), None, 0..10));
    // The closure ignores its range, so the second shard repeats walkers of the first.
    let same = run_in_shards(0..10, 5, |_| run(0..5));
    assert!(matches!(same.error, Some(Error::Merge { .. })));
    assert_eq!((same.result, same.remaining), (Some(run(0..5).unwrap()), 5..10));
    // Lists of different lengths.
    let lists = run_in_shards(0..10, 5, |walkers| {
        first_passage(
            &Walk::to_each([1.0, 2.0].into_iter().take(1 + walkers.start as usize / 5)).walkers(walkers),
            &exec(),
        )
    });
    assert!(matches!(lists.error, Some(Error::Merge { .. })));
    assert_eq!(lists.result.unwrap().len(), 1);
}

/// Parts that no run can have written are refused, and those that are accepted give estimates without a panic.
#[test]
fn impossible_parts_are_refused() {
    let batches = estimate_pi_batches(&Batches::new(5, 100), &exec(), |_, _| ()).unwrap();
    let pi = estimate_pi(&Pi::points(100), &exec()).unwrap();
    let stratified = estimate_pi(&Pi::points(100).method(PiMethod::Stratified), &exec()).unwrap();
    let exit = first_exit(&Walk::between(-2.0, 3.0).samples(10), &exec()).unwrap();
    let times = time_distribution(&Walk::to(2.0).samples(10), &exec()).unwrap();
    let refused = |parts: &Parts, change: &str, restore: &dyn Fn(&Parts) -> Option<Error>| {
        assert!(restore(parts).is_some_and(|error| error.argument() == Some("parts")), "{change}");
    };
    let of_batches = |parts: &Parts| lanewalk::BatchSummary::from_parts(parts).err();
    let of_pi = |parts: &Parts| lanewalk::PiTally::from_parts(parts).err();
    let of_exit = |parts: &Parts| lanewalk::FirstExit::from_parts(parts).err();
    let of_times = |parts: &Parts| lanewalk::TimeDistribution::from_parts(parts).err();

    for sum in ["sum", "spread", "batch_squares_upper", "batch_squares_lower"] {
        for value in [0, 1, 1 << 100, u128::MAX / 2, u128::MAX] {
            let mut parts = batches.to_parts();
            parts.sums.insert(sum.to_owned(), value);
            match lanewalk::BatchSummary::from_parts(&parts) {
                Ok(accepted) => assert!(accepted.estimate().unwrap().value.is_finite()),
                Err(error) => assert_eq!(error.argument(), Some("parts"), "{sum} = {value}"),
            }
        }
    }
    for (sum, value) in [("sum", u128::MAX), ("batch_squares_upper", 1), ("batch_squares_lower", 0)] {
        let mut parts = batches.to_parts();
        parts.sums.insert(sum.to_owned(), value);
        refused(&parts, sum, &of_batches);
    }
    let mut parts = pi.to_parts();
    parts.sums.insert("spread".to_owned(), 101);
    refused(&parts, "spread", &of_pi);
    let mut parts = pi.to_parts();
    parts.sums.insert("more".to_owned(), 1);
    refused(&parts, "an unknown sum", &of_pi);
    let mut parts = stratified.to_parts();
    parts.problem.remove("grid_points");
    refused(&parts, "no grid", &of_pi);
    let mut parts = pi.to_parts();
    parts.ranges = vec![(1 << 62) - 50..(1 << 62) + 50; 1];
    refused(&parts, "indices beyond 2^62", &of_pi);
    let mut parts = exit.to_parts();
    parts.problem.remove("lower");
    refused(&parts, "one barrier without a horizon", &of_exit);
    for value in ["x", "NaN", "-1", ""] {
        let mut parts = times.to_parts();
        parts.problem.insert("distance".to_owned(), value.to_owned());
        refused(&parts, value, &of_times);
    }
}

#[test]
fn a_misfit_names_what_differs() {
    let times = |walk: Walk<lanewalk::Barriers>| time_distribution(&walk.samples(5), &exec()).unwrap();
    let mut line = time_distribution(&Walk::to(3.0).samples(5), &exec()).unwrap();
    let error = line.merge(&times(Walk::between(-3.0, 3.0))).unwrap_err().to_string();
    assert_eq!(error, "the results do not merge: their problems differ: distance is 3 and absent");
    let error = times(Walk::between(-3.0, 3.0)).merge(&times(Walk::between(-3.0, 4.0))).unwrap_err().to_string();
    assert_eq!(error, "the results do not merge: their problems differ: upper is 3 and 4");
}

/// A restored result must be one that a run can have: its estimates would mislead otherwise.
#[test]
fn sums_that_no_run_has_are_refused() {
    fn check<T: Mergeable + PartialEq + Debug>(name: &str, result: &T, spoilt: &[&[(&str, i128)]]) {
        assert_eq!(T::from_parts(&result.to_parts()).as_ref(), Ok(result), "{name}");
        for changes in spoilt {
            let mut parts = result.to_parts();
            for (sum, change) in *changes {
                let value = parts.sums.entry((*sum).to_owned()).or_default();
                *value = value.checked_add_signed(*change).unwrap_or(0);
            }
            let error = T::from_parts(&parts).expect_err(&format!("{name}: {changes:?}"));
            assert_eq!(error.argument(), Some("parts"), "{name}: {changes:?}");
        }
    }
    const LESS: i128 = -(1 << 100);
    const MORE: i128 = 1 << 100;
    let tally: &[&[_]] = &[
        &[("longest", LESS)],
        &[("longest", 1 << 40)],
        &[("total_steps", LESS)],
        &[("total_steps", MORE)],
        &[("sum_squares", LESS)],
        &[("sum_squares", MORE)],
        // A square is odd if and only if its root is.
        &[("sum_squares", 1)],
        &[("lower", 301)],
    ];
    for method in [Method::Plain, Method::Nested] {
        check("passage", &first_passage(&Walk::to(3.1).method(method), &exec()).unwrap()[0], tally);
    }
    let wald = &first_passage(&Walk::to(3.1).method(Method::Wald), &exec()).unwrap()[0];
    check("wald", wald, tally);
    for sum in ["overshoot", "overshoot_squares", "overshoot_excess", "overshoot_squared_excess"] {
        check("wald", wald, &[&[(sum, LESS)], &[(sum, MORE)], &[(sum, i128::MAX)]]);
    }
    let exact = &first_passage(&Walk::to(3.1).method(Method::Exact), &exec()).unwrap()[0];
    let mut parts = exact.to_parts();
    (parts.sums, parts.ranges) = (wald.to_parts().sums, wald.to_parts().ranges);
    parts.sums.retain(|name, _| !name.starts_with("overshoot"));
    assert!(lanewalk::FirstPassage::from_parts(&parts).is_err(), "samples of a method that takes none");

    let walk = Walk::between(-2.0, 3.0).samples(300);
    let exit = first_exit(&walk, &exec()).unwrap();
    let sides: &[&[_]] = &[
        &[("lower_longest", LESS)],
        &[("upper_sum_squares", MORE)],
        &[("lower_lower", -1)],
        &[("upper_lower", 1)],
        &[("upper_samples", -1), ("censored", 1)],
    ];
    check("exit", &exit, sides);
    let within = first_exit(&walk.clone().horizon(9), &exec()).unwrap();
    check("exit within a horizon", &within, &[&[("upper_longest", 1 << 30)]]);
    let single = first_exit(&Walk::up_to(2.0, 50), &exec()).unwrap();
    check(
        "a barrier that does not exist",
        &single,
        &[&[
            ("censored", -1),
            ("lower_samples", 1),
            ("lower_total_steps", 1),
            ("lower_sum_squares", 1),
            ("lower_longest", 1),
            ("lower_lower", 1),
        ]],
    );

    let region = region_exit(&Walk::in_ball(3, 4.0), &exec()).unwrap();
    check("region", &region, tally);
    check("region", &region, &[&[("samples", -1), ("censored", 1)]]);
    for sum in ["excess", "excess_coarse", "excess_squares", "excess_products"] {
        check("region", &region, &[&[(sum, LESS)], &[(sum, MORE)], &[(sum, i128::MAX)]]);
    }
    let back = first_return(&Walk::returning(ReturnKind::Sign, 40), &exec()).unwrap();
    check("return", &back, tally);
    check("return", &back, &[&[("longest", 41)]]);

    let times = time_distribution(&walk, &exec()).unwrap();
    check("times", &times, &[&[("1000000", 0)], &[("1", -1), ("censored", 1)]]);
    let within = time_distribution(&walk.horizon(9), &exec()).unwrap();
    check("times within a horizon", &within, &[&[("censored", -1), ("10", 1)]]);
    for &method in PiMethod::ALL {
        let pi = estimate_pi(&Pi::points(1000).method(method), &exec()).unwrap();
        check("pi", &pi, &[&[("sum", MORE)], &[("spread", MORE)]]);
        if method != PiMethod::Stratified {
            check("pi", &pi, &[&[("sum", LESS)], &[("spread", LESS)]]);
        }
    }
    let antithetic = estimate_pi(&Pi::points(1000).method(PiMethod::Antithetic), &exec()).unwrap();
    check("pi", &antithetic, &[&[("sum", 1), ("spread", 1)], &[("sum", -600), ("spread", -1800)]]);
}
