//! `--samples-out`: a file with the time and end position of every walker, for any number of walkers.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result, anyhow};
use lanewalk::{
    CENSORED, Error, Exec, Finished, OnePass, Problem, UNIT, Walk, WalkerBlock, run_in_shards, walk_in_blocks,
};
use npyz::WriterBuilder;

use super::failure::Failure;
use super::output::{Output, OutputStream};

/// Walkers in a block.
const BLOCK: usize = 1 << 17;

/// Bytes of the write buffer.
const BUFFER: usize = 1 << 20;

/// The format of the file, given by its extension.
#[derive(Clone, Copy)]
enum Kind {
    Csv,
    Npy,
}

/// The file for the walkers. `open` checks that it is writable.
pub(super) struct Samples {
    output: Output,
    path: PathBuf,
    kind: Kind,
}

impl Samples {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Kind::Csv,
            Some("npy") => Kind::Npy,
            _ => {
                let expected = "a file whose name ends in .csv or .npy";
                return Err(Failure::value("samples-out", path.display(), expected));
            }
        };
        Ok(Self { output: Output::open("--samples-out", Some(path))?, path: path.to_owned(), kind })
    }

    /// Walks in blocks. A thread writes each block while the next one is computed. At most three blocks are in memory.
    /// After a stop, the result and the file have the walkers of the finished blocks. If there are none, the file is
    /// not written.
    pub(super) fn write<P: Problem + Clone>(
        self,
        walk: &Walk<P>,
        exec: &Exec,
    ) -> Result<Finished<OnePass<P::Result>>, Failure> {
        let Self { output, path, kind } = self;
        let named = || format!("--samples-out: {}", path.display());
        let mut file = output.into_stream()?;
        let (walkers, coordinates) = (walk.walker_range(), walk.coordinates());
        let (first, count) = (walkers.start, walkers.end - walkers.start);
        let finished = thread::scope(|scope| {
            let (blocks, written) = sync_channel(0);
            let (back, empty) = sync_channel::<WalkerBlock>(2);
            let target = &mut file;
            let writer = scope.spawn(move || write_blocks(kind, target, count, coordinates, &written, &back));
            let mut spare = vec![WalkerBlock::default()];
            // Each shard is one block, so a stop loses the block that is being computed, and no other.
            let finished = run_in_shards(walkers, BLOCK as u64, |walkers| {
                walk_in_blocks(&walk.clone().walkers(walkers), BLOCK, exec, |block| {
                    blocks.send(block).ok()?;
                    spare.pop().or_else(|| empty.recv().ok())
                })
            });
            drop(blocks);
            let written = writer.join().map_err(|_| anyhow!("the writer panicked"))?;
            // The error of the writer comes first, because it also ends the walks.
            written.with_context(named)?;
            anyhow::Ok(finished)
        })?;
        let done = finished.remaining.start - first;
        if finished.result.is_some() && matches!(finished.error, None | Some(Error::Stopped)) {
            if let (Kind::Npy, Some(_)) = (kind, &finished.error) {
                let header = npy_header(done, coordinates)?;
                let length = npy_header(count, coordinates)?.len();
                file.replace_start(&padded(header, length)).with_context(named)?;
            }
            file.finish().with_context(named)?;
        }
        Ok(finished)
    }
}

/// Writes blocks as they arrive, until the channel closes.
fn write_blocks(
    kind: Kind,
    file: &mut OutputStream,
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
                // The receiver is gone after the last block.
                _ = back.send(block);
            }
            writer.flush()?;
        }
        Kind::Npy => {
            let shape = shape(count, coordinates);
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
            // After a stop, the header is replaced.
            if written == count {
                writer.finish()?;
            }
        }
    }
    file.flush()?;
    Ok(())
}

fn shape(walkers: u64, coordinates: usize) -> [u64; 2] {
    [walkers, 1 + coordinates as u64]
}

/// The header of an `.npy` file with this number of walkers.
fn npy_header(walkers: u64, coordinates: usize) -> io::Result<Vec<u8>> {
    let shape = shape(walkers, coordinates);
    npyz::WriteOptions::<f64>::new().default_dtype().shape(&shape).writer(Vec::new()).write_header_only()
}

/// The header with spaces up to `length`. Its text ends with a line break. Bytes 8 and 9 have the length of the text.
fn padded(mut header: Vec<u8>, length: usize) -> Vec<u8> {
    header.splice(header.len() - 1..header.len() - 1, vec![b' '; length - header.len()]);
    header[8..10].copy_from_slice(&((length - 10) as u16).to_le_bytes());
    header
}

/// Writes one line for each walker. The time of a censored walker is empty.
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

/// The I/O error inside a CSV error, so that a closed pipe is recognised.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
