//! Sums that samples can have. Stored sums come from outside, and a result with impossible ones would mislead.

use std::ops::RangeInclusive;

/// Whether `n` integers within `values` can have this sum and this sum of squares.
///
/// With the mean q + r / n, the sum of squares is smallest if r of the integers are q + 1 and the others q. It is
/// largest if all of them but one are at the ends of `values`. Integers and their squares have the same parity.
pub(crate) fn sums_exist(n: u64, sum: u128, sum_squares: u128, values: &RangeInclusive<u128>) -> bool {
    let n = u128::from(n);
    if n == 0 {
        return sum == 0 && sum_squares == 0;
    }
    let (min, max) = (*values.start(), *values.end());
    let within =
        |one: u128, bound: bool| n.checked_mul(one).map_or(bound, |all| if bound { sum <= all } else { sum >= all });
    if min > max || !within(max, true) || !within(min, false) || sum % 2 != sum_squares % 2 {
        return false;
    }
    let (q, r) = (sum / n, sum % n);
    // An overflow is a sum of squares beyond that of any run.
    let smallest = (|| q.checked_mul(q)?.checked_mul(n)?.checked_add(r.checked_mul(2 * q + 1)?))();
    if smallest.is_none_or(|smallest| sum_squares < smallest) {
        return false;
    }
    let (width, rest) = (max - min, sum - n * min);
    let full = rest.checked_div(width).unwrap_or(0);
    let part = rest - full * width;
    // All n are at `max` if nothing is left for another one.
    let largest = (|| {
        let lowest = n - full - u128::from(part > 0);
        let ends = full.checked_mul(max.checked_mul(max)?)?.checked_add(lowest.checked_mul(min * min)?)?;
        if part == 0 { Some(ends) } else { ends.checked_add((min + part).checked_mul(min + part)?) }
    })();
    largest.is_none_or(|largest| sum_squares <= largest)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every multiset of up to five small integers is possible, and nothing outside of the bounds is.
    #[test]
    fn the_sums_of_real_samples_are_possible_and_the_bounds_are_tight() {
        let values = 1..=4_u128;
        let mut real = BTreeSet::from([(0_u64, 0_u128, 0_u128)]);
        for _ in 0..5 {
            let longer: Vec<_> = real
                .iter()
                .flat_map(|&(n, sum, squares)| values.clone().map(move |x| (n + 1, sum + x, squares + x * x)))
                .collect();
            real.extend(longer);
        }
        let mut refused = 0;
        for n in 0..=5 {
            for sum in 0..=30 {
                let of_sum: Vec<u128> = real.iter().filter(|one| (one.0, one.1) == (n, sum)).map(|one| one.2).collect();
                for squares in 0..=100 {
                    let exists = sums_exist(n, sum, squares, &values);
                    assert!(exists || !of_sum.contains(&squares), "{n} {sum} {squares}");
                    let between =
                        of_sum.iter().any(|least| *least <= squares) && of_sum.iter().any(|most| *most >= squares);
                    assert_eq!(exists, between && squares % 2 == sum % 2, "{n} {sum} {squares}");
                    refused += usize::from(!exists);
                }
            }
        }
        assert!(refused > 1000);
    }

    #[test]
    fn large_sums_do_not_overflow() {
        let all = 0..=u128::from(u64::MAX);
        assert!(!sums_exist(5, u128::MAX, u128::MAX, &all));
        assert!(!sums_exist(u64::MAX, u128::from(u64::MAX) * 3, u128::MAX, &(4..=5)));
        assert!(!sums_exist(1 << 62, 1 << 100, 1 << 120, &all), "2^62 times 2^38 have the squares 2^138");
        let longest = u128::from(u64::MAX);
        assert!(sums_exist(1, longest, longest * longest, &all));
        assert!(!sums_exist(1, longest, longest * longest - 2, &all));
    }
}
