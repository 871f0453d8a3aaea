//! The order in which tasks are assigned.

use rand_xoshiro::rand_core::Rng;

use crate::names::names;
use crate::stream::{Label, Stream, base};

/// The order of submission. It changes the start times of tasks and so the makespan, but never a result.
///
/// ```
/// use lanewalk::tasks::Order;
///
/// let costs = [3.0, 1.0, 2.0];
/// assert_eq!(Order::Given.arrange(&costs, 1), [0, 1, 2]);
/// assert_eq!(Order::Longest.arrange(&costs, 1), [0, 2, 1]);
/// assert_eq!(Order::Shortest.arrange(&costs, 1), [1, 2, 0]);
/// assert_eq!("longest".parse(), Ok(Order::Longest));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Order {
    /// The order of the list.
    #[default]
    Given,
    /// The most costly first (LPT): at most 4/3 - 1/(3 w) times the best makespan on w workers (Graham, "Bounds on
    /// Multiprocessing Timing Anomalies", 1969).
    Longest,
    /// The least costly first: the first results arrive soonest, and a long task runs alone at the end.
    Shortest,
    /// Shuffled by the seed.
    Random,
}
names!(Order, "order", Given => "given", Longest => "longest", Shortest => "shortest", Random => "random");

impl Order {
    /// Every order.
    pub const ALL: &'static [Self] = &[Self::Given, Self::Longest, Self::Shortest, Self::Random];

    /// The places of the list in the order in which they are assigned, each once. Equal costs stay in the order of the
    /// list. A NaN counts as larger than all other costs.
    ///
    /// Deterministic: only [`Order::Random`] uses `seed`. It shuffles by stream 0 of the seed (Fisher and Yates, 1938).
    #[must_use]
    pub fn arrange(self, costs: &[f64], seed: u64) -> Vec<usize> {
        let mut places: Vec<usize> = (0..costs.len()).collect();
        match self {
            Self::Given => {}
            Self::Longest => places.sort_by(|&a, &b| costs[b].total_cmp(&costs[a])),
            Self::Shortest => places.sort_by(|&a, &b| costs[a].total_cmp(&costs[b])),
            Self::Random => {
                let mut rng = Stream::of_base(base(seed, Label::ORDER), 0);
                for left in (2..=places.len()).rev() {
                    // An index below `left` by multiplication: the upper half of a 128-bit product.
                    let pick = (u128::from(rng.next_u64()) * left as u128) >> 64;
                    places.swap(left - 1, pick as usize);
                }
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffles_are_permutations_of_their_seed() {
        let costs = [1.0; 52];
        let shuffled = Order::Random.arrange(&costs, 7);
        let mut sorted = shuffled.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, Order::Given.arrange(&costs, 7));
        assert_eq!(shuffled, Order::Random.arrange(&costs, 7));
        assert_ne!(shuffled, Order::Random.arrange(&costs, 8));
    }

    /// In 24 000 shuffles of four, each of the 24 permutations occurs 1000 times on average: chi-square with 23 degrees
    /// of freedom, whose 1 - 1e-6 quantile is 68.
    #[test]
    fn all_shuffles_are_equally_likely() {
        let mut seen = std::collections::BTreeMap::new();
        for seed in 0..24_000 {
            *seen.entry(Order::Random.arrange(&[0.0; 4], seed)).or_insert(0) += 1;
        }
        let square: f64 = seen.values().map(|&count| f64::from(count - 1000_i32).powi(2) / 1000.0).sum();
        assert!(seen.len() == 24 && square < 68.0, "{square}");
    }

    #[test]
    fn equal_costs_keep_their_order() {
        assert_eq!(Order::Longest.arrange(&[2.0, 1.0, 2.0, f64::NAN], 1), [3, 0, 2, 1]);
        assert_eq!(Order::Shortest.arrange(&[2.0, 1.0, 2.0, 1.0], 1), [1, 3, 0, 2]);
    }
}
