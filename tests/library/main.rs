//! Tests of the public interface of the library. They are one binary, because linking one binary for each file takes
//! longer than all tests.

mod api;
mod architecture;
mod coverage;
mod embedding;
mod heat;
mod known;
mod limited_times;
mod merge;
mod model;
mod one_pass;
mod packaging;
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
