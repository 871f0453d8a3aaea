#![allow(missing_docs)]
use lanewalk::*;
use std::time::Instant;
fn ghz() -> f64 {
    let t0 = Instant::now();
    let mut x = std::hint::black_box(3u64);
    let n = 2_000_000;
    for _ in 0..n { x = x.wrapping_mul(0x9E3779B97F4A7C15).rotate_left(7); }
    std::hint::black_box(x);
    4.0 * n as f64 / t0.elapsed().as_secs_f64() / 1e9
}
fn main() {
    let text = include_str!("../tests/reference/walk.csv");
    let one = || Exec::default().threads(1).pin(false);
    let mut execs = vec![("scalar".to_string(), one().layer(Layer::Scalar)), ("interchanged".into(), one().layer(Layer::Interchanged))];
    for isa in Isa::available() { execs.push((isa.to_string(), one().isa(isa))); }
    let only: Vec<String> = std::env::args().skip(1).collect();
    execs.retain(|e| only.is_empty() || only.contains(&e.0));
    for (name, e) in &execs {
        for line in text.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            for method in [Method::Plain, Method::Nested] {
            let w = Walk::to(f[0].parse().unwrap()).samples(f[1].parse().unwrap()).seed(f[2].parse().unwrap()).method(method);
            let c = first_crossing(&w, e).unwrap();
            let t = &c[0].tally;
            let got = format!("{},{},{},{}", t.total_steps, t.sum_squares, t.longest, t.below);
            if got != f[3..].join(",") { println!("{name} DIFF {line} {got}"); }
            }
        }
    }
    let cases = [(1.0, 200_000u64), (10.0, 150_000u64), (50.0, 6000), (150.0, 1500), (0.0, 0)];
    let mut per = vec![vec![]; execs.len() * cases.len()];
    let mut rate = per.clone();
    for _ in 0..11 {
        for (i, (name, e)) in execs.iter().enumerate() {
            for (j, (y, n)) in cases.iter().enumerate() {
                let n = if name.starts_with("av") { *n } else { n / 4 };
                let g = ghz();
                let t0 = Instant::now();
                let steps = if *y == 0.0 { ceiling(50_000_000, e).unwrap() as f64 } else { first_crossing(&Walk::to(*y).samples(n), e).unwrap()[0].tally.total_steps as f64 };
                let s = steps / t0.elapsed().as_secs_f64() / 1e9;
                let g = (g + ghz()) / 2.0;
                per[i * cases.len() + j].push(s / g);
                rate[i * cases.len() + j].push(s);
            }
        }
    }
    for (i, (name, _)) in execs.iter().enumerate() {
        print!("{name:14}");
        for (j, (y, _)) in cases.iter().enumerate() {
            let k = i * cases.len() + j;
            per[k].sort_by(f64::total_cmp); rate[k].sort_by(f64::total_cmp);
            print!("  y{y}: {:.3}/cycle {:.2}G", per[k][5], rate[k][5]);
        }
        println!();
    }
}
