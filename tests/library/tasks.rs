//! Tasks: each task runs once under its number, for every chunk, order and number of workers. Also panics, stops and
//! early drops.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
#[cfg(feature = "threads")]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use lanewalk::tasks::{Done, Order, Tasks, imap, imap_unordered, map};
use lanewalk::{Error, Exec, FirstPassage, RunControl, Walk, first_passage};
use proptest::prelude::*;

/// `count` workers, or one worker if the build has no threads.
fn workers(count: usize) -> Exec {
    Exec::default().threads(if cfg!(feature = "threads") { count } else { 1 })
}

/// Takes about `length` microseconds and returns its square. Panics if `length` is 1000 or more.
fn work(length: u64) -> u64 {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(length % 1000) {
        std::hint::spin_loop();
    }
    assert!(length < 1000, "intended");
    length * length
}

/// The expected results, in the order of their numbers.
fn expected(lengths: &[u64]) -> Vec<(usize, Result<u64, String>)> {
    let one = |(index, &length): (usize, &u64)| match length {
        0..1000 => (index, Ok(length * length)),
        _ => (index, Err(format!("task {index} panicked: intended"))),
    };
    lengths.iter().enumerate().map(one).collect()
}

fn plain(done: impl IntoIterator<Item = Done<u64>>) -> Vec<(usize, Result<u64, String>)> {
    done.into_iter().map(|done| (done.index, done.result.map_err(|panicked| panicked.to_string()))).collect()
}

/// Runs without messages about intended panics.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    std::panic::set_hook(Box::new(|info| {
        if !info.to_string().contains("intended") {
            eprintln!("{info}");
        }
    }));
    run()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn each_task_runs_once_and_in_order(
        lengths in prop::collection::vec(prop_oneof![9 => 0_u64..200, 1 => 1000_u64..1100], 0..60),
        chunk in 1_usize..9,
        count in 1_usize..5,
        order in prop::sample::select(Order::ALL.to_vec()),
        seed: u64,
    ) {
        let (exec, expected) = (workers(count), expected(&lengths));
        let lazily = || Tasks::new(lengths.clone()).chunk(chunk);
        let arranged = || Tasks::arranged(lengths.clone(), order, seed, |&length| length as f64).chunk(chunk);
        quietly(|| {
            prop_assert_eq!(&plain(map(lazily(), work, &exec).unwrap()), &expected);
            prop_assert_eq!(&plain(map(arranged(), work, &exec).unwrap()), &expected);
            prop_assert_eq!(&plain(imap(lazily(), work, &exec).unwrap()), &expected);
            prop_assert_eq!(&plain(imap(arranged(), work, &exec).unwrap()), &expected);
            for done in [imap_unordered(lazily(), work, &exec).unwrap().collect::<Vec<_>>(),
                         imap_unordered(arranged(), work, &exec).unwrap().collect()] {
                prop_assert!(done.iter().all(|done| done.worker < count));
                let mut done = plain(done);
                done.sort();
                prop_assert_eq!(&done, &expected);
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_early_drop_cancels_the_rest(
        taken in 0_usize..20,
        chunk in 1_usize..5,
        count in 1_usize..5,
        ordered: bool,
    ) {
        let exec = workers(count);
        let (begun, input) = (Arc::new(AtomicUsize::new(0)), Cell::new(0));
        let counting = { let begun = Arc::clone(&begun); move |n: u64| { begun.fetch_add(1, SeqCst); work(n % 50) } };
        let tasks = Tasks::new((0_u64..).inspect(|_| input.set(input.get() + 1))).chunk(chunk);
        let (mut ordered_run, mut unordered_run) = (None, None);
        let results: &mut dyn Iterator<Item = Done<u64>> = if ordered {
            ordered_run.insert(imap(tasks, counting, &exec).unwrap())
        } else {
            unordered_run.insert(imap_unordered(tasks, counting, &exec).unwrap())
        };
        prop_assert_eq!(results.take(taken).count(), taken);
        drop((ordered_run, unordered_run));
        // Back-pressure: beyond the delivered results, at most one window of tasks is taken from the input.
        prop_assert!(input.get() <= taken + 32 * count * chunk, "{}", input.get());
        prop_assert!(begun.load(SeqCst) <= input.get());
    }
}

/// The first task waits until a whole window of tasks has begun. Their results are held back, and no task of the next
/// window begins before the first one ends.
#[test]
#[cfg(feature = "threads")]
fn a_slow_first_task_blocks_one_window_only() {
    const WINDOW: usize = 64;
    let (begun, is_open) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let counting = {
        let (begun, is_open) = (Arc::clone(&begun), Arc::clone(&is_open));
        move |n: usize| {
            begun.fetch_add(1, SeqCst);
            if n == 0 {
                let end = Instant::now() + Duration::from_secs(60);
                while begun.load(SeqCst) < WINDOW && Instant::now() < end {
                    std::thread::yield_now();
                }
                // The other worker has time to begin more tasks.
                (0..10_000).for_each(|_| std::thread::yield_now());
                is_open.store(true, SeqCst);
            }
            // Whether the task began too early.
            n >= WINDOW && !is_open.load(SeqCst)
        }
    };
    let results = imap(Tasks::new(0..1000), counting, &workers(2)).unwrap();
    let early: Vec<_> = results.filter_map(|done| done.result.unwrap().then_some(done.index)).collect();
    assert_eq!(early, [] as [usize; 0]);
    assert_eq!(begun.load(SeqCst), 1000);
}

#[test]
fn a_window_does_not_stop_a_list_that_is_out_of_order() {
    let costs = (0..1000).map(f64::from);
    // The first result belongs to the task that is submitted last.
    let tasks = Tasks::arranged(costs, Order::Longest, 1, |&cost| cost);
    assert!(imap(tasks, |cost| cost, &workers(2)).unwrap().map(|done| done.index).eq(0..1000));
}

#[test]
fn a_task_may_use_the_pool() {
    for count in [1, 2, 3] {
        let exec = workers(count);
        let inner = exec.clone();
        let sum = move |n: u64| -> u64 {
            let squares = imap(Tasks::new(0..n), |k| k * k, &inner).unwrap();
            let again = map(Tasks::new(0..n), |k| k * k, &inner).unwrap();
            squares.chain(again).map(|done| done.result.unwrap()).sum()
        };
        let sums = imap_unordered(Tasks::new(0..20), sum.clone(), &exec).unwrap();
        let total: u64 = sums.map(|done| done.result.unwrap()).sum();
        let again = map(Tasks::new(0..20), sum, &exec).unwrap();
        assert_eq!(total, (0..20).map(|n: u64| 2 * (0..n).map(|k| k * k).sum::<u64>()).sum::<u64>());
        assert_eq!(total, again.into_iter().map(|done| done.result.unwrap()).sum::<u64>());
    }
}

/// Walks to one barrier each as indivisible tasks, on workers that also run the kernels.
#[test]
fn tasks_that_walk() {
    let distances: Vec<f64> = (1..=9).map(f64::from).collect();
    let walk = |y: f64| first_passage(&Walk::to(y).samples(200), &workers(2)).unwrap().remove(0);
    let done = map(Tasks::new(distances.clone()), walk, &workers(2)).unwrap();
    let crossings: Vec<FirstPassage> = done.into_iter().map(|done| done.result.unwrap()).collect();
    assert_eq!(crossings, first_passage(&Walk::to_each(distances).samples(200), &workers(1)).unwrap());
}

#[test]
fn all_workers_work() {
    let exec = workers(3);
    let done = map(Tasks::new(vec![300; 60]), work, &exec).unwrap();
    let seen: BTreeSet<usize> = done.iter().map(|done| done.worker).collect();
    assert!(!seen.is_empty() && seen.iter().all(|&worker| worker < 3));
    let streamed: Vec<_> = imap(Tasks::new(vec![300; 60]), work, &exec).unwrap().collect();
    assert!(streamed.iter().all(|done| done.worker < 3));
}

#[test]
fn a_stop_ends_the_tasks() {
    let control = RunControl::default();
    let exec = workers(2).control(&control);
    let mut results = imap(Tasks::new(0_u64..), |n| n, &exec).unwrap();
    assert_eq!(results.by_ref().take(10).count(), 10);
    control.stop();
    assert!(results.next().is_none());
    assert_eq!(map(Tasks::new(0_u64..), |n| n, &exec).unwrap_err(), Error::Stopped);
    assert!(control.done() >= 10);
}

#[test]
fn refusals() {
    let refused = |error: Error, name: &str| assert!(error.to_string().starts_with(name), "{error}");
    refused(map(Tasks::new([1]).chunk(0), |n| n, &Exec::default()).unwrap_err(), "chunk: got 0");
    refused(imap(Tasks::new([1]).chunk(0), |n| n, &Exec::default()).unwrap_err(), "chunk: got 0");
    refused(map(Tasks::new([1]), |n| n, &Exec::default().threads(0)).unwrap_err(), "threads: got 0");
    refused("fastest".parse::<Order>().unwrap_err(), "order: got 'fastest', expected one of given longest");
}
