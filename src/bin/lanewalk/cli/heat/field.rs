//! Fields in files: reading a start, and writing a result.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, bail};
use lanewalk::{Evolution, Rod};
use npyz::WriterBuilder;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// The field at the start.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Example,
    Mode(u64),
    File(PathBuf, Kind),
}

/// The format of a file, given by its extension.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Csv,
    Npy,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "npy" => Some(Self::Npy),
            _ => None,
        }
    }
}

impl Start {
    /// The file of the initial field, if it is read from one.
    pub(super) fn file(&self) -> Option<&Path> {
        if let Self::File(path, _) = self { Some(path) } else { None }
    }
}

impl FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "parabola" {
            return Ok(Self::Example);
        }
        if let Some(k) = text.strip_prefix("mode:") {
            return crate::cli::number::count(k).map(Self::Mode);
        }
        let path = PathBuf::from(text);
        match Kind::of(&path) {
            Some(kind) => Ok(Self::File(path, kind)),
            None => Err("expected parabola, mode:K, or a file whose name ends in .csv or .npy".to_owned()),
        }
    }
}

impl Start {
    pub(super) fn apply(&self, rod: Rod) -> Result<Rod, Failure> {
        match self {
            Self::Example => Ok(rod),
            Self::Mode(k) => Ok(rod.mode(*k)),
            Self::File(path, kind) => {
                // The check limits the number of points, and so the number of values that are read.
                let grid = rod.check()?;
                let values = match kind {
                    Kind::Csv => read_csv(path, grid.points),
                    Kind::Npy => read_npy(path, grid.points),
                };
                let values = values.with_context(|| {
                    format!("--start: got {}, expected {} values of a field", path.display(), grid.points)
                })?;
                Ok(rod.start(values))
            }
        }
    }
}

/// The maximum mean length of a line. A longer file is no field, and is not read.
const MAX_LINE_BYTES: u64 = 1024;

fn read_csv(path: &Path, points: usize) -> Result<Vec<f64>> {
    let most = MAX_LINE_BYTES * (points as u64 + 1);
    if path.metadata()?.len() > most {
        bail!("the file has more than {most} bytes");
    }
    // The file may grow while it is read.
    parse_csv(open(path)?.take(most), points)
}

/// Reads the last column. With several columns, the first is x, which increases in equal steps. The first line may be a
/// heading.
fn parse_csv(file: impl Read, points: usize) -> Result<Vec<f64>> {
    let (mut values, mut places) = (Vec::new(), Vec::new());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(file);
    for (line, record) in (1..).zip(reader.records()) {
        let record = record?;
        let text = record.get(record.len() - 1).unwrap_or_default();
        if line == 1 && record.iter().all(is_name) {
            continue;
        }
        let value = number(text).with_context(|| format!("line {line}"))?;
        if record.len() > 1 {
            let x = number(&record[0]).with_context(|| format!("line {line}"))?;
            if places.last().is_some_and(|last| x <= *last) {
                bail!("line {line}: x = {x} is not above the x before it; numbers need a decimal point, not a comma");
            }
            places.push(x);
        }
        values.push(value);
        if values.len() > points {
            bail!("the file has more values");
        }
    }
    check_spacing(&places)?;
    Ok(values)
}

/// A heading is no number; `nan` and `inf` are numbers.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_') && text.parse::<f64>().is_err()
}

/// The largest deviation of an x from its place, in units of the spacing. It allows for rounded decimals.
const MAX_SHIFT: f64 = 0.05;

/// Checks that x increases in equal steps, in any unit, since the points of a rod have one spacing.
fn check_spacing(places: &[f64]) -> Result<()> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(()) };
    let steps = (places.len() - 1) as f64;
    // Divided first, since the difference of two large numbers may overflow.
    let spacing = last / steps - first / steps;
    for (index, x) in places.iter().enumerate() {
        let place = first + spacing * index as f64;
        if (x - place).abs() > MAX_SHIFT * spacing {
            bail!("x = {x}, value {} of the file: the values of x need equal steps, here {spacing}", index + 1);
        }
    }
    Ok(())
}

/// A finite number.
fn number(text: &str) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => bail!("'{text}' is not finite"),
        Err(_) if text.contains([',', ';']) => {
            bail!("'{text}' is not a number: numbers need a decimal point, and commas between them")
        }
        Err(_) => bail!("'{text}' is not a number"),
    }
}

fn read_npy(path: &Path, points: usize) -> Result<Vec<f64>> {
    parse_npy(open(path)?, points)
}

/// The maximum length of a header. The header of a field has about 120 bytes.
const MAX_NPY_HEADER: u32 = 1024;

fn parse_npy(mut file: impl Read, points: usize) -> Result<Vec<f64>> {
    // npyz allocates the length that a header claims, and its time doubles with each level of nested brackets.
    let mut start = Vec::new();
    file.by_ref().take(12).read_to_end(&mut start)?;
    let (offset, length) = match start[..] {
        [_, _, _, _, _, _, 1, _, low, high, ..] => (10, u32::from(u16::from_le_bytes([low, high]))),
        [_, _, _, _, _, _, _, _, a, b, c, d] => (12, u32::from_le_bytes([a, b, c, d])),
        _ => bail!("the file has no complete .npy header"),
    };
    if length > MAX_NPY_HEADER {
        bail!("its header has {length} bytes, more than {MAX_NPY_HEADER}");
    }
    file.by_ref().take(length.into()).read_to_end(&mut start)?;
    let header = start.iter().skip(offset).take(length as usize);
    if header.filter(|byte| b"{[(".contains(byte)).count() > 2 {
        bail!("its header is not the header of a field");
    }
    let file = npyz::NpyFile::new(start.as_slice().chain(file))
        .map_err(|_| anyhow!("the file has no complete .npy header"))?;
    if file.shape() != [points as u64] {
        bail!("its shape is {:?}", file.shape());
    }
    let dtype = file.dtype().descr();
    let Ok(values) = file.data::<f64>() else { bail!("its numbers have the type {dtype}, not float64") };
    let value = |(number, value): (usize, std::io::Result<f64>)| {
        value.map_err(|_| anyhow!("the file ends before value {number}"))
    };
    (1..).zip(values).map(value).collect()
}

/// Opens a regular file. Reading a pipe may wait for ever, and a device may have no end.
fn open(path: &Path) -> Result<BufReader<File>> {
    if !path.metadata()?.is_file() {
        bail!("it is not a regular file");
    }
    Ok(BufReader::new(File::open(path)?))
}

/// The file for the field. `open` checks that it is writable.
pub(super) struct Field {
    output: Output,
    kind: Kind,
}

impl Field {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let expected = "a file whose name ends in .csv or .npy";
        let kind = Kind::of(path).ok_or_else(|| Failure::value("field", path.display(), expected))?;
        Ok(Self { output: Output::open("--field", Some(path))?, kind })
    }

    /// Writes the field without loss of bits.
    pub(super) fn write(self, evolution: &Evolution) -> Result<()> {
        self.output.write(match self.kind {
            Kind::Csv => csv_bytes(&evolution.field, |index| evolution.grid.x(index))?,
            Kind::Npy => npy_bytes(&evolution.field)?,
        })
    }
}

fn csv_bytes(field: &[f64], x: impl Fn(usize) -> f64) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["x", "f"])?;
    for (index, value) in field.iter().enumerate() {
        writer.serialize((x(index), value))?;
    }
    Ok(writer.into_inner()?)
}

fn npy_bytes(field: &[f64]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let shape = [field.len() as u64];
    let options = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes);
    let mut writer = options.begin_nd()?;
    writer.extend(field.iter())?;
    writer.finish()?;
    Ok(bytes)
}

/// The number of points of the fields that are parsed for fuzzing.
#[cfg(any(test, fuzzing))]
const FUZZ_POINTS: usize = 5;

/// The bits of the values, since a file can also contain NaN.
#[cfg(any(test, fuzzing))]
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// See [`crate::fuzzing`]. A field that is written and read again has the same bits.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz_csv(input: &[u8]) -> bool {
    let Ok(values) = parse_csv(input, FUZZ_POINTS) else { return false };
    assert!(values.len() <= FUZZ_POINTS && values.iter().all(|value| value.is_finite()));
    let written = csv_bytes(&values, |index| index as f64).expect("a field can be written");
    assert_eq!(bits(&parse_csv(written.as_slice(), FUZZ_POINTS).expect("a field can be read")), bits(&values));
    true
}

/// See [`crate::fuzzing`]. A field that is written and read again has the same bits.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz_npy(input: &[u8]) -> bool {
    let Ok(values) = parse_npy(input, FUZZ_POINTS) else { return false };
    assert_eq!(values.len(), FUZZ_POINTS);
    let written = npy_bytes(&values).expect("a field can be written");
    assert_eq!(bits(&parse_npy(written.as_slice(), FUZZ_POINTS).expect("a field can be read")), bits(&values));
    true
}
