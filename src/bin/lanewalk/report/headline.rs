//! The result of a workload in one sentence.

use super::significant;
use crate::ladder::result::{Ladder, Summary};

/// "16.2 times as fast by lanes, 2.0 by cores, 80 000 by the algorithm". Without a better algorithm, the gain of the
/// topmost rung. `None` if the noise allows no factors.
pub(crate) fn headline(ladder: &Ladder, summary: &Summary) -> Option<String> {
    if summary.refusal.is_some() {
        return None;
    }
    if let Some(factors) = ladder.factors_of(&summary.workload) {
        let [vector, cores, algorithm] =
            [&factors.vector, &factors.cores, &factors.algorithm].map(|factor| rounded(factor.median));
        return Some(format!("{vector} times as fast by lanes, {cores} by cores, {algorithm} by the algorithm"));
    }
    let top = ladder.rungs_of(&summary.workload).last()?;
    Some(format!("{} times as fast as the scalar loop with {}", rounded(top.speedup?), top.name))
}

/// Two digits, or three of a number of several digits; thousands are grouped.
fn rounded(factor: f64) -> String {
    if factor < 10.0 {
        return significant(factor, 2);
    }
    let unit = 10_f64.powf(factor.log10().floor() - if factor < 1e4 { 2.0 } else { 1.0 });
    if unit < 1.0 {
        return significant(factor, 3);
    }
    let digits = format!("{:.0}", (factor / unit).round() * unit);
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    if digits.len() > 4 { grouped.collect::<Vec<_>>().join(" ") } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_sentence_for_a_workload() {
        let found = fixture::ladder();
        let line = headline(&found, &found.summaries[0]).unwrap();
        assert_eq!(line, "8.0 times as fast by lanes, 1.0 by cores, 70 000 by the algorithm");
        let mut without = found.clone();
        without.factors.clear();
        let line = headline(&without, &without.summaries[0]).unwrap();
        assert_eq!(line, "8.1 times as fast as the scalar loop with 2 threads pinned");
        let busy = fixture::busy_ladder();
        assert_eq!(headline(&busy, &busy.summaries[0]), None);
    }

    #[test]
    fn factors_are_rounded() {
        let numbers = [0.987, 2.04, 16.16, 123.4, 9876.0, 75_077.0, 1_007_740.0].map(rounded);
        assert_eq!(numbers, ["0.99", "2.0", "16.2", "123", "9880", "75 000", "1 000 000"]);
    }
}
