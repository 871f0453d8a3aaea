//! The counts of each case.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Counters;
use super::counts::Counts;

/// The counts of the runs of one case, and their work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counted {
    counts: Counts,
    work: f64,
}

impl Counted {
    fn add(&mut self, counts: Counts, work: f64) {
        self.counts.cycles += counts.cycles;
        self.counts.instructions += counts.instructions;
        self.counts.seconds += counts.seconds;
        self.work += work;
    }

    pub(crate) fn cycles_per_item(self) -> Option<f64> {
        quotient(self.counts.cycles, self.work)
    }

    pub(crate) fn instructions_per_item(self) -> Option<f64> {
        quotient(self.counts.instructions, self.work)
    }

    /// The cycles per second of processor time.
    pub(crate) fn clock_hz(self) -> Option<f64> {
        quotient(self.counts.cycles, self.counts.seconds)
    }
}

/// A positive quotient; `None` if nothing was counted.
fn quotient(above: f64, below: f64) -> Option<f64> {
    (above > 0.0 && below > 0.0).then(|| above / below)
}

/// The counts of each case, by its name.
pub(crate) struct Recorder<'c> {
    counters: Option<&'c RefCell<Counters>>,
    counted: RefCell<BTreeMap<String, Counted>>,
}

impl<'c> Recorder<'c> {
    /// Records nothing without counters.
    pub(crate) fn new(counters: Option<&'c RefCell<Counters>>) -> Self {
        Self { counters, counted: RefCell::default() }
    }

    /// Runs the case `name`, and adds its counts to those of its earlier runs. `work` is the work of the result.
    pub(crate) fn count<T, E>(
        &self,
        name: &str,
        run: impl FnOnce() -> Result<T, E>,
        work: impl FnOnce(&T) -> f64,
    ) -> Result<T, E> {
        let read = || self.counters.and_then(|counters| counters.borrow_mut().read().ok());
        let before = read();
        let result = run()?;
        if let (Some(before), Some(after)) = (before, read()) {
            let mut counted = self.counted.borrow_mut();
            counted.entry(name.to_owned()).or_default().add(after.since(before), work(&result));
        }
        Ok(result)
    }

    pub(crate) fn counted(&self, name: &str) -> Option<Counted> {
        self.counted.borrow().get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_divided_by_the_work_of_all_runs() {
        let mut counted = Counted::default();
        assert_eq!((counted.cycles_per_item(), counted.clock_hz()), (None, None));
        let counts = |cycles: f64| Counts { cycles, instructions: 3.0 * cycles, seconds: cycles / 4e9 };
        counted.add(counts(5e9).since(counts(4e9)), 2e9);
        counted.add(counts(2e9), 4e9);
        assert_eq!((counted.cycles_per_item(), counted.instructions_per_item()), (Some(0.5), Some(1.5)));
        assert!((counted.clock_hz().unwrap() / 4e9 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_counters_the_case_runs_and_nothing_is_recorded() {
        let recorder = Recorder::new(None);
        assert_eq!(recorder.count("a", || Ok::<_, ()>(7), |_| 1.0), Ok(7));
        assert_eq!(recorder.count("a", || Err::<u64, _>("why"), |_| 1.0), Err("why"));
        assert_eq!(recorder.counted("a"), None);
    }

    /// Events of the kernel stand for those of the hardware, which many virtual machines do not have.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    fn threads_that_start_later_are_counted() {
        use perf_event::events::Software;
        let opened = Counters::of(Software::TASK_CLOCK.into(), Software::TASK_CLOCK.into());
        let Ok(counters) = opened.map(RefCell::new) else {
            println!("skipped: the system grants no counters");
            return;
        };
        let recorder = Recorder::new(Some(&counters));
        let busy = || {
            // Some work of another thread, which still runs when the counters are read.
            let sum = (0..5_000_000_u64).fold(1, |sum: u64, number| std::hint::black_box(sum.wrapping_mul(number | 1)));
            std::hint::black_box(sum)
        };
        let (sender, receiver) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let run = || {
            let thread = std::thread::spawn(move || {
                sender.send(busy()).unwrap();
                _ = ended.recv();
            });
            receiver.recv().unwrap();
            Ok::<_, ()>(thread)
        };
        let thread = recorder.count("busy", run, |_| 5e6).unwrap();
        drop(end);
        thread.join().unwrap();
        // The event counts nanoseconds: a multiplication takes more than a tenth of one.
        let counted = recorder.counted("busy").unwrap().cycles_per_item().unwrap();
        assert!(counted > 0.1, "{counted}");
    }
}
