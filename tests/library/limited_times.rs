//! Walks within a horizon: the probabilities of both sides, and the mean times of the walks that leave or return. Exact
//! values are compared with integration on a grid, with integer counts of walks, and with samples.
//!
//! Every statistical test has fixed seeds, and states how often it would fail for a correct program with random seeds.

use lanewalk::{EstimateWithExact, Exec, FirstExit, ReturnDistribution, ReturnKind, Walk, first_exit, first_return};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// P(T = n, side) for n = 1 to `steps`, for both sides, from the density of the position on a grid. The density is
/// advanced by the midpoint rule over cells of the width 1 / `per_unit`, which divides all distances.
fn by_density(lower: f64, upper: f64, per_unit: usize, steps: usize) -> Vec<[f64; 2]> {
    let cells = |distance: f64| (distance * per_unit as f64).round() as usize;
    let (start, size) = (cells(lower), cells(lower + upper));
    // The first step has a uniform density; the cell boundaries contain the start and both barriers.
    let inside = |cell: usize| cell + per_unit >= start && cell < start + per_unit;
    let mut density: Vec<f64> = (0..size).map(|cell| if inside(cell) { 0.5 } else { 0.0 }).collect();
    let beyond = |distance: f64| ((1.0 - distance) / 2.0).max(0.0);
    let mut leaves = vec![[beyond(lower), beyond(upper)]];
    let width = 1.0 / per_unit as f64;
    for _ in 1..steps {
        let middle = |cell: usize| (cell as f64 + 0.5) * width;
        let sum = |distance: &dyn Fn(f64) -> f64| -> f64 {
            density.iter().enumerate().map(|(cell, density)| density * beyond(distance(middle(cell))) * width).sum()
        };
        leaves.push([sum(&|x| x), sum(&|x| lower + upper - x)]);
        let mut below = vec![0.0; size + 1];
        for cell in 0..size {
            below[cell + 1] = below[cell] + density[cell] * width;
        }
        // The mass at the middle of a cell that ends within the window of a step.
        let up_to = |x: f64| {
            let place = (x / width).clamp(0.0, size as f64);
            let cell = (place as usize).min(size - 1);
            below[cell] + (place - cell as f64) * density[cell] * width
        };
        density = (0..size).map(|cell| (up_to(middle(cell) + 1.0) - up_to(middle(cell) - 1.0)) / 2.0).collect();
    }
    leaves
}

/// P(side, T <= h) and E[T | side, T <= h], extrapolated from two grids.
fn sides_by_density(lower: f64, upper: f64, per_unit: usize, horizon: usize) -> [[f64; 2]; 2] {
    let [coarse, fine] = [per_unit, 2 * per_unit].map(|per_unit| {
        let leaves = by_density(lower, upper, per_unit, horizon);
        [0, 1].map(|side| {
            let probability: f64 = leaves.iter().map(|at| at[side]).sum();
            let times: f64 = (1..).zip(&leaves).map(|(n, at)| f64::from(n) * at[side]).sum();
            [probability, times]
        })
    });
    [0, 1].map(|side| {
        let [probability, times] = [0, 1].map(|k| (4.0 * fine[side][k] - coarse[side][k]) / 3.0);
        [probability, times / probability]
    })
}

fn exit(lower: f64, upper: f64, horizon: u64) -> FirstExit {
    first_exit(&Walk::between(-lower, upper).horizon(horizon).samples(1), &Exec::default().threads(1)).unwrap()
}

#[test]
fn sides_within_a_horizon_match_integration_on_a_grid() {
    for (lower, upper, horizon) in [(3.0, 8.0, 50), (0.5, 0.75, 3), (2.5, 14.0, 120), (7.0, 7.0, 40), (1.0, 30.0, 300)]
    {
        let grid = sides_by_density(lower, upper, 20, horizon as usize);
        let exit = exit(lower, upper, horizon);
        let exact = [
            [exit.probability_lower().exact.unwrap(), exit.mean_lower().exact.unwrap()],
            [exit.probability_upper().exact.unwrap(), exit.mean_upper().exact.unwrap()],
        ];
        for (exact, grid) in exact.iter().flatten().zip(grid.iter().flatten()) {
            assert!((exact / grid - 1.0).abs() < 2e-5, "{lower} {upper} {horizon}: {exact} on the grid {grid}");
        }
        let sum = exact[0][0] + exact[1][0] + exit.probability_censored().exact.unwrap();
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    }
}

/// The values were computed by another program with 30 digits.
#[test]
fn known_sides_within_a_horizon() {
    let exit = exit(3.0, 8.0, 50);
    assert!((exit.probability_upper().exact.unwrap() - 0.041_971_11).abs() < 5e-9, "{exit:?}");
    assert!((exit.mean_upper().exact.unwrap() - 38.157_628).abs() < 5e-7, "{exit:?}");
}

#[test]
fn one_barrier_matches_a_second_one_that_is_out_of_reach() {
    for (distance, horizon) in [(0.5, 7), (3.0, 40), (12.0, 200)] {
        let walk = Walk::up_to(distance, horizon).samples(1);
        let one = first_exit(&walk, &Exec::default().threads(1)).unwrap();
        let [_, [probability, mean]] = sides_by_density(30.0, distance, 20, horizon as usize);
        assert!((one.probability_upper().exact.unwrap() / probability - 1.0).abs() < 1e-4, "{probability}");
        assert!((one.mean_upper().exact.unwrap() / mean - 1.0).abs() < 1e-4, "{mean}");
        let mirrored = first_exit(&Walk::down_to(-distance, horizon).samples(1), &Exec::default().threads(1)).unwrap();
        assert_eq!(mirrored.mean_lower().exact, one.mean_upper().exact);
        assert_eq!(mirrored.probability_lower().exact, one.probability_upper().exact);
    }
}

/// P(T = 2n) of the first return on the lattice of one or two dimensions, from the positions of all walks that have
/// not returned.
fn returns_by_counting(dimensions: usize, pairs: usize) -> Vec<f64> {
    let side = 4 * pairs + 3;
    let (size, middle) = if dimensions == 1 { (side, side / 2) } else { (side * side, side * side / 2) };
    let moves: Vec<usize> = [1, side].into_iter().take(dimensions).collect();
    let mut mass = vec![0.0; size];
    mass[middle] = 1.0;
    let mut returns = Vec::new();
    for step in 1..=2 * pairs {
        let mut next = vec![0.0; size];
        for (place, mass) in mass.iter().enumerate().filter(|(_, mass)| **mass > 0.0) {
            for by in &moves {
                next[place + by] += mass / (2 * dimensions) as f64;
                next[place - by] += mass / (2 * dimensions) as f64;
            }
        }
        let returned = std::mem::take(&mut next[middle]);
        if step % 2 == 0 {
            returns.push(returned);
        }
        mass = next;
    }
    returns
}

#[test]
fn mean_times_of_returns_match_counts_of_walks() {
    for (dimensions, pairs) in [(1, 60), (2, 20)] {
        let returns = returns_by_counting(dimensions, pairs);
        let exact = ReturnDistribution::new(ReturnKind::Lattice { dimensions }, 2 * pairs as u64).unwrap().unwrap();
        let (mut by, mut times) = (0.0, 0.0);
        for (n, at) in (1..).zip(returns) {
            by += at;
            times += 2.0 * n as f64 * at;
            assert!((exact.mean_returned(2 * n).unwrap() / (times / by) - 1.0).abs() < 1e-12, "{dimensions} {n}");
            assert!((exact.tail(2 * n) / (1.0 - by) - 1.0).abs() < 1e-12, "{dimensions} {n}");
        }
    }
}

/// The z-scores of 200 seeds. The sum of their squares is chi-squared with 200 degrees of freedom; each tail is tested
/// at 1e-6.
#[track_caller]
fn normal(what: &str, z: impl Fn(u64) -> EstimateWithExact) {
    let squares: f64 = (2000..2200).map(|seed| z(seed).z().unwrap().powi(2)).sum();
    let probability = ChiSquared::new(200.0).unwrap().cdf(squares);
    assert!((1e-6..1.0 - 1e-6).contains(&probability), "{what}: {squares} has probability {probability}");
}

#[cfg_attr(debug_assertions, ignore = "takes seconds; the release profile runs it")]
#[test]
fn z_scores_of_limited_times_are_normal() {
    let exec = Exec::default().threads(1);
    let between = |seed| first_exit(&Walk::between(-3.0, 8.0).horizon(50).samples(20_000).seed(seed), &exec).unwrap();
    normal("P(lower, T <= h)", |seed| between(seed).probability_lower());
    normal("P(upper, T <= h)", |seed| between(seed).probability_upper());
    normal("E[T | lower, T <= h]", |seed| between(seed).mean_lower());
    normal("E[T | upper, T <= h]", |seed| between(seed).mean_upper());
    let single = |seed| first_exit(&Walk::up_to(6.0, 300).samples(10_000).seed(seed), &exec).unwrap();
    normal("E[T | T <= h]", |seed| single(seed).mean_upper());
    let ball = ReturnKind::Ball { dimensions: 1, radius: 1.75 };
    for kind in [ReturnKind::Sign, ReturnKind::Lattice { dimensions: 2 }, ReturnKind::Lattice { dimensions: 3 }, ball] {
        let returns = |seed| first_return(&Walk::returning(kind, 400).samples(10_000).seed(seed), &exec).unwrap();
        normal(&format!("{kind:?}"), |seed| returns(seed).mean_returned());
    }
    let returns = |seed| first_return(&Walk::returning(ball, 400).samples(10_000).seed(seed), &exec).unwrap();
    normal("P(T <= h), ball", |seed| returns(seed).probability());
    normal("E[min(T, h)], ball", |seed| returns(seed).mean());
}
