//! Compares every operation of every backend of this machine with plain integers.

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::{AllLanes, Backend, DoubleLanes, FieldLanes, Isa, Kernel, Lanes};
use crate::stream::Stream;
use crate::stream::lanes::{draw, last_draw, states};

/// Runs `kernel` on every available backend, and reports the backends that it skips.
fn on_every_backend<K: Kernel + Copy>(kernel: K) {
    for &isa in Isa::ALL {
        match Backend::new(isa) {
            Some(backend) => {
                backend.run(kernel);
            }
            None => println!("skipped: {isa} is not in this build or not on this machine"),
        }
    }
}

/// The lanes of a vector as numbers.
fn lanes_of<L: Lanes>(lanes: L, vector: L::Vector) -> Vec<u64> {
    let mut out = vec![0; L::LANES];
    lanes.store(vector, &mut out);
    out
}

/// Numbers that reveal errors at the limits of 32 and 64 bits, followed by random numbers.
fn numbers() -> Vec<u64> {
    let edges = [0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 0x7FFF_FFFF_FFFF_FFFF, 1 << 63, u64::MAX];
    let mut rng = SplitMix64::seed_from_u64(7);
    edges.into_iter().chain((0..54).map(|_| rng.next_u64())).collect()
}

/// A table of entries that differ in their lower or upper halves.
const ENTRIES: [u64; 8] = [1, 1 << 32, u64::MAX, 1 << 63, 0, 5 << 32 | 7, 7 << 32 | 5, 42];

#[derive(Clone, Copy)]
struct Operations;

impl Kernel for Operations {
    type Output = ();

    fn run<L: AllLanes>(self, lanes: L) {
        let numbers = numbers();
        for shift in 0..numbers.len() {
            let a: Vec<u64> = (0..L::LANES).map(|lane| numbers[lane % numbers.len()]).collect();
            let b: Vec<u64> = (0..L::LANES).map(|lane| numbers[(lane + shift) % numbers.len()]).collect();
            // Each pair is tested in both orders.
            for (a, b) in [(&a, &b), (&b, &a)] {
                let (va, vb) = (lanes.load(a), lanes.load(b));
                let unary = |vector: L::Vector, expected: fn(u64) -> u64| {
                    assert_eq!(lanes_of(lanes, vector), a.iter().map(|&a| expected(a)).collect::<Vec<_>>());
                };
                let binary = |vector: L::Vector, expected: fn(u64, u64) -> u64| {
                    let expected: Vec<_> = a.iter().zip(b).map(|(&a, &b)| expected(a, b)).collect();
                    assert_eq!(lanes_of(lanes, vector), expected);
                };
                binary(lanes.add(va, vb), u64::wrapping_add);
                binary(lanes.sub(va, vb), u64::wrapping_sub);
                binary(lanes.mul(va, vb), u64::wrapping_mul);
                binary(lanes.xor(va, vb), |a, b| a ^ b);
                unary(lanes.shl::<1>(va), |a| a << 1);
                unary(lanes.shl::<63>(va), |a| a << 63);
                unary(lanes.shr::<1>(va), |a| a >> 1);
                unary(lanes.shr::<63>(va), |a| a >> 63);
                unary(lanes.rotl::<1>(va), |a| a.rotate_left(1));
                unary(lanes.rotl::<45>(va), |a| a.rotate_left(45));
                unary(lanes.high(va), |a| i64::from((a >> 32) as i32) as u64);
                unary(lanes.low(va), |a| i64::from(a as i32) as u64);
                // The operand is a signed number of 52 bits.
                unary(lanes.to_f64(lanes.add(lanes.shr::<12>(va), lanes.splat(-(1_i64 << 51) as u64))), |a| {
                    (((a >> 12) as i64 - (1 << 51)) as f64).to_bits()
                });
                unary(lanes.with_hidden_constants().low(va), |a| i64::from(a as i32) as u64);
                binary(lanes.mul_low(va, vb), |a, b| u64::from(a as u32) * u64::from(b as u32));
                unary(lanes.lookup(lanes.table(&ENTRIES), va), |a| ENTRIES[a as usize % 8]);
                fields(lanes, a, b);
                doubles(lanes, a, b);
                let last = L::LANES - 1;
                assert_eq!(lanes_of(lanes, lanes.shift_up(va, vb)), [&b[..1], &a[..last]].concat());
                assert_eq!(lanes_of(lanes, lanes.shift_down(va, vb)), [&a[1..], &b[last..]].concat());
                let less = lanes.lt(va, vb);
                binary(lanes.select(less, va, vb), |a, b| (a as i64).min(b as i64) as u64);
                let bits: u64 = (0..L::LANES).map(|lane| u64::from((a[lane] as i64) < b[lane] as i64) << lane).sum();
                assert_eq!(lanes.bits(less), bits);
                let more = lanes.lt(vb, va);
                assert_eq!(lanes.bits(lanes.and(less, more)), 0);
                assert_eq!(lanes.all(less), bits == u64::MAX >> (64 - L::LANES));
            }
        }
        assert_eq!(lanes_of(lanes, lanes.splat(1 << 40 | 3)), vec![1 << 40 | 3; L::LANES]);
        for bits in 0..1_u64 << L::LANES {
            assert_eq!(lanes.bits(lanes.mask(bits | 1 << 63)), bits);
            assert_eq!(lanes.all(lanes.mask(bits)), bits == (1 << L::LANES) - 1);
        }
        // Each of the 64 slots belongs to one lane of one vector.
        for slot in 0..64 {
            for v in 0..64 / L::LANES {
                let only = lanes.only(v, slot);
                assert_eq!(lanes.bits(only) == 0, !L::slots(v).contains(&slot), "slot {slot}, vector {v}");
                if lanes.bits(only) != 0 {
                    assert_eq!(lanes.slot_bits(v, only), 1 << slot);
                }
            }
        }
    }
}

/// Tests the operations on fields of 16 bits.
fn fields<L: FieldLanes>(lanes: L, a: &[u64], b: &[u64]) {
    let (va, vb) = (lanes.load(a), lanes.load(b));
    let field = |number: u64, index: usize| (number >> (16 * index)) as u16;
    let check = |vector: L::Vector, expected: fn(u32, u32) -> u32| {
        for (lane, got) in lanes_of(lanes, vector).into_iter().enumerate() {
            for index in 0..4 {
                let (a, b) = (u32::from(field(a[lane], index)), u32::from(field(b[lane], index)));
                assert_eq!(field(got, index), expected(a, b) as u16);
            }
        }
    };
    check(lanes.add_u16(va, vb), |a, b| a + b);
    check(lanes.sub_u16(va, vb), u32::wrapping_sub);
    check(lanes.square_u16(va), |a, _| (a * a) >> 16);
    check(lanes.average_u16(va, vb), |a, b| (a + b).div_ceil(2));
    check(lanes.top_u16(va), |a, _| a >> 15);
    check(lanes.min_u16(va, vb), u32::min);
    let any_less = (0..L::LANES).any(|lane| (0..4).any(|index| field(a[lane], index) < field(b[lane], index)));
    assert_eq!(lanes.any_lt_u16(va, vb), any_less);
    // The fields are tested one at a time: only one of them is smaller.
    for index in 0..4 * L::LANES {
        let mut less = vec![7 << 48 | 7 << 32 | 7 << 16 | 7_u64; L::LANES];
        let same = lanes.load(&less);
        less[index / 4] -= 1 << (16 * (index % 4));
        assert!(lanes.any_lt_u16(lanes.load(&less), same) && !lanes.any_lt_u16(same, same));
    }
}

/// Tests the operations on doubles bit for bit.
fn doubles<L: DoubleLanes>(lanes: L, a: &[u64], b: &[u64]) {
    let double = |numbers: &[u64]| -> Vec<f64> { numbers.iter().map(|&a| a as f64 * 2_f64.powi(-40)).collect() };
    let (a, b) = (double(a), double(b));
    let load = |numbers: &[f64]| lanes.load(&numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>());
    let (va, vb) = (load(&a), load(&b));
    let check = |vector: L::Vector, expected: fn(f64, f64) -> f64| {
        let expected: Vec<_> = a.iter().zip(&b).map(|(&a, &b)| expected(a, b).to_bits()).collect();
        assert_eq!(lanes_of(lanes, vector), expected);
    };
    check(lanes.add_f64(va, vb), |a, b| a + b);
    check(lanes.sub_f64(va, vb), |a, b| a - b);
    check(lanes.mul_f64(va, vb), |a, b| a * b);
    check(lanes.sqrt_f64(va), |a, _| a.sqrt());
}

#[test]
fn operations_match_plain_integers() {
    on_every_backend(Operations);
}

#[derive(Clone, Copy)]
struct Streams;

impl Kernel for Streams {
    type Output = ();

    fn run<L: AllLanes>(self, lanes: L) {
        for (seed, first) in [(0, 0), (1, 0), (12_345_678_901_234_567_890, 1 << 62), (u64::MAX, u64::MAX - 3)] {
            let mut state = states(lanes, seed, first);
            let mut scalar: Vec<_> =
                (0..L::LANES).map(|lane| Stream::of_base(seed, first.wrapping_add(lane as u64))).collect();
            for _ in 0..100 {
                let drawn = draw(lanes, &mut state);
                let expected: Vec<_> = scalar.iter_mut().map(Rng::next_u64).collect();
                assert_eq!(lanes_of(lanes, drawn), expected);
                assert_eq!(lanes_of(lanes, last_draw(lanes, &state)), expected, "last draw");
            }
        }
    }
}

#[test]
fn streams_in_lanes_match_scalar_streams() {
    on_every_backend(Streams);
}

/// Tests must not skip a backend silently. Instruction sets that `std` detects and this build contains must be usable.
#[test]
fn all_instruction_sets_of_this_machine_are_available() {
    let available = Isa::available();
    println!("tested on this machine: {available:?}");
    assert_eq!(available.contains(&Isa::Wide), cfg!(feature = "wide"));
    #[cfg(target_arch = "x86_64")]
    {
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        assert_eq!(available.contains(&Isa::Avx2), avx2 && cfg!(feature = "pulp"));
        assert_eq!(available.contains(&Isa::Avx512), avx512 && cfg!(feature = "pulp"));
    }
    #[cfg(target_arch = "aarch64")]
    assert_eq!(available.contains(&Isa::Neon), cfg!(feature = "pulp"));
}
