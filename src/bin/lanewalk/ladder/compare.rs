//! The comparison of two ladders, rung by rung.

use serde::Serialize;

use super::result::{Ladder, Rung};
use super::statistics::Interval;

/// The change of a rung between two reports.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub(crate) struct Change {
    pub(crate) workload: String,
    pub(crate) name: String,
    pub(crate) rate_a: Option<f64>,
    pub(crate) rate_b: Option<f64>,
    /// The rate of B over the rate of A, with its interval.
    pub(crate) ratio: Option<f64>,
    pub(crate) ratio_low: Option<f64>,
    pub(crate) ratio_high: Option<f64>,
    /// The larger of both reports' noise floors on this number of threads.
    pub(crate) noise_floor: f64,
    pub(crate) verdict: Verdict,
}

#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Faster,
    Slower,
    NotSignificant,
    OnlyInA,
    OnlyInB,
}

impl Verdict {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::NotSignificant => "not significant",
            Self::OnlyInA => "only in A",
            Self::OnlyInB => "only in B",
        }
    }
}

/// All rungs of both reports, those of A first.
///
/// The two reports were not interleaved. So a difference is significant only if it is beyond both rates' own intervals
/// and beyond both noise floors.
pub(crate) fn compare(a: &Ladder, b: &Ladder) -> Vec<Change> {
    let same = |one: &Rung, other: &Rung| one.workload == other.workload && one.name == other.name;
    let mut changes: Vec<Change> = Vec::new();
    for rung in &a.rungs {
        changes.push(change(a, b, Some(rung), b.rungs.iter().find(|other| same(rung, other))));
    }
    for rung in b.rungs.iter().filter(|rung| !a.rungs.iter().any(|other| same(rung, other))) {
        changes.push(change(a, b, None, Some(rung)));
    }
    changes
}

/// The rungs that are significantly slower in B, by more than this share of the rate in A.
pub(crate) fn slower_by_more_than(changes: &[Change], share: f64) -> Vec<&Change> {
    let is_slower =
        |change: &&Change| change.verdict == Verdict::Slower && change.ratio.is_some_and(|ratio| ratio < 1.0 - share);
    changes.iter().filter(is_slower).collect()
}

fn change(a: &Ladder, b: &Ladder, in_a: Option<&Rung>, in_b: Option<&Rung>) -> Change {
    let rung = in_a.or(in_b).expect("a rung of one of them");
    let floor = |ladder: &Ladder| ladder.noise_floor(&rung.workload, rung.threads);
    let noise_floor = floor(a).max(floor(b));
    let both = in_a.zip(in_b);
    let ratio = both.map(|(a, b)| Interval {
        median: b.rate / a.rate,
        low: b.rate_low / a.rate_high,
        high: b.rate_high / a.rate_low,
    });
    let verdict = match (in_a, in_b, ratio) {
        (_, None, _) => Verdict::OnlyInA,
        (None, _, _) => Verdict::OnlyInB,
        (_, _, Some(ratio)) if !ratio.is_not_significant(noise_floor) => {
            if ratio.median > 1.0 {
                Verdict::Faster
            } else {
                Verdict::Slower
            }
        }
        _ => Verdict::NotSignificant,
    };
    Change {
        workload: rung.workload.clone(),
        name: rung.name.clone(),
        rate_a: in_a.map(|rung| rung.rate),
        rate_b: in_b.map(|rung| rung.rate),
        ratio: ratio.map(|ratio| ratio.median),
        ratio_low: ratio.map(|ratio| ratio.low),
        ratio_high: ratio.map(|ratio| ratio.high),
        noise_floor,
        verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn significant_differences_exceed_intervals_and_noise_floor() {
        let a = fixture::ladder();
        let verdict = |scale: f64, narrow: f64, floor: f64| {
            let mut b = fixture::ladder();
            b.summaries[0].noise_floors.iter_mut().for_each(|each| each.noise_floor = floor);
            let mut a = a.clone();
            for rung in a.rungs.iter_mut().chain(&mut b.rungs) {
                (rung.rate_low, rung.rate_high) = (rung.rate / narrow, rung.rate * narrow);
            }
            for rung in &mut b.rungs {
                (rung.rate, rung.rate_low, rung.rate_high) =
                    (scale * rung.rate, scale * rung.rate_low, scale * rung.rate_high);
            }
            let changes = compare(&a, &b);
            assert!(changes.iter().all(|change| (change.ratio.unwrap() / scale - 1.0).abs() < 1e-12));
            assert!(changes.iter().all(|change| change.verdict == changes[0].verdict));
            changes[0].verdict
        };
        assert_eq!(verdict(1.0, 1.01, 0.01), Verdict::NotSignificant);
        assert_eq!(verdict(1.2, 1.01, 0.01), Verdict::Faster);
        assert_eq!(verdict(0.8, 1.01, 0.01), Verdict::Slower);
        assert_eq!(verdict(1.2, 1.2, 0.01), Verdict::NotSignificant, "within the rates' own intervals");
        assert_eq!(verdict(1.2, 1.01, 0.3), Verdict::NotSignificant, "within the noise floor");
    }

    #[test]
    fn only_significant_losses_beyond_the_share_count() {
        let change = |ratio: f64, verdict| Change {
            workload: "walk".to_owned(),
            name: "scalar".to_owned(),
            rate_a: Some(1.0),
            rate_b: Some(ratio),
            ratio: Some(ratio),
            ratio_low: Some(ratio),
            ratio_high: Some(ratio),
            noise_floor: 0.0,
            verdict,
        };
        let slower = |ratio, verdict| !slower_by_more_than(&[change(ratio, verdict)], 0.05).is_empty();
        assert!(slower(0.94, Verdict::Slower) && !slower(0.96, Verdict::Slower));
        assert!(!slower(0.5, Verdict::NotSignificant) && !slower(1.5, Verdict::Faster));
        let missing = Change { ratio: None, ..change(0.5, Verdict::OnlyInA) };
        assert!(slower_by_more_than(&[missing], 0.05).is_empty());
    }

    #[test]
    fn rungs_of_only_one_report_are_listed() {
        let (a, mut b) = (fixture::ladder(), fixture::ladder());
        b.rungs.remove(0);
        b.rungs[0].name = "new".to_owned();
        let verdicts: Vec<_> = compare(&a, &b).iter().map(|change| change.verdict).collect();
        let expected =
            [Verdict::OnlyInA, Verdict::OnlyInA, Verdict::NotSignificant, Verdict::NotSignificant, Verdict::OnlyInB];
        assert_eq!(verdicts, expected);
    }
}
