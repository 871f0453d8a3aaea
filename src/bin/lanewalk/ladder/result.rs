//! What a ladder found: the rows of every table, file and plot.

use serde::{Deserialize, Serialize};

use super::host::Host;
use super::scale::Scaling;
use super::schedule::Section;
use super::statistics::Interval;
use crate::report::Exec;

/// A whole run, over one or more workloads. This is `ladder.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ladder {
    pub(crate) command: String,
    pub(crate) version: String,
    pub(crate) seed: String,
    /// How the topmost rung ran.
    pub(crate) exec: Exec,
    /// Of the first workload; each rung carries its own.
    pub(crate) digest: String,
    pub(crate) elapsed_s: f64,
    /// "walk", "pi" or "all"
    pub(crate) workload: String,
    /// Whether it was stopped before its end: what is there is right, but not all.
    pub(crate) stopped: bool,
    pub(crate) host: Host,
    /// The rungs of all workloads, in order.
    pub(crate) rungs: Vec<Rung>,
    pub(crate) efficiency: Vec<Efficiency>,
    pub(crate) factors: Vec<Factors>,
    pub(crate) accuracy: Vec<Accuracy>,
    pub(crate) summaries: Vec<Summary>,
    /// Of a report's workloads; earlier versions measured none.
    #[serde(default)]
    pub(crate) scaling: Vec<Scaling>,
    /// Of a report with the walk.
    #[serde(default)]
    pub(crate) schedule: Option<Section>,
}

/// One row of the ladder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rung {
    pub(crate) workload: String,
    pub(crate) name: String,
    /// Empty for Python and NumPy, which have none of ours.
    pub(crate) layer: Option<String>,
    pub(crate) isa: Option<String>,
    pub(crate) threads: usize,
    pub(crate) pinned: bool,
    /// Work per second: the median over the rounds, and its interval.
    pub(crate) rate: f64,
    pub(crate) rate_low: f64,
    pub(crate) rate_high: f64,
    /// Against the rung before; `None` for the first.
    pub(crate) step_speedup: Option<f64>,
    pub(crate) step_low: Option<f64>,
    pub(crate) step_high: Option<f64>,
    /// Whether that step is within the noise floor.
    pub(crate) no_difference: bool,
    /// Against the scalar rung.
    pub(crate) speedup: Option<f64>,
    pub(crate) speedup_low: Option<f64>,
    pub(crate) speedup_high: Option<f64>,
    /// Speedup over lanes, of the simd rungs on one thread.
    pub(crate) vector_efficiency: Option<f64>,
    /// Speedup against the best rung on one thread, over threads.
    pub(crate) core_efficiency: Option<f64>,
    /// Share of the rate that the same kernel reaches with nothing in its way.
    pub(crate) ceiling_share: Option<f64>,
    /// That share is beyond 1 by more than noise: the calibration is wrong.
    pub(crate) ceiling_failed: bool,
    pub(crate) digest: Option<String>,
}

/// How well lanes and cores are used by the best rungs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Efficiency {
    pub(crate) workload: String,
    pub(crate) vector: Option<f64>,
    pub(crate) core: Option<f64>,
}

/// What algorithm, lanes and cores bring apart from each other, at equal accuracy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Factors {
    pub(crate) workload: String,
    /// The better algorithm.
    pub(crate) method: String,
    pub(crate) algorithm: Interval,
    pub(crate) vector: Interval,
    pub(crate) cores: Interval,
    /// Of the three medians.
    pub(crate) product: f64,
    /// The better algorithm on all lanes and cores, against the plain one in the textbook loop.
    pub(crate) total: Interval,
    /// total / product: 1 if the three do not get in each other's way.
    pub(crate) residual: Interval,
    /// How many plain samples one of the better algorithm is worth.
    pub(crate) samples_worth: f64,
}

/// Seconds to a relative error, for one way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Accuracy {
    pub(crate) workload: String,
    pub(crate) variant: String,
    pub(crate) times: Vec<Time>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Time {
    pub(crate) relative_error: f64,
    pub(crate) seconds: f64,
    /// From a shorter run, not measured.
    pub(crate) extrapolated: bool,
}

/// What else is to be known of a workload's run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) workload: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    /// What relative accuracies are of.
    pub(crate) target: String,
    /// Samples in each run of a rung, and what they are.
    pub(crate) samples: u64,
    pub(crate) sample_unit: String,
    /// Operations of one item of the rate in the textbook loop, and bytes that it moves to and from memory.
    pub(crate) operations_per_item: f64,
    pub(crate) bytes_per_item: f64,
    /// Rounds of Python and NumPy, if they are there.
    pub(crate) baseline_rounds: Option<usize>,
    pub(crate) rounds: usize,
    /// How far from 1 the ratio of a rung to itself may lie.
    pub(crate) noise_floor: f64,
    /// Notes for the reader: a busy machine, a missing Python, an early end.
    pub(crate) notes: Vec<String>,
}

impl Ladder {
    pub(crate) fn rungs_of<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a Rung> {
        self.rungs.iter().filter(move |rung| rung.workload == workload)
    }
    pub(crate) fn accuracy_of<'a>(&'a self, workload: &'a str) -> impl Iterator<Item = &'a Accuracy> {
        self.accuracy.iter().filter(move |row| row.workload == workload)
    }
    pub(crate) fn scaling_of(&self, workload: &str) -> Option<&Scaling> {
        self.scaling.iter().find(|scaling| scaling.workload == workload)
    }
    pub(crate) fn factors_of(&self, workload: &str) -> Option<&Factors> {
        self.factors.iter().find(|factors| factors.workload == workload)
    }

    /// Whether this can be what a run wrote: rates in their order, a floor, and text without control characters.
    pub(crate) fn check(&self) -> Result<(), String> {
        for rung in &self.rungs {
            let Rung { name, rate, rate_low, rate_high, .. } = rung;
            if !(*rate_low > 0.0 && rate_low <= rate && rate <= rate_high && rate_high.is_finite()) {
                return Err(format!("the rates of {name:?} are {rate_low}, {rate}, {rate_high}"));
            }
            let same = |other: &&Rung| other.workload == rung.workload && other.name == *name;
            if self.rungs.iter().filter(same).count() > 1 {
                return Err(format!("{name:?} is there twice"));
            }
        }
        for summary in &self.summaries {
            if !(summary.noise_floor >= 0.0 && summary.noise_floor.is_finite()) {
                return Err(format!("a noise floor is {}", summary.noise_floor));
            }
        }
        let names = self.rungs.iter().flat_map(|rung| [&rung.workload, &rung.name]);
        let mut texts = names.chain([&self.version, &self.host.cpu, &self.host.built_for, &self.host.features]);
        match texts.find(|text| text.chars().any(char::is_control)) {
            Some(text) => Err(format!("{text:?} is no name")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::fixture;

    #[test]
    fn reports_of_before_are_read() {
        let mut report = serde_json::to_value(fixture::ladder()).unwrap();
        let again: super::Ladder = serde_json::from_value(report.clone()).unwrap();
        assert_eq!(again.scaling[0].points.len(), fixture::scaling().points.len());
        assert!(report.as_object_mut().unwrap().remove("scaling").is_some());
        let older: super::Ladder = serde_json::from_value(report).unwrap();
        assert!(older.scaling.is_empty() && older.rungs.len() == again.rungs.len());
    }

    type Spoil = fn(&mut super::Ladder);

    #[test]
    fn what_no_run_wrote_is_told() {
        assert_eq!(fixture::ladder().check(), Ok(()));
        let spoils: [Spoil; 6] = [
            |ladder| ladder.rungs[1].rate_low = -1.0,
            |ladder| ladder.rungs[1].rate_low = 2.0 * ladder.rungs[1].rate,
            |ladder| ladder.rungs[1].rate_high = f64::NAN,
            |ladder| ladder.rungs[1].name = ladder.rungs[0].name.clone(),
            |ladder| ladder.summaries[0].noise_floor = -3.0,
            |ladder| ladder.host.cpu = "\u{1b}[31m".to_owned(),
        ];
        for spoil in spoils {
            let mut spoilt = fixture::ladder();
            spoil(&mut spoilt);
            assert!(spoilt.check().is_err());
        }
    }
}
