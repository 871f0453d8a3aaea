//! Time against threads: the same work on more of them (strong scaling), or more work on more of them (weak scaling).

use std::time::Duration;

use lanewalk::model::karp_flatt;
use lanewalk::{Error, Exec, Machine, Pin, Plan, RunControl};
use serde::{Deserialize, Serialize};

use super::error::LadderError;
use super::fits::Fits;
use super::host::Host;
use super::measure::{Case, RoundTimes, calibrate, disturbances, interleave, rates};
use super::noise::{Floor, floor_of, floors, largest, refusal};
use super::point::Point;
use super::statistics::Interval;
use super::workload::Workload;
use crate::report::counted;

/// The scaling of one workload. Times, ratios and intervals are of the rounds with all points.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Scaling {
    pub(crate) workload: String,
    pub(crate) title: String,
    /// "strong" or "weak"
    pub(crate) kind: String,
    /// Whether it was stopped early.
    pub(crate) stopped: bool,
    /// The samples of one thread, and their unit.
    pub(crate) samples: u64,
    pub(crate) sample_unit: String,
    pub(crate) rounds: usize,
    /// The largest noise floor, and that of each number of threads; none in reports of earlier versions.
    pub(crate) noise_floor: f64,
    #[serde(default)]
    pub(crate) noise_floors: Vec<Floor>,
    /// The reason why the noise allows no ratios.
    #[serde(default)]
    pub(crate) refusal: Option<String>,
    pub(crate) points: Vec<Point>,
    #[serde(flatten)]
    pub(crate) fits: Fits,
    /// The gain from the second threads of the cores, if there are any.
    pub(crate) siblings: Option<Siblings>,
    /// The times of every round; none in reports of earlier versions.
    #[serde(default)]
    pub(crate) round_times: Vec<RoundTimes>,
    pub(crate) notes: Vec<String>,
}

/// All threads of the cores, over one thread for each core.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Siblings {
    pub(crate) cores: usize,
    pub(crate) threads: usize,
    /// The ratio of the rates.
    pub(crate) gain: Interval,
    pub(crate) not_significant: bool,
}

/// The settings of a measurement.
pub(crate) struct Settings<'a> {
    pub(crate) workload: &'static Workload,
    pub(crate) seed: u64,
    /// In ascending order. One thread is always measured: it is the reference of all others.
    /// The execution, without its threads and its pinning.
    pub(crate) exec: Exec,
    pub(crate) threads: Vec<usize>,
    pub(crate) weak: bool,
    pub(crate) budget: Duration,
    pub(crate) control: &'a RunControl,
}

/// Up to this number of threads, every number is measured; beyond it, powers of two.
const EACH: usize = 8;

/// The default numbers of threads up to `most`: each of a few, or powers of two; all; one for each physical core.
pub(crate) fn usual(most: usize, physical_cores: usize) -> Vec<usize> {
    let mut list: Vec<usize> = if most <= EACH {
        (1..=most).collect()
    } else {
        (0..usize::BITS).map(|power| 1 << power).take_while(|&threads| threads < most).collect()
    };
    list.extend([physical_cores.clamp(1, most), most]);
    list.sort_unstable();
    list.dedup();
    list
}

/// A configuration that is a point.
struct Variant {
    threads: usize,
    pin: Pin,
    exec: Exec,
}

/// The end of the name of a twin: the same point once more.
const AGAIN: &str = " again";

impl Variant {
    fn name(&self) -> String {
        format!("{} threads, pin {}", self.threads, self.pin)
    }
}

/// The first variant of each number of threads. These have twins.
fn with_twins(variants: &[Variant]) -> impl Iterator<Item = &Variant> {
    let is_first = |place: usize| place == 0 || variants[place - 1].threads != variants[place].threads;
    variants.iter().enumerate().filter(move |(place, _)| is_first(*place)).map(|(_, variant)| variant)
}

impl Settings<'_> {
    /// Every number of threads, with each kind of pinning that works here and without pinning.
    fn variants(&self, machine: &Machine) -> Result<Vec<Variant>, Error> {
        let mut threads = self.threads.clone();
        if threads.first() != Some(&1) {
            threads.insert(0, 1);
        }
        // On one socket with one node, both orders are much the same.
        let flat = machine.sockets.unwrap_or(1) <= 1 && machine.nodes.len() <= 1;
        let mut variants = Vec::new();
        for threads in threads {
            for pin in Pin::ALL.iter().copied().filter(|pin| *pin != Pin::Spread || !flat) {
                let exec = self.exec.clone().threads(threads).pin(pin).control(self.control);
                if pin == Pin::None || exec.plan()?.is_pinned() {
                    variants.push(Variant { threads, pin, exec });
                }
            }
        }
        Ok(variants)
    }

    /// The plan of the largest number of threads, with the best pinning.
    pub(crate) fn top(&self) -> Result<Plan, Error> {
        self.exec.clone().threads(self.threads.last().copied().unwrap_or(1)).pin(Pin::Compact).plan()
    }

    fn case<'a>(&'a self, variant: &'a Variant, more: &str) -> Case<'a> {
        let name = variant.name() + more;
        let times = if self.weak { variant.threads } else { 1 };
        let run = move |size| Ok((self.workload.run)(times, size, self.seed, &variant.exec)?);
        Case::new(name, run).group(times)
    }

    /// Measures all points interleaved, on the detected `host`.
    ///
    /// # Errors
    /// [`LadderError::Differs`] if the same work has different results, [`LadderError::Stopped`] before the first whole
    /// round.
    pub(crate) fn measure(&self, host: &Host, progress: impl FnMut(f64)) -> Result<Scaling, LadderError> {
        let machine = Machine::detect();
        let variants = self.variants(&machine)?;
        let mut cases = Vec::new();
        for variant in &variants {
            cases.push(self.case(variant, ""));
            // The twin stands beside its point.
            if with_twins(&variants).any(|twin| std::ptr::eq(twin, variant)) {
                cases.push(self.case(variant, AGAIN));
            }
        }
        let (size, budget) = calibrate(&mut cases, self.workload.first_size, self.budget, self.control)?;
        let rounds = interleave(&mut cases, size, budget, self.control, progress)?;
        if rounds == 0 {
            return Err(LadderError::Stopped);
        }
        let rates = |name: &str| rates(&cases, cases.iter().position(|case| case.name == name));
        let twin = |one: &Variant| (one.threads, rates(&one.name()), rates(&(one.name() + AGAIN)));
        let noise_floors = floors(with_twins(&variants).map(twin));
        let refusal = refusal(rounds, &noise_floors);
        let cores = host.usable_threads;
        let measured = Measured {
            settings: self,
            variants: &variants,
            cases: &cases,
            noise_floors: &noise_floors,
            refused: refusal.is_some(),
            cores,
        };
        let points: Vec<_> = (0..variants.len()).filter_map(|place| measured.point(place)).collect();
        let mut notes = Vec::new();
        if self.control.is_stopped() {
            notes.push(format!("stopped after {}", counted(rounds, "complete round")));
        }
        if points.iter().all(|point| point.threads == 1) {
            let why = if cfg!(feature = "threads") { "" } else { " in a build without the feature threads" };
            notes.push(format!("one thread{why}: there is nothing to scale"));
        } else if variants.iter().all(|variant| variant.pin == Pin::None) {
            notes.push("threads could not be pinned: the system places them".to_owned());
        }
        if points.iter().any(|point| point.oversubscribed) {
            notes.push(format!(
                "with more threads than the {} usable cores, the system time-slices them",
                host.usable_threads
            ));
        }
        let held_up = |point: &Point| point.threads == 1 && point.over_unpinned_high.is_some_and(|high| high < 1.0);
        if points.iter().any(|point| held_up(point) && point.not_significant == Some(false)) {
            notes.push(
                "one pinned thread is slower than an unpinned one: its core is shared, so speedups over it are too large"
                    .to_owned(),
            );
        }
        notes.extend(disturbances(host.load, host.usable_threads, cases.iter().map(|case| case.rates.as_slice())));
        Ok(Scaling {
            workload: self.workload.name.to_owned(),
            title: self.workload.title.to_owned(),
            kind: if self.weak { "weak" } else { "strong" }.to_owned(),
            stopped: self.control.is_stopped(),
            samples: size,
            sample_unit: self.workload.sample_unit.to_owned(),
            rounds,
            noise_floor: largest(&noise_floors),
            fits: match &refusal {
                Some(reason) => Fits::refused(reason),
                None => Fits::of(&points, self.weak),
            },
            points,
            siblings: measured.siblings(machine.usable_physical_cores(), machine.threads),
            round_times: cases.iter().map(|case| case.round_times(self.workload.name)).collect(),
            noise_floors,
            refusal,
            notes,
        })
    }
}

/// The measurements of the rounds.
struct Measured<'c> {
    settings: &'c Settings<'c>,
    variants: &'c [Variant],
    cases: &'c [Case<'c>],
    noise_floors: &'c [Floor],
    /// Whether the noise allows no ratios.
    refused: bool,
    cores: usize,
}

impl Measured<'_> {
    /// The rates with this number of threads and this pinning.
    fn rates(&self, threads: usize, pin: Pin) -> Option<&[f64]> {
        let variant = self.variants.iter().find(|variant| variant.threads == threads && variant.pin == pin)?;
        Some(&self.case(variant)?.rates)
    }

    fn case(&self, variant: &Variant) -> Option<&Case<'_>> {
        let name = variant.name();
        self.cases.iter().find(|case| case.name == name)
    }

    /// Speedups are computed within rounds, from rates. In strong scaling the ratio is T(1)/T(w), since the work is the
    /// same. In weak scaling it is w T(1)/T(w), where the work is w times that of one thread only on average: the
    /// lengths of walks are random.
    fn point(&self, place: usize) -> Option<Point> {
        let variant = &self.variants[place];
        let case = self.case(variant)?;
        let rates = &case.rates;
        let threads = variant.threads as f64;
        let work = self.cases[0].work * if self.settings.weak { threads } else { 1.0 };
        let time = Interval::of(&rates.iter().map(|rate| work / rate).collect::<Vec<_>>())?;
        let one = self.rates(1, variant.pin).unwrap_or(&self.cases[0].rates);
        let speedup = Interval::of_ratio(rates, one).filter(|_| !self.refused);
        let oversubscribed = variant.threads > self.cores;
        let fractions = rates.iter().zip(one).filter_map(|(rate, one)| karp_flatt(rate / one, variant.threads as u64));
        // For work that grows, the fraction has another definition. With time-sliced threads it would show the missing
        // cores.
        let karp_flatt = Interval::of(&fractions.collect::<Vec<_>>());
        let karp_flatt = karp_flatt.filter(|_| !self.refused && !self.settings.weak && !oversubscribed);
        let unpinned = self.rates(variant.threads, Pin::None).filter(|_| variant.pin != Pin::None);
        let over_unpinned = unpinned.and_then(|unpinned| Interval::of_ratio(rates, unpinned)).filter(|_| !self.refused);
        let noise_floor = floor_of(self.noise_floors, variant.threads);
        Some(Point {
            workload: self.settings.workload.name.to_owned(),
            threads: variant.threads,
            pin: variant.pin.to_string(),
            oversubscribed,
            time_s: time.median,
            time_low_s: time.low,
            time_high_s: time.high,
            speedup: speedup.map(|speedup| speedup.median),
            speedup_low: speedup.map(|speedup| speedup.low),
            speedup_high: speedup.map(|speedup| speedup.high),
            efficiency: speedup.map(|speedup| speedup.median / threads),
            efficiency_low: speedup.map(|speedup| speedup.low / threads),
            efficiency_high: speedup.map(|speedup| speedup.high / threads),
            karp_flatt: karp_flatt.map(|fraction| fraction.median),
            karp_flatt_low: karp_flatt.map(|fraction| fraction.low),
            karp_flatt_high: karp_flatt.map(|fraction| fraction.high),
            over_unpinned: over_unpinned.map(|ratio| ratio.median),
            over_unpinned_low: over_unpinned.map(|ratio| ratio.low),
            over_unpinned_high: over_unpinned.map(|ratio| ratio.high),
            not_significant: over_unpinned.map(|ratio| ratio.is_not_significant(noise_floor)),
            digest: case.digest.clone(),
        })
    }

    /// Pins use the physical cores first. So the first threads measure these cores, and the additional ones measure
    /// their siblings.
    fn siblings(&self, cores: usize, threads: usize) -> Option<Siblings> {
        let (alone, with) = (self.rates(cores, Pin::Compact)?, self.rates(threads, Pin::Compact)?);
        let gain = Interval::of_ratio(with, alone).filter(|_| cores < threads && !self.refused)?;
        let floor =
            [cores, threads].map(|threads| floor_of(self.noise_floors, threads)).into_iter().fold(0.0, f64::max);
        Some(Siblings { cores, threads, gain, not_significant: gain.is_not_significant(floor) })
    }
}

#[cfg(test)]
impl Point {
    /// A point with a time, and defaults for the rest.
    pub(crate) fn of(threads: usize, time_s: f64) -> Self {
        Self {
            workload: "walk".to_owned(),
            threads,
            pin: "compact".to_owned(),
            oversubscribed: false,
            time_s,
            time_low_s: time_s,
            time_high_s: time_s,
            speedup: Some(1.0),
            speedup_low: Some(1.0),
            speedup_high: Some(1.0),
            efficiency: Some(1.0),
            efficiency_low: Some(1.0),
            efficiency_high: Some(1.0),
            karp_flatt: None,
            karp_flatt_low: None,
            karp_flatt_high: None,
            over_unpinned: None,
            over_unpinned_low: None,
            over_unpinned_high: None,
            not_significant: None,
            digest: None,
        }
    }
}

#[cfg(all(test, feature = "threads"))]
mod tests;
