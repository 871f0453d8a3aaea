//! Tests with a workload of known times.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::measure::Sample;
use super::super::noise::MAX_NOISE;
use super::super::workload::fake;
use super::*;

/// A workload that takes `seconds(samples, threads)` and has the digest `digest(samples, threads)`.
fn measure(
    weak: bool,
    threads: &[usize],
    seconds: fn(f64, f64) -> f64,
    digest: fn(u64, usize) -> u64,
) -> Result<Scaling, LadderError> {
    let run = move |samples: u64, exec: &Exec| {
        let threads = exec.plan()?.threads;
        let seconds = seconds(samples as f64, threads as f64);
        let digest = digest(samples, threads).to_string();
        // The work is random, here more than requested.
        Ok(Sample { work: 1.25 * samples as f64, seconds: Some(seconds), digest: Some(digest) })
    };
    let workload = fake(run, &[]);
    let (threads, control) = (threads.to_vec(), RunControl::default());
    let settings = Settings { workload, seed: 1, threads, weak, budget: Duration::from_secs(60), control: &control };
    let host = Host { usable_threads: 4, load: None, ..Host::detect() };
    settings.measure(&host, |_| ())
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} for {expected}");
}

#[test]
fn strong_scaling_of_known_times() {
    let time = |samples: f64, threads: f64| samples * (0.1 + 0.9 / threads.min(4.0));
    let found = measure(false, &[2, 4, 8], time, |samples, _| samples).unwrap();
    assert_eq!((found.kind.as_str(), found.rounds, found.stopped), ("strong", 21, false));
    let samples = found.samples as f64;
    let points: Vec<_> = found.points.iter().filter(|point| point.pin == "none").collect();
    assert_eq!(points.iter().map(|point| point.threads).collect::<Vec<_>>(), [1, 2, 4, 8]);
    for point in &points {
        let (threads, speedup) = (point.threads as f64, 1.0 / (0.1 + 0.9 / (point.threads as f64).min(4.0)));
        close(point.time_s, samples / speedup);
        for found in [point.speedup, point.speedup_low, point.speedup_high] {
            close(found.unwrap(), speedup);
        }
        close(point.efficiency.unwrap(), speedup / threads);
        assert_eq!(point.oversubscribed, point.threads > 4);
        let fraction = (2..=4).contains(&point.threads).then_some(0.1);
        assert_eq!(point.karp_flatt.map(|found| (found * 1e9).round() / 1e9), fraction);
        assert!(point.over_unpinned.is_none());
    }
    // Even if this machine can pin threads, the fake workload does not gain by it.
    for point in found.points.iter().filter(|point| point.pin == "compact") {
        assert_eq!((point.over_unpinned, point.not_significant), (Some(1.0), Some(true)));
    }
    assert!(found.noise_floor.abs() < 1e-12);
    assert!(
        found.notes.iter().any(|note| note == "with more threads than the 4 usable cores, the system time-slices them")
    );
}

#[test]
fn weak_scaling_of_known_times() {
    let time = |samples: f64, threads: f64| samples / threads * (0.8 + 0.2 * threads);
    let found = measure(true, &[1, 2, 4], time, |samples, _| samples).unwrap();
    let samples = found.samples as f64;
    for point in &found.points {
        let threads = point.threads as f64;
        close(point.time_s, samples * (0.8 + 0.2 * threads));
        close(point.speedup.unwrap(), threads / (0.8 + 0.2 * threads));
        assert!(point.karp_flatt.is_none());
    }
    assert!(found.fits.amdahl.is_none() && found.fits.amdahl_reason.is_some());
}

#[test]
fn different_result_is_an_error() {
    let differs = |weak| {
        let found = measure(weak, &[1, 2], |samples, _| samples, |_, threads| threads as u64);
        matches!(found, Err(LadderError::Differs { .. }))
    };
    assert!(differs(false), "the same work with another digest");
    assert!(!differs(true), "other work has another digest");
}

/// Two threads take once 7 ms and once 100 ms for the same work. One thread is steady, so only the floor of two threads
/// shows the noise.
#[test]
fn noise_on_several_threads_refuses_all_ratios() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let time = |samples: f64, threads: f64| {
        let disturbed = threads > 1.0 && RUNS.fetch_add(1, Ordering::Relaxed).is_multiple_of(3);
        samples * if disturbed { 1.0 } else { 0.07 }
    };
    let found = measure(false, &[1, 2], time, |samples, _| samples).unwrap();
    let floors: Vec<_> =
        found.noise_floors.iter().map(|floor| (floor.threads, floor.noise_floor > MAX_NOISE)).collect();
    assert_eq!(floors, [(1, false), (2, true)]);
    assert!(found.refusal.as_ref().unwrap().contains("on 2 threads, above the limit of 25 %"), "{:?}", found.refusal);
    assert!(
        found.points.iter().all(|point| point.time_s > 0.0 && point.speedup.is_none() && point.efficiency.is_none())
    );
    assert!(found.points.iter().all(|point| point.karp_flatt.is_none() && point.over_unpinned.is_none()));
    assert!(found.fits.amdahl.is_none() && found.fits.amdahl_reason == found.refusal);
    assert!(found.fits.predicted.is_empty() && found.siblings.is_none());
}

#[test]
fn one_thread_adds_a_note() {
    let found = measure(false, &[1], |samples, _| samples, |_, _| 0).unwrap();
    assert_eq!(found.notes, ["one thread: there is nothing to scale"]);
    assert!(found.fits.amdahl_reason.unwrap().contains("1 point"));
}

#[test]
fn default_thread_counts() {
    assert_eq!(usual(1, 1), [1]);
    assert_eq!(usual(2, 1), [1, 2]);
    assert_eq!(usual(6, 3), [1, 2, 3, 4, 5, 6]);
    assert_eq!(usual(16, 8), [1, 2, 4, 8, 16]);
    assert_eq!(usual(24, 12), [1, 2, 4, 8, 12, 16, 24]);
    // More cores than an affinity mask or a quota allows, or an unknown number.
    assert_eq!((usual(10, 64), usual(10, 0)), (vec![1, 2, 4, 8, 10], vec![1, 2, 4, 8, 10]));
}

#[test]
fn sibling_gain_is_over_physical_cores() {
    let control = RunControl::default();
    let workload = fake(|_, _| Err(Error::Stopped), &[]);
    let (threads, budget) = (vec![1, 4, 8], Duration::from_secs(1));
    let settings = Settings { workload, seed: 1, threads, weak: false, budget, control: &control };
    let variant = |threads| Variant { threads, pin: Pin::Compact, exec: Exec::default() };
    let variants = [variant(1), variant(4), variant(8)];
    let mut cases: Vec<_> = variants.iter().map(|variant| settings.case(variant, "")).collect();
    for (case, rate) in cases.iter_mut().zip([1.0, 4.0, 5.0]) {
        case.rates = vec![rate; 5];
    }
    let noise_floors = [Floor { threads: 4, noise_floor: 0.1 }, Floor { threads: 8, noise_floor: 0.05 }];
    let mut measured = Measured {
        settings: &settings,
        variants: &variants,
        cases: &cases,
        noise_floors: &noise_floors,
        refused: false,
        cores: 8,
    };
    let siblings = measured.siblings(4, 8).unwrap();
    assert_eq!((siblings.cores, siblings.threads, siblings.not_significant), (4, 8, false));
    close(siblings.gain.median, 1.25);
    assert!(measured.siblings(8, 8).is_none(), "no siblings");
    assert!(measured.siblings(2, 8).is_none(), "not measured");
    measured.refused = true;
    assert!(measured.siblings(4, 8).is_none(), "too noisy");
}
