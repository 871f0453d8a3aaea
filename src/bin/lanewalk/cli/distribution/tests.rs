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
    Counts { times, samples: times.samples(), exact, horizon }
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
    let lattice = Walk::returning(ReturnKind::Lattice { dimensions: 1 }, 1000).samples(1000);
    let lattice = time_distribution(&lattice, &Exec::default()).unwrap();
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
    let ends = Histogram::new(&counts(&lattice, None, Some(1000)), 30);
    let last = &ends.bins()[ends.bins().len() - 1];
    assert!(ends.logarithmic && last.from == 1001 && last.walks == lattice.censored());
    assert!(ends.bins().iter().all(|bin| bin.from % 2 == 1), "walks return after even numbers of steps");
}
