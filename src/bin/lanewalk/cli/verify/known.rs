//! Known answers from independent programs.

use lanewalk::{
    CENSORED, Error, Exec, Pi, Problem, ReturnKind, Rod, RunControl, Tally, Walk, estimate_pi, evolve, first_exit,
    first_passage, first_return, region_exit, walk_each,
};

use super::row::Row;

/// y,samples,seed,total_steps,sum_squares,longest,crossed_lower
const WALKS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/walk.csv"));

/// kind,dimensions,lower,upper,start,horizon,samples,seed,ended,total_steps,sum_squares,longest,censored,ended_lower,checksum
const PROBLEMS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/problems.csv"));

/// method,points,seed,sum,spread
const PI: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/pi.csv"));

/// points,steps,sum,middle
const HEAT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/heat.csv"));

/// Compares every known answer with the result of this build.
pub(super) fn rows(control: &RunControl) -> Result<Vec<Row>, Error> {
    let exec = Exec::from_env()?.control(control);
    let mut rows = Vec::new();
    for (answers, row) in [(WALKS, walk as Answer), (PROBLEMS, problem), (PI, pi), (HEAT, heat)] {
        for line in answers.lines().skip(1) {
            rows.push(row(line, &exec)?);
        }
    }
    Ok(rows)
}

/// The check of one line of a file of answers.
type Answer = fn(&str, &Exec) -> Result<Row, Error>;

fn number(text: &str) -> u64 {
    text.parse().expect("a whole number")
}

fn walk(line: &str, exec: &Exec) -> Result<Row, Error> {
    let mut parts = line.splitn(4, ',');
    let mut part = || parts.next().expect("seven columns");
    let (y, samples, seed) = (part(), part(), part());
    let walk = Walk::to(y.parse().expect("a number")).samples(number(samples)).seed(number(seed));
    let tally = first_passage(&walk, exec)?[0].tally;
    let got = format!("{},{},{},{}", tally.total_steps, tally.sum_squares, tally.longest, tally.lower);
    Ok(Row::new(format!("walk: known answer, Y = {y}, {samples} walks, seed {seed}"), part().to_owned(), got))
}

fn problem(line: &str, exec: &Exec) -> Result<Row, Error> {
    let mut parts = line.splitn(9, ',');
    let mut part = || parts.next().expect("fifteen columns");
    let [kind, dimensions, lower, upper, start, horizon, samples, seed] = std::array::from_fn(|_| part());
    let real = |text: &str| text.parse::<f64>().expect("a number");
    // These columns are parsed only when they are needed, since each kind leaves some of them empty.
    let dimension = || number(dimensions) as usize;
    let limit = || number(horizon);
    let run = (number(samples), number(seed));
    let got = match kind {
        "between" | "up" | "down" => {
            let walk = match kind {
                "up" => Walk::up_to(real(upper), limit()),
                "down" => Walk::down_to(real(lower), limit()),
                _ if horizon.is_empty() => Walk::between(real(lower), real(upper)),
                _ => Walk::between(real(lower), real(upper)).horizon(limit()),
            };
            let walk = if start.is_empty() { walk } else { walk.start(real(start)) };
            outcome(walk, run, exec, |walk| {
                let exit = first_exit(walk, exec)?;
                let mut tally = exit.lower;
                tally.merge(&exit.upper)?;
                Ok((tally, exit.censored))
            })
        }
        "ball" | "cube" => {
            let shape = if kind == "ball" { Walk::in_ball } else { Walk::in_cube };
            let walk = shape(dimension(), real(upper));
            let walk = if horizon.is_empty() { walk } else { walk.horizon(limit()) };
            outcome(walk, run, exec, |walk| region_exit(walk, exec).map(|exit| (exit.tally, exit.censored)))
        }
        _ => {
            let kind = match kind {
                "sign" => ReturnKind::Sign,
                "round" => ReturnKind::Ball { dimensions: dimension(), radius: real(upper) },
                _ => ReturnKind::Lattice { dimensions: dimension() },
            };
            let walk = Walk::returning(kind, limit());
            outcome(walk, run, exec, |walk| first_return(walk, exec).map(|returns| (returns.tally, returns.censored)))
        }
    }?;
    let given = [("D", dimensions), ("lower", lower), ("upper", upper), ("start", start), ("horizon", horizon)];
    let given = given.into_iter().filter(|(_, value)| !value.is_empty());
    let given: Vec<_> = given.map(|(what, value)| format!("{what} = {value}, ")).collect();
    let name = format!("{kind}: known answer, {}{samples} walks, seed {seed}", given.concat());
    Ok(Row::new(name, part().to_owned(), got))
}

/// The sums over all walks, and a checksum over every walker's time and end position.
fn outcome<P: Problem>(
    walk: Walk<P>,
    (samples, seed): (u64, u64),
    exec: &Exec,
    run: impl Fn(&Walk<P>) -> Result<(Tally, u64), Error>,
) -> Result<String, Error> {
    let walk = walk.samples(samples).seed(seed);
    let (tally, censored) = run(&walk)?;
    let (count, coordinates) = (samples as usize, walk.coordinates());
    let (mut times, mut positions) = (vec![0; count], vec![0; count * coordinates]);
    walk_each(&walk, &mut times, Some(&mut positions), exec)?;
    let (mut checksum, mut weight) = (0_u64, 1_u64);
    for (walker, time) in times.iter().enumerate() {
        let position = positions[walker * coordinates..][..coordinates].iter().map(|number| *number as u64);
        // The independent programs write 0 for a walk that the horizon ended.
        let time = if *time == CENSORED { 0 } else { *time };
        for number in std::iter::once(time).chain(position) {
            checksum = checksum.wrapping_add(weight.wrapping_mul(number));
            weight += 2;
        }
    }
    let Tally { samples, total_steps, sum_squares, longest, lower, .. } = tally;
    Ok(format!("{samples},{total_steps},{sum_squares},{longest},{censored},{lower},{checksum:016x}"))
}

fn pi(line: &str, exec: &Exec) -> Result<Row, Error> {
    let mut parts = line.splitn(4, ',');
    let mut part = || parts.next().expect("five columns");
    let (method, points, seed) = (part(), part(), part());
    let pi = Pi::points(number(points)).method(method.parse()?).seed(number(seed));
    let score = estimate_pi(&pi, exec)?;
    let name = format!("pi: known answer, {method}, {points} points, seed {seed}");
    Ok(Row::new(name, part().to_owned(), format!("{},{}", score.sum, score.spread)))
}

fn heat(line: &str, exec: &Exec) -> Result<Row, Error> {
    let mut parts = line.splitn(3, ',');
    let mut part = || parts.next().expect("four columns");
    let (points, steps) = (part(), part());
    let rod = Rod::new(points.parse().expect("a number")).steps(number(steps));
    let field = evolve(&rod, exec)?.field;
    let weighted = field.iter().zip((1_u64..).step_by(2)).map(|(value, weight)| value.to_bits().wrapping_mul(weight));
    let got = format!("{:016x},{:016x}", weighted.fold(0, u64::wrapping_add), field[field.len() / 2].to_bits());
    Ok(Row::new(format!("heat: known answer, {points} points, {steps} steps"), part().to_owned(), got))
}
