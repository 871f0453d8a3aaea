//! The library from outside, in one binary: linking one for each file takes longer than running them all.

mod architecture;
mod embedding;
mod heat;
mod known;
mod merge;
mod model;
mod one_pass;
mod pi;
mod pi_batches;
mod problems;
mod refusals;
mod statistics;
mod streams;
mod tasks;
mod variants;
mod walk;
mod z_scores;
