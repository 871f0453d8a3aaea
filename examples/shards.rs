//! Results that are stored as text, read back and merged, as jobs on several machines do: `cargo run --release
//! --example shards --features serde`.

use lanewalk::{Exec, FirstPassage, Mergeable, Method, Parts, Walk, first_passage};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let walk = Walk::to(20.0).method(Method::Wald).seed(3);
    let shard = |walkers| first_passage(&walk.clone().walkers(walkers), &Exec::default());

    // Each job writes its part as JSON: exact integers, as strings.
    let files = [0..3000, 3000..7000, 7000..10_000]
        .into_iter()
        .map(|walkers| Ok(serde_json::to_string(&shard(walkers)?[0].to_parts())?))
        .collect::<Result<Vec<String>, Box<dyn std::error::Error>>>()?;
    println!("{}", files[0]);

    // Another one reads them, in whatever order they come.
    let read = |file: &String| -> Result<FirstPassage, Box<dyn std::error::Error>> {
        Ok(FirstPassage::from_parts(&serde_json::from_str::<Parts>(file)?)?)
    };
    let mut merged = read(&files[2])?;
    merged.merge(&read(&files[0])?)?;
    merged.merge(&read(&files[1])?)?;
    assert_eq!(merged.ranges().to_vec(), vec![0..10_000; 1]);
    assert_eq!(merged, shard(0..10_000)?[0]);
    println!("E[T] = {:.2}, exactly {:.2}", merged.estimate().expect("there are walks"), merged.exact().mean);

    // What is there already is refused, and so is another problem.
    println!("refused: {}", merged.merge(&read(&files[1])?).unwrap_err());
    let other = &first_passage(&Walk::to(21.0).method(Method::Wald).seed(3), &Exec::default())?[0];
    println!("refused: {}", merged.merge(other).unwrap_err());
    Ok(())
}
