//! Progress, Ctrl-C, and an interrupt hook: `cargo run --release --example progress_and_stop`.
//!
//! The run would take hours. Press Ctrl-C to end it; the program presses it itself after a third of a second.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Error, Exec, RunControl, Walk, first_passage, run_in_shards};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let control = RunControl::new();
    let exec = Exec::default().control(&control);
    let on_ctrl_c = control.clone();
    ctrlc::set_handler(move || on_ctrl_c.stop())?;

    // The result of every finished shard of 1000 walks is kept.
    let walk = Walk::to(150.0).seed(5);
    let finished = thread::scope(|scope| {
        let (ended, end) = mpsc::channel::<()>();
        let control = &control;
        scope.spawn(move || {
            let start = Instant::now();
            while end.recv_timeout(Duration::from_millis(100)) == Err(mpsc::RecvTimeoutError::Timeout) {
                println!("{:.1e} steps", control.done() as f64);
                if start.elapsed() > Duration::from_millis(300) {
                    press_ctrl_c(control);
                }
            }
        });
        let finished = run_in_shards(0..1 << 40, 1000, |walkers| first_passage(&walk.clone().walkers(walkers), &exec));
        drop(ended);
        finished
    });
    assert_eq!(finished.error, Some(Error::Stopped));
    match finished.result {
        Some(passages) => println!(
            "stopped after {} walks: E[T] = {:.1}",
            passages[0].tally.samples,
            passages[0].estimate().expect("there are walks")
        ),
        None => println!("stopped within the first 1000 walks"),
    }

    // A stopped control refuses every run until it is reset.
    assert_eq!(first_passage(&walk, &exec).unwrap_err(), Error::Stopped);
    control.reset();
    let passages = first_passage(&walk.clone().samples(100), &exec)?;
    assert_eq!(u128::from(control.done()), passages[0].tally.total_steps);

    // The hook is called on this thread, which is where Python and R handle their signals.
    let start = Instant::now();
    let hook = RunControl::new().interrupt(move || start.elapsed() > Duration::from_millis(50));
    let endless = walk.samples(1 << 40);
    assert_eq!(first_passage(&endless, &Exec::default().control(&hook)).unwrap_err(), Error::Stopped);
    println!("interrupted after {:.0?}", start.elapsed());
    Ok(())
}

/// Sends the signal of Ctrl-C to this process.
#[cfg(unix)]
fn press_ctrl_c(_: &RunControl) {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::INT).expect("a process may send signals to itself");
}

/// Other systems have no such signal, so the control is stopped directly.
#[cfg(not(unix))]
fn press_ctrl_c(control: &RunControl) {
    control.stop();
}
