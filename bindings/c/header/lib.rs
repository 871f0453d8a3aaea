//! The header is made by the test in `tests/header.rs`.
