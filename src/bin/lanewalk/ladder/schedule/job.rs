//! The example list as indivisible tasks: predicted and measured schedules, in several orders.

use std::time::{Duration, Instant};

use lanewalk::tasks::{Order, Slot, Tasks, Timeline, floor, imap, imap_unordered, map, simulate};
use lanewalk::{Distances, Error, Exec, FirstPassage, Pin, RunControl, Walk, first_passage};

use super::super::error::LadderError;
use super::super::measure::{Case, Sample, interleave};
use super::super::noise::{floors, largest, refusal};
use super::super::statistics::Interval;
use super::result::{Compared, Load, Schedule, Section, Simulated, Task};

/// The function that returns the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Map,
    Imap,
    ImapUnordered,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::Map, Self::Imap, Self::ImapUnordered];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Imap => "imap",
            Self::ImapUnordered => "imap-unordered",
        }
    }
}

/// The order and chunk of the tasks, and the function that returns their results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) mode: Mode,
    pub(crate) order: Order,
    pub(crate) chunk: usize,
}

/// One task for each distance, each with `samples` walks.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) distances: Vec<f64>,
    pub(crate) samples: u64,
    pub(crate) seed: u64,
    /// The workers.
    pub(crate) exec: Exec,
    pub(crate) workers: usize,
    pub(crate) control: RunControl,
}

/// The example distances.
pub(crate) fn example() -> Vec<f64> {
    (1..=15).map(|place| f64::from(10 * place)).collect()
}

impl Job {
    fn walk(&self, y: f64) -> Walk<Distances> {
        Walk::to(y).samples(self.samples).seed(self.seed)
    }

    /// A task runs only on its own worker.
    pub(super) fn alone(&self) -> Exec {
        self.exec.clone().threads(1).pin(Pin::None)
    }

    /// Predicts the schedule from these costs. Tasks are numbered by their places in the list.
    pub(crate) fn predict(&self, costs: &[f64], variant: Variant, workers: usize) -> Result<Timeline, Error> {
        let places = variant.order.arrange(costs, self.seed);
        let submitted: Vec<f64> = places.iter().map(|&place| costs[place]).collect();
        let mut timeline = simulate(&submitted, workers, variant.chunk)?;
        for slot in &mut timeline.slots {
            slot.task = places[slot.task];
        }
        Ok(timeline)
    }

    /// Runs all tasks in this variant. Returns the measured schedule and the results.
    pub(crate) fn run(&self, costs: &[f64], variant: Variant) -> Result<(Timeline, Vec<FirstPassage>), Error> {
        let (alone, job) = (self.alone(), self.clone());
        let places = 0..self.distances.len();
        let tasks =
            Tasks::arranged(places.clone(), variant.order, self.seed, |&place| costs[place]).chunk(variant.chunk);
        let start = Instant::now();
        let work = move |place: usize| {
            let begun = start.elapsed().as_secs_f64();
            let crossing = first_passage(&job.walk(job.distances[place]), &alone)?.remove(0);
            Ok((begun, start.elapsed().as_secs_f64(), crossing))
        };
        let done = match variant.mode {
            Mode::Map => map(tasks, work, &self.exec)?,
            Mode::Imap => imap(tasks, work, &self.exec)?.collect(),
            Mode::ImapUnordered => imap_unordered(tasks, work, &self.exec)?.collect(),
        };
        if self.control.is_stopped() {
            return Err(Error::Stopped);
        }
        let (mut slots, mut crossings) = (Vec::new(), vec![None; self.distances.len()]);
        for done in done {
            let (begun, ended, crossing) = done.result.unwrap_or_else(|panicked| defect(&panicked))?;
            slots.push(Slot::new(done.index, done.worker, begun, ended));
            crossings[done.index] = Some(crossing);
        }
        let mut submitted = vec![0; places.len()];
        for (number, place) in variant.order.arrange(costs, self.seed).into_iter().enumerate() {
            submitted[place] = number;
        }
        slots.sort_by_key(|slot| submitted[slot.task]);
        Ok((Timeline::new(self.workers, slots), crossings.into_iter().flatten().collect()))
    }

    /// Predicts the schedule and runs it. Returns both, and the digest of the results.
    pub(crate) fn schedule(&self, costs: &[f64], variant: Variant) -> Result<(Schedule, String), Error> {
        let predicted = self.predict(costs, variant, self.workers)?;
        let (measured, crossings) = self.run(costs, variant)?;
        let makespan_s = measured.makespan();
        let worker = |(worker, busy_s)| Load { worker, busy_s, idle_s: (makespan_s - busy_s).max(0.0) };
        let task = |(measured, predicted): (&Slot, &Slot)| Task {
            y: self.distances[measured.task],
            worker: measured.worker,
            start_s: measured.start,
            end_s: measured.end,
            predicted_worker: predicted.worker,
            predicted_start_s: predicted.start,
            predicted_end_s: predicted.end,
        };
        let total_s = costs.iter().sum::<f64>();
        let schedule = Schedule {
            order: variant.order.to_string(),
            chunk: variant.chunk,
            mode: variant.mode.name().to_owned(),
            workers: self.workers,
            makespan_s,
            predicted_s: predicted.makespan(),
            floor_s: floor(costs, self.workers),
            split_s: total_s / self.workers as f64,
            total_s,
            busy: measured.busy().into_iter().enumerate().map(worker).collect(),
            tasks: measured.slots.iter().zip(&predicted.slots).map(task).collect(),
        };
        Ok((schedule, FirstPassage::digest(&crossings)))
    }

    /// All modes and orders with chunks of `chunk`, and the walk engine's own partition, interleaved. Also returns the
    /// number of complete rounds.
    pub(crate) fn compare(
        &self,
        costs: &[f64],
        chunk: usize,
        budget: Duration,
        progress: impl FnMut(f64),
    ) -> Result<(Vec<Compared>, usize), LadderError> {
        let variants: Vec<Variant> = Mode::ALL
            .into_iter()
            .flat_map(|mode| Order::ALL.iter().copied().map(move |order| Variant { mode, order, chunk }))
            .collect();
        let name = |variant: &Variant| format!("{} {}", variant.mode.name(), variant.order);
        let case = |name: String, variant: Variant| {
            Case::new(name, move |_| {
                let (timeline, crossings) = self.run(costs, variant)?;
                let digest = Some(FirstPassage::digest(&crossings));
                Ok(Sample { work: 1.0, seconds: Some(timeline.makespan()), digest })
            })
        };
        let mut cases: Vec<_> = variants.iter().map(|variant| case(name(variant), *variant)).collect();
        // The twin stands beside the first.
        cases.insert(1, case("the first again".to_owned(), variants[0]));
        cases.push(Case::new("split", |_| {
            let walk = Walk::to_each(self.distances.iter().copied()).samples(self.samples).seed(self.seed);
            let crossings = first_passage(&walk, &self.exec)?;
            Ok(Sample { work: 1.0, seconds: None, digest: Some(FirstPassage::digest(&crossings)) })
        }));
        let rounds = interleave(&mut cases, 1, budget, &self.control, progress)?;
        if rounds == 0 {
            return Err(LadderError::Stopped);
        }
        let first = &cases[0].rates;
        let noise_floors = floors([(self.workers, &first[..], &cases[1].rates[..])]);
        let (noise, refused) = (largest(&noise_floors), refusal(rounds, &noise_floors).is_some());
        let mut rows = Vec::with_capacity(variants.len() + 1);
        let compared = cases.iter().enumerate().filter(|(place, _)| *place != 1).map(|(_, case)| case);
        for (place, case) in compared.enumerate() {
            let times: Vec<f64> = case.rates.iter().map(|rate| 1.0 / rate).collect();
            let (Some(time), Some(speedup)) = (Interval::of(&times), Interval::of_ratio(&case.rates, first)) else {
                continue;
            };
            let variant = variants.get(place);
            rows.push(Compared {
                mode: variant.map_or("split", |variant| variant.mode.name()).to_owned(),
                order: variant.map(|variant| variant.order.to_string()),
                chunk: variant.map(|variant| variant.chunk),
                predicted_s: match variant {
                    Some(variant) => self.predict(costs, *variant, self.workers)?.makespan(),
                    None => costs.iter().sum::<f64>() / self.workers as f64,
                },
                makespan_s: time.median,
                makespan_low_s: time.low,
                makespan_high_s: time.high,
                speedup: speedup.median,
                not_significant: place > 0 && (refused || speedup.is_not_significant(noise)),
            });
        }
        Ok((rows, rounds))
    }

    /// The section of a report, measured in about this time.
    pub(crate) fn section(&self, budget: Duration, progress: impl FnMut(f64)) -> Result<Section, LadderError> {
        let costs = self.costs()?;
        let (schedule, digest) = self.schedule(&costs, Variant { mode: Mode::Map, order: Order::Given, chunk: 1 })?;
        let (compared, rounds) = self.compare(&costs, 1, budget, progress)?;
        Ok(Section { samples: self.samples, schedule, compared, rounds, digest })
    }

    /// Every order on this number of workers.
    pub(crate) fn simulate(&self, costs: &[f64], workers: usize, chunk: usize) -> Result<Vec<Simulated>, Error> {
        let total = costs.iter().sum::<f64>();
        let row = |order: Order| {
            let makespan_s = self.predict(costs, Variant { mode: Mode::Map, order, chunk }, workers)?.makespan();
            let speedup = total / makespan_s;
            Ok(Simulated {
                workers,
                order: order.to_string(),
                chunk,
                makespan_s,
                floor_s: floor(costs, workers),
                split_s: total / workers as f64,
                speedup,
                efficiency: speedup / workers as f64,
            })
        };
        Order::ALL.iter().copied().map(row).collect()
    }

    /// The order and chunk with the shortest makespan for these costs; the simplest of equals.
    pub(crate) fn best(&self, costs: &[f64]) -> Result<(Variant, f64), Error> {
        let mut best = None;
        // No chunk beyond an even share can be better than an even share.
        for chunk in 1..=self.distances.len().div_ceil(self.workers).min(64) {
            for order in [Order::Given, Order::Longest, Order::Shortest] {
                let variant = Variant { mode: Mode::Map, order, chunk };
                let makespan = self.predict(costs, variant, self.workers)?.makespan();
                if best.is_none_or(|(_, least)| makespan < least * (1.0 - 1e-9)) {
                    best = Some((variant, makespan));
                }
            }
        }
        Ok(best.unwrap_or_else(|| defect(&"no task")))
    }
}

/// A task does not panic, and there is at least one.
pub(super) fn defect(what: &impl ToString) -> ! {
    unreachable!("a defect of a task: {}", what.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(distances: &[f64]) -> Job {
        let workers = if cfg!(feature = "threads") { 2 } else { 1 };
        Job {
            distances: distances.to_vec(),
            samples: 50,
            seed: 1,
            exec: Exec::default().threads(workers),
            workers,
            control: RunControl::default(),
        }
    }

    #[test]
    fn all_variants_give_the_same_walks() {
        let job = job(&[5.0, 3.0, 8.0, 1.0]);
        let costs = job.costs().unwrap();
        assert!(costs.iter().all(|cost| *cost > 0.0) && costs[2] > costs[1]);
        let expected = FirstPassage::digest(
            &first_passage(&Walk::to_each(job.distances.clone()).samples(50), &Exec::default()).unwrap(),
        );
        for mode in Mode::ALL {
            for &order in Order::ALL {
                for chunk in [1, 3, 9] {
                    let (schedule, digest) = job.schedule(&costs, Variant { mode, order, chunk }).unwrap();
                    assert_eq!(digest, expected, "{mode:?} {order} {chunk}");
                    assert_eq!(schedule.tasks.len(), 4);
                    let busy: f64 = schedule.busy.iter().map(|worker| worker.busy_s).sum();
                    let tasks: f64 = schedule.tasks.iter().map(|task| task.end_s - task.start_s).sum();
                    assert!((busy - tasks).abs() < 1e-9 && busy <= job.workers as f64 * schedule.makespan_s + 1e-9);
                    assert!(schedule.predicted_s >= schedule.floor_s * (1.0 - 1e-9));
                    if order == Order::Longest {
                        let submitted: Vec<f64> = schedule.tasks.iter().map(|task| task.y).collect();
                        assert_eq!(submitted, [8.0, 5.0, 3.0, 1.0]);
                    }
                }
            }
        }
    }

    #[test]
    fn longest_first_is_best_for_the_example_list() {
        let job = Job { workers: 2, ..job(&[1.0, 1.0, 1.0, 3.0]) };
        let (variant, makespan) = job.best(&[1.0, 1.0, 1.0, 3.0]).unwrap();
        assert_eq!((variant.order, variant.chunk), (Order::Longest, 1));
        assert!((makespan - 3.0).abs() < 1e-12);
        let rows = job.simulate(&[1.0, 1.0, 1.0, 3.0], 15, 1).unwrap();
        assert!(rows.iter().all(|row| (row.makespan_s - 3.0).abs() < 1e-12 && (row.speedup - 2.0).abs() < 1e-12));
        assert!(rows.iter().all(|row| (row.split_s - 0.4).abs() < 1e-12 && (row.floor_s - 3.0).abs() < 1e-12));
    }

    #[test]
    fn comparison_has_all_variants_and_the_engine() {
        let job = job(&[2.0, 4.0]);
        let costs = job.costs().unwrap();
        let (rows, rounds) = job.compare(&costs, 1, Duration::from_millis(1), |_| ()).unwrap();
        assert_eq!(rows.len(), 13);
        assert!((1..=21).contains(&rounds), "{rounds}");
        assert_eq!((rows[0].speedup.to_bits(), rows[0].not_significant), (1.0_f64.to_bits(), false));
        assert_eq!((rows[12].mode.as_str(), rows[12].order.as_ref()), ("split", None));
    }
}
