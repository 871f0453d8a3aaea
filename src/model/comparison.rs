//! The comparison of laws that were fitted to the same timings.
//!
//! Without coherency, the universal scalability law is Amdahl's law. So the interval of the coherency decides between
//! these two: Amdahl's law is contradicted if and only if the interval lies above zero. This is the F test of the
//! additional parameter. All other pairs are compared by the scatter of the timings around the laws: a law is
//! contradicted if its scatter is significantly larger than that of another law, by an F test of the two variances.
//!
//! Both tests are valid for every number of timings. Information criteria are not: at six timings, AICc raises
//! the penalty of one parameter from 2 to 30, and outweighs an interval that excludes zero.

use std::fmt;

use super::amdahl::Amdahl;
use super::critical_path::CriticalPath;
use super::fit::Fit;
use super::gustafson::Gustafson;
use super::timing::Model;
use super::usl::Usl;
use crate::stats::Scatter;

/// The laws that timings contradict, and those that they do not.
///
/// A true law is contradicted in at most 5 % of sets of timings with normal noise; a test checks this for 3 to 12
/// timings.
///
/// ```
/// use lanewalk::model::{Amdahl, Comparison, CriticalPath, Gustafson, Timing, Usl};
///
/// // Each further worker costs 0.5 s.
/// let timing = |(w, noise): (u64, f64)| Timing::new(w, noise * (2.0 + 30.0 / w as f64 + 0.5 * w as f64));
/// let noise = [(1, 1.01), (2, 0.99), (3, 1.0), (4, 0.99), (6, 1.01), (8, 1.0)];
/// let timings = noise.into_iter().map(timing).collect::<lanewalk::Result<Vec<_>>>()?;
/// let (amdahl, usl) = (Amdahl::fit(&timings).ok(), Usl::fit(&timings).ok());
/// let compared = Comparison::new(amdahl.as_ref(), None, None, usl.as_ref());
/// assert_eq!((compared.has_coherency, compared.best()), (Some(true), Some("universal scalability")));
/// assert_eq!(compared.contradicted, ["Amdahl"]);
/// # Ok::<(), lanewalk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// The laws that the timings do not contradict, the simplest first. Universal scalability is absent if its
    /// coherency is not significant: then it adds nothing to Amdahl's law.
    pub possible: Vec<&'static str>,
    /// The laws whose scatter is significantly larger, and Amdahl's law if the coherency is significant.
    pub contradicted: Vec<&'static str>,
    /// Whether the 95 % interval of the coherency lies above zero. `None` unless both Amdahl's law and universal
    /// scalability were fitted.
    pub has_coherency: Option<bool>,
    /// Whether no two of the remaining laws could be compared.
    too_few: bool,
}

impl Comparison {
    /// Compares the laws that could be fitted to the same timings.
    #[must_use]
    pub fn new(
        amdahl: Option<&Fit<Amdahl>>,
        gustafson: Option<&Fit<Gustafson>>,
        critical_path: Option<&Fit<CriticalPath>>,
        usl: Option<&Fit<Usl>>,
    ) -> Self {
        let has_coherency = amdahl.zip(usl).map(|(_, usl)| usl.has_coherency());
        // The split between work and span is a number that the fit has selected, too.
        let candidates = [
            amdahl.filter(|_| has_coherency != Some(true)).map(|fit| scatter(fit, 0)),
            gustafson.map(|fit| scatter(fit, 0)),
            critical_path.map(|fit| scatter(fit, 1)),
            usl.filter(|_| has_coherency != Some(false)).map(|fit| scatter(fit, 0)),
        ];
        let candidates: Vec<_> = candidates.into_iter().flatten().collect();
        let is_possible =
            |candidate: &(_, Scatter)| !candidates.iter().any(|other| candidate.1.is_larger_than(&other.1));
        let too_few = candidates.iter().filter(|law| law.1.is_known()).count() < 2;
        let (possible, contradicted): (Vec<_>, Vec<_>) = candidates.iter().partition(|law| is_possible(law));
        let names = |laws: Vec<(&'static str, Scatter)>| laws.into_iter().map(|law| law.0);
        let amdahl = (has_coherency == Some(true)).then_some(Amdahl::NAME);
        Self {
            possible: names(possible).collect(),
            contradicted: amdahl.into_iter().chain(names(contradicted)).collect(),
            has_coherency,
            too_few,
        }
    }

    /// The only law that is left, if it was compared with another one.
    #[must_use]
    pub fn best(&self) -> Option<&'static str> {
        let compared = self.has_coherency.is_some() || !self.contradicted.is_empty();
        let [only] = self.possible[..] else { return None };
        compared.then_some(only)
    }
}

/// The comparison as a sentence without its full stop.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = "universal scalability adds nothing: its coherency is not significantly above 0";
        match (&self.possible[..], self.has_coherency) {
            ([], _) => return f.write_str("no law could be fitted to these timings"),
            ([_], None) if self.contradicted.is_empty() => {
                return f.write_str("only one law could be fitted, so there is no comparison");
            }
            ([Usl::NAME], Some(true)) => write!(f, "best: {}: its coherency is above 0", Usl::NAME)?,
            ([Amdahl::NAME], Some(false)) => write!(f, "{} suffices: {nothing}", Amdahl::NAME)?,
            ([only], _) => write!(f, "best: {only}")?,
            (several, has_coherency) => {
                write!(f, "cannot be distinguished: {}", several.join(", "))?;
                if self.too_few {
                    f.write_str(" (too few timings to compare them)")?;
                }
                if has_coherency == Some(false) {
                    write!(f, "; {nothing}")?;
                }
            }
        }
        if !self.contradicted.is_empty() {
            write!(f, "; contradicted: {}", self.contradicted.join(", "))?;
        }
        Ok(())
    }
}

fn scatter<M: Model>(fit: &Fit<M>, selected: usize) -> (&'static str, Scatter) {
    (M::NAME, fit.scatter(selected))
}
