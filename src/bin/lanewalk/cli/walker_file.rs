//! `--samples-out`: every walker's time and end position in a file, however many there are.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result, anyhow};
use lanewalk::{CENSORED, Exec, OnePass, Problem, UNIT, Walk, WalkerBlock, walk_in_blocks};
use npyz::WriterBuilder;

use super::failure::Failure;
use super::output::{Growing, Output};

/// Walkers in a block.
const BLOCK: usize = 1 << 17;

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

impl Samples {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let kind = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => Kind::Csv,
            Some("npy") => Kind::Npy,
            _ => {
                let expected = "a file whose name ends in .csv or .npy";
                return Err(Failure::value("samples-out", path.display(), expected));
            }
        };
        Ok(Self { output: Output::open("--samples-out", Some(path))?, path: path.to_owned(), kind })
    }

    /// Walks in blocks, each of which is written while the next one is walked; three of them are held at most. An
    /// unfinished file is not kept.
    pub(super) fn write<P: Problem + Clone>(self, walk: &Walk<P>, exec: &Exec) -> Result<OnePass<P::Result>, Failure> {
        let Self { output, path, kind } = self;
        let mut file = output.grow()?;
        let (walkers, coordinates) = (walk.walker_range(), walk.coordinates());
        let count = walkers.end - walkers.start;
        let pass = thread::scope(|scope| {
            let (blocks, written) = sync_channel(0);
            let (back, empty) = sync_channel::<WalkerBlock>(2);
            let target = &mut file;
            let writer = scope.spawn(move || write_blocks(kind, target, count, coordinates, &written, &back));
            let mut spare = vec![WalkerBlock::default()];
            let pass = walk_in_blocks(walk, BLOCK, exec, |block| {
                blocks.send(block).ok()?;
                spare.pop().or_else(|| empty.recv().ok())
            });
            drop(blocks);
            let written = writer.join().map_err(|_| anyhow!("the writer panicked"))?;
            // A writer that has failed is why walking has ended.
            written.with_context(|| format!("--samples-out: {}", path.display()))?;
            pass.map_err(Failure::from)
        })?;
        file.finish().with_context(|| format!("--samples-out: {}", path.display()))?;
        Ok(pass)
    }
}

/// Writes blocks as they come, until there are no more.
fn write_blocks(
    kind: Kind,
    file: &mut Growing,
    count: u64,
    coordinates: usize,
    blocks: &Receiver<WalkerBlock>,
    back: &SyncSender<WalkerBlock>,
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
                // At the end no block is needed any more.
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
                    writer.push(&if time == CENSORED { f64::NAN } else { time as f64 })?;
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
fn write_csv<W: Write>(writer: &mut csv::Writer<W>, block: &WalkerBlock, coordinates: usize) -> io::Result<()> {
    for (index, &time) in block.times.iter().enumerate() {
        let walker = block.first + index as u64;
        let time = (time != CENSORED).then_some(time);
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
