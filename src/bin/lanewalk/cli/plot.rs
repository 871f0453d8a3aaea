//! The file of `--plot`.

use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};

use super::failure::Failure;
use super::output::Output;
use crate::report::image::ImageKind;

/// A file whose suffix names its kind.
#[derive(Clone)]
pub(super) struct PlotFile {
    path: PathBuf,
    kind: ImageKind,
}

/// The parser of a value of `--plot`.
pub(super) fn file() -> impl TypedValueParser<Value = PlotFile> {
    OsStringValueParser::new().try_map(PlotFile::new)
}

impl PlotFile {
    fn new(name: OsString) -> Result<Self, &'static str> {
        let path = PathBuf::from(name);
        let kind = ImageKind::of(&path).ok_or("expected a name that ends in .svg, .png or .pdf")?;
        Ok(Self { path, kind })
    }

    /// Opens the file, before the work begins.
    pub(super) fn open(&self) -> Result<Plot, Failure> {
        Ok(Plot { output: Output::open("--plot", Some(&self.path))?, kind: self.kind })
    }
}

impl Deref for PlotFile {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

/// The opened file.
pub(super) struct Plot {
    output: Output,
    kind: ImageKind,
}

impl Plot {
    pub(super) fn write(self, svg: String) -> anyhow::Result<()> {
        self.output.write(self.kind.file(svg)?)
    }
}
