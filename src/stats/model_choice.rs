//! The choice between models that were fitted to the same data.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// The level of each F test.
const LEVEL: f64 = 0.05;

/// The minimum number of degrees of freedom of both variances. With one, a model can meet the data by chance: F must
/// exceed 161, which rounded data reach.
const MIN_DEGREES: usize = 2;

/// The scatter of the data around a fitted model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scatter {
    /// The sum of squared residuals over the degrees of freedom.
    pub(crate) variance: f64,
    /// The number of data minus the number of fitted parameters.
    pub(crate) degrees: usize,
}

impl Scatter {
    /// Returns whether there are enough degrees of freedom for a comparison.
    pub(crate) fn is_known(&self) -> bool {
        self.degrees >= MIN_DEGREES
    }

    /// Returns whether this scatter is significantly larger than `other`, by an F test at 5 %. Never true if one of
    /// them has fewer than two degrees of freedom.
    ///
    /// The two scatters come from the same data and so are positively correlated. This makes the test conservative.
    pub(crate) fn is_larger_than(&self, other: &Self) -> bool {
        let law = FisherSnedecor::new(self.degrees as f64, other.degrees as f64);
        let is_significant = law.is_ok_and(|law| law.sf(self.variance / other.variance) < LEVEL);
        self.is_known() && other.is_known() && is_significant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn larger(ratio: f64, degrees: [usize; 2]) -> bool {
        let scatter = |variance, degrees| Scatter { variance, degrees };
        scatter(ratio, degrees[0]).is_larger_than(&scatter(1.0, degrees[1]))
    }

    #[test]
    fn tabulated_quantiles_of_f() {
        // The 95 % quantiles of any table of the F distribution.
        for (degrees, quantile) in [([2, 2], 19.0), ([4, 4], 6.388), ([10, 10], 2.978), ([3, 2], 19.164)] {
            assert!(!larger(quantile - 0.01, degrees) && larger(quantile + 0.01, degrees), "{degrees:?}");
        }
    }

    #[test]
    fn single_degree_of_freedom_decides_nothing() {
        assert!(!larger(1e9, [1, 1]) && !larger(1e9, [2, 1]) && !larger(1e9, [1, 2]));
    }
}
