//! One walk made again from its stream, step by step: `cargo run --release --example regenerate_walk`.

use lanewalk::rand_core::Rng;
use lanewalk::{Exec, Label, Stream, Walk, walk_each};

fn main() -> lanewalk::Result<()> {
    const DISTANCE: f64 = 10.0;
    let (seed, walker) = (1, 41);

    // Walker i draws from stream i of the label "walk", and from nothing else. A draw of 64 bits is two steps: its
    // upper half and then its lower half, as signed numbers in units of 2^-31.
    let mut stream = Stream::new(seed, Label::WALK, walker)?;
    let steps = std::iter::from_fn(move || Some(stream.next_u64()))
        .flat_map(|draw| [(draw >> 32) as u32 as i32, draw as u32 as i32]);
    let barrier = (DISTANCE * lanewalk::UNIT).ceil() as i64;
    let (mut position, mut time) = (0_i64, 0_u64);
    for step in steps {
        position += i64::from(step);
        time += 1;
        if position.abs() >= barrier {
            break;
        }
    }
    println!("walker {walker}: {time} steps, to {:+.9}", position as f64 / lanewalk::UNIT);

    // The kernel of this machine finds the same.
    let (mut times, mut positions) = ([0], [0]);
    let walk = Walk::to(DISTANCE).seed(seed).walkers(walker..walker + 1);
    walk_each(&walk, &mut times, Some(&mut positions), &Exec::default())?;
    assert_eq!((times[0], positions[0]), (time, position));
    Ok(())
}
