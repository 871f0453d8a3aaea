//! Tasks on a pool, one of which panics: `cargo run --release --example tasks`.

use lanewalk::tasks::{Order, Tasks, imap, map};
use lanewalk::{Exec, Walk, first_passage};

/// The mean time of 1000 walks to this distance. Inside a task a call has the task's own thread.
fn mean(distance: f64) -> f64 {
    assert!(distance < 60.0, "{distance} is too far");
    let passages = first_passage(&Walk::to(distance).samples(1000), &Exec::default()).expect("a distance above 0");
    passages[0].tally.mean().expect("there are walks")
}

fn main() -> lanewalk::Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let distances = [10.0, 60.0, 20.0, 50.0, 30.0, 40.0];
    // The longest first: the work of a task grows with the square of its distance.
    let tasks = Tasks::arranged(distances, Order::Longest, 1, |distance| distance * distance);
    for done in map(tasks, mean, &Exec::default())? {
        match done.result {
            Ok(mean) => println!("to {:>2}: {mean:>8.1} steps", distances[done.index]),
            Err(panicked) => {
                println!("to {:>2}: {panicked}", distances[done.index]);
                assert_eq!(done.index, 1);
            }
        }
    }

    // One by one, while the others are computed; the list has no end.
    let means = imap(Tasks::new((1..).map(f64::from)), mean, &Exec::default())?;
    let first: Vec<f64> = means.map_while(|done| done.result.ok()).take_while(|mean| *mean < 400.0).collect();
    println!("the mean time to {} is the first above 400 steps", first.len() + 1);
    assert!((10..14).contains(&first.len()));
    Ok(())
}
