//! The time and end position of every walker, in the caller's memory or block by block: `cargo run --release --example
//! every_walker`.

use lanewalk::{CENSORED, Exec, UNIT, Walk, walk_each, walk_in_blocks};

fn main() -> lanewalk::Result<()> {
    let walk = Walk::in_ball(2, 8.0).horizon(200).samples(100_000);
    let exec = Exec::default();

    // All at once: one time and two coordinates for each walker.
    let (mut times, mut positions) = (vec![0; 100_000], vec![0; 200_000]);
    walk_each(&walk, &mut times, Some(&mut positions), &exec)?;
    let censored = times.iter().filter(|time| **time == CENSORED).count();
    println!("{censored} of 100000 walkers are inside after 200 steps");
    for (walker, time) in times.iter().enumerate().take(3) {
        let place = [positions[2 * walker], positions[2 * walker + 1]].map(|coordinate| coordinate as f64 / UNIT);
        let state = if *time == CENSORED { "inside".to_owned() } else { format!("out after {time} steps") };
        println!("walker {walker}: {state}, at ({:+.3}, {:+.3})", place[0], place[1]);
        assert_eq!(*time != CENSORED, place[0].hypot(place[1]) >= 8.0);
    }

    // In order and in blocks, for more walkers than memory holds.
    let mut next = 0;
    let pass = walk_in_blocks(&walk, 4096, &exec, |block| {
        assert_eq!((block.first, block.times[0]), (next, times[next as usize]));
        next += block.times.len() as u64;
        Some(block)
    })?;
    assert_eq!((next, pass.result.censored as usize), (100_000, censored));
    Ok(())
}
