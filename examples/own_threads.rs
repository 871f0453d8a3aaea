//! A host program's own threads, each with a shard of the walkers, merged at the end: `cargo run --release --example
//! own_threads`.

use std::thread;

use lanewalk::{Exec, Mergeable, Walk, first_exit};

fn main() -> lanewalk::Result<()> {
    const WALKERS: u64 = 40_000;
    const THREADS: u64 = 4;
    let walk = Walk::between(-5.0, 15.0).seed(7);

    // One thread for each call: it is the caller's own, and no pool is started.
    let exec = Exec::default().threads(1);
    let shards: Vec<_> = thread::scope(|scope| {
        let shard = |part: u64| {
            let walkers = part * WALKERS / THREADS..(part + 1) * WALKERS / THREADS;
            let (walk, exec) = (walk.clone().walkers(walkers), exec.clone());
            scope.spawn(move || first_exit(&walk, &exec))
        };
        let running: Vec<_> = (0..THREADS).map(shard).collect();
        running.into_iter().map(|thread| thread.join().expect("a walk does not panic")).collect()
    });

    let mut shards = shards.into_iter();
    let mut merged = shards.next().expect("there are shards")?;
    for shard in shards {
        merged.merge(&shard?)?;
    }
    let lower = merged.probability_lower();
    println!("P(lower side first) = {:.4}, exactly {:.4}", lower.estimate.expect("walks"), lower.exact.expect("known"));

    // The same bits as one call on all cores.
    assert_eq!(merged, first_exit(&walk.samples(WALKERS), &Exec::default())?);
    Ok(())
}
