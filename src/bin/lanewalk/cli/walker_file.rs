//! `--samples-out`: every walker's time and end position in a file, however many there are.

use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result, anyhow};
use lanewalk::{Error, Exec, Problem, Walk, walk_each};
use npyz::WriterBuilder;

use super::failure::Failure;
use super::one_sample::halted;
use super::output::{Growing, Output};

/// Walkers in a block; while one block is written the next one is walked.
const BLOCK: u64 = 1 << 17;

/// Units of a position in a largest step.
const UNIT: f64 = 2_147_483_648.0;

/// Bytes that are written at a time.
const BUFFER: usize = 1 << 20;

/// The form of the file, by the end of its name.
#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Npy,
}

/// A place for the walkers, known to be writable.
pub(super) struct Samples {
    output: Output,
    path: PathBuf,
    kind: Kind,
}

/// Consecutive walkers.
struct Block {
    first: u64,
    times: Vec<u64>,
    positions: Vec<i64>,
}

impl Samples {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let kind = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => Kind::Csv,
            Some("npy") => Kind::Npy,
            _ => {
                return Err(Error::Argument {
                    argument: "samples-out",
                    given: path.display().to_string(),
                    expected: "a file whose name ends in .csv or .npy".to_owned(),
                }
                .into());
            }
        };
        Ok(Self { output: Output::open("--samples-out", Some(path))?, path: path.to_owned(), kind })
    }

    /// Walks and writes in turns of blocks: two of them are all that is held. What is not whole is not there.
    pub(super) fn write<P: Problem + Clone>(
        self,
        walk: &Walk<P>,
        walkers: &Range<u64>,
        exec: &Exec,
    ) -> Result<(), Failure> {
        let Self { output, path, kind } = self;
        let mut file = output.grow()?;
        let coordinates = walk.coordinates();
        let walked = thread::scope(|scope| {
            let (blocks, written) = sync_channel(0);
            let (back, empty) = sync_channel(2);
            let target = &mut file;
            let count = walkers.end - walkers.start;
            let writer = scope.spawn(move || write_blocks(kind, target, count, coordinates, &written, &back));
            let walked = walk_blocks(walk, walkers, coordinates, exec, &blocks, &empty);
            drop(blocks);
            let written = writer.join().map_err(|_| anyhow!("the writer panicked"))?;
            // A writer that has failed is why walking has ended.
            written.with_context(|| format!("--samples-out: {}", path.display()))?;
            walked
        });
        walked?;
        Ok(file.finish().with_context(|| format!("--samples-out: {}", path.display()))?)
    }
}

/// Walks block after block, into buffers that come back from the writer.
fn walk_blocks<P: Problem + Clone>(
    walk: &Walk<P>,
    walkers: &Range<u64>,
    coordinates: usize,
    exec: &Exec,
    blocks: &SyncSender<Block>,
    empty: &Receiver<Block>,
) -> Result<(), Failure> {
    let mut first = walkers.start;
    let mut made = 0;
    while first < walkers.end {
        let end = walkers.end.min(first.saturating_add(BLOCK));
        let mut block = if made < 2 {
            made += 1;
            Block { first, times: Vec::new(), positions: Vec::new() }
        } else {
            match empty.recv() {
                Ok(block) => block,
                Err(_) => return Ok(()),
            }
        };
        let count = (end - first) as usize;
        block.first = first;
        block.times.resize(count, 0);
        block.positions.resize(count * coordinates, 0);
        let part = walk.clone().walkers(first..end);
        walk_each(&part, &mut block.times, &mut block.positions, exec).map_err(halted)?;
        if blocks.send(block).is_err() {
            return Ok(());
        }
        first = end;
    }
    Ok(())
}

/// Writes blocks as they come, until there are no more.
fn write_blocks(
    kind: Kind,
    file: &mut Growing,
    count: u64,
    coordinates: usize,
    blocks: &Receiver<Block>,
    back: &SyncSender<Block>,
) -> Result<()> {
    let mut file = BufWriter::with_capacity(BUFFER, file);
    match kind {
        Kind::Csv => {
            let mut writer = csv::Writer::from_writer(&mut file);
            let names = (1..=coordinates).map(|place| match coordinates {
                1 => "position".to_owned(),
                _ => format!("position_{place}"),
            });
            writer.write_record(["walker", "time"].map(str::to_owned).into_iter().chain(names)).map_err(plain)?;
            for block in blocks {
                write_csv(&mut writer, &block, coordinates)?;
                // Nobody takes the last ones.
                _ = back.send(block);
            }
            writer.flush()?;
        }
        Kind::Npy => {
            let shape = [count, 1 + coordinates as u64];
            let options = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut file);
            let mut writer = options.begin_nd()?;
            let mut written = 0;
            for block in blocks {
                written += block.times.len() as u64;
                for (index, &time) in block.times.iter().enumerate() {
                    writer.push(&if time == 0 { f64::NAN } else { time as f64 })?;
                    for position in &block.positions[index * coordinates..][..coordinates] {
                        writer.push(&(*position as f64 / UNIT))?;
                    }
                }
                _ = back.send(block);
            }
            // A file that is stopped before its end is not kept.
            if written == count {
                writer.finish()?;
            }
        }
    }
    file.flush()?;
    Ok(())
}

/// A line for each walker; no time for one that the horizon ended.
fn write_csv<W: Write>(writer: &mut csv::Writer<W>, block: &Block, coordinates: usize) -> io::Result<()> {
    for (index, &time) in block.times.iter().enumerate() {
        let walker = block.first + index as u64;
        let time = (time > 0).then_some(time);
        let written = match &block.positions[index * coordinates..][..coordinates] {
            [] => writer.serialize((walker, time)),
            [position] => writer.serialize((walker, time, *position as f64 / UNIT)),
            positions => {
                let positions: Vec<f64> = positions.iter().map(|position| *position as f64 / UNIT).collect();
                writer.serialize((walker, time, positions))
            }
        };
        written.map_err(plain)?;
    }
    Ok(())
}

/// The error below that of the CSV: a reader that has gone away must be known as such.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
