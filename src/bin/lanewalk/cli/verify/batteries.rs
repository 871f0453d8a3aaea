//! Many runs of each workload. All variants must give the same results.

use std::hash::{DefaultHasher, Hash, Hasher};

use lanewalk::{
    Distances, Error, Exec, FirstPassage, Method, Pi, PiMethod, Problem, ReturnKind, Rod, Walk, estimate_pi, evolve,
    first_exit, first_passage, first_return, region_exit, time_distribution, walk_each,
};

/// The digest of many runs of a workload.
type Battery = fn(&Exec) -> Result<String, Error>;

pub(super) const WORKLOADS: [(&str, Battery); 6] = [
    ("walk", walk_battery),
    ("between", between_battery),
    ("space", space_battery),
    ("return", return_battery),
    ("pi", pi_battery),
    ("heat", heat_battery),
];

/// The digest of runs with all special cases: fewer walkers than lanes, one walker more, a prime number, shards, all
/// methods, distances below and far above a step, and walkers written individually.
fn walk_battery(exec: &Exec) -> Result<String, Error> {
    let list = [0.001, 1.0, 7.25, 40.0, 150.0];
    let plain = |walkers| Walk::to_each(list).walkers(walkers).seed(7);
    let mut runs: Vec<Walk<Distances>> = [0..1, 0..7, 0..8, 0..9, 0..17, 5..102].map(plain).into();
    runs.push(plain(0..97).method(Method::Nested));
    runs.push(plain(3..34).method(Method::Wald));
    runs.push(plain(0..9).independent(true));
    let mut passages: Vec<FirstPassage> = Vec::new();
    for walk in &runs {
        passages.extend(first_passage(walk, exec)?);
    }
    let (mut times, mut positions) = (vec![0; 1009], vec![0; 1009]);
    walk_each(&Walk::to(7.25).walkers(11..1020), &mut times, Some(&mut positions), exec)?;
    let mut each = DefaultHasher::new();
    (times, positions).hash(&mut each);
    Ok(format!("{} {:016x}", FirstPassage::digest(&passages), each.finish()))
}

/// Numbers of walkers: fewer than lanes, one more than eight lanes, and more than the slots of a kernel.
const COUNTS: [u64; 3] = [1, 9, 131];

/// Adds the times and end positions of `count` walkers, written individually.
fn add_each<P: Problem>(digests: &mut DefaultHasher, walk: Walk<P>, count: u64, exec: &Exec) -> Result<(), Error> {
    let walk = walk.walkers(11..11 + count).seed(7);
    let (mut times, mut positions) = (vec![0; count as usize], vec![0; count as usize * walk.coordinates()]);
    walk_each(&walk, &mut times, Some(&mut positions), exec)?;
    (times, positions).hash(digests);
    Ok(())
}

/// The digest of walks whose nearer barrier is closer or farther than a step, with two barriers or one, and with odd
/// and even horizons.
fn between_battery(exec: &Exec) -> Result<String, Error> {
    let mut digests = DefaultHasher::new();
    let mut walks = vec![
        Walk::between(-2.0, 8.0),
        Walk::between(-0.001, 3.0),
        Walk::between(5.0, 17.25).start(6.5),
        Walk::between(-20.0, 30.0).start(-3.0),
    ];
    for horizon in [1, 2, 33, 500] {
        walks.push(Walk::between(-4.0, 9.0).horizon(horizon));
        walks.push(Walk::up_to(5.0, horizon));
        walks.push(Walk::down_to(-60.0, horizon).start(-50.5));
    }
    for walk in walks {
        for count in COUNTS {
            let walk = walk.clone().walkers(5..5 + count).seed(7);
            first_exit(&walk, exec)?.digest().hash(&mut digests);
        }
        time_distribution(&walk.clone().samples(200), exec)?.digest().hash(&mut digests);
        add_each(&mut digests, walk, 209, exec)?;
    }
    Ok(format!("{:016x}", digests.finish()))
}

/// The digest of walks out of balls and cubes, in even and odd numbers of dimensions, since two coordinates share a
/// draw.
fn space_battery(exec: &Exec) -> Result<String, Error> {
    let mut digests = DefaultHasher::new();
    for dimensions in [1, 2, 3, 4, 5, 8, 16] {
        for shape in [Walk::in_ball, Walk::in_cube] {
            let mut walks = vec![shape(dimensions, 0.3), shape(dimensions, 4.75)];
            walks.extend([1, 2, 13].map(|horizon| shape(dimensions, 5.0).horizon(horizon)));
            for walk in walks {
                for count in COUNTS {
                    let walk = walk.clone().walkers(5..5 + count).seed(7);
                    region_exit(&walk, exec)?.digest().hash(&mut digests);
                }
                add_each(&mut digests, walk, 61, exec)?;
            }
        }
    }
    Ok(format!("{:016x}", digests.finish()))
}

/// The digest of returns of every kind and in every number of dimensions of the lattice. Some horizons are not a
/// multiple of the steps of a draw. One is so long that packed positions in eight dimensions do not prove a return.
fn return_battery(exec: &Exec) -> Result<String, Error> {
    let mut digests = DefaultHasher::new();
    let balls = [1, 2, 3, 4, 5, 8].map(|dimensions| ReturnKind::Ball { dimensions, radius: 1.5 });
    let lattices = (1..=8).map(|dimensions| ReturnKind::Lattice { dimensions });
    for kind in [ReturnKind::Sign].into_iter().chain(balls).chain(lattices) {
        for horizon in [1, 2, 3, 65, 301] {
            let walk = Walk::returning(kind, horizon);
            for count in COUNTS {
                let walk = walk.clone().walkers(5..5 + count).seed(7);
                first_return(&walk, exec)?.digest().hash(&mut digests);
            }
            add_each(&mut digests, walk, 61, exec)?;
        }
    }
    add_each(&mut digests, Walk::returning(ReturnKind::Lattice { dimensions: 8 }, 20_001), 9, exec)?;
    Ok(format!("{:016x}", digests.finish()))
}

/// The digest of runs of every method. They begin and end within streams, slabs and columns, fill lanes completely and
/// partly, and contain points that only their lower bits decide.
fn pi_battery(exec: &Exec) -> Result<String, Error> {
    let all = 250_000;
    let mut digests = DefaultHasher::new();
    for &method in PiMethod::ALL {
        let pi = Pi::points(all).method(method).seed(7);
        for shard in [0..1, 1..7, 1021..3077, 1024..66_560, 3..70_001, 0..all] {
            estimate_pi(&pi.clone().shard(shard), exec)?.digest().hash(&mut digests);
        }
    }
    Ok(format!("{:016x}", digests.finish()))
}

/// The digest of rods that are shorter and longer than lanes, registers and caches, in one domain and in sub-domains of
/// equal and unequal sizes, with small and large halos, and with a number of steps that is not a multiple of any block.
fn heat_battery(exec: &Exec) -> Result<String, Error> {
    let mut digests = DefaultHasher::new();
    for points in [3, 4, 10, 17, 18, 51, 131, 200, 1009, 40_001] {
        let rod = Rod::new(points).steps(75);
        for (domains, halo) in [(1, 1), (2, 1), (3, 2), (7, 5), (7, 64)] {
            let divided = rod.clone().domains(domains).halo(halo);
            if divided.check().is_ok() {
                evolve(&divided, exec)?.digest().hash(&mut digests);
            }
        }
    }
    Ok(format!("{:016x}", digests.finish()))
}
