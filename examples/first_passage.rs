//! Mean first-passage times to a list of distances, beside the exact values: `cargo run --release --example
//! first_passage`.

use lanewalk::{Exec, Walk, first_passage};

fn main() -> lanewalk::Result<()> {
    // 10 000 walks to each distance, on all cores, with the widest vectors of this machine.
    let walk = Walk::to_each([5.0, 10.0, 20.0, 40.0]).samples(10_000).seed(2026);
    println!("{:>5} {:>20} {:>12} {:>6}", "Y", "mean T", "exact", "z");
    for passage in first_passage(&walk, &Exec::default())? {
        let (estimate, z) = (passage.estimate().expect("there are walks"), passage.z().expect("there is an error"));
        println!("{:>5} {:>18} {:>12.4} {z:>6.2}", passage.distance, format!("{estimate:.2}"), passage.exact().mean);
        // Of 4 estimates, one with |z| > 5 has a probability of about 2e-6.
        assert!(z.abs() < 5.0);
    }
    Ok(())
}
