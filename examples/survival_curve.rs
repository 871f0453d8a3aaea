//! P(T > n) of a sample beside the exact one: `cargo run --release --example survival_curve`.

use lanewalk::{Distribution, Exec, Walk, time_distribution};

fn main() -> lanewalk::Result<()> {
    let walk = Walk::to(15.0).samples(50_000).seed(11);
    let times = time_distribution(&walk, &Exec::default())?;
    let exact = walk.distribution()?.expect("it is known for one distance");

    // A band that holds the whole curve with a probability of 99.99 %.
    let band = times.band(0.9999);
    let steps: Vec<u64> = (0..=10).map(|place| 250 * place).collect();
    println!("{:>6} {:>8} {:>8}   band: +- {band:.4}", "n", "sample", "exact");
    for ((steps, sample), exact) in steps.iter().zip(times.survival_at(&steps)).zip(exact.survival_at(&steps)) {
        println!("{steps:>6} {sample:>8.4} {exact:>8.4}");
        assert!((sample - exact).abs() < band);
    }
    let median = times.quantile(0.5).expect("there are walks");
    if let Some((Some(low), Some(high))) = times.quantile_interval(0.5) {
        println!("median of T: {median}, between {low} and {high}");
    }
    Ok(())
}
