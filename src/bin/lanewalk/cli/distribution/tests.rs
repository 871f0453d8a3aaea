use lanewalk::{Exec, ReturnKind, Walk, time_distribution};

use super::*;
use lanewalk::Distribution;

/// T is geometric: P(T > n) = 2^-n.
struct Geometric;

impl Distribution for Geometric {
    fn sf(&self, steps: u64) -> f64 {
        0.5_f64.powi(steps as i32)
    }

    fn mean(&self) -> Option<f64> {
        Some(2.0)
    }

    fn mean_until(&self, steps: u64) -> Option<f64> {
        Some(2.0 - 2.0 * self.sf(steps))
    }
}

fn counts<'a>(times: &'a TimeDistribution, exact: Option<&'a dyn Distribution>, horizon: Option<u64>) -> Counts<'a> {
    Counts { times, samples: times.samples(), exact, horizon, steps_each: 20.0 }
}

#[test]
fn exact_quantiles_of_a_geometric_time() {
    let times = time_distribution(&Walk::to(0.5).samples(1000), &Exec::default()).unwrap();
    let free = counts(&times, Some(&Geometric), None);
    assert_eq!([0.5, 0.6, 0.75, 0.9].map(|q| free.exact_quantile(q)), [Some(1), Some(2), Some(2), Some(4)]);
    let short = counts(&times, Some(&Geometric), Some(3));
    assert_eq!((short.exact_quantile(0.5), short.exact_quantile(0.9)), (Some(1), None));
    assert_eq!((short.after(3), short.after(4)), (Some(0.125), None));
    assert_eq!(counts(&times, None, None).exact_quantile(0.5), None);
}

#[test]
fn every_walk_is_in_one_bin() {
    let far = time_distribution(&Walk::to(20.0).samples(1000), &Exec::default()).unwrap();
    let near = time_distribution(&Walk::to(0.5).samples(1000), &Exec::default()).unwrap();
    let returning = Walk::returning(ReturnKind::Lattice { dimensions: 1 }, 1000).samples(1000);
    let lattice = time_distribution(&returning, &Exec::default()).unwrap();
    let one = time_distribution(&Walk::up_to(100.0, 1).samples(5), &Exec::default()).unwrap();
    for (times, horizon) in [(&far, None), (&near, None), (&lattice, Some(1000)), (&one, Some(1))] {
        for bins in [1, 2, 7, 30, 10_000] {
            let histogram = Histogram::new(&counts(times, None, horizon), bins);
            let found = histogram.bins();
            assert_eq!(found.iter().map(|bin| bin.walks).sum::<u64>(), times.samples());
            assert!(found.windows(2).all(|pair| pair[0].to.map(|to| to + 1) == Some(pair[1].from)));
            assert!(found[0].from == 1 && found[found.len() - 1].to.is_none());
        }
    }
    let ends = Histogram::new(&counts(&lattice, returning.distribution().unwrap(), Some(1000)), 30);
    let last = &ends.bins()[ends.bins().len() - 1];
    assert!(ends.logarithmic && last.from == 1001 && last.walks == lattice.censored());
    assert!(ends.bins().iter().all(|bin| bin.from % 2 == 1), "walks return after even numbers of steps");
}

#[test]
fn bins_and_rows_do_not_depend_on_the_sample() {
    // Rows that begin at the shortest walk of the sample have z-scores of -0.8 in the mean.
    let walk = |seed| Walk::to(20.0).samples(300).seed(seed);
    let exact = walk(1).distribution().unwrap().is_some();
    assert!(exact);
    let places = |seed| {
        let walk = walk(seed);
        let times = time_distribution(&walk, &Exec::default()).unwrap();
        let with = counts(&times, walk.distribution().unwrap(), None);
        let without = counts(&times, None, None);
        [with, without].map(|counts| {
            let bins: Vec<_> = Histogram::new(&counts, 12).bins().iter().map(|bin| (bin.from, bin.to)).collect();
            let survival = serde_json::to_value(Survival::new(&counts)).unwrap();
            let rows: Vec<_> =
                survival["rows"].as_array().unwrap().iter().map(|row| row["steps"].as_u64().unwrap()).collect();
            (bins, rows)
        })
    };
    let first = places(1);
    assert!((2..20).all(|seed| places(seed) == first));
    assert!(first[0].1.len() == 20 && first[0].0.len() > 8, "{first:?}");
}

#[test]
fn rows_that_expect_few_walks_have_no_z() {
    let walk = Walk::to(20.0).samples(300).seed(3);
    let times = time_distribution(&walk, &Exec::default()).unwrap();
    let counts = counts(&times, walk.distribution().unwrap(), None);
    let histogram = serde_json::to_value(Histogram::new(&counts, 30)).unwrap();
    for bin in histogram["bins"].as_array().unwrap() {
        let expected = bin["expected"].as_f64().unwrap();
        assert_eq!(bin["z"].is_null(), expected * (1.0 - expected / 300.0) < 10.0, "{bin}");
    }
    let survival = serde_json::to_value(Survival::new(&counts)).unwrap();
    for row in survival["rows"].as_array().unwrap() {
        let exact = row["exact"].as_f64().unwrap();
        assert_eq!(row["z"].is_null(), 300.0 * exact * (1.0 - exact) < 10.0, "{row}");
    }
}
