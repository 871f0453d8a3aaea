//! Progress, a stop and an interrupt: `cargo run --release --example progress_and_stop`.

use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Error, Exec, RunControl, Walk, first_passage};

fn main() -> lanewalk::Result<()> {
    let control = RunControl::new();
    let exec = Exec::default().control(&control);

    // Another thread watches, and stops what would take hours. A handler of Ctrl-C would call `control.stop()` too.
    let endless = Walk::to(1000.0).samples(1 << 40);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..3 {
                thread::sleep(Duration::from_millis(30));
                println!("{} of about {} steps", control.done(), control.total());
            }
            control.stop();
        });
        assert_eq!(first_passage(&endless, &exec).unwrap_err(), Error::Stopped);
    });

    // A stopped control refuses every run until it is reset.
    control.reset();
    let passages = first_passage(&Walk::to(50.0).samples(2000), &exec)?;
    assert_eq!(u128::from(control.done()), passages[0].tally.total_steps);

    // The hook is asked on the calling thread, where the signals of Python or R arrive.
    let start = Instant::now();
    let hook = RunControl::new().interrupt(move || start.elapsed() > Duration::from_millis(50));
    assert_eq!(first_passage(&endless, &Exec::default().control(&hook)).unwrap_err(), Error::Stopped);
    println!("interrupted after {:.0?}", start.elapsed());
    Ok(())
}
