//! The command line: one file for each subcommand, and shared modules.

pub(crate) mod command;
mod common;
mod compare;
mod completions;
mod distribution;
mod draft;
pub(crate) mod failure;
mod flags;
mod heat;
mod info;
mod ladder;
mod long_run;
mod model;
mod number;
mod one_sample;
mod output;
mod pi;
mod pipes;
mod progress;
mod returns;
mod scale;
mod schedule;
mod serve;
mod shard;
mod verify;
mod walk;
mod walker_file;
