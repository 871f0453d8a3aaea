//! The variants that this build can run on this machine; all tests share them.

use std::time::{Duration, Instant};

use lanewalk::{Exec, Isa, Layer, RunControl};

/// Known answers, computed by an independent program.
pub(crate) const KNOWN_ANSWERS: &str = include_str!("../reference/walk.csv");

/// Known answers of Monte Carlo pi, by `tests/reference/pi.py`: method,points,seed,sum,spread.
pub(crate) const KNOWN_PI: &str = include_str!("../reference/pi.csv");

/// Known answers of the heat equation, by `tests/reference/heat.py`: points,steps,sum,middle.
pub(crate) const KNOWN_HEAT: &str = include_str!("../reference/heat.csv");

/// Known answers of walks between barriers, in space and with a return, by `tests/reference/problems.py`.
pub(crate) const KNOWN_PROBLEMS: &str = include_str!("../reference/problems.csv");

/// Every layer by name, with the `simd` layer once for each instruction set. Prints the instruction sets that are
/// skipped.
pub(crate) fn variants() -> Vec<(String, Exec)> {
    let mut variants: Vec<_> = [Layer::Scalar, Layer::Interchanged]
        .into_iter()
        .map(|layer| (layer.to_string(), Exec::default().layer(layer)))
        .collect();
    for &isa in Isa::ALL {
        if isa.is_available() {
            variants.push((isa.to_string(), Exec::default().layer(Layer::Simd).isa(isa)));
        } else {
            println!("skipped: {isa} is not in this build or not on this machine");
        }
    }
    variants
}

/// Waits until a run with this control has begun.
pub(crate) fn wait_until_it_begins(control: &RunControl) {
    let end = Instant::now() + Duration::from_secs(60);
    while control.total() == 0 {
        assert!(Instant::now() < end, "no run begins");
        std::thread::yield_now();
    }
}

/// The thread counts that this build can run.
pub(crate) fn threads() -> &'static [usize] {
    if cfg!(feature = "threads") { &[1, 2, 3, 7] } else { &[1] }
}
