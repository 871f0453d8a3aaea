//! The choice between models that were fitted to the same data.

/// Differences in AICc below this do not tell models apart (Burnham and Anderson, "Model selection and multimodel
/// inference", 2002).
pub const INDISTINGUISHABLE: f64 = 2.0;

/// AICc: 2 k - 2 ln L + 2 k (k + 1) / (n - k - 1) for n data, k parameters and twice the negative log-likelihood
/// `deviance`. `None` where n <= k + 1, for which it does not exist.
///
/// Source: Hurvich and Tsai, "Regression and time series model selection in small samples", 1989.
pub(crate) fn aicc(data: usize, parameters: usize, deviance: f64) -> Option<f64> {
    let (n, k) = (data as f64, parameters as f64);
    (n > k + 1.0).then(|| deviance + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0))
}

/// The models that cannot be distinguished from the best one, best first: places in `criteria`, whose least value is
/// best.
#[must_use]
pub fn best_models(criteria: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..criteria.len()).collect();
    places.sort_by(|a, b| criteria[*a].total_cmp(&criteria[*b]));
    let Some(&best) = places.first() else { return places };
    places.retain(|place| criteria[*place] - criteria[best] < INDISTINGUISHABLE);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_data_have_no_criterion() {
        assert_eq!(aicc(4, 3, 1.0), None);
        assert_eq!(aicc(5, 3, 1.0), Some(1.0 + 6.0 + 24.0));
    }

    #[test]
    fn near_models_are_not_told_apart() {
        assert_eq!(best_models(&[5.0, 3.0, 4.9, 9.0]), [1, 2]);
        assert_eq!(best_models(&[5.0, 3.0]), [1]);
        assert!(best_models(&[]).is_empty());
    }
}
