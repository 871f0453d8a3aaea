//! One check: the expected and the computed result.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) expected: String,
    pub(super) got: String,
    pub(super) passed: bool,
}

impl Row {
    pub(super) fn new(name: String, expected: String, got: String) -> Self {
        let passed = expected == got;
        Self { name, expected, got, passed }
    }
}
