//! The choice between models that were fitted to the same data.

/// Models whose AICc differs by less than this value are not distinguished (Burnham and Anderson, "Model selection and
/// multimodel inference", 2002).
pub const INDISTINGUISHABLE: f64 = 2.0;

/// AICc: 2 k - 2 ln L + 2 k (k + 1) / (n - k - 1) for n data, k parameters and twice the negative log-likelihood
/// `deviance`. `None` if n <= k + 1, for which AICc is undefined.
///
/// Source: Hurvich and Tsai, "Regression and time series model selection in small samples", 1989.
pub(crate) fn aicc(data: usize, parameters: usize, deviance: f64) -> Option<f64> {
    let (n, k) = (data as f64, parameters as f64);
    (n > k + 1.0).then(|| deviance + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0))
}

/// The models that cannot be distinguished from the best one, as indices into `criteria`. The best model has the
/// smallest value and comes first.
#[must_use]
pub fn best_models(criteria: &[f64]) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..criteria.len()).collect();
    indices.sort_by(|a, b| criteria[*a].total_cmp(&criteria[*b]));
    let Some(&best) = indices.first() else { return indices };
    indices.retain(|index| criteria[*index] - criteria[best] < INDISTINGUISHABLE);
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_data_have_no_aicc() {
        assert_eq!(aicc(4, 3, 1.0), None);
        assert_eq!(aicc(5, 3, 1.0), Some(1.0 + 6.0 + 24.0));
    }

    #[test]
    fn similar_models_are_not_distinguished() {
        assert_eq!(best_models(&[5.0, 3.0, 4.9, 9.0]), [1, 2]);
        assert_eq!(best_models(&[5.0, 3.0]), [1]);
        assert!(best_models(&[]).is_empty());
    }
}
