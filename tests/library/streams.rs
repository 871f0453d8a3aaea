//! Compares bases, streams and the seeds of independent entries with those of an independent program.

use lanewalk::{Batches, Exec, Pi, estimate_pi_batches};
use lanewalk::{
    Error, Label, MAX_STREAMS, Stream, Walk, base, estimate_pi, first_passage, independent_seed, walk_each,
};
use rand_xoshiro::rand_core::Rng;

fn number(text: &str) -> u64 {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
        None => text.parse().unwrap(),
    }
}

#[test]
fn known_streams() {
    let labels = [
        ("walk", Label::WALK),
        ("pi", Label::PI),
        ("fine", Label::FINE),
        ("error", Label::ERROR),
        ("leap", Label::LEAP),
        ("order", Label::ORDER),
        ("boot", Label::BOOT),
        ("each", Label::EACH),
    ];
    for (text, label) in labels {
        assert_eq!(Label::ascii(text), Some(label));
    }
    let lines = include_str!("../reference/streams.csv").lines().skip(1);
    for line in lines {
        let columns: Vec<_> = line.split(',').collect();
        let [seed, text, label_number, its_base, index, draws @ ..] = &columns[..] else { panic!("{line}") };
        let label = Label::ascii(text).unwrap();
        assert_eq!((label.number(), base(number(seed), label)), (number(label_number), number(its_base)), "{line}");
        let mut stream = Stream::new(number(seed), label, number(index)).unwrap();
        assert_eq!(draws.len(), 3);
        for draw in draws {
            assert_eq!(stream.next_u64(), number(draw), "{line}");
        }
    }
}

#[test]
fn seeds_of_independent_entries() {
    for line in include_str!("../reference/independent.csv").lines().skip(1) {
        let columns: Vec<_> = line.split(',').collect();
        let [seed, dimensions, distance, derived] = columns[..] else { panic!("{line}") };
        let mut keys = Vec::new();
        if !dimensions.is_empty() {
            keys.push(number(dimensions));
        }
        if !distance.is_empty() {
            keys.push((distance.parse::<f64>().unwrap() * 2_f64.powi(31)).ceil() as u64);
        }
        assert_eq!(independent_seed(number(seed), &keys), number(derived), "{line}");
    }
}

/// In version 1, seeds that differ by a multiple of SplitMix64's increment gave shifted copies of the same walkers.
#[test]
fn related_seeds_share_no_walkers() {
    let times = |seed: u64| {
        let mut times = vec![0; 64];
        walk_each(&Walk::to(10.0).walkers(0..64).seed(seed), &mut times, Some(&mut [0; 64]), &Exec::default()).unwrap();
        times
    };
    let (one, other) = (times(1), times(1_u64.wrapping_add(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(4))));
    assert_ne!(one[1..], other[..63]);
}

#[test]
fn a_label_has_one_to_eight_ascii_characters() {
    for text in ["", "ninechars", "größe"] {
        assert_eq!(Label::ascii(text), None, "{text}");
    }
}

#[test]
fn streams_end_at_two_to_the_62() {
    let last = MAX_STREAMS - 1;
    let exec = Exec::default().threads(1);
    assert!(Stream::new(1, Label::WALK, last).is_ok());
    let (mut times, mut positions) = ([0], [0]);
    walk_each(&Walk::to(1.0).walkers(last..MAX_STREAMS), &mut times, Some(&mut positions), &exec).unwrap();
    assert!(times[0] > 0);
    assert!(estimate_pi(&Pi::points(MAX_STREAMS).shard(last..MAX_STREAMS), &exec).is_ok());

    let beyond = MAX_STREAMS + 1;
    let refused = [
        Stream::new(1, Label::WALK, MAX_STREAMS).err(),
        first_passage(&Walk::to(1.0).walkers(last..beyond), &exec).err(),
        walk_each(&Walk::to(1.0).walkers(MAX_STREAMS..beyond), &mut times, Some(&mut positions), &exec).err(),
        estimate_pi(&Pi::points(beyond).shard(0..1), &exec).err(),
        estimate_pi_batches(&Batches::new(1 << 32, (1 << 30) + 1), &exec, |_, _| ()).err(),
    ];
    for (index, error) in refused.into_iter().enumerate() {
        assert!(matches!(error, Some(Error::Argument { .. })), "{index}: {error:?}");
    }
}
