//! Calls inside a host program's own rayon pool, under a lock: `cargo run --release --example rayon_pool`.

use std::sync::Mutex;

use lanewalk::{Exec, Pi, PiMethod, estimate_pi};
use rayon::prelude::*;

fn main() {
    // A call on a thread of another rayon pool sleeps until it is done. It takes up no other job of that pool, which
    // might want the same lock.
    let log = Mutex::new(Vec::new());
    let methods = [PiMethod::Plain, PiMethod::Antithetic, PiMethod::Conditional, PiMethod::Stratified];
    methods.into_par_iter().for_each(|method| {
        let mut log = log.lock().expect("no call panics");
        let tally = estimate_pi(&Pi::points(1_000_000).method(method), &Exec::default());
        log.push((method, tally.expect("a million points")));
    });
    let mut log = log.into_inner().expect("no call panicked");
    log.sort_by_key(|(method, _)| methods.iter().position(|known| known == method));
    for (method, tally) in log {
        let estimate = tally.estimate().expect("there are points");
        println!("{:>12}: {estimate:.6}", method.to_string());
        assert!(estimate.z(std::f64::consts::PI).expect("an error").abs() < 5.0);
    }
}
