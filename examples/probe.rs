use lanewalk::*;
use std::time::Instant;
fn main() {
    let text = include_str!("../tests/reference/walk.csv");
    let mut execs = vec![("scalar".to_string(), Exec::default().layer(Layer::Scalar).threads(1).pin(false)), ("interchanged".into(), Exec::default().layer(Layer::Interchanged).threads(1).pin(false))];
    for isa in Isa::available() { execs.push((isa.to_string(), Exec::default().isa(isa).threads(1).pin(false))); }
    execs.push(("best t2".into(), Exec::default().threads(2)));
    for (name, e) in &execs {
        for line in text.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            let w = Walk::to(f[0].parse().unwrap()).samples(f[1].parse().unwrap()).seed(f[2].parse().unwrap());
            let c = first_crossing(&w, e).unwrap();
            let t = &c[0].tally;
            let got = format!("{},{},{},{}", t.total_steps, t.sum_squares, t.longest, t.below);
            if got != f[3..].join(",") { println!("{name} DIFF {line} {got}"); }
        }
    }
    for round in 0..3 {
        for (name, e) in &execs {
            print!("{round} {name:14}");
            for (y, n) in [(1.0, 300_000u64), (10.0, 300_000u64), (150.0, 3000)] {
                let n = if name == "scalar" || name == "interchanged" {n/4} else {n};
                let t0 = Instant::now();
                let c = first_crossing(&Walk::to(y).samples(n), e).unwrap();
                let s = c[0].tally.total_steps as f64 / t0.elapsed().as_secs_f64() / 1e9;
                print!(" y{y}: {s:.3}");
            }
            let t0 = Instant::now();
            let steps = ceiling(400_000_000, e).unwrap();
            println!(" ceiling {:.3}", steps as f64 / t0.elapsed().as_secs_f64() / 1e9);
        }
    }
}
