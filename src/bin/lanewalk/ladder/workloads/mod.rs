//! All workloads that have a ladder. New ones are added here.

mod ball;
mod barriers;
mod heat;
mod lattice;
mod pi;
mod walk;
mod with_rand;

use super::workload::Workload;

pub(crate) const WORKLOADS: [&Workload; 6] =
    [&walk::WALK, &barriers::BARRIERS, &ball::BALL, &lattice::LATTICE, &pi::PI, &heat::HEAT];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_counted_by_the_element_of_the_kernel() {
        use lanewalk::Isa;
        for (isa, lanes) in [(Isa::Avx512, 8), (Isa::Avx2, 4), (Isa::Neon, 2)] {
            for workload in WORKLOADS {
                // The coordinates of pi have 16 bits, so its lanes are four times as many.
                let expected = if workload.name == "pi" { 4 * lanes } else { lanes };
                assert_eq!(workload.lanes(isa), expected, "{} {isa}", workload.name);
            }
        }
    }

    /// The rung `rand` walks the same problem: its work for each sample is the known mean, within five standard errors
    /// of a relative deviation of at most 1.6.
    #[test]
    fn rand_does_the_same_work() {
        for workload in WORKLOADS {
            let (Some(run), Some(sampling)) = (workload.rand, (workload.sampling)()) else { continue };
            let samples = 4 * workload.first_size.min(2000);
            let ratio = run(samples, 1).work / (samples as f64 * sampling.work);
            let error = 5.0 * 1.6 / (samples as f64).sqrt();
            assert!((ratio - 1.0).abs() < error, "{}: {ratio} +- {error}", workload.name);
        }
        assert_eq!(WORKLOADS.iter().filter(|workload| workload.rand.is_some()).count(), 5);
    }
}
