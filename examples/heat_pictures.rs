//! A rod that is stepped in place and drawn every 100 steps: `cargo run --release --example heat_pictures`.

use lanewalk::{Exec, Rod, Stepper};

fn main() -> lanewalk::Result<()> {
    const POINTS: usize = 61;
    // Hot at the left end, cold at the right end, and a hot spot in the middle.
    let mut start = vec![0.0; POINTS];
    start[0] = 1.0;
    start[25..36].fill(1.0);
    let mut stepper = Stepper::new(&Rod::new(POINTS).start(start), &Exec::default())?;

    let mut field = vec![0.0; POINTS];
    for _ in 0..12 {
        stepper.field(&mut field)?;
        let shades = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
        let shade = |value: &f64| shades[((10.0 * value) as usize).min(9)];
        println!("{:>5} |{}|", stepper.steps(), field.iter().map(shade).collect::<String>());
        stepper.advance(100)?;
    }

    // In the end the field is the straight line between the ends.
    stepper.advance(100_000)?;
    stepper.field(&mut field)?;
    let line = |point: usize| 1.0 - point as f64 / (POINTS - 1) as f64;
    assert!(field.iter().enumerate().all(|(point, value)| (value - line(point)).abs() < 1e-9));
    Ok(())
}
