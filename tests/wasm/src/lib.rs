//! Known answers of every workload in WebAssembly, where there are no threads, no clock and no operating system.

use lanewalk::tasks::{Tasks, map};
use lanewalk::{Exec, Layer, Pi, Rod, RodMethod, RunControl, Walk, estimate_pi, evolve, first_passage, region_exit};

/// The number of answers that differ; -1 for an error.
// SAFETY: the name is used nowhere else.
#[unsafe(no_mangle)]
pub extern "C" fn differing() -> i32 {
    answers().map_or(-1, |answers| answers.into_iter().filter(|same| !same).count() as i32)
}

fn answers() -> lanewalk::Result<Vec<bool>> {
    let mut same = Vec::new();
    let never = RunControl::new().interrupt(|| false);
    for exec in [Exec::default(), Exec::default().layer(Layer::Scalar), Exec::default().control(&never)] {
        let passages = first_passage(&Walk::to_each([10.0, 20.0]).samples(300), &exec)?;
        same.push(passages[0].tally.total_steps == 93_166 && passages[1].tally.total_steps == 329_352);
        same.push((passages[0].exact().mean - 318.293_457_939_89).abs() < 1e-9);
        same.push(estimate_pi(&Pi::points(1_000_000), &exec)?.inside() == Some(784_902));
        let line = region_exit(&Walk::in_ball(1, 10.0).samples(300), &exec)?;
        same.push(line.tally == passages[0].tally);
        let rod = evolve(&Rod::new(51), &exec)?;
        same.push(rod.rounding_error(&exec)? < 1e-12 && rod.grid.steps == 3166);
        same.push(evolve(&Rod::new(51).method(RodMethod::Spectral), &exec)?.rounding_error(&exec)? == 0.0);
        let squares = map(Tasks::new(1..=10_u32), |n| n * n, &exec)?;
        same.push(squares.into_iter().map(|done| done.result.unwrap_or(0)).sum::<u32>() == 385);
    }
    same.push(first_passage(&Walk::to(1.0), &Exec::default().threads(2)).is_err());
    same.push(lanewalk::Machine::detect().threads == 1);
    Ok(same)
}
