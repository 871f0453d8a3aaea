//! First exits of random walks from balls in space.

#[allow(dead_code, reason = "its caller is being written")]
pub(crate) mod asymptotic;
