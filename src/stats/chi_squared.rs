//! Pearson's chi-squared test of counts in classes.

use statrs::distribution::{ChiSquared as Distribution, ContinuousCDF};

/// The minimum expected count of a class. Neighbouring classes are joined until they reach it. With a smaller expected
/// count, the statistic does not follow the chi-squared distribution.
const MIN_EXPECTED: f64 = 5.0;

/// The deviation of counts from their expected values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquared {
    /// The sum of (count - expected)^2 / expected over the classes.
    pub value: f64,
    /// The number of classes minus 1.
    pub degrees_of_freedom: usize,
    /// The probability of this value or a larger one if the expected counts are right.
    pub p_value: f64,
}

impl ChiSquared {
    /// Tests the pairs (count, expected) of neighbouring classes. Returns `None` for fewer than two joined classes with
    /// an expected count of five.
    ///
    /// Source: Cochran, "The chi-squared test of goodness of fit", 1952.
    #[must_use]
    pub fn of(classes: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let mut joined: Vec<(f64, f64)> = Vec::new();
        let (mut count, mut expected) = (0.0, 0.0);
        for class in classes {
            count += class.0;
            expected += class.1;
            if expected >= MIN_EXPECTED {
                joined.push((count, expected));
                (count, expected) = (0.0, 0.0);
            }
        }
        if let Some(last) = joined.last_mut() {
            last.0 += count;
            last.1 += expected;
        }
        let degrees_of_freedom = joined.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
        let value = joined.iter().map(|(count, expected)| (count - expected).powi(2) / expected).sum();
        let p_value = Distribution::new(degrees_of_freedom as f64).ok()?.sf(value);
        Some(Self { value, degrees_of_freedom, p_value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_classes_are_joined() {
        let test = ChiSquared::of([(10.0, 8.0), (1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (4.0, 6.0), (0.0, 1.0)]).unwrap();
        // The joined classes have the expected counts 8, 2 + 2 + 2 and 6 + 1.
        assert_eq!(test.degrees_of_freedom, 2);
        assert!((test.value - (4.0 / 8.0 + 0.0 + 9.0 / 7.0)).abs() < 1e-12, "{test:?}");
        // With two degrees of freedom P(> x) = exp(-x / 2).
        assert!((test.p_value - (-test.value / 2.0).exp()).abs() < 1e-12);
        assert_eq!(ChiSquared::of([(3.0, 4.0), (9.0, 8.0)]), None);
    }
}
