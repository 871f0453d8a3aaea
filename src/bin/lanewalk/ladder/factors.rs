//! The separate factors of algorithm, lanes and cores, and the ratio of the total to their product.

use std::time::Duration;

use lanewalk::Error;
use lanewalk::internal::median;

use super::budget::samples_within;
use super::result::Factors;
use super::rungs::{Measured, Variants};
use super::statistics::Interval;
use super::workload::{Algorithm, Workload};

/// The samples of the run that estimates the worth of one sample of the better algorithm, over those of a round. Its
/// variance is itself an estimate, and must be more accurate than the timings.
const WORTH_SHARE: u64 = 10;

/// The share of the remaining time that this run may take.
const WORTH_TIME: f64 = 0.2;

/// The factors of one workload; `None` without complete rounds, and if the noise allows no ratios.
pub(super) fn factors(
    workload: &Workload,
    better: &Algorithm,
    variants: &Variants,
    measured: &Measured,
    size: u64,
    seed: u64,
    left: Duration,
) -> Result<Option<Factors>, Error> {
    let (Some([better_scalar, better_top]), Some(sampling)) = (measured.better, (workload.sampling)()) else {
        return Ok(None);
    };
    if measured.refusal.is_some() {
        return Ok(None);
    }
    let rate = median(better_top.to_vec());
    let samples = samples_within(size * WORTH_SHARE, size, rate, WORTH_TIME * left.as_secs_f64());
    let error = (better.run)(samples, seed, &variants.top().exec)?;
    let samples_worth = sampling.deviation.powi(2) / samples as f64 / error.powi(2);
    let per_sample = |rates: &[f64]| rates.iter().map(|rate| rate / sampling.work).collect::<Vec<_>>();
    Ok(separate(
        &Rates {
            scalar: &per_sample(measured.scalar().rates),
            best: &per_sample(measured.best().rates),
            top: &per_sample(measured.top().rates),
            better_scalar,
            better_top,
        },
        samples_worth,
    )
    .map(|[algorithm, vector, cores, total, residual]| Factors {
        workload: workload.name.to_owned(),
        method: better.name.to_owned(),
        product: algorithm.median * vector.median * cores.median,
        algorithm,
        vector,
        cores,
        total,
        residual,
        samples_worth,
    }))
}

/// Samples per second, one number for each round.
struct Rates<'r> {
    scalar: &'r [f64],
    best: &'r [f64],
    top: &'r [f64],
    better_scalar: &'r [f64],
    better_top: &'r [f64],
}

/// Algorithm, vector, cores, total, and total over the product of the three.
///
/// At equal accuracy, a sample that is worth w plain ones counts as w. Every ratio is computed within the rounds, the
/// residual too, so a disturbance of a whole round cancels.
fn separate(rates: &Rates, worth: f64) -> Option<[Interval; 5]> {
    let ratio = |above: &[f64], below: &[f64]| above.iter().zip(below).map(|(a, b)| a / b).collect::<Vec<_>>();
    let worth = |ratios: Vec<f64>| ratios.into_iter().map(|ratio| ratio * worth).collect::<Vec<_>>();
    let algorithm = worth(ratio(rates.better_scalar, rates.scalar));
    let vector = ratio(rates.best, rates.scalar);
    let cores = ratio(rates.top, rates.best);
    let total = worth(ratio(rates.better_top, rates.scalar));
    let product: Vec<f64> = algorithm.iter().zip(&vector).zip(&cores).map(|((a, v), c)| a * v * c).collect();
    let residual = ratio(&total, &product);
    Some([
        Interval::of(&algorithm)?,
        Interval::of(&vector)?,
        Interval::of(&cores)?,
        Interval::of(&total)?,
        Interval::of(&residual)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_multiply_without_interference() {
        // The clock halves in the last round. Lanes bring 8, cores 2. A sample of the better algorithm is worth 100 and
        // takes 1.25 times as long, on the topmost rung twice as long.
        let clock = [1.0, 1.0, 0.5];
        let rates = |rate: f64| clock.map(|clock| clock * rate);
        let found = separate(
            &Rates {
                scalar: &rates(1.0),
                best: &rates(8.0),
                top: &rates(16.0),
                better_scalar: &rates(0.8),
                better_top: &rates(8.0),
            },
            100.0,
        );
        let medians = found.unwrap().map(|interval| interval.median);
        let expected = [80.0, 8.0, 2.0, 800.0, 0.625];
        for (found, expected) in medians.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{medians:?}");
        }
    }
}
