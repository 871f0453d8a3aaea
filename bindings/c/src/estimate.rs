//! Estimates beside their exact values, by name.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::EstimateWithExact;

use crate::handle::required;
use crate::numbers::{LANEWALK_REASON_SIZE, lanewalk_estimate};
use crate::result::{Outcome, lanewalk_result};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

impl From<EstimateWithExact> for lanewalk_estimate {
    fn from(of: EstimateWithExact) -> Self {
        let or_nan = |number: Option<f64>| number.unwrap_or(f64::NAN);
        let (lower, upper) = of.estimate.and_then(|estimate| estimate.interval()).unzip();
        let mut missing_z = [0; LANEWALK_REASON_SIZE];
        if let Some(reason) = of.missing_z() {
            // The last byte stays zero.
            let letters = missing_z[..LANEWALK_REASON_SIZE - 1].iter_mut();
            letters.zip(reason.to_string().bytes()).for_each(|(letter, byte)| *letter = byte as c_char);
        }
        Self {
            value: or_nan(of.estimate.map(|estimate| estimate.value)),
            std_error: or_nan(of.estimate.and_then(|estimate| estimate.std_error)),
            interval_lower: or_nan(lower),
            interval_upper: or_nan(upper),
            exact: or_nan(of.exact),
            exact_relative_error: or_nan(of.exact_relative_error),
            z: or_nan(of.z()),
            missing_z,
        }
    }
}

/// A named estimate of a result.
type Named<'a> = (&'static str, Box<dyn Fn() -> EstimateWithExact + 'a>);

/// The estimates of a row.
fn estimates(outcome: &Outcome, row: usize) -> Vec<Named<'_>> {
    match outcome {
        Outcome::Passages(passages) => vec![("mean", Box::new(move || passages[row].mean()))],
        Outcome::Exit(exit) => vec![
            ("mean", Box::new(|| exit.mean())),
            ("mean_lower", Box::new(|| exit.mean_lower())),
            ("mean_upper", Box::new(|| exit.mean_upper())),
            ("probability_lower", Box::new(|| exit.probability_lower())),
            ("probability_upper", Box::new(|| exit.probability_upper())),
            ("probability_censored", Box::new(|| exit.probability_censored())),
        ],
        Outcome::Region(exit) => {
            vec![("mean", Box::new(|| exit.mean())), ("wald_mean", Box::new(|| exit.wald_mean()))]
        }
        Outcome::Return(back) => vec![
            ("mean", Box::new(|| back.mean())),
            ("mean_returned", Box::new(|| back.mean_returned())),
            ("probability", Box::new(|| back.probability())),
        ],
        Outcome::Pi(tally) => vec![("pi", Box::new(|| tally.estimate_with_exact()))],
        Outcome::Batches(summary) => vec![("pi", Box::new(|| summary.estimate_with_exact()))],
        Outcome::Times(_) => vec![],
    }
}

fn estimate(outcome: &Outcome, row: usize, name: &str) -> Result<EstimateWithExact> {
    let estimates = estimates(outcome, row);
    let found = estimates.iter().find(|(known, _)| *known == name);
    let (_, value) = found.ok_or_else(|| {
        let known: Vec<_> = estimates.iter().map(|(known, _)| *known).collect();
        if known.is_empty() {
            return Failure::invalid(
                "name",
                "a distribution of times has no estimates; use lanewalk_result_quantile or lanewalk_result_survival, \
                 or run the problem with lanewalk_run",
            );
        }
        Failure::invalid("name", format_args!("got '{}', expected one of {}", text::echo(name), known.join(", ")))
    })?;
    Ok(value())
}

/// An estimate of a row, by name. Means are in steps.
///
/// - `lanewalk_first_passage`: "mean"
/// - `lanewalk_first_exit` and its variants: "mean", "mean_lower", "mean_upper"
/// - the same, as probabilities: "probability_lower", "probability_upper", "probability_censored"
/// - `lanewalk_in_ball`, `lanewalk_in_cube`: "mean", "wald_mean"
/// - `lanewalk_first_return_sign` and its variants: "mean", "mean_returned", "probability"
/// - `lanewalk_pi`, `lanewalk_pi_batches`: "pi"
///
/// With a horizon h, "mean" is the mean of the smaller one of T and h. The first call for a problem may compute exact
/// values, in some milliseconds, for returns on a lattice in up to a second; `lanewalk_solve` computes them under a
/// control.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_result_estimate(
    result: Option<&lanewalk_result>,
    row: usize,
    name: *const c_char,
    estimate: Option<&mut MaybeUninit<lanewalk_estimate>>,
) -> lanewalk_status {
    call(|| {
        let result = &required("result", result)?.0;
        let out = required("estimate", estimate)?;
        result.check_row(row)?;
        // SAFETY: the contract makes the text valid.
        let name = unsafe { text::text("name", name) }?;
        out.write(self::estimate(result, row, name)?.into());
        Ok(())
    })
}
