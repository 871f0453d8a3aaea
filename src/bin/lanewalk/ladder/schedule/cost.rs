//! The cost of each task, predicted before the run: exact E\[T\], and a rate that is calibrated now.
//!
//! cost(Y) = a n E + b n + c E for n walks of E = E\[T\] steps: a for a step, b for the refill of a lane, c for the end
//! of a task, when the remaining walks no longer fill the lanes. The three follow from runs to the nearest distance
//! and, with two lengths, to the farthest one, on all workers at once, as in the real run.

use std::time::{Duration, Instant};

use lanewalk::tasks::{Tasks, map};
use lanewalk::{Error, Walk, exact_moments, first_passage};
use nalgebra::{Matrix3, Vector3};

use super::job::{Job, defect};
use lanewalk::internal::median;

/// The minimum number of steps of a probe, about ten milliseconds in the fastest layer, and the number of its runs.
const PROBE_STEPS: f64 = 5e7;
const PROBES: usize = 5;

/// The time in which an idle machine reaches its full speed: a few tenths of a second.
const WARM_UP: Duration = Duration::from_millis(300);

/// Beyond this distance the cost of a step stays the same, and a single walk may take for ever.
const MAX_PROBE_DISTANCE: f64 = 300.0;

impl Job {
    /// The expected number of steps of all tasks.
    pub(crate) fn steps(&self) -> Result<f64, Error> {
        let means: Result<Vec<f64>, Error> =
            self.distances.iter().map(|&y| exact_moments(y).map(|exact| exact.mean)).collect();
        Ok(self.samples as f64 * means?.iter().sum::<f64>())
    }

    /// The seconds of each task, in the order of the list.
    pub(crate) fn costs(&self) -> Result<Vec<f64>, Error> {
        let mean = |y: f64| exact_moments(y).map(|exact| exact.mean);
        let nearest = self.distances.iter().copied().fold(MAX_PROBE_DISTANCE, f64::min);
        let farthest = self.distances.iter().copied().fold(0.0, f64::max).min(MAX_PROBE_DISTANCE);
        // A hundredth of the run, within bounds.
        let steps = (0.01 * self.steps()?).clamp(PROBE_STEPS, 8.0 * PROBE_STEPS);
        let many = |mean: f64| (self.samples as f64).min((steps / mean).ceil()).max(1.0) as u64;
        let (near, far) = (mean(nearest)?, mean(farthest)?);
        let probes = [(farthest, many(far)), (farthest, many(far).div_ceil(8)), (nearest, many(near))];
        let found = self.probe(&probes)?;
        let rows = [far, far, near].into_iter().zip(probes).zip(&found);
        let rows: Vec<_> =
            rows.map(|((mean, (_, walks)), &(seconds, steps))| (seconds, steps, walks as f64, mean)).collect();
        let rate = Rate::solve([rows[0], rows[1], rows[2]]);
        let walks = self.samples as f64;
        self.distances.iter().map(|&y| mean(y).map(|mean| rate.seconds(walks * mean, walks, mean))).collect()
    }

    /// Seconds and steps of each of these runs on a worker while all workers run: medians over the runs, means over the
    /// workers.
    fn probe(&self, probes: &[(f64, u64)]) -> Result<Vec<(f64, f64)>, Error> {
        let alone = self.alone();
        let run = |(y, walks): (f64, u64), worker: u64| {
            // The walks differ from those of the run.
            let walk = Walk::to(y).walkers(worker * walks..(worker + 1) * walks).seed(!self.seed);
            let start = Instant::now();
            let steps = first_passage(&walk, &alone)?[0].tally.total_steps as f64;
            Ok((start.elapsed().as_secs_f64(), steps))
        };
        let mut times = vec![vec![Vec::new(); self.workers]; probes.len()];
        let mut steps = vec![vec![0.0; self.workers]; probes.len()];
        let start = Instant::now();
        let mut counted = 0;
        while counted < PROBES {
            // Before that, threads start, caches fill, and clocks reach their steady speed.
            let warm = start.elapsed() > WARM_UP;
            for (place, &probe) in probes.iter().enumerate() {
                for done in map(Tasks::new(0..self.workers as u64), |worker| run(probe, worker), &self.exec)? {
                    let (seconds, count) = done.result.unwrap_or_else(|panicked| defect(&panicked))?;
                    steps[place][done.index] = count;
                    if warm {
                        times[place][done.index].push(seconds);
                    }
                }
            }
            counted += usize::from(warm);
        }
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let medians = times.into_iter().map(|workers| mean(workers.into_iter().map(median).collect()));
        Ok(medians.zip(steps.into_iter().map(mean)).collect())
    }
}

/// The seconds of a step, of a walk and of the end of a task.
struct Rate {
    step: f64,
    walk: f64,
    end: f64,
}

impl Rate {
    /// Fits three runs, each (seconds, steps, walks, E\[T\]); the first two are to one distance. A term that noise
    /// makes negative, or that the runs cannot distinguish, is left out.
    fn solve(runs: [(f64, f64, f64, f64); 3]) -> Self {
        let rows = runs.map(|(_, steps, walks, mean)| [steps, walks, mean]);
        // As shares of each run's time, so that all three have equal weight.
        let matrix = Matrix3::from_fn(|row, column| rows[row][column] / runs[row].0);
        if let Some(found) = matrix.lu().solve(&Vector3::repeat(1.0)) {
            let (step, walk, end) = (found[0], found[1], found[2]);
            if [step, walk, end].iter().all(|value| value.is_finite() && *value >= 0.0) {
                return Self { step, walk, end };
            }
        }
        let [(far, far_steps, far_walks, _), _, (near, near_steps, near_walks, _)] = runs;
        let determinant = far_steps * near_walks - near_steps * far_walks;
        let (step, walk) =
            ((far * near_walks - near * far_walks) / determinant, (far_steps * near - near_steps * far) / determinant);
        if step > 0.0 && walk >= 0.0 && walk.is_finite() {
            return Self { step, walk, end: 0.0 };
        }
        Self { step: far / far_steps, walk: 0.0, end: 0.0 }
    }

    fn seconds(&self, steps: f64, walks: f64, mean: f64) -> f64 {
        self.step * steps + self.walk * walks + self.end * mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_recovers_the_rates() {
        let truth = Rate { step: 2e-10, walk: 3e-8, end: 5e-9 };
        let run = |steps, walks, mean| (truth.seconds(steps, walks, mean), steps, walks, mean);
        let found = Rate::solve([run(5e7, 740.0, 67_768.0), run(1.6e7, 250.0, 67_768.0), run(1e6, 3000.0, 318.0)]);
        for (found, truth) in [(found.step, truth.step), (found.walk, truth.walk), (found.end, truth.end)] {
            assert!((found / truth - 1.0).abs() < 1e-9);
        }
        // One distance, so short that both of its runs are the same.
        let same = Rate::solve([run(100.0, 1.0, 100.0); 3]);
        assert!((same.seconds(100.0, 1.0, 100.0) / run(100.0, 1.0, 100.0).0 - 1.0).abs() < 1e-9);
        assert!(same.step > 0.0 && same.walk >= 0.0 && same.end >= 0.0);
    }
}
