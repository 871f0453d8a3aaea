//! Calls from the threads, pools and forked children of a host program. Each host runs in its own process with a time
//! limit.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::tasks::{Tasks, imap, imap_unordered, map};
use lanewalk::{
    Batches, Exec, FirstPassage, Pi, Pin, Rod, Walk, estimate_pi, estimate_pi_batches, evolve, first_passage,
};

/// The environment variable of a host's process. It contains the name of the test.
const HOST: &str = "LANEWALK_TEST_HOST";

/// The time limit of a host. On a quiet machine each host takes less than a second.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `host` in its own process, and fails if the process fails or takes longer than [`LIMIT`].
#[track_caller]
fn in_a_process(name: &str, host: impl FnOnce()) {
    if std::env::var_os(HOST).is_some_and(|value| value == name) {
        return host();
    }
    let test = format!("embedding::{name}");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture", "--test-threads=1"])
        .env(HOST, name)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{name}: {status}");
            return;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{name}: hangs");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// `count` threads, or one thread if the build has no threads.
fn threads(count: usize) -> Exec {
    Exec::default().threads(if cfg!(feature = "threads") { count } else { 1 })
}

/// The digest of one call of each kind, which all hosts compare.
fn everything(exec: &Exec) -> String {
    let walk = first_passage(&Walk::to_each([3.0, 7.5]).samples(500), exec).unwrap();
    let pi = estimate_pi(&Pi::points(50_000), exec).unwrap();
    let batches = estimate_pi_batches(&Batches::new(20, 3000), exec, |_, _| ()).unwrap();
    let rod = evolve(&Rod::new(64).steps(300).domains(4).halo(2), exec).unwrap();
    let squares = map(Tasks::new(0..100_u64), |n| n * n, exec).unwrap();
    let squares: u64 = squares.into_iter().map(|done| done.result.unwrap()).sum();
    let digest = FirstPassage::digest(&walk);
    format!("{digest} {} {} {} {squares}", pi.digest(), batches.tally.digest(), rod.digest())
}

#[cfg(feature = "threads")]
#[test]
fn a_lock_may_be_held_across_a_call_in_the_hosts_rayon_pool() {
    in_a_process("a_lock_may_be_held_across_a_call_in_the_hosts_rayon_pool", || {
        let expected = everything(&threads(1));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let lock = std::sync::Mutex::new(0);
        pool.scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|_| {
                    let mut calls = lock.lock().unwrap();
                    assert_eq!(everything(&threads(2)), expected);
                    *calls += 1;
                });
            }
        });
        assert_eq!(lock.into_inner().unwrap(), 40);
    });
}

#[test]
fn concurrent_callers_get_the_same_bits() {
    in_a_process("concurrent_callers_get_the_same_bits", || {
        let expected = everything(&threads(1));
        thread::scope(|scope| {
            for caller in 0..8 {
                let expected = &expected;
                scope.spawn(move || {
                    for exec in [threads(1 + caller % 3), threads(2).pin(Pin::Compact), Exec::default()] {
                        assert_eq!(&everything(&exec), expected);
                    }
                });
            }
        });
    });
}

#[test]
fn a_task_that_calls_runs_on_its_own_thread() {
    in_a_process("a_task_that_calls_runs_on_its_own_thread", || {
        let expected = everything(&threads(1));
        let call = || (everything(&threads(3)), Exec::default().plan().unwrap().threads);
        for exec in [threads(2), threads(2).pin(Pin::Compact)] {
            let mut done = map(Tasks::new(0..20), |_| call(), &exec).unwrap();
            done.extend(imap(Tasks::new(0..20), move |_| call(), &exec).unwrap());
            done.extend(imap_unordered(Tasks::new(0..20), move |_| call(), &exec).unwrap());
            assert_eq!(done.len(), 60);
            for done in done {
                let (digests, planned) = done.result.unwrap();
                assert_eq!(digests, expected);
                assert!(planned == 1 || !cfg!(feature = "threads"), "{planned} threads inside a task");
            }
        }
        let mut inside = Vec::new();
        let each = |_, _: &_| inside.push(everything(&Exec::default()));
        estimate_pi_batches(&Batches::new(5, 1000), &threads(2), each).unwrap();
        assert_eq!(inside, vec![expected; 5]);
    });
}

/// A run of hours does not delay another run with the same number of threads, nor its stop and its hook.
#[cfg(feature = "threads")]
#[test]
fn a_run_does_not_wait_for_another_one() {
    in_a_process("a_run_does_not_wait_for_another_one", || {
        let (control, expected) = (lanewalk::RunControl::new(), everything(&threads(1)));
        for pin in [Pin::None, Pin::Compact] {
            control.reset();
            thread::scope(|scope| {
                let exec = threads(2).pin(pin).control(&control);
                let long = scope.spawn(move || estimate_pi(&Pi::points(1 << 60), &exec).unwrap_err());
                while control.done() == 0 {
                    thread::yield_now();
                }
                assert_eq!(everything(&threads(2).pin(pin)), expected);
                let hook = lanewalk::RunControl::new().interrupt(|| true);
                let hooked = estimate_pi(&Pi::points(1 << 60), &threads(2).pin(pin).control(&hook));
                assert_eq!(hooked.unwrap_err(), lanewalk::Error::Stopped);
                control.stop();
                assert_eq!(long.join().unwrap(), lanewalk::Error::Stopped);
            });
        }
    });
}

/// A task of a pool waits for a lock whose holder calls with the same number of threads.
#[cfg(feature = "threads")]
#[test]
fn a_lock_may_be_held_across_a_call_that_a_task_waits_for() {
    in_a_process("a_lock_may_be_held_across_a_call_that_a_task_waits_for", || {
        let (lock, entered) = (std::sync::Mutex::new(()), std::sync::Barrier::new(2));
        let expected = everything(&threads(1));
        thread::scope(|scope| {
            scope.spawn(|| {
                let _held = lock.lock().unwrap();
                entered.wait();
                assert_eq!(everything(&threads(2)), expected);
            });
            let task = |number: u32| {
                if number == 0 {
                    entered.wait();
                    drop(lock.lock().unwrap());
                }
                number
            };
            assert_eq!(map(Tasks::new(0..2), task, &threads(2)).unwrap().len(), 2);
        });
    });
}

/// The ids of the threads of this process.
#[cfg(target_os = "linux")]
fn running() -> Vec<String> {
    let entries = std::fs::read_dir("/proc/self/task").unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn one_thread_is_the_callers_and_queries_start_none() {
    in_a_process("one_thread_is_the_callers_and_queries_start_none", || {
        let before = running().len();
        everything(&threads(1));
        imap(Tasks::new(0..9), |n| n, &threads(1)).unwrap().for_each(drop);
        let plan = threads(2).pin(Pin::Spread).plan().unwrap();
        _ = (plan.is_pinned(), lanewalk::Machine::detect(), Exec::default().plan().unwrap());
        assert_eq!(running().len(), before);
        everything(&threads(2));
        assert_eq!(running().len(), before + if cfg!(feature = "threads") { 2 } else { 0 });
    });
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_pinned_by_default() {
    in_a_process("nothing_is_pinned_by_default", || {
        let allowed = |thread: &String| {
            let status = std::fs::read_to_string(format!("/proc/self/task/{thread}/status")).unwrap();
            status.lines().find(|line| line.starts_with("Cpus_allowed_list")).unwrap().to_owned()
        };
        let whole = allowed(&std::process::id().to_string());
        for exec in [Exec::default(), threads(1), threads(3)] {
            everything(&exec);
        }
        assert!(running().iter().all(|thread| allowed(thread) == whole), "{whole}");
        // The test can detect pinning: the threads of a pinned pool have other masks.
        let cores = thread::available_parallelism().unwrap().get();
        let pinned = threads(cores.min(2)).pin(Pin::Compact);
        everything(&pinned);
        if cores > 1 && pinned.plan().unwrap().is_pinned() {
            assert!(running().iter().any(|thread| allowed(thread) != whole));
        }
        assert_eq!(allowed(&std::process::id().to_string()), whole, "the mask of the caller is unchanged");
    });
}

#[cfg(unix)]
mod forked {
    use super::*;
    use fork::{Fork, fork, waitpid_nohang};

    /// Forks. The child exits with status 0 if `child` returns. This function returns after the child has ended.
    fn fork_and_wait(child: impl FnOnce()) {
        let pid = match fork().unwrap() {
            Fork::Child => {
                child();
                std::process::exit(0);
            }
            Fork::Parent(pid) => pid,
        };
        // A child has less time than its host, so that the host reports a child that hangs.
        let end = Instant::now() + LIMIT / 2;
        loop {
            match waitpid_nohang(pid).unwrap() {
                Some(status) => return assert_eq!(status, 0),
                None if Instant::now() > end => {
                    let pid = rustix::process::Pid::from_raw(pid).unwrap();
                    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
                    panic!("a forked child hangs");
                }
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    #[test]
    fn a_forked_child_and_its_child_work() {
        in_a_process("forked::a_forked_child_and_its_child_work", || {
            let expected = everything(&threads(2));
            everything(&threads(2).pin(Pin::Compact));
            let all = || {
                for exec in [threads(1), threads(2), threads(2).pin(Pin::Compact), Exec::default()] {
                    assert_eq!(everything(&exec), expected);
                }
            };
            fork_and_wait(|| {
                all();
                fork_and_wait(all);
            });
            all();
        });
    }

    /// A child that is forked while this thread holds results of a pool, and while a pool calls back.
    #[test]
    fn a_child_forked_during_its_own_call_works() {
        in_a_process("forked::a_child_forked_during_its_own_call_works", || {
            let expected = everything(&threads(2));
            let mut results = imap(Tasks::new(0..1000), |n| n, &threads(2)).unwrap();
            results.next().unwrap();
            fork_and_wait(|| {
                drop(results);
                assert_eq!(everything(&threads(2)), expected);
            });
        });
    }

    #[test]
    fn a_child_forked_during_other_calls_works() {
        in_a_process("forked::a_child_forked_during_other_calls_works", || {
            let expected = everything(&threads(2));
            let over = std::sync::atomic::AtomicBool::new(false);
            thread::scope(|scope| {
                for caller in 0..4 {
                    let (over, expected) = (&over, &expected);
                    scope.spawn(move || {
                        // Each round uses another number of threads, so new pools start all the time.
                        for count in (2..).map(|round| 2 + (round + caller) % 7) {
                            if over.load(std::sync::atomic::Ordering::Relaxed) {
                                return;
                            }
                            assert_eq!(&everything(&threads(count)), expected);
                            // This solves the exact values of a new problem.
                            Walk::to(f64::from(count as u32) + 0.25).exact().unwrap();
                        }
                    });
                }
                for _ in 0..30 {
                    fork_and_wait(|| {
                        assert_eq!(everything(&threads(2)), expected);
                        Walk::between(-3.0, 8.5).exact().unwrap();
                    });
                }
                over.store(true, std::sync::atomic::Ordering::Relaxed);
            });
        });
    }
}

/// Whole runs with many more threads than cores end soon: no thread spins while another one waits for a core.
#[test]
fn more_threads_than_cores_do_not_spin() {
    in_a_process("more_threads_than_cores_do_not_spin", || {
        let rod = Rod::new(20_000).steps(3000).halo(4);
        let expected = evolve(&rod.clone().domains(7), &threads(1)).unwrap().digest();
        for count in [thread::available_parallelism().unwrap().get() + 1, 7, 16] {
            assert_eq!(evolve(&rod.clone().domains(count.max(7)), &threads(count)).unwrap().digest(), expected);
        }
    });
}

/// With a limit on its memory a process refuses before it computes, in one line, and does not abort.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_cannot_be_had_is_refused_before_the_work() {
    in_a_process("memory_that_cannot_be_had_is_refused_before_the_work", || {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = Some(500 << 20);
        setrlimit(Resource::As, Rlimit { current: limit, maximum: limit }).unwrap();
        let refused = |rod: Rod| {
            let start = Instant::now();
            let error = evolve(&rod.steps(1_000_000_000), &threads(1)).unwrap_err();
            assert!(matches!(error, lanewalk::Error::OutOfMemory { .. }), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
            assert!(start.elapsed() < Duration::from_secs(5), "it is refused beforehand");
        };
        refused(Rod::new(100_000_000));
        refused(Rod::new(100_000_000).domains(2));
        refused(Rod::new(100_000_000).method(lanewalk::RodMethod::Spectral));
        // The counts of long walks, blocks of walkers.
        let far = Walk::up_to(1e6, 1 << 29).samples(1 << 40);
        let error = lanewalk::time_distribution(&far, &threads(1)).unwrap_err();
        assert!(matches!(error, lanewalk::Error::OutOfMemory { .. }), "{error}");
        let tasks = map(Tasks::new(0..1_u64 << 40), |n| n, &threads(1));
        assert!(matches!(tasks.unwrap_err(), lanewalk::Error::OutOfMemory { .. }));
        let domain = lanewalk::SubDomain::new(&Rod::new(100_000_000), 0, &threads(1));
        assert!(matches!(domain.err(), Some(lanewalk::Error::OutOfMemory { given, .. }) if given == "100000000"));
        let blocks = lanewalk::walk_in_blocks(&Walk::to(1.0).samples(1 << 60), usize::MAX >> 4, &threads(1), Some);
        assert!(matches!(blocks.unwrap_err(), lanewalk::Error::OutOfMemory { .. }));
        // What fits still runs.
        evolve(&Rod::new(1_000_000).steps(10), &threads(1)).unwrap();
    });
}

/// A rod needs at most the memory of its plan, and stepping at most 40 bytes for each point.
#[cfg(target_os = "linux")]
#[test]
fn a_rod_needs_at_most_its_planned_memory() {
    in_a_process("a_rod_needs_at_most_its_planned_memory", || {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let points = 4_000_000;
        // A divisible number of intervals, and a prime number.
        let spectral = [points + 1, 4_000_038].map(|points| Rod::new(points).method(lanewalk::RodMethod::Spectral));
        for (rod, layers) in [(Rod::new(points), lanewalk::Layer::ALL)]
            .into_iter()
            .chain(spectral.into_iter().map(|rod| (rod, &lanewalk::Layer::ALL[..1])))
        {
            for layer in layers {
                let (rod, exec) = (rod.clone().steps(3), threads(1).layer(*layer));
                // A build without lanes has no simd layer.
                if exec.plan().is_err() {
                    continue;
                }
                let planned = rod.memory(&exec).unwrap() as u64;
                assert!(planned <= 40 * points as u64 || layers.len() == 1, "{layer}: {planned} bytes");
                let status = std::fs::read_to_string("/proc/self/status").unwrap();
                let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
                let size: u64 = size.trim().trim_end_matches(" kB").parse().unwrap();
                // The program's own data, and the granularity of the allocator.
                let slack = 8 << 20;
                let current = Some(1024 * size + planned + slack);
                setrlimit(Resource::As, Rlimit { current, maximum: None }).unwrap();
                evolve(&rod, &exec).unwrap();
            }
        }
    });
}
