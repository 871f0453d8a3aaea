//! Known answers of walks between barriers, in space and with a return, from every variant.

use crate::variants::{KNOWN_PROBLEMS, threads, variants};
use lanewalk::{
    CENSORED, Exec, Problem, ReturnKind, Walk, first_exit, first_return, region_exit, time_distribution, walk_each,
};

/// A row of the table, by the names of its columns.
struct Case {
    line: &'static str,
    columns: Vec<(&'static str, &'static str)>,
}

impl Case {
    fn text(&self, column: &str) -> &'static str {
        self.columns.iter().find(|(name, _)| *name == column).unwrap().1
    }
    fn real(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap()
    }
    fn whole(&self, column: &str) -> u64 {
        self.text(column).parse().unwrap()
    }
    fn horizon(&self) -> Option<u64> {
        self.text("horizon").parse().ok()
    }
    fn dimensions(&self) -> usize {
        self.whole("dimensions") as usize
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let mut lines = KNOWN_PROBLEMS.lines();
    let names: Vec<_> = lines.next().unwrap().split(',').collect();
    lines.map(move |line| Case { line, columns: names.iter().copied().zip(line.split(',')).collect() })
}

/// The number of ended walks, the sums of their steps and squares, the longest walk, and the numbers of censored walks
/// and of walks that ended at the lower barrier.
type Sums = (u64, u128, u128, u64, u64, u64);

/// Checks the tallies of a run, the checksum over its walkers, and the distribution.
fn check<P: Problem>(case: &Case, name: &str, walk: Walk<P>, exec: &Exec, run: impl Fn(&Walk<P>) -> Sums) {
    let walk = walk.samples(case.whole("samples")).seed(case.whole("seed"));
    let (steps, squares) = (case.whole("total_steps").into(), case.whole("sum_squares").into());
    let [ended, longest, censored, lower] =
        ["ended", "longest", "censored", "ended_lower"].map(|column| case.whole(column));
    assert_eq!(run(&walk), (ended, steps, squares, longest, censored, lower), "{name}: {}", case.line);

    let count = case.whole("samples") as usize;
    let coordinates = walk.coordinates();
    let (mut times, mut positions) = (vec![0; count], vec![0; count * coordinates]);
    walk_each(&walk, &mut times, Some(&mut positions), exec).unwrap();
    let numbers = (0..count).flat_map(|walker| {
        let position = positions[walker * coordinates..][..coordinates].iter().map(|number| *number as u64);
        // The independent programs write 0 for a walk that the horizon ended.
        let time = if times[walker] == CENSORED { 0 } else { times[walker] };
        std::iter::once(time).chain(position)
    });
    let weighted = numbers.zip((1_u64..).step_by(2)).map(|(number, weight)| number.wrapping_mul(weight));
    let checksum = format!("{:016x}", weighted.fold(0, u64::wrapping_add));
    assert_eq!(checksum, case.text("checksum"), "{name}: {}", case.line);

    let times = time_distribution(&walk, exec).unwrap();
    let sum: u128 = times.iter().map(|(time, walks)| u128::from(time) * u128::from(walks)).sum();
    assert_eq!((sum, times.censored()), (steps, censored), "{name}: {}", case.line);
}

#[test]
fn known_answers_on_every_layer() {
    for (name, exec) in variants() {
        for case in cases() {
            for &threads in &threads()[..threads().len().min(2)] {
                let (exec, case, name) = (&exec.clone().threads(threads), &case, &name);
                match case.text("kind") {
                    "between" | "up" | "down" => {
                        let mut walk = match (case.text("kind"), case.horizon()) {
                            ("up", horizon) => Walk::up_to(case.real("upper"), horizon.unwrap()),
                            ("down", horizon) => Walk::down_to(case.real("lower"), horizon.unwrap()),
                            (_, None) => Walk::between(case.real("lower"), case.real("upper")),
                            (_, Some(horizon)) => {
                                Walk::between(case.real("lower"), case.real("upper")).horizon(horizon)
                            }
                        };
                        if !case.text("start").is_empty() {
                            walk = walk.start(case.real("start"));
                        }
                        check(case, name, walk, exec, |walk| {
                            let exit = first_exit(walk, exec).unwrap();
                            assert_eq!((exit.lower.lower, exit.upper.lower), (exit.lower.samples, 0));
                            let mut all = exit.lower;
                            all.merge(&exit.upper).unwrap();
                            (all.samples, all.total_steps, all.sum_squares, all.longest, exit.censored, all.lower)
                        });
                    }
                    "ball" | "cube" => {
                        let (dimensions, radius) = (case.dimensions(), case.real("upper"));
                        let mut walk = match case.text("kind") {
                            "ball" => Walk::in_ball(dimensions, radius),
                            _ => Walk::in_cube(dimensions, radius),
                        };
                        if let Some(horizon) = case.horizon() {
                            walk = walk.horizon(horizon);
                        }
                        check(case, name, walk, exec, |walk| {
                            let escape = region_exit(walk, exec).unwrap();
                            let all = escape.tally;
                            (all.samples, all.total_steps, all.sum_squares, all.longest, escape.censored, all.lower)
                        });
                    }
                    kind => {
                        let kind = match kind {
                            "sign" => ReturnKind::Sign,
                            "round" => ReturnKind::Ball { dimensions: case.dimensions(), radius: case.real("upper") },
                            "lattice" => ReturnKind::Lattice { dimensions: case.dimensions() },
                            other => panic!("{other}"),
                        };
                        let walk = Walk::returning(kind, case.horizon().unwrap());
                        check(case, name, walk, exec, |walk| {
                            let back = first_return(walk, exec).unwrap();
                            let all = back.tally;
                            (all.samples, all.total_steps, all.sum_squares, all.longest, back.censored, all.lower)
                        });
                    }
                }
            }
        }
    }
}
