//! The results of a ladder: the rows of every table, file and plot.

use serde::{Deserialize, Serialize};

use super::host::Host;
use super::measure::RoundTimes;
use super::noise::{Floor, floor_of, refusal};
use super::scale::Scaling;
use super::schedule::Section;
use super::statistics::Interval;
use crate::report::Exec;

/// The version of the format. A reader of an older version does not understand a newer report.
pub(crate) const SCHEMA: u32 = 1;

/// A whole run, over one or more workloads. This is `ladder.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ladder {
    /// [`SCHEMA`]; 0 in reports of earlier versions.
    #[serde(default)]
    pub(crate) schema: u32,
    pub(crate) command: String,
    pub(crate) version: String,
    pub(crate) seed: String,
    /// The configuration of the topmost rung.
    pub(crate) exec: Exec,
    /// The digest of the first workload; each rung has its own.
    pub(crate) digest: String,
    pub(crate) elapsed_s: f64,
    /// "walk", "pi" or "all"
    pub(crate) workload: String,
    /// Whether it was stopped early: the results are correct, but not complete.
    pub(crate) stopped: bool,
    pub(crate) host: Host,
    /// The rungs of all workloads, in order.
    pub(crate) rungs: Vec<Rung>,
    pub(crate) efficiency: Vec<Efficiency>,
    pub(crate) factors: Vec<Factors>,
    pub(crate) accuracy: Vec<Accuracy>,
    pub(crate) summaries: Vec<Summary>,
    /// For a report's workloads; empty in reports of earlier versions.
    #[serde(default)]
    pub(crate) scaling: Vec<Scaling>,
    /// For a report that includes the walk.
    #[serde(default)]
    pub(crate) schedule: Option<Section>,
    /// The times of every round: rungs, twins, ceilings and the better algorithms.
    #[serde(default)]
    pub(crate) round_times: Vec<RoundTimes>,
    /// The reason why there are no hardware counters.
    #[serde(default)]
    pub(crate) no_counters: Option<String>,
}

/// One row of the ladder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rung {
    pub(crate) workload: String,
    pub(crate) name: String,
    /// `None` for Python and NumPy, which have no layers.
    pub(crate) layer: Option<String>,
    pub(crate) isa: Option<String>,
    pub(crate) threads: usize,
    pub(crate) pinned: bool,
    /// Work per second: the median over the rounds, and its interval.
    pub(crate) rate: f64,
    pub(crate) rate_low: f64,
    pub(crate) rate_high: f64,
    /// The ratio to the previous rung; `None` for the first.
    pub(crate) step_speedup: Option<f64>,
    pub(crate) step_low: Option<f64>,
    pub(crate) step_high: Option<f64>,
    /// Whether that step is not significant.
    pub(crate) not_significant: bool,
    /// The ratio to the scalar rung.
    pub(crate) speedup: Option<f64>,
    pub(crate) speedup_low: Option<f64>,
    pub(crate) speedup_high: Option<f64>,
    /// Speedup over lanes, for the simd rungs on one thread.
    pub(crate) vector_efficiency: Option<f64>,
    /// Speedup over the best rung on one thread, divided by the number of threads.
    pub(crate) core_efficiency: Option<f64>,
    /// The rate as a share of the bare kernel's rate.
    pub(crate) ceiling_share: Option<f64>,
    /// Whether that share is significantly above 1: then the calibration is wrong.
    pub(crate) ceiling_failed: bool,
    /// From the hardware counters, for one item of the work; `None` without counters, and for Python and NumPy.
    #[serde(default)]
    pub(crate) cycles_per_item: Option<f64>,
    #[serde(default)]
    pub(crate) instructions_per_item: Option<f64>,
    /// Cycles per second of processor time.
    #[serde(default)]
    pub(crate) clock_hz: Option<f64>,
    pub(crate) digest: Option<String>,
}

/// The efficiency of lanes and cores on the best rungs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Efficiency {
    pub(crate) workload: String,
    pub(crate) vector: Option<f64>,
    pub(crate) core: Option<f64>,
}

/// The separate factors of algorithm, lanes and cores, at equal accuracy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Factors {
    pub(crate) workload: String,
    /// The better algorithm.
    pub(crate) method: String,
    pub(crate) algorithm: Interval,
    pub(crate) vector: Interval,
    pub(crate) cores: Interval,
    /// The product of the three medians.
    pub(crate) product: f64,
    /// The better algorithm on all lanes and cores, over the plain one in the textbook loop.
    pub(crate) total: Interval,
    /// total / product: 1 if the three do not interfere.
    pub(crate) residual: Interval,
    /// The number of plain samples that one sample of the better algorithm is worth.
    pub(crate) samples_worth: f64,
}

/// The seconds to a relative error, for one variant.
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
    /// Extrapolated from a shorter run.
    pub(crate) extrapolated: bool,
}

/// Further information about a workload's run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) workload: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    /// The quantity of the relative accuracies.
    pub(crate) target: String,
    /// The number of samples in each run of a rung, and their unit.
    pub(crate) samples: u64,
    pub(crate) sample_unit: String,
    /// Operations of one item of the rate in the textbook loop, and the bytes that it moves to and from memory.
    pub(crate) operations_per_item: f64,
    pub(crate) bytes_per_item: f64,
    /// The bits of an element of the vector kernel; 64 in reports of earlier versions.
    #[serde(default = "word")]
    pub(crate) element_bits: usize,
    /// Rounds of Python and NumPy, if they are available.
    pub(crate) baseline_rounds: Option<usize>,
    pub(crate) rounds: usize,
    /// The largest noise floor, and that of each number of threads; none in reports of earlier versions.
    pub(crate) noise_floor: f64,
    #[serde(default)]
    pub(crate) noise_floors: Vec<Floor>,
    /// The reason why the noise allows no ratios.
    #[serde(default)]
    pub(crate) refusal: Option<String>,
    /// Notes for the reader: a busy machine, a missing Python, an early end.
    pub(crate) notes: Vec<String>,
}

fn word() -> usize {
    64
}

impl Summary {
    /// The noise floors. A report of an earlier version has one.
    fn floors(&self) -> Vec<Floor> {
        if self.noise_floors.is_empty() {
            return vec![Floor { threads: 1, noise_floor: self.noise_floor }];
        }
        self.noise_floors.clone()
    }
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

    /// The noise floor of a workload's rungs on this number of threads.
    pub(crate) fn noise_floor(&self, workload: &str, threads: usize) -> f64 {
        let summary = self.summaries.iter().find(|summary| summary.workload == workload);
        summary.map_or(0.0, |summary| floor_of(&summary.floors(), threads))
    }

    /// The reason why the noise of a workload allows no comparison with another report.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.summaries.iter().find_map(|summary| {
            let why = refusal(summary.rounds, &summary.floors())?;
            Some(format!("{}: {why}", summary.workload))
        })
    }

    /// Checks whether a run can have written this: ordered rates, a noise floor, and text without control characters.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.schema > SCHEMA {
            return Err(format!("its schema {} is newer than {SCHEMA}, that of this version", self.schema));
        }
        for rung in &self.rungs {
            let Rung { name, rate, rate_low, rate_high, .. } = rung;
            if !(*rate_low > 0.0 && rate_low <= rate && rate <= rate_high && rate_high.is_finite()) {
                return Err(format!("the rates of {name:?} are not ascending: {rate_low}, {rate}, {rate_high}"));
            }
            let same = |other: &&Rung| other.workload == rung.workload && other.name == *name;
            if self.rungs.iter().filter(same).count() > 1 {
                return Err(format!("the rung {name:?} occurs twice"));
            }
        }
        for summary in &self.summaries {
            let floors = summary.noise_floors.iter().map(|floor| floor.noise_floor);
            if let Some(floor) = floors.chain([summary.noise_floor]).find(|floor| !(0.0..f64::INFINITY).contains(floor))
            {
                return Err(format!("the noise floor {floor} is not a finite number, at least 0"));
            }
        }
        let names = self.rungs.iter().flat_map(|rung| [&rung.workload, &rung.name]);
        let mut texts = names.chain([&self.version]).chain(self.host.texts());
        match texts.find(|text| text.chars().any(char::is_control)) {
            Some(text) => Err(format!("{text:?} contains control characters")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SCHEMA;
    use crate::report::fixture;

    #[test]
    fn reports_of_earlier_versions_are_read() {
        let mut report = serde_json::to_value(fixture::ladder()).unwrap();
        let again: super::Ladder = serde_json::from_value(report.clone()).unwrap();
        assert_eq!(again.scaling[0].points.len(), fixture::scaling().points.len());
        for newer in ["scaling", "schema", "round_times", "no_counters"] {
            assert!(report.as_object_mut().unwrap().remove(newer).is_some());
        }
        let host = report["host"].as_object_mut().unwrap();
        host.retain(|name, _| !["kernel", "governor", "clock_hz", "rustc", "flags", "date"].contains(&name.as_str()));
        let older: super::Ladder = serde_json::from_value(report).unwrap();
        assert!(older.scaling.is_empty() && older.rungs.len() == again.rungs.len());
    }

    #[test]
    fn a_noisy_report_allows_no_comparison() {
        let mut quiet = fixture::ladder();
        assert_eq!(quiet.refusal(), None);
        let floors = [1, 2, 4].map(|threads| format!("{}", quiet.noise_floor("walk", threads)));
        assert_eq!(floors, ["0.013", "0.021", "0.021"]);
        let busy = fixture::busy_ladder();
        assert_eq!(
            busy.refusal().unwrap(),
            "walk: the noise floor is 748 % on 2 threads, above the limit of 25 %",
            "the floor on one thread is small"
        );
        // A report of an earlier version has one floor.
        quiet.summaries[0].noise_floors.clear();
        quiet.summaries[0].noise_floor = 3.63;
        assert!(quiet.refusal().unwrap().contains("363 % on 1 thread"));
        (quiet.summaries[0].noise_floor, quiet.summaries[0].rounds) = (0.01, 2);
        assert!(quiet.refusal().unwrap().contains("2 rounds are too few"));
    }

    type Spoil = fn(&mut super::Ladder);

    #[test]
    fn invalid_reports_are_refused() {
        assert_eq!(fixture::ladder().check(), Ok(()));
        let spoils: [Spoil; 9] = [
            |ladder| ladder.rungs[1].rate_low = -1.0,
            |ladder| ladder.rungs[1].rate_low = 2.0 * ladder.rungs[1].rate,
            |ladder| ladder.rungs[1].rate_high = f64::NAN,
            |ladder| ladder.rungs[1].name = ladder.rungs[0].name.clone(),
            |ladder| ladder.summaries[0].noise_floor = -3.0,
            |ladder| ladder.summaries[0].noise_floors[1].noise_floor = f64::NAN,
            |ladder| ladder.host.cpu = "\u{1b}[31m".to_owned(),
            |ladder| ladder.host.flags = Some("\u{1b}[31m".to_owned()),
            |ladder| ladder.schema = SCHEMA + 1,
        ];
        for spoil in spoils {
            let mut spoilt = fixture::ladder();
            spoil(&mut spoilt);
            assert!(spoilt.check().is_err());
        }
    }
}
