//! The program from outside, in one binary: linking one for each file takes longer than running them all.
#![cfg(feature = "cli")]

mod basics;
mod common;
mod documentation;
mod heat;
mod heat_processes;
mod ladder;
mod model;
mod pi;
mod pipes;
mod pipes_children;
mod returns;
mod scale;
mod schedule;
mod walks;
