//! Results as text: a table for people, JSON and CSV for programs, written once for all subcommands.

mod csv;
#[cfg(test)]
pub(crate) mod fixture;
mod headline;
pub(crate) mod html;
pub(crate) mod image;
mod json;
pub(crate) mod ladder;
pub(crate) mod markdown;
pub(crate) mod noise;
mod page;
pub(crate) mod scale;
pub(crate) mod schedule;
pub(crate) mod svg;
mod table;
mod unit;

use std::ops::Deref;
use std::str::FromStr;

use anyhow::Result;
use lanewalk::{Mergeable, Parts};
use serde::Serialize;

pub(crate) use json::{Exec, Head};
pub(crate) use page::{DEFAULT_WIDTH, Layout, Page};
pub(crate) use table::{
    Table, amount, as_sure, bytes, counted, dash, deviation, duration, interval, probability, scaled, signed,
    significant,
};
pub(crate) use unit::Unit;

/// The form of a result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

impl FromStr for Format {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err("expected table, json or csv".into()),
        }
    }
}

/// The result of a subcommand.
pub(crate) trait Report: Serialize {
    /// One line of the CSV.
    type Row: Serialize;
    /// The rows, the same in every format.
    fn rows(&self) -> Vec<&Self::Row>;
    /// The tables and lines for people.
    fn page(&self) -> Page;
}

/// A row, and the exact integers for a merge, which only JSON has.
#[derive(Serialize)]
pub(crate) struct WithParts<R> {
    #[serde(flatten)]
    row: R,
    parts: Parts,
}

impl<R> WithParts<R> {
    pub(crate) fn new(row: R, result: &impl Mergeable) -> Self {
        Self { row, parts: result.to_parts() }
    }
}

impl<R> Deref for WithParts<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.row
    }
}

/// The report in the requested format.
pub(crate) fn render<R: Report>(report: &R, format: Format, layout: &Layout) -> Result<String> {
    match format {
        Format::Table => Ok(report.page().render(layout)),
        Format::Json => json::render(report),
        Format::Csv => csv::render(&report.rows()),
    }
}
