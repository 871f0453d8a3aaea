//! Tests that run the program. They are one binary, because linking one binary for each file takes longer than all
//! tests.
#![cfg(feature = "cli")]

mod basics;
mod common;
mod documentation;
mod environment;
mod flags;
mod flags_of_measurements;
mod heat;
mod heat_processes;
mod ladder;
mod layout;
mod links;
mod model;
mod outputs;
mod pi;
mod pipes;
mod pipes_children;
mod random;
mod records;
mod returns;
mod scale;
mod schedule;
mod walks;
