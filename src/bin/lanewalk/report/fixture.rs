//! An invented ladder, for tests of the exporters.

use lanewalk::model::karp_flatt;

use crate::ladder::fits::{Fits, Law, Predicted};
use crate::ladder::host::Host;
use crate::ladder::measure::RoundTimes;
use crate::ladder::noise::Floor;
use crate::ladder::point::Point;
use crate::ladder::result::{Accuracy, Efficiency, Factors, Ladder, Rung, SCHEMA, Summary, Time};
use crate::ladder::scale::{Scaling, Siblings};
use crate::ladder::schedule::{Compared, Load, Schedule, Section, Task};
use crate::ladder::statistics::Interval;
use crate::report::Exec;

/// Python, scalar, avx512, and two threads without any gain.
pub(crate) fn ladder() -> Ladder {
    let interval = |median: f64| Interval { median, low: 0.9 * median, high: 1.1 * median };
    Ladder {
        schema: SCHEMA,
        command: "ladder".to_owned(),
        version: "0.0.0".to_owned(),
        seed: "18446744073709551615".to_owned(),
        exec: Exec {
            layer: "simd".to_owned(),
            isa: Some("avx512".to_owned()),
            threads: 2,
            pinned: true,
            pin: Some("compact".to_owned()),
        },
        digest: "0123456789abcdef".to_owned(),
        elapsed_s: 12.5,
        workload: "walk".to_owned(),
        stopped: false,
        host: Host {
            cpu: "Some CPU".to_owned(),
            architecture: "x86_64".to_owned(),
            physical_cores: Some(2),
            logical_cores: Some(4),
            usable_threads: 2,
            caches: vec!["L1d 48 KiB".to_owned()],
            isas: vec!["wide".to_owned(), "avx512".to_owned()],
            built_for: "sse2".to_owned(),
            features: "wide pulp threads cli".to_owned(),
            load: Some(0.5),
            kernel: Some("Linux 6.1.0".to_owned()),
            governor: Some("performance".to_owned()),
            clock_hz: Some(2.6e9),
            rustc: Some("rustc 1.89.0".to_owned()),
            opt_level: Some("3".to_owned()),
            flags: Some("-C target-cpu=native".to_owned()),
            commit: Some("0123456789ab".to_owned()),
            date: Some("2026-01-31T12:00:00Z".to_owned()),
        },
        rungs: vec![
            rung("Python", None, 1, 6.9e6, None),
            rung("scalar", Some(("scalar", None)), 1, 0.8e9, Some(6.9e6)),
            rung("avx512", Some(("simd", Some("avx512"))), 1, 6.4e9, Some(0.8e9)),
            Rung {
                not_significant: true,
                ..rung("2 threads pinned", Some(("simd", Some("avx512"))), 2, 6.5e9, Some(6.4e9))
            },
        ],
        efficiency: vec![Efficiency { workload: "walk".to_owned(), vector: Some(1.0), core: Some(0.508) }],
        factors: vec![Factors {
            workload: "walk".to_owned(),
            method: "wald".to_owned(),
            algorithm: interval(70_000.0),
            vector: interval(8.0),
            cores: interval(1.0),
            product: 560_000.0,
            total: interval(540_000.0),
            residual: interval(0.96),
            samples_worth: 70_500.0,
        }],
        accuracy: [("Python", 8700.0, true), ("wald, 2 threads pinned", 0.0004, false)]
            .map(|(variant, seconds, extrapolated)| Accuracy {
                workload: "walk".to_owned(),
                variant: variant.to_owned(),
                times: [(1e-3, 1.0), (1e-4, 100.0), (1e-6, 1e6)]
                    .map(|(relative_error, more)| Time { relative_error, seconds: seconds * more, extrapolated })
                    .into(),
            })
            .into(),
        summaries: vec![Summary {
            workload: "walk".to_owned(),
            title: "first passages to Y = 150".to_owned(),
            unit: "steps".to_owned(),
            target: "E[T] at Y = 150".to_owned(),
            samples: 3000,
            sample_unit: "walks".to_owned(),
            operations_per_item: 9.0,
            bytes_per_item: 0.0,
            element_bits: 64,
            baseline_rounds: Some(3),
            rounds: 13,
            noise_floor: 0.021,
            noise_floors: [(1, 0.013), (2, 0.021)].map(|(threads, noise_floor)| Floor { threads, noise_floor }).into(),
            refusal: None,
            notes: vec!["a note".to_owned()],
        }],
        scaling: vec![scaling()],
        schedule: Some(section()),
        round_times: vec![RoundTimes {
            workload: "walk".to_owned(),
            name: "scalar".to_owned(),
            seconds: vec![0.25, 0.5],
            rates: vec![0.8e9, 0.4e9],
        }],
        no_counters: None,
    }
}

/// The same on a machine that is too busy: no ratios.
pub(crate) fn busy_ladder() -> Ladder {
    let refusal = || Some("the noise floor is 748 % on 2 threads, above the limit of 25 %".to_owned());
    let mut ladder = ladder();
    ladder.factors.clear();
    ladder.efficiency = vec![Efficiency { workload: "walk".to_owned(), vector: None, core: None }];
    (ladder.summaries[0].noise_floor, ladder.summaries[0].noise_floors[1].noise_floor) = (7.48, 7.48);
    ladder.summaries[0].refusal = refusal();
    for rung in &mut ladder.rungs {
        *rung = Rung {
            not_significant: false,
            step_speedup: None,
            step_low: None,
            step_high: None,
            speedup: None,
            speedup_low: None,
            speedup_high: None,
            vector_efficiency: None,
            core_efficiency: None,
            ceiling_share: None,
            ..rung.clone()
        };
    }
    for scaling in &mut ladder.scaling {
        (scaling.refusal, scaling.siblings, scaling.fits) = (refusal(), None, Fits::refused(&refusal().unwrap()));
        for point in &mut scaling.points {
            *point = Point {
                speedup: None,
                speedup_low: None,
                speedup_high: None,
                efficiency: None,
                efficiency_low: None,
                efficiency_high: None,
                karp_flatt: None,
                karp_flatt_low: None,
                karp_flatt_high: None,
                over_unpinned: None,
                over_unpinned_low: None,
                over_unpinned_high: None,
                not_significant: None,
                ..point.clone()
            };
        }
    }
    ladder
}

/// Three tasks on two workers, the longest last, and the comparison with another order.
pub(crate) fn section() -> Section {
    let task = |y: f64, worker: usize, start_s: f64, end_s: f64| Task {
        y,
        worker,
        start_s,
        end_s,
        predicted_worker: worker,
        predicted_start_s: 0.9 * start_s,
        predicted_end_s: 0.9 * end_s,
    };
    let compared = |mode: &str, order: Option<&str>, makespan_s: f64, not_significant| Compared {
        mode: mode.to_owned(),
        order: order.map(str::to_owned),
        chunk: order.map(|_| 1),
        predicted_s: 0.9 * makespan_s,
        makespan_s,
        makespan_low_s: 0.95 * makespan_s,
        makespan_high_s: 1.1 * makespan_s,
        speedup: 0.4 / makespan_s,
        not_significant,
    };
    Section {
        samples: 600,
        schedule: Schedule {
            order: "given".to_owned(),
            chunk: 1,
            mode: "map".to_owned(),
            workers: 2,
            makespan_s: 0.4,
            predicted_s: 0.36,
            floor_s: 0.27,
            split_s: 0.27,
            total_s: 0.54,
            busy: [(0, 0.4), (1, 0.2)].map(|(worker, busy_s)| Load { worker, busy_s, idle_s: 0.4 - busy_s }).into(),
            tasks: vec![task(10.0, 0, 0.0, 0.1), task(20.0, 1, 0.0, 0.2), task(30.0, 0, 0.1, 0.4)],
        },
        compared: vec![
            compared("map", Some("given"), 0.4, false),
            compared("map", Some("longest"), 0.31, false),
            compared("imap", Some("given"), 0.401, true),
            compared("split", None, 0.3, false),
        ],
        rounds: 7,
        digest: "0123456789abcdef".to_owned(),
    }
}

/// Two sockets of four cores with two threads each: Amdahl's law up to the cores, time-sliced threads beyond them.
pub(crate) fn scaling() -> Scaling {
    let point = |pin: &str, threads: usize, time_s: f64| {
        let speedup = 0.32 / time_s;
        let serial = karp_flatt(speedup, threads as u64).filter(|_| threads <= 16);
        let over_unpinned = (pin != "none").then_some(1.03);
        let efficiency = speedup / threads as f64;
        Point {
            workload: "walk".to_owned(),
            threads,
            pin: pin.to_owned(),
            oversubscribed: threads > 16,
            time_s,
            time_low_s: 0.95 * time_s,
            time_high_s: 1.1 * time_s,
            speedup: Some(speedup),
            speedup_low: Some(0.9 * speedup),
            speedup_high: Some(1.05 * speedup),
            efficiency: Some(efficiency),
            efficiency_low: Some(0.9 * efficiency),
            efficiency_high: Some(1.05 * efficiency),
            karp_flatt: serial,
            karp_flatt_low: serial.map(|serial| 0.8 * serial),
            karp_flatt_high: serial.map(|serial| 1.2 * serial),
            over_unpinned,
            over_unpinned_low: over_unpinned.map(|ratio| 0.98 * ratio),
            over_unpinned_high: over_unpinned.map(|ratio| 1.02 * ratio),
            not_significant: over_unpinned.map(|_| threads == 1),
            digest: Some("0123456789abcdef".to_owned()),
        }
    };
    let mut points = Vec::new();
    // Noise that is the same in every run.
    for (threads, noise) in [(1, 1.0), (2, 1.02), (4, 0.99), (8, 1.01), (16, 0.97), (32, 1.0)] {
        let time = 0.02 + 0.3 / f64::from(threads.min(16)) * noise;
        if threads <= 16 {
            points.push(point("compact", threads as usize, time));
            points.push(point("spread", threads as usize, 0.98 * time));
        }
        points.push(point("none", threads as usize, 1.1 * time));
    }
    Scaling {
        workload: "walk".to_owned(),
        title: "first passages to Y = 150".to_owned(),
        kind: "strong".to_owned(),
        stopped: false,
        samples: 3000,
        sample_unit: "walks".to_owned(),
        rounds: 13,
        noise_floor: 0.021,
        noise_floors: [1, 2, 4, 8, 16, 32].map(|threads| Floor { threads, noise_floor: 0.021 }).into(),
        refusal: None,
        fits: fits(),
        points,
        round_times: Vec::new(),
        siblings: Some(Siblings {
            cores: 8,
            threads: 16,
            gain: Interval { median: 1.3, low: 1.2, high: 1.4 },
            not_significant: false,
        }),
        notes: vec!["another note".to_owned()],
    }
}

/// Invented, not fitted: fits on other machines differ in their last digits.
fn fits() -> Fits {
    let parameters = [("serial", 0.02, "_s"), ("parallel", 0.3, "_s"), ("serial_fraction", 0.0625, "")];
    let parameters = parameters.into_iter().flat_map(|(name, value, unit)| {
        [("", 1.0), ("_low", 0.75), ("_high", 1.25)].map(|(part, share)| (format!("{name}{part}{unit}"), share * value))
    });
    let predicted = [1, 2, 4, 8, 16, 32].map(|threads| {
        let threads = f64::from(threads);
        let speedup = 0.32 / (0.02 + 0.3 / threads);
        Predicted {
            model: "Amdahl".to_owned(),
            threads,
            speedup,
            speedup_low: 0.9 * speedup,
            speedup_high: Some(1.1 * speedup),
        }
    });
    Fits {
        fitted_pin: "compact".to_owned(),
        fitted_points: 5,
        amdahl: Some(Law { parameters: parameters.collect(), relative_residual: 0.012, aicc: Some(-12.5) }),
        gustafson_reason: Some("a reason".to_owned()),
        usl_reason: Some("another reason".to_owned()),
        predicted: predicted.into(),
        ..Fits::default()
    }
}

fn rung(name: &str, layer: Option<(&str, Option<&str>)>, threads: usize, rate: f64, before: Option<f64>) -> Rung {
    let step = before.map(|before| rate / before);
    Rung {
        workload: "walk".to_owned(),
        name: name.to_owned(),
        layer: layer.map(|layer| layer.0.to_owned()),
        isa: layer.and_then(|layer| layer.1).map(str::to_owned),
        threads,
        pinned: threads > 1,
        rate,
        rate_low: 0.9 * rate,
        rate_high: 1.1 * rate,
        step_speedup: step,
        step_low: step.map(|step| 0.9 * step),
        step_high: step.map(|step| 1.1 * step),
        not_significant: false,
        speedup: Some(rate / 0.8e9),
        speedup_low: Some(0.9 * rate / 0.8e9),
        speedup_high: Some(1.1 * rate / 0.8e9),
        vector_efficiency: layer.filter(|_| threads == 1).and_then(|layer| layer.1).map(|_| rate / 0.8e9 / 8.0),
        core_efficiency: (threads > 1).then_some(0.508),
        ceiling_share: layer.map(|_| 0.97),
        ceiling_failed: false,
        cycles_per_item: layer.map(|_| 4e9 / rate),
        instructions_per_item: layer.map(|_| 10e9 / rate),
        clock_hz: layer.map(|_| 4e9),
        digest: layer.map(|_| "0123456789abcdef".to_owned()),
    }
}
