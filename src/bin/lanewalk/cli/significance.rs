//! The lines below a table of z-scores: how many large ones to expect, and why some are missing.

use std::fmt::Write;

use lanewalk::EstimateWithExact;

use crate::report::significant;

/// P(|z| > 2) of a normal z.
const BEYOND_TWO: f64 = 0.0455;

/// The definition of z.
const MEANING: &str = "z = (estimate - exact) / standard error";

/// The maximum number of names in a line.
const MAX_NAMES: usize = 6;

/// A z-score of a table: the name of its row, its value, and the reason why it is missing.
pub(super) struct Score {
    pub(super) name: String,
    pub(super) z: Option<f64>,
    pub(super) missing: Option<String>,
}

/// The reason why there is no z-score, if there is an exact value to compare with; otherwise the reason why there is no
/// error bar.
pub(super) fn reason(judged: &EstimateWithExact) -> Option<String> {
    if judged.exact.is_none() {
        let estimate = judged.estimate?;
        let has_error = estimate.std_error.is_some() || estimate.interval().is_some();
        let reason = "no exact value is known, and there are too few samples for a standard error";
        return (!has_error).then(|| reason.to_owned());
    }
    judged.missing_z().map(|missing| missing.to_string())
}

/// The lines for these scores. Rows with an error bar and without an exact value have no reason.
pub(super) fn notes(scores: &[Score]) -> String {
    let count = scores.iter().filter(|score| score.z.is_some()).count();
    let mut text = match count {
        0 => String::new(),
        1 => format!("{MEANING}\n"),
        _ => format!("{MEANING}; {}", expected(count)),
    };
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for Score { name, missing, .. } in scores {
        let Some(missing) = missing else { continue };
        match reasons.iter_mut().find(|(reason, _)| reason == missing) {
            Some((_, names)) => names.push(name),
            None => reasons.push((missing, vec![name])),
        }
    }
    for (reason, names) in reasons {
        let more = names.len().saturating_sub(MAX_NAMES);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names = names.iter().take(MAX_NAMES).copied().collect::<Vec<_>>().join(", ");
        _ = writeln!(text, "no z for {names}{rest}: {reason}");
    }
    text
}

/// The line about the number of large z-scores among `count`; empty for one.
pub(super) fn expected(count: usize) -> String {
    if count < 2 {
        return String::new();
    }
    let large = significant(BEYOND_TWO * count as f64, 2);
    format!("by chance, |z| > 2 is expected in {large} of these {count} z-scores\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_error_bar_has_a_reason() {
        use lanewalk::{Exec, Walk, region_exit};
        let mean = |walks| region_exit(&Walk::in_ball(2, 50.0).samples(walks), &Exec::default()).unwrap().mean();
        assert!(reason(&mean(20)).unwrap().starts_with("no exact value is known, and there are too few samples"));
        assert_eq!(reason(&mean(1000)), None);
    }

    #[test]
    fn reasons_are_grouped() {
        let score = |name: &str, z: Option<f64>, missing: Option<&str>| Score {
            name: name.to_owned(),
            z,
            missing: missing.map(str::to_owned),
        };
        let few = Some("z needs 40 samples");
        let scores =
            [score("a", Some(1.0), None), score("b", None, few), score("c", None, few), score("d", None, None)];
        let meaning = "z = (estimate - exact) / standard error";
        assert_eq!(notes(&scores), format!("{meaning}\nno z for b, c: z needs 40 samples\n"));
        let many: Vec<Score> = (0..15).map(|k| score(&k.to_string(), Some(0.5), None)).collect();
        let expected = format!("{meaning}; by chance, |z| > 2 is expected in 0.68 of these 15 z-scores\n");
        assert_eq!(notes(&many), expected);
        let none: Vec<Score> = (0..9).map(|k| score(&k.to_string(), None, few)).collect();
        assert_eq!(notes(&none), "no z for 0, 1, 2, 3, 4, 5 and 3 more: z needs 40 samples\n");
    }
}
